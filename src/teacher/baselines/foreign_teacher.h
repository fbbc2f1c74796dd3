// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "path/gates.h"
#include "teacher/teacher.h"

namespace drp::teacher {

// Solutions of a problem by another hand than the student's, shortest first; none where there is
// none.
using SolutionsOf = std::function<std::vector<std::string>(const Problem&)>;

struct ForeignOptions {
  std::string source;  // for the identity: whose solutions they are
  SolutionsOf solutions;
  path::TokenCount count;         // of a text
  std::unique_ptr<Teacher> like;  // whose paths' lengths are to be met; null: the shortest is taken
};

// A yardstick: the reasoning is replaced by a solution that is not the student's, of those there
// are the one whose length is nearest to the path that `like` makes of the trace. Its plans are
// marked as own solutions, so gates that compare with the trace let them pass. A trace that `like`
// rejects is rejected likewise.
std::unique_ptr<Teacher> foreign_teacher(ForeignOptions options);

}  // namespace drp::teacher
