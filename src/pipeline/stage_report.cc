// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/file.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "pipeline/adoption.h"
#include "pipeline/price_file.h"
#include "pipeline/report_inputs.h"
#include "pipeline/stage.h"

namespace drp::pipeline {
namespace {

std::string student_name(Run& run) {
  const Recipe& recipe = run.recipe();
  std::string student = run.model_file().filename().string();
  for (const std::string& adapter : recipe.student.adapters) {
    student += " + " + std::filesystem::path(adapter).filename().string();
  }
  if (!run.at_endpoint()) return student;
  return recipe.student.endpoint.model + " at an endpoint, tokenizer of " + student;
}

std::string training_fact(Run& run) {
  const auto& train = run.recipe().train;
  std::string where = train.kind == "external" ? ", elsewhere" : "";
  if (const auto served = adopted_answerer(run)) where += ", served as " + served->served;
  const std::string what = train.kind == "full" ? std::string("all weights")
                                                : "LoRA of rank " + std::to_string(train.rank);
  return what + where + ", learning rate " + fmt::format("{:g}", train.learning_rate) + ", " +
         std::to_string(train.epochs) + (train.epochs == 1 ? " epoch" : " epochs");
}

std::vector<report::Fact> run_facts(Run& run) {
  const Recipe& recipe = run.recipe();
  const auto set = [](const ProblemsRecipe& problems, std::int64_t count) {
    const std::string source = problems.source == "generated" ? "generated" : problems.file;
    return format_count(count) + ", " + source;
  };
  return {
      {"student", student_name(run)},
      {"teacher", run.teacher().identity()},
      {"training problems", set(recipe.problems.train, run.problem_count("train"))},
      {"held-out problems", set(recipe.problems.test, run.problem_count("test"))},
      {"training", training_fact(run)},
      {"seed", std::to_string(recipe.run.seed)},
      {"program", "drp " DRP_VERSION},
  };
}

}  // namespace

Inputs report_inputs(Run& run) {
  Inputs inputs = recipe_inputs(run, "report.");
  inputs["evaluate"] = output_of(run, "evaluate");
  inputs["prune"] = output_of(run, "prune");
  inputs["program"] = DRP_VERSION;
  const auto account = spending_file(run.folder().root());
  if (std::filesystem::exists(account)) inputs["spending"] = sha256_file(account.string());
  return inputs;
}

std::string report_work(Run& run) {
  ReportSource::Options options;
  options.title = run.recipe().report.title;
  options.facts = run_facts(run);
  options.plotly_js = run.services().plotly_js;
  options.examples_max = run.recipe().report.examples_max;
  options.seed = static_cast<std::uint64_t>(run.recipe().run.seed);
  options.budget = teacher_budget(run.recipe());
  options.token_limit = run.recipe().evaluate.tokens_max;
  ReportSource source({run.folder().root()}, options);
  const std::filesystem::path folder = run.folder().file("report");
  report::write_report(source.inputs(), folder);
  run.services().progress.info("report: " + (folder / "index.html").string());
  return sha256_file((folder / "report.json").string());
}

}  // namespace drp::pipeline
