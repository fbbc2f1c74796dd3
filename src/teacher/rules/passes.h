// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// One rewrite pass: a name by which it can be switched off, one line of what it does, and the work.
// A pass only marks decisions; the repair loop brings back what turns out to be needed.
struct Pass {
  std::string_view name;
  std::string_view what;
  void (*run)(Draft&);
  bool rewrites = false;   // runs on what the deletions and their repair have left
  bool by_values = false;  // judges by numbers alone: not for reasoning in words
};

// In the order in which they run.
std::span<const Pass> all_passes();

// One file each.
void keep_choices(Draft& draft);
void prune_after_answer(Draft& draft);
void prune_repeated_answer(Draft& draft);
void prune_false_starts(Draft& draft);
void prune_checks(Draft& draft);
void prune_fillers(Draft& draft);
void prune_restatements(Draft& draft);
void prune_plans(Draft& draft);
void prune_musings(Draft& draft);
void prune_repetitions(Draft& draft);
// Part of `pass`: "2100 divided by 3. 3 goes into 21 seven times, then 0, 0. So 700." where a kept
// unit has computed it.
void prune_worked_again(Draft& draft, std::string_view pass);
void prune_unused(Draft& draft);
void prune_detours(Draft& draft);
void mend_corrections(Draft& draft);
void trim_sentences(Draft& draft);
void drop_echoes(Draft& draft);
void merge_results(Draft& draft);
// Part of `pass`, behind merge_results: "28 * 30. 28 * 30 is 840." becomes its second sentence.
void merge_lone_expressions(Draft& draft, std::string_view pass);
void join_set_ups(Draft& draft);
void drop_connectives(Draft& draft);

// Rewrites unit `i`, if it is kept prose, without its hesitations and lead-ins.
void trim_unit(Draft& draft, std::size_t i);

// Brings deleted units back until no kept unit misses a value, an unknown or a referent. Returns
// how many it brought back.
std::size_t repair(Draft& draft);

}  // namespace drp::teacher
