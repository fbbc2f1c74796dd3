// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "base/text.h"
#include "path/equation.h"
#include "path/opening.h"
#include "teacher/rules/passes.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kName = "trim";

constexpr std::array<std::string_view, 9> kTags = {", right?",   ", i think.", ", i believe.",
                                                   ", i guess.", ", okay?",    ", correct?",
                                                   ", so yes.",  ", yeah.",    ", yes."};

// "Let me do that: 41 minus 28 is 13": bytes up to the computation, where only talk stands before
// it.
std::size_t announced_size(std::string_view lower) {
  const std::size_t colon = lower.find(": ");
  if (colon == std::string_view::npos || colon > 80 ||
      lower.find_first_of("0123456789=\\") < colon) {
    return 0;
  }
  const Words words = read_words(lower.substr(0, colon));
  return words.content_count == 0 && opens_with_plan(lower) ? colon + 2 : 0;
}

// "520 + 600 is 1120" after "520 plus 650 is...": another computation, not the result.
bool goes_on_computing(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789.,");
  if (end == std::string_view::npos || end + 2 >= text.size()) return false;
  const std::string_view sign = text.substr(end);
  if (sign[0] == '*' || sign[0] == '+' || sign.starts_with("\u00d7")) return true;
  if (sign[0] != ' ') return false;
  const std::string_view rest = text.substr(end + 1);
  return std::string_view("+-*/x").find(rest[0]) != std::string_view::npos ||
         rest.starts_with("plus ") || rest.starts_with("minus ") || rest.starts_with("times ");
}

std::string without_tag(std::string text) {
  for (std::size_t at = 0; (at = text.find("... ", at)) != std::string::npos; ++at) {
    // "is... let me see, 67": the talk goes ...
    const path::Opening talk = path::read_opening(std::string_view(text).substr(at + 4));
    if (talk.hesitates && !talk.doubts) text.erase(at + 4, talk.core);
    // ... and "equals... 100": the pause goes.
    if (at > 0 && at + 4 < text.size() && is_letter(text[at - 1]) && is_digit(text[at + 4]) &&
        !goes_on_computing(std::string_view(text).substr(at + 4))) {
      text.erase(at, 3);
    }
  }
  const std::string lower = to_lower(text);
  for (const std::string_view tag : kTags) {
    if (lower.ends_with(tag)) {
      return text.substr(0, text.size() - tag.size()) + ".";
    }
  }
  return text;
}

// "That would be 2 x 5 = 10 pounds": bytes of the pointing words before a full computation.
std::size_t pointer_size(std::string_view core, std::string_view lower) {
  for (const std::string_view words :
       {"that should be ", "that would be ", "that will be ", "that's ", "that is ", "this is ",
        "this would be ", "it's ", "it is ", "it would be ", "so that's "}) {
    if (!lower.starts_with(words)) {
      continue;
    }
    const std::string_view rest = core.substr(words.size());
    const bool figure = !rest.empty() && (is_digit(rest.front()) || rest.front() == '$');
    const std::vector<path::Equation> equations =
        path::find_equations(rest, path::find_numbers(rest));
    // "540 minutes minus 480 minutes, which equals 60" has no verb of its own, "5, so 3 + 5 = 8"
    // begins with another thing.
    const bool begins = !equations.empty() && equations.front().span.begin <= 1;
    const bool whole = begins && !contains(slice(rest, equations.front().span), ", ");
    return figure && whole ? words.size() : 0;
  }
  return 0;
}

// "Wait, no, it's actually 840": takes back what was said before.
bool takes_back(std::string_view text, const path::Opening& opening) {
  if (!opening.doubts) return false;
  const std::string head = to_lower(text.substr(0, opening.core));
  const std::string core = to_lower(text.substr(opening.core, 60));
  return contains(head, "no,") || contains(head, "no.") || contains(core, "actually") ||
         core.starts_with("i thought") || core.starts_with("i think i made");
}

// "I think the area is half of that, but I'm not sure": without the hedge it would be a claim.
bool is_unsure(std::string_view lower) {
  for (const std::string_view words : {"not sure", "unsure", "not certain", "if i remember",
                                       "something like", "i don't remember", "i forget"}) {
    if (contains(lower, words)) return true;
  }
  return false;
}

// "the problem says 20% off if you get both": what the problem says is no sentence.
bool quotes_figures(std::string_view core, std::size_t lead) {
  const std::string_view words = core.substr(0, lead);
  const bool says =
      contains(words, " says") || contains(words, " states") || contains(words, " mentions");
  return says && !contains(words, "that") && lead < core.size() &&
         (is_digit(core[lead]) || core[lead] == '$');
}

// "Yeah, binomial because there are trials": without its opener it hangs on nothing.
bool only_says_why(std::string_view rest) {
  const std::string lower = to_lower(rest.substr(0, 48));
  const std::size_t space = lower.find(' ');
  return lower.starts_with("because ") ||
         (space != std::string::npos && lower.substr(space + 1).starts_with("because "));
}

std::string trimmed(std::string_view text, bool own_lead_in) {
  const path::Opening opening = path::read_opening(text);
  if (takes_back(text, opening)) return without_tag(std::string(text));
  // "But actually, the rest costs 5" turns against what was said before it, and so does "Wait, but
  // 5! is 120"; "But wait, 5! is 120" may only bring it up.
  const std::string head_words = to_lower(text.substr(0, opening.core));
  const bool against =
      opening.contrasts && (!opening.doubts || head_words.rfind("but") > head_words.rfind("wait"));
  const std::string_view turn = against ? "But " : "";
  std::size_t from = opening.begin;
  std::string head;
  if (opening.hesitates) {
    from = opening.core;
    head = opening.concludes ? "So " : turn;
  }
  const std::string lower = to_lower(text);
  if (is_unsure(lower)) return without_tag(std::string(text));
  std::string_view core = std::string_view(lower).substr(std::max(from, opening.core));
  const std::size_t announced = own_lead_in ? 0 : announced_size(core);
  std::size_t lead = announced > 0 || own_lead_in ? announced : lead_in_size(core);
  if (lead == 0 && !own_lead_in) {
    lead = pointer_size(text.substr(std::max(from, opening.core)), core);
  }
  const std::size_t after = std::max(from, opening.core) + lead;
  // A quotation keeps the words that say who says it, and so does "20% off if you get both".
  if (lead > 0 && after < text.size() &&
      (text[after] == '"' || text.substr(after).starts_with("\u201c") ||
       quotes_figures(core, lead))) {
    lead = 0;
  }
  if (lead > 0) {
    from = std::max(from, opening.core) + lead;
    head = turn;
  }
  if (from == opening.begin || (!opening.doubts && only_says_why(text.substr(from)))) {
    return without_tag(std::string(text));
  }
  std::string result =
      head.empty() ? path::reopened(text, from) : head + std::string(text.substr(from));
  return without_tag(std::move(result));
}

// "17 * 20." or "340 plus 775.": an expression that is not worked out.
bool is_bare_expression(std::string_view text) {
  const auto has = [&](std::string_view sign) { return contains(text, sign); };
  if (!has(" + ") && !has(" - ") && !has(" * ") && !has(" / ") && !has(" x ") && !has("plus") &&
      !has("minus") && !has("times") && !has(" by ") && !has("\u00d7")) {
    return false;
  }
  const std::vector<path::Number> numbers = path::find_numbers(text);
  return numbers.size() >= 2 && text.find('=') == std::string_view::npos &&
         path::find_equations(text, numbers).empty() &&
         read_words(to_lower(text)).content_count == 0;
}

// "No, I left one out", "That's wrong, since ...": in words the opener is the verdict itself.
bool denies(const UnitFacts& unit) {
  const std::string_view lower = unit.lower;
  const std::string_view opener = lower.substr(0, std::min(lower.size(), unit.flow.opening.core));
  const std::string_view core = lower.substr(opener.size());
  return contains(opener, "no,") || contains(opener, "no.") || core.starts_with("that's wrong") ||
         core.starts_with("that is wrong") || core.starts_with("that's not right") ||
         core.starts_with("that is not right");
}

// Two or three words without a figure are no sentence once their opener is gone.
bool is_fragment(std::string_view text) {
  if (text.starts_with("But ")) text.remove_prefix(4);
  if (is_bare_expression(text)) return true;
  const bool figure = text.find_first_of("0123456789=\\") != std::string_view::npos;
  return !figure && std::count(text.begin(), text.end(), ' ') < 3;
}

}  // namespace

void trim_unit(Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const bool prose =
      unit.unit.kind == path::UnitKind::kSentence || unit.unit.kind == path::UnitKind::kLine;
  // A check that is kept on request keeps the words that make it one.
  const bool kept_check = draft.keep_checks == KeepChecks::kFirst && unit.checks && draft.anchor &&
                          i > draft.anchor_end;
  if (!draft.kept(i) || !prose || kept_check || (draft.in_words && denies(unit))) {
    return;
  }
  std::string text = trimmed(draft.text(i), draft.decisions[i].own_lead_in);
  // "So that would be 2 + 1 = 3 hours?" whose "Yes" is gone.
  const bool sure = std::all_of(unit.flow.equations.begin(), unit.flow.equations.end(),
                                [](const path::Equation& equation) { return equation.holds; });
  if (unit.asks && unit.flow.computes() && sure && unit.flow.opening.concludes &&
      text.ends_with("?")) {
    text.back() = '.';
  }
  if (is_fragment(text) && !unit.announces) {
    return;
  }
  if (text.size() >= 3 && text != draft.text(i)) {
    const Decision before = draft.decisions[i];
    draft.rewrite(i, kName, text, "drops hesitation or lead-in");
    if (before.pinned) {
      draft.decisions[i].pass = before.pass;
      draft.decisions[i].evidence = before.evidence + "; trimmed";
    }
  }
}

void trim_sentences(Draft& draft) {
  for (std::size_t i = 0; i < draft.units.size(); ++i) {
    trim_unit(draft, i);
  }
}

}  // namespace drp::teacher
