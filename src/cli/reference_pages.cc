// SPDX-License-Identifier: Apache-2.0
#include "cli/reference_pages.h"

#include <map>

#include "base/text.h"
#include "pipeline/recipe.h"
#include "problems/columns.h"
#include "records/ablation.h"
#include "records/json_line.h"
#include "teacher/rules/passes.h"

namespace drp::cli {
namespace {

constexpr std::string_view kRecipeIntro = R"(# Recipe

Written by `drp docs recipe`; a test compares this page with the program.

A recipe is YAML with the sections below; every key is optional. On the command line
`drp run recipe.yaml sample.temperature=0.7` overrides a key; a later override wins. An unknown key
is refused with the nearest name. `drp config show recipe.yaml` prints each value with where it came
from.

Models, adapters and problem files that a recipe names are looked for beside the recipe first;
`run.folder`, and paths given on the command line, are relative to the working folder. A model may
also be the name of a GGUF in the model cache: `$DRP_CACHE_DIR/models`, else
`$XDG_CACHE_HOME/drp/models`, else `~/.cache/drp/models`.

```yaml
student:
  model: smollm2-135m-instruct
  adapters: [reasoner/adapter.gguf]
problems:
  train: {source: gsm8k, file: train.jsonl, count: 500}
  test: {source: gsm8k, file: test.jsonl, count: 300}
run: {seed: 1, folder: runs/mine}
```
)";

constexpr std::string_view kFormatsIntro = R"(# Formats

Written by `drp docs formats`; a test compares this page with the program.

Everything meant for other programs is plain JSON Lines: one JSON object a line, UTF-8, lines end in
LF only; U+2028, U+2029 and U+0085 are written as escapes. Readers ignore keys they do not know.

## Record log

A `*.log.jsonl` file in a run folder holds the records of a stage and survives being killed at any
byte.

```
{"drp_log":1,"kind":"traces"}
{"key":"t-000017/0","input":"5b0c1f4be2f3c0aa12345678","value":{"id":"t-000017/0", ...}}
```

The first line says version and kind. Each further line is one record: its key (control characters,
`"`, `\`, `%` and bytes above 126 are percent-coded), the fingerprint of everything it was made
from, and the record. The file is only appended to; the last line of a key wins; a record whose
`input` is not the wanted one is stale and is made again. A line without its LF is a torn tail: it
is cut off, and said, when the log is opened. A first line of another version or kind is an error.

## Steps that tile

`steps` of a plan tile the reasoning text byte for byte: the first begins at 0, each begins where
the one before ended, the last ends at the text's length. Consecutive steps with action MULTI-STEP
COMPRESS form a group that ends at the first of them with a `text`; that text replaces the group.
With a `synthesis` the plan's path is that text, and compress actions need none.

## Span reply

What a teacher model answers in the span protocol (docs/teacher.md). The trace went to it in units
numbered from 1; the reply has one line a step and nothing between the lines but blank ones:

```
reply  = { line LF }
line   = number blank letter blank skill [ TAB text ]
number = digits: the last unit of the step, which begins right after the step before
letter = "K" keep | "D" delete | "S" single-step compress | "M" multi-step compress
skill  = one or more words, no TAB
text   = the new text, raw; U+23CE stands for a line break
```

Numbers rise from line to line and the last one is the last unit. S has a text; K and D have none;
of M lines that follow each other the last has the text for all of them. Text before the first and
after the last line, and a code fence around them, are passed over; a line that opens with a number
is never passed over. A second look is answered with `ok`, or with lines that replace those of the
same number.

## Paper replies

The first reply of the paper protocol has `Step 1: TEXT`, `Skill: LABEL`, `Step 2: ...`, numbered
without a gap. The second has one line a step, `Step 1: ACTION`, with the action's full name, and
after the last of them a line that opens with `##`, behind which everything is the new reasoning.
Where the plan is stitched there is no `##`; the new text of a compress action then follows it in
its line, in a group on the last.

## Run folder

| file | holds |
|---|---|
| `recipe.yaml` | every key with the value that was used |
| `manifest.json` | what each stage read, as fingerprints, and whether it finished |
| `lock`, `log.jsonl` | the process that works here; begin, end and errors of the stages |
| `problems.log.jsonl` | problems |
| `spending.log.jsonl` | every call of a paid model: what it might cost, what it did |
| `traces.0.log.jsonl` | what sample made; `plans.0` and `paths.0` likewise of decompose and prune |
| `dataset/` | training rows and data sets, below |
| `adapter.gguf`, `adapter/` | the tuned student's LoRA for llama.cpp, and for PEFT |
| `external_training.json`, `adopted.json` | a training elsewhere: its terms, what came back |
| `training.jsonl`, `checkpoints/` | losses; where an interrupted training goes on |
| `control/` | the same of the student trained on unpruned traces (`evaluate.control`) |
| `eval/` | responses to the held-out problems by student, graded responses, the comparison |
| `eval/likelihoods.jsonl`, `eval/learnability.json` | how likely the student finds its paths |
| `report/` | `index.html`, `report.md`, `report.json` |

`drp prune FILE -o out/` makes the same folder with what it needs of this. `drp ablate` makes
`seed-N/base/` and `seed-N/CELL/` of this form, `seed-N/problems.txt` with the ids of the problems
that all cells train on, and `ablation.json`, `ablation.md` and `index.html`.

## Spending log

`spending.log.jsonl` of a run is only appended to: a version line, then one event a line. `send`
stands there before a request goes out and `reply` or `failed` after; a call without an end was in
flight when the process died. Its outcome is unknown: it is named, booked at its worst and asked
again. Where the reply store holds a reply whose `call` is that id, the reply had come: the next
process writes the missing `reply` line. A line without its LF is a torn tail.

## Reply store

`replies/` in the cache folder (in the run folder for `teacher.cache: off`) holds segment files
`replies-NNNNNN.jsonl`: a version line, then one stored reply a line, below. A process appends to a
segment that it has locked and reads all others; the first reply of a key stays. `drp cache export`
writes the same lines without the version line.

## Data sets

`dataset/` holds the same rows in three forms: `messages.jsonl`
({"messages":[{"role","content"}]}), `sharegpt.jsonl` ({"conversations":[{"from","value"}]}) and
`alpaca.jsonl` ({"instruction","input","output","system"}), with `dataset_info.json` for
LLaMA-Factory. Extra columns: `id`, and `tokens_before` and `tokens_after` of the response (in a run
with the end token, which is trained on; in a path without).

## Exit codes

0 done; 1 io, model, service or internal error; 2 usage, recipe or input data; 3 finished with
failed rows; 4 budget reached; 5 authentication or quota; 75 waiting, run again; 130 and 143
interrupted, run again to continue.
)";

template <class Record>
void add_record(std::string& text, std::string_view title, std::string_view intro) {
  text += "\n## " + std::string(title) + "\n\n";
  if (!intro.empty()) text += std::string(intro) + "\n\n";
  text += "| field | type | |\n|---|---|---|\n";
  for (const FieldDoc& field : field_docs<Record>()) {
    text += "| `" + field.name + "` | " + field.type + (field.required ? "" : ", optional") +
            " | " + field.doc + " |\n";
  }
}

std::string rule_passes() {
  std::string text =
      "\n## Rule passes\n\nThe rules teacher runs these in order; `teacher.rules_off` and "
      "`--rules-off` leave some out.\n\n| pass | |\n|---|---|\n";
  for (const teacher::Pass& pass : teacher::all_passes()) {
    text += "| `" + std::string(pass.name) + "` | " + std::string(pass.what) + " |\n";
  }
  return text;
}

std::string column_names() {
  using problems::Part;
  std::string text =
      "\n## Columns of problem and trace files\n\nJSON Lines, a JSON array or CSV. Columns are "
      "found "
      "by these names, compared without case and\nwith `_`, `-` and blank alike; "
      "`problems.train.columns: [question=NAME]` and `--column question=NAME`\nname others, and "
      "`question=A+B` joins two.\n\n| part | names |\n|---|---|\n";
  for (const Part part : problems::all_parts()) {
    text += "| " + std::string(problems::part_name(part)) + " | " +
            join(problems::part_aliases(part), ", ") + " |\n";
  }
  return text;
}

}  // namespace

// A section a heading, in the order in which they are first named.
std::string recipe_markdown() {
  std::vector<std::string> sections;
  std::map<std::string, std::string> tables;
  for (const pipeline::RecipeKey& key : pipeline::load_recipe("", {}).keys) {
    const std::string section(split(key.name, '.').front());
    std::string& table = tables[section];
    if (table.empty()) sections.push_back(section);
    table += "| `" + key.name + "` | `" + key.initial + "` | " + key.type + " | " +
             replace_all(key.doc, "|", "\\|") + " |\n";
  }
  std::string text(kRecipeIntro);
  for (const std::string& section : sections) {
    text += "\n## " + section + "\n\n| key | default | allowed | |\n|---|---|---|---|\n" +
            tables[section];
  }
  return text + rule_passes() + column_names();
}

std::string formats_markdown() {
  std::string text(kFormatsIntro);
  add_record<Problem>(text, "Problem", "problems.log.jsonl; keys are `train:ID` and `test:ID`.");
  add_record<Trace>(text, "Trace", "traces.RANK.log.jsonl and eval/ARM.log.jsonl.");
  add_record<PlanOutcome>(text, "Plan outcome", "plans.RANK.log.jsonl.");
  add_record<Plan>(text, "Plan", "");
  add_record<Step>(text, "Step", "");
  add_record<PrunedPath>(text, "Pruned path", "paths.RANK.log.jsonl, dataset/left_out.jsonl.");
  add_record<GateResult>(text, "Gate result", "");
  add_record<Rejection>(text, "Rejection", "");
  text += "\n| reason | |\n|---|---|\n";
  for (const Reason reason : all_reasons()) {
    text += "| `" + std::string(enum_name(reason)) + "` | " + std::string(reason_meaning(reason)) +
            " |\n";
  }
  add_record<TrainingRow>(text, "Training row", "dataset/rows.jsonl, dataset/control.jsonl.");
  add_record<SpendingEvent>(text, "Spending event", "spending.log.jsonl.");
  add_record<ModelSpending>(text, "Model spending", "What a run spent, by model.");
  add_record<StoredReply>(text, "Stored reply", "Reply store and `drp cache export`.");
  add_record<TrainingEvent>(text, "Training event", "training.jsonl.");
  add_record<Scored>(text, "Scored response", "eval/scored.jsonl.");
  add_record<PathLikelihood>(text, "Path likelihood",
                             "eval/likelihoods.log.jsonl by trace id, and eval/likelihoods.jsonl: "
                             "those that the run asks for.");
  add_record<Learnability>(text, "Learnability", "eval/learnability.json.");
  add_record<ThresholdEffect>(text, "Threshold effect", "");
  add_record<Evaluation>(text, "Evaluation", "eval/evaluation.json.");
  add_record<ArmSummary>(text, "Arm summary", "");
  add_record<PairedComparison>(text, "Paired comparison", "");
  add_record<Estimate>(text, "Estimate", "");
  add_record<Ablation>(text, "Ablation", "ablation.json of `drp ablate`.");
  add_record<StudentAblation>(text, "Student ablation", "");
  add_record<AblationCell>(text, "Ablation cell", "");
  add_record<AblationSeed>(text, "Ablation seed", "");
  return text;
}

}  // namespace drp::cli
