// SPDX-License-Identifier: Apache-2.0
#include "curate/curate.h"

#include <algorithm>

#include "base/random.h"
#include "base/text.h"

namespace drp::curate {
namespace {

std::uint64_t question_key(const std::string& question) {
  std::string normal;
  for (const char c : to_lower(question)) {
    if (!is_space(c)) normal.push_back(c);
  }
  return derive_seed(0, normal);
}

}  // namespace

std::vector<std::size_t> select_paths(std::span<const PrunedPath> paths, Select select) {
  std::vector<std::size_t> accepted;
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (paths[i].accepted()) accepted.push_back(i);
  }
  if (select != Select::kAll) {
    const auto from_wrong = [&](std::size_t i) { return paths[i].corrected == Corrected::kAnswer; };
    if (!std::all_of(accepted.begin(), accepted.end(), from_wrong)) {
      std::erase_if(accepted, from_wrong);
    }
  }
  if (accepted.size() <= 1) return accepted;
  switch (select) {
    case Select::kAll:
      return accepted;
    case Select::kFirst:
      return {accepted.front()};
    case Select::kShortest:
      return {
          *std::min_element(accepted.begin(), accepted.end(), [&](std::size_t a, std::size_t b) {
            return paths[a].tokens_after < paths[b].tokens_after;
          })};
  }
  return accepted;
}

Split split_of(const std::string& problem_id, const CurateOptions& options) {
  Random random(derive_seed(options.seed, "validation:" + problem_id));
  return random.chance(options.validation) ? Split::kValidation : Split::kTrain;
}

Curator::Curator(const llm::Tokenizer& tokenizer, CurateOptions options)
    : tokenizer_(tokenizer), options_(std::move(options)), seen_(options_.near_duplicate) {}

void Curator::add_held_out(const std::string& question) {
  held_out_.push_back(question_key(question));
  sorted_ = false;
}

expected<TrainingRow, Rejection> Curator::make_row(const Problem& problem, const PrunedPath& path) {
  if (!sorted_) std::sort(held_out_.begin(), held_out_.end());
  sorted_ = true;
  if (std::binary_search(held_out_.begin(), held_out_.end(), question_key(problem.question))) {
    return unexpected<Rejection>({Reason::kOverlap, "its question is in the held-out set"});
  }
  if (!seen_.insert(problem.question + "\n" + path.response)) {
    return unexpected<Rejection>({Reason::kDuplicate, "nearly the same row came before"});
  }
  TrainingRow row;
  row.id = path.trace_id;
  row.problem_id = problem.id;
  row.split = split_of(problem.id, options_);
  row.question = replace_all(options_.prompt, "{question}", problem.question);
  row.response = path.response;
  row.tokens_before = path.tokens_before;
  std::vector<llm::Message> messages;
  if (!options_.system.empty()) messages.push_back({"system", options_.system});
  messages.push_back({"user", row.question});
  row.prompt_ids = tokenizer_.render_prompt(messages, options_.response_prefix);
  row.response_ids = tokenizer_.tokenize(path.response, llm::ControlText::kPlain);
  row.response_ids.push_back(tokenizer_.end_token());
  const auto tokens = static_cast<std::int64_t>(row.prompt_ids.size() + row.response_ids.size());
  if (tokens > options_.tokens_max) {
    return unexpected<Rejection>({Reason::kTooLong, std::to_string(tokens) + " tokens, at most " +
                                                        std::to_string(options_.tokens_max) +
                                                        " are trained on"});
  }
  return row;
}

}  // namespace drp::curate
