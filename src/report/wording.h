// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "records/evaluation.h"

// Figures as they stand in sentences, where a sign would be misread: a direction is a word.
namespace drp::report {

// "1 problem", "1,319 problems".
std::string counted(std::int64_t count, const std::string& one, const std::string& many);

// What a cut of tokens, 1 - after / before, means: "66.0 % fewer", "1.1 % more", or "as many" where
// it rounds to nothing.
std::string token_change(const Estimate& cut);
// Its interval, beside token_change(): "64.7 to 67.3 %" where both ends go the same way, else
// "2.0 % more to 4.0 % fewer".
std::string token_change_interval(const Estimate& cut);

// Tests and intervals are at this level.
inline constexpr double kSignificance = 0.05;
// Which way a change goes, where both its 95 % interval and its test show one: -1, +1; else 0.
int shown_direction(const Estimate& change, double p);

// "p = 0.81", "p < 0.001".
std::string p_text(double p);
// The test of a comparison's accuracy: "exact McNemar test, p = 0.81".
std::string accuracy_test(const PairedComparison& pair);

// Whether any student has more responses than problems: shares of samples stand where otherwise a
// response is right or wrong.
bool has_several_samples(const Evaluation& evaluation);

}  // namespace drp::report
