// SPDX-License-Identifier: Apache-2.0
#include <cstdio>

#include "base/error.h"
#include "base/random.h"
#include "base/text.h"
#include "cli/command_files.h"
#include "cli/commands.h"
#include "cli/doctor.h"
#include "cli/machine.h"
#include "cli/remote_models.h"
#include "cli/wiring.h"

namespace drp::cli {
namespace {

struct Options {
  std::string endpoint;
  std::string model;
  std::int64_t context = 16384;
};

void print(const std::string& name, const std::string& text) {
  std::printf("%-10s %s\n", name.c_str(), text.c_str());
}

std::string engines_of_build() {
#ifdef DRP_HAVE_LLAMA
  return "local engine: yes";
#else
  return "local engine: no (-DDRP_WITH_LLAMA=OFF)";
#endif
}

void print_machine() {
  const Machine machine = look_at_machine();
  print("program", "drp " DRP_VERSION "; " + engines_of_build());
  print("cores",
        std::to_string(machine.cores) + " usable of " + std::to_string(machine.cores_online));
  std::string memory =
      show_bytes(machine.memory_available) + " available of " + show_bytes(machine.memory_total);
  if (machine.memory_limit > 0) memory += ", limited to " + show_bytes(machine.memory_limit);
  print("memory", memory);
  print("SIMD", machine.simd.empty() ? "none known" : join(machine.simd, " "));
  const std::filesystem::path cache = cache_folder();
  print("cache", cache.string() + ", " + show_bytes(free_bytes(cache)) + " free");
  for (const std::string part : {"deps", "models", "replies"}) {
    print("", part + " " + show_bytes(folder_bytes(cache / part)));
  }
  const std::vector<FileSize> models = model_files(cache / "models");
  for (const FileSize& file : models) {
    const bool fits = machine.memory_available == 0 || file.bytes < machine.memory_available;
    print("model", file.path.filename().string() + ", " + show_bytes(file.bytes) +
                       (fits ? "" : ", more than the memory available"));
  }
  if (models.empty()) print("model", "none in " + (cache / "models").string());
}

}  // namespace

int examine_endpoint(llm::ChatModel& model, const llm::ProbeOptions& options,
                     const Context& context) {
  context.progress.info("doctor: asking " + model.identity() + " about a dozen questions" +
                        (options.context_max > 0 ? " and prompts of up to " +
                                                       format_count(options.context_max) + " tokens"
                                                 : ""));
  const llm::EndpointReport report = llm::probe_endpoint(model, options, context.stop);
  const std::string text = llm::show_report(report);
  std::fwrite(text.data(), 1, text.size(), stdout);
  return report.failure.empty() ? 0 : exit_code(ErrorKind::kService);
}

Command doctor_command() {
  const auto options = std::make_shared<Options>();
  Command command;
  command.name = "doctor";
  command.group = "Look";
  command.doc = "what this machine, and a model behind an endpoint, can do";
  command.details =
      "Without --endpoint: cores, memory, SIMD, models and caches. With it the model is asked a\n"
      "dozen short questions and ever longer prompts with a word hidden at each end: which "
      "parameters\n"
      "it takes, whether it obeys a JSON schema and a grammar, how it marks its thinking, and how\n"
      "much it really reads.\n\n"
      "Example:\n  drp doctor --endpoint http://localhost:8080/v1 --model my-model --context 8192";
  command.flags = {
      {"--endpoint", "URL", "base URL of an OpenAI-compatible service", &options->endpoint},
      {"--model", "NAME", "name of the model there", &options->model},
      {"--context", "N", "longest prompt tried, in tokens; 0: none", &options->context, false, 0}};
  const auto for_endpoint =
      std::make_shared<const FlagsOfOneForm>(flags_named(command.flags, {"--context"}));
  command.run = [options, for_endpoint](const Context& context) {
    if (options->endpoint.empty() != options->model.empty()) {
      throw Error(ErrorKind::kUsage, "doctor: --endpoint and --model belong together",
                  "give both, or none for the machine alone");
    }
    if (options->endpoint.empty()) {
      for_endpoint->refuse("doctor", "an endpoint", "none is given",
                           "add --endpoint URL --model NAME, or leave it out");
      print_machine();
      return 0;
    }
    const auto model = open_endpoint(options->endpoint, options->model);
    return examine_endpoint(*model, {.context_max = options->context, .seed = fresh_seed()},
                            context);
  };
  return command;
}

}  // namespace drp::cli
