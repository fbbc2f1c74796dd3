// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "llm/chat_model.h"
#include "llm/http/endpoint.h"
#include "llm/http/parameters.h"
#include "llm/http/verdict.h"

// The files of the Batch API. They need no network: a user may carry them through a queue of their
// own. Request line: {"custom_id","method","url","body"}; result line: {"custom_id","response":
// {"status_code","body"},"error"}.
namespace drp::llm::http {

struct BatchLimits {
  std::size_t lines_max = 50'000;       // of one file
  std::size_t bytes_max = 200'000'000;  // likewise
};

// One line of a request file.
struct BatchRequest {
  std::string id;    // custom_id: a hash of endpoint, model and body: equal for equal questions
  std::string line;  // without LF
};
// Throws what request_body() throws.
BatchRequest batch_request(const ChatRequest& request, const Endpoint& endpoint);
// The same line without what its model was found not to take; the id stays.
std::string adapted_batch_line(std::string_view line, const Quirks& quirks);

struct BatchFile {
  std::filesystem::path path;
  std::size_t lines = 0;
};

// Writes request files FOLDER/NAME-0001.jsonl, ...; a new one where a limit would be passed. A file
// is visible once it is whole.
class BatchWriter {
 public:
  BatchWriter(std::filesystem::path folder, std::string name, BatchLimits limits);

  // Throws Error{kData} for a line that is over the limit of a file by itself.
  void add(std::string_view line);
  // Publishes the last file; all files in order.
  std::vector<BatchFile> finish();

 private:
  void publish();

  std::filesystem::path folder_;
  std::string name_;
  BatchLimits limits_;
  std::vector<BatchFile> files_;  // the last one is open while file_ is
  std::unique_ptr<AtomicFile> file_;
  std::size_t bytes_ = 0;
};

// What became of one request.
struct BatchResult {
  std::string id;
  Outcome outcome;  // kRetry where the batch ended before this request's turn
};

// Reads an output or error file in whatever order it is; lines end at LF only. Throws Error{kData}
// with file and line for what is no result line.
void read_batch_results(const std::filesystem::path& file, const Endpoint& endpoint,
                        const std::function<void(BatchResult)>& sink);

// The custom_id of a request or result line.
std::string batch_id_of(std::string_view line, std::string_view where);

}  // namespace drp::llm::http
