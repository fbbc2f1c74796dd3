// SPDX-License-Identifier: Apache-2.0
// What a probe found, in words.
#include "base/text.h"
#include "llm/endpoint_probe.h"

namespace drp::llm {
namespace {

std::string line(bool good, const std::string& text) {
  return std::string(good ? "ok    " : "note  ") + text + "\n";
}

std::string wish_line(const std::string& what, Wish wish) {
  switch (wish) {
    case Wish::kHonoured:
      return line(true, what + ": honoured");
    case Wish::kIgnored:
      return line(false, what + ": taken and ignored; replies are checked all the same");
    case Wish::kRefused:
      return line(false, what + ": refused");
  }
  return {};
}

std::string fault_of(const ContextTry& one) {
  if (!one.failure.empty()) return "refused (" + one.failure + ")";
  if (one.cut) return "cut to " + format_count(one.tokens) + " tokens without a word";
  if (!one.first_seen && !one.last_seen) return "read, but neither end was found again";
  return std::string(one.first_seen ? "its end" : "its beginning") + " was lost";
}

std::string context_lines(const EndpointReport& report) {
  if (report.contexts.empty()) return line(true, "context: not tried");
  std::string text;
  if (report.context() > 0) {
    text += line(
        true, "context: a prompt of " + format_count(report.context()) + " tokens is read whole");
  }
  const ContextTry& last = report.contexts.back();
  if (!last.good()) text += line(false, "context: the next longer prompt is " + fault_of(last));
  return text;
}

}  // namespace

std::string show_report(const EndpointReport& report) {
  if (!report.failure.empty()) return "bad   no answer: " + report.failure + "\n";
  std::string text = line(true, "it answers");
  text += report.usage ? line(true, "usage: token counts are reported")
                       : line(false, "usage: no token counts; calls are booked at their worst");
  text += line(report.ends, report.ends ? "finish: says when a reply ended by itself"
                                        : "finish: does not say that a reply ended by itself");
  text += line(report.obeys_limit, report.obeys_limit
                                       ? "tokens_max: obeyed, and the cut is reported"
                                       : "tokens_max: not obeyed, or the cut is not reported; caps "
                                         "cannot be relied upon");
  for (const Acceptance& one : report.parameters) {
    text += line(one.accepted,
                 one.parameter + (one.accepted ? ": accepted" : ": refused (" + one.why + ")"));
  }
  text += wish_line("JSON schema", report.schema);
  text += wish_line("grammar", report.grammar);
  text += line(true, report.thinking.empty() ? "thinking: no markers seen"
                                             : "thinking: " + join(report.thinking, ", "));
  return text + context_lines(report);
}

}  // namespace drp::llm
