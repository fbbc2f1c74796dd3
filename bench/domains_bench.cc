// SPDX-License-Identifier: Apache-2.0
// What the rules make of traces that are not mathematics; the table "Other domains" of
// docs/pruning.md.
//   domains_bench DATA [--model MODEL.gguf] [--only SET,...] [--show N]
// DATA holds the folders described in its README. Beside its sets there are 400 generated puzzles
// with their worked solutions. Lengths are tokens of MODEL's tokenizer, words where none is given.
// --show prints the first N plans of each set: a line a step with action, pass, skill and text.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "answers/code_block.h"
#include "base/text.h"
#include "bench/rows.h"
#include "decompose/decompose.h"
#include "path/answer_view.h"
#include "path/import_trace.h"
#include "problems/generator.h"
#include "problems/worked_solution.h"
#include "prune/prune.h"
#include "teacher/rules/rules_teacher.h"
#ifdef DRP_BENCH_LLAMA
#include "llm/llama/llama_student.h"
#endif

namespace drp {
namespace {

using bench::field;
using bench::Json;
using bench::ratio;
using bench::rows_of;

struct Case {
  Problem problem;
  Trace trace;
};

struct Set {
  std::string name;
  std::vector<Case> cases;
};

struct Options {
  std::filesystem::path data;
  std::set<std::string> only;
  std::int64_t show = 0;
  std::function<std::int64_t(std::string_view)> count;
};

std::int64_t count_words(std::string_view text) {
  std::int64_t words = 0;
  bool inside = false;
  for (const char c : text) {
    words += !is_space(c) && !inside ? 1 : 0;
    inside = !is_space(c);
  }
  return words;
}

Case make_case(Problem problem, std::string response,
               FinishReason finish = FinishReason::kUnknown) {
  Trace trace = path::make_trace({problem.id, 0, finish, ""}, std::move(response));
  return {std::move(problem), std::move(trace)};
}

// Items with their traces; an item of options counts as right where its answer names the right one
// and no other, and is then pruned as text whose reference is the student's own answer.
Set thinking_items(const std::filesystem::path& data) {
  std::map<std::string, Json> items;
  for (Json& item : rows_of(data / "qwen3_think_onoff/items.jsonl")) {
    items.emplace(item.at("id").get<std::string>(), item);
  }
  Set set{"qwen3_think_onoff", {}};
  for (const Json& row : rows_of(data / "qwen3_think_onoff/qwen3-8b__think-on.jsonl")) {
    const Json& item = items.at(row.at("item_id").get<std::string>());
    const std::string grader = item.at("grader");
    const std::string response =
        "<think>\n" + field(row, {"thinking"}) + "\n</think>\n\n" + field(row, {"content"});
    if (grader == "constraint" || field(row, {"done_reason"}) == "length") continue;
    Problem problem{item.at("id"),
                    item.at("prompt"),
                    item.at("answer"),
                    grader == "numeric" ? "math" : "text",
                    {}};
    if (grader == "choice") {
      const std::string given = path::final_answer(response, "text");
      bool right = false;
      for (const auto& [option, names] : item.at("options").items()) {
        for (const std::string name : names) {
          const bool named = contains(to_lower(given), to_lower(name));
          if (named) right = option == problem.answer;
          if (named && option != problem.answer) right = false;
        }
      }
      if (!right) continue;
      problem.answer = given;
    }
    set.cases.push_back(make_case(std::move(problem), response, FinishReason::kStop));
  }
  return set;
}

Set riddles(const std::filesystem::path& data) {
  Set set{"misguided_attention", {}};
  for (const Json& row : rows_of(data / "misguided_attention/QwQ-32B.jsonl")) {
    set.cases.push_back(
        make_case({row.at("id"), row.at("question"), "", "text", {}}, row.at("response")));
  }
  return set;
}

Set mixed_instructions(const std::filesystem::path& data) {
  Set set{"marco_o1", {}};
  for (const Json& row : rows_of(data / "marco_o1/CoT_demo.jsonl")) {
    const std::string response = row.at("response");
    const bool code = answers::last_code_block(response).has_value();
    set.cases.push_back(make_case({"marco-" + std::to_string(set.cases.size()),
                                   row.at("instruction"),
                                   "",
                                   code ? "code" : "text",
                                   {}},
                                  response));
  }
  return set;
}

// Templated solutions of knights and knaves: short, with hardly a word to spare.
Set knights(const std::filesystem::path& data) {
  Set set{"kk_logic", {}};
  for (const Json& row : rows_of(data / "kk_logic/test_3to7ppl.jsonl")) {
    std::string text = "<think>\n" + field(row, {"cot_head"}) + "\n";
    for (const std::string step : row.at("cot_repeat_steps")) text += step + "\n";
    const std::string answer = field(row, {"solution_text"});
    text += field(row, {"cot_foot"}) + "\n</think>\n\nThe answer is \\boxed{" + answer + "}";
    set.cases.push_back(make_case(
        {"kk-" + std::to_string(set.cases.size()), row.at("quiz"), answer, "text", {}}, text));
  }
  return set;
}

// Rationales of questions with options, told as a response that ends in the right letter.
Set rationales(const std::filesystem::path& data) {
  Set set{"aqua", {}};
  for (const Json& row : rows_of(data / "aqua/test.jsonl")) {
    std::string question = field(row, {"question"}) + "\n";
    for (const std::string option : row.at("options")) {
      question += "\n" + option.substr(0, 2) + " " + option.substr(2);  // "A)21"
    }
    const std::string letter = row.at("correct");
    set.cases.push_back(make_case(
        {"aqua-" + std::to_string(set.cases.size()), question, letter, "choice", {}},
        "<think>\n" + field(row, {"rationale"}) + "\n</think>\n\nThe answer is " + letter + "."));
  }
  return set;
}

Set generated() {
  Set set{"generated", {}};
  for (const auto& made : problems::generate_problems({.count = 400, .families = {"logic"}})) {
    Random random(derive_seed(1, made.problem.id));
    set.cases.push_back(make_case(made.problem, problems::worked_solution(made, random).text));
  }
  return set;
}

struct Totals {
  std::int64_t all = 0;
  std::int64_t right = 0;
  std::int64_t accepted = 0;
  std::int64_t reasoning_before = 0;
  std::int64_t reasoning_after = 0;
  std::int64_t whole_before = 0;
  std::int64_t whole_after = 0;
  std::map<std::string, std::int64_t> rejected;
};

void print_plan(const Case& one, const Plan& plan, const PrunedPath& path) {
  std::printf("##### %s [%s] gold %s%s\nQ: %s\n", one.problem.id.c_str(),
              one.problem.domain.c_str(), one.problem.answer.c_str(),
              path.accepted() ? "" : (" REJECTED " + path.rejection->detail).c_str(),
              one.problem.question.c_str());
  for (const Step& step : plan.steps) {
    const std::string_view action = enum_name(step.action);
    const std::string_view text = trim(slice(one.trace.reasoning_text(), step.span));
    std::printf("%s %s [%s] %s%s\n", action == "KEEP" ? "   " : "-- ", step.pass.c_str(),
                step.skill.c_str(), std::string(text).c_str(),
                step.text ? ("\n      => " + *step.text).c_str() : "");
  }
  std::printf("ANSWER %s\n", path.answer.c_str());
}

void add_case(const Options& options, const Case& one, teacher::Teacher& teacher, bool show,
              Totals& totals) {
  ++totals.all;
  const bool known = !one.problem.answer.empty();
  const auto admit = known ? decompose::Admit::kRight : decompose::Admit::kAnswered;
  if (decompose::refuse_trace(one.problem, one.trace, {admit})) return;
  const auto plan = teacher.plan(one.problem, one.trace);
  const PrunedPath path =
      plan ? prune::prune_trace(one.problem, one.trace, *plan, {}, count_words)
           : prune::rejected_path(one.trace, plan.error(), teacher.identity(), count_words);
  if (show && plan) print_plan(one, *plan, path);
  const std::int64_t reasoning = options.count(one.trace.reasoning_text());
  const std::int64_t whole = options.count(one.trace.response);
  ++totals.right;
  totals.accepted += path.accepted() ? 1 : 0;
  totals.reasoning_before += reasoning;
  totals.whole_before += whole;
  totals.reasoning_after += path.accepted() ? options.count(path.reasoning) : reasoning;
  totals.whole_after += path.accepted() ? options.count(path.response) : whole;
  if (!path.accepted()) ++totals.rejected[std::string(enum_name(path.rejection->reason))];
}

void print_totals(const std::string& name, const std::string& domain, const Totals& totals) {
  const auto right = static_cast<double>(totals.right);
  const auto share = [](std::int64_t before, std::int64_t after) {
    return 100 * ratio(static_cast<double>(after - before), static_cast<double>(before));
  };
  const auto mean = [&](std::int64_t sum) { return ratio(static_cast<double>(sum), right); };
  std::string why;
  for (const auto& [reason, n] : totals.rejected) why += " " + reason + " " + std::to_string(n);
  std::printf(
      "| %s | %s | %lld of %lld | %.1f %% | %.0f -> %.0f (%.1f %%) | %.0f -> %.0f (%.1f %%) |%s\n",
      name.c_str(), domain.c_str(), static_cast<long long>(totals.right),
      static_cast<long long>(totals.all), 100 * ratio(static_cast<double>(totals.accepted), right),
      mean(totals.reasoning_before), mean(totals.reasoning_after),
      share(totals.reasoning_before, totals.reasoning_after), mean(totals.whole_before),
      mean(totals.whole_after), share(totals.whole_before, totals.whole_after), why.c_str());
}

void measure(const Options& options, const Set& set) {
  if (!options.only.empty() && !options.only.contains(set.name)) return;
  teacher::RulesTeacher rules;
  std::map<std::string, Totals> by_domain;
  std::int64_t shown = 0;
  for (const Case& one : set.cases) {
    add_case(options, one, rules, shown++ < options.show, by_domain[one.problem.domain]);
  }
  for (const auto& [domain, totals] : by_domain) print_totals(set.name, domain, totals);
  std::fflush(stdout);
}

int run(int count, char** arguments) {
  Options options;
  options.count = count_words;
#ifdef DRP_BENCH_LLAMA
  std::unique_ptr<llm::Student> student;
#endif
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--only" && i + 1 < count) {
      for (const std::string_view name : split(std::string_view(arguments[++i]), ','))
        options.only.emplace(name);
    } else if (argument == "--show" && i + 1 < count) {
      options.show = parse_int(arguments[++i]).value_or(0);
    } else if (argument == "--model" && i + 1 < count) {
#ifdef DRP_BENCH_LLAMA
      student = llm::load_llama_student(arguments[++i]);
      options.count = [&student](std::string_view text) {
        return static_cast<std::int64_t>(student->tokenizer().count(text));
      };
#endif
    } else {
      options.data = argument;
    }
  }
  if (options.data.empty()) {
    std::fprintf(stderr,
                 "usage: domains_bench DATA [--model MODEL.gguf] [--only SET,...] [--show N]\n");
    return 2;
  }
  std::printf(
      "| set | domain | right | accepted | reasoning | whole response "
      "|\n|---|---|---|---|---|---|\n");
  measure(options, generated());
  measure(options, thinking_items(options.data));
  measure(options, riddles(options.data));
  measure(options, mixed_instructions(options.data));
  measure(options, knights(options.data));
  measure(options, rationales(options.data));
  return 0;
}

}  // namespace
}  // namespace drp

int main(int count, char** arguments) {
  try {
    return drp::run(count, arguments);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "domains_bench: %s\n", problem.what());
    return 1;
  }
}
