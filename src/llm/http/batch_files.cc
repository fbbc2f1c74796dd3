// SPDX-License-Identifier: Apache-2.0
#include "llm/http/batch_files.h"

#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/fingerprint.h"
#include "llm/http/json_text.h"
#include "records/json_line.h"

namespace drp::llm::http {
namespace {

using nlohmann::json;
using nlohmann::ordered_json;

json read_line(std::string_view line, std::string_view where) {
  const std::optional<json> value = read_service_json(line);
  if (!value || !value->is_object() || !value->contains("custom_id") ||
      !(*value)["custom_id"].is_string()) {
    throw Error(ErrorKind::kData, std::string(where) + ": no line of a batch file (custom_id)");
  }
  return *value;
}

// {"code":"batch_expired","message":...}: the request's turn never came.
Outcome undone(const json& error) {
  Outcome outcome;
  outcome.verdict = Verdict::kRetry;
  if (const auto told = read_service_error(json{{"error", error}}, 200)) outcome.error = *told;
  return outcome;
}

Outcome outcome_of(const json& line, const Endpoint& endpoint) {
  const auto response = line.find("response");
  if (response == line.end() || !response->is_object()) {
    return undone(line.contains("error") ? line["error"] : json());
  }
  int status = 200;
  if (const auto told = response->find("status_code");
      told != response->end() && told->is_number_integer()) {
    status = told->get<int>();
  }
  const auto body = response->find("body");
  return judge_body(body == response->end() ? json() : *body, status, endpoint);
}

}  // namespace

BatchRequest batch_request(const ChatRequest& request, const Endpoint& endpoint) {
  if (request.form != PromptForm::kChat) {
    throw Error(ErrorKind::kConfig, "a batch holds chats, and this request is a bare prompt");
  }
  const ordered_json body = request_body(request, endpoint, initial_quirks(endpoint));
  const std::string text = dump_line(body);
  BatchRequest out;
  out.id = Fingerprint().add(endpoint.identity).add(text).hex();
  out.line = dump_line({{"custom_id", out.id},
                        {"method", "POST"},
                        {"url", endpoint.azure ? "/chat/completions" : "/v1/chat/completions"},
                        {"body", body}});
  return out;
}

std::string adapted_batch_line(std::string_view line, const Quirks& quirks) {
  if (quirks.version == 0) return std::string(line);
  ordered_json json = ordered_json::parse(line);
  apply_quirks(json["body"], quirks);
  return dump_line(json);
}

BatchWriter::BatchWriter(std::filesystem::path folder, std::string name, BatchLimits limits)
    : folder_(std::move(folder)), name_(std::move(name)), limits_(limits) {
  make_folder(folder_);
}

void BatchWriter::add(std::string_view line) {
  if (line.size() + 1 > limits_.bytes_max) {
    throw Error(ErrorKind::kData, "a request of " + std::to_string(line.size()) +
                                      " bytes is over the " + std::to_string(limits_.bytes_max) +
                                      " of a whole batch file");
  }
  const bool full = file_ && (files_.back().lines == limits_.lines_max ||
                              bytes_ + line.size() + 1 > limits_.bytes_max);
  if (full) publish();
  if (!file_) {
    char number[16];
    std::snprintf(number, sizeof number, "-%04zu.jsonl", files_.size() + 1);
    files_.push_back({folder_ / (name_ + number), 0});
    file_ = std::make_unique<AtomicFile>(files_.back().path);
  }
  file_->write(line);
  file_->write("\n");
  ++files_.back().lines;
  bytes_ += line.size() + 1;
}

void BatchWriter::publish() {
  if (file_) file_->publish();
  file_.reset();
  bytes_ = 0;
}

std::vector<BatchFile> BatchWriter::finish() {
  publish();
  return files_;
}

void read_batch_results(const std::filesystem::path& file, const Endpoint& endpoint,
                        const std::function<void(BatchResult)>& sink) {
  LineReader reader(file);
  while (const auto text = reader.next()) {
    if (text->empty()) continue;
    const json line = read_line(endpoint.key.redact(*text), reader.where());
    sink({line["custom_id"].get<std::string>(), outcome_of(line, endpoint)});
  }
}

std::string batch_id_of(std::string_view line, std::string_view where) {
  return read_line(line, where)["custom_id"].get<std::string>();
}

}  // namespace drp::llm::http
