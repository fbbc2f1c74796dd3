// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ablation_summary.h"

#include <filesystem>
#include <functional>

#include "base/file.h"
#include "evaluate/evaluator.h"
#include "pipeline/record_log.h"

namespace drp::pipeline {
namespace {

// Samples a problem that a seed's come after those of the seed before by.
constexpr std::int64_t kSamplesMax = 1024;

template <class Record>
void visit_lines(const std::filesystem::path& path, const std::function<void(Record)>& visit) {
  if (!std::filesystem::exists(path)) return;
  LineReader reader(path);
  while (const auto line = reader.next()) visit(from_json_line<Record>(*line, reader.where()));
}

struct Mean {
  double sum = 0;
  std::int64_t count = 0;
  void add(double value) {
    sum += value;
    ++count;
  }
  double value() const { return count == 0 ? 0 : sum / static_cast<double>(count); }
};

bool is_split(const std::string& sort) {
  return sort == "skill" || sort == "default" || sort == "none";
}

class Summary {
 public:
  explicit Summary(const StudentPlan& student) : student_(student) {}

  void add_base(const CellPlan& from) {
    AblationCell base;
    base.name = base.sort = "base";
    for (std::size_t i = 0; i < student_.seeds.size(); ++i) {
      base.seeds.push_back(score(i, student_.seeds[i].cell(from), "base", "base"));
    }
    cells_.push_back(std::move(base));
  }

  void add_cell(const CellPlan& plan) {
    AblationCell cell;
    cell.name = plan.name;
    cell.sort = plan.sort;
    cell.teacher = plan.teacher;
    Mean targets;
    Mean traces;
    Mean steps;
    Mean likelihood;
    for (std::size_t i = 0; i < student_.seeds.size(); ++i) {
      const std::filesystem::path folder = student_.seeds[i].cell(plan);
      AblationSeed seed = score(i, folder, "tuned", plan.name);
      const RecordLog plans(folder / "plans.0.log.jsonl", "plans", Access::kLook);
      visit_lines<TrainingRow>(folder / "dataset/rows.jsonl", [&](const TrainingRow& row) {
        ++seed.rows;
        targets.add(static_cast<double>(row.response_ids.size()) - 1);  // without the end token
        traces.add(static_cast<double>(row.tokens_before));
        if (!is_split(plan.sort)) return;
        const auto outcome = plans.get<PlanOutcome>(row.id);
        if (outcome && outcome->plan) steps.add(static_cast<double>(outcome->plan->steps.size()));
      });
      visit_lines<PathLikelihood>(folder / "eval/likelihoods.jsonl",
                                  [&](const PathLikelihood& path) {
                                    if (!path.not_judged)
                                      likelihood.add(path.reasoning_log_prob_path);
                                  });
      cell.rows += seed.rows;
      cell.seeds.push_back(std::move(seed));
    }
    cell.target_tokens = targets.value();
    cell.trace_tokens = traces.value();
    if (steps.count > 0) cell.steps = steps.value();
    if (likelihood.count > 0) cell.target_log_prob = likelihood.value();
    cells_.push_back(std::move(cell));
  }

  StudentAblation result() {
    StudentAblation result;
    result.student = student_.name;
    result.cells = std::move(cells_);
    evaluate::EvaluateOptions options;
    options.tags.clear();
    options.seed = static_cast<std::uint64_t>(student_.seeds.front().seed);
    result.against_base = against_base_.summarise(options);
    options.before = "skill";
    result.against_skill = against_skill_.summarise(options);
    if (result.against_skill.comparisons.empty()) result.against_skill = {};
    return result;
  }

 private:
  // The responses of `arm` in one run folder, which count as those of `name`.
  AblationSeed score(std::size_t seed_index, const std::filesystem::path& folder,
                     const std::string& arm, const std::string& name) {
    AblationSeed seed;
    seed.seed = student_.seeds[seed_index].seed;
    seed.folder = folder.string();
    Mean right;
    Mean tokens;
    visit_lines<Scored>(folder / "eval/scored.jsonl", [&](Scored scored) {
      if (scored.arm != arm) return;
      scored.arm = name;
      scored.sample += kSamplesMax * static_cast<std::int64_t>(seed_index);
      against_base_.add(scored);
      if (name != "base") against_skill_.add(scored);
      right.add(scored.correct ? 1 : 0);
      tokens.add(static_cast<double>(scored.response_tokens));
    });
    seed.responses = right.count;
    seed.accuracy = right.value();
    seed.tokens = tokens.value();
    return seed;
  }

  const StudentPlan& student_;
  std::vector<AblationCell> cells_;
  evaluate::Evaluator against_base_;
  evaluate::Evaluator against_skill_;
};

}  // namespace

StudentAblation summarise_ablation(const StudentPlan& student, const std::vector<CellPlan>& cells) {
  Summary summary(student);
  summary.add_base(cells.front());
  for (const CellPlan& cell : cells) summary.add_cell(cell);
  return summary.result();
}

}  // namespace drp::pipeline
