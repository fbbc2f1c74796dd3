#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: other_domains_test.sh DRP
# Puzzles with worked solutions, options and code go through `drp prune`: all are graded by their own
# domain, most are accepted, every row passed all gates and still says its answer.
set -euo pipefail
drp=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$drp" problems -o solved.jsonl --count 150 --seed 3 --families logic --solutions 2>/dev/null
"$drp" problems -o math.jsonl --count 40 --seed 3 2>/dev/null
"$drp" problems -o named.jsonl --count 40 --seed 3 --families math 2>/dev/null
cmp math.jsonl named.jsonl
"$drp" prune solved.jsonl -o out --tokenizer none >table
cat table
grep -q 'right and complete *150' table
python3 - <<'PY'
import json, re
solved = [json.loads(line) for line in open("solved.jsonl")]
answers = {row["id"]: (row["answer"], row["domain"]) for row in solved}
assert {domain for _, domain in answers.values()} == {"text", "choice"}, answers
paths = [json.loads(line) for line in open("out/paths.0.log.jsonl").readlines()[1:]]
paths = [path.get("value", path) for path in paths]
rows = [json.loads(line) for line in open("out/dataset/messages.jsonl")]
assert len(rows) >= 0.8 * len(solved), f"{len(rows)} of {len(solved)} accepted"
domains = set()
for row in rows:
    text = row["messages"][1]["content"]
    found = re.findall(r"\\boxed\{(.*?)\}", text)
    problem = row["id"].split("/")[0]
    answer, domain = answers[problem]
    domains.add(domain)
    assert found == [answer], (found, answer)
    assert row["tokens_after"] < row["tokens_before"], row["id"]
assert domains == {"text", "choice"}, domains
PY

# Code is never touched inside, whatever stands in it.
python3 - <<'PY'
import json
block = "def f(x):\n    # Okay, wait, let me think.\n\n    return x + 1\n"
think = ("Okay, let me think about this. Hmm.\n\nA first draft without a fence:\n" + block +
         "\nWait, let me double-check that. Yes, it seems right.\n\n"
         "1. With a fence:\n   ```python\n   y = f(1)\n\n   # Good, great.\n   ```\n")
answer = "Here it is:\n```python\n" + block + "```\nIt adds one."
json.dump({"id": "code", "question": "Write f(x) that adds one.", "domain": "code",
           "response": f"<think>\n{think}</think>\n\n{answer}"}, open("code.jsonl", "w"))
PY
"$drp" prune code.jsonl -o code --tokenizer none --domain code --without-gold >/dev/null
python3 - <<'PY'
import json
rows = [json.loads(line) for line in open("code/dataset/messages.jsonl")]
assert len(rows) == 1, "the code trace gave no row"
text = rows[0]["messages"][1]["content"]
block = "def f(x):\n    # Okay, wait, let me think.\n\n    return x + 1\n"
assert text.count(block) == 2, text
assert "   y = f(1)\n\n   # Good, great.\n   ```" in text, text
assert "let me think about this" not in text, text
PY
echo "150 puzzles and a code trace"
