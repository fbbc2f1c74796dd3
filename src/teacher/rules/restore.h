// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "teacher/rules/draft.h"

namespace drp::teacher {

// Keeps unit `i` again, pinned and trimmed, with the rest of what was deleted as one thing; `why`
// goes into its evidence.
void bring_back(Draft& draft, std::size_t i, const std::string& why);

// "But the question asks for the height in feet.": why the solution goes on.
bool names_goal(const UnitFacts& unit);

// Words inside a sentence after which a derived value stands, even where it equals a given one:
// "the presses are doubled, so he does 40".
bool draws_conclusion(const UnitFacts& unit);
// "This means the remaining 20 shirts have no collars": the complement is the student's own, though
// the question may have the number for another thing.
bool concludes_what_remains(const UnitFacts& unit);

// "4 times the number of", "twice as many", "5 more than", "2 months per badge": how one quantity
// follows from another.
bool relates(const UnitFacts& unit);

// What is asked or planned, in general words, and no fact that "the problem states".
bool speaks_of_task(const UnitFacts& unit);

// "The steps are: find how many, then multiply. Let me verify that.": whether what unit `i` speaks
// of was a plan or the question again, and is gone.
bool follows_gone_plan(const Draft& draft, std::size_t i);

// Deletes the question between quotation marks where the words that say why it is read again are
// gone; returns how many units.
std::size_t drop_lone_quotations(Draft& draft);

// What brings units back by the form of what stays. repair() runs them in the order of its table,
// which says what each is for; each returns how many units it brought back.
std::size_t restore_lead_ins(Draft& draft);
std::size_t restore_introductions(Draft& draft);
std::size_t restore_premises(Draft& draft);
std::size_t restore_headers(Draft& draft);
std::size_t restore_lists(Draft& draft);
std::size_t restore_equations(Draft& draft);
std::size_t restore_pairs(Draft& draft);
std::size_t restore_topics(Draft& draft);
std::size_t restore_paragraphs(Draft& draft);
std::size_t restore_reasons(Draft& draft);
std::size_t restore_aims(Draft& draft);
std::size_t restore_ways(Draft& draft);
std::size_t restore_part_reasons(Draft& draft);
std::size_t restore_operands(Draft& draft);
std::size_t restore_first_parts(Draft& draft);
std::size_t restore_questions(Draft& draft);
std::size_t restore_counterparts(Draft& draft);
std::size_t restore_rows(Draft& draft);
std::size_t restore_cases(Draft& draft);
std::size_t restore_digit_work(Draft& draft);
std::size_t restore_subjects(Draft& draft);
std::size_t restore_opening(Draft& draft);
std::size_t restore_people(Draft& draft);
std::size_t restore_signposts(Draft& draft);
std::size_t restore_terms(Draft& draft);
std::size_t restore_taken_results(Draft& draft);
std::size_t restore_open_results(Draft& draft);
std::size_t restore_given_work(Draft& draft);
std::size_t restore_expressions(Draft& draft);
std::size_t restore_named_results(Draft& draft);
std::size_t restore_goals(Draft& draft);
std::size_t restore_causes(Draft& draft);
std::size_t restore_carried_out(Draft& draft);
std::size_t restore_list_openings(Draft& draft);
std::size_t settle_checks(Draft& draft);
std::size_t settle_columns(Draft& draft);
std::size_t complete_stretches(Draft& draft);
std::size_t restore_replies(Draft& draft);

// Of two sentences next to each other in the path that came back and tell the same givens, the
// second goes again.
void drop_told_twice(Draft& draft);

}  // namespace drp::teacher
