// SPDX-License-Identifier: Apache-2.0
#include "report/example_json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/text.h"
#include "report/pruning.h"

namespace drp::report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kExcerptBytes = 110;
constexpr int kNoAction = -1;

// The first bytes of a text, cut between code points.
std::string_view cut(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return text.substr(0, end);
}

std::string limited(std::string_view text, std::int64_t bytes_max) {
  const std::string_view shown = cut(text, static_cast<std::size_t>(bytes_max));
  std::string out(shown);
  if (shown.size() < text.size()) {
    out += "\n[" + format_count(static_cast<std::int64_t>(text.size() - shown.size())) +
           " more bytes are not shown]";
  }
  return out;
}

std::string excerpt(std::string_view question) {
  std::string out;
  for (const char c : cut(question, kExcerptBytes)) {
    const bool space = is_space(c);
    if (space && (out.empty() || out.back() == ' ')) continue;
    out += space ? ' ' : c;
  }
  return out;
}

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void add_label(std::vector<Label>& labels, Label label) {
  if (std::find(labels.begin(), labels.end(), label) == labels.end())
    labels.push_back(std::move(label));
}

std::string_view slice_inside(std::string_view text, Span span) {
  const std::size_t begin = std::min(span.begin, text.size());
  const std::size_t end = std::clamp(span.end, begin, text.size());
  return text.substr(begin, end - begin);
}

Json step_json(std::string_view text, const Step& step, std::int64_t text_bytes_max) {
  Json json = Json::array({limited(text, text_bytes_max), action_index(step.action), step.skill,
                           nullptr, step.pass, step.evidence});
  if (step.text) json[3] = limited(*step.text, text_bytes_max);
  return json;
}

// The reasoning as steps; a bad plan's gaps are shown, its overlaps are cut.
Json steps_json(const PrunedExample& example, std::string_view reasoning,
                std::int64_t text_bytes_max) {
  Json steps = Json::array();
  std::size_t at = 0;
  const auto gap = [&](std::size_t end) {
    if (at >= end) return;
    steps.push_back(Json::array(
        {limited(reasoning.substr(at, end - at), text_bytes_max), kNoAction, "", nullptr, "", ""}));
    at = end;
  };
  if (example.plan) {
    std::vector<const Step*> ordered;
    for (const Step& step : example.plan->steps) ordered.push_back(&step);
    std::stable_sort(ordered.begin(), ordered.end(),
                     [](const Step* a, const Step* b) { return a->span.begin < b->span.begin; });
    for (const Step* step : ordered) {
      gap(std::min(step->span.begin, reasoning.size()));
      const Span rest{std::max(at, step->span.begin), step->span.end};
      const std::string_view text = rest.begin < rest.end ? slice_inside(reasoning, rest) : "";
      steps.push_back(step_json(text, *step, text_bytes_max));
      at += text.size();
    }
  }
  gap(reasoning.size());
  return steps;
}

// The samples of one student on a problem.
struct ArmTally {
  std::int64_t samples = 0;
  std::int64_t right = 0;
  std::int64_t tokens = 0;  // of all samples

  std::int64_t mean_tokens() const { return samples == 0 ? 0 : (tokens + samples / 2) / samples; }
};

ArmTally tally_of(const HeldOutExample& example, const std::string& arm) {
  ArmTally tally;
  for (const GradedResponse& response : example.responses) {
    if (response.scored.arm != arm) continue;
    ++tally.samples;
    tally.right += response.scored.correct ? 1 : 0;
    tally.tokens += response.scored.response_tokens;
  }
  return tally;
}

}  // namespace

Example trace_example(const PrunedExample& example, std::int64_t text_bytes_max) {
  const PrunedPath& path = example.path;
  const std::string_view reasoning = slice_inside(example.trace.response, example.trace.reasoning);
  const std::string_view answer = slice_inside(example.trace.response, example.trace.answer);
  Example out;
  unsigned mask = 0;
  Json notes = Json::array();
  if (example.plan) {
    for (const Step& step : example.plan->steps) {
      mask |= 1U << action_index(step.action);
      if (!step.skill.empty()) add_label(out.labels, {"skill", step.skill});
    }
    for (const std::string& note : example.plan->notes)
      notes.push_back(limited(note, text_bytes_max));
  }
  const std::string reason(path.rejection ? enum_name(path.rejection->reason) : "");
  const std::int64_t before =
      path.tokens_before > 0 ? path.tokens_before : example.trace.response_tokens;
  Json gates = Json::array();
  for (const GateResult& gate : path.gates) {
    gates.push_back(Json::array({gate.gate, gate.passed, gate.detail}));
    if (!gate.passed) add_label(out.labels, {"failed", gate.gate});
  }

  out.entry = dump(Json::array({example.trace.id, reason, before, path.tokens_after, mask,
                                excerpt(example.problem.question)}));
  out.body = dump(Json::array(
      {limited(example.problem.question, text_bytes_max), example.problem.answer,
       limited(example.plan ? "" : reasoning, text_bytes_max), limited(answer, text_bytes_max),
       limited(path.reasoning, text_bytes_max), limited(path.answer, text_bytes_max),
       path.rejection ? path.rejection->detail : "",
       example.plan && path.teacher.empty() ? example.plan->teacher : path.teacher,
       std::string(enum_name(example.trace.finish)),
       example.plan ? steps_json(example, reasoning, text_bytes_max) : Json::array(), gates,
       notes}));
  return out;
}

std::string held_out_outcome(const HeldOutExample& example, const std::string& before,
                             const std::string& after) {
  const ArmTally old_samples = tally_of(example, before);
  const ArmTally new_samples = tally_of(example, after);
  if (old_samples.samples == 0 || new_samples.samples == 0) return "single";
  // Shares right, compared by cross-multiplied counts.
  const std::int64_t old_share = old_samples.right * new_samples.samples;
  const std::int64_t new_share = new_samples.right * old_samples.samples;
  if (old_share != new_share) return old_share > new_share ? "only_before" : "only_after";
  return 2 * old_samples.right >= old_samples.samples ? "both_right" : "both_wrong";
}

Example held_out_example(const HeldOutExample& example, const std::string& before,
                         const std::string& after, std::int64_t text_bytes_max) {
  Example out;
  Json tags = Json::array();
  for (const auto& [name, value] : example.problem.tags) {
    tags.push_back(Json::array({name, value}));
    add_label(out.labels, {"tag", name + ": " + value});
  }
  int unended = 0;
  Json responses = Json::array();
  for (const GradedResponse& response : example.responses) {
    const Scored& scored = response.scored;
    if (scored.finish == FinishReason::kLength || scored.finish == FinishReason::kLoop) unended = 1;
    responses.push_back(Json::array({scored.arm, scored.correct, scored.answer, scored.method,
                                     std::string(enum_name(scored.finish)), scored.response_tokens,
                                     limited(response.trace.response, text_bytes_max)}));
  }
  out.entry = dump(
      Json::array({example.problem.id, held_out_outcome(example, before, after),
                   tally_of(example, before).mean_tokens(), tally_of(example, after).mean_tokens(),
                   unended, excerpt(example.problem.question)}));
  out.body = dump(Json::array({limited(example.problem.question, text_bytes_max),
                               example.problem.answer, tags, responses}));
  return out;
}

}  // namespace drp::report
