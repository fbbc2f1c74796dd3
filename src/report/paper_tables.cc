// SPDX-License-Identifier: Apache-2.0
#include "report/paper_tables.h"

#include "base/check.h"

namespace drp::report {
namespace {

constexpr std::array<PaperRow, 15> kRows = {{
    {1, "base", "base", {"91.7 / 917", "92.4 / 2486", "15/30 / 8674", "31/40 / 4845"}},
    {1, "DRP", "skill", {"94.1 / 328", "93.0 / 1781", "15/30 / 4966", "33/40 / 3258"}},
    {1, "1.5B base", "", {"70.7 / 1443", "80.4 / 3276", "6/30 / 10484", "23/40 / 6516"}},
    {1, "1.5B DRP", "", {"83.4 / 721", "82.0 / 2122", "10/30 / 6135", "27/40 / 3657"}},
    {2,
     "pruned without splitting",
     "none",
     {"91.0 / 434", "88.6 / 2102", "13/30 / 6201", "29/40 / 4028"}},
    {2, "default split", "default", {"92.7 / 350", "92.0 / 1905", "14/30 / 4678", "31/40 / 4975"}},
    {2,
     "skill split (DRP)",
     "skill",
     {"94.1 / 328", "93.0 / 1781", "15/30 / 4966", "33/40 / 3258"}},
    {3, "GPT-4o", "skill", {"94.1 / 328", "", "", ""}},
    {3, "Gemini 2.0 Flash", "", {"93.2 / 419", "", "", ""}},
    {3, "DeepSeek-V3", "", {"92.7", "", "", ""}},
    {3, "ChatGPT", "", {"91.2", "", "", ""}},
    {4,
     "the teacher's own solution",
     "foreign",
     {"90.7 / 425", "88.6 / 2152", "13/30 / 6417", "28/40 / 4279"}},
    {4, "DRP", "skill", {"94.1 / 328", "93.0 / 1781", "15/30 / 4966", "33/40 / 3258"}},
    {4, "not in the paper: own traces unpruned", "unpruned", {"", "", "", ""}},
    {4, "not in the paper: pruned at random", "random", {"", "", "", ""}},
}};

}  // namespace

std::string_view paper_table_title(int table) {
  static constexpr std::array<std::string_view, 4> kTitles = {
      "Table 1: before and after", "Table 2: how traces are split", "Table 3: who teaches",
      "Table 4: what is trained on"};
  DRP_CHECK(table >= 1 && table <= 4, "the paper has four such tables");
  return kTitles[static_cast<std::size_t>(table - 1)];
}

std::span<const PaperRow> paper_rows() { return kRows; }

}  // namespace drp::report
