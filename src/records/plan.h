// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "records/field.h"

namespace drp {

// The four actions of the paper (arXiv 2505.13975, section 3).
enum class Action { kKeep, kDelete, kSingleStepCompress, kMultiStepCompress };

// Consecutive units that serve one skill. Consecutive kMultiStepCompress steps form a group that
// ends at the first of them that carries a text; that text replaces the whole group.
struct Step {
  Span span;
  std::string skill;
  Action action = Action::kKeep;
  std::optional<std::string> text;
  std::string pass;
  std::string evidence;
  std::string said;

  bool operator==(const Step&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("span", &Step::span, Need::kRequired, "byte range in the reasoning text; steps tile it");
    field("skill", &Step::skill, Need::kOptional, "the one skill the step serves");
    field("action", &Step::action, Need::kRequired,
          "KEEP, DELETE, SINGLE-STEP COMPRESS or MULTI-STEP COMPRESS");
    field("text", &Step::text, Need::kOptional,
          "new text of a compress action; in a multi-step group on its last step");
    field("pass", &Step::pass, Need::kOptional, "the rule or protocol that decided");
    field("evidence", &Step::evidence, Need::kOptional, "why, in words");
    field("said", &Step::said, Need::kOptional, "a teacher model's own word for the skill");
  }
};

// What a teacher corrected about a path, which came to another answer.
enum class Corrected {
  kPath,    // the path of a right trace, back to its answer
  kAnswer,  // the answer of a wrong trace as well: path and answer section come to the reference
};

// What a teacher returns for a trace. With a `synthesis` the path is that text, whatever the steps'
// texts, and a compress action needs none.
struct Plan {
  std::string trace_id;
  std::string problem_id;
  std::string teacher;
  std::vector<Step> steps;
  std::optional<std::string> synthesis;
  bool own = false;
  std::optional<double> coverage;
  std::optional<Corrected> corrected;
  std::vector<std::string> notes;

  bool operator==(const Plan&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("trace_id", &Plan::trace_id, Need::kRequired, "id of the trace");
    field("problem_id", &Plan::problem_id, Need::kOptional, "id of its problem");
    field("teacher", &Plan::teacher, Need::kOptional, "rules, a model's name, ...");
    field("steps", &Plan::steps, Need::kRequired, "the steps in order");
    field("synthesis", &Plan::synthesis, Need::kOptional,
          "the whole path in the teacher's words, in place of the stitched one");
    field("own", &Plan::own, Need::kOptional,
          "the synthesis is the teacher's own solution, not a shorter trace");
    field("coverage", &Plan::coverage, Need::kOptional,
          "paper protocol: share of the trace's words found again in the re-typed steps");
    field("corrected", &Plan::corrected, Need::kOptional,
          "the synthesis was corrected by the teacher: path, where it had come to another answer "
          "than its right trace; answer, where the trace is wrong, up to the reference");
    field("notes", &Plan::notes, Need::kOptional,
          "what happened on the way: asked again, mended, a synthesis refused");
  }
};

std::string_view enum_name(Action value);
bool enum_parse(std::string_view name, Action& value);
std::string_view enum_name(Corrected value);
bool enum_parse(std::string_view name, Corrected& value);

}  // namespace drp
