// SPDX-License-Identifier: Apache-2.0
//
// What an ablation would do.
#include <algorithm>
#include <filesystem>

#include "pipeline/ablation.h"

namespace drp::pipeline {
namespace {

// Whether the cell follows the plans of skill.
bool is_measured(const CellPlan& cell) {
  return std::any_of(cell.settings.begin(), cell.settings.end(), [](const std::string& setting) {
    return setting.starts_with("teacher.like=");
  });
}

bool plans_run(const std::vector<StageDecision>& decisions) {
  return std::any_of(decisions.begin(), decisions.end(), [](const StageDecision& decision) {
    return decision.runs && decision.stage == "decompose";
  });
}

bool any_runs(const std::vector<StageDecision>& decisions) {
  return std::any_of(decisions.begin(), decisions.end(),
                     [](const StageDecision& decision) { return decision.runs; });
}

}  // namespace

std::vector<PlannedCell> look_at_ablation(const AblationPlan& plan, const RecipeLoader& load,
                                          const Services& services) {
  std::vector<PlannedCell> planned;
  for (const StudentPlan& student : plan.students) {
    for (const SeedPlan& seed : student.seeds) {
      const std::string where = (plan.students.size() > 1 ? student.name + " " : "") + "seed " +
                                std::to_string(seed.seed) + " ";
      Run base(base_recipe(load, student, seed), services, Access::kLook);
      planned.push_back({where + "base", plan_stages(base, "sample")});
      std::string upstream = any_runs(planned.back().decisions) ? "sample" : "";
      for (const CellPlan& cell : plan.cells) {
        PlannedCell& next = planned.emplace_back(PlannedCell{where + cell.name, {}});
        const bool begun = std::filesystem::exists(seed.cell(cell) / "manifest.json");
        if (!begun || upstream == "sample" || (!upstream.empty() && is_measured(cell))) {
          const std::string why = begun ? "because " + upstream + " changes" : "first time";
          next.decisions = {{kWholeCell, true, {why}, {}}};
          continue;
        }
        Run run(cell_recipe(load, student, seed, cell), services, Access::kLook);
        next.decisions = plan_stages(run, "evaluate");
        if (cell.name == "skill" && plans_run(next.decisions)) upstream = "skill";
      }
    }
  }
  return planned;
}

}  // namespace drp::pipeline
