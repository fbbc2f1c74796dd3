// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

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
  command.flags = {{.name = "page",
                    .metavar = "PAGE",
                    .doc = "cli, recipe or formats",
                    .target = page.get(),
                    .required = true,
                    .choices = {"cli", "recipe", "formats"}}};
  command.run = [page](const Context&) {
    std::string text;
    if (*page == "cli") {
      text = commands_markdown(command_table());
    } else if (*page == "recipe") {
      text = recipe_markdown();
    } else {
      text = formats_markdown();
    }
    std::fwrite(text.data(), 1, text.size(), stdout);
    return 0;
  };
  return command;
}

}  // namespace drp::cli
