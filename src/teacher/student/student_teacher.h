// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "llm/student.h"
#include "teacher/student/judge.h"
#include "teacher/teacher.h"

namespace drp::teacher {

struct StudentTeacherOptions {
  // A plan may lower the probability that the model gives the answer to this share of what the
  // whole trace gives it, no further.
  double keep_answer_prob = 0.95;
  std::string model;  // names the weights in the identity
  std::vector<std::filesystem::path> adapters;
  JudgePrompt prompt;
};

// The student, or any local model, as judge over the plans of other teachers, boldest first: the
// shortest path is taken after which the model still finds the trace's answer about as likely as
// after the whole trace. Where no plan keeps that, the trace is rejected as kAnswerLost.
class StudentTeacher final : public Teacher {
 public:
  StudentTeacher(std::vector<std::unique_ptr<Teacher>> candidates,
                 std::unique_ptr<llm::Student> student, StudentTeacherOptions options);

  std::string identity() const override;
  bool threadsafe() const override { return false; }  // one context of the model
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override;

 private:
  std::vector<std::unique_ptr<Teacher>> candidates_;
  std::unique_ptr<llm::Student> student_;
  StudentTeacherOptions options_;
  Judge judge_;
};

// Asks `first`; where its plan breaks a gate, or it has none, asks `second`.
class MixedTeacher final : public Teacher {
 public:
  MixedTeacher(std::unique_ptr<Teacher> first, std::unique_ptr<Teacher> second);

  std::string identity() const override;
  bool threadsafe() const override { return first_->threadsafe() && second_->threadsafe(); }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override;
  // `second` gets what `first` could not do as one stream, so it keeps its own concurrency.
  void run(const Source& next, const Sink& done, const RunOptions& options,
           const StopFlag& stop) override;

 private:
  std::unique_ptr<Teacher> first_;
  std::unique_ptr<Teacher> second_;
};

}  // namespace drp::teacher
