// SPDX-License-Identifier: Apache-2.0
#include "evaluate/lm_eval_export.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/fingerprint.h"
#include "base/text.h"
#include "records/json_line.h"

namespace drp::evaluate {
namespace {

using Json = nlohmann::ordered_json;

// Mean and standard error of it over problems.
struct Mean {
  double count = 0;
  double sum = 0;
  double squares = 0;

  void add(double value) {
    ++count;
    sum += value;
    squares += value * value;
  }
  double value() const { return count > 0 ? sum / count : 0; }
  double error() const {
    if (count < 2) return 0;
    const double variance = (squares - sum * sum / count) / (count - 1);
    return std::sqrt(std::max(0.0, variance) / count);
  }
};

}  // namespace

std::string file_name_part(std::string_view name) {
  std::string part;
  for (const char c : name) {
    const bool plain = is_letter(c) || is_digit(c) || c == '.' || c == '-' || c == '_';
    part += plain ? c : '_';
  }
  const bool hidden = part.empty() || part.front() == '.';
  return hidden ? "_" + part : part;
}

LmEvalExport::LmEvalExport(const std::filesystem::path& folder, std::string arm)
    : folder_(folder / file_name_part(arm)), arm_(std::move(arm)) {
  make_folder(folder_);
}

LmEvalExport::Task& LmEvalExport::task(const std::string& name) {
  Task& task = tasks_[name];
  if (!task.file) {
    task.file = std::make_unique<AtomicFile>(folder_ / ("samples_" + name + ".jsonl"));
  }
  return task;
}

void LmEvalExport::add(const LmEvalSample& sample, const Scored& scored) {
  Task& into = task(sample.task.empty() ? "problems" : file_name_part(sample.task));
  const Problem& problem = sample.problem;
  const auto next = static_cast<std::int64_t>(into.numbers.size());
  const std::int64_t number = into.numbers.emplace(problem.id, next).first->second;
  if (scored.verdict != "gold_error") {
    ProblemScore& score = into.scores[number];
    ++score.samples;
    score.strict += scored.correct_strict ? 1 : 0;
    score.flexible += scored.correct ? 1 : 0;
  }
  const Json line = {
      {"doc_id", number},
      {"doc", {{"id", problem.id}, {"question", problem.question}, {"answer", problem.answer}}},
      {"target", problem.answer},
      {"arguments", {{"gen_args_0", {{"arg_0", problem.question}, {"arg_1", Json::object()}}}}},
      {"resps", Json::array({Json::array({std::string(sample.response)})})},
      {"filtered_resps", Json::array({scored.answer})},
      {"filter", "flexible-extract"},
      {"metrics", Json::array({"exact_match"})},
      {"prompt_hash", sha256(problem.question)},
      {"target_hash", sha256(problem.answer)},
      {"exact_match", scored.correct ? 1.0 : 0.0},
      {"exact_match_strict", scored.correct_strict ? 1.0 : 0.0},
      {"sample", scored.sample},
      {"response_tokens", scored.response_tokens},
      {"reasoning_tokens", scored.reasoning_tokens},
      {"finish", std::string(enum_name(scored.finish))}};
  into.file->write(dump_line(line) + "\n");
}

std::string LmEvalExport::results() const {
  Json results = Json::object();
  Json subtasks = Json::object();
  Json configs = Json::object();
  Json versions = Json::object();
  Json shots = Json::object();
  Json higher = Json::object();
  Json counts = Json::object();
  for (const auto& [name, task] : tasks_) {
    Mean strict;
    Mean flexible;
    std::int64_t repeats = 0;
    for (const auto& [number, score] : task.scores) {
      strict.add(static_cast<double>(score.strict) / score.samples);
      flexible.add(static_cast<double>(score.flexible) / score.samples);
      repeats = std::max<std::int64_t>(repeats, score.samples);
    }
    results[name] = {{"alias", name},
                     {"exact_match,strict-match", strict.value()},
                     {"exact_match_stderr,strict-match", strict.error()},
                     {"exact_match,flexible-extract", flexible.value()},
                     {"exact_match_stderr,flexible-extract", flexible.error()}};
    subtasks[name] = Json::array();
    configs[name] = {{"task", name}, {"output_type", "generate_until"}, {"repeats", repeats}};
    versions[name] = "drp " DRP_VERSION;
    shots[name] = 0;
    higher[name] = {{"exact_match", true}};
    counts[name] = {{"original", task.numbers.size()}, {"effective", task.scores.size()}};
  }
  const Json whole = {{"results", results},  {"group_subtasks", subtasks},
                      {"configs", configs},  {"versions", versions},
                      {"n-shot", shots},     {"higher_is_better", higher},
                      {"n-samples", counts}, {"config", {{"model", "drp"}, {"model_args", arm_}}},
                      {"model_name", arm_},  {"model_name_sanitized", file_name_part(arm_)}};
  return whole.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

void LmEvalExport::publish() {
  for (auto& [name, task] : tasks_) task.file->publish();
  write_file_atomic(folder_ / "results.json", results());
}

}  // namespace drp::evaluate
