#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: prune_files_test.sh DRP
# `drp prune FILE -o out/` on every wrapper form: rows come out, files are whole, a second call
# changes nothing, and so does one after a kill.
set -euo pipefail
drp=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

python3 - <<'PY'
import json
think = ("Okay, so Nora has 4 boxes with 6 pens each, and she gives 5 pens away. "
         "First I need the pens in the boxes. 4 * 6 = 24, so there are 24 pens. "
         "Hmm, let me double-check that: 4 * 6 is 24, yes. "
         "Then she gives 5 away, so 24 - 5 = 19 pens are left. "
         "Wait, is that right? 19 + 5 = 24, so it is.")
answer = "Nora has \\boxed{19} pens left."
forms = [f"<think>\n{think}\n</think>\n\n{answer}", f"{think}\n</think>\n\n{answer}",
         f"<Thought>\n{think}\n</Thought>\n<Output>\n{answer}\n</Output>",
         f"think\n{think}\nanswer\n{answer}",
         f"<|channel|>analysis<|message|>{think}<|end|><|start|>assistant<|channel|>final<|message|>{answer}",
         f"{think} {answer}"]
with open("traces.jsonl", "w") as out:
    for i, form in enumerate(forms):
        out.write(json.dumps({"id": f"form{i}", "question": "Nora has 4 boxes with 6 pens each and "
                              "gives 5 pens away. How many are left?", "answer": "19",
                              "response": form}) + "\n")
PY
"$drp" prune traces.jsonl -o out --tokenizer none >table
cat table
grep -q 'right and complete *6' table
python3 - <<'PY'
import json
rows = [json.loads(line) for line in open("out/dataset/messages.jsonl")]
assert rows, "no row came out"
for row in rows:
    text = row["messages"][1]["content"]
    assert "24" in text and "19" in text, text
    assert row["tokens_after"] < row["tokens_before"], row["id"]
for name in ("sharegpt.jsonl", "alpaca.jsonl"):
    assert len(open(f"out/dataset/{name}").readlines()) == len(rows), name
info = json.load(open("out/dataset/dataset_info.json"))
assert set(info) == {"drp_messages", "drp_sharegpt", "drp_alpaca"}, info
report = json.load(open("out/report/report.json"))
assert "<html" in open("out/report/index.html").read()[:2000].lower()
PY
before=$(cat out/*.log.jsonl out/dataset/* | sha256sum)
"$drp" prune traces.jsonl -o out --tokenizer none >table2
cmp table table2
[ "$before" = "$(cat out/*.log.jsonl out/dataset/* | sha256sum)" ]
# Half a record at the end, as a kill leaves it.
size=$(stat -c %s out/paths.0.log.jsonl)
truncate -s $((size - 7)) out/paths.0.log.jsonl
"$drp" prune traces.jsonl -o out --tokenizer none >table3
cmp table table3
[ "$before" = "$(cat out/*.log.jsonl out/dataset/* | sha256sum)" ]
# One trace with every decision; a mistyped id is answered with the nearest.
"$drp" prune -o out --explain form0 >shown
cat shown
grep -q '^verdict   accepted' shown
grep -q 'DELETE' shown
grep -q '^  dangling *ok' shown
grep -q '24 - 5 = 19' shown
[ "$before" = "$(cat out/*.log.jsonl out/dataset/* | sha256sum)" ]
# A trace by its place; an id of no form is answered with what ids look like.
"$drp" prune -o out --explain 3 >third
grep -q '^trace     form2/0' third
if "$drp" prune -o out --explain row-17 2>complaint; then exit 1; fi
grep -q "no trace 'row-17' among 6 (the first is form0/0; a number from 1 to 6" complaint
if "$drp" prune -o out --explain frm0/0 2>complaint; then exit 1; fi
grep -q 'form0/0' complaint
# Other settings in the same folder replace what is there, and say so.
"$drp" prune traces.jsonl -o out --tokenizer none --answer whole >table4 2>notes
grep -q "'out' was made with answer section statement and is made again with whole" notes
# A trace without a reference answer is counted and says what helps; admitted, it is not called right.
python3 - <<'PY'
import json
row = {"question": "Nora has 3 pens and buys 4. How many has she?",
       "response": "<think>\n3 + 4 = 7. Let me check that again: 3 + 4 = 7. Yes.\n</think>\n7"}
with open("some.jsonl", "w") as out:
    out.write(json.dumps({**row, "answer": "7"}) + "\n")
    out.write(json.dumps({**row, "question": "Nora has 3 and 4 pens. How many?", "answer": ""}) + "\n")
PY
"$drp" prune some.jsonl -o graded --tokenizer none >table5
grep -q '^right and complete *1$' table5
grep -q '^  gold_error *1  no readable reference answer; --without-gold' table5
"$drp" prune some.jsonl -o ungraded --tokenizer none --without-gold >table6
grep -q '^complete *2, 1 of them not graded' table6
# Who plans must be named.
if "$drp" prune some.jsonl -o local --teacher local 2>complaint; then exit 1; fi
grep -q 'needs a model to ask (name it with --model FILE.gguf)' complaint
[ ! -e local ]
echo "6 forms, whole after a second call and after a torn record"
