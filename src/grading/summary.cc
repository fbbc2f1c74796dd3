// SPDX-License-Identifier: Apache-2.0
#include "grading/summary.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "answers/show.h"
#include "base/text.h"

namespace drp::grading {
namespace {

constexpr std::size_t kRowsMax = 12;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

std::string rows(const std::string& title, const std::map<std::string, std::int64_t>& counts,
                 std::int64_t total) {
  std::vector<std::pair<std::string, std::int64_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < sorted.size() && i < kRowsMax; ++i) {
    const double share = 100.0 * static_cast<double>(sorted[i].second) / static_cast<double>(total);
    text += padded(i == 0 ? title : "", 10) + padded(sorted[i].first, 52) +
            padded(format_count(sorted[i].second), 10) + format_fixed(share, 1) + " %\n";
  }
  if (sorted.size() > kRowsMax) {
    text += padded("", 10) + "and " + std::to_string(sorted.size() - kRowsMax) + " more\n";
  }
  return text;
}

std::string percent(std::int64_t part, std::int64_t whole) {
  if (whole == 0) return "-";
  return format_fixed(100.0 * static_cast<double>(part) / static_cast<double>(whole), 1) + " %";
}

}  // namespace

void Summary::add(std::string_view line) {
  const auto json = nlohmann::json::parse(line);
  ++count_;
  strict_ += json["strict"].get<bool>() ? 1 : 0;
  ++verdicts_[json["verdict"].get<std::string>()];
  ++methods_[json["method"].get<std::string>()];
  ++reasons_[json["reason"].get<std::string>()];
}

std::string Summary::table() const {
  std::string text = "pairs     " + format_count(count_) + "\n";
  if (count_ > 0) {
    text += rows("verdict", verdicts_, count_) + rows("method", methods_, count_) +
            rows("reason", reasons_, count_);
    const auto found = [&](const char* verdict) {
      const auto at = verdicts_.find(verdict);
      return at == verdicts_.end() ? std::int64_t{0} : at->second;
    };
    const std::int64_t graded = count_ - found("gold_error");
    text += "accuracy  " + percent(found("equal"), graded) + " flexible, " +
            percent(strict_, graded) + " strict (of " + format_count(graded) +
            " with a readable reference)\n";
  }
  if (malformed > 0) text += "malformed " + format_count(malformed) + " lines\n";
  return text;
}

std::string explanation(const Pair& pair, const answers::ProgramJudge* programs) {
  const Judgement judgement = judge(pair, programs);
  std::string text = "reference  " + pair.gold + "\n";
  text += "  read as  " + judgement.gold_read + "\n";
  if (pair.response) {
    text += "response   " + format_count(static_cast<std::int64_t>(pair.response->size())) +
            " bytes\n  answer   " + (judgement.extracted.empty() ? "none" : judgement.extracted) +
            " (found by: " + judgement.method + ")\n";
  } else {
    text += "answer     " + *pair.pred + "\n";
  }
  if (!judgement.extracted.empty() && pair.domain == "math") {
    text += "  read as  " + answers::show_reading(answers::read_gold(judgement.extracted)) + "\n";
  }
  text += "verdict    " + judgement.verdict + ": " + judgement.reason + "\n";
  if (!judgement.flags.empty()) text += "flags      " + join(judgement.flags, ", ") + "\n";
  return text;
}

}  // namespace drp::grading
