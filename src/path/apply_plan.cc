// SPDX-License-Identifier: Apache-2.0
#include "path/apply_plan.h"

#include <algorithm>

#include "path/code_lines.h"
#include "path/opening.h"
#include "path/seam.h"

namespace drp::path {
namespace {

constexpr std::string_view kLineSign = "\u23ce";

std::string place(std::size_t step, Span span) {
  return "step " + std::to_string(step + 1) + " [" + std::to_string(span.begin) + ", " +
         std::to_string(span.end) + ")";
}

Rejection bad_plan(std::string detail) { return {Reason::kBadPlan, std::move(detail)}; }

// The first fault of the steps' texts, or nothing.
std::optional<Rejection> check_texts(const Plan& plan) {
  bool open_group = false;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    const bool has_text = step.text && !trim(*step.text).empty();
    if (open_group && step.action != Action::kMultiStepCompress) {
      return Rejection{Reason::kFarMerge, place(i, step.span) +
                                              " follows a multi-step group that has no text yet: "
                                              "a merge joins neighbours only"};
    }
    if (step.action == Action::kSingleStepCompress && !has_text) {
      return bad_plan(place(i, step.span) + " is to be rewritten but has no text");
    }
    if ((step.action == Action::kKeep || step.action == Action::kDelete) && step.text) {
      return bad_plan(place(i, step.span) + " has a text, but its action takes none");
    }
    if (step.action == Action::kMultiStepCompress && step.text && !has_text) {
      return bad_plan(place(i, step.span) + " ends a multi-step group with an empty text");
    }
    open_group = step.action == Action::kMultiStepCompress && !step.text;
  }
  return open_group ? std::optional(bad_plan("the last multi-step group has no text"))
                    : std::nullopt;
}

// U+23CE is the sign for a line break; a literal "\n" counts where no letter follows, since "\neq"
// and "\nu" are LaTeX.
std::string with_line_breaks(std::string_view text) {
  std::string result = replace_all(text, kLineSign, "\n");
  for (std::size_t at = 0; (at = result.find("\\n", at)) != std::string::npos; ++at) {
    if (at + 2 == result.size() || !is_letter(result[at + 2])) {
      result.replace(at, 2, "\n");
    }
  }
  return result;
}

struct Part {
  Span source;
  std::string text;       // without the white space around it
  std::string_view tail;  // white space after its last unit in the trace
  Action action = Action::kKeep;
  Break deleted_before = Break::kNone;
  std::string_view deleted_tail;
  bool after_deletion = false;
  bool before_deletion = false;
};

std::string_view trailing_space(std::string_view text) {
  const std::size_t last = text.find_last_not_of(" \t\n\r\f\v");
  return last == std::string_view::npos ? text : text.substr(last + 1);
}

// The whole path as one text of the teacher's, which draws on all of the trace.
AppliedPlan apply_synthesis(std::string_view reasoning, std::string_view synthesis) {
  AppliedPlan applied;
  applied.reasoning = reasoning.substr(0, reasoning.find_first_not_of(" \t\n\r\f\v"));
  const std::size_t begin = applied.reasoning.size();
  applied.reasoning += trim(with_line_breaks(synthesis));
  applied.pieces.push_back({{0, reasoning.size()},
                            {begin, applied.reasoning.size()},
                            Action::kMultiStepCompress,
                            false});
  applied.reasoning += trailing_space(reasoning);
  return applied;
}

// The surviving parts in order, each with what was deleted right before it.
std::vector<Part> collect(std::string_view reasoning, const Plan& plan) {
  std::vector<Part> parts;
  Break deleted = Break::kNone;
  std::string_view deleted_tail;
  bool deletion = false;
  std::size_t group_begin = 0;
  bool in_group = false;
  for (const Step& step : plan.steps) {
    const std::string_view text = slice(reasoning, step.span);
    const std::string_view tail = trailing_space(text);
    if (step.action == Action::kDelete) {
      deletion = true;
      if (break_of(tail) >= deleted) {
        deleted = break_of(tail);
        deleted_tail = tail;
      }
      if (!parts.empty()) {
        parts.back().before_deletion = true;
      }
      continue;
    }
    if (!in_group) {
      group_begin = step.span.begin;
    }
    in_group = step.action == Action::kMultiStepCompress && !step.text;
    if (in_group) {
      continue;
    }
    const std::string body = step.action == Action::kKeep
                                 ? std::string(trim(text))
                                 : std::string(trim(with_line_breaks(*step.text)));
    parts.push_back({{group_begin, step.span.end},
                     body,
                     tail,
                     step.action,
                     deleted,
                     deleted_tail,
                     deletion,
                     false});
    deleted = Break::kNone;
    deleted_tail = {};
    deletion = false;
  }
  return parts;
}

bool ends_sentence(std::string_view path) {
  const std::string_view body = trim(path);
  return body.empty() || body.back() == '.' || body.back() == '!' || body.back() == '?' ||
         body.back() == ']' || body.back() == '*' || body.ends_with("\u3002");
}

bool is_lower_case_style(std::string_view reasoning) {
  const std::string_view body = trim(reasoning);
  return !body.empty() && is_lower(body.front());
}

class Stitcher {
 public:
  Stitcher(std::string_view reasoning, std::vector<Part> parts, const ApplyOptions& options)
      : reasoning_(reasoning),
        parts_(std::move(parts)),
        options_(options),
        lower_case_(is_lower_case_style(reasoning)) {}

  AppliedPlan run() {
    if (trim(reasoning_).empty()) {
      applied_.reasoning = parts_.empty() ? std::string() : std::string(reasoning_);
      return std::move(applied_);
    }
    applied_.reasoning =
        std::string(reasoning_.substr(0, reasoning_.find_first_not_of(" \t\n\r\f\v")));
    find_ordinals();
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      join(i);
    }
    if (!parts_.empty()) {
      applied_.reasoning += trailing_space(reasoning_);
    }
    return std::move(applied_);
  }

 private:
  void find_ordinals() {
    for (const Part& part : parts_) {
      openings_.push_back(read_opening(part.text));
    }
    last_ordinal_ = 0;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (openings_[i].later || openings_[i].continues) {
        last_ordinal_ = i;
      }
      deletes_ = deletes_ || parts_[i].after_deletion || parts_[i].before_deletion ||
                 parts_[i].action == Action::kMultiStepCompress;
    }
  }

  void join(std::size_t i) {
    Part& part = parts_[i];
    if (i > 0) {
      add_break(parts_[i - 1], part);
    }
    std::string text = part.text;
    if (options_.seams == Seams::kMend && deletes_ && !opens_with_code(text)) {
      SeamContext context;
      context.first_of_path = i == 0;
      // A merged group has left what its "So" concluded from inside itself.
      context.after_deletion = part.after_deletion || part.action == Action::kMultiStepCompress;
      context.ordinal_follows = last_ordinal_ > i;
      context.ordinal_precedes = first_seen_;
      context.lower_case_style = lower_case_;
      context.opens_sentence = i == 0 || ends_sentence(parts_[i - 1].text) ||
                               break_of(trailing_space(applied_.reasoning)) >= Break::kParagraph;
      text = mend_opening(text, openings_[i], context);
      close_colon(text, part, i);
    }
    first_seen_ = first_seen_ || openings_[i].first;
    const std::size_t begin = applied_.reasoning.size();
    applied_.reasoning += text;
    applied_.pieces.push_back(
        {part.source, {begin, applied_.reasoning.size()}, part.action, text != part.text});
  }

  // "..., so we get:" whose formula is gone ends in a full stop.
  void close_colon(std::string& text, const Part& part, std::size_t i) const {
    const bool last = i + 1 == parts_.size();
    if (!part.before_deletion || text.empty() || text.back() != ':') {
      return;
    }
    const bool block_next =
        !last && (parts_[i + 1].text.starts_with("\\[") || parts_[i + 1].text.starts_with("$$") ||
                  parts_[i + 1].text.starts_with("- ") || parts_[i + 1].text.starts_with("1."));
    const bool heading = text.find('\n') == std::string::npos && text.size() < 40 &&
                         text.find(' ') == std::string::npos;
    if (!block_next && !heading) {
      text.back() = '.';
    }
  }

  void add_break(const Part& before, const Part& part) {
    std::string_view gap = before.tail;
    if (part.after_deletion && part.deleted_before >= break_of(gap)) {
      gap = part.deleted_tail;
    }
    const bool ascii = !applied_.reasoning.empty() && (applied_.reasoning.back() & '\x80') == 0;
    if (gap.empty() && ascii && (part.after_deletion || part.action != Action::kKeep)) {
      gap = " ";
    }
    // "= 3 * 8 = 24 cm", a line that stands for a group whose last sentence went on in its
    // paragraph.
    const bool line = before.action == Action::kMultiStepCompress && !before.text.empty() &&
                      break_of(gap) < Break::kLine && !ends_sentence(before.text) &&
                      (is_letter(before.text.back()) || is_digit(before.text.back())) &&
                      !part.text.empty() && is_upper(part.text.front());
    if (line) {
      applied_.reasoning += "\n\n";
    } else if (part.after_deletion && break_of(gap) == Break::kParagraph) {
      applied_.reasoning += one_break(gap);
    } else {
      applied_.reasoning += gap;
    }
  }

  // One paragraph break with the indentation of what follows.
  static std::string one_break(std::string_view gap) {
    const std::size_t last = gap.rfind('\n');
    return "\n\n" + std::string(gap.substr(last + 1));
  }

  std::string_view reasoning_;
  std::vector<Part> parts_;
  ApplyOptions options_;
  bool lower_case_;
  std::vector<Opening> openings_;
  std::size_t last_ordinal_ = 0;
  bool first_seen_ = false;
  bool deletes_ = false;
  AppliedPlan applied_;
};

}  // namespace

std::optional<Rejection> check_plan(std::string_view reasoning, const Plan& plan) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const Step& step = plan.steps[i];
    if (step.span.begin < at) {
      return Rejection{Reason::kOrder, place(i, step.span) + " begins before byte " +
                                           std::to_string(at) + ", where the step before it ends"};
    }
    if (step.span.begin > at) {
      return bad_plan("no step covers the bytes [" + std::to_string(at) + ", " +
                      std::to_string(step.span.begin) + ")");
    }
    if (step.span.end <= step.span.begin || step.span.end > reasoning.size()) {
      return bad_plan(place(i, step.span) + " is empty or leaves the reasoning of " +
                      std::to_string(reasoning.size()) + " bytes");
    }
    at = step.span.end;
  }
  if (at != reasoning.size()) {
    return bad_plan("no step covers the bytes [" + std::to_string(at) + ", " +
                    std::to_string(reasoning.size()) + ")");
  }
  if (plan.synthesis) {
    return trim(*plan.synthesis).empty() ? std::optional(bad_plan("the synthesis is empty"))
                                         : std::nullopt;
  }
  return check_texts(plan);
}

expected<AppliedPlan, Rejection> apply_plan(std::string_view reasoning, const Plan& plan,
                                            const ApplyOptions& options) {
  if (std::optional<Rejection> fault = check_plan(reasoning, plan)) {
    return unexpected<Rejection>(std::move(*fault));
  }
  if (plan.synthesis) {
    return apply_synthesis(reasoning, *plan.synthesis);
  }
  return Stitcher(reasoning, collect(reasoning, plan), options).run();
}

}  // namespace drp::path
