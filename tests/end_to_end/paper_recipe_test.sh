#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: paper_recipe_test.sh DRP PROJECT
# The paper as a recipe: it parses, has the paper's hyperparameters, and is priced on a machine that
# has neither network nor data nor models.
set -euo pipefail
drp=$(realpath "$1") recipe=$(realpath "$2")/examples/paper.yaml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export HOME=$work XDG_CACHE_HOME=$work/cache http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
unset DRP_DATA DRP_CACHE_DIR HF_HOME HF_HUB_CACHE OPENAI_API_KEY OPENAI_BASE_URL 2>/dev/null || true

"$drp" config show "$recipe" >shown
for line in 'train.rank: 8' 'train.alpha: 16' 'train.dropout: 0' 'train.learning_rate: 3e-05' \
  'train.schedule: cosine' 'train.warmup: 0.1' 'train.epochs: 3' 'train.batch: 8' \
  'train.precision: bf16' 'curate.rows_max: 8000' 'curate.tokens_max: 4096' \
  'teacher.model: gpt-4o' 'teacher.protocol: paper' 'teacher.split: skill' 'teacher.batch: on' \
  'teacher.correction: none' 'evaluate.chat_template: none' 'evaluate.temperature: 0' 'evaluate.tokens_max: 12000' 'evaluate.count: retokenize' \
  'problems.train.count: 19473'; do
  grep -Eq "^${line%%: *} +${line##*: } +#" shown || { echo "no $line in:"; cat shown; exit 1; }
done

# A line a name: what is too long for a terminal's line goes on below, behind ten blanks.
unfolded() { sed ':again; N; $!b again; s/\n          */ /g'; }
"$drp" plan "$recipe" --trace-tokens 1900 >folded
cat folded
[ "$(wc -L <folded)" -le 80 ]
unfolded <folded >plan
grep -q '^rows  *19,473: 19,473 problems x 1 sample, taken to be all right and 1,900 tokens long' plan
grep -q 'there is no file paper-train.jsonl, so every question counts as 216 bytes' plan
grep -q '^requests  *38,946 (protocol paper)' plan
grep -Eq '^cost  *\$[0-9]+\.[0-9]+ / \$[0-9]+\.[0-9]+ / \$[0-9]+\.[0-9]+ \(low / likely / high\)' plan
grep -q '^time  *a batch takes up to 24 hours' plan
# What it says for the likely cost is what its own tokens cost at half the listed price.
python3 - <<'PY'
import re
plan = open("plan").read()
number = lambda text: float(text.replace(",", ""))
prompt = number(re.search(r"prompts +([\d,]+) tokens likely", plan)[1])
replies = number(re.search(r"replies +[\d,]+ / ([\d,]+) /", plan)[1])
cost = number(re.search(r"cost +\$[\d.,]+ / \$([\d.,]+) /", plan)[1])
expected = (prompt * 2.5 + replies * 10) / 1e6 * 0.5
assert abs(cost - expected) < 0.01 * expected, (cost, expected)
# Two calls see the trace twice, and the first types it off.
assert 2 * 19473 * 1900 < prompt < 3.5 * 19473 * 1900, prompt
assert 1.3 * 19473 * 1900 < replies < 2 * 19473 * 1900, replies
PY

# Options of the paper's own comparisons are priced as well; a cap says how far it goes.
few=problems.train.count=500
"$drp" plan "$recipe" $few teacher.split=none teacher.batch=off --rpm 500 --max-usd 2 | unfolded >none
cat none
grep -q '^requests  *500 ' none
grep -q '^cap  *\$2.00: pays for about' none
"$drp" plan "$recipe" $few teacher.target=own >own
grep -q '^requests  *500 ' own
"$drp" plan "$recipe" $few teacher.correction=path >path
grep -q '^requests  *1,015 ' path
"$drp" plan "$recipe" $few teacher.correction=answer | unfolded >answer
grep -q '^requests  *1,100 ' answer
grep -q 'before there are traces of 5 / 20 / 50 %' answer
"$drp" plan "$recipe" $few teacher.protocol=span teacher.synthesis=stitch >span
grep -q '^requests  *500 (protocol span)' span
[ ! -e runs ] || { echo "a plan wrote runs/"; exit 1; }
