// SPDX-License-Identifier: Apache-2.0
#include "teacher/rules/vocabulary.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "base/phrase_finder.h"
#include "base/text.h"
#include "path/word_form.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kTalkWords =
    "ability able small silly minor absolutely accuracy accurate actual actually again ahead "
    "all-right alright "
    "analyze answer answered answers "
    "anything anyway apart apply approach approached approaching arithmetic ask asked asking asks "
    "assured "
    "backwards basic basically begin breaking break breakdown bring calculate calculated "
    "calculating "
    "calculation calculations careful carefully certain certainly check checked checking checks "
    "clarify clear clearly "
    "complex complicated compute computation computations computed computing conclude conclusion "
    "condition "
    "confident confirm confirmed confirming confirms confused confusing consider considering "
    "consistent convinced correct correctly "
    "definitely denote doubt true false detail details determine determining different difficult "
    "do doing done "
    "double doublecheck easy easier "
    "ensure equation equations error errors exactly example explain expression fact fairly figure "
    "figured "
    "figuring fine finish first following follows forget format formula forward further gather "
    "getting given giving go goal "
    "let's going gonna good got great guess hand handle happened hard hmm hold idea identify "
    "important "
    "include indeed "
    "information instead involve involved involves issue jump just keep key kind know known lead "
    "least let lets list "
    "little logic logical look looking looks makes making math mathematical mathematically maybe "
    "mean meaning means mess messed method mind misread missed missing "
    "misunderstand misunderstanding misunderstood mistake mistaken mistakes moment moving "
    "necessary need needed needs next nice nope note noted "
    "number numbers obvious obviously okay once oh overall order organize overlooked part parts "
    "perfect perhaps phrase picture piece "
    "pieces place plan plug point possible possibly pretty previous prior probably problem "
    "problems proceed process "
    "provided put quantities quantity question questions quick quickly read reading really reason "
    "reasonable "
    "reasoning recall recap recheck recompute reconsider redo refer remember reread re-read "
    "restate result results review rewrite right "
    "scenario second see seem seems sense separate separately show side simple simplify simply sit "
    "situation slip slowly solid solution solve solved "
    "solving something sort sound sounds specific specifically stand start started starting state "
    "stated statement states step "
    "steps stick straight straightforward structure stuff subtle summarize summary supposed sure "
    "surely tackle take taking "
    "talk tell tells thing things think thinking thought thoughts through tricky trick try trying "
    "turn twice understand "
    "understanding understood use used using usual value values variable variables verification "
    "verified verify visualize wait wanna want wanted "
    "wants way ways well what whatever whether wondering wonder word words work worked working "
    "works worry write writing written "
    "wrong yeah yep yes yet";

constexpr std::string_view kFunctionWords =
    "a about above according across after all almost along already also although altogether always "
    "am an and another any are around as at away "
    "back be became because become been before being below between both but by can can't cannot "
    "comes coming come could couldn't did didn't "
    "does doesn't don't down during each either else end ends even ever every everyone everything "
    "few for from gave get gets give gives goes "
    "had has have having he he's her here here's hers him his how however i i'd i'll i'm i've if "
    "in inside into is isn't it it's its itself "
    "later left less like made make many may me might more most much must my near nor not now of "
    "off often on one "
    "ones only onto or other others our ours out over own per please rather said same saw say says "
    "shall she she's "
    "should since so some soon still such than that that's the their theirs them themselves then "
    "there there's "
    "therefore these they they're this those though thus till to together too toward under unless "
    "until up upon us usually "
    "very via want was wasn't we we'd we'll we're we've were weren't when where which while who "
    "whole whom whose "
    "why will with within without won't would wouldn't you your yours equals equal equivalent "
    "total totals plus minus "
    "\u00d7 \u00f7 times divided multiplied subtract subtracted subtracting add added adding "
    "addition "
    "subtraction multiplication division multiply multiplying divide "
    "dividing sum difference product quotient half hence finally lastly firstly secondly "
    "alternatively "
    "respectively namely thereby no nothing none";

std::uint32_t hash_word(std::string_view word) {
  std::uint32_t hash = 2166136261U;
  for (const char c : word) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
  }
  return hash;
}

using WordTable = std::unordered_map<std::string_view, WordClass>;

const WordTable& table() {
  static const WordTable words = [] {
    WordTable result;
    for (const std::string_view word : split(kTalkWords, ' ')) {
      result.emplace(word, WordClass::kTalk);
    }
    for (const std::string_view word : split(kFunctionWords, ' ')) {
      result.emplace(word, WordClass::kFunction);
    }
    return result;
  }();
  return words;
}

bool is_word_byte(char c) { return is_letter(c) || c == '\'' || (c & '\x80') != 0; }

std::string_view stem(std::string_view word) {
  return word.ends_with("'s") ? word.substr(0, word.size() - 2) : path::singular(word);
}

template <std::size_t N>
bool starts_with_any(std::string_view lower, const std::array<std::string_view, N>& phrases) {
  return std::any_of(phrases.begin(), phrases.end(), [&](std::string_view p) {
    return lower.starts_with(p) && (lower.size() == p.size() || !is_word_byte(lower[p.size()]));
  });
}

constexpr std::array<std::string_view, 60> kPlans = {
    "let me",        "let's",          "let us",         "i need to",     "i need",
    "i'll",          "i will",         "i have to",      "i should",      "i want to",
    "i can",         "i'm going to",   "i must",         "i first",       "i could",
    "i might",       "we need",        "we have to",     "we can",        "we want",
    "we should",     "we must",        "we'll",          "we are asked",  "we're asked",
    "to find",       "to calculate",   "to determine",   "to figure",     "to get",
    "to solve",      "to compute",     "in order to",    "the goal",      "my goal",
    "my task",       "the task",       "the question",   "what i need",   "what we need",
    "the next step", "the final step", "the first step", "the last step", "calculate",
    "determine",     "find",           "compute",        "figure out",    "identify",
    "start by",      "begin by",       "consider",       "by following",  "it's asking",
    "maybe i",       "maybe we",       "perhaps i",      "perhaps we",    "writing that out"};

constexpr std::array<std::string_view, 32> kChecks = {"double-check",
                                                      "double check",
                                                      "verify",
                                                      "make sure",
                                                      "let me check",
                                                      "let's check",
                                                      "recheck",
                                                      "re-check",
                                                      "check if",
                                                      "check that",
                                                      "check my",
                                                      "check this",
                                                      "check the",
                                                      "go over",
                                                      "to be sure",
                                                      "to confirm",
                                                      "sanity",
                                                      "is that right",
                                                      "is that correct",
                                                      "re-read",
                                                      "reread",
                                                      "look back",
                                                      "check again",
                                                      "plug it back",
                                                      "quick test",
                                                      "let me test th",
                                                      "let's test th",
                                                      "through it again",
                                                      "through this again",
                                                      "through each step again",
                                                      "through the steps again",
                                                      "through everything again"};

constexpr std::array<std::string_view, 57> kRechecks = {
    "double-check",      "double check",      "recheck",
    "re-check",          "recalculat",        "re-calculat",
    "recompute",         "re-compute",        "recount",
    "re-evaluate",       "reconfirm",         "reaffirm",
    "reiterate",         "re-multiply",       "revisit",
    "let's confirm",     "let me confirm",    "i should confirm",
    "to confirm",        "confirm again",     "for confirmation",
    "for assurance",     "let's ensure",      "let me ensure",
    "to ensure",         "ensure accuracy",   "let's review",
    "let me review",     "let's verify",      "let me verify",
    "let\u2019s verify", "let\u2019s review", "let\u2019s confirm",
    "let\u2019s ensure", "one more time",     "once more",
    "for clarity",       "let's validate",    "let me validate",
    "mental check",      "check again",       "repeat the",
    "count again",       "just to be sure",   "quick check",
    "sanity check",      "re-examine",        "reexamine",
    "for accuracy",      "to be thorough",    "for completeness",
    "to be certain",     "another example",   "optionally,",
    "as a check",        "before moving",     "before proceeding"};

constexpr std::array<std::string_view, 22> kAlternatives = {
    "alternative way",   "alternatively",         "another way",        "another approach",
    "another method",    "different way",         "different approach", "different method",
    "other way to",      "other approach",        "a second way",       "using a different",
    "one more way",      "cross-check with",      "it differently",     "this differently",
    "think differently", "there's another angle", "try another angle",  "check another angle",
    "another angle:",    "from a different angle"};

constexpr std::array<std::string_view, 28> kCorrections = {
    "wait, no",       "no, wait",       "that's not right", "that is not right",
    "that's wrong",   "that is wrong",  "not correct",      "isn't right",
    "incorrect",      "made a mistake", "made an error",    "there's a mistake",
    "misread",        "misunderstood",  "let me redo",      "start over",
    "start again",    "let me fix",     "let me correct",   "correcting",
    "can't be right", "doesn't match",  "does not match",   "doesn't add up",
    "i forgot",       "i was wrong",    "mixed up",         "overlooked"};

constexpr std::array<std::string_view, 18> kApprovals = {
    "makes sense",    "seems right",  "seems correct",    "looks right",      "looks good",
    "that's correct", "that's right", "is correct",       "checks out",       "adds up",
    "that works",     "is right",     "seems consistent", "seems reasonable", "matches",
    "confident",      "sounds right", "looks correct"};

constexpr std::array<std::string_view, 22> kHedges = {
    "maybe",      "perhaps",   "might ",     "could mean",      "ambiguous",       "interesting",
    "typically",  "i wonder",  "in reality", "doesn't mention", "doesn't specify", "not specified",
    "real-world", "real life", "unless ",    "sometimes",       "tricky",          "a trick",
    "confusing",  "assuming ", "in theory",  "trick question"};

constexpr std::array<std::string_view, 7> kAnswers = {
    "# answer",       "answer is", "answer:", "\\boxed", "final answer", "the answer should be",
    "answer would be"};

constexpr std::array<std::string_view, 51> kGivesUp = {"nowhere",
                                                       "dead end",
                                                       "does not help",
                                                       "doesn't help",
                                                       "not helpful",
                                                       "is no help",
                                                       "not useful",
                                                       "is useless",
                                                       "of no use",
                                                       "scrap that",
                                                       "scrap this",
                                                       "scratch that",
                                                       "forget it",
                                                       "drop that",
                                                       "drop it",
                                                       "drop this",
                                                       "i abandon",
                                                       "discard that",
                                                       "discard this",
                                                       "back to the start",
                                                       "back to the beginning",
                                                       "start over",
                                                       "start again",
                                                       "start afresh",
                                                       "from scratch",
                                                       "wrong track",
                                                       "wrong way",
                                                       "wrong approach",
                                                       "wrong path",
                                                       "wrong idea",
                                                       "does not lead",
                                                       "doesn't lead",
                                                       "not what i need",
                                                       "not what we need",
                                                       "not what is asked",
                                                       "not what was asked",
                                                       "not what the question",
                                                       "would not answer",
                                                       "wouldn't answer",
                                                       "does not answer",
                                                       "doesn't answer",
                                                       "not look right",
                                                       "doesn't look right",
                                                       "not seem right",
                                                       "doesn't seem right",
                                                       "that can't be",
                                                       "that cannot be",
                                                       "never mind",
                                                       "leave that",
                                                       "undo that",
                                                       "this can't be"};

}  // namespace

WordClass word_class(std::string_view lower_case_word) {
  const auto found = table().find(lower_case_word);
  return found == table().end() ? WordClass::kContent : found->second;
}

Words read_words(std::string_view lower_case_text) {
  Words words;
  std::size_t at = 0;
  while (at < lower_case_text.size()) {
    if (!is_word_byte(lower_case_text[at])) {
      ++at;
      continue;
    }
    const std::size_t begin = at;
    while (at < lower_case_text.size() && is_word_byte(lower_case_text[at])) {
      ++at;
    }
    const std::string_view word = lower_case_text.substr(begin, at - begin);
    ++words.count;
    const bool command = begin > 0 && lower_case_text[begin - 1] == '\\';
    if (word.size() > 1 && !command && word_class(word) == WordClass::kContent) {
      ++words.content_count;
      words.content.push_back(hash_word(stem(word)));
    }
  }
  std::sort(words.content.begin(), words.content.end());
  words.content.erase(std::unique(words.content.begin(), words.content.end()), words.content.end());
  return words;
}

double share_within(const std::vector<std::uint32_t>& part,
                    const std::vector<std::uint32_t>& whole) {
  if (part.empty()) {
    return 1;
  }
  const auto held = std::count_if(part.begin(), part.end(), [&](std::uint32_t word) {
    return std::binary_search(whole.begin(), whole.end(), word);
  });
  return static_cast<double>(held) / static_cast<double>(part.size());
}

bool opens_with_plan(std::string_view lower_core) { return starts_with_any(lower_core, kPlans); }

Cues read_cues(std::string_view lower) {
  enum : std::uint32_t {
    kCheck = 1,
    kRecheck = 2,
    kAlternative = 4,
    kCorrection = 8,
    kApproval = 16,
    kHedge = 32,
    kAnswer = 64,
    kGiveUp = 128,
  };
  static const std::array<PhraseGroup, 8> kGroups = {{{kCheck, kChecks},
                                                      {kRecheck, kRechecks},
                                                      {kAlternative, kAlternatives},
                                                      {kCorrection, kCorrections},
                                                      {kApproval, kApprovals},
                                                      {kHedge, kHedges},
                                                      {kAnswer, kAnswers},
                                                      {kGiveUp, kGivesUp}}};
  static const PhraseFinder kFinder(kGroups);
  const std::uint32_t found = kFinder.find(lower);
  Cues cues;
  // "Let me check how many miles she would cover" is going to compute what was not known, "just to
  // be thorough, I should also check the other piece, x > 3" opens a case.
  const bool tries = contains(lower, "check if ") && contains(lower, "divisible");
  const bool looks_up = tries || contains(lower, "check how m") || contains(lower, "check what ");
  const bool other_case =
      contains(lower, "check the other ") &&
      (contains(lower, " piece") || contains(lower, " case") || contains(lower, " branch") ||
       contains(lower, " interval") || contains(lower, " possibilit"));
  cues.rechecks = (found & kRecheck) != 0 && !other_case;
  cues.checks = cues.rechecks || ((found & kCheck) != 0 && !looks_up && !other_case);
  cues.alternative = (found & kAlternative) != 0;
  cues.corrects = (found & kCorrection) != 0;
  cues.approves = (found & kApproval) != 0;
  cues.hedges = (found & kHedge) != 0;
  cues.announces = (found & kAnswer) != 0;
  cues.gives_up = (found & kGiveUp) != 0;
  return cues;
}

}  // namespace drp::teacher
