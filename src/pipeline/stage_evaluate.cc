// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "evaluate/evaluator.h"
#include "pipeline/adoption.h"
#include "pipeline/judge_paths.h"
#include "pipeline/stage.h"
#include "pipeline/stage_sampling.h"
#include "pipeline/train_job.h"

namespace drp::pipeline {
namespace {

struct Arm {
  std::string name;
  Answerer student;
};

// Before and after where the student is served: there, by name.
std::vector<Arm> arms_at_endpoint(Run& run) {
  std::vector<Arm> arms = {{"base", run.base_student()}};
  const std::string& tuned = run.recipe().evaluate.tuned_model;
  if (!tuned.empty()) arms.push_back({"tuned", {{}, tuned, {}}});
  return arms;
}

std::vector<Arm> arms_of(Run& run) {
  if (auto served = adopted_answerer(run)) {
    return {{"base", run.base_student()}, {"tuned", *std::move(served)}};
  }
  if (run.at_endpoint()) return arms_at_endpoint(run);
  const auto trained = [&run](const std::string& name, const std::string& folder) {
    const std::filesystem::path file = trained_file(run.recipe(), run.folder().file(folder));
    // A whole model holds what was below it; an adapter lies on top.
    if (run.recipe().train.kind == "full") return Arm{name, {{}, {}, file}};
    Arm arm{name, run.base_student()};
    arm.student.adapters.push_back(file);
    return arm;
  };
  std::vector<Arm> arms = {{"base", run.base_student()}};
  if (output_of(run, "train") == kNothingTrained) return arms;
  arms.push_back(trained("tuned", "."));
  if (run.recipe().evaluate.control) arms.push_back(trained("control", "control"));
  return arms;
}

SamplingJob evaluation_job(Run& run, const Arm& arm) {
  const Recipe& recipe = run.recipe();
  SamplingJob job;
  job.title = "evaluate " + arm.name;
  job.log_name = "eval/" + arm.name;
  job.set = "test";
  job.samples = recipe.evaluate.samples;
  job.student = arm.student;
  job.options = sampling_options(run, arm.name);
  job.options.sampling.temperature = recipe.evaluate.temperature;
  job.options.sampling.top_p = recipe.evaluate.top_p;
  job.options.sampling.tokens_max = static_cast<int>(recipe.evaluate.tokens_max);
  if (!recipe.evaluate.prompt.empty()) job.options.prompt = recipe.evaluate.prompt;
  if (!recipe.evaluate.response_prefix.empty()) {
    job.options.response_prefix = recipe.evaluate.response_prefix;
  }
  if (recipe.evaluate.chat_template == "none") {
    if (!recipe.student.system.empty()) {
      throw Error(ErrorKind::kConfig,
                  "evaluate.chat_template is none, and a bare question has no place for "
                  "student.system",
                  "leave one of the two out");
    }
    job.options.form = llm::PromptForm::kPlain;
  }
  job.options.stop = recipe.evaluate.stop;
  job.inputs = sampling_inputs(run, "evaluate", arm.student);
  job.inputs.erase("evaluate.samples");
  return job;
}

// The paper's way: the text through the tokenizer again, without the tokens that text does not
// show.
void count_again(const llm::Tokenizer& tokenizer, Trace& trace) {
  trace.response_tokens = static_cast<std::int64_t>(tokenizer.count(trace.response));
  trace.reasoning_tokens = trace.answer_text().empty()
                               ? trace.response_tokens
                               : static_cast<std::int64_t>(tokenizer.count(trace.reasoning_text()));
}

}  // namespace

void sample_base_responses(Run& run) {
  sample_set(run, evaluation_job(run, {"base", run.base_student()}));
}

Inputs evaluate_inputs(Run& run) {
  Inputs inputs = sampling_inputs(run, "evaluate", run.base_student());
  inputs.merge(recipe_inputs(run, "evaluate.tuned_model"));
  inputs["problems"] = output_of(run, "problems");
  inputs["train"] = output_of(run, "train");
  inputs.merge(recipe_inputs(run, "grade."));
  inputs.merge(recipe_inputs(run, "evaluate.count"));
  inputs["evaluate.control"] = run.recipe().evaluate.control ? "true" : "false";
  inputs.merge(judged_inputs(run));
  return inputs;
}

std::string evaluate_work(Run& run) {
  const std::vector<Arm> arms = arms_of(run);
  if (run.at_endpoint() && arms.size() == 1) {
    run.services().progress.info(
        "evaluate: only the base student, as evaluate.tuned_model names none at the endpoint");
  }
  for (const Arm& arm : arms) sample_set(run, evaluation_job(run, arm));

  const bool again = run.recipe().evaluate.count == "retokenize";
  const llm::Tokenizer* tokenizer = again ? &run.student().tokenizer() : nullptr;
  evaluate::Evaluator evaluator;
  AtomicFile scored_file(run.folder().file("eval/scored.jsonl"));
  Fingerprint output;
  run.visit_problem_ids("test", [&](const std::string& id) {
    const Problem problem = run.problem("test", id);
    for (const Arm& arm : arms) {
      RecordLog& log = run.log("eval/" + arm.name, "traces");
      for (std::int64_t sample = 0; sample < run.recipe().evaluate.samples; ++sample) {
        auto trace = log.get<Trace>(sample::trace_id(id, sample));
        if (!trace) continue;  // a row that could not be sampled
        if (tokenizer != nullptr) count_again(*tokenizer, *trace);
        const Scored scored = evaluate::score_trace(arm.name, problem, *trace, run.judge());
        evaluator.add(scored);
        const std::string line = to_json_line(scored) + "\n";
        scored_file.write(line);
        output.add(line);
      }
    }
  });
  scored_file.publish();
  evaluate::EvaluateOptions options;
  options.seed = static_cast<std::uint64_t>(run.recipe().run.seed);
  const Evaluation evaluation = evaluator.summarise(options);
  write_file_atomic(run.folder().file("eval/evaluation.json"), to_json_line(evaluation) + "\n");
  for (const PairedComparison& comparison : evaluation.comparisons) {
    if (comparison.group == "all") {
      run.services().progress.info(evaluate::verdict_sentence(comparison));
    }
  }
  return output.add(judge_paths(run)).hex();
}

}  // namespace drp::pipeline
