// SPDX-License-Identifier: Apache-2.0
#include "llm/http/testing/batch_desk.h"

#include <algorithm>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "base/text.h"

namespace drp::llm::http::testing {
namespace {

using nlohmann::json;

constexpr std::string_view kPrefix = "/v1";

std::vector<json> lines_of(const std::string& text) {
  std::vector<json> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) lines.push_back(json::parse(line));
  }
  return lines;
}

// The content of the part that has a file name in a multipart form.
std::string file_of_form(const std::string& body) {
  const std::size_t part = body.find("filename=");
  if (part == std::string::npos) return {};
  const std::size_t begin = body.find("\r\n\r\n", part) + 4;
  return body.substr(begin, body.find("\r\n--", begin) - begin);
}

ServerReply reply_of(const json& body, int status = 200) {
  ServerReply reply;
  reply.status = status;
  reply.body = body.dump();
  return reply;
}

ServerReply no_such() { return reply_of({{"error", {{"message", "no such thing"}}}}, 404); }

struct Batch {
  BatchFate fate;
  std::string input;
  std::string output;  // file ids; empty: none
  std::string errors;
};

}  // namespace

struct BatchDesk::State {
  ChatServer::Handler answer;
  std::vector<BatchFate> fates;
  mutable std::mutex mutex;
  std::vector<std::string> files;
  std::vector<Batch> batches;
  std::vector<std::size_t> handed_in;

  std::string keep(std::string content) {
    if (content.empty()) return {};
    files.push_back(std::move(content));
    return "file-" + std::to_string(files.size() - 1);
  }
  const std::string* file(const std::string& id) const {
    const auto number = parse_int(id.substr(std::min<std::size_t>(id.size(), 5)));
    const bool known = number && static_cast<std::size_t>(*number) < files.size();
    return known ? &files[static_cast<std::size_t>(*number)] : nullptr;
  }

  ServerReply create(const json& asked) {
    const std::string input = asked.at("input_file_id");
    const std::string* content = file(input);
    if (content == nullptr) return no_such();
    std::vector<json> lines = lines_of(*content);
    Batch batch;
    if (batches.size() < fates.size()) batch.fate = fates[batches.size()];
    batch.input = input;
    handed_in.push_back(lines.size());
    std::string output;
    std::string errors;
    std::reverse(lines.begin(), lines.end());
    for (std::size_t i = 0; i < lines.size(); ++i) {
      json line{{"custom_id", lines[i].at("custom_id")}, {"response", nullptr}, {"error", nullptr}};
      if (i >= batch.fate.answered_max) {
        line["error"] = {{"code", "batch_expired"}, {"message", "its turn did not come"}};
        errors += line.dump() + "\n";
        continue;
      }
      ServerRequest request;
      request.method = "POST";
      request.target = lines[i].at("url");
      request.body = lines[i].at("body").dump();
      const ServerReply reply = answer(request);
      line["response"] = {{"status_code", reply.status}, {"body", json::parse(reply.body)}};
      (reply.status < 300 ? output : errors) += line.dump() + "\n";
    }
    batch.output = keep(std::move(output));
    batch.errors = keep(std::move(errors));
    batches.push_back(std::move(batch));
    return reply_of(show(batches.size() - 1));
  }

  json show(std::size_t number) {
    Batch& batch = batches[number];
    json out{{"id", "batch-" + std::to_string(number)}, {"input_file_id", batch.input}};
    const bool open = batch.fate.polls-- > 0;
    out["status"] = open ? "in_progress" : batch.fate.state;
    if (open) return out;
    out["output_file_id"] = batch.output.empty() ? json() : json(batch.output);
    out["error_file_id"] = batch.errors;  // "" where there is none, as some services write it
    return out;
  }

  ServerReply list() {
    json data = json::array();
    for (std::size_t i = 0; i < batches.size(); ++i) {
      data.push_back({{"id", "batch-" + std::to_string(i)},
                      {"input_file_id", batches[i].input},
                      {"status", "in_progress"}});
    }
    return reply_of({{"data", data}});
  }
};

BatchDesk::BatchDesk(ChatServer::Handler answer, std::vector<BatchFate> fates)
    : state_(std::make_shared<State>()) {
  state_->answer = std::move(answer);
  state_->fates = std::move(fates);
}

ServerReply BatchDesk::operator()(const ServerRequest& request) const {
  const std::lock_guard lock(state_->mutex);
  const std::string path = request.target.substr(std::min(request.target.size(), kPrefix.size()));
  if (path == "/files") {
    const std::string id = state_->keep(file_of_form(request.body));
    return id.empty() ? no_such() : reply_of({{"id", id}});
  }
  if (path == "/batches" && request.method == "POST") {
    return state_->create(json::parse(request.body));
  }
  if (path.starts_with("/batches?")) return state_->list();
  if (path.starts_with("/batches/batch-")) {
    const auto number = parse_int(path.substr(15));
    const bool known = number && static_cast<std::size_t>(*number) < state_->batches.size();
    return known ? reply_of(state_->show(static_cast<std::size_t>(*number))) : no_such();
  }
  if (path.starts_with("/files/") && path.ends_with("/content")) {
    const std::string* content = state_->file(path.substr(7, path.size() - 7 - 8));
    if (content == nullptr) return no_such();
    ServerReply reply;
    reply.body = *content;
    return reply;
  }
  return no_such();
}

std::vector<std::size_t> BatchDesk::handed_in() const {
  const std::lock_guard lock(state_->mutex);
  return state_->handed_in;
}

}  // namespace drp::llm::http::testing
