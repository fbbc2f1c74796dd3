// SPDX-License-Identifier: Apache-2.0
#include "cli/read_arguments.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "cli/command_files.h"
#include "problems/columns.h"

namespace drp::cli {

std::vector<Flag> read_flags(ReadArguments& arguments) {
  return {
      {"--column", "PART=NAME",
       "column of question, answer, response, id, ...; several with commas (docs/recipe.md, "
       "Columns)",
       &arguments.columns},
      {"--domain", "DOMAIN", "who grades: math, choice, text or code", &arguments.domain},
      {"--limit", "N", "at most so many rows of each file; 0: all", &arguments.limit, false, 0}};
}

problems::ReadOptions read_options(const ReadArguments& arguments) {
  // The domain command needs the verifier that a recipe names.
  constexpr std::array kDomains = {"math", "choice", "text", "code"};
  if (std::find(kDomains.begin(), kDomains.end(), arguments.domain) == kDomains.end()) {
    throw Error(ErrorKind::kUsage,
                "--domain is '" + arguments.domain + "', expected math, choice, text or code");
  }
  problems::ReadOptions options;
  options.columns = problems::column_map(separate_words(arguments.columns));
  options.domain = arguments.domain;
  options.rows_max = arguments.limit;
  return options;
}

}  // namespace drp::cli
