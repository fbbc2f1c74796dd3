// SPDX-License-Identifier: Apache-2.0
#include "teacher/model/model_teacher.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"

namespace drp::teacher {
namespace {

// A trace in flight.
struct Talk {
  PlanJob job;  // the dialogue borrows from it, so a Talk stays where it is
  std::unique_ptr<Dialogue> dialogue;
};

// Turns jobs into requests and replies into outcomes. A chat model that was told that there is
// nothing more to ask never asks again, so what a late reply still wants goes into another round.
class Conversations {
 public:
  Conversations(std::string name, const Protocol& protocol, const ModelTeacherOptions& options,
                const Teacher::Source& next, const Teacher::Sink& done,
                const RunOptions& run_options)
      : name_(std::move(name)),
        protocol_(protocol),
        options_(options),
        next_(next),
        done_(done),
        run_(run_options) {}

  std::optional<llm::ChatRequest> request() {
    if (!follow_ups_.empty()) {
      llm::ChatRequest request = std::move(follow_ups_.front());
      follow_ups_.pop_front();
      ++moves_;
      return request;
    }
    while (!exhausted_) {
      std::optional<PlanJob> job = next_();
      if (!job) {
        exhausted_ = true;
        break;
      }
      if (run_.refuse) {
        if (std::optional<Rejection> refused = run_.refuse(job->problem, job->trace)) {
          done_(*std::move(job), unexpected<Rejection>(*std::move(refused)));
          continue;
        }
      }
      if (std::optional<llm::ChatRequest> request = open(*std::move(job))) {
        ++moves_;
        return request;
      }
    }
    return std::nullopt;
  }

  void reply(const llm::ChatReply& reply) {
    ++moves_;
    const std::string id(reply.key.substr(0, reply.key.find(' ')));
    const auto found = talks_.find(id);
    DRP_CHECK(found != talks_.end(), "a reply to nothing that was asked");
    if (reply.failure) {
      end(found, unexpected<Rejection>({Reason::kTeacherFailed, *reply.failure}));
      return;
    }
    found->second->dialogue->answer(reply);
    if (std::optional<llm::ChatRequest> more = ask(found)) follow_ups_.push_back(*std::move(more));
  }

  // Requests handed out and replies taken, to tell a round that got nowhere.
  std::size_t moves() const { return moves_; }
  std::size_t open_talks() const { return talks_.size(); }
  bool over() const { return exhausted_ && follow_ups_.empty() && talks_.empty(); }

 private:
  using Talks = std::unordered_map<std::string, std::unique_ptr<Talk>>;

  std::optional<llm::ChatRequest> open(PlanJob job) {
    auto talk = std::make_unique<Talk>();
    talk->job = std::move(job);
    talk->dialogue = protocol_.open(talk->job.problem, talk->job.trace);
    return ask(talks_.emplace(std::to_string(opened_++), std::move(talk)).first);
  }

  // The next request of a dialogue; its outcome is handed out where there is none.
  std::optional<llm::ChatRequest> ask(Talks::iterator talk) {
    std::optional<Question> question = talk->second->dialogue->next();
    if (!question) {
      end(talk, talk->second->dialogue->result());
      return std::nullopt;
    }
    llm::ChatRequest request;
    request.key = talk->first + " " + talk->second->job.trace.id + " " + question->name;
    request.messages = std::move(question->messages);
    request.grammar = std::move(question->grammar);
    request.prompt_version = std::move(question->prompt_version);
    request.sampling.temperature = options_.temperature;
    request.sampling.top_p = 1;
    request.sampling.seed = options_.seed;
    request.sampling.tokens_max = options_.tokens_max > 0
                                      ? std::min(options_.tokens_max, question->tokens_max)
                                      : question->tokens_max;
    return request;
  }

  void end(Talks::iterator found, expected<Plan, Rejection> outcome) {
    const std::unique_ptr<Talk> talk = std::move(found->second);
    talks_.erase(found);
    talk->dialogue.reset();
    if (outcome) {
      outcome->trace_id = talk->job.trace.id;
      outcome->problem_id = talk->job.trace.problem_id;
      outcome->teacher = name_;
    }
    done_(std::move(talk->job), std::move(outcome));
  }

  std::string name_;
  const Protocol& protocol_;
  const ModelTeacherOptions& options_;
  const Teacher::Source& next_;
  const Teacher::Sink& done_;
  const RunOptions& run_;
  Talks talks_;
  std::deque<llm::ChatRequest> follow_ups_;
  std::size_t opened_ = 0;
  std::size_t moves_ = 0;
  bool exhausted_ = false;
};

}  // namespace

ModelTeacher::ModelTeacher(std::unique_ptr<llm::ChatModel> model,
                           std::unique_ptr<Protocol> protocol, ModelTeacherOptions options)
    : model_(std::move(model)), protocol_(std::move(protocol)), options_(options) {}

std::string ModelTeacher::identity() const {
  std::string name = "model " + model_->identity() + " " + protocol_->identity();
  if (options_.temperature > 0) {
    name += " temperature " + format_fixed(options_.temperature, 2) + " seed " +
            std::to_string(options_.seed);
  }
  if (options_.tokens_max > 0) name += " tokens_max " + std::to_string(options_.tokens_max);
  return name;
}

expected<Plan, Rejection> ModelTeacher::plan(const Problem& problem, const Trace& trace) {
  expected<Plan, Rejection> outcome =
      unexpected<Rejection>({Reason::kTeacherFailed, "the model gave no reply"});
  bool given = false;
  run(
      [&]() -> std::optional<PlanJob> {
        if (std::exchange(given, true)) return std::nullopt;
        return PlanJob{problem, trace};
      },
      [&](const PlanJob&, expected<Plan, Rejection> plan) { outcome = std::move(plan); }, {},
      StopFlag());
  return outcome;
}

void ModelTeacher::run(const Source& next, const Sink& done, const RunOptions& options,
                       const StopFlag& stop) {
  Conversations talks(identity(), *protocol_, options_, next, done, options);
  while (!talks.over()) {
    const std::size_t before = talks.moves();
    model_->run([&] { return talks.request(); },
                [&](const llm::ChatReply& reply) { talks.reply(reply); }, stop);
    if (talks.moves() == before && !talks.over()) {
      throw Error(ErrorKind::kService, "the teacher model " + model_->identity() + " left " +
                                           std::to_string(talks.open_talks()) +
                                           " requests without a reply");
    }
  }
}

}  // namespace drp::teacher
