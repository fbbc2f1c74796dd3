// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace drp::report {

// A row of tables 1 to 4 of the paper (arXiv 2505.13975): accuracy in per cent or solved / total,
// then mean tokens a response, of R1-Distill-Qwen-7B where `name` says nothing else. Empty: not
// published.
struct PaperRow {
  int table = 0;
  std::string_view name;
  std::string_view cell;                   // the cell of ours that stands for it; empty: none
  std::array<std::string_view, 4> scores;  // by kPaperSets
};

inline constexpr std::array<std::string_view, 4> kPaperSets = {"GSM8K", "MATH500", "AIME24", "AMC"};

std::string_view paper_table_title(int table);
std::span<const PaperRow> paper_rows();

}  // namespace drp::report
