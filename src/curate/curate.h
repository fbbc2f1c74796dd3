// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/expected.h"
#include "curate/near_duplicate.h"
#include "llm/tokenizer.h"
#include "records/path.h"
#include "records/problem.h"
#include "records/trace.h"
#include "records/training_row.h"

namespace drp::curate {

// Which accepted paths of one problem become rows.
enum class Select { kFirst, kShortest, kAll };

struct CurateOptions {
  Select select = Select::kShortest;
  std::int64_t tokens_max = 4096;  // prompt and response together; longer rows are left out
  double near_duplicate = 0.95;    // Jaccard similarity of word triples
  double validation = 0.05;        // share of problems whose rows validate
  std::uint64_t seed = 1;
  std::string system;
  std::string prompt = "{question}";
  std::string response_prefix;
};

// Indices of `paths` (all of one problem, in sample order) to use; the others are kNotSelected.
// Rejected paths are never selected; of several, one of a right trace goes before one of a wrong
// trace with a corrected answer.
std::vector<std::size_t> select_paths(std::span<const PrunedPath> paths, Select select);

// Turns selected paths into training rows and refuses what must not be trained on. Remembers what
// it has seen (16 bytes a word-triple signature a row), so feed it rows in a fixed order.
class Curator {
 public:
  Curator(const llm::Tokenizer& tokenizer, CurateOptions options);

  // A held-out question; rows with the same question (white space and case apart) are kOverlap.
  void add_held_out(const std::string& question);

  // The row for one path: the prompt exactly as generation renders it, then the response and the
  // end token, all supervised. kOverlap, kDuplicate or kTooLong where there is none.
  expected<TrainingRow, Rejection> make_row(const Problem& problem, const PrunedPath& path);

 private:
  const llm::Tokenizer& tokenizer_;
  CurateOptions options_;
  std::vector<std::uint64_t> held_out_;  // sorted hashes
  bool sorted_ = true;
  NearDuplicates seen_;
};

// The row's split: a function of (seed, problem id), so all rows of a problem stay together.
Split split_of(const std::string& problem_id, const CurateOptions& options);

}  // namespace drp::curate
