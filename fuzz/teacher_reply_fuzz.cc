// SPDX-License-Identifier: Apache-2.0
// Reasoning, a line "====", reply: whatever a teacher answers, what is read as a plan tiles the
// reasoning, is sound, and is read the same when written again; so with the paper's replies.
#include "fuzz/target.h"
#include "path/apply_plan.h"
#include "teacher/paper/align.h"
#include "teacher/paper/paper_reply.h"
#include "teacher/span/prompt.h"
#include "teacher/span/reply.h"

namespace {

using namespace drp;

void span(std::string_view reasoning, std::string_view reply) {
  const std::vector<std::size_t> ends = teacher::unit_ends(reasoning, teacher::SplitBy::kSkill);
  const teacher::UnitNumbers units{1, ends.size()};
  if (ends.empty()) return;
  const auto lines = teacher::read_reply(reply, units);
  if (!lines) return;
  Plan plan;
  plan.steps = teacher::steps_of(*lines, ends, units);
  DRP_CHECK(!path::check_plan(reasoning, plan), "a reply that was read is no sound plan");
  const std::string written = teacher::write_reply(*lines);
  DRP_CHECK(teacher::read_reply(written, units) == lines, "a reply changed when written again");
}

void paper(std::string_view reasoning, std::string_view reply) {
  for (const bool skills : {true, false}) {
    const auto typed = teacher::read_split(reply, skills);
    if (!typed) continue;
    std::vector<std::string> pieces;
    for (const teacher::TypedStep& step : *typed) pieces.push_back(step.text);
    const teacher::Alignment alignment = teacher::align_pieces(reasoning, pieces);
    std::size_t at = 0;
    for (const Span& span : alignment.spans) {
      if (span.empty()) continue;
      DRP_CHECK(span.begin == at && span.end <= reasoning.size(), "spans that do not tile");
      at = span.end;
    }
    DRP_CHECK(at == 0 || at == reasoning.size(), "text behind the last span");
    (void)teacher::read_pruned(reply, typed->size(), skills);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::text_of(data, size);
  constexpr std::string_view kLine = "\n====\n";
  const std::size_t line = std::min(text.find(kLine), text.size());
  const std::string_view reasoning = text.substr(0, line);
  const std::string_view reply = text.substr(std::min(line + kLine.size(), text.size()));
  span(reasoning, reply);
  paper(reasoning, reply);
  return 0;
}
