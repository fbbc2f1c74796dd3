// SPDX-License-Identifier: Apache-2.0
#include "path/answer_statement.h"

#include <vector>

#include "answers/grade.h"
#include "base/text.h"
#include "path/unit.h"

namespace drp::path {
namespace {

// Whether unit `i` says what follows: a heading, a line that ends in a colon.
bool announces(std::string_view section, const Unit& unit) {
  constexpr std::size_t kHeadingBytesMax = 40;
  std::string_view text = trim(slice(section, unit.span));
  if (unit.kind == UnitKind::kHeading) return text.size() <= kHeadingBytesMax;
  while (!text.empty() && (text.back() == '*' || text.back() == ' ')) text.remove_suffix(1);
  return text.ends_with(":") || text.ends_with("\uff1a");
}

// "3. **Final Answer:** ..." counts steps that are gone.
std::string_view without_list_number(std::string_view text) {
  std::string_view rest = text;
  const bool bold = rest.starts_with("**");
  if (bold) rest.remove_prefix(2);
  std::size_t digits = 0;
  while (digits < rest.size() && digits < 3 && is_digit(rest[digits])) ++digits;
  if (digits == 0 || !rest.substr(digits).starts_with(".")) return text;
  rest.remove_prefix(digits + 1);
  if (bold && !rest.starts_with("**")) return text;
  if (bold) rest.remove_prefix(2);
  return rest.starts_with(" ") ? trim(rest) : text;
}

// One item of a list that is gone is a line of its own.
std::string_view without_bullet(std::string_view text) {
  const std::string_view rest = without_list_number(text);
  const bool bullet = rest.starts_with("- ") || rest.starts_with("* ");
  return bullet && !contains(rest, "\n") ? trim(rest.substr(2)) : rest;
}

// "Both methods confirm that the cost is 5" speaks of what is gone: "The cost is 5".
std::string without_confirmation(std::string_view text) {
  constexpr std::size_t kReach = 80;
  const std::string lower = to_lower(text.substr(0, kReach));
  for (const std::string_view word : {"confirm", "verif", "agree", "check", "consistent"}) {
    const std::size_t at = lower.find(word);
    if (at == std::string::npos) continue;
    // "confirm that the cost is", "confirm the cost is"
    std::size_t end = lower.find(" that ", at);
    end = end == std::string::npos ? lower.find(" the ", at) + 1 : end + 6;
    if (end == 0 || lower.substr(at, end - at).find_first_of(".:,\n") != std::string::npos)
      continue;
    std::string rest(text.substr(end));
    if (!rest.empty() && is_lower(rest[0])) rest[0] = static_cast<char>(rest[0] - 'a' + 'A');
    return rest;
  }
  return std::string(text);
}

}  // namespace

std::string answer_statement(std::string_view answer_section, std::string_view domain) {
  if (domain != "math" && domain != "choice" && domain != "text") {
    return std::string(answer_section);
  }
  const answers::ExtractOptions options{.domain = domain};
  const answers::Extracted whole = answers::extract(answer_section, options);
  // A section that is all answer says it nowhere else.
  if (whole.method == answers::Method::kText) return std::string(answer_section);
  const std::vector<Unit> units = cut_units(answer_section);
  if (whole.text.empty() || units.size() < 2) return std::string(answer_section);
  for (std::size_t i = units.size(); i > 0; --i) {
    const std::string_view text = slice(answer_section, units[i - 1].span);
    const answers::Extracted alone = answers::extract(text, options);
    if (alone.text != whole.text || alone.method != whole.method) continue;
    std::size_t first = i - 1;
    if (first > 0 && announces(answer_section, units[first - 1])) --first;
    const std::size_t lead = answer_section.find_first_not_of(" \t\r\n\f\v");
    const std::size_t last = answer_section.find_last_not_of(" \t\r\n\f\v");
    std::string statement(answer_section.substr(0, lead));
    statement += without_confirmation(without_bullet(
        trim(slice(answer_section, {units[first].span.begin, units[i - 1].span.end}))));
    statement += answer_section.substr(last + 1);
    return statement;
  }
  return std::string(answer_section);
}

}  // namespace drp::path
