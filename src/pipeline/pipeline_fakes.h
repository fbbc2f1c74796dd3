// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "llm/byte_tokenizer.h"
#include "llm/student.h"
#include "pipeline/sums_for_tests.h"
#include "records/json_line.h"
#include "train/trainer.h"

// Stand-ins for tests and benches of whole runs, and the problems that they understand.
namespace drp::pipeline {

// A student that answers a question with `text(question, tuned)`, where tuned says whether it has
// an adapter, and finds a letter likelier than anything else. What `text` and `scored` throw ends
// the run.
class FakeStudent final : public llm::Student {
 public:
  using Text = std::function<std::string(const std::string& question, bool tuned)>;
  // Told of each text before it is scored: all of it, prompt included.
  using OnScore = std::function<void(const std::string& text, bool tuned)>;

  explicit FakeStudent(
      Text text, OnScore scored = [](const std::string&, bool) {})
      : text_(std::move(text)), scored_(std::move(scored)) {}
  const llm::Tokenizer& tokenizer() const override { return tokenizer_; }
  std::unique_ptr<llm::ChatModel> chat(Adapters adapters) override {
    return std::make_unique<Chat>(text_, !adapters.empty());
  }
  std::unique_ptr<llm::Scorer> scorer(Adapters adapters) override {
    return std::make_unique<Scorer>(scored_, !adapters.empty());
  }

 private:
  class Scorer final : public llm::Scorer {
   public:
    Scorer(OnScore scored, bool tuned) : scored_(std::move(scored)), tuned_(tuned) {}
    std::vector<std::vector<float>> score(std::span<const llm::ScoreRequest> requests,
                                          const StopFlag&) override {
      std::vector<std::vector<float>> scores;
      for (const llm::ScoreRequest& request : requests) {
        std::string text(request.context.begin(), request.context.end());
        text.append(request.continuation.begin(), request.continuation.end());
        scored_(text, tuned_);
        std::vector<float>& values = scores.emplace_back();
        for (const llm::TokenId id : request.continuation) {
          const bool letter = (id | 0x20) >= 'a' && (id | 0x20) <= 'z';
          values.push_back(letter ? -0.25F : -1.0F);
        }
      }
      return scores;
    }

   private:
    OnScore scored_;
    bool tuned_;
  };

  class Chat final : public llm::ChatModel {
   public:
    Chat(Text text, bool tuned) : text_(std::move(text)), tuned_(tuned) {}
    std::string identity() const override { return "fake"; }
    void run(const Source& next, const Sink& done, const StopFlag&) override {
      while (auto request = next()) {
        llm::ChatReply reply;
        reply.key = request->key;
        reply.text = text_(request->messages.back().content, tuned_);
        reply.finish = FinishReason::kStop;
        reply.usage = {10, static_cast<std::int64_t>(reply.text.size())};
        done(std::move(reply));
      }
    }

   private:
    Text text_;
    bool tuned_;
  };

  Text text_;
  OnScore scored_;
  llm::ByteTokenizer tokenizer_;
};

// Tells of the job, then writes what stands for the trained student: a fingerprint of its rows.
class FakeTrainer final : public train::Trainer {
 public:
  using OnTrain = std::function<void(const train::TrainJob& job)>;

  explicit FakeTrainer(OnTrain trained) : trained_(std::move(trained)) {}
  train::TrainResult train(const train::TrainJob& job, const train::TrainObserver& on_event,
                           Progress&, const StopFlag&) override {
    trained_(job);
    Fingerprint print;
    for (const TrainingRow& row : job.rows) print.add(to_json_line(row));
    const bool full = job.options.kind == train::TrainKind::kFull;
    write_file_atomic(full ? job.model_file : job.gguf_file, print.hex());
    on_event({.step = 1, .loss = 1.5});
    return {.steps = 1};
  }

 private:
  OnTrain trained_;
};

class FixedClock final : public Clock {
 public:
  double seconds() const override { return 0; }
  std::string timestamp() const override { return "2026-01-01T00:00:00Z"; }
};

}  // namespace drp::pipeline
