// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <unordered_map>
#include <vector>

#include "llm/chat_model.h"
#include "llm/http/batch_chat_model.h"
#include "llm/http/batch_rows.h"
#include "llm/http/endpoint.h"

namespace drp::llm::http {

// A ChatModel over the files of the Batch API alone; somebody else carries them to a service and
// back. run() pulls all requests, hands out what the files in FOLDER/results/ answer (output and
// error files, any names, any order) and writes request files FOLDER/requests-N-0001.jsonl, ... of
// the rest, but for those that a request file of the folder holds and no result mentions. A request
// that got no turn (expired, cancelled) or whose body holds a field that the model does not take is
// written again. A request file that is deleted is forgotten: what of it has no result is written
// anew.
//
// Throws Error{kPending} while a request waits for its result; the same call goes on later. Needs
// neither network nor key.
class BatchFileModel final : public ChatModel {
 public:
  // Of the options folder, limits, rounds_max and warn matter.
  BatchFileModel(Endpoint endpoint, BatchOptions options);

  std::string identity() const override { return endpoint_.identity; }
  void run(const Source& next, const Sink& done, const StopFlag& stop) override;

 private:
  using Turns = std::unordered_map<std::string, int>;  // by id

  Turns read_results(BatchRows& rows, const Sink& done) const;
  std::vector<std::filesystem::path> request_files() const;

  Endpoint endpoint_;
  BatchOptions options_;
};

}  // namespace drp::llm::http
