// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/plain_rules.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.h"
#include "path/apply_plan.h"
#include "path/try_plan.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

// Raised whenever a decision comes out otherwise than before.
constexpr std::string_view kVersion = "1";
// A step whose words are so much the question's says the question again.
constexpr double kShareOfQuestion = 0.8;

// Units [begin, end) that have one fate.
struct Part {
  std::size_t begin = 0;
  std::size_t end = 0;
};

std::vector<Part> paragraphs(const Draft& draft) {
  std::vector<Part> parts;
  std::size_t begin = 0;
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    if (!draft.units[i].ends_paragraph && i + 1 < draft.units.size()) continue;
    parts.push_back({begin, i + 1});
    begin = i + 1;
  }
  return parts;
}

std::vector<Part> sentences(const Draft& draft) {
  std::vector<Part> parts;
  for (std::size_t i = 0; i < draft.units.size(); ++i) parts.push_back({i, i + 1});
  return parts;
}

bool has_equation(const UnitFacts& unit) { return contains(unit.text, "="); }

// Letters, digits and signs of a text alone, so that the same words are the same.
std::string bare(std::string_view lower) {
  std::string text;
  for (const char c : lower) {
    if (is_letter(c) || is_digit(c) || std::string_view("=+-*/").find(c) != std::string_view::npos)
      text.push_back(c);
  }
  return text;
}

class PlainRules {
 public:
  PlainRules(Draft& draft, std::vector<Part> parts, const std::vector<std::string>& disabled)
      : draft_(draft), parts_(std::move(parts)), disabled_(disabled), answer_(answer_part()) {}

  // Talk, and all after the part that first states the answer.
  void run_gentle() {
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (all(p, [](const UnitFacts& unit) { return unit.talk_only() && !unit.announces; })) {
        remove(p, "filler", "talk without content");
      }
      if (answer_ && p > *answer_ && !closes(p)) {
        remove(p, "after_answer", "follows the first statement of the answer");
      }
    }
  }

  // A sentence in the very words of an earlier one.
  void run_repeated_words() {
    std::set<std::string> seen;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      std::string words;
      for (std::size_t i = parts_[p].begin; i < parts_[p].end; ++i)
        words += bare(draft_.units[i].lower);
      if (!words.empty() && !seen.insert(words).second && !closes(p)) {
        remove(p, "repetition", "was said before in these words");
      }
    }
  }

  void run_by_words() {
    bool check_kept = draft_.keep_checks != KeepChecks::kFirst;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (!draft_.kept(parts_[p].begin)) continue;
      if (opens_check(p)) {
        const bool stays = draft_.keep_checks != KeepChecks::kNone &&
                           any(p, [](const UnitFacts& unit) { return unit.corrects; });
        if (!stays && check_kept) remove(p, "check", "opens as a check or another way");
        check_kept = true;
      } else if (says_question(p)) {
        remove(p, "restatement", "its words are the question's");
      } else if (only_plans(p)) {
        remove(p, "plan", "announces and computes nothing");
      } else if (repeats(p)) {
        remove(p, "repetition", "its words and numbers stood in one step before");
      }
    }
  }

  // Sentences of kept steps without hesitations and lead-ins.
  void run_trim() {
    if (is_disabled("trim")) return;
    for (std::size_t i = 0; i < draft_.units.size(); ++i) trim_unit(draft_, i);
  }

  const std::vector<Part>& parts() const { return parts_; }

 private:
  template <class Is>
  bool all(std::size_t p, Is is) const {
    const auto first = draft_.units.begin();
    return std::all_of(first + static_cast<std::ptrdiff_t>(parts_[p].begin),
                       first + static_cast<std::ptrdiff_t>(parts_[p].end), is);
  }
  template <class Is>
  bool any(std::size_t p, Is is) const {
    return !all(p, [&](const UnitFacts& unit) { return !is(unit); });
  }

  bool is_disabled(std::string_view pass) const {
    return std::find(disabled_.begin(), disabled_.end(), pass) != disabled_.end();
  }

  void remove(std::size_t p, std::string_view pass, const std::string& evidence) {
    if (is_disabled(pass)) return;
    for (std::size_t i = parts_[p].begin; i < parts_[p].end; ++i) draft_.remove(i, pass, evidence);
  }

  static bool states(const UnitFacts& unit) {
    return unit.states_answer && (unit.announces || has_equation(unit));
  }

  // The first part that states the answer beside an equation or as the answer; else the first that
  // mentions it.
  std::optional<std::size_t> answer_part() const {
    std::optional<std::size_t> mentioned;
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (any(p, states)) return p;
      if (!mentioned && any(p, [](const UnitFacts& unit) { return unit.states_answer; }))
        mentioned = p;
    }
    return mentioned;
  }

  // Where no section after the reasoning tells the answer, the last part that announces it stays.
  bool closes(std::size_t p) const {
    if (draft_.answer_section_states) return false;
    const auto announces = [](const UnitFacts& unit) {
      return unit.announces && unit.states_answer;
    };
    if (!any(p, announces)) return false;
    for (std::size_t later = p + 1; later < parts_.size(); ++later) {
      if (any(later, announces)) return false;
    }
    return true;
  }

  bool opens_check(std::size_t p) const {
    for (std::size_t i = parts_[p].begin; i < parts_[p].end; ++i) {
      const UnitFacts& unit = draft_.units[i];
      if (unit.checks || unit.rechecks || unit.alternative) return true;
      if (!unit.talk_only()) return false;
    }
    return false;
  }

  bool says_question(std::size_t p) const {
    bool words = false;
    const bool within = all(p, [&](const UnitFacts& unit) {
      words = words || unit.words.content_count > 0;
      return !has_equation(unit) && !unit.announces &&
             share_within(unit.words.content, draft_.question.content) >= kShareOfQuestion &&
             std::all_of(unit.flow.figures.begin(), unit.flow.figures.end(),
                         [&](std::int64_t key) { return path::has_key(draft_.given.values, key); });
    });
    return within && words;
  }

  bool only_plans(std::size_t p) const {
    return any(p, [](const UnitFacts& unit) { return unit.plans; }) &&
           all(p, [](const UnitFacts& unit) {
             return (unit.plans || unit.asks || unit.talk_only()) && !has_equation(unit) &&
                    !unit.announces;
           });
  }

  // Whether one earlier kept part has all content words and figures of this one.
  bool repeats(std::size_t p) const {
    for (std::size_t before = 0; before < p; ++before) {
      if (!draft_.kept(parts_[before].begin)) continue;
      std::vector<std::uint32_t> words;
      std::vector<std::int64_t> figures;
      for (std::size_t i = parts_[before].begin; i < parts_[before].end; ++i) {
        const UnitFacts& unit = draft_.units[i];
        words.insert(words.end(), unit.words.content.begin(), unit.words.content.end());
        figures.insert(figures.end(), unit.flow.figures.begin(), unit.flow.figures.end());
      }
      std::sort(words.begin(), words.end());
      const bool held = all(p, [&](const UnitFacts& unit) {
        return !unit.announces && share_within(unit.words.content, words) >= 1 &&
               std::all_of(unit.flow.figures.begin(), unit.flow.figures.end(),
                           [&](std::int64_t key) {
                             return std::find(figures.begin(), figures.end(), key) != figures.end();
                           });
      });
      if (held) return true;
    }
    return false;
  }

  Draft& draft_;
  std::vector<Part> parts_;
  const std::vector<std::string>& disabled_;
  std::optional<std::size_t> answer_;
};

// The text of a part with its rewritten sentences; nothing where none is.
std::optional<std::string> rewritten(const Draft& draft, const Part& part) {
  bool any = false;
  std::string text;
  for (std::size_t i = part.begin; i < part.end; ++i) {
    any = any || draft.decisions[i].text.has_value();
    text += draft.text(i);
    if (i + 1 == part.end) break;
    const std::string_view whole = slice(draft.trace.reasoning_text(), draft.units[i].unit.span);
    text += whole.substr(whole.find_last_not_of(" \t\n\r\f\v") + 1);
  }
  return any ? std::optional(text) : std::nullopt;
}

Plan step_plan(const Draft& draft, const std::vector<Part>& parts, const std::string& teacher) {
  Plan plan{draft.trace.id, draft.trace.problem_id, teacher, {}};
  for (const Part& part : parts) {
    Step step;
    step.span = {draft.units[part.begin].unit.span.begin, draft.units[part.end - 1].unit.span.end};
    const Decision& first = draft.decisions[part.begin];
    if (first.action == Action::kDelete) {
      step.action = Action::kDelete;
      step.pass = std::string(first.pass);
      step.evidence = first.evidence;
    } else if ((step.text = rewritten(draft, part))) {
      step.action = Action::kSingleStepCompress;
      step.pass = "trim";
      step.evidence = "drops hesitations or lead-ins";
    }
    plan.steps.push_back(std::move(step));
  }
  return plan;
}

// The same as one step with the text that is left.
Plan one_step(const Trace& trace, const Plan& plan) {
  const bool changed = std::any_of(plan.steps.begin(), plan.steps.end(),
                                   [](const Step& step) { return step.action != Action::kKeep; });
  const auto applied = path::apply_plan(trace.reasoning_text(), plan);
  Plan whole{plan.trace_id, plan.problem_id, plan.teacher, {}};
  Step step;
  step.span = {0, trace.reasoning_text().size()};
  if (changed && applied && !trim(applied->reasoning).empty()) {
    step.action = Action::kSingleStepCompress;
    step.text = std::string(trim(applied->reasoning));
    step.pass = "filler";
    step.evidence = "talk, repetitions and what follows the answer are gone";
  }
  whole.steps = {std::move(step)};
  return whole;
}

class PlainRulesTeacher final : public Teacher {
 public:
  PlainRulesTeacher(PlainSplit split, RulesOptions options)
      : split_(split), options_(std::move(options)), checked_(options_) {}

  std::string identity() const override {
    std::string identity =
        split_ == PlainSplit::kNone ? "rules without steps/" : "rules by paragraphs/";
    identity += std::string(kVersion) + " keep_checks=";
    identity += keep_checks_name(options_.keep_checks);
    std::vector<std::string> disabled = options_.disabled;
    std::sort(disabled.begin(), disabled.end());
    return disabled.empty() ? identity : identity + " without " + join(disabled, ",");
  }
  bool threadsafe() const override { return true; }

  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override {
    if (trim(trace.reasoning_text()).empty()) {
      return unexpected<Rejection>(
          {Reason::kNoReasoning, "the response has no reasoning to prune"});
    }
    const Draft fresh = make_draft(problem, trace, options_.keep_checks);
    if (split_ == PlainSplit::kNone) return without_steps(fresh);
    for (const bool bold : {true, false}) {
      Draft draft = fresh;
      std::vector<Part> parts = paragraphs(draft);
      if (parts.size() < 2) parts = sentences(draft);
      PlainRules rules(draft, std::move(parts), options_.disabled);
      rules.run_gentle();
      if (bold) {
        rules.run_by_words();
        rules.run_trim();
      }
      Plan plan = step_plan(draft, rules.parts(), identity());
      if (!bold || path::try_plan(problem, trace, plan)) return plan;
    }
    return unexpected<Rejection>({Reason::kBadPlan, "no plan was found"});
  }

 private:
  Plan without_steps(const Draft& fresh) const {
    Draft draft = fresh;
    PlainRules rules(draft, sentences(draft), options_.disabled);
    rules.run_gentle();
    rules.run_repeated_words();
    return one_step(draft.trace, step_plan(draft, rules.parts(), identity()));
  }

  PlainSplit split_;
  RulesOptions options_;
  RulesTeacher checked_;  // refuses names of passes that do not exist
};

}  // namespace

std::unique_ptr<Teacher> plain_rules_teacher(PlainSplit split, RulesOptions options) {
  return std::make_unique<PlainRulesTeacher>(split, std::move(options));
}

}  // namespace drp::teacher
