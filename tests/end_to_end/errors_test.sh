#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: errors_test.sh DRP MODEL
# Every bad input ends in one line on standard error that names the thing and the next step, and in
# the exit code of docs/formats.md.
set -uo pipefail
drp=$(realpath "$1") model=$(realpath -m "$2")
work=$(mktemp -d)
trap 'umount "$work/small" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0 checks=0

# expect CODE PATTERN COMMAND...: the exit code, and one "drp:" line that holds PATTERN.
expect() {
  local code=$1 pattern=$2
  shift 2
  "$@" >stdout 2>stderr
  local got=$?
  checks=$((checks + 1))
  local lines
  lines=$(grep -c '^drp: ' stderr)
  if [ "$got" != "$code" ] || [ "$lines" != 1 ] || ! grep -q -- "$pattern" stderr; then
    echo "FAILED: $* -> exit $got (expected $code), pattern '$pattern'"
    sed 's/^/    /' stderr
    failures=$((failures + 1))
  fi
}

printf '{"id":"a","question":"What is 1 + 2?","answer":"3","response":"<think>\\n1 + 2 = 3. So it is 3. Wait, 1 + 2 = 3. Yes.\\n</think>\\n\\nThe answer is \\\\boxed{3}."}\n' >good.jsonl
printf '{"messages":[{"role":"user","content":"1 + 2?"},{"role":"assistant","content":"3"}]}\n' >messages.jsonl
cp good.jsonl bad.jsonl && echo 'not json' >>bad.jsonl
printf 'question,answer\n"What is 1?,1\n' >quote.csv
: >empty.jsonl
printf '{"foo":"x"}\n' >columns.jsonl
printf 'sample:\n  temprature: 1\n' >typo.yaml
printf 'problems:\n  train: {source: file, file: bad.jsonl, count: 0}\n  test: {source: file, file: good.jsonl, count: 0}\nrun: {folder: run}\n' >badset.yaml
printf 'problems:\n  train: {source: file, file: empty.jsonl, count: 0}\n  test: {source: file, file: good.jsonl, count: 0}\nrun: {folder: run2}\n' >emptyset.yaml
printf 'run: {folder: run3}\n' >plain.yaml

expect 2 "unknown command 'rnu' (did you mean 'run'" "$drp" rnu
expect 2 "did you mean '--limit'" "$drp" prune good.jsonl -o out --limti 3
expect 2 "is no recipe, and there is no -o" "$drp" prune good.jsonl
expect 2 "typo.yaml:2: unknown key 'sample.temprature' (did you mean 'sample.temperature'" \
  "$drp" run typo.yaml
expect 2 "unknown key 'run.sed' (did you mean 'run.seed'" "$drp" run plain.yaml run.sed=1
expect 2 "expected number from 0 to 10" "$drp" run plain.yaml sample.temperature=11
expect 1 "missing.yaml" "$drp" run missing.yaml
expect 1 "no model 'missing.gguf'" "$drp" run plain.yaml student.model=missing.gguf --until sample
expect 2 "bad.jsonl:2" "$drp" run badset.yaml --until problems
expect 2 "empty.jsonl" "$drp" run emptyset.yaml --until problems
expect 1 "missing.jsonl" "$drp" prune missing.jsonl -o out --tokenizer none
expect 2 "quote.csv:2" "$drp" run badset.yaml problems.train.file=quote.csv --until problems
expect 2 "columns.jsonl" "$drp" run badset.yaml problems.train.file=columns.jsonl --until problems
expect 1 "no train file of benchmark 'gsm8k'; looked in DRP_DATA, which is not set" \
  env -u DRP_DATA HF_HUB_CACHE="$PWD" "$drp" run plain.yaml problems.train.source=gsm8k \
  --until problems
expect 2 "expected one of generated, file, gsm8k" "$drp" run plain.yaml \
  problems.train.source=gsm9k --until problems
expect 2 "no question column: found foo" "$drp" run badset.yaml problems.train.file=columns.jsonl \
  --until problems
expect 2 "'question' names no column" "$drp" run badset.yaml 'problems.train.columns=[question]' \
  --until problems
expect 2 "is no recipe" "$drp" run good.jsonl
expect 2 "is a recipe, and -o is for traces" "$drp" prune plain.yaml -o out
expect 2 "is for recipes" "$drp" prune good.jsonl -o out --dry-run
expect 2 "--teacher is for traces with -o" "$drp" prune plain.yaml --teacher openai
expect 2 "--count is for generated problems" "$drp" problems plain.yaml --count 5
expect 2 "--count is for responses with --traces" "$drp" evaluate plain.yaml --count stored
expect 2 "--dry-run is for recipes" "$drp" report run -o pooled --dry-run
expect 2 "expected math, choice, text or code" "$drp" prune good.jsonl -o out --domain poetry
expect 2 "--keep-answer-prob is .*, expected number from 0 to 1" "$drp" prune good.jsonl -o out --keep-answer-prob 1.5
expect 2 "--synthesis is .*expected one of auto, stitch, teacher" \
  "$drp" prune good.jsonl -o out --synthesis foo
expect 2 "expected one of off, on, files" "$drp" prune good.jsonl -o out --batch foo
expect 2 "'run.seed=2' sets a recipe's key, and -o is for traces" \
  "$drp" prune good.jsonl run.seed=2 -o out
expect 2 "write teacher.kind=VALUE" "$drp" prune plain.yaml --teacher openai
expect 1 "a file is in the way" "$drp" prune good.jsonl -o good.jsonl/out --tokenizer none
expect 2 "--teacher is openai and --judge/--model is empty" "$drp" prune good.jsonl -o paid --tokenizer none --teacher openai
expect 5 "OPENAI_API_KEY is not set" env -u OPENAI_API_KEY -u OPENAI_BASE_URL "$drp" prune good.jsonl -o paid \
  --tokenizer none --teacher openai --model m --endpoint https://teacher.invalid/v1
# Nobody listens on the discard port; the folder of the failed attempt can be used again, and Ctrl-C
# does not wait for the next attempt. In the background, since what is asked again takes seconds.
mkdir nobody
(
  failures=0
  cd nobody || exit 9
  ask=("$drp" prune ../good.jsonl -o ../paid --tokenizer none --teacher openai --model m --endpoint http://127.0.0.1:9/v1)
  expect 1 "127.0.0.1:9" "${ask[@]}"
  expect 130 "run the same command again" timeout --foreground --preserve-status -s INT 1 "${ask[@]}"
  exit "$failures"
) >nobody.log 2>&1 &
nobody=$!
expect 2 "expected a whole number >= 0" "$drp" prune good.jsonl -o out --limit -1
expect 2 "expected a whole number from 1" "$drp" problems -o out.jsonl --count -5
expect 2 "expected a whole number from 1 to 4" "$drp" problems -o out.jsonl --operations-max 7
expect 2 "takes no recipe" "$drp" problems plain.yaml -o out.jsonl
expect 2 "is a run folder" "$drp" report .
expect 1 "/proc/drp" "$drp" prune good.jsonl -o /proc/drp --tokenizer none

# What cannot be pruned is named in one line, before anything is made.
printf '{"question":"What is 1 + 2?","response":"<think>\\n1 + 2 = 3\\n</think>\\n3"}\n' >nogold.jsonl
printf 'PAR1\0\0' >set.parquet
printf '\037\213\010\0' >set.jsonl.gz
head -c 3000 /dev/zero >zeros.dat
printf 'foo,bar\n1,2\n3,4\n' >other.csv
mkdir folder emptyfolder kept && cp set.parquet folder/ && mkdir folder/below
# refused CODE PATTERN FILE: by prune and by evaluate, leaving no folder, and an empty one as it was.
refused() {
  local output
  for output in made kept; do
    expect "$1" "$2" "$drp" prune "$3" -o $output --tokenizer none
    [ "$(wc -l <stderr)" = 1 ] || { echo "FAILED: more than a line of $3"; failures=$((failures + 1)); }
  done
  [ ! -e made ] && [ -z "$(ls -A kept)" ] ||
    { echo "FAILED: $3 left something"; failures=$((failures + 1)); }
}
refused 2 "'folder': no .jsonl, .json, .csv or .tsv file in this folder; it holds 1 .parquet, 1 folder" folder
refused 2 "it is empty" emptyfolder
refused 1 "no file or folder 'missing.jsonl' (check the path)" missing.jsonl
refused 2 "set.parquet: this is a Parquet file.*read_parquet" set.parquet
refused 2 "set.jsonl.gz: this is a gzip file.*gunzip -k set.jsonl.gz" set.jsonl.gz
refused 2 "zeros.dat: this is binary data" zeros.dat
refused 2 "empty.jsonl: the file is empty" empty.jsonl
refused 2 "columns.jsonl:1: no response column: found foo.*--column response=NAME" columns.jsonl
refused 2 "other.csv: none of 2 rows is a trace; .*found foo, bar" other.csv
refused 2 "nogold.jsonl: no trace has a reference answer; found the columns question, response.*--without-gold" \
  nogold.jsonl
for input in columns.jsonl set.parquet empty.jsonl other.csv; do
  expect 2 "$input" "$drp" evaluate --traces $input -o made
  [ ! -e made ] || { echo "FAILED: evaluate of $input left something"; failures=$((failures + 1)); }
done
expect 2 "no trace has a reference answer.*--problems FILE" \
  "$drp" evaluate --traces nogold.jsonl -o made
for command in "grade folder" "run folder"; do
  expect 2 "folder.*name a" "$drp" $command
done
expect 2 "no folder 'nowhere'" "$drp" prune -o nowhere --explain 1
checks=$((checks + 1))
"$drp" help prune | cmp - <("$drp" prune --help) ||
  { echo "FAILED: help of a command"; failures=$((failures + 1)); }
# A stream is known by reading it.
expect 2 "standard input" "$drp" prune - -o made --tokenizer none </dev/null
[ ! -e made ] || { echo "FAILED: an empty stream left something"; failures=$((failures + 1)); }
# References that nobody can read: the report is there, and the exit code says it.
printf '{"question":"What is 1 + 2?","answer":"?","response":"<think>\\n1 + 2 = 3\\n</think>\\n3"}\n' >badgold.jsonl
expect 2 "no reference answer of the 1 traces can be read" \
  "$drp" prune badgold.jsonl -o badgold --tokenizer none
# A folder stands for its files; a pipe is read once.
checks=$((checks + 1))
mkdir traces && cp good.jsonl traces/a.jsonl && cp good.jsonl traces/b.jsonl
"$drp" prune traces -o fromfolder --tokenizer none >stdout 2>stderr && grep -q '^traces *2' stdout &&
  "$drp" prune <(cat good.jsonl) -o frompipe --tokenizer none >stdout 2>stderr &&
  grep -q '^traces *1' stdout ||
  { echo "FAILED: a folder, a pipe"; cat stderr stdout; failures=$((failures + 1)); }

# An unreadable row is a warning with file:line; the rest is done; exit 3 says so.
"$drp" prune bad.jsonl -o out3 --tokenizer none >stdout 2>stderr
[ $? = 3 ] && grep -q 'warning: .*bad.jsonl:2' stderr && grep -q 'unreadable rows *1' stdout ||
  { echo "FAILED: unreadable row"; cat stderr stdout; failures=$((failures + 1)); }

# What a later stage would miss is found before the first one works.
expect 1 "no model 'nix'" "$drp" run plain.yaml student.model=nix
expect 1 "/nowhere/models holds no GGUF" env DRP_CACHE_DIR=/nowhere "$drp" run plain.yaml
expect 1 "nix.gguf" "$drp" run plain.yaml student.adapters=[nix.gguf]
if [ -e "$model" ]; then
  expect 2 'no pass is called "plam" (did you mean "plan"\|no pass is called "plam"' \
    "$drp" run plain.yaml student.model="$model" teacher.rules_off=[plam]
  # A dry run writes nothing, and neither does one beside a run in progress.
  checks=$((checks + 1))
  "$drp" run plain.yaml student.model="$model" run.folder=dry --dry-run >stdout 2>stderr
  [ $? = 0 ] && [ ! -e dry ] && grep -q 'problems *runs: first time' stdout ||
    { echo "FAILED: dry run"; cat stderr stdout; failures=$((failures + 1)); }
fi

# A recipe names columns that have other names than usual.
printf '{"frage":"What is 1 + 2?","wert":"3"}\n' >german.jsonl
checks=$((checks + 1))
"$drp" run badset.yaml problems.train.file=german.jsonl run.folder=german \
  'problems.train.columns=[question=frage, answer=wert]' --until problems >stdout 2>stderr &&
  grep -q 'What is 1 + 2' german/problems.log.jsonl ||
  { echo "FAILED: columns of a recipe"; cat stderr; failures=$((failures + 1)); }

# Two programs in one folder: the second names the first.
mkdir -p busy
exec 9>busy/lock
flock 9
echo 4711 >busy/lock
expect 2 "in use by process 4711" "$drp" run plain.yaml run.folder=busy --until problems
exec 9>&-

# A full disk.
mkdir small
if mount -t tmpfs -o size=48k tmpfs small 2>/dev/null; then
  expect 1 "No space left on device" \
    "$drp" run plain.yaml run.folder=small/run problems.train.count=300 --until problems
fi

if [ -e "$model" ]; then
  head -c 3000000 "$model" >cut.gguf
  expect 1 "cut.gguf" "$drp" run plain.yaml student.model=cut.gguf --until sample
  echo "no model at all" >text.gguf
  expect 1 "text.gguf" "$drp" run plain.yaml student.model=text.gguf --until sample
  # A model of an architecture that nobody knows.
  LC_ALL=C sed 's/llama/gamma/g' "$model" >gamma.gguf
  expect 1 "gamma.gguf.*architecture 'gamma'" \
    "$drp" run plain.yaml student.model=gamma.gguf --until sample
  expect 1 "gamma.gguf.*architecture 'gamma'" \
    "$drp" train messages.jsonl -o tuned student.model=gamma.gguf
  rm gamma.gguf
  # Ctrl-C: the status and the words that it can be continued.
  "$drp" run plain.yaml run.folder=stopped student.model="$model" problems.train.count=60 \
    --until sample >stdout 2>stderr &
  pid=$!
  for _ in $(seq 200); do [ -s stopped/traces.0.log.jsonl ] && break; sleep 0.1; done
  sleep 1
  kill -INT "$pid"
  wait "$pid"
  got=$?
  checks=$((checks + 1))
  if [ "$got" != 130 ] || ! grep -q 'run the same command again' stderr; then
    echo "FAILED: Ctrl-C ended with $got"
    cat stderr
    failures=$((failures + 1))
  fi
fi

wait "$nobody"
failures=$((failures + $?)) checks=$((checks + 2))
cat nobody.log

echo "$checks checks, $failures failed"
[ "$failures" = 0 ]
