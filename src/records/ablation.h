// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/evaluation.h"
#include "records/field.h"

namespace drp {

// What one cell of an ablation did with one seed.
struct AblationSeed {
  std::int64_t seed = 0;
  std::string folder;
  std::int64_t rows = 0;
  std::int64_t responses = 0;
  double accuracy = 0;
  double tokens = 0;

  bool operator==(const AblationSeed&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("seed", &AblationSeed::seed, Need::kRequired, "run.seed");
    field("folder", &AblationSeed::folder, Need::kOptional, "the cell's run folder");
    field("rows", &AblationSeed::rows, Need::kOptional, "rows trained and validated on");
    field("responses", &AblationSeed::responses, Need::kOptional, "graded responses");
    field("accuracy", &AblationSeed::accuracy, Need::kOptional, "share of them right");
    field("tokens", &AblationSeed::tokens, Need::kOptional, "mean tokens of them");
  }
};

// One cell of an ablation over all seeds; its scores are the arm of its name in the evaluations.
struct AblationCell {
  std::string name;
  std::string sort;
  std::string teacher;
  std::int64_t rows = 0;
  double target_tokens = 0;
  double trace_tokens = 0;
  std::optional<double> steps;
  std::optional<double> target_log_prob;
  std::vector<AblationSeed> seeds;

  bool operator==(const AblationCell&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("name", &AblationCell::name, Need::kRequired,
          "base, skill, ..., of a further teacher "
          "skill@TEACHER");
    field("sort", &AblationCell::sort, Need::kRequired,
          "base, skill, default, none, unpruned, random, foreign");
    field("teacher", &AblationCell::teacher, Need::kOptional, "who planned");
    field("rows", &AblationCell::rows, Need::kOptional, "training rows of all seeds");
    field("target_tokens", &AblationCell::target_tokens, Need::kOptional,
          "mean tokens of a training response");
    field("trace_tokens", &AblationCell::trace_tokens, Need::kOptional,
          "mean tokens of the student's own responses behind the rows");
    field("steps", &AblationCell::steps, Need::kOptional,
          "mean steps that a trace behind a row was split into; of the splits");
    field("target_log_prob", &AblationCell::target_log_prob, Need::kOptional,
          "mean log-probability a token that the base student gives to the reasoning of accepted "
          "paths, where evaluate.judged draws some");
    field("seeds", &AblationCell::seeds, Need::kOptional, "each seed alone");
  }
};

// One student's cells, scored on the same held-out problems.
struct StudentAblation {
  std::string student;
  std::vector<AblationCell> cells;
  Evaluation against_base;
  Evaluation against_skill;
  std::vector<std::string> notes;

  bool operator==(const StudentAblation&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("student", &StudentAblation::student, Need::kRequired, "model and adapters");
    field("cells", &StudentAblation::cells, Need::kRequired, "base first");
    field("against_base", &StudentAblation::against_base, Need::kRequired,
          "each cell paired with base");
    field("against_skill", &StudentAblation::against_skill, Need::kOptional,
          "each cell paired with skill");
    field("notes", &StudentAblation::notes, Need::kOptional, "cells left out and why");
  }
};

struct Ablation {
  std::string title;
  std::string problems;
  std::vector<StudentAblation> students;

  bool operator==(const Ablation&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("title", &Ablation::title, Need::kOptional, "heading");
    field("problems", &Ablation::problems, Need::kOptional, "the held-out problems, in words");
    field("students", &Ablation::students, Need::kRequired, "each student");
  }
};

}  // namespace drp
