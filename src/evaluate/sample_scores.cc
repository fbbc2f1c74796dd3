// SPDX-License-Identifier: Apache-2.0
#include "evaluate/sample_scores.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace drp::evaluate {
namespace {

// log C(n, k), and the hypergeometric distribution from it.
class Binomials {
 public:
  explicit Binomials(std::int64_t largest) : log_factorial_(static_cast<std::size_t>(largest) + 1) {
    for (std::size_t i = 2; i < log_factorial_.size(); ++i) {
      log_factorial_[i] = log_factorial_[i - 1] + std::log(static_cast<double>(i));
    }
  }

  // The probability of `hits` in `draws` from `all`, of which `good` are hits.
  double chance(std::int64_t hits, std::int64_t good, std::int64_t draws, std::int64_t all) const {
    if (hits > good || draws - hits > all - good || hits > draws) return 0;
    return std::exp(log(good, hits) + log(all - good, draws - hits) - log(all, draws));
  }

 private:
  double log(std::int64_t n, std::int64_t k) const {
    const auto at = [this](std::int64_t i) { return log_factorial_[static_cast<std::size_t>(i)]; };
    return at(n) - at(k) - at(n - k);
  }

  std::vector<double> log_factorial_;
};

// Draws still to make, and answers level with the leader so far: probabilities by both.
class Draws {
 public:
  Draws(std::int64_t draws, std::int64_t ties_max)
      : ties_(static_cast<std::size_t>(ties_max) + 1),
        chances_((static_cast<std::size_t>(draws) + 1) * ties_) {}

  double& at(std::int64_t left, std::int64_t level) {
    return chances_[static_cast<std::size_t>(left) * ties_ + static_cast<std::size_t>(level)];
  }

 private:
  std::size_t ties_;
  std::vector<double> chances_;
};

// The probability that class `leader` has `votes` of k draws, no other class has more, and it wins
// the lot against those that have as many.
double wins_with(const std::vector<AnswerClass>& classes, std::size_t leader, std::int64_t votes,
                 std::int64_t all, std::int64_t k, const Binomials& binomials) {
  const std::int64_t draws = k - votes;
  const std::int64_t ties_max = draws / votes;
  Draws now(draws, ties_max);
  now.at(draws, 0) = binomials.chance(votes, classes[leader].votes, k, all);
  std::int64_t rest = all - classes[leader].votes;
  for (std::size_t other = 0; other < classes.size(); ++other) {
    if (other == leader) continue;
    const std::int64_t size = classes[other].votes;
    Draws next(draws, ties_max);
    for (std::int64_t left = 0; left <= draws; ++left) {
      for (std::int64_t hits = 0; hits <= std::min({size, votes, left}); ++hits) {
        const double chance = binomials.chance(hits, size, left, rest);
        if (chance == 0) continue;
        const std::int64_t more = hits == votes ? 1 : 0;
        for (std::int64_t level = 0; level + more <= ties_max; ++level) {
          next.at(left - hits, level + more) += chance * now.at(left, level);
        }
      }
    }
    now = std::move(next);
    rest -= size;
  }
  double sum = 0;  // what is left to draw comes from the silent
  for (std::int64_t left = 0; left <= std::min(draws, rest); ++left) {
    for (std::int64_t level = 0; level <= ties_max; ++level) {
      sum += now.at(left, level) / static_cast<double>(level + 1);
    }
  }
  return sum;
}

// All samples drawn: nothing is left to chance but the lot.
double whole_vote(const std::vector<AnswerClass>& classes) {
  std::int64_t most = 0;
  double level = 0;
  double right = 0;
  for (const AnswerClass& one : classes) {
    if (one.votes < most) continue;
    if (one.votes > most) level = right = 0;
    most = one.votes;
    ++level;
    right += one.right ? 1 : 0;
  }
  return level == 0 ? 0 : right / level;
}

}  // namespace

double pass_at_k(std::int64_t samples, std::int64_t right, std::int64_t k) {
  DRP_CHECK(0 <= right && right <= samples && 1 <= k && k <= samples, "k of the samples");
  if (samples - right < k) return 1;
  double none = 1;
  for (std::int64_t i = 0; i < k; ++i) {
    none *= static_cast<double>(samples - right - i) / static_cast<double>(samples - i);
  }
  return 1 - none;
}

double majority_at_k(const AnswerVotes& votes_of_all, std::int64_t k) {
  const std::vector<AnswerClass>& classes = votes_of_all.classes;
  std::int64_t all = votes_of_all.silent;
  for (const AnswerClass& one : classes) {
    DRP_CHECK(one.votes > 0, "a class has votes");
    all += one.votes;
  }
  DRP_CHECK(1 <= k && k <= all, "k of the samples");
  if (k == all) return whole_vote(classes);
  const Binomials binomials(all);
  double right = 0;
  for (std::size_t leader = 0; leader < classes.size(); ++leader) {
    if (!classes[leader].right) continue;
    for (std::int64_t votes = 1; votes <= std::min(k, classes[leader].votes); ++votes) {
      right += wins_with(classes, leader, votes, all, k, binomials);
    }
  }
  return std::min(1.0, right);
}

std::vector<std::int64_t> sample_counts(std::int64_t samples) {
  std::vector<std::int64_t> counts;
  for (std::int64_t k = 2; k < samples; k *= 2) counts.push_back(k);
  if (samples >= 2) counts.push_back(samples);
  return counts;
}

double accuracy_efficiency_score(const AccuracyAndTokens& before, const AccuracyAndTokens& after) {
  constexpr double kGain = 3;
  constexpr double kLoss = 5;
  if (before.tokens <= 0 || before.accuracy <= 0) return 0;
  const double cut = 1 - after.tokens / before.tokens;
  const double change = (after.accuracy - before.accuracy) / before.accuracy;
  return cut + (change >= 0 ? kGain : kLoss) * change;
}

}  // namespace drp::evaluate
