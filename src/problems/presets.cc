// SPDX-License-Identifier: Apache-2.0
#include "problems/presets.h"

#include "base/error.h"
#include "base/text.h"

namespace drp::problems {
namespace {

// Word for word from the model card of DeepSeek-R1.
constexpr const char* kBoxed =
    "{question}\nPlease reason step by step, and put your final answer within \\boxed{}.";
constexpr const char* kLetter =
    "Answer the following multiple choice question. The last line of your response should be of "
    "the following format: 'Answer: $LETTER' (without quotes) where LETTER is one of the options. "
    "Think step by step before answering.\n\n{question}";
constexpr const char* kComplete =
    "Complete this Python function. Give the whole function, with its imports, in one ```python "
    "block.\n\n{question}";
constexpr const char* kWrite =
    "{question}\nGive the whole function, with its imports, in one ```python block.";

const std::string kJsonl = " as JSONL, ";

std::vector<Preset> word_problem_presets() {
  return {
      {"gsm8k",
       "grade-school math; the answer follows #### in the solution",
       {.columns = {{"question", "question"}, {"answer", "answer"}}},
       kBoxed,
       1319,
       1,
       {"gsm8k/test.jsonl", "gsm8k.jsonl"},
       {"openai/gsm8k"},
       "github.com/openai/grade-school-math, grade_school_math/data: test.jsonl and train.jsonl," +
           kJsonl + "question and answer"},
      {"svamp",
       "one-step word problems with distracting facts",
       {.columns = {{"question", "Body+Question"}, {"answer", "Answer"}, {"id", "ID"}},
        .tags = {"Type"}},
       kBoxed,
       0,  // 1,000, of which 300 are the test part
       1,
       {"svamp/test.jsonl", "svamp/SVAMP.json.jsonl", "svamp/SVAMP.json", "svamp.jsonl"},
       {"ChilleD/SVAMP"},
       "github.com/arkilpatel/SVAMP, SVAMP.json: a JSON array with Body, Question, Answer, ID and "
       "Type"},
      {"asdiv",
       "grade-school word problems; answers such as 9 (apples)",
       {.columns = {{"question", "body+question"}, {"answer", "answer"}},
        .tags = {"solution_type"},
        .shape = RowShape::kAsdiv},
       kBoxed,
       0,  // 2,305, or 2,215 with numbers for answers
       1,
       {"asdiv/test.jsonl", "asdiv.jsonl"},
       {"EleutherAI/asdiv"},
       "github.com/QwenLM/Qwen2.5-Math, evaluation/data/asdiv/test.jsonl," + kJsonl +
           "body, question, answer and solution_type"},
      {"mawps",
       "easy arithmetic word problems",
       {.columns = {{"question", "input"}, {"answer", "target"}}},
       kBoxed,
       0,
       1,
       {"mawps/test.jsonl", "mawps.jsonl", "mawps/singleeq.jsonl"},
       {"MU-NLPC/Calc-mawps"},
       "github.com/hkust-nlp/simpleRL-reason, examples/simplelr_math_eval/data/mawps," + kJsonl +
           "input and target"}};
}

std::vector<Preset> competition_presets() {
  return {{"math500",
           "competition math with subject and level",
           {.columns = {{"question", "problem"}, {"answer", "answer"}, {"id", "unique_id"}},
            .tags = {"subject", "level"}},
           kBoxed,
           500,
           4,
           {"math500/test.jsonl", "math500.jsonl"},
           {"HuggingFaceH4/MATH-500"},
           "huggingface.co/datasets/HuggingFaceH4/MATH-500, test.jsonl," + kJsonl +
               "problem, answer, subject, level and unique_id"},
          {"aime24",
           "AIME 2024, both papers; the answer is a whole number below 1000",
           {},
           kBoxed,
           30,
           64,
           {"aime24/test.jsonl", "aime24.jsonl"},
           {"HuggingFaceH4/aime_2024", "Maxwell-Jia/AIME_2024"},
           "github.com/QwenLM/Qwen2.5-Math, evaluation/data/aime24/test.jsonl," + kJsonl +
               "problem and answer"},
          {"aime25",
           "AIME 2025, both papers",
           {},
           kBoxed,
           30,
           64,
           {"aime25/test.jsonl", "aime25.jsonl"},
           {"math-ai/aime25", "opencompass/AIME2025"},
           "huggingface.co/datasets/math-ai/aime25, test.jsonl," + kJsonl + "problem and answer"},
          {"aime",
           "AIME problems of any year",
           {},
           kBoxed,
           0,
           64,
           {"aime/test.jsonl"},
           {},
           "any JSONL with problem and answer"},
          {"amc23",
           "AMC 2023: the 40 problems of Qwen2.5-Math; references such as 27.0",
           {},
           kBoxed,
           40,
           16,
           {"amc23/test.jsonl", "amc23.jsonl"},
           {"math-ai/amc23"},
           "github.com/QwenLM/Qwen2.5-Math, evaluation/data/amc23/test.jsonl," + kJsonl +
               "problem and answer"},
          {"amc22-23",
           "AMC 2022 and 2023: the 83 problems of AI-MO, which others call amc23 too",
           {},
           kBoxed,
           83,
           16,
           {"amc22-23/test.jsonl", "amc22-23.jsonl", "amc/test.jsonl"},
           {"AI-MO/aimo-validation-amc"},
           "huggingface.co/datasets/AI-MO/aimo-validation-amc, written" + kJsonl +
               "problem and answer"}};
}

std::vector<Preset> choice_presets() {
  return {
      {"gpqa",
       "GPQA, graduate-level science with four choices in an order that the question decides",
       {.columns = {{"id", "Record ID"}}, .domain = "choice", .shape = RowShape::kGpqa},
       kLetter,
       198,
       8,
       {"gpqa/gpqa_diamond.csv", "gpqa/test.csv", "gpqa/test.jsonl", "gpqa_diamond.csv"},
       {"Idavidrein/gpqa"},
       "huggingface.co/datasets/Idavidrein/gpqa (behind an agreement), gpqa_diamond.csv with "
       "Question, Correct Answer and Incorrect Answer 1 to 3"},
      {"mmlu",
       "school and professional subjects with four choices",
       {.columns = {{"question", "question"}, {"answer", "answer"}, {"choices", "choices"}},
        .tags = {"subject"},
        .domain = "choice"},
       kLetter,
       14042,
       1,
       {"mmlu/test.jsonl", "mmlu.jsonl"},
       {"cais/mmlu"},
       "huggingface.co/datasets/cais/mmlu, written" + kJsonl +
           "question, choices, answer (0 to 3) and subject"},
      {"aqua",
       "algebra with five choices",
       {.columns = {{"question", "question"}, {"answer", "correct"}, {"choices", "options"}},
        .domain = "choice"},
       kLetter,
       254,
       1,
       {"aqua/test.jsonl", "aqua.jsonl"},
       {"deepmind/aqua_rat"},
       "github.com/google-deepmind/AQuA, test.json," + kJsonl + "question, options and correct"},
      {"csqa",
       "commonsense questions with five choices",
       {.columns = {{"question", "question"}, {"answer", "answerKey"}}, .domain = "choice"},
       kLetter,
       1221,
       1,
       {"csqa/dev.jsonl", "csqa/test.jsonl", "csqa.jsonl"},
       {"tau/commonsense_qa"},
       "CommonsenseQA, dev_rand_split.jsonl," + kJsonl + "question and answerKey"}};
}

std::vector<Preset> other_presets() {
  return {
      {"bbh",
       "reasoning tasks of many kinds",
       {.columns = {{"question", "input"}, {"answer", "target"}},
        .tags = {"task"},
        .domain = "text"},
       kBoxed,
       6511,
       1,
       {"bbh/bbh_all.jsonl", "bbh/test.jsonl"},
       {"lukaemon/bbh"},
       "github.com/suzgunmirac/BIG-Bench-Hard, bbh/*.json, joined" + kJsonl +
           "input, target and task"},
      {"knights",
       "knights and knaves puzzles",
       {.columns = {{"question", "quiz"}, {"answer", "solution_text"}},
        .tags = {"people"},
        .domain = "text"},
       kBoxed,
       0,
       1,
       {"kk_logic/test_3to7ppl.jsonl", "knights/test.jsonl"},
       {},
       "github.com/Unakar/Logic-RL, data/kk," + kJsonl + "quiz, solution_text and people"},
      {"humaneval",
       "Python functions with unit tests, run in a sandbox",
       {.columns = {{"question", "question"}, {"answer", "answer"}, {"id", "task_id"}},
        .tags = {"entry_point"},
        .domain = "code",
        .shape = RowShape::kHumanEval},
       kComplete,
       164,
       16,
       {"humaneval/HumanEval.jsonl", "humaneval/test.jsonl", "HumanEval.jsonl"},
       {"openai/openai_humaneval"},
       "github.com/openai/human-eval, data/HumanEval.jsonl.gz, unpacked: task_id, prompt, "
       "entry_point and test"},
      {"mbpp",
       "short Python tasks with three asserts, run in a sandbox",
       {.columns = {{"question", "question"}, {"answer", "answer"}, {"id", "task_id"}},
        .domain = "code",
        .shape = RowShape::kMbpp},
       kWrite,
       0,  // 500 of the test part, 257 of its sanitized half
       10,
       {"mbpp/test.jsonl", "mbpp/mbpp.jsonl", "mbpp/sanitized-mbpp.json", "mbpp.jsonl"},
       {"google-research-datasets/mbpp"},
       "github.com/google-research/google-research, mbpp/mbpp.jsonl (tasks 11 to 510 are the test "
       "set)," +
           kJsonl + "task_id, text and test_list"}};
}

}  // namespace

const std::vector<Preset>& presets() {
  static const std::vector<Preset> kPresets = [] {
    std::vector<Preset> all;
    for (const auto make :
         {word_problem_presets, competition_presets, choice_presets, other_presets}) {
      for (Preset& preset : make()) all.push_back(std::move(preset));
    }
    return all;
  }();
  return kPresets;
}

std::vector<std::string> preset_names() {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) names.push_back(preset.name);
  return names;
}

const Preset& find_preset(std::string_view name) {
  for (const Preset& preset : presets()) {
    if (preset.name == name) return preset;
  }
  const auto close = nearest(name, preset_names());
  throw Error(ErrorKind::kConfig, "no benchmark preset is named '" + std::string(name) + "'",
              close ? "did you mean '" + *close + "'?" : "known: " + join(preset_names(), ", "));
}

}  // namespace drp::problems
