// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace drp::path {

// Which verifications survive.
enum class KeepChecks {
  kNone,     // none; of a mended slip its corrected computation alone stays
  kFirst,    // as kMending, and the first genuine check of the answer
  kMending,  // only those that changed something, in mended form
};

// "none", "first", "mending".
std::string_view keep_checks_name(KeepChecks value);
// Throws Error{kConfig} for any other name.
KeepChecks keep_checks_from(std::string_view name);

}  // namespace drp::path
