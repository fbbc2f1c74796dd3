// SPDX-License-Identifier: Apache-2.0
// How long the rules take for what a model that loops writes: one sentence again and again, in one
// line. Twice as much may take about twice as long.
//   loops_bench [REPEATS]
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>

#include "base/text.h"
#include "path/import_trace.h"
#include "prune/prune.h"
#include "teacher/rules/rules_teacher.h"

namespace drp {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_for(const std::string& sentence, int repeats) {
  const Problem problem{"loop", "What is 2 + 3?", "5", "math", {}};
  std::string text = "<think>\nOkay, so let me think. ";
  for (int i = 0; i < repeats; ++i) text += sentence;
  text += "So the answer is 5.\n</think>\n\nThe answer is \\boxed{5}.";
  const Trace trace = path::make_trace({problem.id, 0, FinishReason::kUnknown, ""}, text);
  teacher::RulesTeacher teacher;
  const auto begin = Clock::now();
  if (const auto plan = teacher.plan(problem, trace)) {
    prune::prune_trace(problem, trace, *plan, {}, [](std::string_view said) {
      return static_cast<std::int64_t>(said.size());
    });
  }
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

int run(int repeats) {
  std::printf("| sentence | %d times, s | %d times, s | ratio |\n|---|---|---|---|\n", repeats,
              2 * repeats);
  for (const std::string sentence :
       {"Hmm, wait. 3 + 4 = 7. 3 + 5. ", "Wait, it is 7, not 8. So 3 + 5 = 8. ",
        "But how many are there? Maybe 7. ", "70 plus 40 is 110, and then plus 5 more is 115, ",
        "Let me verify that. It is 2 * 3 = 6, which matches. ",
        "Alternatively, 2 + 3 = 5. But wait, it's better to add. ",
        "So we're left with 5. x = 2 + 3. ", "Hence $x = \\frac{1}{2}$ and ", "the Cats = 3 Dogs ",
        "\\[ x^2 + 1 = 5 \\] ", "(2 + 3) * (", "Friend 4: 60\n\n", "20% of 50 ", "| 1 | 2 |\n",
        "\u6240\u4ee5\u7b54\u6848\u662f5\u3002\u7b49\u7b49\uff0c"}) {
    const double once = seconds_for(sentence, repeats);
    const double twice = seconds_for(sentence, 2 * repeats);
    std::string shown = sentence;
    std::replace(shown.begin(), shown.end(), '\n', ' ');
    std::replace(shown.begin(), shown.end(), '|', '/');
    std::printf("| %s | %.2f | %.2f | %.1f |\n", shown.c_str(), once, twice, twice / once);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace drp

int main(int count, char** arguments) {
  const long repeats = count > 1 ? drp::parse_int(arguments[1]).value_or(0) : 8000;
  if (repeats <= 0 || repeats > 1000000) {
    std::fprintf(stderr, "usage: loops_bench [REPEATS], 1 to 1000000\n");
    return 2;
  }
  return drp::run(static_cast<int>(repeats));
}
