// SPDX-License-Identifier: Apache-2.0
#include "report/summary.h"

#include "report/example_json.h"

namespace drp::report {
namespace {

// Of examples_bytes_max; the answer browser has the rest.
constexpr std::int64_t kTraceBytesThirds = 2;

ExampleSampler::Limits limits_of(const ReportOptions& options, std::int64_t thirds) {
  return {.examples_max = options.examples_max,
          .bytes_max = options.examples_bytes_max * thirds / 3,
          .seed = options.seed};
}

void read_paths(const ReportInputs& inputs, Summary& summary) {
  if (!inputs.paths) return;
  PruningCollector collector;
  ExampleSampler sampler(limits_of(inputs.options, kTraceBytesThirds));
  inputs.paths([&](const PrunedExample& example) {
    collector.add(example);
    const std::string_view stratum =
        example.path.rejection ? enum_name(example.path.rejection->reason) : "accepted";
    sampler.offer(example.trace.id, stratum,
                  [&] { return trace_example(example, inputs.options.text_bytes_max); });
  });
  if (sampler.offered() == 0) return;
  summary.pruning = collector.summary();
  summary.pruning->length_unit = inputs.length_unit;
  summary.rejections = summary.pruning->rejections;
  summary.traces.total = sampler.offered();
  summary.traces.examples = sampler.take();
}

void read_held_out(const ReportInputs& inputs, Summary& summary) {
  if (!inputs.held_out) return;
  ExampleSampler sampler(limits_of(inputs.options, 3 - kTraceBytesThirds));
  inputs.held_out([&](const HeldOutExample& example) {
    sampler.offer(example.problem.id, held_out_outcome(example, inputs.before, inputs.after), [&] {
      return held_out_example(example, inputs.before, inputs.after, inputs.options.text_bytes_max);
    });
  });
  summary.held_out.total = sampler.offered();
  summary.held_out.examples = sampler.take();
}

std::vector<FlowCount> flow_of(const ReportInputs& inputs, const Summary& summary) {
  if (!inputs.flow.empty() || !summary.pruning) return inputs.flow;
  return {{"traces", summary.pruning->traces},
          {"right", summary.pruning->right.traces},
          {"accepted", summary.pruning->accepted.traces}};
}

}  // namespace

Summary summarise(const ReportInputs& inputs) {
  Summary summary;
  summary.verdict = make_verdict(inputs);
  if (inputs.evaluation)
    summary.control = find_comparison(*inputs.evaluation, inputs.before, inputs.control);
  if (inputs.scored) {
    LengthCollector lengths;
    inputs.scored([&](const Scored& row) { lengths.add(row); });
    summary.figures =
        lengths.figures(inputs.token_limit, {inputs.before, inputs.after, inputs.control});
  }
  read_paths(inputs, summary);
  read_held_out(inputs, summary);
  summary.rejections.insert(summary.rejections.end(), inputs.rejections.begin(),
                            inputs.rejections.end());
  summary.flow = flow_of(inputs, summary);
  summary.warnings = inputs.warnings;
  for (std::string& warning : evaluation_warnings(inputs))
    summary.warnings.push_back(std::move(warning));
  return summary;
}

}  // namespace drp::report
