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
#include "base/text.h"
#include "llm/student.h"

// Stand-ins for tests and benches of whole runs, and the problems that they understand.
namespace drp::pipeline {

// One token a byte.
class ByteTokenizer final : public llm::Tokenizer {
 public:
  std::vector<llm::TokenId> tokenize(std::string_view text, llm::ControlText) const override {
    return {text.begin(), text.end()};
  }
  std::string detokenize(std::span<const llm::TokenId> ids) const override {
    return {ids.begin(), ids.end()};
  }
  std::vector<llm::TokenId> render_prompt(std::span<const llm::Message> messages,
                                          std::string_view prefix) const override {
    std::string text;
    for (const llm::Message& message : messages) text += message.content + "\n";
    return tokenize(text + std::string(prefix), llm::ControlText::kPlain);
  }
  llm::TokenId end_token() const override { return 0; }
  int vocabulary_size() const override { return 256; }
  std::string fingerprint() const override { return "bytes"; }
};

// The question "What is A + B?", read or to be written.
struct SumProblem {
  std::int64_t left = 0;
  std::int64_t right = 0;

  static SumProblem read(const std::string& question) {
    const std::size_t plus = question.find(" + ");
    return {*parse_int(std::string_view(question).substr(8, plus - 8)),
            *parse_int(std::string_view(question).substr(plus + 3, question.size() - plus - 4))};
  }
  std::string question() const {
    return "What is " + std::to_string(left) + " + " + std::to_string(right) + "?";
  }
  std::string answer() const { return std::to_string(left + right); }
  std::string equation() const {
    return std::to_string(left) + " + " + std::to_string(right) + " = " + answer();
  }
};

// `count` of them as a problem file: ids such as train0, the left sides from `first` on.
inline void write_sums(const std::filesystem::path& folder, const std::string& name,
                       std::int64_t count, std::int64_t first) {
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) {
    const SumProblem problem{first + i, i + 2};
    text += R"({"id":")" + name + std::to_string(i) + R"(","question":")" + problem.question() +
            R"(","answer":")" + problem.answer() + "\"}\n";
  }
  write_file_atomic(folder / (name + ".jsonl"), text);
}

// Makes the folder anew, with a model and problems: train0 to train5, test0 to test3.
inline void make_sums_folder(const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  write_file_atomic(folder / "model.gguf", "weights");
  write_sums(folder, "train", 6, 10);
  write_sums(folder, "test", 4, 50);
}

// A recipe's keys for that folder.
inline std::vector<std::string> sums_settings(const std::filesystem::path& folder) {
  return {"student.model=" + (folder / "model.gguf").string(),
          "problems.train.source=file",
          "problems.train.count=0",
          "problems.train.file=" + (folder / "train.jsonl").string(),
          "problems.test.source=file",
          "problems.test.count=0",
          "problems.test.file=" + (folder / "test.jsonl").string(),
          "curate.validation=0"};
}

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
  ByteTokenizer tokenizer_;
};

class FixedClock final : public Clock {
 public:
  double seconds() const override { return 0; }
  std::string timestamp() const override { return "2026-01-01T00:00:00Z"; }
};

}  // namespace drp::pipeline
