// SPDX-License-Identifier: Apache-2.0
#include "report/json_report.h"

#include <nlohmann/json.hpp>

#include "records/json_line.h"
#include "report/sections.h"

namespace drp::report {
namespace {

using Json = nlohmann::ordered_json;

// Through the record's own field list, so that the report names fields as every other file does.
template <class Record>
Json record_json(const Record& record) {
  return Json::parse(to_json_line(record));
}

Json verdict_json(const Summary& summary) {
  if (!summary.verdict) return nullptr;
  const PairedComparison& pair = summary.verdict->comparison;
  return {{"n", pair.pairs},
          {"before", pair.before},
          {"after", pair.after},
          {"tokens_before", pair.tokens_before},
          {"tokens_after", pair.tokens_after},
          {"tokens_cut", record_json(pair.tokens_cut)},
          {"accuracy_before", pair.accuracy_before},
          {"accuracy_after", pair.accuracy_after},
          {"accuracy_difference", record_json(pair.accuracy_difference)},
          {"accuracy_test", pair.accuracy_test},
          {"accuracy_p", pair.accuracy_p},
          {"accuracy_p_holm", pair.accuracy_p_holm},
          {"mcnemar_p", pair.mcnemar_p},
          {"token_ratio", record_json(pair.token_ratio)},
          {"tokens_p", pair.tokens_p},
          {"efficiency_score", pair.efficiency_score},
          {"note", pair.note},
          {"sentence", summary.verdict->sentence},
          {"conclusion", summary.verdict->conclusion}};
}

Json share_json(const StepShare& share) {
  Json steps = Json::object();
  Json bytes = Json::object();
  Json saved = Json::object();
  for (const Action action : kActions) {
    steps[std::string(enum_name(action))] = share.steps_by_action[action_index(action)];
    bytes[std::string(enum_name(action))] = share.bytes_by_action[action_index(action)];
    saved[std::string(enum_name(action))] = share.saved_by_action[action_index(action)];
  }
  return {{"label", share.label},     {"steps", share.steps},
          {"steps_by_action", steps}, {"bytes_by_action", bytes},
          {"bytes", share.bytes},     {"bytes_after", share.bytes_after},
          {"tokens", share.tokens},   {"tokens_saved_by_action", saved}};
}

Json shares_json(const std::vector<StepShare>& shares) {
  Json json = Json::array();
  for (const StepShare& share : shares) json.push_back(share_json(share));
  return json;
}

Json totals_json(const TokenTotals& totals) {
  return {{"traces", totals.traces},
          {"tokens_before", totals.mean_before()},
          {"tokens_after", totals.mean_after()}};
}

Json correction_json(const CorrectionCount& count) {
  return {{"corrected", count.corrected}, {"accepted", count.accepted}};
}

Json pruning_json(const Summary& summary) {
  if (!summary.pruning) return nullptr;
  const PruningSummary& pruning = *summary.pruning;
  Json gates = Json::array();
  for (const GateCount& gate : pruning.gates)
    gates.push_back({{"gate", gate.gate}, {"passed", gate.passed}, {"failed", gate.failed}});
  return {{"sentence", pruning_sentence(pruning)},
          {"length_unit", pruning.length_unit},
          {"traces", pruning.traces},
          {"right", totals_json(pruning.right)},
          {"accepted", totals_json(pruning.accepted)},
          {"corrected_paths", correction_json(pruning.corrected_paths)},
          {"corrected_answers", correction_json(pruning.corrected_answers)},
          {"from_wrong", totals_json(pruning.from_wrong)},
          {"steps", share_json(pruning.total)},
          {"skills", shares_json(pruning.skills)},
          {"passes", shares_json(pruning.passes)},
          {"gates", gates}};
}

Json lengths_json(const LengthFigures& figures) {
  Json json = {{"limit", nullptr},
               {"axis_end", figures.axis_end},
               {"bin_tokens", figures.bin_tokens},
               {"arms", Json::array()}};
  if (figures.limit) json["limit"] = *figures.limit;
  for (const LengthSeries& series : figures.lengths) {
    json["arms"].push_back({{"arm", series.arm},
                            {"responses", series.responses},
                            {"mean", series.mean},
                            {"median", series.median},
                            {"p90", series.p90},
                            {"max", series.max},
                            {"share_cut", series.share_cut},
                            {"share_loop", series.share_loop},
                            {"histogram", series.histogram},
                            {"density", {{"x", series.density_x}, {"y", series.density_y}}}});
  }
  return json;
}

Json capture_json(const LengthFigures& figures) {
  Json json = Json::array();
  for (const CaptureSeries& series : figures.capture) {
    json.push_back({{"arm", series.arm},
                    {"responses", series.responses},
                    {"right", series.right},
                    {"tokens", series.tokens},
                    {"captured", series.captured},
                    {"tokens_50", series.tokens_50},
                    {"tokens_90", series.tokens_90},
                    {"tokens_99", series.tokens_99}});
  }
  return json;
}

template <class Item, class Make>
Json list_json(const std::vector<Item>& items, Make make) {
  Json json = Json::array();
  for (const Item& item : items) json.push_back(make(item));
  return json;
}

Json likelihood_json(const Learnability& learnability, const LikelihoodFigures& figures) {
  Json json = record_json(learnability);
  json["densities"] = list_json(figures.series, [](const LikelihoodSeries& series) {
    return Json{{"text", series.text},
                {"median", series.median},
                {"x", series.density.x},
                {"y", series.density.y}};
  });
  return json;
}

Json spending_json(const ReportInputs& inputs) {
  if (!inputs.spending) return nullptr;
  const Spending& spending = *inputs.spending;
  Json json = {{"usd_max", nullptr}, {"tokens_max", nullptr}};
  if (spending.usd_max) json["usd_max"] = *spending.usd_max;
  if (spending.tokens_max) json["tokens_max"] = *spending.tokens_max;
  json["total"] = record_json(total_spending(spending));
  json["calls"] = list_json(spending.calls, [](const CallSpending& call) {
    Json row = {{"stage", call.stage}, {"call", call.call}};
    row.update(record_json(call.spent));
    return row;
  });
  json["unknown"] = spending.unknown;
  return json;
}

Json browser_json(const BrowserExamples& examples) {
  return {{"total", examples.total}, {"shown", examples.shown()}};
}

}  // namespace

std::string to_report_json(const ReportInputs& inputs, const Summary& summary) {
  Json json;
  json["format"] = "drp report 1";
  json["title"] = inputs.title;
  json["verdict"] = verdict_json(summary);
  json["warnings"] = summary.warnings;
  json["arms"] = {{"before", inputs.before}, {"after", inputs.after}, {"control", inputs.control}};
  json["evaluation"] = inputs.evaluation ? record_json(*inputs.evaluation) : Json(nullptr);
  json["lengths"] = lengths_json(summary.figures);
  json["capture"] = capture_json(summary.figures);
  json["sets"] = list_json(summary.set_figures, [](const LengthFigures& figures) {
    return Json{{"set", figures.set},
                {"lengths", lengths_json(figures)},
                {"capture", capture_json(figures)}};
  });
  json["flow"] = list_json(summary.flow, [](const FlowCount& step) {
    return Json{{"name", step.name}, {"count", step.count}};
  });
  json["pruning"] = pruning_json(summary);
  json["rejections"] = list_json(summary.rejections, [](const RejectionCount& rejection) {
    return Json{{"stage", rejection.stage},
                {"reason", std::string(enum_name(rejection.reason))},
                {"count", rejection.count},
                {"right", is_right_trace(rejection.reason)},
                {"meaning", reason_meaning(rejection.reason)}};
  });
  json["likelihood"] = inputs.learnability && inputs.learnability->judged > 0
                           ? likelihood_json(*inputs.learnability, summary.likelihoods)
                           : Json(nullptr);
  json["spending"] = spending_json(inputs);
  json["training"] =
      list_json(inputs.training, [](const TrainingEvent& event) { return record_json(event); });
  json["facts"] = list_json(inputs.facts, [](const Fact& fact) {
    return Json{{"name", fact.name}, {"value", fact.value}};
  });
  json["stages"] = list_json(inputs.stages, [](const StageTime& stage) {
    return Json{{"stage", stage.stage}, {"seconds", stage.seconds}, {"note", stage.note}};
  });
  json["examples"] = {{"traces", browser_json(summary.traces)},
                      {"held_out", browser_json(summary.held_out)}};
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace drp::report
