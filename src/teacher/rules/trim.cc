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

constexpr std::array<std::string_view, 14> kTags = {", right?",
                                                    ", i think.",
                                                    ", i believe.",
                                                    ", i guess.",
                                                    ", okay?",
                                                    ", correct?",
                                                    ", so yes.",
                                                    ", yeah.",
                                                    ", yes.",
                                                    ", yeah, that sounds right.",
                                                    ", yeah, that seems right.",
                                                    ", yeah, that's right.",
                                                    ", yes, that's right.",
                                                    ", that sounds right."};

// What of a sentence's lead-in its neighbours need.
struct Needed {
  bool lead_in = false;       // all of it
  bool frame = false;         // "the problem says": the next sentence speaks of it as "it"
  bool announcement = false;  // "Let me write down the first equation:" opens a paragraph
};

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
  // "is 2400 divided by 2." ends there, "is 340 divided by 500 is the same as ..." does not
  const bool restarts =
      rest.starts_with("divided by ") && (contains(rest, " is ") || contains(rest, " equals "));
  return std::string_view("+-*/x").find(rest[0]) != std::string_view::npos ||
         rest.starts_with("plus ") || rest.starts_with("minus ") || rest.starts_with("times ") ||
         restarts;
}

bool opens_with_any(std::string_view text, std::initializer_list<std::string_view> openers) {
  return std::any_of(openers.begin(), openers.end(),
                     [&](std::string_view opener) { return text.starts_with(opener); });
}

// "0.5 is half, so 7 divided by 2" after "7 times 0.5 is... well,": another statement.
bool states_anew(std::string_view text) {
  const std::size_t end = text.find_first_not_of("0123456789.,");
  return end != std::string_view::npos && end > 0 && text.substr(end).starts_with(" is ");
}

// "the problem says that", "it says": what follows are its words.
bool is_frame(std::string_view lower) {
  return opens_with_any(lower, {"the problem ", "the question ", "it says "});
}

// Whether `lower`, what a lead-in leaves, neither relates two things nor has a verb: "sqrt(3! *
// 3!)", "the first four hours", "600 / 3".
bool is_stub(std::string_view lower, std::size_t words_max) {
  constexpr std::array<std::string_view, 60> kVerbs = {
      "is",     "are",   "was",     "were",   "be",     "has",     "have",   "had",   "can",
      "could",  "will",  "would",   "should", "must",   "may",     "might",  "do",    "does",
      "did",    "isn't", "aren't",  "it's",   "that's", "there's", "he's",   "she's", "let's",
      "equals", "equal", "gives",   "give",   "makes",  "make",    "means",  "costs", "cost",
      "needs",  "need",  "gets",    "get",    "takes",  "take",    "goes",   "go",    "leaves",
      "leave",  "says",  "becomes", "sells",  "buys",   "pays",    "starts", "use",   "add",
      "he",     "she",   "they",    "we",     "i",      "you"};
  for (const std::string_view sign : {"=", "<", ">", "\\le", "\\ge", "\\ne", "\\in ", "\\approx",
                                      "\u2264", "\u2265", "\u2260", "\u2248"}) {
    if (contains(lower, sign)) return false;
  }
  std::size_t words = 0;
  for (std::size_t at = 0; at < lower.size();) {
    std::size_t end = at;
    while (end < lower.size() && (is_letter(lower[end]) || lower[end] == '\'')) ++end;
    const std::string_view word = lower.substr(at, end - at);
    const bool verb = std::find(kVerbs.begin(), kVerbs.end(), word) != kVerbs.end() ||
                      (word.size() > 3 && (word.ends_with("ed") || word.ends_with("ing")));
    if (verb || (!word.empty() && ++words > words_max)) return false;
    at = end + 1;
  }
  return path::find_equations(lower, path::find_numbers(lower)).empty();
}

// "meditation time and yoga time, then add them", "millimeters, so I'll go with that": no verb
// before a clause that goes on from the first.
bool begins_with_stub(std::string_view lower, std::size_t words_max) {
  const std::size_t comma = lower.find(", ");
  if (comma == std::string_view::npos) return false;
  const std::string_view first = lower.substr(0, comma);
  return first.find_first_of("0123456789") == std::string_view::npos &&
         opens_with_any(lower.substr(comma), {", so ", ", then ", ", but "}) &&
         is_stub(first, words_max);
}

std::string without_tag(std::string text) {
  for (std::size_t at = 0; (at = text.find("... ", at)) != std::string::npos; ++at) {
    // "is... let me see, 67": the talk goes ...
    const path::Opening talk = path::read_opening(std::string_view(text).substr(at + 4));
    if (states_anew(std::string_view(text).substr(at + 4 + talk.core))) continue;
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
  for (const std::string_view words :
       {"not sure", "unsure", "not certain", "if i remember", "if i recall", "something like",
        "i don't remember", "i forget", "i think it's like "}) {
    if (contains(lower, words)) return true;
  }
  const bool recalls = contains(lower, "i think ") || contains(lower, "i believe ");
  return recalls && (contains(lower, "but maybe ") || contains(lower, "to be careful"));
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

// `text` from its first letter or quoted letter on in upper case.
void capitalise_quotation(std::string& text) {
  const std::size_t mark = text.starts_with('"') ? 1 : text.starts_with("\u201c") ? 3 : 0;
  if (mark > 0 && mark + 1 < text.size() && is_lower(text[mark]) && is_lower(text[mark + 1])) {
    text[mark] = static_cast<char>(text[mark] - 'a' + 'A');
  }
}

// Bytes of the lead-in at the start of `core`, lower_case in `lower`, that the sentence can spare.
std::size_t spare_lead_in(std::string_view core, std::string_view lower, const Needed& needed) {
  constexpr std::size_t kAnnouncedWordsMax = 6;
  constexpr std::size_t kQuotedWordsMax = 2;
  if (needed.lead_in) return 0;
  const auto quotes = [&](std::size_t size) {
    const std::string_view rest = core.substr(std::min(core.size(), size));
    return rest.starts_with('"') || rest.starts_with("\u201c");
  };
  const std::size_t announced = announced_size(lower);
  if (announced > 0) {
    const std::string_view rest = lower.substr(announced);
    const bool stub =
        is_stub(rest, kAnnouncedWordsMax) || begins_with_stub(rest, kAnnouncedWordsMax);
    return stub || needed.announcement || quotes(announced) ? 0 : announced;
  }
  const std::size_t lead = lead_in_size(lower);
  if (lead == 0) return pointer_size(core, lower);
  const std::string_view told = lower.substr(lead);
  if (is_frame(lower) &&
      (needed.frame || is_stub(told, kQuotedWordsMax) || begins_with_stub(told, kQuotedWordsMax))) {
    return 0;
  }
  // A quotation keeps the words that say who says it, and so does "20% off if you get both".
  return quotes(lead) || quotes_figures(lower, lead) ? 0 : lead;
}

std::string trimmed(std::string_view text, const Needed& needed) {
  const path::Opening opening = path::read_opening(text);
  if (takes_back(text, opening)) return without_tag(std::string(text));
  // "But actually, the rest costs 5" turns against what was said before it, and so do "Wait, but
  // 5! is 120" and "But wait, actually, 5! is 120"; "But wait, 5! is 120" may only bring it up.
  const std::string head_words = to_lower(text.substr(0, opening.core));
  const bool against = opening.contrasts && (!opening.doubts || contains(head_words, "actually") ||
                                             head_words.rfind("but") > head_words.rfind("wait"));
  const std::string_view turn = against ? "But " : "";
  std::size_t from = opening.begin;
  std::string head;
  if (opening.hesitates) {
    from = opening.core;
    head = opening.concludes ? "So " : turn;
  }
  const std::string lower = to_lower(text);
  if (is_unsure(lower)) return without_tag(std::string(text));
  const std::size_t begin = std::max(from, opening.core);
  const std::size_t lead =
      spare_lead_in(text.substr(begin), std::string_view(lower).substr(begin), needed);
  if (lead > 0) {
    from = begin + lead;
    head = turn;
  }
  if (from == opening.begin || (!opening.doubts && only_says_why(text.substr(from)))) {
    return without_tag(std::string(text));
  }
  std::string result =
      head.empty() ? path::reopened(text, from) : head + std::string(text.substr(from));
  if (is_upper(text[opening.begin])) capitalise_quotation(result);
  return without_tag(std::move(result));
}

// "17 * 20." or "340 plus 775.": an expression that is not worked out.
bool is_bare_expression(std::string_view text) {
  const auto has = [&](std::string_view sign) { return contains(text, sign); };
  if (!has(" + ") && !has(" - ") && !has(" * ") && !has(" / ") && !has(" x ") && !has("plus") &&
      !has("minus") && !has("times") && !has(" by ") && !has("\u00d7") && !has("\u00f7")) {
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

// "Then it gives some figures", "Next, it mentions that": says more of the problem's words.
bool goes_on_quoting(const UnitFacts& next) {
  const std::string_view core = next.core();
  if (opens_with_any(core, {"does that mean", "i think that means", "that probably means"})) {
    return true;
  }
  return opens_with_any(
      core, {"it says ", "it gives ", "it mentions ", "it states ", "it asks ", "it also says ",
             "it also gives ", "it also mentions ", "it also states ", "it tells ",
             "it doesn't say ", "it doesn't mention ", "it doesn't specify ", "it lists "});
}

// "The question says X, so I think that means Y": weighs the problem's words.
bool weighs_words(std::string_view lower) {
  for (const std::string_view words :
       {"i think that means", "i guess that means", "probably means", "must mean"}) {
    if (contains(lower, words)) return true;
  }
  return false;
}

// Whether one of the next sentences doubts and says the same again: only its frame tells them
// apart.
bool is_doubted_again(const Draft& draft, std::size_t i) {
  constexpr std::size_t kReach = 4;
  constexpr double kSameMin = 0.8;
  const UnitFacts& unit = draft.units[i];
  for (std::size_t j = i + 1; j < std::min(draft.units.size(), i + 1 + kReach); ++j) {
    const UnitFacts& other = draft.units[j];
    if (other.flow.opening.doubts && !other.flow.figures.empty() &&
        other.flow.figures == unit.flow.figures && !other.words.content.empty() &&
        share_within(other.words.content, unit.words.content) >= kSameMin) {
      return true;
    }
  }
  return false;
}

Needed needed_of(const Draft& draft, std::size_t i) {
  const UnitFacts& unit = draft.units[i];
  const bool next = i + 1 < draft.units.size();
  Needed needed{draft.decisions[i].own_lead_in};
  if (is_frame(unit.core())) {
    needed.frame = weighs_words(unit.lower) || is_doubted_again(draft, i) ||
                   (next && goes_on_quoting(draft.units[i + 1]));
  }
  const bool opens = i == 0 || draft.units[i - 1].ends_paragraph;
  needed.announcement = opens && unit.flow.symbols != 0 && !unit.flow.computes();
  return needed;
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
  std::string text = trimmed(draft.text(i), needed_of(draft, i));
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
