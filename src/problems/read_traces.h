// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "problems/read_problems.h"
#include "records/problem.h"
#include "records/trace.h"

namespace drp::problems {

// A response that somebody sampled elsewhere, with its question. `problem.answer` is empty where
// the file has no gold; `problem.question` is empty where the file has an id alone (join_problems).
struct TraceRow {
  Problem problem;
  std::string response;     // raw, markers included
  std::int64_t sample = 0;  // 0-based among the responses of this row
  FinishReason finish = FinishReason::kUnknown;
  std::string model;                             // who answered; "" where not told
  std::optional<std::int64_t> response_tokens;   // as the file tells it
  std::optional<std::int64_t> reasoning_tokens;  // likewise
  std::string set;                               // the data set; "" where not told
  std::optional<bool> source_verdict;            // whether the file calls the response right
  std::string where;                             // FILE:LINE
  bool id_told = false;                          // problem.id is the file's, and no content hash
};

// Reads responses from JSONL, JSON or CSV. The response column is found by name (response,
// generation, model_answer, prediction, content, ...); `thinking` or `reasoning_content` beside it
// is joined as <think>; an array in generations, responses or outputs gives one row each; an array
// of strings elsewhere is joined by blank lines; messages and conversations give their last
// exchange. Finish reasons of the usual services are understood. ids: a row without one gets the
// content hash of its problem; rows with the same question and answer may share an id. Otherwise as
// read_problems.
std::vector<TraceRow> read_traces(const std::filesystem::path& file,
                                  const ReadOptions& options = {});
// The same without keeping them; return false to stop. Returns how many were read.
std::int64_t visit_traces(const std::filesystem::path& file, const ReadOptions& options,
                          const std::function<bool(TraceRow&&)>& visit);

// Fills question, answer, domain and tags of rows from the problem with the same id. Returns how
// many rows found theirs.
std::int64_t join_problems(std::vector<TraceRow>& rows, const std::vector<Problem>& problems);

// "stop", "end_turn", "length", "max_tokens", ... as services write it.
FinishReason parse_finish(const std::string& name);

}  // namespace drp::problems
