// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace drp::problems {

using Json = nlohmann::ordered_json;

// The parts of a row that are found by column name.
enum class Part {
  kId,
  kQuestion,
  kAnswer,
  kChoices,
  kResponse,
  kReasoning,
  kFinish,
  kTokens,
  kReasoningTokens,
  kModel,
  kSet,
  kVerdict
};

// "id", "question", ...: the names that an explicit mapping uses.
std::string_view part_name(Part part);
// Names accepted for the part, best first; compared without case, and with _ - and blank alike.
const std::vector<std::string>& part_aliases(Part part);
// The first of them, for a message.
std::string usual_names(Part part);

std::span<const Part> all_parts();
// {"question=input", "answer=target"} as a mapping. Throws Error{kConfig} where there is no "=".
std::map<std::string, std::string> column_map(const std::vector<std::string>& pairs);
// How to name the column of a part, for the hint of an error.
std::string column_hint(Part part, const std::string& column);

// Where the parts of a row are. The user's mapping wins over the aliases: {"question": "input"};
// "Body+Question" joins two columns with a blank. Throws Error{kConfig} for a mapping of an unknown
// part, naming the nearest.
class Columns {
 public:
  explicit Columns(std::map<std::string, std::string> mapping = {});

  // The value of the part, null included; nothing where no column has one of its names.
  const Json* find(const Json& row, Part part) const;
  // The same as text; nothing where it is absent, null or empty.
  std::optional<std::string> text(const Json& row, Part part) const;
  // Throws Error{kData}: "FILE:LINE: no question column: found a, b; accepted question, problem,
  // ...".
  [[noreturn]] void missing(const Json& row, Part part, const std::string& where) const;

 private:
  std::map<std::string, std::string> mapping_;
};

// A value as text: strings as they are, numbers and truth values as written, one-element arrays as
// their element, the rest as JSON. Null is "".
std::string text_of(const Json& value);

}  // namespace drp::problems
