// SPDX-License-Identifier: Apache-2.0
// Section about the pruned paths as the student reads them: how likely they are to it, what they do
// to its answer, and what asking for more of the answer's probability would cost.
#include <array>
#include <cmath>

#include "base/text.h"
#include "report/sections.h"

namespace drp::report {
namespace {

constexpr double kWantedShare = 0.95;  // of paths within the limit
constexpr std::array<std::size_t, 5> kPercentiles = {5, 25, 50, 75, 95};

// "−0.123", with a true minus; never "−0.000".
std::string nats(double value) {
  const std::string text = format_fixed(std::abs(value), 3);
  return (value < 0 && text != "0.000" ? "−" : "") + text;
}

std::string nats_interval(const Estimate& estimate) {
  return nats(estimate.low) + " to " + nats(estimate.high);
}

std::string sample_sentence(const Learnability& sum, const Summary& summary) {
  const std::int64_t accepted = summary.pruning ? summary.pruning->accepted.traces : 0;
  const std::int64_t drawn = sum.judged + sum.not_judged;
  std::string text = "The base student read ";
  text += drawn < accepted ? "a random sample of " + format_count(drawn) + " of the " +
                                 format_count(accepted) + " accepted paths"
          : drawn == 1 ? "the accepted path"
                       : "all " + format_count(drawn) + " accepted paths";
  text +=
      ", each beside the whole trace that it was made of. Sentences that only announce the answer "
      "or come to it again are left out of both; log P are natural logarithms.";
  if (sum.not_judged > 0) {
    text += " " + format_count(sum.not_judged) +
            " of them could not be judged: the trace is longer than the model's context, or states "
            "no answer.";
  }
  return text;
}

std::string answer_sentence(const Learnability& sum) {
  const std::string limit = format_fixed(sum.drop_limit, 1);
  std::string text = "After " + percent(sum.within_limit.value) + " of the paths (95 % interval " +
                     percent_interval(sum.within_limit) + ") the answer is at most " + limit +
                     " nat a token less likely than after the whole trace";
  if (sum.within_limit.low >= kWantedShare) {
    return text + ": pruning leaves what the student needs to come to its answer.";
  }
  if (sum.within_limit.high < kWantedShare) {
    return text +
           ": the other paths lack something that the student relied on. With teacher.kind student "
           "such paths are rejected, at the price shown below.";
  }
  return text + ": whether that holds for " + percent(kWantedShare, 0) +
         " of all paths cannot be told from so few.";
}

std::string reasoning_sentence(const Learnability& sum) {
  const Estimate& drop = sum.reasoning_drop;
  const std::string size = nats(std::abs(drop.value)) + " nat";
  if (drop.low > 0) {
    return "To the student a token of a path is on average " + size +
           " less likely than one of its own trace. A part of that is the deleted talk, which is "
           "easy to predict; the rest is what training has to teach.";
  }
  if (drop.high < 0) {
    return "To the student a token of a path is on average " + size +
           " more likely than one of its own trace: the paths are its own style.";
  }
  return "To the student a token of a path is as likely as one of its own trace, as far as these "
         "paths tell.";
}

Table likelihood_table(const Learnability& sum) {
  Table table{"Mean log P a token, in nats",
              {{"", Align::kLeft},
               {"paths"},
               {"in the trace"},
               {"in the path"},
               {"drop"},
               joined_column("95 % interval")},
              {}};
  const auto add = [&](const char* what, std::int64_t paths, double trace, double path,
                       const Estimate& drop) {
    table.rows.push_back({what, format_count(paths), nats(trace), nats(path), nats(drop.value),
                          nats_interval(drop)});
  };
  add("reasoning", sum.judged, sum.reasoning_log_prob_trace, sum.reasoning_log_prob_path,
      sum.reasoning_drop);
  if (sum.with_seams > 0) {
    add("the first words after a deletion", sum.with_seams, sum.seam_log_prob_trace,
        sum.seam_log_prob_path, sum.seam_drop);
  }
  add("answer", sum.judged, sum.answer_log_prob_trace, sum.answer_log_prob_path, sum.answer_drop);
  return table;
}

Table drops_table(const Learnability& sum) {
  Table table{
      "Drop of log P(answer) a token from trace to path, percentiles over the paths", {}, {}};
  std::vector<Cell> row;
  for (const std::size_t percentile : kPercentiles) {
    table.columns.push_back({std::to_string(percentile) + " %"});
    row.emplace_back(nats(sum.drop_percentiles.at(percentile)));
  }
  table.columns.push_back({"at most " + format_fixed(sum.drop_limit, 1) + " nat"});
  table.columns.push_back(joined_column("95 % interval"));
  row.emplace_back(percent(sum.within_limit.value));
  row.emplace_back(percent_interval(sum.within_limit));
  table.rows.push_back(std::move(row));
  return table;
}

Table thresholds_table(const Learnability& sum, const std::string& unit) {
  Table table{"What a threshold on the answer's probability would cost",
              {{"keep_answer_prob"},
               {"paths kept"},
               {unit + " a response, rejected at full length"},
               {"change from the traces"}},
              {}};
  for (const ThresholdEffect& effect : sum.thresholds) {
    table.rows.push_back({format_fixed(effect.keep_answer_prob, 2), percent(effect.kept),
                          mean_count(effect.tokens), change(sum.tokens_before, effect.tokens)});
  }
  return table;
}

}  // namespace

Section likelihood_section(const ReportInputs& inputs, const Summary& summary) {
  Section section{"likelihood", "Does the student find the paths likely?", {}, "Likelihood"};
  if (!inputs.learnability || inputs.learnability->judged == 0) return section;
  const Learnability& sum = *inputs.learnability;
  section.pieces.emplace_back(Paragraph{answer_sentence(sum) + " " + reasoning_sentence(sum)});
  section.pieces.emplace_back(Paragraph{sample_sentence(sum, summary)});
  if (!summary.likelihoods.series.empty()) {
    section.pieces.emplace_back(
        Chart{"likelihood", "Likelihood of the targets",
              "Mean log P a token of the reasoning, over the judged paths: each whole trace, and "
              "the path made of it."});
  }
  section.pieces.emplace_back(likelihood_table(sum));
  section.pieces.emplace_back(drops_table(sum));
  section.pieces.emplace_back(
      Chart{"answer_drop", "How much the answer loses",
            "Share of paths whose answer drops by at most so much; 1st to 99th percentile."});
  section.pieces.emplace_back(
      Chart{"threshold", "The price of a threshold",
            "A path is kept if it leaves the answer that share of its probability; a rejected one "
            "counts at full length."});
  section.pieces.emplace_back(thresholds_table(sum, inputs.length_unit));
  return section;
}

}  // namespace drp::report
