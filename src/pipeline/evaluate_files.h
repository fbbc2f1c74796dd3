// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/problem_keys.h"
#include "pipeline/run.h"
#include "problems/read_traces.h"
#include "records/evaluation.h"

namespace drp::pipeline {

// File of an output folder: how it was counted and matched.
inline constexpr const char* kEvaluationSettings = "settings.json";

// How long a response is.
enum class LengthOf {
  kStored,       // as its file tells it; Error{kData} on a row that does not
  kRetokenized,  // its text through a tokenizer again, as the paper counts
  kCharacters,   // bytes of its text
};

// Responses of one student: a trace file, or an arm of a folder with graded responses.
struct EvaluatedInput {
  std::string arm;   // several inputs of the same arm are pooled
  std::string path;  // "-": standard input
  std::string from;  // of a folder: its arm
};

struct EvaluateFilesOptions {
  std::vector<EvaluatedInput> inputs;
  std::string before;  // the arm that the others are compared with; empty: the first
  problems::ReadOptions read;
  // References for files without; by id, else by question. Where a row has none here and none of
  // its own, it takes that of the same problem in another input.
  std::vector<Problem> problems;
  MatchBy match = MatchBy::kQuestion;
  LengthOf length = LengthOf::kStored;
  // Of kRetokenized; called by any thread.
  std::function<std::int64_t(std::string_view)> count;
  std::filesystem::path folder;  // where the results go; empty: nothing is written
  int threads = 1;
  std::uint64_t seed = 1;
};

// A response whose verdict is not the one that its file carries.
struct Disagreement {
  std::string where;  // FILE:LINE
  std::string gold;
  std::string answer;
  std::string verdict;
  std::string reason;
  bool source_right = false;
};

struct FilesEvaluation {
  Evaluation evaluation;
  std::int64_t responses = 0;
  std::int64_t unreadable = 0;    // rows, each with a warning
  std::int64_t without_gold = 0;  // responses without a readable reference
  std::int64_t source_verdicts = 0;
  std::vector<Disagreement> disagreements;  // the first kDisagreementsKept
  std::int64_t disagreed = 0;
  std::int64_t other_gold = 0;  // pairs left out: the same id and another reference
};
inline constexpr std::size_t kDisagreementsKept = 1000;

// Whether every input says how long its first response is: then kStored can be used. A stream is
// not looked into and counts as silent.
bool tells_length(const EvaluateFilesOptions& options);

// Grades and sums up. Memory grows by the problems and some 60 bytes a response, not by the texts
// (but by those of a stream that is read ahead, for the references of an input before it). Files
// are read twice where a row lacks a reference; in a stream the references come before such rows.
// Into the folder go evaluation.json, scored.jsonl, disagreements.jsonl, settings.json, and by
// student lm_eval/ARM/ (evaluate/lm_eval_export.h). Throws Error{kData} on files without traces.
FilesEvaluation evaluate_files(const EvaluateFilesOptions& options, const Services& services);

}  // namespace drp::pipeline
