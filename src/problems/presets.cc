// SPDX-License-Identifier: Apache-2.0
#include "problems/presets.h"

#include "base/error.h"
#include "base/text.h"

namespace drp::problems {

const std::vector<Preset>& presets() {
  static const std::vector<Preset> kPresets = {
      {"gsm8k",
       "grade-school math; the answer follows #### in the solution",
       {.columns = {{"question", "question"}, {"answer", "answer"}}}},
      {"math500",
       "competition math with subject and level",
       {.columns = {{"question", "problem"}, {"answer", "answer"}, {"id", "unique_id"}},
        .tags = {"subject", "level"}}},
      {"aime",
       "AIME problems; the answer is a whole number",
       {.columns = {{"question", "problem"}, {"answer", "answer"}}}},
      {"amc23", "AMC 2023 problems", {.columns = {{"question", "question"}, {"answer", "answer"}}}},
      {"svamp",
       "one-step word problems with distracting facts",
       {.columns = {{"question", "Body+Question"}, {"answer", "Answer"}, {"id", "ID"}},
        .tags = {"Type"}}},
      {"mawps",
       "easy arithmetic word problems",
       {.columns = {{"question", "input"}, {"answer", "target"}}}},
      {"aqua",
       "algebra with five choices",
       {.columns = {{"question", "question"}, {"answer", "correct"}, {"choices", "options"}},
        .domain = "choice"}},
      {"csqa",
       "commonsense questions with five choices",
       {.columns = {{"question", "question"}, {"answer", "answerKey"}}, .domain = "choice"}},
      {"bbh",
       "reasoning tasks of many kinds",
       {.columns = {{"question", "input"}, {"answer", "target"}},
        .tags = {"task"},
        .domain = "text"}},
      {"knights",
       "knights and knaves puzzles",
       {.columns = {{"question", "quiz"}, {"answer", "solution_text"}},
        .tags = {"people"},
        .domain = "text"}},
      {"humaneval",
       "Python functions with unit tests",
       {.columns = {{"question", "prompt"}, {"answer", "test"}, {"id", "task_id"}},
        .tags = {"entry_point"},
        .domain = "code"}},
  };
  return kPresets;
}

const Preset& find_preset(std::string_view name) {
  std::vector<std::string> names;
  for (const Preset& preset : presets()) {
    if (preset.name == name) return preset;
    names.push_back(preset.name);
  }
  const auto close = nearest(name, names);
  throw Error(ErrorKind::kConfig, "no benchmark preset is named '" + std::string(name) + "'",
              close ? "did you mean '" + *close + "'?" : "known: " + join(names, ", "));
}

}  // namespace drp::problems
