#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: kill_and_resume_test.sh DRP MODEL RECIPE "SAMPLE TRAIN EVALUATE" [KEY=VALUE...]
# A recipe at a small size: killed (-9) so many times at random moments of each of these stages, it
# continues; no finished record is redone or changed; afterwards every stage is up to date.
set -uo pipefail
drp=$(realpath "$1") model=$(realpath -m "$2") recipe=$(realpath "$3")
read -r -a kills <<<"$4"
shift 4
overrides=("student.model=$model" curate.validation=0 "$@")
[ -e "$model" ] || { echo "no model at $model: run scripts/bootstrap"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
# exec: in the background the process id is the program's own, so a kill hits it and not a shell.
start() { exec "$drp" run "$recipe" run.folder="$work/run" "${overrides[@]}" "$@"; }
run() { (start "$@"); }
RANDOM=4711 landed=0 drawn=0

# What was finished before stays byte for byte: each log begins with what it held.
check_kept() {
  local log name
  for log in run/*.log.jsonl run/eval/*.log.jsonl; do
    [ -e "$log" ] && [ "$log" != run/problems.log.jsonl ] || continue  # made whole each time
    name=${log//\//_}
    if [ -e "kept_$name" ]; then
      cmp -n "$(stat -c %s "kept_$name")" "kept_$name" "$log" ||
        { echo "FAILED: $log changed"; exit 1; }
    fi
    # Only whole lines count as finished.
    if [ "$(tail -c 1 "$log" | od -An -c | tr -d ' ')" = '\n' ]; then cp "$log" "kept_$name"; else
      sed '$d' "$log" >"kept_$name"; fi
  done
}

stages=(sample train evaluate)
for s in 0 1 2; do
  for ((i = 0; i < kills[s]; ++i)); do
    : >stderr
    start >stdout 2>stderr &
    pid=$!
    # A moment from the start of the stage on; the stage may be done by then, and the next is hit.
    while kill -0 "$pid" 2>/dev/null && ! grep -q "^${stages[s]}: " stderr; do sleep 0.02; done
    sleep "$((RANDOM % 2)).$((RANDOM % 10))$((RANDOM % 10))"
    drawn=$((drawn + 1))
    kill -9 "$pid" 2>/dev/null
    wait "$pid" 2>/dev/null
    if [ $? = 137 ]; then
      landed=$((landed + 1))
      echo "killed $landed: $(tail -n 1 stderr)"
    fi
    check_kept
  done
done
[ "$((2 * landed))" -gt "$drawn" ] || { echo "FAILED: of $drawn kills $landed hit"; exit 1; }
run >stdout 2>stderr || { echo "FAILED: the last run"; cat stderr; exit 1; }
check_kept
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
echo "$landed of $drawn kills hit, nothing redone, other stages byte-equal"
