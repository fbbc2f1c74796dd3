// SPDX-License-Identifier: Apache-2.0
#include "answers/grade.h"

#include <utility>

namespace drp::answers {
namespace {

// What extraction looks at: the answer part, or the whole response where that is blank.
Span answer_region(std::string_view response, const ResponseParts& parts) {
  const bool blank = trim(slice(response, parts.answer)).empty();
  return blank ? Span{0, response.size()} : parts.answer;
}

}  // namespace

Graded grade(const GradeRequest& request) {
  Graded graded;
  const Markers& markers = request.markers == nullptr ? default_markers() : *request.markers;
  const ResponseParts parts = split_response(request.response, markers);
  const bool never_closed = parts.closing == Closing::kCut;
  if (request.judge != nullptr && !never_closed &&
      (request.domain == "code" || request.domain == "command")) {
    const Span region = answer_region(request.response, parts);
    return request.judge->judge(request, slice(request.response, region));
  }
  if (!never_closed) {
    const Span region = answer_region(request.response, parts);
    ExtractOptions options;
    options.domain = request.domain;
    options.box_only = request.cut;
    options.cut_at_run_on = parts.closing == Closing::kNone;
    graded.extracted = extract(slice(request.response, region), options);
    if (graded.extracted.found()) {
      graded.extracted.span.begin += region.begin;
      graded.extracted.span.end += region.begin;
    }
  }
  CompareOptions compare_options = request.options;
  compare_options.domain = request.domain;
  Comparison comparison = compare(request.gold, graded.extracted.text, compare_options);
  graded.verdict = comparison.verdict;
  graded.reason = std::move(comparison.reason);
  graded.flags = std::move(comparison.flags);
  if (never_closed) graded.flags.emplace_back("cut_in_think");
  if (graded.verdict == Verdict::kUnequal && !graded.extracted.found()) {
    graded.reason = never_closed  ? "the reasoning never closed"
                    : request.cut ? "cut off before a boxed answer"
                                  : "no answer found";
  }
  return graded;
}

std::vector<Method> right_by(const GradeRequest& request, const Graded& graded) {
  std::vector<Method> right;
  if (request.domain != "math") return right;
  const Markers& markers = request.markers == nullptr ? default_markers() : *request.markers;
  const ResponseParts parts = split_response(request.response, markers);
  if (parts.closing == Closing::kCut) return right;
  const std::string_view text = slice(request.response, answer_region(request.response, parts));
  for (const Method method : {Method::kBox, Method::kHash, Method::kPhrase, Method::kNumber}) {
    if (request.cut && method != Method::kBox) continue;
    const Extracted extracted = extract_by(text, method);
    if (!extracted.found()) continue;
    // Mostly the very words that grade() found, whose verdict is known.
    const bool known = extracted.text == graded.extracted.text;
    CompareOptions options = request.options;
    options.domain = request.domain;
    if (known ? graded.equal() : compare(request.gold, extracted.text, options).equal()) {
      right.push_back(method);
    }
  }
  return right;
}

}  // namespace drp::answers
