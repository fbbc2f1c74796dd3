// SPDX-License-Identifier: Apache-2.0
#include "curate/export_rows.h"

#include <nlohmann/json.hpp>

#include "base/file.h"
#include "records/json_line.h"

namespace drp::curate {
namespace {

using Json = nlohmann::ordered_json;

std::string line_of(const Json& json) { return dump_line(json) + "\n"; }

void add_extras(Json& json, const ExportRow& row) {
  json["id"] = row.id;
  json["tokens_before"] = row.tokens_before;
  json["tokens_after"] = row.tokens_after;
}

Json dataset_info() {
  return {
      {"drp_messages",
       {{"file_name", "messages.jsonl"},
        {"formatting", "sharegpt"},
        {"columns", {{"messages", "messages"}}},
        {"tags",
         {{"role_tag", "role"},
          {"content_tag", "content"},
          {"user_tag", "user"},
          {"assistant_tag", "assistant"},
          {"system_tag", "system"}}}}},
      {"drp_sharegpt",
       {{"file_name", "sharegpt.jsonl"},
        {"formatting", "sharegpt"},
        {"columns", {{"messages", "conversations"}, {"system", "system"}}},
        {"tags",
         {{"role_tag", "from"},
          {"content_tag", "value"},
          {"user_tag", "human"},
          {"assistant_tag", "gpt"}}}}},
      {"drp_alpaca",
       {{"file_name", "alpaca.jsonl"},
        {"formatting", "alpaca"},
        {"columns",
         {{"prompt", "instruction"},
          {"query", "input"},
          {"response", "output"},
          {"system", "system"}}}}},
  };
}

}  // namespace

struct RowExporter::Files {
  explicit Files(const std::filesystem::path& root)
      : folder(root),
        messages(root / "messages.jsonl"),
        sharegpt(root / "sharegpt.jsonl"),
        alpaca(root / "alpaca.jsonl") {}

  std::filesystem::path folder;
  AtomicFile messages;
  AtomicFile sharegpt;
  AtomicFile alpaca;
};

RowExporter::RowExporter(const std::filesystem::path& folder) {
  make_folder(folder);
  files_ = std::make_unique<Files>(folder);
}

RowExporter::~RowExporter() = default;

void RowExporter::add(const ExportRow& row) {
  Json messages = {{"messages", Json::array()}};
  if (!row.system.empty()) {
    messages["messages"].push_back({{"role", "system"}, {"content", row.system}});
  }
  messages["messages"].push_back({{"role", "user"}, {"content", row.question}});
  messages["messages"].push_back({{"role", "assistant"}, {"content", row.response}});
  add_extras(messages, row);
  files_->messages.write(line_of(messages));

  Json sharegpt = {
      {"conversations",
       {{{"from", "human"}, {"value", row.question}}, {{"from", "gpt"}, {"value", row.response}}}},
      {"system", row.system}};
  add_extras(sharegpt, row);
  files_->sharegpt.write(line_of(sharegpt));

  Json alpaca = {{"instruction", row.question},
                 {"input", ""},
                 {"output", row.response},
                 {"system", row.system}};
  add_extras(alpaca, row);
  files_->alpaca.write(line_of(alpaca));
}

void RowExporter::publish() {
  files_->messages.publish();
  files_->sharegpt.publish();
  files_->alpaca.publish();
  write_file_atomic(files_->folder / "dataset_info.json", dataset_info().dump(2) + "\n");
}

}  // namespace drp::curate
