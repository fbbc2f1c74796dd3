// SPDX-License-Identifier: Apache-2.0
// Prices, caps and estimates of a recipe's teacher.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "llm/counting_model.h"
#include "pipeline/cost_estimate.h"
#include "pipeline/paid_model.h"
#include "pipeline/price_file.h"
#include "pipeline/record_log.h"
#include "pipeline/spending_report.h"
#include "pipeline/stage.h"
#include "pipeline/teacher_rows.h"

namespace drp::pipeline {
namespace {

using ::testing::HasSubstr;

class MoneyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / "drp_money_test" /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name) << text;
    return folder_ / name;
  }

  std::filesystem::path folder_;
};

TEST_F(MoneyTest, ReadsPrices) {
  const llm::PriceTable table = read_prices(write("p.yaml",
                                                  "models:\n"
                                                  "  large: {input: 2, output: 8.5}\n"
                                                  "  \"small*\":\n"
                                                  "    input: 0.5\n"
                                                  "    cached_input: 0.1\n"
                                                  "    output: 1\n"
                                                  "    batch_discount: 0.5\n"));
  EXPECT_EQ(table.find("large"), (llm::Price{2, 2, 8.5, 0}));
  EXPECT_EQ(table.find("small-3"), (llm::Price{0.5, 0.1, 1, 0.5}));
  EXPECT_EQ(table.find("other"), std::nullopt);
}

TEST_F(MoneyTest, EveryRefusalOfAPriceFileNamesItsPlace) {
  const struct {
    std::string yaml;
    std::string message;
  } rows[] = {
      {"models:\n  m: {input: -1, output: 1}\n", "p.yaml:2: m.input is '-1', expected a number"},
      {"models:\n  m: {input: 1, output: dear}\n", "p.yaml:2: m.output is 'dear'"},
      {"models:\n  m: {input: 1}\n", "p.yaml:2: m needs both input and output"},
      {"models:\n  m:\n    input: 1\n    ouput: 1\n", "p.yaml:4: unknown key 'm.ouput'"},
      {"models:\n  m: 3\n", "p.yaml:2: m has no prices"},
      {"models:\n  m: {input: 1, output: 1, batch_discount: 2}\n", "from 0 to 1"},
      {"m: {input: 1, output: 1}\n", "is not a price file"},
      {"", "is not a price file"},
      {"a: [\n", "p.yaml:"},
  };
  for (const auto& row : rows) {
    try {
      read_prices(write("p.yaml", row.yaml));
      ADD_FAILURE() << row.yaml;
    } catch (const Error& error) {
      EXPECT_EQ(exit_code(error.kind()), 2) << row.yaml;
      EXPECT_THAT(error.message(), HasSubstr(row.message));
    }
  }
  EXPECT_THROW(read_prices(folder_ / "missing.yaml"), Error);
}

// The price file that the docs show is one that is read.
TEST_F(MoneyTest, ThePriceFileOfTheDocsIsRead) {
  const std::string page =
      read_file(std::filesystem::path(DRP_SOURCE_DIR) / "docs/teacher-money.md");
  const std::size_t begin = page.find("```yaml\nmodels:") + 8;
  const std::string yaml = page.substr(begin, page.find("```", begin) - begin);
  EXPECT_TRUE(read_prices(write("p.yaml", yaml)).find("large-teacher").has_value());
}

// A cap, a price file or the cache must not make finished work stale; nor must a key that was not
// there when it was done.
TEST_F(MoneyTest, CapsAreNoPartOfWhatWorkWasMadeFrom) {
  write("prices.yaml", "models: {}\n");
  const auto recipe = write("r.yaml",
                            "teacher: {max_usd: 2.5, max_tokens: 1000, prices: prices.yaml, "
                            "cache: off}\n");
  const LoadedRecipe capped = load_recipe(recipe.string(), {});
  EXPECT_EQ(capped.recipe.teacher.prices, (folder_ / "prices.yaml").string());
  EXPECT_EQ(teacher_budget(capped.recipe).usd_max, 2.5);
  EXPECT_EQ(teacher_budget(capped.recipe).tokens_max, 1000);
  EXPECT_EQ(teacher_budget(Recipe{}).usd_max, std::nullopt);
  EXPECT_EQ(reply_folder(capped.recipe, "shared"), "runs/default/replies");
  EXPECT_EQ(reply_folder(Recipe{}, "shared"), "shared");
  int never = 0;
  for (const RecipeKey& key : capped.keys) {
    if (!key.name.starts_with("teacher.") && !key.name.starts_with("student.")) continue;
    const bool money = key.name == "teacher.max_usd" || key.name == "teacher.max_tokens" ||
                       key.name == "teacher.prices" || key.name == "teacher.cache" ||
                       key.name == "teacher.endpoint" || key.name == "teacher.api_key_env" ||
                       key.name == "teacher.concurrency" || key.name == "teacher.rpm" ||
                       key.name == "teacher.tpm" || key.name == "teacher.batch" ||
                       key.name == "teacher.like" ||  // a place; its plans count
                       key.name == "student.endpoint.url" ||
                       key.name == "student.endpoint.api_key_env" ||
                       key.name == "student.endpoint.concurrency";
    EXPECT_EQ(key.fingerprinted == Fingerprinted::kNever, money) << key.name;
    never += money ? 1 : 0;
  }
  EXPECT_EQ(never, 14);

  const Engines engines;
  NoProgress progress;
  const StopFlag stop;
  const SystemClock clock;
  const Services services{engines, progress, stop, clock, {}};
  pipeline::Run plain(load_recipe("", {}), services, Access::kLook);
  pipeline::Run with_caps(capped, services, Access::kLook);
  EXPECT_EQ(recipe_inputs(plain, "teacher."), recipe_inputs(with_caps, "teacher."));
  LoadedRecipe newer = capped;
  for (RecipeKey& key : newer.keys) {
    if (key.name == "teacher.keep_checks") key.fingerprinted = Fingerprinted::kUnlessDefault;
  }
  pipeline::Run with_default(newer, services, Access::kLook);
  EXPECT_FALSE(recipe_inputs(with_default, "teacher.").contains("teacher.keep_checks"));
  for (RecipeKey& key : newer.keys) {
    if (key.name == "teacher.keep_checks") key.value = "none";
  }
  pipeline::Run with_value(newer, services, Access::kLook);
  EXPECT_EQ(recipe_inputs(with_value, "teacher.").at("teacher.keep_checks"), "none");
}

class Told final : public Progress {
 public:
  void begin(std::string_view, std::int64_t) override {}
  void update(std::int64_t, std::string_view) override {}
  void end(std::string_view) override {}
  void info(std::string_view line) override { lines += std::string(line) + "\n"; }
  void warn(std::string_view line) override { lines += std::string(line) + "\n"; }
  std::string lines;
};

TEST_F(MoneyTest, ARunPaysOnceAndNamesWhatWasInFlight) {
  write("prices.yaml", "models:\n  m: {input: 1, output: 10}\n");
  Recipe recipe;
  recipe.run.folder = (folder_ / "run").string();
  recipe.teacher.prices = (folder_ / "prices.yaml").string();
  recipe.teacher.max_usd = 1;
  Told told;
  int asked = 0;
  const auto model = [&](bool fails) {
    auto client = std::make_unique<llm::CountingModel>(
        [&asked, fails](const llm::ChatRequest& request) {
          if (fails && request.key == "row 2") throw Error(ErrorKind::kService, "it went away");
          ++asked;
          return llm::answer_to(request);
        },
        2);
    return PaidModel(std::move(client), recipe,
                     {.model = "m", .shared_replies = folder_ / "replies"}, told);
  };
  const StopFlag stop;
  EXPECT_TRUE(spending_of(recipe.run.folder).empty());
  EXPECT_THROW(model(true).run(
                   llm::requests(9), [](const llm::ChatReply&) {}, stop),
               Error);
  EXPECT_EQ(told.lines, "");
  EXPECT_GT(asked, 0);
  {
    PaidModel again = model(false);
    EXPECT_THAT(told.lines, HasSubstr("2 calls were in flight when this run was broken off (row "));
    EXPECT_THAT(told.lines, HasSubstr("of $1.00"));
    again.run(
        llm::requests(9), [](const llm::ChatReply&) {}, stop);
    EXPECT_EQ(asked, 9);
    EXPECT_NEAR(*again.spent()[0].usd, 9 * 210e-6, 1e-12);
  }
  const auto spent = spending_of(recipe.run.folder);
  ASSERT_EQ(spent.size(), 1U);
  EXPECT_EQ(spent[0].requests, 11);
  EXPECT_EQ(spent[0].unknown_calls, 2);
  EXPECT_EQ(spent[0].completion_tokens, 180);
  const auto reported = spending_for_report({recipe.run.folder}, teacher_budget(recipe));
  ASSERT_TRUE(reported);
  EXPECT_EQ(reported->usd_max, 1);
  ASSERT_EQ(reported->calls.size(), 1U);
  EXPECT_EQ(reported->calls[0].spent, spent[0]);
  EXPECT_EQ(reported->unknown.size(), 2U);
  EXPECT_EQ(spending_for_report({folder_ / "nowhere"}, {}), std::nullopt);
  recipe.teacher.prices.clear();
  EXPECT_THROW(model(false), Error) << "an unknown price under a cap";
}

// --- estimates ----------------------------------------------------------------------------------

Trace trace_of(const std::string& text, std::int64_t tokens) {
  Trace trace;
  trace.response = text;
  trace.reasoning = {0, text.size()};
  trace.reasoning_tokens = tokens;
  return trace;
}

TEST(CostEstimate, AddsUpRowsAndPricesThem) {
  CallShape shape{.name = "test", .basis = "made up"};
  shape.calls = [](const Problem& problem, const Trace& trace, std::int64_t tokens) {
    PlannedCall call;
    call.request.messages = {{"user", problem.question + std::string(trace.reasoning_text())}};
    call.request.sampling.tokens_max = 500;
    call.output = {0.1 * static_cast<double>(tokens), 0.2 * static_cast<double>(tokens),
                   0.4 * static_cast<double>(tokens)};
    return std::vector<PlannedCall>{call, call};
  };
  CostEstimator estimator(shape, {}, [](const llm::ChatRequest&) { return 100; });
  for (int i = 0; i < 6; ++i) estimator.add({.question = "q"}, trace_of("abc", 1000));
  estimator.add({.question = "q"}, trace_of("abc", 1000), 4);
  const llm::Price price{.input = 1, .cached_input = 1, .output = 10, .batch_discount = 0.5};
  const CostEstimate estimate =
      estimator.result(price, false, {.requests_a_minute = 2, .concurrency = 4});
  EXPECT_EQ(estimate.rows, 10);
  EXPECT_EQ(estimate.requests, 20);
  EXPECT_EQ(estimate.trace_tokens, 10'000);
  EXPECT_TRUE(estimate.exact);
  EXPECT_EQ(estimate.prompt_tokens, 2000);
  EXPECT_EQ(estimate.prompt_bound, 2000);
  EXPECT_DOUBLE_EQ(estimate.output_tokens.likely, 4000);
  EXPECT_EQ(estimate.output_bound, 10'000);
  EXPECT_NEAR(estimate.usd->likely, 0.002 + 0.04, 1e-12);
  EXPECT_NEAR(*estimate.usd_bound, 0.002 + 0.1, 1e-12);
  EXPECT_DOUBLE_EQ(estimate.seconds.low, 600) << "20 requests at 2 a minute";
  EXPECT_NEAR(estimator.result(price, true, {}).usd->likely, 0.021, 1e-12);
  EXPECT_EQ(estimator.result(std::nullopt, false, {}).usd, std::nullopt);
  // 20 replies of 200 tokens at 50 a second and one second of waiting, 4 at a time.
  EXPECT_DOUBLE_EQ(estimator.result(price, false, {.concurrency = 4}).seconds.likely, 25);
  EXPECT_DOUBLE_EQ(
      estimator.result(price, false, {.tokens_a_minute = 600, .concurrency = 4}).seconds.likely,
      600);
}

TEST(CostEstimate, BytesBecomeTokensByWhatServicesReported) {
  const std::string text(10'000, 'x');
  CallShape shape{.name = "test", .basis = "made up"};
  shape.calls = [](const Problem& problem, const Trace& trace, std::int64_t) {
    PlannedCall call;
    call.request.messages = {{"user", problem.question + std::string(trace.reasoning_text())}};
    return std::vector<PlannedCall>{call};
  };
  const auto prompt = [&](const llm::TokenRatio& ratio) {
    CostEstimator estimator(shape, ratio);
    estimator.add({.question = ""}, trace_of(text, 1000));
    const CostEstimate estimate = estimator.result(std::nullopt, false, {});
    EXPECT_FALSE(estimate.exact);
    EXPECT_GE(estimate.prompt_bound, 10'000) << "a byte may be a token";
    return estimate.prompt_tokens;
  };
  llm::TokenRatio dense;
  dense.add(100'000, 50'000);
  llm::TokenRatio young;
  young.add(100, 100);
  EXPECT_NEAR(static_cast<double>(prompt(dense) - prompt({})), (0.5 - 0.28) * 10'004, 2);
  EXPECT_EQ(prompt(young), prompt({})) << "too little seen to learn from";
}

TEST_F(MoneyTest, RowsComeFromTheTracesOfTheRunOrFromTheProblems) {
  Recipe recipe;
  recipe.run.folder = folder_.string();
  recipe.problems.train.count = 7;
  recipe.sample.samples = 3;
  std::int64_t rows = 0;
  std::int64_t tokens = 0;
  const auto visit = [&](const Problem& problem, const Trace& trace, std::int64_t alike) {
    EXPECT_FALSE(problem.question.empty());
    rows += alike;
    tokens += alike * trace.reasoning_tokens;
  };
  RowBasis basis = visit_teacher_rows(recipe, 200, visit);
  EXPECT_EQ(rows, 21);
  EXPECT_EQ(tokens, 21 * 200);
  EXPECT_THAT(basis.what, HasSubstr("7 problems x 3 samples"));
  EXPECT_TRUE(std::filesystem::is_empty(folder_)) << "a plan writes nothing";

  {
    RecordLog problems(folder_ / "problems.log.jsonl", "problems");
    RecordLog traces(folder_ / "traces.0.log.jsonl", "traces");
    for (const std::string id : {"a", "b"}) {
      problems.put("train:" + id, "x", Problem{.id = id, .question = "3 * 4?", .answer = "12"});
      Trace trace = trace_of("3 * 4 = 12, I think.", 40);
      trace.id = id + "/0";
      trace.problem_id = id;
      trace.response += id == "a" ? " The answer is 12." : " The answer is 13.";
      trace.answer = {trace.reasoning.end, trace.response.size()};
      trace.finish = FinishReason::kStop;
      traces.put(trace.id, "x", trace);
    }
  }
  std::ofstream(folder_ / "traces.0.log.jsonl", std::ios::app) << "{\"key\":\"torn";
  const auto size = std::filesystem::file_size(folder_ / "traces.0.log.jsonl");
  rows = tokens = 0;
  basis = visit_teacher_rows(recipe, 200, visit);
  EXPECT_EQ(rows, 1);
  EXPECT_EQ(tokens, 40);
  EXPECT_EQ(basis.traces, 2);
  EXPECT_THAT(basis.what, HasSubstr("1 right of 2 traces"));
  EXPECT_EQ(std::filesystem::file_size(folder_ / "traces.0.log.jsonl"), size);
}

TEST_F(MoneyTest, ProblemsThatAreNotHereAreStoodInForByTheirNumber) {
  Recipe recipe;
  recipe.run.folder = folder_.string();
  recipe.problems.train.source = "file";
  recipe.problems.train.file = (folder_ / "none.jsonl").string();
  recipe.problems.train.count = 5;
  std::int64_t rows = 0;
  std::size_t question = 0;
  const auto visit = [&](const Problem& problem, const Trace&, std::int64_t alike) {
    rows += alike;
    question = problem.question.size();
  };
  RowBasis basis = visit_teacher_rows(recipe, 200, visit);
  EXPECT_EQ(rows, 5);
  EXPECT_EQ(question, 216U);
  EXPECT_THAT(basis.what, HasSubstr("5 problems x 1 sample, taken to be all right"));
  EXPECT_THAT(basis.what, HasSubstr("there is no file " + recipe.problems.train.file +
                                    ", so every question counts as 216 bytes"));
  recipe.problems.train.source = "gsm8k";
  recipe.problems.train.file.clear();
  EXPECT_THAT(visit_teacher_rows(recipe, 200, visit).what, HasSubstr("there is no file of gsm8k"));
  // Nobody can tell how many problems a file has that is not here.
  recipe.problems.train.count = 0;
  EXPECT_THROW(visit_teacher_rows(recipe, 200, visit), Error);
  // One that is here is read, whatever the count.
  recipe.problems.train = {.source = "file", .file = (folder_ / "p.jsonl").string(), .count = 5};
  std::ofstream(recipe.problems.train.file) << R"({"question": "3 * 4?", "answer": "12"})"
                                            << "\n";
  rows = 0;
  EXPECT_THAT(visit_teacher_rows(recipe, 200, visit).what, HasSubstr("1 problem x 1 sample,"));
  EXPECT_EQ(rows, 1);
  EXPECT_EQ(question, 6U);
}

}  // namespace
}  // namespace drp::pipeline
