// SPDX-License-Identifier: Apache-2.0
#include "grading/pair.h"

#include <nlohmann/json.hpp>

#include "answers/code_block.h"
#include "answers/show.h"
#include "base/error.h"
#include "base/text.h"
#include "grading/program_judge.h"
#include "records/json_line.h"

namespace drp::grading {
namespace {

using Json = nlohmann::ordered_json;

[[noreturn]] void refuse(std::string_view where, const std::string& what, const std::string& hint) {
  throw Error(ErrorKind::kData, std::string(where) + ": " + what, hint);
}

// A text; numbers and truth values as they are written.
std::optional<std::string> text_field(const Json& row, const char* name) {
  const auto found = row.find(name);
  if (found == row.end() || found->is_null()) return std::nullopt;
  return found->is_string() ? found->get<std::string>() : found->dump();
}

answers::Precision read_precision(const Json& value, std::string_view where) {
  if (!value.is_number() || value.get<double>() < 0 || value.get<double>() > 1000) {
    refuse(where, "opts.precision is " + value.dump(),
           "give decimal places, such as 3, or a relative tolerance below 1, such as 1e-4");
  }
  return precision_of(value.get<double>());
}

bool truth_of(const Json& value, const char* name, std::string_view where) {
  if (!value.is_boolean()) {
    refuse(where, "opts." + std::string(name) + " is " + value.dump(), "expected true or false");
  }
  return value.get<bool>();
}

void read_options(const Json& opts, std::string_view where, answers::CompareOptions& options) {
  if (!opts.is_object()) refuse(where, "opts is " + opts.dump(), "expected an object");
  const std::vector<std::string> known = {"precision", "strict",        "choices",
                                          "language",  "decimal_comma", "allow_set_relation"};
  for (const auto& [name, value] : opts.items()) {
    if (value.is_null()) continue;
    if (name == "precision") {
      options.precision = read_precision(value, where);
    } else if (name == "strict") {
      options.strict = truth_of(value, "strict", where);
    } else if (name == "allow_set_relation") {
      options.allow_set_relation = truth_of(value, "allow_set_relation", where);
    } else if (name == "decimal_comma") {
      options.decimal_comma = truth_of(value, "decimal_comma", where);
    } else if (name == "choices") {
      if (!value.is_array()) refuse(where, "opts.choices is " + value.dump(), "expected a list");
      options.choices.clear();
      for (const Json& choice : value) {
        options.choices.push_back(choice.is_string() ? choice.get<std::string>() : choice.dump());
      }
    } else if (name == "language") {
      if (!value.is_string()) refuse(where, "opts.language is " + value.dump(), "expected a name");
    } else {
      const auto close = nearest(name, known);
      refuse(where, "unknown option '" + name + "'",
             close ? "did you mean '" + *close + "'?" : "known: " + join(known, ", "));
    }
  }
}

std::string gold_reading(const Pair& pair) {
  if (pair.domain != "math" && pair.domain != "choice") return pair.gold;
  const std::string alone = answers::read_gold(pair.gold);
  return pair.domain == "math" ? answers::show_reading(alone) : alone;
}

}  // namespace

answers::Precision precision_of(double value) {
  answers::Precision precision;
  if (value > 0 && value < 1) {
    precision.relative = value;
  } else {
    precision.places = static_cast<int>(value);
  }
  return precision;
}

Pair read_pair(std::string_view line, std::string_view where, std::int64_t line_number,
               const Defaults& defaults) {
  const Json row = is_valid_utf8(line) ? Json::parse(line, nullptr, false)
                                       : Json::parse(repair_utf8(line), nullptr, false);
  if (row.is_discarded()) refuse(where, "not JSON", "each line is one JSON object");
  if (!row.is_object()) refuse(where, "not a JSON object", "write {\"gold\": ..., \"pred\": ...}");
  Pair pair;
  const auto id = row.find("id");
  pair.id = id == row.end() ? std::to_string(line_number) : dump_line(*id);
  const auto gold = text_field(row, "gold");
  if (!gold) refuse(where, "no gold", "each line needs gold and either pred or response");
  pair.gold = *gold;
  pair.pred = text_field(row, "pred");
  pair.response = text_field(row, "response");
  if (!pair.pred && !pair.response) {
    refuse(where, "neither pred nor response", "each line needs gold and one of them");
  }
  pair.domain = text_field(row, "domain").value_or(defaults.domain);
  try {
    answers::check_domain(pair.domain);
  } catch (const Error& error) {
    throw error.with_context(where);
  }
  pair.cut = text_field(row, "finish_reason").value_or("") == "length";
  pair.options = defaults.options;
  if (const auto opts = row.find("opts"); opts != row.end() && !opts->is_null()) {
    read_options(*opts, where, pair.options);
  }
  return pair;
}

namespace {

// An answer alone, in the form that the domains of programs take: code in a fence.
std::string as_response(const Pair& pair) {
  if (pair.response) return *pair.response;
  const bool bare = pair.domain == "code" && !answers::last_code_block(*pair.pred);
  return bare ? "```\n" + *pair.pred + "\n```\n" : *pair.pred;
}

bool needs_program(const Pair& pair) { return pair.domain == "code" || pair.domain == "command"; }

}  // namespace

Judgement judge(const Pair& pair, const answers::ProgramJudge* programs) {
  Judgement judgement;
  judgement.id = pair.id;
  judgement.gold_read = gold_reading(pair);
  if (pair.response || needs_program(pair)) {
    const std::string response = as_response(pair);
    const answers::Graded graded = answers::grade({.gold = pair.gold,
                                                   .response = response,
                                                   .domain = pair.domain,
                                                   .cut = pair.cut,
                                                   .options = pair.options,
                                                   .judge = programs});
    judgement.verdict = answers::verdict_name(graded.verdict);
    judgement.strict = graded.equal() && graded.strict();
    judgement.method = answers::method_name(graded.extracted.method);
    judgement.extracted = graded.extracted.text;
    judgement.reason = graded.reason;
    judgement.flags = graded.flags;
  } else {
    answers::CompareOptions options = pair.options;
    options.domain = pair.domain;
    const answers::Comparison comparison = answers::compare(pair.gold, *pair.pred, options);
    judgement.verdict = answers::verdict_name(comparison.verdict);
    judgement.strict = comparison.equal();
    judgement.method = "given";
    judgement.extracted = *pair.pred;
    judgement.reason = comparison.reason;
    judgement.flags = comparison.flags;
  }
  if (pair.cut) judgement.flags.emplace_back("cut");
  return judgement;
}

std::string judgement_line(const Judgement& judgement) {
  const Json line = {{"id", Json::parse(judgement.id)},  {"verdict", judgement.verdict},
                     {"strict", judgement.strict},       {"method", judgement.method},
                     {"extracted", judgement.extracted}, {"gold_read", judgement.gold_read},
                     {"reason", judgement.reason},       {"flags", judgement.flags}};
  return dump_line(line);
}

}  // namespace drp::grading
