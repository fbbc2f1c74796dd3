// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace drp::answers {

// How tightly operators bind; higher ones first. For the operator stack only.
inline constexpr int kOpenLevel = 0;
inline constexpr int kOverLevel = 1;  // {a \over b}
inline constexpr int kRelationLevel = 2;
inline constexpr int kUnionLevel = 3;
inline constexpr int kUnitLevel = 4;
inline constexpr int kSumLevel = 5;
inline constexpr int kRatioLevel = 6;
inline constexpr int kSeriesLevel = 7;  // \sum takes products, not sums
inline constexpr int kProductLevel = 8;
inline constexpr int kFunctionLevel = 9;
inline constexpr int kArgumentProductLevel = 10;  // the product in "sin 2x"
inline constexpr int kMixedLevel = 11;
inline constexpr int kPowerLevel = 12;
inline constexpr int kCommandLevel = 13;

}  // namespace drp::answers
