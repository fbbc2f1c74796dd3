// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "base/error.h"
#include "cli/commands.h"
#include "cli/help_text.h"
#include "cli/reference_pages.h"

namespace drp::cli {

Command docs_command() {
  const auto page = std::make_shared<std::string>();
  Command command;
  command.name = "docs";
  command.group = "Look";
  command.doc = "print a reference page as Markdown: cli, recipe or formats";
  command.details = "Example:\n  drp docs recipe | less";
  command.flags = {{"page", "PAGE", "cli, recipe or formats", page.get(), true}};
  command.run = [page](const Context&) {
    std::string text;
    if (*page == "cli") {
      text = commands_markdown(command_table());
    } else if (*page == "recipe") {
      text = recipe_markdown();
    } else if (*page == "formats") {
      text = formats_markdown();
    } else {
      throw Error(ErrorKind::kUsage,
                  "unknown page '" + *page + "', expected cli, recipe or formats");
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  };
  return command;
}

}  // namespace drp::cli
