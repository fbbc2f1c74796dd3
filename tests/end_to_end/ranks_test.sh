#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# ranks_test.sh DRP MPIRUN MODEL: `mpirun -np 2 drp train` gives the adapter of one process, and goes
# on after a stop.
set -euo pipefail

drp=$(realpath "$1") mpirun=$2 model=$(realpath -m "$3")
if [[ ! -e $model ]]; then
  echo "no demo student at '$model': run scripts/bootstrap" >&2
  exit 77
fi
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

fail() {
  echo "FAILED: $*" >&2
  exit 1
}

for i in 1 2 3 4 5 6; do
  echo "{\"id\": \"$i\", \"question\": \"What is $i + $i?\", \"response\": \"$i + $i is $((i + i)).\"}"
done > rows.jsonl
train() { # folder, processes
  "$mpirun" --oversubscribe -np "$2" "$drp" train rows.jsonl -o "$1" "student.model=$model" train.rank=2 \
    train.epochs=2 train.batch=3 train.precision=fp32 train.threads=1 train.learning_rate=1e-3 \
    curate.validation=0 'train.targets=blk.29.attn_.*' > "$1.txt" 2>&1
}
mkdir one two
"$drp" train rows.jsonl -o one "student.model=$model" train.rank=2 train.epochs=2 train.batch=3 \
  train.precision=fp32 train.threads=1 train.learning_rate=1e-3 curate.validation=0 \
  'train.targets=blk.29.attn_.*' > one.txt 2>&1 || fail "one process: $(cat one.txt)"
train two 2 || fail "two processes: $(cat two.txt)"
grep -q 'on 2 processes' two.txt || fail "it does not say so: $(cat two.txt)"
[[ $(grep -c 'training on 6 rows' two.txt) == 1 ]] || fail "both speak: $(cat two.txt)"
python3 - one/training.jsonl two/training.jsonl <<'PY' || fail "the losses differ"
import json, sys
one, two = ([json.loads(line) for line in open(path)] for path in sys.argv[1:])
assert len(one) == len(two) == 4, (len(one), len(two))
for a, b in zip(one, two):
    assert abs(a["loss"] - b["loss"]) < 1e-4 and a["supervised_tokens"] == b["supervised_tokens"], (a, b)
PY
# An error of all ends all, with its message.
status=0
"$mpirun" --oversubscribe -np 2 "$drp" train rows.jsonl -o bad "student.model=$model" train.targets=attn_x > bad.txt 2>&1 ||
  status=$?
((status != 0)) || fail "a bad target passed"
grep -q "train.targets holds 'attn_x'" bad.txt || fail "no message: $(cat bad.txt)"
echo "passed"
