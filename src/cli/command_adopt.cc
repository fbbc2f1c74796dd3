// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/missing_inputs.h"
#include "cli/remote_models.h"
#include "cli/run_of_folder.h"
#include "cli/wiring.h"
#include "pipeline/adoption.h"

namespace drp::cli {
namespace {

struct Options {
  std::string tuned;
  std::string model;
  std::string run;
  bool trust = false;
};

bool is_url(const std::string& text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

void check_usage(const Options& options) {
  if (is_url(options.tuned) && options.model.empty()) {
    throw Error(ErrorKind::kUsage, "adopt: an endpoint needs the name of the tuned student there",
                "drp adopt " + options.tuned + " --model NAME --run " + options.run);
  }
  if (!options.tuned.empty() && !is_url(options.tuned) && !options.model.empty()) {
    throw Error(ErrorKind::kUsage,
                "adopt: --model is a name at an endpoint, and '" + options.tuned +
                    "' is no http:// or https:// address",
                "give either an adapter or an endpoint");
  }
  if (options.tuned.empty() && options.model.empty()) {
    throw Error(ErrorKind::kUsage, "adopt: nothing to adopt",
                "give an adapter, an endpoint's address, or --model NAME");
  }
}

std::string adopt_adapter(pipeline::Run& run, const Options& options, pipeline::AdoptCheck check) {
  const pipeline::AdoptResult result = pipeline::adopt_adapter(run, options.tuned, check);
  return format_count(result.pairs) + " matrices of rank " + format_count(result.rank) +
         " are the adapter of " + options.run;
}

std::string adopt_served(pipeline::Run& run, const Options& options, pipeline::AdoptCheck check,
                         const StopFlag& stop) {
  pipeline::ServedStudent student;
  student.model = options.model;
  pipeline::Recipe there = run.recipe();
  if (options.tuned.empty() && !run.at_endpoint()) {
    throw Error(ErrorKind::kUsage,
                "adopt: the recipe has no student.endpoint, so nobody knows where '" +
                    options.model + "' is served",
                "drp adopt URL --model " + options.model + " --run " + options.run);
  }
  if (!options.tuned.empty()) {
    student.urls = {options.tuned};
    if (student.urls == there.student.endpoint.url) student.urls.clear();
    there.student.endpoint.url = {options.tuned};
  }
  student.listed = served_models(there, options.model, stop);
  pipeline::adopt_served(run, student, check);
  return "'" + options.model + "' at the endpoint is the tuned student of " + options.run;
}

int adopt(const Context& context, const Options& options) {
  check_usage(options);
  MissingInputs missing;
  missing.paths({options.run});
  if (!options.tuned.empty() && !is_url(options.tuned)) missing.paths({options.tuned});
  missing.finish(context.progress);
  const pipeline::Engines engines = make_engines();
  const SystemClock clock;
  const pipeline::Services services{engines, context.progress, context.stop, clock, {}};
  const auto run = run_of_folder(options.run, services, pipeline::Access::kWrite);
  if (options.trust) {
    context.progress.warn("adopt: nobody checks what the tuned student was trained on");
  }
  const auto check =
      options.trust ? pipeline::AdoptCheck::kTrust : pipeline::AdoptCheck::kFingerprints;
  const std::string done = options.model.empty() ? adopt_adapter(*run, options, check)
                                                 : adopt_served(*run, options, check, context.stop);
  context.progress.info("adopt: " + done + "; go on with drp run " +
                        run->folder().file("recipe.yaml").string());
  return 0;
}

}  // namespace

Command adopt_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "adopt";
  command.group = "Models";
  command.doc = "bring a student that was tuned elsewhere back into its run";
  command.details =
      "For a run whose recipe says `train: external`. An adapter must fit the run's student and "
      "must\n"
      "have been trained on its base and its rows: drp_export.json beside it says on which. A "
      "tuned\n"
      "student that is served (a LoRA name of vLLM, say) is taken by its name; the service must\n"
      "list it, and the run's last export says what it was trained on. Its key is the one of\n"
      "student.endpoint.api_key_env.\n\n"
      "Example:\n"
      "  drp adopt training/output --run runs/mine\n"
      "  drp adopt http://localhost:8000/v1 --model tuned --run runs/mine\n"
      "  drp adopt --model tuned --run runs/mine      # at student.endpoint";
  command.flags = {
      {"tuned", "ADAPTER|URL", "PEFT folder or GGUF LoRA, or the address of an endpoint",
       &options->tuned},
      {"--model", "NAME", "name of the tuned student at the endpoint", &options->model},
      {"--run", "RUN", "folder of the run", &options->run, true},
      {"--trust", "", "adopt although nothing says what it was trained on", &options->trust}};
  command.run = [options](const Context& context) { return adopt(context, *options); };
  return command;
}

}  // namespace drp::cli
