// SPDX-License-Identifier: Apache-2.0
#include "report/sections.h"

#include <algorithm>

#include "base/text.h"

namespace drp::report {
namespace {

Section browser_section(const std::string& id, const std::string& title, const std::string& what,
                        const BrowserExamples& examples) {
  Section section{id, title, {}};
  const std::int64_t shown = examples.shown();
  if (shown == 0) return section;
  if (shown < examples.total) {
    section.pieces.emplace_back(Paragraph{"A random sample of " + format_count(shown) + " of " +
                                          format_count(examples.total) + " " + what + "."});
  }
  section.pieces.emplace_back(BrowserPlace{id});
  return section;
}

}  // namespace

bool is_browser(const Section& section) {
  return section.id == "traces" || section.id == "held_out";
}

Section training_section(const ReportInputs& inputs) {
  Section section{"training", "Training", {}};
  if (inputs.training.empty()) return section;
  section.pieces.emplace_back(
      Chart{"loss", "Loss", "Mean negative log-likelihood a supervised token, in nats."});
  Table table{"", {{"", Align::kLeft}, {"steps"}, {"first loss"}, {"last loss"}, {"lowest"}}, {}};
  for (const bool validation : {false, true}) {
    std::int64_t events = 0;
    const TrainingEvent* first = nullptr;
    const TrainingEvent* last = nullptr;
    double lowest = 0;
    for (const TrainingEvent& event : inputs.training) {
      if (event.validation != validation) continue;
      if (first == nullptr) first = &event;
      lowest = events == 0 ? event.loss : std::min(lowest, event.loss);
      last = &event;
      ++events;
    }
    if (first == nullptr) continue;
    table.rows.push_back({validation ? "validation" : "training", format_count(last->step),
                          format_fixed(first->loss, 3), format_fixed(last->loss, 3),
                          format_fixed(lowest, 3)});
  }
  section.pieces.emplace_back(std::move(table));
  return section;
}

Section provenance_section(const ReportInputs& inputs) {
  Section section{"provenance", "How it was made", {}};
  if (!inputs.facts.empty()) {
    Table table{"", {{"", Align::kLeft}, {"", Align::kLeft}}, {}};
    for (const Fact& fact : inputs.facts) table.rows.push_back({fact.name, fact.value});
    section.pieces.emplace_back(std::move(table));
  }
  if (!inputs.stages.empty()) {
    Table table{"Time by stage", {{"stage", Align::kLeft}, {"time"}, {"", Align::kLeft}}, {}};
    double total = 0;
    for (const StageTime& stage : inputs.stages) {
      table.rows.push_back({stage.stage, duration(stage.seconds), stage.note});
      total += stage.seconds;
    }
    table.rows.push_back({"together", duration(total), ""});
    section.pieces.emplace_back(std::move(table));
  }
  return section;
}

std::vector<Section> make_sections(const ReportInputs& inputs, const Summary& summary) {
  std::vector<Section> sections;
  for (Section section :
       {result_section(inputs, summary), groups_section(inputs), lengths_section(inputs, summary),
        pruning_section(summary), rejections_section(summary), likelihood_section(inputs, summary),
        spending_section(inputs), training_section(inputs),
        browser_section("traces", "Traces", "traces", summary.traces),
        browser_section("held_out", "Answers", "held-out problems", summary.held_out),
        provenance_section(inputs)}) {
    if (!section.pieces.empty()) sections.push_back(std::move(section));
  }
  return sections;
}

}  // namespace drp::report
