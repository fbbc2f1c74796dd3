// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "base/check.h"
#include "base/fingerprint.h"
#include "pipeline/stage.h"

namespace drp::pipeline {
namespace {

constexpr std::size_t kItemDigits = 24;

const std::array<Stage, 8> kStages = {{
    {"problems", "make or read the training and held-out problems", problems_inputs, problems_work},
    {"sample", "the student answers the training problems", sample_inputs, sample_work},
    {"decompose", "the teacher splits each right trace into steps and decides their fate",
     decompose_inputs, decompose_work},
    {"prune", "apply each plan, join the steps, check the path", prune_inputs, prune_work},
    {"curate", "choose paths, make training rows and data sets", curate_inputs, curate_work},
    {"train", "LoRA-tune the student on the rows", train_inputs, train_work},
    {"evaluate", "the held-out problems before and after, graded and compared; paths judged",
     evaluate_inputs, evaluate_work},
    {"report", "report.json, report.md and index.html", report_inputs, report_work},
}};

}  // namespace

std::span<const Stage> stage_table() { return kStages; }

std::string output_of(Run& run, const std::string& stage) {
  const Manifest::Entry* entry = run.manifest().find(stage);
  return entry == nullptr || !entry->finished ? "unfinished" : entry->output;
}

std::string item_input(const std::string& options, std::string_view content) {
  return Fingerprint().add(options).add(content).hex().substr(0, kItemDigits);
}

Inputs recipe_inputs(const Run& run, const std::string& prefix) {
  Inputs inputs;
  for (const RecipeKey& key : run.loaded().keys) {
    const bool left_out =
        key.fingerprinted == Fingerprinted::kNever ||
        (key.fingerprinted == Fingerprinted::kUnlessDefault && key.value == key.initial);
    if (key.name.starts_with(prefix) && !left_out) inputs[key.name] = key.value;
  }
  return inputs;
}

}  // namespace drp::pipeline
