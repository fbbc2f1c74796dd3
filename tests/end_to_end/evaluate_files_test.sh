#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: evaluate_files_test.sh DRP
# `drp evaluate --traces` and `drp compare` on stored responses: no model, no recipe.
set -euo pipefail
drp=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 - <<'PY'
import json
def write(name, rows):
    with open(name, "w") as out:
        for row in rows:
            out.write(json.dumps(row) + "\n")
long = "First I add. " * 20
write("base.jsonl", [{"id": f"b{i}", "dataset": "even" if i % 2 == 0 else "odd",
                      "question": f"What is {i} + 1?", "answer": str(i + 1), "source_correct": True,
                      "response": f"<think>{long}</think>\\boxed{{{i + 1}}}"} for i in range(120)])
write("tuned.jsonl", [{"id": f"t{i}", "dataset": "even" if i % 2 == 0 else "odd",
                       "question": f"What is {i} + 1?", "answer": str(i + 1),
                       "response": f"<think>{i} + 1</think>The answer is {i + 1 if i % 10 else 0}."}
                      for i in reversed(range(120))])
write("traces.jsonl", [{"question": f"Tom has {i} apples and buys 7. How many has he?",
                        "answer": str(i + 7),
                        "response": f"<think>Okay, let me think. Tom has {i} apples. He buys 7. "
                                    f"{i} + 7 = {i + 7}. Wait, let me check. {i} + 7 = {i + 7}. "
                                    f"Yes.</think>\\boxed{{{i + 7}}}"} for i in range(20, 50)])
PY

given=${DRP_CACHE_DIR-}
export DRP_CACHE_DIR=$work/cache # no model in it: characters are counted
"$drp" evaluate --traces base.jsonl tuned.jsonl -o out >table 2>log
grep -q '^length of a response in characters$' table
tr '\n' ' ' <table | grep -q 'Here fewer characters are shown'
grep -q '^base  *120  *120  *100.0' table
grep -q '^tuned  *120  *120  *90.0' table
tr '\n' ' ' <table | grep -q '120 problems show a change of accuracy'
grep -q 'set=even' table
tr '\n' ' ' <table | grep -q '100.00 % agree'
[ "$(wc -L <table)" -le 80 ]
python3 - <<'PY'
import json
evaluation = json.load(open("out/evaluation.json"))
pair = evaluation["comparisons"][0]
assert (pair["pairs"], pair["only_before"], pair["only_after"]) == (120, 12, 0), pair
assert pair["tokens_cut"]["low"] > 0.5, pair
strict = {arm["arm"]: arm["accuracy_strict"]["value"] for arm in evaluation["arms"]}
assert strict == {"base": 1.0, "tuned": 0.0}, strict
groups = [pair["group"] for pair in evaluation["comparisons"]]
assert groups == ["all", "set=even", "set=odd"], groups
results = json.load(open("out/lm_eval/tuned/results.json"))
# Problems 0, 10, ... are wrong, which are even.
assert results["results"]["odd"]["exact_match,flexible-extract"] == 1.0, results
assert results["results"]["even"]["exact_match,flexible-extract"] == 0.8, results
assert results["n-samples"]["odd"] == {"original": 60, "effective": 60}, results
lines = [json.loads(line) for line in open("out/lm_eval/tuned/samples_even.jsonl")]
assert len(lines) == 60 and {"doc_id", "doc", "target", "resps", "filtered_resps"} <= set(lines[0])
PY

# The same figures from the results as from the files, and again.
"$drp" compare base.jsonl tuned.jsonl -o files.json >files.txt 2>/dev/null
"$drp" compare base=out:base tuned=out:tuned --count characters -o folders.json >/dev/null 2>log
cmp files.json folders.json
tr '\n' ' ' <files.txt | grep -q '^From base to tuned, characters a response fell from .*a clear loss'
"$drp" evaluate --traces base.jsonl tuned.jsonl -o out >again 2>/dev/null
cmp table again

# What `drp prune` wrote has no references: those of the traces hold, whatever the order.
"$drp" prune traces.jsonl -o pruned --tokenizer none >/dev/null 2>&1
pruned=pruned/dataset/messages.jsonl
! grep -q '"answer"' $pruned
for order in "traces.jsonl after=$pruned" "after=$pruned traces.jsonl"; do
  # shellcheck disable=SC2086 # two files
  "$drp" evaluate --traces $order >merged 2>/dev/null
  grep -q '^traces  *30  *30  *100.0' merged
  grep -q '^after  *30  *30  *100.0' merged
  grep -q '^all  *30 ' merged
done
# A stream that comes second is read ahead for them.
"$drp" evaluate --traces after=$pruned traces=- <traces.jsonl >streamed 2>/dev/null
cmp merged streamed

# Samples of one problem, and files of one name pooled.
"$drp" evaluate --traces x=base.jsonl x=tuned.jsonl >pooled 2>/dev/null
grep -q '^x  *120  *240  *95.0' pooled
grep -q '^x  *2  *100.0' pooled

refused() {
  local want=$1 status=0
  shift
  "$@" >/dev/null 2>err || status=$?
  [ "$status" = 2 ] || [ "$status" = 1 ] || { echo "status $status: $*"; exit 1; }
  grep -q -- "$want" err || { echo "no '$want' in:"; cat err; exit 1; }
}
refused 'neither a recipe nor --traces' "$drp" evaluate
refused "no file or folder 'absent.jsonl'" "$drp" evaluate --traces absent.jsonl
refused 'does not say how many tokens' "$drp" evaluate --traces base.jsonl --count stored
for flag in '--dry-run' '--max-usd 1' '--max-tokens 9' '--prices p.json'; do
  # shellcheck disable=SC2086 # a flag with its value
  refused "${flag%% *} is for recipes" "$drp" evaluate --traces base.jsonl $flag
done
refused '--output is for responses with --traces' "$drp" evaluate r.yaml -o out
refused "'r.yaml' is a recipe" "$drp" evaluate --traces r.yaml
refused 'needs a tokenizer' "$drp" evaluate --traces base.jsonl --count retokenize --tokenizer none
refused 'two are compared' "$drp" compare base.jsonl
refused "has no student 'nobody'" "$drp" compare out:nobody out:base
refused "no test file of benchmark 'math500'" env -u DRP_DATA HF_HUB_CACHE="$work" \
  "$drp" evaluate --traces base.jsonl --benchmark math500
# With a tokenizer in the cache tokens are counted, but not of much text.
if [ -n "$given" ]; then export DRP_CACHE_DIR=$given; else unset DRP_CACHE_DIR; fi
"$drp" evaluate --traces base.jsonl >table 2>log
if grep -q '^length of a response in tokens of ' table; then
  python3 - <<'PY'
import json
with open("much.jsonl", "w") as out:
    for i in range(8500):
        out.write(json.dumps({"question": f"What is {i} + 1?", "answer": str(i + 1),
                              "response": "First I add. " * 150 + f"\\boxed{{{i + 1}}}"}) + "\n")
PY
  "$drp" evaluate --traces much.jsonl >table 2>log
  grep -q '^length of a response in characters$' table
fi
echo ok
