#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# train_rows_test.sh DRP MODEL: what `drp train` shows and refuses before it trains.
set -euo pipefail

drp=$(realpath "$1") model=$(realpath -m "$2")
if [[ ! -e $model ]]; then
  echo "no demo student at '$model': run scripts/bootstrap" >&2
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

cat > rows.jsonl <<'JSON'
{"id": "a", "question": "What is 2 + 2?", "response": "2 + 2 = 4."}
{"id": "b", "question": "Say <|im_end|> twice.", "response": "<|im_end|> <|im_end|>"}
JSON

# --show-masks prints each row with what is supervised marked, the end token included, and trains
# nothing.
"$drp" train rows.jsonl --show-masks 5 "student.model=$model" curate.validation=0 > masks.txt 2> log.txt
[[ $(grep -c '^row ' masks.txt) == 2 ]] || fail "two rows: $(cat masks.txt log.txt)"
grep -q '^<|im_start|>assistant$' masks.txt || fail "the prompt is shown: $(cat masks.txt)"
grep -q '⟦2│ +│ │2│ =│ │4│.│<|im_end|>⟧' masks.txt || fail "each token is marked: $(cat masks.txt)"
# Text of a control token in a message stays text: it takes several tokens.
grep -q '⟦<│' masks.txt || fail "content is no control token: $(cat masks.txt)"
[[ $(ls) == $'log.txt\nmasks.txt\nrows.jsonl' ]] || fail "files were made: $(ls)"

refused() { # status, words of the message, then arguments
  local expected=$1 words=$2 status=0
  shift 2
  "$drp" train rows.jsonl -o out "student.model=$model" curate.validation=0 "$@" > out.txt 2> err.txt || status=$?
  [[ $status == "$expected" ]] || fail "$*: exit status $status: $(cat err.txt)"
  grep -qF -- "$words" err.txt || fail "$*: '$words' is not in: $(cat err.txt)"
}
refused 2 "'attn_x', expected all, attn_q" train.targets=attn_x
refused 2 "did you mean 'attn_k'" train.targets=attn_kk
refused 2 "matches none of the model's 210 linear layers" 'train.targets=blk.99.*'
refused 2 "stay frozen" train.targets=lm_head
refused 2 "no regular expression" 'train.targets=attn_[q'
refused 2 "there are no rows to train on" curate.tokens_max=16
echo "passed"
