// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <filesystem>
#include <map>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/machine.h"
#include "cli/wiring.h"
#include "llm/reply_exchange.h"
#include "llm/reply_store.h"
#include "pipeline/price_file.h"

namespace drp::cli {
namespace {

using Access = llm::ReplyStore::Access;

struct Options {
  std::string action;
  std::string file;
  std::string model;
  std::string run;
  std::string folder;
  bool yes = false;
};

std::filesystem::path folder_of(const Options& options) {
  return options.folder.empty() ? cache_folder() / "replies"
                                : std::filesystem::path(options.folder);
}

void need_file(const Options& options) {
  if (!options.file.empty()) return;
  throw Error(ErrorKind::kUsage, "cache: " + options.action + " needs a FILE",
              "write `drp cache " + options.action + " replies.jsonl`");
}

int info(const Options& options) {
  llm::ReplyStore store(folder_of(options), Access::kLook);
  const llm::ReplyStore::Info info = store.info();
  std::printf("folder    %s\nreplies   %s\nsegments  %s\nsize      %s\n",
              folder_of(options).c_str(), format_count(info.replies).c_str(),
              format_count(info.segments).c_str(), show_bytes(info.bytes).c_str());
  std::map<std::string, std::int64_t> models;
  store.visit([&](const StoredReply& reply) { ++models[reply.model]; });
  for (const auto& [model, count] : models) {
    std::printf("model     %s: %s\n", model.c_str(), format_count(count).c_str());
  }
  return 0;
}

int list(const Options& options) {
  llm::ReplyStore store(folder_of(options), Access::kLook);
  store.visit([&](const StoredReply& reply) {
    if (!options.model.empty() && reply.model != options.model) return;
    std::string start = replace_all(reply.text.substr(0, 60), "\n", " ");
    std::printf("%s  %s  %s  %s in, %s out  %s\n", reply.key.substr(0, 12).c_str(),
                reply.model.c_str(), std::string(enum_name(reply.finish)).c_str(),
                format_count(reply.prompt_tokens).c_str(),
                format_count(reply.completion_tokens).c_str(), repair_utf8(start).c_str());
  });
  return 0;
}

int export_to(const Context& context, const Options& options) {
  need_file(options);
  llm::ReplyStore store(folder_of(options), Access::kLook);
  std::optional<std::set<std::string>> keys;
  if (!options.run.empty()) keys = llm::keys_of_run(pipeline::spending_file(options.run));
  const llm::ReplyFilter filter{options.model, keys ? &*keys : nullptr};
  std::int64_t count = 0;
  if (options.file == "-") {
    count = llm::export_replies(store, filter, [](const std::string& line) {
      std::fwrite(line.data(), 1, line.size(), stdout);
      std::fputc('\n', stdout);
    });
  } else {
    AtomicFile file(options.file);
    count = llm::export_replies(store, filter,
                                [&](const std::string& line) { file.write(line + "\n"); });
    file.publish();
  }
  context.progress.info("cache: " + format_count(count) + " replies written to " + options.file);
  return 0;
}

int import_from(const Context& context, const Options& options) {
  need_file(options);
  llm::ReplyStore store(folder_of(options));
  const llm::Imported imported = llm::import_replies(store, options.file);
  for (const std::string& note : store.take_notes()) context.progress.warn(note);
  context.progress.info("cache: " + format_count(imported.added) + " replies added, " +
                        format_count(imported.known) + " were there");
  return 0;
}

int clear(const Context& context, const Options& options) {
  llm::ReplyStore store(folder_of(options));
  const std::size_t count = store.size();
  if (!options.yes && count > 0) {
    throw Error(ErrorKind::kUsage,
                "cache: clear removes " + format_count(static_cast<std::int64_t>(count)) +
                    " replies that were paid for",
                "export them first, or say --yes");
  }
  store.clear();
  context.progress.info("cache: " + format_count(static_cast<std::int64_t>(count)) +
                        " replies removed");
  return 0;
}

// By the actions that hear them; --folder is heard by all.
using FlagsOfActions = std::map<std::string, FlagsOfOneForm>;

FlagsOfActions flags_of_actions(const std::vector<Flag>& flags) {
  const auto these = [&](const std::vector<std::string>& names) {
    return FlagsOfOneForm(flags_named(flags, names));
  };
  return {{"list and export", these({"--model"})},
          {"export", these({"--run"})},
          {"export and import", these({"file"})},
          {"clear", these({"--yes"})}};
}

void check_flags(const FlagsOfActions& flags, const std::string& action) {
  for (const auto& [actions, form] : flags) {
    if (!contains(" " + actions + " ", " " + action + " ")) {
      form.refuse("cache", actions, "this is " + action);
    }
  }
}

int run(const Context& context, const Options& options) {
  if (options.action == "info") return info(options);
  if (options.action == "list") return list(options);
  if (options.action == "export") return export_to(context, options);
  if (options.action == "import") return import_from(context, options);
  return clear(context, options);
}

}  // namespace

Command cache_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "cache";
  command.group = "Look";
  command.doc = "the replies of teachers that are kept: info, list, export, import, clear";
  command.details =
      "A reply that was paid for is never asked for again. `export` writes replies as JSON Lines\n"
      "(docs/formats.md, \"Stored reply\"), so that others can repeat a run without its teacher;\n"
      "`import` reads them. No request and no key is in them.\n\n"
      "Example:\n  drp cache export replies.jsonl --run runs/mine";
  command.flags = {
      {.name = "action",
       .metavar = "ACTION",
       .doc = "info, list, export, import or clear",
       .target = &options->action,
       .required = true,
       .choices = {"info", "list", "export", "import", "clear"}},
      {"file", "FILE", "of export and import; - for standard output", &options->file},
      {"--model", "NAME", "list, export: only the replies of this model", &options->model},
      {"--run", "FOLDER", "export: only the replies that this run asked for", &options->run},
      {"--folder", "FOLDER", "another store than the shared one", &options->folder},
      {"--yes", "", "clear: really", &options->yes}};
  const auto flags = std::make_shared<const FlagsOfActions>(flags_of_actions(command.flags));
  command.run = [options, flags](const Context& context) {
    check_flags(*flags, options->action);
    return run(context, *options);
  };
  return command;
}

}  // namespace drp::cli
