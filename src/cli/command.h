// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "base/progress.h"
#include "base/stop.h"

namespace drp::cli {

// One flag or positional argument. A flag of several values takes one word a time it is given;
// commas are the command's own affair (separate_words()). `target` must live as long as the
// command; an untouched target keeps its default, which help shows.
struct Flag {
  using Target =
      std::variant<bool*, std::int64_t*, double*, std::string*, std::vector<std::string>*>;

  std::string name;     // "--limit", "-o,--output" or, without dashes, a positional "recipe"
  std::string metavar;  // what stands for the value: "N", "FILE"; empty for switches
  std::string doc;      // one line; empty: hidden from help
  Target target;
  bool required = false;
  // Whole numbers: allowed range, both ends included.
  std::int64_t low = std::numeric_limits<std::int64_t>::min();
  std::int64_t high = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> choices = {};  // of one word: what it may be; empty: anything
};

// What a command may use of the world.
struct Context {
  Progress& progress;
  const StopFlag& stop;
};

// One row of the command table.
struct Command {
  std::string name;
  std::string group;    // heading in `drp --help`
  std::string doc;      // one line
  std::string details;  // shown by `drp NAME --help`, with an example
  std::vector<Flag> flags;
  std::function<int(const Context&)> run;  // returns the exit code; may throw Error
};

// Every command, in the order of the help page. A command holds its own options.
std::vector<Command> command_table();

}  // namespace drp::cli
