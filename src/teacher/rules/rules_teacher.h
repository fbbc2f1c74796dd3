// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "teacher/rules/draft.h"
#include "teacher/teacher.h"

namespace drp::teacher {

struct RulesOptions {
  KeepChecks keep_checks = KeepChecks::kMending;
  // Names of passes that do not run (see passes.cc).
  std::vector<std::string> disabled;
};

// Prunes by rules alone: deterministic, offline, free. Each pass is one file; after them the
// repair loop brings back every unit that a kept one turns out to need, and the finished plan is
// applied and sent through the path's gates. Where they say no, the gentler passes are tried alone,
// so that a plan is worth at least as much as its safest deletion.
class RulesTeacher : public Teacher {
 public:
  // Throws Error{kConfig} that names the nearest pass where `disabled` holds an unknown name.
  explicit RulesTeacher(RulesOptions options = {});

  std::string identity() const override;
  bool threadsafe() const override { return true; }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override;

 private:
  // How much the passes dare, boldest first.
  enum class Boldness { kAll, kGentle, kNothing };

  void run_passes(Draft& draft, Boldness boldness, bool rewriting) const;

  RulesOptions options_;
};

using path::keep_checks_from;
using path::keep_checks_name;

// The names of all passes in the order in which they run.
std::vector<std::string> pass_names();

}  // namespace drp::teacher
