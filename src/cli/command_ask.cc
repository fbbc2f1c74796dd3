// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/missing_inputs.h"
#include "cli/recipe_run.h"
#include "cli/remote_models.h"
#include "pipeline/adoption.h"
#include "pipeline/train_job.h"
#include "sample/sample.h"

namespace drp::cli {
namespace {

struct Options {
  std::string recipe;
  std::string question;
  std::vector<std::string> overrides;
};

// One response to the question.
Trace answer(llm::ChatModel& model, const llm::Tokenizer* tokenizer,
             const sample::SampleOptions& options, const std::string& question,
             const StopFlag& stop) {
  bool asked = false;
  const auto next = [&]() -> std::optional<sample::Draw> {
    if (asked) return std::nullopt;
    asked = true;
    return sample::Draw{Problem{.id = "question", .question = question}, 0};
  };
  Trace trace;
  const auto done = [&](sample::Outcome outcome) {
    if (!outcome.trace) throw Error(ErrorKind::kModel, outcome.failure);
    trace = *std::move(outcome.trace);
  };
  sample::sample(next, model, tokenizer, options, done, stop);
  return trace;
}

void show(const std::string& name, const Trace& trace) {
  std::printf("--- %s, %s tokens\n%s\n\n", name.c_str(),
              format_count(trace.response_tokens).c_str(), trace.response.c_str());
}

sample::SampleOptions sampling_of(const pipeline::Recipe& recipe) {
  sample::SampleOptions sampling;
  sampling.system = recipe.student.system;
  sampling.prompt = recipe.student.prompt;
  sampling.response_prefix = recipe.student.response_prefix;
  sampling.sampling.temperature = recipe.evaluate.temperature;
  sampling.sampling.top_p = recipe.evaluate.top_p;
  sampling.sampling.tokens_max = static_cast<int>(recipe.evaluate.tokens_max);
  return sampling;
}

void ask_endpoint(const Context& context, const pipeline::Recipe& recipe,
                  const std::string& question) {
  const auto show_answer = [&](const std::string& name, const std::string& served) {
    const auto model = remote_student(recipe, served, context.progress);
    show(name, answer(*model, nullptr, sampling_of(recipe), question, context.stop));
  };
  show_answer("base", recipe.student.endpoint.model);
  if (!recipe.evaluate.tuned_model.empty()) show_answer("tuned", recipe.evaluate.tuned_model);
}

// The tuned student where it was adopted under a name at an endpoint.
std::optional<pipeline::Adopted> served_tuned(const pipeline::Recipe& recipe) {
  if (recipe.train.kind != "external") return std::nullopt;
  auto adopted = pipeline::read_adopted(recipe.run.folder);
  return adopted && adopted->adapter.empty() ? adopted : std::nullopt;
}

void ask_served(const Context& context, pipeline::Recipe recipe, const pipeline::Adopted& tuned,
                const std::string& question) {
  if (!tuned.urls.empty()) recipe.student.endpoint.url = tuned.urls;
  const auto model = remote_student(recipe, tuned.model, context.progress);
  show("tuned", answer(*model, nullptr, sampling_of(recipe), question, context.stop));
}

void ask_local(const Context& context, const pipeline::Recipe& recipe,
               const std::string& question) {
  const int threads = static_cast<int>(recipe.run.threads);
  MissingInputs missing;
  missing.model("student.model", recipe.student.model);
  for (const std::string& adapter : recipe.student.adapters) {
    missing.file("student.adapters", adapter);
  }
  missing.finish(context.progress);
  auto student = load_student_for_few(find_model(recipe.student.model), threads);
  std::vector<std::filesystem::path> adapters(recipe.student.adapters.begin(),
                                              recipe.student.adapters.end());
  const auto show_answer = [&](const std::string& name) {
    const auto model = student->chat(adapters);
    show(name, answer(*model, &student->tokenizer(), sampling_of(recipe), question, context.stop));
  };
  show_answer("base");
  const std::filesystem::path tuned = pipeline::trained_file(recipe, recipe.run.folder);
  if (!std::filesystem::exists(tuned)) {
    if (served_tuned(recipe)) return;
    context.progress.info("no tuned student in " + recipe.run.folder + " yet");
    return;
  }
  if (recipe.train.kind == "full") {
    adapters.clear();  // the model holds them
    student = load_student_for_few(tuned, threads);
  } else {
    adapters.push_back(tuned);
  }
  show_answer("tuned");
}

int ask(const Context& context, const Options& options) {
  if (trim(options.question).empty()) {
    throw Error(ErrorKind::kUsage, "ask: QUESTION is empty", "see `drp ask --help`");
  }
  const pipeline::Recipe recipe = read_recipe(options.recipe, options.overrides).recipe;
  if (recipe.student.endpoint.used()) {
    ask_endpoint(context, recipe, options.question);
  } else {
    ask_local(context, recipe, options.question);
  }
  if (const auto tuned = served_tuned(recipe); tuned && recipe.evaluate.tuned_model.empty()) {
    ask_served(context, recipe, *tuned, options.question);
  }
  return 0;
}

}  // namespace

Command ask_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "ask";
  command.group = "Look";
  command.doc = "one question, answered by the base student and by the tuned one";
  command.details =
      "Before the recipe has trained, only the base student answers. Both answer as\n"
      "evaluate does: evaluate.temperature, top_p and tokens_max, with student.system\n"
      "and student.prompt.\n\n"
      "Example:\n"
      "  drp ask examples/demo.yaml \"Tom has 3 boxes of 12 pens. How many pens?\"";
  command.flags = {{"recipe", "RECIPE", "YAML file", &options->recipe, true},
                   {"question", "QUESTION", "the question", &options->question, true},
                   {"overrides", "KEY=VALUE", "recipe keys to override", &options->overrides}};
  command.run = [options](const Context& context) { return ask(context, *options); };
  return command;
}

}  // namespace drp::cli
