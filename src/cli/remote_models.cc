// SPDX-License-Identifier: Apache-2.0
#include "cli/remote_models.h"

#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "cli/wiring.h"
#include "llm/http/http_chat_model.h"
#include "pipeline/paid_model.h"

namespace drp::cli {
namespace {

const Clock& process_clock() {
  static const SystemClock kClock;
  return kClock;
}

std::optional<std::int64_t> limit_of(std::int64_t value) {
  return value > 0 ? std::optional<std::int64_t>(value) : std::nullopt;
}

}  // namespace

std::unique_ptr<llm::ChatModel> remote_teacher(const pipeline::Recipe& recipe, Progress& progress) {
  if (recipe.teacher.model.empty()) {
    throw Error(ErrorKind::kConfig,
                "teacher.kind is " + recipe.teacher.kind + " and teacher.model is empty",
                "set teacher.model=NAME as the service calls it");
  }
  llm::http::EndpointOptions endpoint;
  endpoint.base_url = recipe.teacher.endpoint;
  endpoint.model = recipe.teacher.model;
  endpoint.api_key_env = recipe.teacher.api_key_env;
  endpoint.extra_body = recipe.teacher.extra_body;
  endpoint.concurrency_max = static_cast<int>(recipe.teacher.concurrency);
  endpoint.requests_per_minute = limit_of(recipe.teacher.rpm);
  endpoint.tokens_per_minute = limit_of(recipe.teacher.tpm);
  llm::http::HttpChatOptions options;
  options.seed = static_cast<std::uint64_t>(recipe.run.seed);
  options.warn = [&progress](std::string_view line) { progress.warn(std::string(line)); };
  auto client = llm::http::make_chat_model(endpoint, std::move(options), process_clock());
  pipeline::PaidModelOptions paid;
  paid.model = recipe.teacher.model;
  paid.shared_replies = cache_folder() / "replies";
  return std::make_unique<pipeline::PaidModel>(std::move(client), recipe, std::move(paid),
                                               progress);
}

std::unique_ptr<llm::ChatModel> open_endpoint(const std::string& url, const std::string& model) {
  llm::http::EndpointOptions endpoint;
  endpoint.base_url = url;
  endpoint.model = model;
  return llm::http::make_chat_model(endpoint, {}, process_clock());
}

}  // namespace drp::cli
