// SPDX-License-Identifier: Apache-2.0
#include "pipeline/stage_sampling.h"

#include "base/fingerprint.h"
#include "base/text.h"
#include "pipeline/stage.h"
#include "sample/sample.h"

namespace drp::pipeline {
namespace {

constexpr std::int64_t kSyncEvery = 64;

struct Tally {
  std::int64_t stopped = 0;
  std::int64_t cut = 0;
  std::int64_t loops = 0;

  void add(FinishReason finish) {
    stopped += finish == FinishReason::kStop ? 1 : 0;
    cut += finish == FinishReason::kLength ? 1 : 0;
    loops += finish == FinishReason::kLoop ? 1 : 0;
  }
  std::string note() const {
    std::string text = format_count(stopped) + " complete";
    if (cut > 0) text += ", " + format_count(cut) + " cut off";
    if (loops > 0) text += ", " + format_count(loops) + " looping";
    return text;
  }
};

}  // namespace

std::string sample_set(Run& run, const SamplingJob& job) {
  RecordLog& log = run.log(job.log_name, "traces");
  std::vector<std::string> ids;
  run.visit_problem_ids(job.set, [&](const std::string& id) { ids.push_back(id); });
  const auto total = static_cast<std::int64_t>(ids.size()) * job.samples;
  const std::string options = fingerprint(job.inputs);
  const auto wanted = [&](std::int64_t at) {
    Problem problem = run.problem(job.set, ids[static_cast<std::size_t>(at / job.samples)]);
    std::string input = item_input(options, problem.question);
    return std::pair(std::move(problem), std::move(input));
  };

  std::int64_t finished = 0;
  for (std::int64_t at = 0; at < total; ++at) {
    const auto [problem, input] = wanted(at);
    if (log.has(sample::trace_id(problem.id, at % job.samples), input)) ++finished;
  }
  if (finished < total) {
    Progress& progress = run.services().progress;
    progress.begin(job.title, total);
    progress.update(finished, finished > 0 ? format_count(finished) + " kept" : "");
    const llm::Tokenizer* tokenizer = run.tokenizer(job.student);
    const std::unique_ptr<llm::ChatModel> model = run.chat(job.student);
    std::map<std::string, std::string> inputs;  // of the draws in flight
    std::int64_t cursor = 0;
    const auto next = [&]() -> std::optional<sample::Draw> {
      for (; cursor < total; ++cursor) {
        auto [problem, input] = wanted(cursor);
        const std::int64_t number = cursor % job.samples;
        const std::string key = sample::trace_id(problem.id, number);
        if (log.has(key, input)) continue;
        inputs[key] = std::move(input);
        ++cursor;
        return sample::Draw{std::move(problem), number};
      }
      return std::nullopt;
    };
    Tally tally;
    const auto done = [&](const sample::Outcome& outcome) {
      if (outcome.trace) {
        log.put(outcome.trace_id, inputs.at(outcome.trace_id), *outcome.trace);
        tally.add(outcome.trace->finish);
        if (++finished % kSyncEvery == 0) log.sync();
      } else {
        ++run.failed_rows;
        progress.warn(outcome.trace_id + ": " + outcome.failure);
      }
      inputs.erase(outcome.trace_id);
      progress.update(finished, tally.note());
    };
    sample::sample(next, *model, tokenizer, job.options, done, run.services().stop);
    log.sync();
    progress.end(tally.note());
  }

  Fingerprint output;
  for (std::int64_t at = 0; at < total; ++at) {
    const std::string& id = ids[static_cast<std::size_t>(at / job.samples)];
    output.add(log.value(sample::trace_id(id, at % job.samples)).value_or(""));
  }
  return output.hex();
}

Inputs sampling_inputs(Run& run, const std::string& prefix, const Answerer& student) {
  Inputs inputs = run.student_inputs(student);
  for (const std::string key : {"samples", "temperature", "top_p", "top_k", "tokens_max", "prompt",
                                "response_prefix", "chat_template", "stop"}) {
    inputs.merge(recipe_inputs(run, prefix + "." + key));
  }
  inputs["run.seed"] = std::to_string(run.recipe().run.seed);
  return inputs;
}

sample::SampleOptions sampling_options(const Run& run, const std::string& student) {
  const Recipe& recipe = run.recipe();
  sample::SampleOptions options;
  options.student = student;
  options.system = recipe.student.system;
  options.prompt = recipe.student.prompt;
  options.response_prefix = recipe.student.response_prefix;
  options.sampling.seed = static_cast<std::uint64_t>(recipe.run.seed);
  return options;
}

namespace {

SamplingJob training_job(Run& run) {
  const Recipe& recipe = run.recipe();
  SamplingJob job;
  job.title = "sample";
  job.log_name = "traces.0";
  job.set = "train";
  job.samples = recipe.sample.samples;
  job.student = run.base_student();
  job.options = sampling_options(run, "base");
  job.options.sampling.temperature = recipe.sample.temperature;
  job.options.sampling.top_p = recipe.sample.top_p;
  job.options.sampling.top_k = static_cast<int>(recipe.sample.top_k);
  job.options.sampling.tokens_max = static_cast<int>(recipe.sample.tokens_max);
  job.inputs = sampling_inputs(run, "sample", job.student);
  job.inputs.erase("sample.samples");  // more samples leave the first ones as they are
  return job;
}

}  // namespace

Inputs sample_inputs(Run& run) {
  Inputs inputs = sampling_inputs(run, "sample", run.base_student());
  inputs["problems"] = output_of(run, "problems");
  return inputs;
}

std::string sample_work(Run& run) { return sample_set(run, training_job(run)); }

}  // namespace drp::pipeline
