// SPDX-License-Identifier: Apache-2.0
#include "report/student_tables.h"

#include <algorithm>

#include "base/text.h"
#include "report/wording.h"

namespace drp::report {
namespace {

using Arms = std::vector<ArmSummary>;

bool any(const Arms& arms, bool (*holds)(const ArmSummary&)) {
  return std::any_of(arms.begin(), arms.end(), holds);
}

Table arms_table(const Evaluation& evaluation) {
  const Arms& arms = evaluation.arms;
  const bool several = has_several_samples(evaluation);
  const bool parts = any(arms, [](const ArmSummary& arm) { return arm.reasoning_tokens_mean > 0; });
  Table table{several
                  ? "Each student alone: mean over problems of the share right, with 95 % Wilson "
                    "intervals (samples of a problem are a cluster)"
                  : "Each student alone, with 95 % Wilson intervals",
              {{"student", Align::kLeft}},
              {}};
  if (several) table.columns.push_back({"problems"});
  for (Column column : {Column{"responses"}, Column{"accuracy"}, joined_column("95 % interval"),
                        Column{"strict"}, Column{"no answer"}, Column{"mean tokens"}})
    table.columns.push_back(std::move(column));
  if (parts) table.columns.insert(table.columns.end(), {{"of them reasoning"}, {"answer"}});
  for (const char* title : {"cut off", "loops"}) table.columns.push_back({title});
  for (const ArmSummary& arm : arms) {
    std::vector<Cell> row = {arm.arm};
    if (several) row.emplace_back(format_count(arm.problems));
    for (std::string cell : {format_count(arm.responses), percent(arm.accuracy.value),
                             percent_interval(arm.accuracy), percent(arm.accuracy_strict.value),
                             percent(arm.share_no_answer), mean_count(arm.tokens_mean)})
      row.emplace_back(std::move(cell));
    if (parts) {
      row.emplace_back(mean_count(arm.reasoning_tokens_mean));
      row.emplace_back(mean_count(arm.answer_tokens_mean));
    }
    row.emplace_back(percent(arm.share_cut));
    row.emplace_back(percent(arm.share_loop));
    table.rows.push_back(std::move(row));
  }
  return table;
}

// What the accuracy of a student alone can tell: the note of the least certain one.
const std::string& arms_note(const Arms& arms) {
  const auto width = [](const ArmSummary& arm) { return arm.accuracy.high - arm.accuracy.low; };
  return std::max_element(
             arms.begin(), arms.end(),
             [&](const ArmSummary& a, const ArmSummary& b) { return width(a) < width(b); })
      ->note;
}

// The one that finds most right answers.
std::string best_extractor(const ArmSummary& arm) {
  return std::max_element(arm.extractors.begin(), arm.extractors.end(),
                          [](const ExtractorScore& a, const ExtractorScore& b) {
                            return a.accuracy < b.accuracy;
                          })
      ->extractor;
}

// Where every answer stands in a box, all ways to look for it say the same.
bool extractors_matter(const Arms& arms) {
  std::string best;
  for (const ArmSummary& arm : arms) {
    if (arm.extractors.empty()) continue;
    if (percent(arm.accuracy.value) != percent(arm.accuracy_strict.value)) return true;
    if (!best.empty() && best != best_extractor(arm)) return true;
    best = best_extractor(arm);
  }
  return false;
}

std::string extractor_title(const std::string& extractor) {
  if (extractor == "hash") return "####";
  if (extractor == "phrase") return "\"the answer is\"";
  if (extractor == "number") return "last number";
  return extractor;
}

Table extractors_table(const Arms& arms) {
  Table table{"Accuracy of the same responses, by how the answer is looked for",
              {{"student", Align::kLeft}, {"flexible"}, {"strict"}},
              {}};
  for (const ArmSummary& arm : arms) {
    if (arm.extractors.empty()) continue;
    if (table.rows.empty()) {
      for (const ExtractorScore& score : arm.extractors)
        table.columns.push_back({extractor_title(score.extractor) + " alone"});
    }
    std::vector<Cell> row = {arm.arm, percent(arm.accuracy.value),
                             percent(arm.accuracy_strict.value)};
    for (const ExtractorScore& score : arm.extractors) row.emplace_back(percent(score.accuracy));
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table at_k_table(const Arms& arms) {
  Table table{"Several samples a problem",
              {{"student", Align::kLeft},
               {"k"},
               {"pass@k"},
               joined_column("95 % interval"),
               {"maj@k"},
               joined_column("95 % interval")},
              {}};
  for (const ArmSummary& arm : arms) {
    for (const AtK& at : arm.at_k) {
      table.rows.push_back({arm.arm, std::to_string(at.k), percent(at.pass.value),
                            percent_interval(at.pass), percent(at.majority.value),
                            percent_interval(at.majority)});
    }
  }
  return table;
}

}  // namespace

void add_student_tables(const Evaluation& evaluation, Section& section) {
  const Arms& arms = evaluation.arms;
  if (arms.empty()) return;
  section.pieces.emplace_back(arms_table(evaluation));
  if (!arms_note(arms).empty())
    section.pieces.emplace_back(Paragraph{arms_note(arms), About::kTable});
  if (extractors_matter(arms)) {
    section.pieces.emplace_back(extractors_table(arms));
    section.pieces.emplace_back(
        Paragraph{"Strict takes an answer in a box or after ####, flexible in any of these places. "
                  "A gain in one column only is a gain in phrasing.",
                  About::kTable});
  }
  if (any(arms, [](const ArmSummary& arm) { return !arm.at_k.empty(); })) {
    section.pieces.emplace_back(at_k_table(arms));
    section.pieces.emplace_back(
        Paragraph{"pass@k: one of k samples is right. maj@k: the most frequent answer of k samples "
                  "is right, equal answers counted together.",
                  About::kTable});
  }
}

}  // namespace drp::report
