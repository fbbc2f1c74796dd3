// SPDX-License-Identifier: Apache-2.0
#include "pipeline/recipe_fields.h"

#include "problems/presets.h"

namespace drp::pipeline {
namespace {

using Fields = std::vector<RecipeField>;
constexpr double kMany = 1e300;
constexpr double kLargeCount = 1e9;

Fields student_fields(Recipe& r) {
  auto& s = r.student;
  return {
      {"student.model", &s.model,
       "GGUF file, or the name of a model in the model cache; with student.endpoint it brings the "
       "tokenizer and the template alone, may hold no weights, and is empty by default"},
      {"student.adapters", &s.adapters,
       "GGUF LoRA files already on the student, in order; paths are relative to the recipe"},
      {"student.system", &s.system, "system message; empty: the template's own default"},
      {"student.prompt", &s.prompt, "user message; {question} stands for the problem"},
      {"student.response_prefix", &s.response_prefix,
       "text put at the start of every response, such as \"<think>\\n\""},
  };
}

Fields problem_set_fields(const std::string& name, ProblemsRecipe& p, const std::string& what) {
  std::vector<std::string> sources = {"generated", "file"};
  for (const std::string& preset : problems::preset_names()) sources.push_back(preset);
  return {
      {"problems." + name + ".source", &p.source,
       what + ": the generator, a file, or a benchmark (docs/evaluation.md)", -kMany, kMany,
       sources},
      {"problems." + name + ".file", &p.file,
       "path of the set; of a benchmark also a folder, or empty: looked for below DRP_DATA and in "
       "the Hugging Face cache"},
      {"problems." + name + ".columns", &p.columns,
       "columns with other names than usual: [question=NAME, answer=NAME]"},
      {"problems." + name + ".count", &p.count, "how many; 0: all of a file", 0, kLargeCount},
      {"problems." + name + ".split",
       &p.split,
       "which half of the generator",
       -kMany,
       kMany,
       {"train", "test"}},
      {"problems." + name + ".families", &p.families,
       "generated problems: families or groups to draw from: math, logic, all; empty: math"},
      {"problems." + name + ".operations",
       &p.operations,
       "generated word problems: how often 1, 2, 3 and 4 operations, such as [1, 1, 2, 2]; empty: "
       "30, 35, 22 and 13 %",
       0,
       1e6,
       {},
       Fingerprinted::kUnlessDefault,
       4},
  };
}

Fields sample_fields(Recipe& r) {
  auto& s = r.sample;
  return {
      {"problems.operations_max", &r.problems.operations_max,
       "generated problems: most operations a problem", 1, 4},
      {"sample.samples", &s.samples, "responses a training problem", 1, 1024},
      {"sample.temperature", &s.temperature, "0: greedy", 0, 10},
      {"sample.top_p", &s.top_p, "nucleus sampling; 1: off", 0, 1},
      {"sample.top_k", &s.top_k, "0: off", 0, 1e6},
      {"sample.tokens_max", &s.tokens_max, "limit a response; one that reaches it is cut_off", 1,
       1e6},
  };
}

Fields teacher_protocol_fields(Recipe& r) {
  return {
      {"teacher.protocol",
       &r.teacher.protocol,
       "how a model is asked (docs/teacher.md): numbered units, or the paper's two calls",
       -kMany,
       kMany,
       {"span", "paper"},
       Fingerprinted::kUnlessDefault},
      {"teacher.split",
       &r.teacher.split,
       "steps of one skill, paragraphs, or the whole reasoning as one (docs/evaluation.md)",
       -kMany,
       kMany,
       {"skill", "default", "none"},
       Fingerprinted::kUnlessDefault},
      {"teacher.synthesis",
       &r.teacher.synthesis,
       "who joins what is left: rules at the seams, or the model; auto: as the protocol has it",
       -kMany,
       kMany,
       {"auto", "stitch", "teacher"},
       Fingerprinted::kUnlessDefault},
      {"teacher.target",
       &r.teacher.target,
       "what paths are made of: the trace, or the model's own solution (protocol paper)",
       -kMany,
       kMany,
       {"trace", "own"},
       Fingerprinted::kUnlessDefault},
      {"teacher.correction",
       &r.teacher.correction,
       "a path that comes to another answer is corrected by the model in a further call: never, of "
       "right traces, or of wrong ones as well, up to the reference (protocol paper)",
       -kMany,
       kMany,
       {"none", "path", "answer"},
       Fingerprinted::kUnlessDefault},
      {"teacher.second_look",
       &r.teacher.second_look,
       "the model sees the path that its plan gives and may mend it (protocol span)",
       -kMany,
       kMany,
       {},
       Fingerprinted::kUnlessDefault},
  };
}

Fields teacher_money_fields(Recipe& r) {
  return {
      {"teacher.max_usd",
       &r.teacher.max_usd,
       "most US dollars that all calls of this run may cost (docs/teacher-money.md); 0: no cap",
       0,
       kLargeCount,
       {},
       Fingerprinted::kNever},
      {"teacher.max_tokens",
       &r.teacher.max_tokens,
       "most tokens that all calls of this run may use, prompts and replies; 0: no cap",
       0,
       1e15,
       {},
       Fingerprinted::kNever},
      {"teacher.prices",
       &r.teacher.prices,
       "file of prices by model, needed for max_usd",
       -kMany,
       kMany,
       {},
       Fingerprinted::kNever},
      {"teacher.cache",
       &r.teacher.cache,
       "replies are kept for all runs (on), or for this run alone (off)",
       -kMany,
       kMany,
       {"on", "off"},
       Fingerprinted::kNever},
  };
}

Fields teacher_fields(Recipe& r) {
  return {
      {"teacher.kind",
       &r.teacher.kind,
       "who plans the pruning: the rules, the student as judge over them, a local model, a "
       "service, "
       "the rules and one of these for what they cannot do, or a yardstick (docs/teacher.md)",
       -kMany,
       kMany,
       {"rules", "student", "rules+student", "local", "rules+local", "openai", "rules+openai",
        "first_answer", "keywords", "random", "unpruned", "foreign"}},
      {"teacher.like",
       &r.teacher.like,
       "run folder whose plans the kinds random and foreign are to match in length; empty: random "
       "matches the rules, foreign takes the shortest solution",
       -kMany,
       kMany,
       {},
       Fingerprinted::kNever},
      {"teacher.model", &r.teacher.model, "the model that judges or plans; empty: the student"},
      {"teacher.keep_answer_prob", &r.teacher.keep_answer_prob,
       "a path may lower the probability of the answer to this share (kind student)", 0, 1},
      {"teacher.rules_off", &r.teacher.rules_off, "names of rule passes to leave out"},
      {"teacher.keep_checks",
       &r.teacher.keep_checks,
       "which checks stay: none, the first, or those that mended something",
       -kMany,
       kMany,
       {"none", "first", "mending"}},
      {"grade.command", &r.grade.command,
       "verifier of problems of the domain command: one JSON line in, one out (docs/grading.md)"},
      {"path.answer_section",
       &r.path.answer_section,
       "what stays of the text after the reasoning: the statement of the answer, or all of it",
       -kMany,
       kMany,
       {"statement", "whole"}},
      {"path.gates_off",
       &r.path.gates_off,
       "gates whose verdict is recorded but rejects nothing",
       -kMany,
       kMany,
       {"coverage", "order", "merge", "answer", "early", "grounded", "leak", "dangling",
        "shorter"}},
  };
}

Fields curate_fields(Recipe& r) {
  auto& c = r.curate;
  return {
      {"curate.select",
       &c.select,
       "which accepted paths of a problem become rows",
       -kMany,
       kMany,
       {"first", "shortest", "all"}},
      {"curate.rows_max", &c.rows_max, "most rows; 0: no limit", 0, kLargeCount},
      {"curate.near_duplicate", &c.near_duplicate,
       "rows this similar to an earlier one are left out (Jaccard of word triples); 1: exact only",
       0, 1},
      {"curate.tokens_max", &c.tokens_max, "longer rows are left out, never cut", 16, 1e6},
      {"curate.validation", &c.validation, "share of rows kept for validation", 0, 0.5},
      {"curate.problems",
       &c.problems,
       "file with the ids of the problems that may become rows, one a line; empty: all",
       -kMany,
       kMany,
       {},
       Fingerprinted::kNever},
  };
}

Fields train_fields(Recipe& r) {
  auto& t = r.train;
  return {
      {"train.kind",
       &t.kind,
       "lora: an adapter on the frozen student; full: every weight, written as a model of its own; "
       "external (`train: external` is short for it): wait for `drp adopt`",
       -kMany,
       kMany,
       {"lora", "full", "external"},
       Fingerprinted::kUnlessDefault},
      {"train.targets", &t.targets,
       "LoRA on: all, names such as attn_q or down_proj, or regular expressions over whole layer "
       "names such as blk.(2[0-9]).attn_[qv]"},
      {"train.rank", &t.rank, "LoRA rank", 1, 512},
      {"train.alpha", &t.alpha, "LoRA alpha; the update is scaled by alpha / rank", 0, 4096},
      {"train.dropout", &t.dropout, "LoRA dropout", 0, 0.9},
      {"train.learning_rate", &t.learning_rate, "peak learning rate of AdamW", 0, 1},
      {"train.schedule",
       &t.schedule,
       "learning-rate schedule after the warm-up",
       -kMany,
       kMany,
       {"cosine", "linear", "constant"}},
      {"train.warmup", &t.warmup, "share of the steps spent warming up", 0, 1},
      {"train.epochs", &t.epochs, "passes over the rows", 1, 1000},
      {"train.batch", &t.batch, "rows an optimizer step", 1, 1e6},
      {"train.patience", &t.patience,
       "stop after so many epochs without a better validation loss; 0: never", 0, 1000},
      {.name = "train.rank_stabilised",
       .target = &t.rank_stabilised,
       .doc = "scale the update by alpha / sqrt(rank) (rsLoRA)",
       .fingerprinted = Fingerprinted::kUnlessDefault},
      {"train.share_prompts",
       &t.share_prompts,
       "auto: rows with the same prompt (curate.select: all) come in one step and run it once, "
       "unless there is dropout; off: they are shuffled like any",
       -kMany,
       kMany,
       {"off", "auto"},
       Fingerprinted::kUnlessDefault},
  };
}

// How and where it runs; the mathematics is the same.
Fields training_machine_fields(Recipe& r) {
  auto& t = r.train;
  return {
      {"train.threads", &t.threads, "0: the cores really available", 0, 4096},
      {"train.precision",
       &t.precision,
       "compute type of the frozen weights; auto: the faster on this machine",
       -kMany,
       kMany,
       {"auto", "fp32", "bf16"}},
      {"train.device",
       &t.device,
       "where the training runs; auto: on a GPU where libtorch has one, else on the processor",
       -kMany,
       kMany,
       {"auto", "cpu", "cuda"},
       Fingerprinted::kNever},
      {.name = "train.micro_batch_tokens",
       .target = &t.micro_batch_tokens,
       .doc = "tokens of a pass, of which a step has as many as its rows need; more fill a large "
              "GPU, fewer need less memory",
       .low = 1,
       .high = 1 << 20,
       .fingerprinted = Fingerprinted::kUnlessDefault},
      {"train.recompute",
       &t.recompute,
       "layers whose values are computed again in the backward pass; auto: as few as the memory "
       "needs",
       -kMany,
       kMany,
       {"auto", "never", "always"},
       Fingerprinted::kNever},
      {"train.weights",
       &t.weights,
       "where frozen weights stay: in memory, or read from the file for each use; auto: by the "
       "memory",
       -kMany,
       kMany,
       {"auto", "memory", "file"},
       Fingerprinted::kNever},
  };
}

Fields ablate_fields(Recipe& r) {
  const auto list = [](const char* name, std::vector<std::string>* target, const char* doc,
                       std::vector<std::string> choices = {}) {
    return RecipeField{name, target, doc, -kMany, kMany, std::move(choices), Fingerprinted::kNever};
  };
  return {
      list("ablate.cells", &r.ablate.cells,
           "what `drp ablate` trains on beside the base student (docs/evaluation.md)",
           {"skill", "default", "none", "unpruned", "random", "foreign"}),
      list("ablate.seeds", &r.ablate.seeds, "values of run.seed; empty: run.seed alone"),
      list("ablate.teachers", &r.ablate.teachers,
           "KIND or KIND:MODEL, as teacher.kind and teacher.model; empty: the recipe's own"),
      list("ablate.students", &r.ablate.students,
           "MODEL or MODEL+ADAPTER.gguf; empty: the recipe's own"),
  };
}

Fields end_fields(Recipe& r) {
  return {
      {"report.title", &r.report.title, "heading of the report"},
      {"report.examples_max", &r.report.examples_max, "traces shown in the report", 0, 100000},
      {"run.seed", &r.run.seed, "seed of everything random", 0, 9007199254740992.0},
      {"run.folder", &r.run.folder, "where the run lives"},
      {"run.failures_allowed", &r.run.failures_allowed,
       "rows that may fail before the exit code says so", 0, kLargeCount},
      {"run.threads", &r.run.threads, "0: the cores really available", 0, 4096},
  };
}

}  // namespace

std::vector<RecipeField> recipe_fields(Recipe& recipe) {
  Fields all = student_fields(recipe);
  const auto add = [&all](Fields more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  };
  add(student_endpoint_fields(recipe));
  add(problem_set_fields("train", recipe.problems.train, "problems to learn from"));
  add(problem_set_fields("test", recipe.problems.test, "held-out problems"));
  add(sample_fields(recipe));
  add(teacher_fields(recipe));
  add(teacher_protocol_fields(recipe));
  add(teacher_money_fields(recipe));
  add(teacher_service_fields(recipe));
  add(curate_fields(recipe));
  add(train_fields(recipe));
  add(training_machine_fields(recipe));
  add(evaluate_fields(recipe));
  add(ablate_fields(recipe));
  add(end_fields(recipe));
  return all;
}

}  // namespace drp::pipeline
