// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/stop.h"
#include "llm/http/endpoint.h"
#include "llm/http/transport.h"
#include "llm/http/verdict.h"

namespace drp::llm::http {

enum class BatchState {
  kValidating,
  kFailed,  // never began; `failure` says why
  kInProgress,
  kFinalizing,
  kCompleted,
  kExpired,
  kCancelling,
  kCancelled,
};

struct BatchStatus {
  std::string id;
  BatchState state = BatchState::kValidating;
  std::string output_file;  // empty: none (services write null, "" or nothing at all)
  std::string error_file;
  std::int64_t total = 0;
  std::int64_t completed = 0;
  std::int64_t failed = 0;
  std::string failure_code;  // of the first error
  std::string failure;       // all errors, joined

  // Nothing more will happen to it.
  bool ended() const;
};

// Throws Error{kService} for what is no batch object, or a state that is not known.
BatchStatus read_batch_status(const nlohmann::json& body);
std::string_view batch_state_name(BatchState state);

// The calls of the Batch API, one at a time. Each is tried again where that helps, as often as the
// endpoint's retries_max says; throws Error{kAuth}, {kConfig} or {kService} then, and what stop
// throws.
class BatchService {
 public:
  // All outlive the service.
  struct Parts {
    const Endpoint& endpoint;
    Transport& transport;
    const Clock& clock;
    const StopFlag& stop;
  };
  BatchService(Parts parts, std::uint64_t seed) : parts_(parts), random_(seed) {}

  // Uploads a request file and returns its id there.
  std::string upload(const std::filesystem::path& file);
  // Starts a batch over it; `run` is put into the metadata. A file just uploaded may not be seen
  // yet: that is waited for.
  BatchStatus create(const std::string& file_id, const std::string& run);
  BatchStatus status(const std::string& batch_id);
  // The batch over this file among the latest hundred, if there is one: what a run that was killed
  // between create() and writing the answer down had started.
  std::optional<BatchStatus> find(const std::string& file_id);
  // Fetches a result file.
  void download(const std::string& file_id, const std::filesystem::path& place);
  // Waits, unless a stop is requested.
  void pause(double seconds);

 private:
  HttpCall call(std::string_view method, std::string_view path,
                const std::string& query = {}) const;
  nlohmann::json send(const HttpCall& call, std::string_view what);

  Parts parts_;
  Random random_;
};

}  // namespace drp::llm::http
