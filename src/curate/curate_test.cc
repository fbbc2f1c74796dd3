// SPDX-License-Identifier: Apache-2.0
#include "curate/curate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace drp::curate {
namespace {

using ::testing::HasSubstr;

// A token a byte; 256 opens a message, 257 ends a response. Merges "ab" into 258, so that a prompt
// and a response tokenized in one piece would join at their seam.
class PairTokenizer final : public llm::Tokenizer {
 public:
  std::vector<llm::TokenId> tokenize(std::string_view text, llm::ControlText) const override {
    std::vector<llm::TokenId> ids;
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i, 2) == "ab") {
        ids.push_back(258);
        ++i;
      } else {
        ids.push_back(static_cast<unsigned char>(text[i]));
      }
    }
    return ids;
  }
  std::string detokenize(std::span<const llm::TokenId> ids) const override {
    std::string text;
    for (const llm::TokenId id : ids) {
      if (id < 256) text += static_cast<char>(id);
      if (id == 258) text += "ab";
    }
    return text;
  }
  std::vector<llm::TokenId> render_prompt(std::span<const llm::Message> messages,
                                          std::string_view prefix) const override {
    std::vector<llm::TokenId> ids;
    for (const llm::Message& message : messages) {
      ids.push_back(256);
      const auto more = tokenize(message.role + ":" + message.content, llm::ControlText::kPlain);
      ids.insert(ids.end(), more.begin(), more.end());
    }
    ids.push_back(256);
    const auto more = tokenize(prefix, llm::ControlText::kParse);
    ids.insert(ids.end(), more.begin(), more.end());
    return ids;
  }
  llm::TokenId end_token() const override { return 257; }
  int vocabulary_size() const override { return 259; }
  std::string fingerprint() const override { return "pairs"; }
};

CurateOptions options() {
  CurateOptions out;
  out.validation = 0;
  out.system = "Be brief.";
  out.prompt = "{question} Think.";
  out.response_prefix = "a";
  return out;
}

expected<TrainingRow, Rejection> make(const CurateOptions& how, const std::string& question,
                                      const std::string& response) {
  static const PairTokenizer tokenizer;
  Curator curator(tokenizer, how);
  PrunedPath path;
  path.trace_id = "p/0";
  path.problem_id = "p";
  path.response = response;
  return curator.make_row({.id = "p", .question = question}, path);
}

// The prompt's ids are those that generation starts from; the response is tokenized by itself, so
// nothing merges over the seam ("a" of the prefix and "b" of the response are a token together).
TEST(SelectPaths, TakesWhatIsAcceptedAndRightTracesFirst) {
  std::vector<PrunedPath> paths(4);
  const std::int64_t tokens[] = {10, 40, 20, 30};
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i].tokens_after = tokens[i];
  paths[0].rejection = Rejection{Reason::kDangling, ""};
  paths[2].corrected = Corrected::kAnswer;
  using Places = std::vector<std::size_t>;
  EXPECT_EQ(select_paths(paths, Select::kAll), (Places{1, 2, 3}));
  EXPECT_EQ(select_paths(paths, Select::kFirst), Places{1});
  EXPECT_EQ(select_paths(paths, Select::kShortest), Places{3}) << "the shortest has a wrong trace";
  paths[1].rejection = paths[3].rejection = paths[0].rejection;
  EXPECT_EQ(select_paths(paths, Select::kShortest), Places{2});
  paths[2].corrected = Corrected::kPath;
  paths[3].rejection = std::nullopt;
  EXPECT_EQ(select_paths(paths, Select::kFirst), Places{2});
}

TEST(Curator, P13P15PromptIdsAreThoseOfGeneration) {
  const auto row = make(options(), "2+2?", "b is 4");
  ASSERT_TRUE(row);
  const PairTokenizer tokenizer;
  EXPECT_EQ(row->prompt_ids,
            tokenizer.render_prompt(
                std::vector<llm::Message>{{"system", "Be brief."}, {"user", "2+2? Think."}}, "a"));
  EXPECT_EQ(row->prompt_ids.back(), 'a');
  EXPECT_EQ(row->response_ids.front(), 'b');
}

TEST(Curator, P20EveryRowEndsWithTheEndTokenOnce) {
  for (const char* response : {"4", "", "It is 4.\n", "\xE2\x88\x9A 2"}) {
    const auto row = make(options(), "2+2?", response);
    ASSERT_TRUE(row) << response;
    EXPECT_EQ(row->response_ids.back(), 257);
    EXPECT_EQ(std::count(row->response_ids.begin(), row->response_ids.end(), 257), 1);
    EXPECT_EQ(PairTokenizer().detokenize(row->response_ids), response);
  }
}

// Never cut: a cut row would teach to stop without an answer.
TEST(Curator, P23LongRowsAreRejectedWhole) {
  CurateOptions how = options();
  const auto fits = make(how, "2+2?", "4");
  ASSERT_TRUE(fits);
  how.tokens_max = static_cast<std::int64_t>(fits->prompt_ids.size() + fits->response_ids.size());
  EXPECT_TRUE(make(how, "2+2?", "4"));
  const auto late = make(how, "2+2?", "44");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().reason, Reason::kTooLong);
  EXPECT_THAT(late.error().detail, HasSubstr("at most " + std::to_string(how.tokens_max)));
}

TEST(Curator, RowsOfAProblemShareASplitThatDependsOnSeedAndProblem) {
  CurateOptions how = options();
  how.validation = 0.3;
  int validation = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string id = "gsm8k/" + std::to_string(i);
    EXPECT_EQ(split_of(id, how), split_of(id, how));
    validation += split_of(id, how) == Split::kValidation ? 1 : 0;
  }
  EXPECT_NEAR(validation, 300, 60);
}

}  // namespace
}  // namespace drp::curate
