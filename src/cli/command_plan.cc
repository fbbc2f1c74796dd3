// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "base/error.h"
#include "base/text.h"
#include "base/text_layout.h"
#include "cli/benchmark_files.h"
#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/missing_inputs.h"
#include "cli/planned_calls.h"
#include "cli/recipe_run.h"
#include "llm/spending_ledger.h"
#include "llm/student.h"
#include "pipeline/cost_estimate.h"
#include "pipeline/price_file.h"
#include "pipeline/teacher_rows.h"

namespace drp::cli {
namespace {

struct Options {
  RecipeArguments recipe;
  std::string model;
  std::string protocol;
  std::string tokenizer;
  pipeline::ServiceLimits limits;
  std::int64_t trace_tokens = 0;
  bool batch = false;  // or as teacher.batch says
};

std::string tokens(double value) { return format_count(static_cast<std::int64_t>(value + 0.5)); }

// What the replies of this run so far tell about its prompts.
llm::TokenRatio learnt_ratio(const pipeline::Recipe& recipe) {
  const auto file = pipeline::spending_file(recipe.run.folder);
  return std::filesystem::exists(file) ? llm::SpendingLedger::look(file)->prompt_ratio()
                                       : llm::TokenRatio();
}

std::string cost_line(const pipeline::CostEstimate& estimate, const std::string& model,
                      const std::string& prices) {
  if (!estimate.usd) {
    return prices.empty() ? "unknown: give a price file with --prices"
                          : "unknown: '" + model + "' is not in " + prices;
  }
  return llm::show_usd(estimate.usd->low) + " / " + llm::show_usd(estimate.usd->likely) + " / " +
         llm::show_usd(estimate.usd->high) +
         " (low / likely / high); every reply at its limit: " + llm::show_usd(estimate.usd_bound);
}

std::string cap_line(const pipeline::CostEstimate& estimate, const llm::Budget& budget) {
  if (!budget.usd_max || !estimate.usd) return {};
  const bool safe = *estimate.usd_bound <= *budget.usd_max;
  const double share = estimate.usd->likely > 0 ? *budget.usd_max / estimate.usd->likely : 1;
  std::string text = llm::show_usd(budget.usd_max);
  if (safe) return text + ": cannot be reached";
  if (estimate.usd->high <= *budget.usd_max) return text + ": not likely to be reached";
  return text + ": pays for about " +
         tokens(std::min(1.0, share) * static_cast<double>(estimate.rows)) + " of " +
         format_count(estimate.rows) + " rows";
}

// "45 s", "12 min", "3 h 20 min", "2 days 4 h".
std::string time_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::max(seconds, 0.0) + 0.5);
  if (whole < 100) return std::to_string(whole) + " s";
  const std::int64_t minutes = (whole + 30) / 60;
  if (minutes < 100) return std::to_string(minutes) + " min";
  if (minutes < 48 * 60) {
    return std::to_string(minutes / 60) + " h " + std::to_string(minutes % 60) + " min";
  }
  return std::to_string(minutes / 1440) + " days " + std::to_string(minutes / 60 % 24) + " h";
}

std::string time_line(const pipeline::CostEstimate& estimate, bool batch,
                      const pipeline::ServiceLimits& limits) {
  if (batch) return "a batch takes up to 24 hours";
  return time_text(estimate.seconds.low) + " / " + time_text(estimate.seconds.likely) + " / " +
         time_text(estimate.seconds.high) + " (low / likely / high) at " +
         format_count(limits.concurrency) + " calls at once";
}

void print(const std::string& name, const std::string& text) {
  if (text.empty()) return;
  const std::string lines = join(wrapped(text, kTextColumns - 10), "\n" + std::string(10, ' '));
  std::printf("%-9s %s\n", name.c_str(), lines.c_str());
}

// The model whose tokenizer counts the prompts: the one named, else that of a local teacher.
std::unique_ptr<llm::Student> prompt_counter(const Options& options,
                                             const pipeline::Recipe& recipe) {
  const bool local = recipe.teacher.kind.ends_with("local");
  std::string model = options.tokenizer;
  std::string named_by = "--tokenizer";
  if (model.empty() && local) {
    named_by = recipe.teacher.model.empty() ? "student.model" : "teacher.model";
    model = recipe.teacher.model.empty() ? recipe.student.model : recipe.teacher.model;
  }
  if (model.empty()) return nullptr;
  return make_engines().load_student(find_model(model, named_by), 1);
}

std::string counted_how(const pipeline::CostEstimate& estimate, const llm::TokenRatio& ratio) {
  if (estimate.exact) return format_count(estimate.prompt_tokens) + " tokens, counted";
  return format_count(estimate.prompt_tokens) + " tokens likely, at most " +
         format_count(estimate.prompt_bound) + "; " + fmt::format("{:.2f}", ratio.value()) +
         " tokens a byte, " + (ratio.learnt() ? "as replies of this run reported" : "as is usual");
}

// A plan needs no test problems, and of training problems that are not here their number is enough.
pipeline::LoadedRecipe load_for_plan(const Options& options) {
  pipeline::LoadedRecipe loaded = read_recipe(options.recipe.recipe, all_overrides(options.recipe));
  try {
    find_training_file(loaded);
  } catch (const Error&) {
    if (loaded.recipe.problems.train.count == 0) throw;
  }
  return loaded;
}

// Who the recipe's teacher asks.
enum class Asked { kService, kLocalModel, kNobody };

Asked asked_by(const pipeline::Recipe& recipe) {
  if (recipe.teacher.kind.ends_with("openai")) return Asked::kService;
  return recipe.teacher.kind.ends_with("local") ? Asked::kLocalModel : Asked::kNobody;
}

// What a teacher is asked, and, of a service, what that costs and takes.
void print_estimate(const Options& options, const pipeline::Recipe& recipe, bool service) {
  const std::string& model = options.model.empty() ? recipe.teacher.model : options.model;
  const bool batch = options.batch || recipe.teacher.batch != "off";
  const llm::Budget budget = pipeline::teacher_budget(recipe);
  const std::optional<llm::Price> price = pipeline::teacher_prices(recipe).find(model);
  if (service && budget.usd_max && !price) {
    throw Error(ErrorKind::kConfig,
                "the price of '" + model + "' is unknown and there is a cap of " +
                    llm::show_usd(budget.usd_max),
                "name it in the price file (--prices), or cap with --max-tokens");
  }
  const pipeline::CallShape shape = planned_calls(recipe);
  const llm::TokenRatio ratio = learnt_ratio(recipe);
  const auto counter = prompt_counter(options, recipe);
  llm::PromptCounter count;
  if (counter) {
    count = [&tokenizer = counter->tokenizer()](const llm::ChatRequest& request) {
      return static_cast<std::int64_t>(
          tokenizer.render_prompt(request.messages, request.response_prefix).size());
    };
  }
  pipeline::CostEstimator estimator(shape, ratio, count);
  const std::int64_t likely = options.trace_tokens > 0
                                  ? options.trace_tokens
                                  : std::max<std::int64_t>(recipe.sample.tokens_max / 2, 1);
  const pipeline::RowBasis basis = pipeline::visit_teacher_rows(
      recipe, likely, [&](const Problem& problem, const Trace& trace, std::int64_t rows) {
        estimator.add(problem, trace, rows);
      });
  const pipeline::CostEstimate estimate = estimator.result(price, batch, options.limits);
  print("rows", format_count(estimate.rows) + ": " + basis.what);
  print("traces", format_count(estimate.trace_tokens) + " tokens of reasoning");
  print("requests", format_count(estimate.requests) + " (protocol " + shape.name + ")");
  print("prompts", counted_how(estimate, ratio));
  const pipeline::Band& output = estimate.output_tokens;
  print("replies", tokens(output.low) + " / " + tokens(output.likely) + " / " +
                       tokens(output.high) + " tokens (low / likely / high), at most " +
                       format_count(estimate.output_bound) + "; " + shape.basis);
  if (!service) return;
  print("cost", cost_line(estimate, model, recipe.teacher.prices));
  print("cap", cap_line(estimate, budget));
  print("time", time_line(estimate, batch, options.limits));
}

void say(const std::string& text) { std::fputs(filled(text).c_str(), stdout); }

// `for_service`: whether a flag was given that says something of a service.
int plan(const Options& options, bool for_service, const FlagsOfOneForm& of_pace,
         Progress& progress) {
  pipeline::LoadedRecipe loaded = load_for_plan(options);
  pipeline::Recipe& recipe = loaded.recipe;
  if (options.batch || recipe.teacher.batch != "off") {
    of_pace.refuse(
        "plan", "calls one by one",
        (options.batch ? "--batch" : "teacher.batch") + std::string(" asks through the Batch API"),
        "leave one of them out");
  }
  if (!options.protocol.empty()) recipe.teacher.protocol = options.protocol;
  MissingInputs missing;
  missing.file(options.recipe.prices.empty() ? "teacher.prices" : "--prices",
               recipe.teacher.prices);
  missing.model("--tokenizer", options.tokenizer);
  missing.finish(progress);
  const Asked asked = asked_by(recipe);
  const std::string& kind = recipe.teacher.kind;
  if (asked == Asked::kLocalModel) {
    say("the teacher " + kind + " asks a model of this machine and no service: 0 calls are paid");
  }
  if (asked == Asked::kNobody) say("the teacher " + kind + " asks no service: 0 calls");
  if (asked == Asked::kService) {
    print_estimate(options, recipe, true);
  } else if (for_service) {
    std::printf("\n");
    say("if a service taught instead" + (options.model.empty() ? "" : " (" + options.model + ")") +
        ":");
    print_estimate(options, recipe, true);
  } else if (asked == Asked::kLocalModel) {
    print_estimate(options, recipe, false);
  } else {
    say("--model NAME --prices FILE estimates a service in its place");
  }
  return 0;
}

// All that only a service takes.
std::vector<Flag> service_flags(Options& options) {
  std::vector<Flag> flags = {
      {"--model", "NAME", "whose price counts; else teacher.model", &options.model},
      {.name = "--protocol",
       .metavar = "NAME",
       .doc = "span or paper; else teacher.protocol",
       .target = &options.protocol,
       .choices = {"span", "paper"}},
      {"--tokenizer", "MODEL", "counts prompts: a GGUF or a cached model's name; else by bytes",
       &options.tokenizer},
      {"--batch", "", "through the Batch API, at its discount; else as teacher.batch says",
       &options.batch},
      {"--rpm", "N", "requests a minute that the service allows; 0: any",
       &options.limits.requests_a_minute, false, 0},
      {"--tpm", "N", "tokens a minute that it allows; 0: any", &options.limits.tokens_a_minute,
       false, 0},
      {"--concurrency", "N", "calls at once", &options.limits.concurrency, false, 1},
      {"--speed", "N", "tokens a second of one reply", &options.limits.tokens_a_second},
      {"--trace-tokens", "N",
       "likely length of a trace, where there is none yet; 0: half of sample.tokens_max",
       &options.trace_tokens, false, 0}};
  for (Flag& flag : money_flags(options.recipe)) flags.push_back(std::move(flag));
  return flags;
}

}  // namespace

Command plan_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "plan";
  command.group = "Look";
  command.doc = "what a teacher behind an API would be asked, cost and take; asks nothing";
  command.details =
      "Takes the right traces in the run folder, or, before there are any, the problems of the\n"
      "recipe, and makes the prompts that its protocol would send. Their tokens are estimated "
      "from\n"
      "bytes, corrected by what replies of this run have reported, or counted by --tokenizer.\n"
      "Problems whose file is not here are stood in for where the recipe says how many they are.\n"
      "Of a teacher that asks no service, such as the rules, it says so; with --model or another\n"
      "flag it then estimates a service in its place.\n"
      "Prices are in docs/teacher-money.md.\n\n"
      "Example:\n  drp plan recipe.yaml --model large-teacher --prices prices.yaml --rpm 500\n"
      "  drp plan examples/paper.yaml --trace-tokens 1900";
  command.flags = {
      {"recipe", "RECIPE", "YAML file", &options->recipe.recipe, true},
      {"overrides", "KEY=VALUE", "recipe keys to override", &options->recipe.overrides}};
  for (Flag& flag : service_flags(*options)) command.flags.push_back(std::move(flag));
  const auto of_service = std::make_shared<FlagsOfOneForm>(service_flags(*options));
  const auto of_pace = std::make_shared<const FlagsOfOneForm>(
      flags_named(command.flags, {"--rpm", "--tpm", "--concurrency", "--speed"}));
  command.run = [options, of_service, of_pace](const Context& context) {
    if (options->limits.tokens_a_second <= 0) {
      throw Error(ErrorKind::kUsage, "plan: --speed must be more than 0");
    }
    return plan(*options, of_service->any_given(), *of_pace, context.progress);
  };
  return command;
}

}  // namespace drp::cli
