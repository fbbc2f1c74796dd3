// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace drp::curate {

// One example as other trainers want it.
struct ExportRow {
  std::string id;
  std::string system;
  std::string question;
  std::string response;
  std::int64_t tokens_before = 0;
  std::int64_t tokens_after = 0;
};

// Writes a data set in three forms side by side, each published whole:
//   messages.jsonl      {"messages":[{"role","content"},...], ...}   (TRL, OpenAI)
//   sharegpt.jsonl {"conversations":[{"from":"human","value"},{"from":"gpt","value"}],"system"}
//   alpaca.jsonl        {"instruction","input","output","system"}
//   dataset_info.json   LLaMA-Factory's description of all three
// with the extra columns id, tokens_before, tokens_after.
class RowExporter {
 public:
  explicit RowExporter(const std::filesystem::path& folder);
  ~RowExporter();

  void add(const ExportRow& row);
  // Makes the files visible. Without it nothing is left behind.
  void publish();

 private:
  struct Files;
  std::unique_ptr<Files> files_;
};

}  // namespace drp::curate
