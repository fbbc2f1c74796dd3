// SPDX-License-Identifier: Apache-2.0
#include "path/keep_checks.h"

#include <string>

#include "base/error.h"

namespace drp::path {

std::string_view keep_checks_name(KeepChecks value) {
  switch (value) {
    case KeepChecks::kNone:
      return "none";
    case KeepChecks::kFirst:
      return "first";
    case KeepChecks::kMending:
      return "mending";
  }
  return "mending";
}

KeepChecks keep_checks_from(std::string_view name) {
  for (const KeepChecks value : {KeepChecks::kNone, KeepChecks::kFirst, KeepChecks::kMending}) {
    if (keep_checks_name(value) == name) {
      return value;
    }
  }
  throw Error(ErrorKind::kConfig, "keep_checks is \"" + std::string(name) + "\"",
              "it is one of none, first, mending");
}

}  // namespace drp::path
