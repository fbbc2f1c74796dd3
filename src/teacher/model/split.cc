// SPDX-License-Identifier: Apache-2.0
#include "teacher/model/split.h"

#include <string>

#include "base/error.h"

namespace drp::teacher {

SplitBy split_from(std::string_view name) {
  for (const SplitBy split : {SplitBy::kSkill, SplitBy::kDefault, SplitBy::kNone}) {
    if (split_name(split) == name) return split;
  }
  throw Error(ErrorKind::kConfig, "teacher.split is \"" + std::string(name) + "\"",
              "it is one of skill, default, none");
}

std::string_view split_name(SplitBy split) {
  switch (split) {
    case SplitBy::kSkill:
      return "skill";
    case SplitBy::kDefault:
      return "default";
    case SplitBy::kNone:
      return "none";
  }
  return "skill";
}

}  // namespace drp::teacher
