// SPDX-License-Identifier: Apache-2.0
#include "cli/reference_pages.h"

#include "base/text.h"
#include "pipeline/recipe.h"
#include "records/json_line.h"

namespace drp::cli {
namespace {

constexpr std::string_view kRecipeIntro = R"(# Recipe

Written by `drp docs recipe`; a test compares this page with the program.

A recipe is YAML with the sections below; every key is optional. On the command line
`drp run recipe.yaml sample.temperature=0.7` overrides a key; a later override wins. An unknown
key is
refused with the nearest name. `drp config show recipe.yaml` prints each value with where it came
from. Paths in a recipe are relative to the recipe.

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
from,
and the record. The file is only appended to; the last line of a key wins; a record whose `input` is
not the wanted one is stale and is made again. A line without its LF is a torn tail: it is cut off,
and said, when the log is opened. A first line of another version or kind is an error.

## Steps that tile

`steps` of a plan tile the reasoning text byte for byte: the first begins at 0, each begins where
the
one before ended, the last ends at the text's length. Consecutive steps with action MULTI-STEP
COMPRESS form a group that ends at the first of them with a `text`; that text replaces the group.

## Data sets

`dataset/` of a run and `out/` of `drp prune FILE` hold the same rows in three forms:
`messages.jsonl`
({"messages":[{"role","content"}]}), `sharegpt.jsonl` ({"conversations":[{"from","value"}]}) and
`alpaca.jsonl` ({"instruction","input","output","system"}), with `dataset_info.json` for
LLaMA-Factory. Extra columns: `id`, `tokens_before`, `tokens_after`.

## Exit codes

0 done; 1 io, model, service or internal error; 2 usage, recipe or input data; 3 finished with
failed
rows; 4 budget reached; 5 authentication or quota; 75 waiting, run again; 130 and 143 interrupted,
run again to continue.
)";

template <class Record>
void add_record(std::string& text, std::string_view title, std::string_view intro) {
  text += "\n## " + std::string(title) + "\n\n" + std::string(intro) +
          "\n\n| field | type | |\n|---|---|---|\n";
  for (const FieldDoc& field : field_docs<Record>()) {
    text += "| `" + field.name + "` | " + field.type + (field.required ? "" : ", optional") +
            " | " + field.doc + " |\n";
  }
}

}  // namespace

std::string recipe_markdown() {
  std::string text(kRecipeIntro);
  std::string section;
  for (const pipeline::RecipeKey& key : pipeline::load_recipe("", {}).keys) {
    const std::string name(split(key.name, '.').front());
    if (name != section) {
      section = name;
      text += "\n## " + section + "\n\n| key | default | allowed | |\n|---|---|---|---|\n";
    }
    text += "| `" + key.name + "` | `" + key.initial + "` | " + key.type + " | " +
            replace_all(key.doc, "|", "\\|") + " |\n";
  }
  return text;
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
  add_record<TrainingRow>(text, "Training row", "dataset/rows.jsonl, dataset/control.jsonl.");
  add_record<TrainingEvent>(text, "Training event", "training.jsonl.");
  add_record<Scored>(text, "Scored response", "eval/scored.jsonl.");
  add_record<Evaluation>(text, "Evaluation", "eval/evaluation.json.");
  add_record<ArmSummary>(text, "Arm summary", "");
  add_record<PairedComparison>(text, "Paired comparison", "");
  add_record<Estimate>(text, "Estimate", "");
  return text;
}

}  // namespace drp::cli
