// SPDX-License-Identifier: Apache-2.0
// An untrained student as the local engine sees it: its vocabulary, template and weights.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/stop.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/wiring.h"
#include "llm/tokenizer.h"
#include "model_files/gguf_file.h"
#include "model_files/model_shape.h"
#include "train/new_student.h"

namespace drp::cli {
namespace {

using llm::ControlText;

class NewStudentTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) /
              (std::string("new_student_") +
               testing::UnitTest::GetInstance()->current_test_info()->name());
    make_folder(folder_);
    std::string rows;
    for (int i = 0; i < 40; ++i) {
      const std::string number = std::to_string(i + 3);
      rows += R"({"question":"Iva has )" + number +
              R"( apples and eats 2 of them. How many are left?",)" +
              R"("response":"<think>\nThere are )" + number +
              R"( apples.\n</think>\n\nThe answer is \\boxed{)" + std::to_string(i + 1) + "}.\"}\n";
    }
    write_file_atomic(folder_ / "rows.jsonl", rows);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path make(const std::vector<std::string>& flags = {}) {
    const std::filesystem::path model = folder_ / "new.gguf";
    std::vector<std::string> words = {(folder_ / "rows.jsonl").string(),
                                      "-o",
                                      model.string(),
                                      "--layers",
                                      "2",
                                      "--width",
                                      "32",
                                      "--feed-forward",
                                      "48",
                                      "--heads",
                                      "4",
                                      "--key-value-heads",
                                      "2",
                                      "--context",
                                      "128"};
    words.insert(words.end(), flags.begin(), flags.end());
    const Command command = new_student_command();
    EXPECT_TRUE(parse_arguments(command, words));
    NoProgress progress;
    const StopFlag stop;
    EXPECT_EQ(command.run({progress, stop}), 0);
    return model;
  }

  std::filesystem::path folder_;
};

TEST_F(NewStudentTest, HasTheSizesAskedFor) {
  const auto shape = model_files::read_model_shape(model_files::GgufFile(make()));
  EXPECT_EQ(shape.layers, 2);
  EXPECT_EQ(shape.width, 32);
  EXPECT_EQ(shape.feed_forward, 48);
  EXPECT_EQ(shape.heads, 4);
  EXPECT_EQ(shape.key_value_heads, 2);
  EXPECT_EQ(shape.context_tokens, 128);
  EXPECT_TRUE(shape.tied_head);
  EXPECT_LE(shape.vocabulary, 1024);
  EXPECT_GT(shape.vocabulary, 256 + 3);
}

TEST_F(NewStudentTest, SameRowsAndSeedGiveTheSameBytes) {
  const std::string first = read_file(make());
  EXPECT_EQ(read_file(make()), first);
  EXPECT_NE(read_file(make({"--seed", "2"})), first);
}

TEST_F(NewStudentTest, RefusesSizesThatDoNotFit) {
  EXPECT_THROW(make({"--heads", "5"}), Error);
  write_file_atomic(folder_ / "rows.jsonl", "");
  EXPECT_THROW(make(), Error);
}

TEST_F(NewStudentTest, TheLocalEngineReadsItsVocabularyAndTemplate) {
#ifndef DRP_HAVE_LLAMA
  GTEST_SKIP() << "built without the local engine";
#else
  const auto student = make_engines().load_student(make(), 1);
  const llm::Tokenizer& tokenizer = student->tokenizer();
  for (const char* text :
       {"Iva has 120 apples.", "  two\n\n\tlines \n", "caf\xC3\xA9 \xE2\x82\xAC 5", "<|im_end|>"}) {
    EXPECT_EQ(tokenizer.detokenize(tokenizer.tokenize(text, ControlText::kPlain)), text);
  }
  EXPECT_EQ(tokenizer.count("374"), 3U) << "digits one by one";
  EXPECT_EQ(tokenizer.count(" apples"), 1U) << "the merges are used";
  EXPECT_EQ(tokenizer.end_token(), 2);
  const std::vector<llm::Message> messages = {{"user", "Iva has 5 apples."}};
  EXPECT_EQ(tokenizer.detokenize(tokenizer.render_prompt(messages, "")),
            "<|im_start|>user\nIva has 5 apples.<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_THAT(tokenizer.tokenize("<|im_start|>", ControlText::kParse), testing::ElementsAre(1));
#endif
}

// Where llama.cpp cuts words, learning cuts them too: no learned piece is out of reach.
TEST_F(NewStudentTest, EveryLearnedWordIsOneToken) {
#ifndef DRP_HAVE_LLAMA
  GTEST_SKIP() << "built without the local engine";
#else
  const auto student = make_engines().load_student(make(), 1);
  const std::string text =
      train::rendered_turns("Iva has 7 apples and eats 2 of them. How many are left?",
                            "<think>\nThere are 7 apples.\n</think>\n\nThe answer is \\boxed{5}.");
  EXPECT_EQ(student->tokenizer().count(text), train::cut_words(text).size());
#endif
}

}  // namespace
}  // namespace drp::cli
