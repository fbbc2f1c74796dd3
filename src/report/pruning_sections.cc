// SPDX-License-Identifier: Apache-2.0
// Sections about pruning: what was done to the traces, what was rejected.
#include <algorithm>

#include "base/text.h"
#include "report/drawing.h"
#include "report/sections.h"
#include "report/wording.h"

namespace drp::report {
namespace {

double ratio(std::int64_t part, std::int64_t whole) {
  return whole == 0 ? 0 : double(part) / double(whole);
}

double share_of(double part, double whole) { return whole == 0 ? 0 : part / whole; }

Table tokens_table(const PruningSummary& pruning) {
  Table table{capital(pruning.length_unit) + " of a trace and of its path",
              {{"", Align::kLeft}, {"traces"}, {"before"}, joined_column("after"), {"change"}},
              {}};
  const auto add = [&](const char* label, const TokenTotals& totals) {
    if (totals.traces == 0) return;
    table.rows.push_back({label, format_count(totals.traces), mean_count(totals.mean_before()),
                          mean_count(totals.mean_after()),
                          change(totals.mean_before(), totals.mean_after())});
  };
  add("accepted paths", pruning.accepted);
  if (pruning.accepted.traces < pruning.right.traces)
    add("all right traces, rejected ones at full length", pruning.right);
  add("wrong traces with a corrected answer", pruning.from_wrong);
  return table;
}

const char* meaning(Action action) {
  switch (action) {
    case Action::kKeep:
      return "stays word for word";
    case Action::kDelete:
      return "is left out";
    case Action::kSingleStepCompress:
      return "one step in fewer words";
    case Action::kMultiStepCompress:
      return "several steps become one";
  }
  return "";
}

Table actions_table(const StepShare& total) {
  Table table{"What became of the steps of accepted paths",
              {{"action", Align::kLeft},
               {"meaning", Align::kLeft},
               {"steps"},
               {"share of steps"},
               {"share of text"},
               {"share of what was saved"},
               {"", Align::kLeft}},
              {}};
  for (const Action action : kActions) {
    const std::size_t i = action_index(action);
    const double share = ratio(total.bytes_by_action[i], total.bytes);
    table.rows.push_back(
        {{std::string(enum_name(action)), "<span class=\"swatch action-" + std::to_string(i) +
                                              "\"></span>" + std::string(enum_name(action))},
         meaning(action),
         format_count(total.steps_by_action[i]),
         percent(ratio(total.steps_by_action[i], total.steps)),
         percent(share),
         percent(share_of(total.saved_by_action[i], total.saved())),
         {"", draw_bar(share, i)}});
  }
  return table;
}

Table shares_table(std::string caption, std::string first_column,
                   const std::vector<StepShare>& shares, const PruningSummary& pruning) {
  const StepShare& total = pruning.total;
  const auto paths = static_cast<double>(pruning.accepted.traces);
  Table table{std::move(caption),
              {{std::move(first_column), Align::kLeft},
               {"steps"},
               {"share of text"},
               {"deleted"},
               {"compressed"},
               {pruning.length_unit + " saved a path"},
               {"share of what was saved"},
               {"", Align::kLeft}},
              {}};
  for (const StepShare& share : shares) {
    const auto& bytes = share.bytes_by_action;
    const std::int64_t compressed = bytes[action_index(Action::kSingleStepCompress)] +
                                    bytes[action_index(Action::kMultiStepCompress)];
    table.rows.push_back({share.label,
                          format_count(share.steps),
                          percent(ratio(share.bytes, total.bytes)),
                          percent(ratio(bytes[action_index(Action::kDelete)], share.bytes)),
                          percent(ratio(compressed, share.bytes)),
                          mean_count(share_of(share.saved(), paths)),
                          percent(share_of(share.saved(), total.saved())),
                          {"", draw_stack(bytes)}});
  }
  return table;
}

// What the teacher corrected, or nothing.
std::string correction_sentence(const PruningSummary& pruning) {
  const auto accepted = [](const CorrectionCount& count) {
    return format_count(count.accepted) + " of " + format_count(count.corrected) + " accepted";
  };
  std::string text;
  if (pruning.corrected_paths.corrected > 0) {
    text = "Of right traces the teacher corrected paths that came to another answer: " +
           accepted(pruning.corrected_paths) + ".";
  }
  if (pruning.corrected_answers.corrected > 0) {
    text += (text.empty() ? "" : " ") +
            std::string("Of wrong traces it corrected path and answer up to the reference: ") +
            accepted(pruning.corrected_answers) +
            "; these are counted apart from the right traces, here and in every table but that of "
            "the gates.";
  }
  return text;
}

}  // namespace

std::string pruning_sentence(const PruningSummary& pruning) {
  const TokenTotals& right = pruning.right;
  const TokenTotals& accepted = pruning.accepted;
  const bool one = pruning.traces == 1;
  std::string text = one ? "The one trace is " : "Of " + format_count(pruning.traces) + " traces ";
  if (right.traces == 0) return text + (one ? "not" : "none is") + " right, so none was pruned.";
  text += one ? "right" : counted(right.traces, "is right", "are right");
  if (right.traces == 1) {
    text += accepted.traces == 1 ? ", and it became an accepted path"
                                 : ", and it became no accepted path";
  } else {
    text += accepted.traces == 0
                ? ", and none of those became an accepted path"
                : ", and " + format_count(accepted.traces) + " of those (" +
                      percent(ratio(accepted.traces, right.traces)) + ") became " +
                      (accepted.traces == 1 ? "an accepted path" : "accepted paths");
  }
  if (accepted.traces == 0) return text + ".";
  text += ": " + std::string(accepted.traces == 1 ? "" : "on average ") +
          mean_count(accepted.mean_before()) + " " + pruning.length_unit + " become " +
          mean_count(accepted.mean_after()) + " (" +
          change(accepted.mean_before(), accepted.mean_after()) + ").";
  if (accepted.traces == right.traces) return text;
  return text + " Over all right traces, rejected ones at full length, " +
         mean_count(right.mean_before()) + " become " + mean_count(right.mean_after()) + " (" +
         change(right.mean_before(), right.mean_after()) + ").";
}

Section pruning_section(const Summary& summary) {
  Section section{"pruning", "Pruning", {}};
  if (!summary.flow.empty()) {
    std::string text;
    for (const FlowCount& step : summary.flow) {
      if (!text.empty()) text += " → ";
      text += step.name + "\u00A0" + format_count(step.count);
    }
    section.pieces.emplace_back(Paragraph{capital(text)});
  }
  if (!summary.pruning) return section;
  const PruningSummary& pruning = *summary.pruning;
  if (summary.verdict) section.pieces.emplace_back(Paragraph{pruning_sentence(pruning)});
  const std::string corrections = correction_sentence(pruning);
  if (!corrections.empty()) section.pieces.emplace_back(Paragraph{corrections});
  if (pruning.right.traces + pruning.from_wrong.traces > 0)
    section.pieces.emplace_back(tokens_table(pruning));
  if (pruning.total.steps > 0) {
    section.pieces.emplace_back(
        Chart{"actions", "Actions", "What became of the steps of accepted paths."});
    section.pieces.emplace_back(Chart{"skills", "Skills",
                                      capital(pruning.length_unit) +
                                          " of a trace, by what became of them; counted for a "
                                          "step by its share of the text."});
    section.pieces.emplace_back(actions_table(pruning.total));
    section.pieces.emplace_back(
        shares_table("Skills, by share of the text", "skill", pruning.skills, pruning));
  }
  if (!pruning.passes.empty()) {
    section.pieces.emplace_back(shares_table("What decided, for steps that were not kept",
                                             "rule or protocol", pruning.passes, pruning));
  }
  return section;
}

Section rejections_section(const Summary& summary) {
  Section section{"rejections", "Rejections", {}};
  std::int64_t most = 0;
  for (const RejectionCount& rejection : summary.rejections) most = std::max(most, rejection.count);
  if (most > 0) {
    section.pieces.emplace_back(
        Chart{"rejections", "Rejections by reason", "A trace or path counts once."});
    Table table{"A rejection is a check that said no; it never fails the run",
                {{"stage", Align::kLeft},
                 {"reason", Align::kLeft},
                 {"count"},
                 {"", Align::kLeft},
                 {"meaning", Align::kLeft}},
                {}};
    for (const RejectionCount& rejection : summary.rejections) {
      if (rejection.count == 0) continue;
      table.rows.push_back({rejection.stage,
                            std::string(enum_name(rejection.reason)),
                            format_count(rejection.count),
                            {"", draw_bar(ratio(rejection.count, most))},
                            std::string(reason_meaning(rejection.reason))});
    }
    section.pieces.emplace_back(std::move(table));
  }
  if (summary.pruning && !summary.pruning->gates.empty()) {
    Table table{"Gates", {{"gate", Align::kLeft}, {"passed"}, {"failed"}, {"share passed"}}, {}};
    for (const GateCount& gate : summary.pruning->gates) {
      table.rows.push_back({gate.gate, format_count(gate.passed), format_count(gate.failed),
                            percent(ratio(gate.passed, gate.passed + gate.failed))});
    }
    section.pieces.emplace_back(std::move(table));
  }
  return section;
}

}  // namespace drp::report
