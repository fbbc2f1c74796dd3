// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "llm/reply_store.h"

namespace drp::llm {

// Which replies are wanted.
struct ReplyFilter {
  std::string model;                            // those of this model; empty: any
  const std::set<std::string>* keys = nullptr;  // those of these keys; null: any
};

// Keys of every reply that a run may have read, from its spending log; a torn last line is passed
// over. Throws Error{kIo} and Error{kData}.
std::set<std::string> keys_of_run(const std::filesystem::path& spending_log);

// Hands out each reply as a line of JSON without LF, in the order of keys; returns how many.
std::int64_t export_replies(ReplyStore& store, const ReplyFilter& filter,
                            const std::function<void(const std::string& line)>& write);

struct Imported {
  std::int64_t added = 0;
  std::int64_t known = 0;  // their keys were there; what was there stays
};
// Reads such lines. Throws Error{kData} naming file:line, and what came before it is kept; or
// naming a file without any.
Imported import_replies(ReplyStore& store, const std::filesystem::path& file);

}  // namespace drp::llm
