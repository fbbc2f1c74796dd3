// SPDX-License-Identifier: Apache-2.0
#include "teacher/student/judge.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/text.h"
#include "path/flow.h"
#include "path/unit.h"

namespace drp::teacher {
namespace {

constexpr std::string_view kLead = "The answer is \\boxed{";
constexpr std::size_t kBoxEndBytes = 4;
constexpr std::size_t kMarkTokens = 4;  // at a mark, whose likelihood shows a jump
constexpr std::size_t kSameBytes = 24;  // that say that words are the same

// A reasoning as it is scored, and the indices of its tokens at which marks stand.
struct Prepared {
  std::vector<llm::TokenId> reasoning;
  std::vector<std::size_t> marks;
};

// The tokens that hold the marks' bytes (which may begin with the blank before them). `map` gives
// for each byte of the tokens' text where it stood in the candidate; what was left out has no mark.
std::vector<std::size_t> marked_tokens(const Candidate& candidate,
                                       const std::vector<std::size_t>& map,
                                       const llm::Tokenizer& tokenizer,
                                       const std::vector<llm::TokenId>& tokens) {
  std::vector<std::size_t> marks;
  std::copy_if(candidate.marks.begin(), candidate.marks.end(), std::back_inserter(marks),
               [&](std::size_t mark) { return std::binary_search(map.begin(), map.end(), mark); });
  std::vector<std::size_t> found;
  std::size_t bytes = 0;
  std::size_t next = 0;
  for (std::size_t token = 0; token < tokens.size() && next < marks.size(); ++token) {
    bytes += tokenizer.detokenize(std::span(&tokens[token], 1)).size();
    if (bytes == 0) continue;
    const std::size_t last = map[std::min(bytes, map.size()) - 1];
    for (; next < marks.size() && marks[next] <= last; ++next) {
      if (found.empty() || found.back() != token) found.push_back(token);
    }
  }
  return found;
}

// How the trace itself goes on after its boxed answer, up to a letter or a blank. "}." is one token
// to many a model: one that writes it so finds a bare "}" all but impossible, which would drown
// what is to be measured.
std::string end_of_box(std::string_view response, const std::string& answer) {
  const std::size_t box = response.rfind("\\boxed{" + answer + "}");
  std::string end = "}";
  if (box == std::string_view::npos) return end;
  for (const char c : response.substr(box + answer.size() + 8, kBoxEndBytes)) {
    const bool sign = c > ' ' && c < 0x7F && c != '<' && !is_letter(c) && !is_digit(c);
    if (!sign) break;
    end.push_back(c);
  }
  return end;
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
  bool reached = false;
  for (const path::Unit& unit : path::cut_units(reasoning)) {
    const std::string_view text = slice(reasoning, unit.span);
    if (contains(text, "\\boxed")) continue;
    const path::Flow flow = path::read_flow(text);
    if (view.found() && path::mentions_answer(text, flow, view)) {
      const bool computes = flow.computes() || text.find('=') != std::string_view::npos;
      const bool comes_to_it =
          computes && (!view.key || std::find(flow.results.begin(), flow.results.end(),
                                              *view.key) != flow.results.end());
      if (!computes || (comes_to_it && reached)) continue;
      reached = reached || comes_to_it;
    }
    result += text;
    if (map != nullptr) {
      for (std::size_t at = unit.span.begin; at < unit.span.end; ++at) map->push_back(at);
    }
  }
  return result;
}

Seams find_seams(std::string_view reasoning, const path::AppliedPlan& applied) {
  Seams seams;
  std::size_t end = 0;  // in the trace, of the piece before
  for (const path::Piece& piece : applied.pieces) {
    const bool after_deletion = piece.source.begin != end;
    end = piece.source.end;
    const std::string_view text = slice(applied.reasoning, piece.path);
    if (!after_deletion || text.size() < 2) continue;
    // But for the first letter, which a seam may have made a capital.
    const std::size_t at = slice(reasoning, piece.source).find(text.substr(1, kSameBytes));
    if (at == std::string_view::npos || at == 0) continue;
    seams.path.push_back(piece.path.begin);
    seams.trace.push_back(piece.source.begin + at - 1);
  }
  return seams;
}

Judge::Judge(llm::Student& student, std::vector<std::filesystem::path> adapters, JudgePrompt prompt)
    : student_(student), adapters_(std::move(adapters)), prompt_(std::move(prompt)) {}

std::string Judge::identity() const {
  Fingerprint print;
  print.add(student_.tokenizer().fingerprint());
  print.add(kJudgeMethod);
  print.add(prompt_.system);
  print.add(prompt_.question);
  if (!prompt_.response_prefix.empty()) print.add(prompt_.response_prefix);
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
  if (!prompt_.system.empty()) messages.push_back({"system", prompt_.system});
  messages.push_back({"user", replace_all(prompt_.question, "{question}", problem.question)});
  const std::string opening =
      prompt_.response_prefix + trace.response.substr(0, trace.reasoning.begin);
  const std::string closing(
      trace.response.substr(trace.reasoning.end, trace.answer.begin - trace.reasoning.end));
  const std::vector<llm::TokenId> prompt = tokenizer.render_prompt(messages, opening);
  const auto plain = llm::ControlText::kPlain;
  const bool apart = !closing.empty() && trim(closing.substr(closing.size() - 1)).empty();
  const std::vector<llm::TokenId> lead =
      tokenizer.tokenize(closing + (apart ? "" : "\n\n") + std::string(kLead), plain);
  const std::vector<llm::TokenId> said =
      tokenizer.tokenize(answer + end_of_box(trace.response, answer), plain);
  std::vector<llm::ScoreRequest> requests;
  std::vector<Prepared> prepared;
  for (const Candidate& candidate : candidates) {
    std::vector<std::size_t> map;
    const std::string text = without_announcements(candidate.reasoning, view, &map);
    Prepared& now = prepared.emplace_back();
    now.reasoning = tokenizer.tokenize(text, plain);
    now.marks = marked_tokens(candidate, map, tokenizer, now.reasoning);
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
    if (prepared[i].marks.empty()) continue;
    double sum = 0;
    for (const std::size_t mark : prepared[i].marks) {
      sum += mean(scores[i], mark, std::min(mark + kMarkTokens, reasoning));
    }
    now.marks_log_prob = sum / static_cast<double>(prepared[i].marks.size());
  }
  return result;
}

}  // namespace drp::teacher
