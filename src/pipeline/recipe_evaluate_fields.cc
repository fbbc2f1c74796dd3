// SPDX-License-Identifier: Apache-2.0
// The keys about the evaluation.
#include <iterator>

#include "pipeline/recipe_fields.h"

namespace drp::pipeline {
namespace {

using Fields = std::vector<RecipeField>;
constexpr double kMany = 1e300;
constexpr double kLargeCount = 1e9;

Fields sampling_fields(Recipe& r) {
  return {
      {"evaluate.samples", &r.evaluate.samples, "responses a test problem", 1, 1024},
      {"evaluate.temperature", &r.evaluate.temperature, "0: greedy", 0, 10},
      {"evaluate.top_p", &r.evaluate.top_p, "nucleus sampling; 1: off", 0, 1},
      {"evaluate.tokens_max", &r.evaluate.tokens_max, "limit a response", 1, 1e6},
      {"evaluate.control", &r.evaluate.control,
       "also train on the same traces unpruned, and evaluate that student beside"},
      {"evaluate.judged", &r.evaluate.judged,
       "accepted paths that the base student judges beside its own traces, drawn at random; 0: "
       "none",
       0, kLargeCount},
      {"evaluate.tuned_model",
       &r.evaluate.tuned_model,
       "name of the tuned student at student.endpoint, such as that of a served LoRA adapter; "
       "empty: only the base is evaluated there",
       -kMany,
       kMany,
       {},
       Fingerprinted::kUnlessDefault},
  };
}

// How test problems are put, and what counts of the responses.
Fields question_fields(Recipe& r) {
  return {
      {"evaluate.profile",
       &r.evaluate.profile,
       "sets what below evaluate is not set: as the paper does (greedy, 12,000 tokens) or as R1 "
       "does "
       "(T 0.6, several samples, 32,768 tokens), with the benchmark's prompt (docs/evaluation.md)",
       -kMany,
       kMany,
       {"none", "paper", "r1"},
       Fingerprinted::kUnlessDefault},
      {"evaluate.prompt",
       &r.evaluate.prompt,
       "user message of test problems; {question} stands for the problem; empty: student.prompt",
       -kMany,
       kMany,
       {},
       Fingerprinted::kUnlessDefault},
      {"evaluate.response_prefix",
       &r.evaluate.response_prefix,
       "text at the start of every test response; empty: student.response_prefix",
       -kMany,
       kMany,
       {},
       Fingerprinted::kUnlessDefault},
      {"evaluate.chat_template",
       &r.evaluate.chat_template,
       "how a test question is put: with the student's own template, or as bare text (none), as "
       "the paper does; at an endpoint that is /completions",
       -kMany,
       kMany,
       {"student", "none"},
       Fingerprinted::kUnlessDefault},
      {"evaluate.stop",
       &r.evaluate.stop,
       "texts that end a test response wherever they stand, such as [\"Q:\"]; they are not part "
       "of it",
       -kMany,
       kMany,
       {},
       Fingerprinted::kUnlessDefault},
      {"evaluate.count",
       &r.evaluate.count,
       "tokens of a response: those generated, or those of its text through the tokenizer again, "
       "as "
       "the paper counts",
       -kMany,
       kMany,
       {"generated", "retokenize"},
       Fingerprinted::kUnlessDefault},
  };
}

}  // namespace

Fields evaluate_fields(Recipe& r) {
  Fields all = sampling_fields(r);
  Fields more = question_fields(r);
  all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
  return all;
}

}  // namespace drp::pipeline
