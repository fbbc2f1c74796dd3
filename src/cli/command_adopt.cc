// SPDX-License-Identifier: Apache-2.0
#include "base/clock.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/run_of_folder.h"
#include "cli/wiring.h"
#include "pipeline/external_training.h"

namespace drp::cli {
namespace {

struct Options {
  std::string adapter;
  std::string run;
  bool trust = false;
};

int adopt(const Context& context, const Options& options) {
  const pipeline::Engines engines = make_engines();
  const SystemClock clock;
  const pipeline::Services services{engines, context.progress, context.stop, clock, {}};
  const auto run = run_of_folder(options.run, services, pipeline::Access::kWrite);
  if (options.trust) {
    context.progress.warn("adopt: nobody checks what the adapter was trained on");
  }
  const pipeline::AdoptResult result = pipeline::adopt_adapter(
      *run, options.adapter,
      options.trust ? pipeline::AdoptCheck::kTrust : pipeline::AdoptCheck::kFingerprints);
  context.progress.info("adopt: " + format_count(result.pairs) + " matrices of rank " +
                        format_count(result.rank) + " are the adapter of " + options.run +
                        "; go on with drp run " + run->folder().file("recipe.yaml").string());
  return 0;
}

}  // namespace

Command adopt_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "adopt";
  command.group = "Models";
  command.doc = "bring an adapter that was trained elsewhere back into its run";
  command.details =
      "For a run whose recipe says `train: external`. The adapter must fit the run's student and\n"
      "must have been trained on its base and its rows: drp_export.json beside it says on "
      "which.\n\n"
      "Example:\n  drp adopt training/output --run runs/mine";
  command.flags = {{"adapter", "ADAPTER", "PEFT folder, or GGUF LoRA", &options->adapter, true},
                   {"--run", "RUN", "folder of the run", &options->run, true},
                   {"--trust", "", "adopt an adapter of which nothing says what it was trained on",
                    &options->trust}};
  command.run = [options](const Context& context) { return adopt(context, *options); };
  return command;
}

}  // namespace drp::cli
