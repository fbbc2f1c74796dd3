// SPDX-License-Identifier: Apache-2.0
#include "teacher/student/judge.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "path/flow.h"
#include "path/unit.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kLead = "\n\nThe answer is \\boxed{";
constexpr int kSeamTokens = 4;  // after a seam, whose likelihood shows a jump

// A reasoning as it is scored: where its tokens begin in the request, and the byte at which each
// seam's piece begins.
struct Prepared {
  std::vector<llm::TokenId> reasoning;
  std::vector<std::size_t> seam_tokens;
};

// Indices of the tokens at which seams stand: the pieces that follow a deletion.
std::vector<std::size_t> seams_of(const Candidate& candidate, const std::vector<std::size_t>& map,
                                  const llm::Tokenizer& tokenizer,
                                  const std::vector<llm::TokenId>& tokens) {
  std::vector<std::size_t> begins;
  for (std::size_t i = 0; i + 1 < candidate.pieces.size(); ++i) {
    if (candidate.pieces[i].source.end != candidate.pieces[i + 1].source.begin) {
      begins.push_back(candidate.pieces[i + 1].path.begin);
    }
  }
  std::vector<std::size_t> seams;
  std::size_t bytes = 0;
  std::size_t next = 0;
  for (std::size_t token = 0; token < tokens.size() && next < begins.size(); ++token) {
    bytes += tokenizer.detokenize(std::span(&tokens[token], 1)).size();
    // The token that holds the piece's first byte, which may begin with the blank before it.
    const std::size_t last = bytes > 0 && bytes <= map.size() ? map[bytes - 1] : begins.back();
    for (; next < begins.size() && begins[next] <= last; ++next) {
      if (seams.empty() || seams.back() != token) seams.push_back(token);
    }
  }
  return seams;
}

double mean(const std::vector<float>& values, std::size_t first, std::size_t last) {
  if (last <= first) return 0;
  const double sum = std::accumulate(values.begin() + static_cast<std::ptrdiff_t>(first),
                                     values.begin() + static_cast<std::ptrdiff_t>(last), 0.0);
  return sum / static_cast<double>(last - first);
}

}  // namespace

std::string without_announcements(std::string_view reasoning, const path::AnswerView& view,
                                  std::vector<std::size_t>* map) {
  std::string result;
  for (const path::Unit& unit : path::cut_units(reasoning)) {
    const std::string_view text = slice(reasoning, unit.span);
    const path::Flow flow = path::read_flow(text);
    const bool announces = view.found() && !flow.computes() &&
                           text.find('=') == std::string_view::npos &&
                           path::mentions_answer(text, flow, view);
    if (announces || contains(text, "\\boxed")) continue;
    result += text;
    if (map != nullptr) {
      for (std::size_t at = unit.span.begin; at < unit.span.end; ++at) map->push_back(at);
    }
  }
  return result;
}

Judge::Judge(llm::Student& student, std::vector<std::filesystem::path> adapters, std::string system,
             std::string prompt)
    : student_(student),
      adapters_(std::move(adapters)),
      system_(std::move(system)),
      prompt_(std::move(prompt)) {}

std::string Judge::identity() const {
  Fingerprint print;
  print.add(student_.tokenizer().fingerprint());
  print.add(system_);
  print.add(prompt_);
  return print.hex().substr(0, 12);
}

std::vector<Judgement> Judge::judge(const Problem& problem, const Trace& trace,
                                    const std::vector<Candidate>& candidates, What what,
                                    const StopFlag& stop) {
  const std::string answer = path::final_answer(trace.response, problem.domain);
  if (answer.empty() || candidates.empty()) return {};
  const path::AnswerView view = path::view_answer(answer, problem);
  if (!scorer_) scorer_ = student_.scorer(adapters_);
  const llm::Tokenizer& tokenizer = student_.tokenizer();
  std::vector<llm::Message> messages;
  if (!system_.empty()) messages.push_back({"system", system_});
  messages.push_back({"user", replace_all(prompt_, "{question}", problem.question)});
  const std::string opening(trace.response.substr(0, trace.reasoning.begin));
  const std::string closing(
      trace.response.substr(trace.reasoning.end, trace.answer.begin - trace.reasoning.end));
  const std::vector<llm::TokenId> prompt = tokenizer.render_prompt(messages, opening);
  const auto plain = llm::ControlText::kPlain;
  const std::vector<llm::TokenId> lead = tokenizer.tokenize(closing + std::string(kLead), plain);
  const std::vector<llm::TokenId> said = tokenizer.tokenize(answer + "}", plain);
  std::vector<llm::ScoreRequest> requests;
  std::vector<Prepared> prepared;
  for (const Candidate& candidate : candidates) {
    std::vector<std::size_t> map;
    const std::string text = without_announcements(candidate.reasoning, view, &map);
    Prepared& now = prepared.emplace_back();
    now.reasoning = tokenizer.tokenize(text, plain);
    now.seam_tokens = seams_of(candidate, map, tokenizer, now.reasoning);
    llm::ScoreRequest& request = requests.emplace_back();
    request.context = prompt;
    std::vector<llm::TokenId>& before = what == What::kAll ? request.continuation : request.context;
    before.insert(before.end(), now.reasoning.begin(), now.reasoning.end());
    before.insert(before.end(), lead.begin(), lead.end());
    request.continuation.insert(request.continuation.end(), said.begin(), said.end());
  }
  std::vector<std::vector<float>> scores;
  try {
    scores = scorer_->score(requests, stop);
  } catch (const Error& error) {
    if (error.kind() == ErrorKind::kData) return {};
    throw;
  }
  std::vector<Judgement> result;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    Judgement& now = result.emplace_back();
    const std::size_t reasoning = prepared[i].reasoning.size();
    const std::size_t begin = scores[i].size() - said.size();
    now.answer_tokens = static_cast<std::int64_t>(said.size());
    now.reasoning_tokens = static_cast<std::int64_t>(reasoning);
    now.answer_log_prob =
        mean(scores[i], begin, scores[i].size()) * static_cast<double>(said.size());
    if (what == What::kAnswer) continue;
    now.reasoning_log_prob = mean(scores[i], 0, reasoning);
    double seams = 0;
    for (const std::size_t seam : prepared[i].seam_tokens) {
      seams += mean(scores[i], seam, std::min(seam + kSeamTokens, reasoning));
    }
    const auto count = static_cast<double>(prepared[i].seam_tokens.size());
    now.seam_log_prob = count == 0 ? 0 : seams / count;
  }
  return result;
}

}  // namespace drp::teacher
