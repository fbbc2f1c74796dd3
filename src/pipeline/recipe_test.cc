// SPDX-License-Identifier: Apache-2.0
#include "pipeline/recipe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"

namespace drp::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class RecipeTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(::testing::TempDir()) / "drp_recipe_test" /
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    file_ = (folder_ / "r.yaml").string();
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  LoadedRecipe load(const std::string& yaml, const std::vector<std::string>& overrides = {}) const {
    std::ofstream(file_) << yaml;
    return load_recipe(file_, overrides);
  }
  static RecipeKey key(const LoadedRecipe& loaded, const std::string& name) {
    for (const RecipeKey& candidate : loaded.keys) {
      if (candidate.name == name) return candidate;
    }
    return {};
  }

  std::filesystem::path folder_;
  std::string file_;
};

TEST_F(RecipeTest, DefaultsAreThoseOfTheStruct) {
  const LoadedRecipe loaded = load_recipe("", {});
  EXPECT_EQ(loaded.recipe.train.learning_rate, 3e-5);
  EXPECT_EQ(key(loaded, "train.learning_rate").value, "3e-05");
  EXPECT_EQ(key(loaded, "train.learning_rate").origin, "default");
}

TEST_F(RecipeTest, EachValueKnowsWhereItCameFrom) {
  const LoadedRecipe loaded = load(
      "sample:\n"
      "  temperature: 0.7\n"
      "problems:\n"
      "  train: {source: generated, count: 12}\n"
      "student:\n"
      "  adapters: [a.gguf, b.gguf]\n",
      {"sample.temperature=0.9", "run.seed=5", "sample.temperature=1", "teacher.rules_off=[filler]",
       "problems.train.operations=[0, 1, 2.5]"});
  EXPECT_EQ(loaded.recipe.sample.temperature, 1);
  EXPECT_EQ(key(loaded, "sample.temperature").origin, "command line");
  EXPECT_EQ(loaded.recipe.problems.train.count, 12);
  EXPECT_EQ(key(loaded, "problems.train.count").origin, "r.yaml:4");
  EXPECT_EQ(loaded.recipe.run.seed, 5);
  EXPECT_THAT(loaded.recipe.student.adapters, ElementsAre("a.gguf", "b.gguf"));
  EXPECT_THAT(loaded.recipe.teacher.rules_off, ElementsAre("filler"));
  EXPECT_THAT(loaded.recipe.problems.train.operations, ElementsAre(0, 1, 2.5));
  EXPECT_TRUE(loaded.recipe.problems.test.operations.empty());
}

TEST_F(RecipeTest, TextMayLookLikeYaml) {
  const LoadedRecipe loaded =
      load("student: {prompt: \"Q: {question}\\n\"}\n",
           {"student.system=Be brief: yes", "student.response_prefix=<think>"});
  EXPECT_EQ(loaded.recipe.student.prompt, "Q: {question}\n");
  EXPECT_EQ(loaded.recipe.student.system, "Be brief: yes");
  EXPECT_EQ(load("{}", {"student.prompt={question}"}).recipe.student.prompt, "{question}");
}

TEST_F(RecipeTest, PathsInTheFileAreRelativeToIt) {
  std::ofstream(folder_ / "a.gguf") << "x";
  EXPECT_EQ(load("student: {adapters: [a.gguf]}").recipe.student.adapters[0],
            (folder_ / "a.gguf").string());
  EXPECT_EQ(load("{}", {"student.adapters=[a.gguf]"}).recipe.student.adapters[0], "a.gguf")
      << "on the command line they are relative to the working folder";
}

TEST_F(RecipeTest, WhatItPrintsItReads) {
  const LoadedRecipe loaded =
      load("run: {seed: 9}\nstudent: {system: \"a: 'b'\\n\"}\n",
           {"teacher.rules_off=[filler, restatement]", "problems.train.operations=[1, 0.25]"});
  const LoadedRecipe again = load(recipe_yaml(loaded));
  ASSERT_EQ(loaded.keys.size(), again.keys.size());
  for (std::size_t i = 0; i < loaded.keys.size(); ++i) {
    EXPECT_EQ(loaded.keys[i].value, again.keys[i].value) << loaded.keys[i].name;
  }
}

TEST_F(RecipeTest, EveryRefusalNamesPlaceKeyValueAndRange) {
  const struct {
    std::string yaml;
    std::vector<std::string> overrides;
    std::string message;
    std::string hint;
  } rows[] = {
      {"sample:\n  temprature: 1\n",
       {},
       "r.yaml:2: unknown key 'sample.temprature'",
       "did you mean 'sample.temperature'?"},
      {"smaple: {temperature: 1}\n", {}, "r.yaml:1: unknown key 'smaple", ""},
      {"sample: {temperature: hot}\n",
       {},
       "sample.temperature is 'hot', expected number from 0 to 10",
       ""},
      {"sample: {temperature: 11}\n", {}, "is '11', expected number from 0 to 10", ""},
      {"sample: {samples: 1.5}\n", {}, "is '1.5', expected integer from 1 to 1024", ""},
      {"sample: {samples: [1]}\n", {}, "is '[1]', expected integer", ""},
      {"evaluate: {control: maybe}\n", {}, "is 'maybe', expected true or false", ""},
      {"curate: {select: shortes}\n",
       {},
       "expected one of first, shortest, all",
       "did you mean 'shortest'?"},
      {"student: {adapters: {a: b}}\n", {}, "must be one value or a flat list", ""},
      {"problems: {train: {operations: [1, two]}}\n",
       {},
       "problems.train.operations is '[1, two]', expected list of at most 4, each a number from 0",
       ""},
      {"problems: {test: {operations: [1, 1, 1, 1, 1]}}\n", {}, "expected list of at most 4", ""},
      {"{}", {"problems.test.operations=3"}, "is '3', expected list of at most 4", ""},
      {"sample: 3\n", {}, "'sample' is a section", ""},
      {"- a\n", {}, "is not a recipe", ""},
      {"a: [1\n", {}, "r.yaml:", "recipes are YAML"},
      {"{}", {"sample.temperature"}, "'sample.temperature' is not an override", ""},
      {"{}", {"run.sed=1"}, "command line: unknown key 'run.sed'", "did you mean 'run.seed'?"},
      {"{}", {"run.seed="}, "run.seed is empty, expected integer", ""},
  };
  for (const auto& row : rows) {
    try {
      load(row.yaml, row.overrides);
      FAIL() << row.message;
    } catch (const Error& error) {
      EXPECT_EQ(exit_code(error.kind()), 2) << row.message;
      EXPECT_THAT(error.message(), HasSubstr(row.message));
      EXPECT_THAT(error.hint(), HasSubstr(row.hint)) << row.message;
    }
  }
  EXPECT_THROW(load_recipe((folder_ / "missing.yaml").string(), {}), Error);
}

TEST_F(RecipeTest, EveryKeyIsDocumented) {
  for (const RecipeKey& item : load_recipe("", {}).keys) {
    EXPECT_FALSE(item.doc.empty()) << item.name;
    EXPECT_FALSE(item.type.empty()) << item.name;
  }
}

TEST(RecipeProfile, SetsWhatNobodySet) {
  const LoadedRecipe r1 = load_recipe(
      "", {"evaluate.profile=r1", "problems.test.source=math500", "evaluate.tokens_max=4096"});
  EXPECT_EQ(r1.recipe.evaluate.temperature, 0.6);
  EXPECT_EQ(r1.recipe.evaluate.top_p, 0.95);
  EXPECT_EQ(r1.recipe.evaluate.samples, 4);
  EXPECT_EQ(r1.recipe.evaluate.tokens_max, 4096) << "what is written wins";
  EXPECT_EQ(r1.recipe.evaluate.response_prefix, "<think>\n");
  EXPECT_EQ(r1.recipe.student.prompt, "{question}") << "training is asked as before";
  for (const RecipeKey& key : r1.keys) {
    if (key.name == "evaluate.temperature") {
      EXPECT_EQ(key.origin, "evaluate.profile");
    }
    if (key.name == "evaluate.tokens_max") {
      EXPECT_EQ(key.origin, "command line");
    }
  }
  const LoadedRecipe paper =
      load_recipe("", {"evaluate.profile=paper", "problems.test.source=gsm8k"});
  EXPECT_EQ(paper.recipe.evaluate.temperature, 0);
  EXPECT_EQ(paper.recipe.evaluate.tokens_max, 12'000);
  EXPECT_EQ(paper.recipe.evaluate.prompt, "Q: {question}\nA: Let's think step by step.");
}

}  // namespace
}  // namespace drp::pipeline
