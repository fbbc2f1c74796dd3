// SPDX-License-Identifier: Apache-2.0
#include "pipeline/runner.h"

#include <algorithm>

#include "base/error.h"
#include "base/text.h"
#include "pipeline/adoption.h"
#include "pipeline/stage.h"

namespace drp::pipeline {
namespace {

constexpr std::size_t kReasonsShown = 4;

bool is_stage(const std::string& name) {
  const auto stages = stage_table();
  return std::any_of(stages.begin(), stages.end(),
                     [&](const Stage& stage) { return stage.name == name; });
}

// What the user or the program changed, as it was. Results of earlier stages are told by those.
std::vector<std::string> replaced_settings(const Inputs& before, const Inputs& now) {
  std::vector<std::string> settings;
  for (const auto& [name, value] : before) {
    const auto found = now.find(name);
    if (!is_stage(name) && (found == now.end() || found->second != value)) {
      settings.push_back(name + "=" + shown_input(value));
    }
  }
  for (const auto& [name, value] : now) {
    if (!is_stage(name) && !before.contains(name)) settings.push_back(name + " unset");
  }
  return settings;
}

StageDecision decide(Run& run, const Stage& stage, const Inputs& inputs) {
  StageDecision decision{stage.name, false, {}, {}};
  const Manifest::Entry* entry = run.manifest().find(stage.name);
  if (entry == nullptr) {
    decision.runs = true;
    decision.why = {"first time"};
    return decision;
  }
  decision.why = differences(entry->inputs, inputs);
  decision.runs = !decision.why.empty() || !entry->finished;
  if (decision.why.empty() && !entry->finished) decision.why = {"continues where it stopped"};
  if (entry->finished) decision.replaced = replaced_settings(entry->inputs, inputs);
  return decision;
}

std::string reasons(const StageDecision& decision) {
  std::string text;
  for (std::size_t i = 0; i < decision.why.size() && i < kReasonsShown; ++i) {
    text += (i == 0 ? "" : "; ") + decision.why[i];
  }
  const std::size_t more = decision.why.size();
  if (more > kReasonsShown) text += "; and " + std::to_string(more - kReasonsShown) + " more";
  return text;
}

// Finds what the stages up to `last` would miss later, before any of them works: a model, an
// adapter, a rule pass of that name.
void check_first(Run& run, const std::string& last) {
  const auto reaches = [&](std::string_view name) {
    for (const Stage& stage : stage_table()) {
      if (stage.name == name) return true;
      if (stage.name == last) return false;
    }
    return false;
  };
  if (!reaches("sample")) return;
  run.student_inputs(run.base_student());
  if (reaches("prune")) run.model_file();  // whose tokenizer counts
  if (reaches("decompose")) run.teacher();
}

void check_last(const std::string& last) {
  if (last.empty()) return;
  std::vector<std::string> names;
  for (const Stage& stage : stage_table()) {
    if (stage.name == last) return;
    names.push_back(stage.name);
  }
  const auto close = nearest(last, names);
  throw Error(ErrorKind::kUsage,
              "unknown stage '" + last + "', the stages are " + join(names, ", "),
              close ? "did you mean '" + *close + "'?" : "");
}

}  // namespace

std::vector<StageDecision> run_stages(Run& run, const std::string& last) {
  check_last(last);
  check_first(run, last);
  std::vector<StageDecision> decisions;
  Progress& progress = run.services().progress;
  bool told = false;  // that results go; once is enough
  for (const Stage& stage : stage_table()) {
    run.services().stop.check();
    Inputs inputs;
    try {
      inputs = stage.inputs(run);
      StageDecision decision = decide(run, stage, inputs);
      if (decision.runs) {
        const std::string why = reasons(decision);
        if (!told) {
          const auto note = replacement_note({decision}, run.folder().root());
          if (note) progress.warn(*note);
          told = note.has_value();
        }
        progress.info(stage.name + ": " + why);
        run.folder().log(stage.name + ".begin", why);
        run.manifest().begin(stage.name, std::move(inputs));
        std::string output = stage.work(run);
        const auto allowed = run.recipe().run.failures_allowed;
        if (run.failed_rows > allowed) {
          throw Error(ErrorKind::kFailedRows,
                      format_count(run.failed_rows) + " rows could not be done, " +
                          format_count(allowed) + " are allowed",
                      "run again to retry them, or set run.failures_allowed");
        }
        run.manifest().finish(stage.name, std::move(output));
        run.folder().log(stage.name + ".end", "");
      } else {
        progress.info(stage.name + ": up to date");
      }
      decisions.push_back(std::move(decision));
    } catch (const Error& error) {
      run.folder().log(stage.name + ".error", error.what());
      throw error.with_context(stage.name);
    }
    if (stage.name == last) break;
  }
  return decisions;
}

std::optional<std::string> replacement_note(const std::vector<StageDecision>& decisions,
                                            const std::filesystem::path& folder) {
  for (const StageDecision& decision : decisions) {
    // A report is made of results that stay.
    if (decision.replaced.empty() || decision.stage == "report") continue;
    std::vector<std::string> shown = decision.replaced;
    if (shown.size() > kReasonsShown) {
      shown.resize(kReasonsShown);
      shown.push_back(std::to_string(decision.replaced.size() - kReasonsShown) + " more");
    }
    return "the results of " + join(shown, ", ") + " in " + folder.string() +
           " will be replaced; run.folder=OTHER keeps them";
  }
  return std::nullopt;
}

std::vector<StageDecision> plan_stages(Run& run, const std::string& last) {
  check_last(last);
  check_first(run, last);
  std::vector<StageDecision> decisions;
  std::optional<std::string> upstream;
  for (const Stage& stage : stage_table()) {
    if (upstream) {
      const bool known = run.manifest().find(stage.name) != nullptr;
      decisions.push_back(
          {stage.name, true, {known ? "because " + *upstream + " changes" : "first time"}, {}});
    } else {
      decisions.push_back(decide(run, stage, stage.inputs(run)));
      if (decisions.back().runs) upstream = stage.name;
    }
    if (stage.name == "train" && decisions.back().runs) {
      if (auto note = adoption_note(run)) decisions.back().why.push_back(*std::move(note));
    }
    if (stage.name == last) break;
  }
  return decisions;
}

}  // namespace drp::pipeline
