// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "records/path.h"
#include "records/plan.h"

namespace drp::teacher {

// How the units of a trace are numbered for the teacher.
struct UnitNumbers {
  std::size_t first = 1;
  std::size_t count = 0;

  std::size_t last() const { return first + count - 1; }
};

// One line of a reply of the span protocol.
struct ReplyLine {
  std::size_t last = 0;  // number of the step's last unit
  Action action = Action::kKeep;
  std::string skill;
  std::optional<std::string> text;  // raw, line breaks as U+23CE

  bool operator==(const ReplyLine&) const = default;
};

// Reads a reply (docs/formats.md, "Span reply"). Chatter before the first and after the last line,
// blank lines and a code fence around all are passed over; the lines themselves must be exact. The
// rejection is kBadReply and its detail names the fault so that the teacher can mend it.
expected<std::vector<ReplyLine>, Rejection> read_reply(std::string_view reply, UnitNumbers units);

// Lines that replace those of `lines` with the same last unit: the reply to a second look.
expected<std::vector<ReplyLine>, Rejection> read_changes(std::string_view reply,
                                                         const std::vector<ReplyLine>& lines,
                                                         UnitNumbers units);

// The steps that the lines describe; `ends` are the byte ends of the units.
std::vector<Step> steps_of(const std::vector<ReplyLine>& lines,
                           const std::vector<std::size_t>& ends, UnitNumbers units);

// The reply that says this plan, whose steps end where units end.
std::string write_reply(const std::vector<Step>& steps, const std::vector<std::size_t>& ends,
                        UnitNumbers units);
std::string write_reply(const std::vector<ReplyLine>& lines);

char action_letter(Action action);

}  // namespace drp::teacher
