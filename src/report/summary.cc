// SPDX-License-Identifier: Apache-2.0
#include "report/summary.h"

#include <functional>
#include <string_view>
#include <utility>

#include "report/example_choice.h"
#include "report/example_json.h"

namespace drp::report {
namespace {

constexpr std::size_t kSetsShown = 12;  // with figures of their own

// Packs each example of a stream while there are few enough, else the chosen ones in a second run.
// `visit(f)` calls f(key, stratum, make) for each of them, where make() gives the example.
using Make = std::function<Example()>;
using Offer = std::function<void(std::string_view key, std::string_view stratum, const Make& make)>;
BrowserExamples pack(const std::string& name, const ReportOptions& options,
                     const std::filesystem::path& folder,
                     const std::function<void(const Offer&)>& visit) {
  ExampleChoice choice({.examples_max = options.examples_max, .seed = options.seed});
  auto packed = std::make_unique<PackedExamples>(name, folder);
  visit([&](std::string_view key, std::string_view stratum, const Make& make) {
    choice.offer(key, stratum);
    if (choice.offered() <= options.examples_max) packed->add(make());
  });
  if (choice.offered() > options.examples_max) {
    packed = std::make_unique<PackedExamples>(name, folder);
    const std::vector<std::uint64_t> places = choice.places();
    auto next = places.begin();
    std::uint64_t place = 0;
    visit([&](std::string_view, std::string_view, const Make& make) {
      if (next != places.end() && *next == place) {
        packed->add(make());
        ++next;
      }
      ++place;
    });
  }
  packed->finish();
  return {choice.offered(), std::move(packed)};
}

void read_paths(const ReportInputs& inputs, const std::filesystem::path& folder, Summary& summary) {
  if (!inputs.paths) return;
  PruningCollector collector;
  bool counted = false;
  BrowserExamples traces = pack("traces", inputs.options, folder, [&](const Offer& offer) {
    inputs.paths([&](const PrunedExample& example) {
      if (!counted) collector.add(example);
      const std::string_view stratum =
          example.path.rejection ? enum_name(example.path.rejection->reason) : "accepted";
      offer(example.trace.id, stratum,
            [&] { return trace_example(example, inputs.options.text_bytes_max); });
    });
    counted = true;
  });
  if (traces.total == 0) return;
  summary.traces = std::move(traces);
  summary.pruning = collector.summary();
  summary.pruning->length_unit = inputs.length_unit;
  summary.rejections = summary.pruning->rejections;
}

void read_held_out(const ReportInputs& inputs, const std::filesystem::path& folder,
                   Summary& summary) {
  if (!inputs.held_out) return;
  summary.held_out = pack("held_out", inputs.options, folder, [&](const Offer& offer) {
    inputs.held_out([&](const HeldOutExample& example) {
      offer(example.problem.id, held_out_outcome(example, inputs.before, inputs.after), [&] {
        return held_out_example(example, inputs.before, inputs.after,
                                inputs.options.text_bytes_max);
      });
    });
  });
}

void read_scored(const ReportInputs& inputs, Summary& summary) {
  if (!inputs.scored) return;
  LengthCollector lengths;
  inputs.scored([&](const Scored& row) { lengths.add(row); });
  LengthCollector::Options options;
  options.limit = inputs.token_limit;
  options.order = {inputs.before, inputs.after, inputs.control};
  summary.figures = lengths.figures(options);
  std::vector<std::string> sets = lengths.sets();
  if (sets.size() < 2) return;
  if (sets.size() > kSetsShown) sets.resize(kSetsShown);
  for (std::string& set : sets) {
    options.set = std::move(set);
    summary.set_figures.push_back(lengths.figures(options));
  }
}

std::vector<FlowCount> flow_of(const ReportInputs& inputs, const Summary& summary) {
  if (!inputs.flow.empty() || !summary.pruning) return inputs.flow;
  return {{"traces", summary.pruning->traces},
          {"right", summary.pruning->right.traces},
          {"accepted", summary.pruning->accepted.traces}};
}

}  // namespace

Summary summarise(const ReportInputs& inputs, const std::filesystem::path& folder) {
  Summary summary;
  summary.verdict = make_verdict(inputs);
  if (inputs.evaluation)
    summary.control = find_comparison(*inputs.evaluation, inputs.before, inputs.control);
  read_scored(inputs, summary);
  if (inputs.likelihoods) {
    LikelihoodCollector likelihoods;
    inputs.likelihoods([&](const PathLikelihood& path) { likelihoods.add(path); });
    summary.likelihoods = likelihoods.figures();
  }
  read_paths(inputs, folder, summary);
  read_held_out(inputs, folder, summary);
  summary.rejections.insert(summary.rejections.end(), inputs.rejections.begin(),
                            inputs.rejections.end());
  summary.flow = flow_of(inputs, summary);
  summary.warnings = inputs.warnings;
  for (std::string& warning : evaluation_warnings(inputs))
    summary.warnings.push_back(std::move(warning));
  return summary;
}

}  // namespace drp::report
