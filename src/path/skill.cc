// SPDX-License-Identifier: Apache-2.0
#include "path/skill.h"

#include <algorithm>
#include <array>
#include <iterator>

#include "base/text.h"

namespace drp::path {
namespace {

constexpr std::array<std::string_view, 15> kSkills = {"restating the question",
                                                      "reading a given",
                                                      "setting up",
                                                      "formula",
                                                      "computation",
                                                      "substitution",
                                                      "comparison",
                                                      "case split",
                                                      "checking",
                                                      "backtracking",
                                                      "summarising",
                                                      "alternative solution",
                                                      "stating the answer",
                                                      "filler",
                                                      "other"};

constexpr std::array<std::string_view, kSkills.size()> kShort = {
    "restating",    "reading",     "setup",  "formula",  "computation",
    "substitution", "comparison",  "cases",  "checking", "slip",
    "recap",        "alternative", "answer", "filler",   "other"};

struct Cue {
  std::string_view stem;
  std::string_view skill;
};

// The first stem that the words hold decides, so what says the purpose stands before what names an
// operation: "checking the addition" checks.
constexpr Cue kCues[] = {{"filler", "filler"},
                         {"self-talk", "filler"},
                         {"self talk", "filler"},
                         {"assurance", "filler"},
                         {"heading", "filler"},
                         {"hesitat", "filler"},
                         {"formatting", "filler"},
                         {"transition", "filler"},
                         {"alternative", "alternative solution"},
                         {"another way", "alternative solution"},
                         {"other method", "alternative solution"},
                         {"different approach", "alternative solution"},
                         {"second method", "alternative solution"},
                         {"check", "checking"},
                         {"verif", "checking"},
                         {"confirm", "checking"},
                         {"validat", "checking"},
                         {"double", "checking"},
                         {"misread", "backtracking"},
                         {"mistake", "backtracking"},
                         {"slip", "backtracking"},
                         {"wrong", "backtracking"},
                         {"false start", "backtracking"},
                         {"backtrack", "backtracking"},
                         {"correct", "backtracking"},
                         {"error", "backtracking"},
                         {"doubt", "backtracking"},
                         {"abandon", "backtracking"},
                         {"confus", "backtracking"},
                         {"partial result", "summarising"},
                         {"intermediate result", "summarising"},
                         {"summar", "summarising"},
                         {"recap", "summarising"},
                         {"restating the result", "stating the answer"},
                         {"answer", "stating the answer"},
                         {"conclu", "stating the answer"},
                         {"final", "stating the answer"},
                         {"repeat", "checking"},
                         {"restat", "restating the question"},
                         {"rephras", "restating the question"},
                         {"question", "restating the question"},
                         {"substitut", "substitution"},
                         {"plug", "substitution"},
                         {"compar", "comparison"},
                         {"inequal", "comparison"},
                         {"maxim", "comparison"},
                         {"minim", "comparison"},
                         {"case", "case split"},
                         {"setting", "setting up"},
                         {"set up", "setting up"},
                         {"setup", "setting up"},
                         {"set-up", "setting up"},
                         {"plan", "setting up"},
                         {"strateg", "setting up"},
                         {"assign", "setting up"},
                         {"defin", "setting up"},
                         {"variable", "setting up"},
                         {"represent", "setting up"},
                         {"formula", "formula"},
                         {"equation", "formula"},
                         {"identit", "formula"},
                         {"theorem", "formula"},
                         {"recall", "formula"},
                         {"propert", "formula"},
                         {"rule", "formula"},
                         {"given", "reading a given"},
                         {"interpret", "reading a given"},
                         {"reading", "reading a given"},
                         {"quantit", "reading a given"},
                         {"comput", "computation"},
                         {"calculat", "computation"},
                         {"arithmetic", "computation"},
                         {"add", "computation"},
                         {"subtract", "computation"},
                         {"multipl", "computation"},
                         {"divi", "computation"},
                         {"simplif", "computation"},
                         {"evaluat", "computation"},
                         {"conver", "computation"},
                         {"count", "computation"},
                         {"percent", "computation"},
                         {"fraction", "computation"},
                         {"factor", "computation"},
                         {"expand", "computation"},
                         {"solv", "computation"},
                         {"sum", "computation"},
                         {"result", "summarising"}};

}  // namespace

std::span<const std::string_view> skill_names() { return kSkills; }

std::string_view short_skill(std::string_view skill) {
  const auto found = std::find(kSkills.begin(), kSkills.end(), skill);
  return found == kSkills.end() ? skill : kShort[static_cast<std::size_t>(found - kSkills.begin())];
}

std::string_view normal_skill(std::string_view said) {
  const std::string lower = to_lower(trim(said));
  const auto exact = std::find(kSkills.begin(), kSkills.end(), lower);
  if (exact != kSkills.end()) return *exact;
  const auto cue = std::find_if(std::begin(kCues), std::end(kCues),
                                [&](const Cue& item) { return contains(lower, item.stem); });
  return cue == std::end(kCues) ? "other" : cue->skill;
}

}  // namespace drp::path
