// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace drp::llm::http {

// One request file on its way. Each step is written down before the next begins.
struct BatchJob {
  std::string requests;  // file name in the folder
  std::size_t lines = 0;
  std::string file_id;   // empty: not uploaded yet
  std::string batch_id;  // empty: not started yet
  bool ended = false;    // its result files, as far as there are any, lie in the folder
  bool counts = true;    // its requests had their turn

  bool operator==(const BatchJob&) const = default;
};

// What a folder of batches holds, kept in FOLDER/batches.json so that any later run goes on.
struct BatchLedger {
  std::vector<BatchJob> jobs;
  std::size_t lines_max = 0;   // 0: the usual limit; lower after the service said "too many tokens"
  bool one_at_a_time = false;  // likewise

  bool operator==(const BatchLedger&) const = default;

  // An empty ledger where there is no file. Throws Error{kData} for one that cannot be read.
  static BatchLedger load(const std::filesystem::path& folder);
  void save(const std::filesystem::path& folder) const;
};

}  // namespace drp::llm::http
