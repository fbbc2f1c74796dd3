// SPDX-License-Identifier: Apache-2.0
#include "browser/sample_ablation.h"

#include <string>

namespace drp::report {
namespace {

struct Scores {
  const char* cell;
  const char* sort;
  double accuracy;
  double tokens;
  double target_tokens;
};
constexpr Scores kScores[] = {
    {"base", "base", 0.86, 900, 0},         {"skill", "skill", 0.85, 330, 310},
    {"skill@gpt", "skill", 0.87, 420, 400}, {"default", "default", 0.84, 400, 370},
    {"none", "none", 0.82, 450, 380},       {"unpruned", "unpruned", 0.855, 880, 870},
    {"random", "random", 0.41, 460, 310},   {"foreign", "foreign", 0.12, 425, 309},
};
constexpr double kHalf = 0.02;  // of an interval of accuracy

void add_cell(const Scores& scores, std::int64_t seeds, StudentAblation& student) {
  AblationCell cell{.name = scores.cell, .sort = scores.sort, .teacher = "rules"};
  ArmSummary arm;
  arm.arm = scores.cell;
  arm.responses = 400 * seeds;
  arm.accuracy = {scores.accuracy, scores.accuracy - kHalf, scores.accuracy + kHalf};
  arm.tokens_mean = scores.tokens;
  arm.reasoning_tokens_mean = 0.8 * scores.tokens;
  arm.answer_tokens_mean = 0.2 * scores.tokens;
  if (cell.sort != "base") {
    cell.rows = 300 * seeds;
    cell.target_tokens = scores.target_tokens;
    cell.trace_tokens = 890;
    PairedComparison pair;
    pair.before = "base";
    pair.after = scores.cell;
    pair.group = "all";
    pair.pairs = 400;
    pair.accuracy_difference = {scores.accuracy - 0.86, scores.accuracy - 0.88,
                                scores.accuracy - 0.84};
    const double cut = 1 - scores.tokens / kScores[0].tokens;
    pair.tokens_cut = {cut, cut - 0.03, cut + 0.03};
    pair.tokens_p = 0.0001;
    student.against_base.comparisons.push_back(pair);
  }
  for (std::int64_t seed = 1; seed <= seeds; ++seed) {
    const auto off = double(seed - 2);
    cell.seeds.push_back({seed, "runs/sample/" + cell.name, 300, 400, scores.accuracy + 0.015 * off,
                          scores.tokens * (1 + 0.04 * off)});
  }
  student.cells.push_back(cell);
  student.against_base.arms.push_back(arm);
}

StudentAblation sample_student(const std::string& name, std::int64_t seeds) {
  StudentAblation student;
  student.student = name;
  for (const Scores& scores : kScores) add_cell(scores, seeds, student);
  student.notes = {"The cell </script><img src=x onerror=\"injected=1\"> is left out."};
  return student;
}

}  // namespace

Ablation sample_ablation() {
  Ablation ablation;
  ablation.title = "Sample <b>ablation</b>";
  ablation.problems = "400 problems";
  ablation.students = {sample_student("first.gguf", 3),
                       sample_student("</script><script>window.injected = 1</script>.gguf", 1)};
  return ablation;
}

}  // namespace drp::report
