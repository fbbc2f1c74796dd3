// SPDX-License-Identifier: Apache-2.0
#include "cli/remote_models.h"

#include <utility>

#include "base/clock.h"
#include "base/error.h"
#include "cli/wiring.h"
#include "llm/http/batch_chat_model.h"
#include "llm/http/batch_file_model.h"
#include "llm/http/http_chat_model.h"
#include "llm/http/served_models.h"
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

llm::http::EndpointOptions teacher_endpoint(const pipeline::Recipe& recipe) {
  llm::http::EndpointOptions endpoint;
  endpoint.base_url = recipe.teacher.endpoint;
  endpoint.model = recipe.teacher.model;
  endpoint.api_key_env = recipe.teacher.api_key_env;
  endpoint.extra_body = recipe.teacher.extra_body;
  endpoint.concurrency_max = static_cast<int>(recipe.teacher.concurrency);
  endpoint.requests_per_minute = limit_of(recipe.teacher.rpm);
  endpoint.tokens_per_minute = limit_of(recipe.teacher.tpm);
  return endpoint;
}

std::function<void(std::string_view)> warner(Progress& progress) {
  return [&progress](std::string_view line) { progress.warn(std::string(line)); };
}

llm::http::HttpChatOptions client_options(const pipeline::Recipe& recipe, Progress& progress) {
  llm::http::HttpChatOptions options;
  options.seed = static_cast<std::uint64_t>(recipe.run.seed);
  options.warn = warner(progress);
  return options;
}

std::unique_ptr<llm::ChatModel> chat_client(const pipeline::Recipe& recipe, Progress& progress) {
  return llm::http::make_chat_model(teacher_endpoint(recipe), client_options(recipe, progress),
                                    process_clock());
}

// Batches of a run lie in its folder, and so belong to it alone.
std::unique_ptr<llm::ChatModel> batch_client(const pipeline::Recipe& recipe, Progress& progress) {
  llm::http::BatchOptions options;
  options.folder = std::filesystem::path(recipe.run.folder) / "batches";
  options.run = std::filesystem::path(recipe.run.folder).filename().string();
  options.seed = static_cast<std::uint64_t>(recipe.run.seed);
  options.warn = warner(progress);
  llm::http::EndpointOptions endpoint = teacher_endpoint(recipe);
  const auto environment = llm::http::process_environment();
  if (recipe.teacher.batch == "files") {
    endpoint.api_key_env = "none";
    return std::make_unique<llm::http::BatchFileModel>(
        llm::http::resolve_endpoint(std::move(endpoint), environment), std::move(options));
  }
  return llm::http::make_batch_model(std::move(endpoint), std::move(options), process_clock(),
                                     environment);
}

std::vector<llm::http::EndpointOptions> student_endpoints(const pipeline::Recipe& recipe,
                                                          const std::string& served) {
  const auto& at = recipe.student.endpoint;
  std::vector<llm::http::EndpointOptions> endpoints;
  const std::vector<std::string> one_of_the_environment = {""};
  for (const std::string& url : at.url.empty() ? one_of_the_environment : at.url) {
    llm::http::EndpointOptions& endpoint = endpoints.emplace_back();
    endpoint.base_url = url;
    endpoint.model = served;
    endpoint.api_key_env = at.api_key_env;
    endpoint.extra_body = at.extra_body;
    endpoint.concurrency_max = static_cast<int>(at.concurrency);
    endpoint.prefill = at.prefill == "assistant"  ? llm::http::Prefill::kAssistant
                       : at.prefill == "continue" ? llm::http::Prefill::kContinue
                                                  : llm::http::Prefill::kNone;
  }
  return endpoints;
}

}  // namespace

std::unique_ptr<llm::ChatModel> remote_teacher(const pipeline::Recipe& recipe, Progress& progress) {
  if (recipe.teacher.model.empty()) {
    throw Error(ErrorKind::kConfig,
                "teacher.kind is " + recipe.teacher.kind + " and teacher.model is empty",
                "set teacher.model=NAME as the service calls it");
  }
  pipeline::PaidModelOptions paid;
  paid.model = recipe.teacher.model;
  paid.shared_replies = cache_folder() / "replies";
  paid.batch = recipe.teacher.batch != "off";
  auto client = paid.batch ? batch_client(recipe, progress) : chat_client(recipe, progress);
  return std::make_unique<pipeline::PaidModel>(std::move(client), recipe, std::move(paid),
                                               progress);
}

std::unique_ptr<llm::ChatModel> remote_student(const pipeline::Recipe& recipe,
                                               const std::string& served, Progress& progress) {
  const auto& at = recipe.student.endpoint;
  if (served.empty()) {
    throw Error(ErrorKind::kConfig, "student.endpoint.url is set and student.endpoint.model empty",
                "set student.endpoint.model=NAME as the service calls it");
  }
  if (!recipe.student.response_prefix.empty() && at.prefill == "none") {
    throw Error(ErrorKind::kConfig,
                "student.response_prefix is set, and student.endpoint.prefill says that the "
                "service does not continue a response",
                "set student.endpoint.prefill to assistant (llama-server) or continue (vLLM, "
                "SGLang), or leave the prefix out");
  }
  return llm::http::make_chat_model(student_endpoints(recipe, served),
                                    client_options(recipe, progress), process_clock(),
                                    llm::http::process_environment());
}

std::vector<std::optional<std::vector<llm::ServedModel>>> served_models(
    const pipeline::Recipe& recipe, const std::string& served, const StopFlag& stop) {
  std::vector<std::optional<std::vector<llm::ServedModel>>> listed;
  for (const llm::http::EndpointOptions& endpoint : student_endpoints(recipe, served)) {
    listed.push_back(llm::http::served_models(endpoint, stop));
  }
  return listed;
}

std::unique_ptr<llm::ChatModel> open_endpoint(const std::string& url, const std::string& model) {
  llm::http::EndpointOptions endpoint;
  endpoint.base_url = url;
  endpoint.model = model;
  return llm::http::make_chat_model(endpoint, {}, process_clock());
}

}  // namespace drp::cli
