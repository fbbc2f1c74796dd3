// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "llm/chat_model.h"
#include "teacher/model/protocol.h"
#include "teacher/teacher.h"

namespace drp::teacher {

struct ModelTeacherOptions {
  double temperature = 0;
  std::uint64_t seed = 0;
  int tokens_max = 0;  // caps what the protocol allows a reply; 0: no cap
};

// Plans by asking a chat model, whatever stands behind it: a service, a local engine, a replay.
// Many traces are in flight in one ChatModel::run, each at its own place of its dialogue; follow-up
// questions go out before new traces. A request that the model could not do rejects its trace as
// kTeacherFailed.
class ModelTeacher final : public Teacher {
 public:
  ModelTeacher(std::unique_ptr<llm::ChatModel> model, std::unique_ptr<Protocol> protocol,
               ModelTeacherOptions options = {});

  std::string identity() const override;
  bool threadsafe() const override { return false; }
  expected<Plan, Rejection> plan(const Problem& problem, const Trace& trace) override;
  void run(const Source& next, const Sink& done, const RunOptions& options,
           const StopFlag& stop) override;

 private:
  std::unique_ptr<llm::ChatModel> model_;
  std::unique_ptr<Protocol> protocol_;
  ModelTeacherOptions options_;
};

}  // namespace drp::teacher
