// SPDX-License-Identifier: Apache-2.0
#include "llm/http/batch_file_model.h"

#include <algorithm>
#include <cstdint>
#include <unordered_set>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "llm/http/batch_files.h"

namespace drp::llm::http {
namespace {

constexpr std::string_view kRequests = "requests-";
constexpr std::size_t kFilesNamed = 3;

std::filesystem::path results_in(const std::filesystem::path& folder) { return folder / "results"; }

// In the order of their names.
std::vector<std::filesystem::path> jsonl_files(const std::filesystem::path& folder,
                                               std::string_view prefix) {
  std::vector<std::filesystem::path> files;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(prefix) && name.ends_with(".jsonl")) files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The N of the requests-N-0001.jsonl to write next.
std::int64_t next_number(const std::vector<std::filesystem::path>& files) {
  std::int64_t last = 0;
  for (const std::filesystem::path& file : files) {
    const std::string name = file.filename().string().substr(kRequests.size());
    last = std::max(last, parse_int(name.substr(0, name.find('-'))).value_or(0));
  }
  return last + 1;
}

}  // namespace

BatchFileModel::BatchFileModel(Endpoint endpoint, BatchOptions options)
    : endpoint_(std::move(endpoint)), options_(std::move(options)) {}

std::vector<std::filesystem::path> BatchFileModel::request_files() const {
  return jsonl_files(options_.folder, kRequests);
}

// Hands out the replies; returns how many results each request has that are none.
BatchFileModel::Turns BatchFileModel::read_results(BatchRows& rows, const Sink& done) const {
  Turns in_vain;
  for (const auto& file : jsonl_files(results_in(options_.folder), "")) {
    read_batch_results(file, endpoint_, [&](const BatchResult& result) {
      rows.take(result, false, done);
      if (rows.wants(result.id)) ++in_vain[result.id];
    });
  }
  return in_vain;
}

void BatchFileModel::run(const Source& next, const Sink& done, const StopFlag& stop) {
  BatchRows rows(endpoint_, options_);
  make_folder(results_in(options_.folder));
  rows.pull(next, done);
  stop.check();
  Turns in_vain = read_results(rows, done);
  std::unordered_set<std::string> waiting;
  std::vector<std::string> open_files;
  for (const auto& file : request_files()) {
    stop.check();
    bool open = false;
    LineReader requests(file);
    while (const auto line = requests.next()) {
      const std::string id = batch_id_of(*line, requests.where());
      if (!rows.wants(id)) continue;
      if (in_vain[id] > 0) {
        --in_vain[id];
        rows.had_turn(*line, requests.where(), done);
      } else {
        waiting.insert(id);
        open = true;
      }
    }
    if (open) open_files.push_back(file.string());
  }
  rows.report_errors();
  const std::string name = std::string(kRequests) + std::to_string(next_number(request_files()));
  for (const BatchFile& file : rows.write(name, options_.limits, SIZE_MAX, waiting, done)) {
    open_files.push_back(file.path.string());
  }
  rows.report_errors();
  if (rows.empty()) return;
  const std::size_t more = open_files.size() - std::min(open_files.size(), kFilesNamed);
  open_files.resize(open_files.size() - more);
  throw Error(ErrorKind::kPending,
              std::to_string(rows.size()) + " requests wait for a result: hand in " +
                  join(open_files, ", ") +
                  (more > 0 ? " and " + std::to_string(more) + " more" : ""),
              "put the result and error files into " + results_in(options_.folder).string() +
                  " and run the same command again");
}

}  // namespace drp::llm::http
