// SPDX-License-Identifier: Apache-2.0
#include "llm/http/batch_ledger.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"

namespace drp::llm::http {
namespace {

using nlohmann::ordered_json;

constexpr int kVersion = 1;

std::filesystem::path place_in(const std::filesystem::path& folder) {
  return folder / "batches.json";
}

}  // namespace

BatchLedger BatchLedger::load(const std::filesystem::path& folder) {
  BatchLedger ledger;
  const std::filesystem::path place = place_in(folder);
  if (!std::filesystem::exists(place)) return ledger;
  try {
    const ordered_json json = ordered_json::parse(read_file(place));
    if (json.at("version").get<int>() != kVersion) {
      throw Error(ErrorKind::kData, place.string() + " is of another version of drp");
    }
    ledger.lines_max = json.at("lines_max").get<std::size_t>();
    ledger.one_at_a_time = json.at("one_at_a_time").get<bool>();
    for (const ordered_json& entry : json.at("jobs")) {
      BatchJob job;
      job.requests = entry.at("requests").get<std::string>();
      job.lines = entry.at("lines").get<std::size_t>();
      job.file_id = entry.at("file_id").get<std::string>();
      job.batch_id = entry.at("batch_id").get<std::string>();
      job.ended = entry.at("ended").get<bool>();
      job.counts = entry.at("counts").get<bool>();
      ledger.jobs.push_back(std::move(job));
    }
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kData, place.string() + ": " + error.what(),
                "it lists the batches that were paid for; restore it, or take another folder");
  }
  return ledger;
}

void BatchLedger::save(const std::filesystem::path& folder) const {
  ordered_json json;
  json["version"] = kVersion;
  json["lines_max"] = lines_max;
  json["one_at_a_time"] = one_at_a_time;
  json["jobs"] = ordered_json::array();
  for (const BatchJob& job : jobs) {
    json["jobs"].push_back({{"requests", job.requests},
                            {"lines", job.lines},
                            {"file_id", job.file_id},
                            {"batch_id", job.batch_id},
                            {"ended", job.ended},
                            {"counts", job.counts}});
  }
  write_file_atomic(place_in(folder), json.dump(2) + "\n");
}

}  // namespace drp::llm::http
