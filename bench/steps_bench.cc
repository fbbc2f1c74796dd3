// SPDX-License-Identifier: Apache-2.0
// Units and steps on real traces: whether units tile every trace and how fast, and how well the
// boundaries of steps agree with steps known by construction, beside two simple splitters.
//   steps_bench DATA [--show]   --show prints each boundary missed or too many
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <set>

#include "bench/rows.h"
#include "path/unit.h"
#include "teacher/rules/steps.h"

namespace drp {
namespace {

using bench::field;
using bench::Json;
using bench::print_rates;
using bench::Rates;
using bench::rows_of;
using Clock = std::chrono::steady_clock;

void coverage(const std::filesystem::path& data) {
  std::size_t traces = 0;
  std::size_t bytes = 0;
  std::size_t broken = 0;
  double seconds = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    if (entry.path().extension() != ".jsonl") continue;
    for (const Json& row : rows_of(entry.path())) {
      const std::string text = field(row, {"response", "prediction", "content", "thinking"});
      if (text.empty()) continue;
      const auto begin = Clock::now();
      const std::vector<path::Unit> units = path::cut_units(text);
      seconds += std::chrono::duration<double>(Clock::now() - begin).count();
      std::size_t at = 0;
      bool tiles = true;
      for (const path::Unit& unit : units) {
        tiles = tiles && unit.span.begin == at && unit.span.end > at;
        at = unit.span.end;
      }
      broken += tiles && at == text.size() ? 0 : 1;
      ++traces;
      bytes += text.size();
    }
  }
  std::printf(
      "## Units\n%zu traces, %.1f MB: %zu not tiled byte for byte; %.0f MB/s on one core\n\n",
      traces, static_cast<double>(bytes) / 1e6, broken, static_cast<double>(bytes) / 1e6 / seconds);
}

struct Stepped {
  std::string question;
  std::vector<std::string> steps;
};

std::string without_markers(std::string_view line) {
  const std::size_t stars = line.find(" ** ");
  if (stars != std::string_view::npos) line.remove_prefix(stars + 4);
  std::string text;
  for (std::size_t i = 0; i < line.size();) {
    const std::size_t open = line.find("<<", i);
    text += line.substr(i, open - i);
    if (open == std::string_view::npos) break;
    const std::size_t close = line.find(">>", open);
    if (close == std::string_view::npos) break;
    i = close + 2;
  }
  return std::string(trim(text));
}

std::vector<Stepped> stepped_rows(const std::filesystem::path& data, const std::string& set) {
  std::vector<Stepped> result;
  if (set == "socratic") {
    for (const Json& row : rows_of(data / "gsm8k/test_socratic.jsonl")) {
      Stepped stepped{row.at("question"), {}};
      const std::string answer = row.at("answer");
      for (const std::string_view line : split(std::string_view(answer), '\n')) {
        if (!line.starts_with("####") && !trim(line).empty()) {
          stepped.steps.push_back(without_markers(line));
        }
      }
      result.push_back(std::move(stepped));
    }
    return result;
  }
  const bool prm = set == "prmbench";
  const auto file =
      prm ? "prmbench/prm800k_test_p2_4o_redundency.jsonl" : "processbench/gsm8k.jsonl";
  for (const Json& row : rows_of(data / file)) {
    Stepped stepped{field(row, {"question", "problem"}), {}};
    for (const std::string step : row.at(prm ? "original_process" : "steps")) {
      if (!trim(step).empty()) stepped.steps.emplace_back(trim(step));
    }
    result.push_back(std::move(stepped));
  }
  return result;
}

using Boundaries = std::set<std::size_t>;

// After ". ", "! ", "? " and line ends.
std::vector<std::size_t> sentence_begins(std::string_view text) {
  std::vector<std::size_t> result = {0};
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    const char before = text[i - 1];
    const bool stop = (before == '.' || before == '!' || before == '?') && is_space(text[i]);
    if (stop || text[i] == '\n') {
      while (i + 1 < text.size() && is_space(text[i])) ++i;
      result.push_back(i);
    }
  }
  return result;
}

Boundaries sentence_boundaries(std::string_view text) {
  const std::vector<std::size_t> begins = sentence_begins(text);
  return {begins.begin(), begins.end()};
}

Boundaries connective_boundaries(std::string_view text) {
  Boundaries result;
  for (const std::size_t begin : sentence_begins(text)) {
    const std::string lower = to_lower(text.substr(begin, 16));
    for (const std::string_view word :
         {"so",      "then",      "next",  "now",   "first", "second",  "third",
          "finally", "therefore", "thus",  "hence", "but",   "however", "also",
          "and",     "to",        "since", "if",    "wait",  "let"}) {
      if (lower.starts_with(word) && lower.size() > word.size() && !is_letter(lower[word.size()])) {
        result.insert(begin);
      }
    }
  }
  return result;
}

Boundaries rule_boundaries(std::string_view question, const std::string& text) {
  Boundaries result;
  for (const Span& step : teacher::functional_steps(question, text)) result.insert(step.begin);
  return result;
}

void add_boundaries(Rates& rates, Boundaries found, Boundaries wanted) {
  found.erase(0);
  wanted.erase(0);
  rates.found += static_cast<double>(found.size());
  rates.wanted += static_cast<double>(wanted.size());
  for (const std::size_t at : found) rates.hit += wanted.contains(at) ? 1 : 0;
}

// Each boundary that is missed or too many, with what stands around it.
void show_boundaries(const std::string& set, std::string_view text, const Boundaries& ours,
                     const Boundaries& wanted) {
  const auto show = [&](const char* sort, std::size_t at) {
    const std::size_t from = at < 60 ? 0 : at - 60;
    std::string around =
        std::string(text.substr(from, at - from)) + " || " + std::string(text.substr(at, 60));
    std::replace(around.begin(), around.end(), '\n', '~');
    std::printf("%s %s %s\n", set.c_str(), sort, around.c_str());
  };
  for (const std::size_t at : wanted) {
    if (!ours.contains(at)) show("missed", at);
  }
  for (const std::size_t at : ours) {
    if (!wanted.contains(at)) show("extra", at);
  }
}

void steps(const std::filesystem::path& data, bool show) {
  std::printf(
      "## Steps: boundaries\n| set and splitter | precision | recall | F1 |\n|---|---|---|---|\n");
  for (const std::string set : {"socratic", "prmbench", "processbench"}) {
    Rates sentences;
    Rates connectives;
    Rates rules;
    for (const Stepped& row : stepped_rows(data, set)) {
      std::string text;
      Boundaries wanted;
      for (const std::string& step : row.steps) {
        if (!text.empty()) text += ' ';
        wanted.insert(text.size());
        text += step;
      }
      add_boundaries(sentences, sentence_boundaries(text), wanted);
      add_boundaries(connectives, connective_boundaries(text), wanted);
      const Boundaries ours = rule_boundaries(row.question, text);
      if (show) show_boundaries(set, text, ours, wanted);
      add_boundaries(rules, ours, wanted);
    }
    print_rates(set + ", sentences", sentences);
    print_rates(set + ", connective words", connectives);
    print_rates(set + ", drp", rules);
  }
  std::printf("\n");
}

}  // namespace
}  // namespace drp

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: steps_bench DATA [--show]\n");
    return 2;
  }
  try {
    drp::coverage(arguments[1]);
    drp::steps(arguments[1], count > 2 && std::string(arguments[2]) == "--show");
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "steps_bench: %s\n", problem.what());
    return 1;
  }
  return 0;
}
