// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>

#include "teacher/teacher.h"

namespace drp::teacher {

// Honest yardsticks for every other teacher. Each only keeps and deletes whole units, keeps the
// unit that states the answer, and goes through the same gates as all.

// Keeps the reasoning up to its first unit that states the trace's answer, deletes the rest.
std::unique_ptr<Teacher> first_answer_teacher();

// Deletes the units that hold one of a dozen keywords of self-talk and checking (wait, let me
// check, alternatively), whatever they compute.
std::unique_ptr<Teacher> keyword_teacher();

// Keeps all: what a student learns from its own right traces alone.
std::unique_ptr<Teacher> unpruned_teacher();

// Deletes units drawn at random until as many bytes are gone as `like` deletes or saves by new
// text; with the same seed and trace the same units.
std::unique_ptr<Teacher> random_teacher(std::unique_ptr<Teacher> like, std::uint64_t seed);

}  // namespace drp::teacher
