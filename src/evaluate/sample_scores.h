// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

// Scores of one problem over several samples, and of two students in one number.
namespace drp::evaluate {

// The probability that at least one of `k` of the samples is right, drawn without replacement:
// 1 - C(n - c, k) / C(n, k) (Chen et al. 2021, arXiv 2107.03374), unbiased for k independent
// samples. 1 <= k <= samples: fewer samples than k cannot tell.
double pass_at_k(std::int64_t samples, std::int64_t right, std::int64_t k);

// Equal answers of one problem.
struct AnswerClass {
  std::int64_t votes = 0;
  bool right = false;
};

// All samples of one problem.
struct AnswerVotes {
  std::vector<AnswerClass> classes;  // each with a vote
  std::int64_t silent = 0;           // samples that gave no answer
};

// The probability that the most frequent answer of `k` samples is right, drawn without replacement
// from all of them; answers with equally many votes win by lot. Silent samples may be drawn and
// have no vote. Without any vote nothing is right. 1 <= k <= all samples. Exact; some k^3 steps a
// class.
double majority_at_k(const AnswerVotes& votes, std::int64_t k);

// 2, 4, 8, ... below `samples`, and `samples`; none for fewer than 2.
std::vector<std::int64_t> sample_counts(std::int64_t samples);

struct AccuracyAndTokens {
  double accuracy = 0;
  double tokens = 0;
};

// Accuracy-efficiency score (Luo et al. 2025, arXiv 2501.12570): (1 - tokens after / before) plus 3
// times the relative gain in accuracy, or minus 5 times the relative loss. 0 where nothing was
// right or long before.
double accuracy_efficiency_score(const AccuracyAndTokens& before, const AccuracyAndTokens& after);

}  // namespace drp::evaluate
