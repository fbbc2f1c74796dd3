// SPDX-License-Identifier: Apache-2.0
#include "pipeline/ablation.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/error.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "pipeline/ablation_summary.h"
#include "pipeline/curated_rows.h"
#include "pipeline/paid_model.h"
#include "pipeline/stage_sampling.h"

namespace drp::pipeline {
namespace {

// Says which cell the news are of, and nothing of stages without news.
class CellProgress final : public Progress {
 public:
  explicit CellProgress(Progress& inner) : inner_(inner) {}
  void name(std::string cell) { cell_ = std::move(cell); }
  const std::string& name() const { return cell_; }

  void begin(std::string_view job, std::int64_t total) override {
    inner_.begin(cell_ + " " + std::string(job), total);
  }
  void update(std::int64_t done, std::string_view note) override { inner_.update(done, note); }
  void end(std::string_view note) override { inner_.end(note); }
  void info(std::string_view line) override {
    if (!line.ends_with(": up to date")) inner_.info(cell_ + " " + std::string(line));
  }
  void warn(std::string_view line) override { inner_.warn(cell_ + " " + std::string(line)); }

 private:
  Progress& inner_;
  std::string cell_;
};

// The logs that are the same for all cells of a seed.
constexpr const char* kShared[] = {"problems.log.jsonl", "traces.0.log.jsonl",
                                   "eval/base.log.jsonl"};

bool same_content(const std::filesystem::path& a, const std::filesystem::path& b) {
  return std::filesystem::exists(b) &&
         std::filesystem::file_size(a) == std::filesystem::file_size(b) &&
         sha256_file(a.string()) == sha256_file(b.string());
}

// Copies rather than links, so that nothing that a later run of the cell appends is another's.
void share(const std::filesystem::path& base, const std::filesystem::path& cell,
           const Clock& clock) {
  const RunFolder lock(cell, clock);
  make_folder(cell / "eval");
  for (const char* name : kShared) {
    if (same_content(base / name, cell / name)) continue;
    const std::filesystem::path partial = (cell / name).string() + ".partial";
    std::error_code failed;
    std::filesystem::copy_file(base / name, partial,
                               std::filesystem::copy_options::overwrite_existing, failed);
    if (!failed) std::filesystem::rename(partial, cell / name, failed);
    if (failed) {
      throw Error(ErrorKind::kIo,
                  "cannot write '" + (cell / name).string() + "': " + failed.message(),
                  "free some space and run the same command again");
    }
  }
  const Manifest from(base / "manifest.json");
  Manifest to(cell / "manifest.json");
  for (const char* stage : {"problems", "sample"}) {
    const Manifest::Entry* done = from.find(stage);
    const Manifest::Entry* known = to.find(stage);
    if (known == nullptr || !(*known == *done)) to.take_over(stage, *done);
  }
}

struct Spent {
  double usd = 0;
  std::int64_t tokens = 0;
};

Spent spent_in(const std::filesystem::path& folder) {
  Spent sum;
  for (const ModelSpending& model : spending_of(folder)) {
    sum.usd += model.usd.value_or(0) + model.unknown_usd_max.value_or(0);
    sum.tokens += model.prompt_tokens + model.completion_tokens + model.unknown_tokens_max;
  }
  return sum;
}

class AblationRun {
 public:
  AblationRun(const AblationPlan& plan, const RecipeLoader& load, const Services& services)
      : plan_(plan),
        load_(load),
        progress_(services.progress),
        services_{services.engines, progress_, services.stop, services.clock, services.plotly_js},
        lock_(plan.folder, services.clock) {}

  Ablation run() {
    Ablation result;
    for (const StudentPlan& student : plan_.students) {
      cells_ = plan_.cells;
      notes_ = plan_.notes;
      rows_.clear();
      for (const SeedPlan& seed : student.seeds) prepare(student, seed);
      leave_out_empty(student);
      for (const SeedPlan& seed : student.seeds) settle_problems(seed);
      for (const SeedPlan& seed : student.seeds) {
        for (const CellPlan& cell : cells_) finish(student, seed, cell);
      }
      result.students.push_back(summarise_ablation(student, cells_));
      result.students.back().notes = notes_;
    }
    return result;
  }

 private:
  void name(const SeedPlan& seed, const std::string& cell) {
    progress_.name("seed " + std::to_string(seed.seed) + " " + cell + ":");
  }

  template <class Work>
  void in_cell(const SeedPlan& seed, const std::string& cell, Work work) {
    name(seed, cell);
    try {
      work();
    } catch (const Error& error) {
      throw error.with_context("seed " + std::to_string(seed.seed) + " " + cell);
    }
  }

  // The shared stages, then each cell's up to its paths.
  void prepare(const StudentPlan& student, const SeedPlan& seed) {
    in_cell(seed, "base", [&] {
      Run run(base_recipe(load_, student, seed), services_);
      run_stages(run, "sample");
      sample_base_responses(run);
      if (run.failed_rows > run.recipe().run.failures_allowed) {
        throw Error(ErrorKind::kFailedRows,
                    format_count(run.failed_rows) + " held-out problems were not answered",
                    "run again to retry them, or set run.failures_allowed");
      }
    });
    for (const CellPlan& cell : cells_) {
      in_cell(seed, cell.name, [&] {
        share(seed.base(), seed.cell(cell), services_.clock);
        Run run(recipe_of(student, seed, cell), services_);
        run_stages(run, "prune");
        rows_[{seed.seed, cell.name}] = problems_with_rows(run);
      });
    }
  }

  void finish(const StudentPlan& student, const SeedPlan& seed, const CellPlan& cell) {
    in_cell(seed, cell.name, [&] {
      Run run(recipe_of(student, seed, cell), services_);
      run_stages(run, "evaluate");
    });
  }

  // The cell's recipe; a paid one may spend what the others have left.
  LoadedRecipe recipe_of(const StudentPlan& student, const SeedPlan& seed, const CellPlan& cell) {
    LoadedRecipe recipe = cell_recipe(load_, student, seed, cell);
    if (!cell.paid) return recipe;
    const auto& teacher = recipe.recipe.teacher;
    const Spent others = spent_elsewhere(seed.cell(cell));
    std::vector<std::string> caps;
    if (teacher.max_usd > 0) {
      caps.push_back("teacher.max_usd=" + std::to_string(left(teacher.max_usd - others.usd)));
    }
    if (teacher.max_tokens > 0) {
      caps.push_back("teacher.max_tokens=" +
                     std::to_string(left(teacher.max_tokens - others.tokens)));
    }
    return caps.empty() ? recipe : cell_recipe(load_, student, seed, cell, caps);
  }

  template <class Amount>
  static Amount left(Amount amount) {
    if (amount > 0) return amount;
    throw Error(ErrorKind::kBudget, "the cap on the teacher's calls is reached by other cells",
                "raise --max-usd or --max-tokens and run the same command again");
  }

  Spent spent_elsewhere(const std::filesystem::path& cell_folder) const {
    Spent sum;
    for (const StudentPlan& student : plan_.students) {
      for (const SeedPlan& seed : student.seeds) {
        for (const CellPlan& cell : plan_.cells) {
          if (seed.cell(cell) == cell_folder) continue;
          const Spent spent = spent_in(seed.cell(cell));
          sum.usd += spent.usd;
          sum.tokens += spent.tokens;
        }
      }
    }
    return sum;
  }

  void leave_out_empty(const StudentPlan& student) {
    std::vector<CellPlan> left;
    for (const CellPlan& cell : cells_) {
      const SeedPlan* empty = nullptr;
      for (const SeedPlan& seed : student.seeds) {
        if (rows_.at({seed.seed, cell.name}).empty()) empty = &seed;
      }
      if (empty == nullptr) {
        left.push_back(cell);
        continue;
      }
      notes_.push_back("The cell " + cell.name + " is left out: with seed " +
                       std::to_string(empty->seed) + " no path of it became a row" +
                       main_reason(empty->cell(cell)) + ".");
      services_.progress.warn(notes_.back());
    }
    cells_ = std::move(left);
  }

  // ", mostly because ..."; nothing where no reason stands out.
  static std::string main_reason(const std::filesystem::path& folder) {
    const RecordLog paths(folder / "paths.0.log.jsonl", "paths", Access::kLook);
    std::map<std::string, std::int64_t> counts;
    paths.visit_keys([&](const std::string& key) {
      const auto path = paths.get<PrunedPath>(key);
      if (path->rejection) ++counts[path->rejection->detail];
    });
    const auto most =
        std::max_element(counts.begin(), counts.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    return most == counts.end() ? "" : " (mostly: " + most->first + ")";
  }

  // Writes the problems of which every cell has a row.
  void settle_problems(const SeedPlan& seed) {
    name(seed, "cells");
    if (cells_.empty()) {
      throw Error(ErrorKind::kData, "no cell has a row to train on",
                  "more problems or samples give more right traces");
    }
    std::set<std::string> common = rows_.at({seed.seed, cells_.front().name});
    std::string counts;
    for (const CellPlan& cell : cells_) {
      const std::set<std::string>& own = rows_.at({seed.seed, cell.name});
      std::set<std::string> both;
      std::set_intersection(common.begin(), common.end(), own.begin(), own.end(),
                            std::inserter(both, both.end()));
      common = std::move(both);
      counts += (counts.empty() ? "" : ", ") + cell.name + " " +
                format_count(static_cast<std::int64_t>(own.size()));
    }
    services_.progress.info("problems with a row in every cell: " +
                            format_count(static_cast<std::int64_t>(common.size())) + " (" + counts +
                            ")");
    if (common.empty()) {
      throw Error(ErrorKind::kData, "no training problem has a row in every cell (" + counts + ")",
                  "name fewer cells with --cells, or take more problems or samples");
    }
    std::string text;
    for (const std::string& id : common) text += id + "\n";
    if (!std::filesystem::exists(seed.problems()) || read_file(seed.problems()) != text) {
      write_file_atomic(seed.problems(), text);
    }
  }

  const AblationPlan& plan_;
  const RecipeLoader& load_;
  CellProgress progress_;
  Services services_;
  RunFolder lock_;
  std::vector<CellPlan> cells_;
  std::vector<std::string> notes_;
  std::map<std::pair<std::int64_t, std::string>, std::set<std::string>> rows_;  // of seed and cell
};

}  // namespace

Ablation run_ablation(const AblationPlan& plan, const RecipeLoader& load,
                      const Services& services) {
  return AblationRun(plan, load, services).run();
}

}  // namespace drp::pipeline
