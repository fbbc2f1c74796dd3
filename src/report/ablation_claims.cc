// SPDX-License-Identifier: Apache-2.0
#include "report/ablation_claims.h"

#include <algorithm>
#include <optional>

#include "base/text.h"
#include "report/table.h"
#include "report/wording.h"

namespace drp::report {
namespace {

// One cell paired with another: what changes from `from` to `to`.
struct Change {
  double accuracy_from = 0;
  double accuracy_to = 0;
  Estimate accuracy;
  double p = 1;
  double tokens_from = 0;
  double tokens_to = 0;
  Estimate cut;  // 1 - tokens to / tokens from
  double tokens_p = 1;
};

Change forward(const PairedComparison& pair) {
  return {pair.accuracy_before, pair.accuracy_after, pair.accuracy_difference, pair.accuracy_p_holm,
          pair.tokens_before,   pair.tokens_after,   pair.tokens_cut,          pair.tokens_p};
}

// The same seen from the other side; an interval of a ratio turns into that of its inverse.
Change backward(const PairedComparison& pair) {
  const auto turned = [](double cut) { return cut >= 1 ? -1e9 : 1 - 1 / (1 - cut); };
  const Estimate& accuracy = pair.accuracy_difference;
  const Estimate& cut = pair.tokens_cut;
  return {pair.accuracy_after,
          pair.accuracy_before,
          {-accuracy.value, -accuracy.high, -accuracy.low},
          pair.accuracy_p_holm,
          pair.tokens_after,
          pair.tokens_before,
          {turned(cut.value), turned(cut.high), turned(cut.low)},
          pair.tokens_p};
}

std::optional<Change> change_between(const StudentAblation& ablation, const std::string& from,
                                     const std::string& to) {
  for (const PairedComparison& pair : ablation.against_base.comparisons) {
    if (pair.group == "all" && pair.before == from && pair.after == to) return forward(pair);
  }
  for (const PairedComparison& pair : ablation.against_skill.comparisons) {
    if (pair.group == "all" && pair.before == to && pair.after == from) return backward(pair);
    if (pair.group == "all" && pair.before == from && pair.after == to) return forward(pair);
  }
  return std::nullopt;
}

// `paper`: its figures; empty where the claim is ours.
std::string verdict(bool shown, bool opposite, const std::string& paper) {
  if (shown) return paper.empty() ? "shown" : "reproduced";
  if (!opposite) return "not decided";
  return std::string(paper.empty() ? "" : "not reproduced, ") + "the opposite is shown";
}

std::string accuracy_sentence(const Change& change, const std::string& what,
                              const std::string& paper) {
  const int rise = shown_direction(change.accuracy, change.p);
  return what + ", accuracy rises" + (paper.empty() ? "" : " (paper: " + paper + ")") + ": " +
         verdict(rise > 0, rise < 0, paper) + ". Here " + percent(change.accuracy_from) + " → " +
         percent(change.accuracy_to) + ", difference " + points(change.accuracy.value) +
         " points, 95 % interval " + points_interval(change.accuracy) + ", p " +
         (change.p < 0.001 ? "" : "= ") + p_value(change.p) + " after Holm.";
}

std::string tokens_sentence(const Change& change, const std::string& what,
                            const std::string& paper) {
  const int fall = shown_direction(change.cut, change.tokens_p);
  return what + ", tokens fall" + (paper.empty() ? "" : " (paper: " + paper + ")") + ": " +
         verdict(fall > 0, fall < 0, paper) + ". Here " + mean_count(change.tokens_from) + " → " +
         mean_count(change.tokens_to) + " tokens, cut " + percent(change.cut.value) +
         ", 95 % interval " + percent(change.cut.low) + " to " + percent(change.cut.high) +
         (fall == 0 ? ", " + p_text(change.tokens_p) : "") + ".";
}

struct Finding {
  const char* what;
  const char* from;
  const char* to;
  const char* accuracy;  // as the paper has it; empty: not in the paper; null: no finding
  const char* tokens;
};

constexpr Finding kFindings[] = {
    {"Table 1, base → skill", "base", "skill", "GSM8K 91.7 → 94.1 %", "GSM8K 917 → 328"},
    {"Table 2, default split → skill split", "default", "skill", "GSM8K 92.7 → 94.1 %",
     "GSM8K 350 → 328"},
    {"Table 2, without splitting → skill split", "none", "skill", "GSM8K 91.0 → 94.1 %",
     "GSM8K 434 → 328"},
    // No finding of tokens: the cell's targets are made as long as skill's.
    {"Table 4, foreign solution → skill", "foreign", "skill", "GSM8K 90.7 → 94.1 %", nullptr},
    {"Not in the paper, unpruned → skill", "unpruned", "skill", nullptr, ""},
    {"Not in the paper, random → skill", "random", "skill", "", nullptr},
};

const AblationCell* find_cell(const StudentAblation& ablation, const std::string& name) {
  const auto found = std::find_if(ablation.cells.begin(), ablation.cells.end(),
                                  [&](const AblationCell& cell) { return cell.name == name; });
  return found == ablation.cells.end() ? nullptr : &*found;
}

std::string steps_sentence(const AblationCell& skill, const AblationCell& plain) {
  const bool more = *skill.steps > *plain.steps;
  return "Table 2, the skill split makes more steps of a trace than the default split (paper: "
         "GSM8K 12.6 and 8.3): here " +
         format_fixed(*skill.steps, 1) + " and " + format_fixed(*plain.steps, 1) + " a trace, " +
         (more ? "as in the paper" : "not as in the paper") + " (means, not tested).";
}

}  // namespace

std::vector<std::string> claim_sentences(const StudentAblation& ablation) {
  std::vector<std::string> sentences;
  for (const Finding& finding : kFindings) {
    const auto found = change_between(ablation, finding.from, finding.to);
    if (!found) continue;
    if (finding.tokens != nullptr) {
      sentences.push_back(tokens_sentence(*found, finding.what, finding.tokens));
    }
    if (finding.accuracy != nullptr) {
      sentences.push_back(accuracy_sentence(*found, finding.what, finding.accuracy));
    }
  }
  const AblationCell* skill = find_cell(ablation, "skill");
  const AblationCell* plain = find_cell(ablation, "default");
  if (skill != nullptr && plain != nullptr && skill->steps && plain->steps) {
    sentences.push_back(steps_sentence(*skill, *plain));
  }
  return sentences;
}

std::string target_lengths(const StudentAblation& ablation) {
  const AblationCell* skill = find_cell(ablation, "skill");
  if (skill == nullptr || skill->target_tokens <= 0) return {};
  std::string text =
      "Mean tokens of a training response: skill " + mean_count(skill->target_tokens);
  for (const AblationCell& cell : ablation.cells) {
    if (cell.sort == "base" || &cell == skill) continue;
    text += ", " + cell.name + " " + mean_count(cell.target_tokens) + " (" +
            report::change(skill->target_tokens, cell.target_tokens) + ")";
  }
  return text + ". The cells random and foreign are to match skill.";
}

}  // namespace drp::report
