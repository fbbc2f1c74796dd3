// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace drp::evaluate {

// Adjusted p-values of several tests, in the order given: below 0.05 where Holm's step-down
// procedure (1979) rejects at a family-wise error of 0.05, whatever depends on what.
std::vector<double> holm_adjusted(std::span<const double> p_values);

// The difference of two paired accuracies, 0 to 1, that `pairs` problems show with 80 % power at a
// level of 0.05 (Connor 1987, Biometrics 43, 207-211), where a share `discordant` of them is right
// in one arm only; at least as many as the difference itself needs. 1 where nothing smaller shows.
double detectable_difference(std::size_t pairs, double discordant);

}  // namespace drp::evaluate
