#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: kill_and_resume_test.sh DRP MODEL PROJECT [KILLS]
# The demo at a small size on the real student: killed (-9) again and again at random moments, it
# continues; no finished record is redone or changed; afterwards every stage is up to date.
set -uo pipefail
drp=$(realpath "$1") model=$(realpath -m "$2") project=$(realpath "$3") kills=${4:-6}
adapter=$project/examples/reasoner/adapter.gguf
[ -e "$model" ] || { echo "the demo student is not in the model cache"; exit 77; }
[ -e "$adapter" ] || { echo "examples/reasoner/adapter.gguf is missing"; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# exec: in the background the process id is the program's own, so a kill hits it and not a shell.
start() {
  exec "$drp" run "$project/examples/demo.yaml" student.model="$model" problems.train.count=$((4 * kills)) \
    problems.test.count=$((kills + 2)) problems.operations_max=2 train.epochs=1 curate.validation=0 \
    evaluate.judged=4 \
    run.folder="$work/run" "$@"
}
run() { (start "$@"); }
RANDOM=4711 landed=0

for ((i = 0; i < kills; ++i)); do
  start >stdout 2>stderr &
  pid=$!
  sleep "$((RANDOM % 9 + 1)).$((RANDOM % 10))"
  if kill -9 "$pid" 2>/dev/null; then landed=$((landed + 1)); echo "killed $((i + 1)): $(tail -n 1 stderr)"; fi
  wait "$pid" 2>/dev/null
  # What was finished before stays byte for byte: each log begins with what it held.
  for log in run/*.log.jsonl run/eval/*.log.jsonl; do
    [ -e "$log" ] && [ "$log" != run/problems.log.jsonl ] || continue  # made whole each time
    name=${log//\//_}
    if [ -e "kept_$name" ]; then
      size=$(stat -c %s "kept_$name")
      cmp -n "$size" "kept_$name" "$log" || { echo "FAILED: $log changed"; exit 1; }
    fi
    # Only whole lines count as finished.
    if [ "$(tail -c 1 "$log" | od -An -c | tr -d ' ')" = '\n' ]; then cp "$log" "kept_$name"; else
      sed '$d' "$log" >"kept_$name"; fi
  done
done
run >stdout 2>stderr || { echo "FAILED: the last run"; cat stderr; exit 1; }
for log in run/traces.0.log.jsonl run/eval/{base,tuned,likelihoods}.log.jsonl; do
  lines=$(($(wc -l <"$log") - 1))
  keys=$(sed -n '2,$p' "$log" | cut -d'"' -f4 | sort -u | wc -l)
  [ "$lines" = "$keys" ] || { echo "FAILED: $log redid a record"; exit 1; }
done
run --dry-run >plan
if grep -v '^folder ' plan | grep -v 'up to date'; then echo "FAILED: not everything is up to date"; exit 1; fi
grep -q '"verdict"' run/report/report.json || { echo "FAILED: no verdict"; exit 1; }
# Given the same traces the other stages end byte-equal: make them anew and compare.
mkdir again
cp -r run/problems.log.jsonl run/traces.0.log.jsonl run/manifest.json again/
python3 - <<'PY'
import json
path = "again/manifest.json"
manifest = json.load(open(path))
keep = {"problems", "sample"}
manifest["stages"] = {k: v for k, v in manifest["stages"].items() if k in keep}
json.dump(manifest, open(path, "w"))
PY
run run.folder="$work/again" --until curate >stdout 2>stderr || { cat stderr; exit 1; }
for file in plans.0.log.jsonl paths.0.log.jsonl dataset/rows.jsonl dataset/messages.jsonl; do
  cmp "run/$file" "again/$file" || { echo "FAILED: $file differs"; exit 1; }
done
echo "$landed kills, nothing redone, other stages byte-equal"
