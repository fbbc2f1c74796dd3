// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace drp::path {

// The skills that every table counts by, in the order in which a solution comes to them.
std::span<const std::string_view> skill_names();

// The skill of that list which a teacher's own words mean ("multiplying the prices" is a
// computation); "other" where none is told. Models name skills freely: 40 plans of one teacher had
// 235 names for 814 steps.
std::string_view normal_skill(std::string_view said);

// The shortest word for a skill of the list that normal_skill reads back, for replies that are paid
// by the token: "answer" for "stating the answer".
std::string_view short_skill(std::string_view skill);

}  // namespace drp::path
