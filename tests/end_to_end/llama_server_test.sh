#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: llama_server_test.sh DRP SERVER MODEL PROJECT
# A real server: llama-server serves the demo's student on the loopback, and drp drives it as a
# teacher (both protocols, with and without a grammar) and as a fleet of one that samples. The model
# understands nothing of a teacher's task, so what counts is that each trace has its plan or its
# reason, that tokens are counted as the server counts them, that nothing is asked twice, and that
# the key is in no file.
set -euo pipefail
drp=$(realpath "$1") server=$(realpath -m "$2") model=$(realpath -m "$3") project=$(realpath "$4")
[ -x "$server" ] || { echo "llama-server is not there: run scripts/bootstrap --test"; exit 77; }
[ -e "$model" ] || { echo "the demo student is not in the model cache"; exit 77; }
work=$(mktemp -d)
server_pid=
finish() {
  [ -z "$server_pid" ] || { kill "$server_pid" 2>/dev/null && wait "$server_pid" 2>/dev/null; } || true
  rm -rf "$work"
}
trap finish EXIT
cd "$work"
export DRP_CACHE_DIR=$work/cache
export DRP_PLANTED=sk-planted-0d2f71c4aa98
fail() { echo "FAILED: $*"; tail -n 5 "$work/server.log" "$work/err" 2>/dev/null || true; exit 1; }

# On one thread: beside another test on the same cores two would wait for each other at each product.
"$server" -m "$model" --lora "$project/examples/reasoner/adapter.gguf" --alias demo --host 127.0.0.1 --port 0 \
  -c 16384 -np 2 -t 1 --metrics --api-key "$DRP_PLANTED" >server.log 2>&1 &
server_pid=$!
url=
for ((i = 0; i < 600; ++i)); do
  port=$(sed -n 's/.*listening on http:\/\/127\.0\.0\.1:\([0-9]*\).*/\1/p' server.log | tail -n 1)
  if [ -n "$port" ] && python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$port/health')" 2>/dev/null; then
    url=http://127.0.0.1:$port/v1
    break
  fi
  kill -0 "$server_pid" 2>/dev/null || fail "llama-server ended"
  sleep 0.2
done
[ -n "$url" ] || fail "llama-server did not begin to listen"

cat >look.py <<'PY'
# look.py predicted URL: tokens that the server generated so far.
# look.py plans FOLDER ROWS: every trace has its plan or its reason; prints how many plans.
# look.py spent FOLDER: completion tokens and requests of a run's account.
# look.py vocabulary MODEL OUT: the model without its weights.
import json, os, struct, sys, urllib.request
def records(path):
    return [json.loads(line) for line in open(path, encoding="utf-8").read().split("\n")[1:] if line]
def predicted(url):
    request = urllib.request.Request(url[:-3] + "/metrics",
                                     headers={"Authorization": "Bearer " + os.environ["DRP_PLANTED"]})
    for line in urllib.request.urlopen(request).read().decode().split("\n"):
        if line.startswith("llamacpp:tokens_predicted_total"):
            print(int(float(line.split()[-1])))
def plans(folder, rows):
    values = [record["value"] for record in records(f"{folder}/plans.0.log.jsonl")]
    assert len(values) == int(rows), f"{len(values)} outcomes"
    for value in values:
        assert ("plan" in value) != ("rejection" in value), value
    paths = [record["value"] for record in records(f"{folder}/paths.0.log.jsonl")]
    assert len(paths) == int(rows), f"{len(paths)} paths"
    print(sum("plan" in value for value in values))
def refusals(folder, reason):
    for record in records(f"{folder}/plans.0.log.jsonl"):
        rejection = record.get("value", {}).get("rejection")
        assert rejection is None or rejection["reason"] == reason, rejection
def spent(folder):
    events = records(f"{folder}/spending.log.jsonl")
    replies = [event for event in events if event["event"] == "reply"]
    sent = [event for event in events if event["event"] == "send"]
    assert len(replies) == len(sent), "a call without a reply"
    assert all(event["prompt_tokens"] > 0 for event in replies), "a reply without usage"
    print(sum(event["completion_tokens"] for event in replies), len(sent))
def vocabulary(model, out):
    data = open(model, "rb").read()
    sizes = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
    def skip(at, kind):
        if kind == 8: return at + 8 + struct.unpack_from("<Q", data, at)[0]
        if kind != 9: return at + sizes[kind]
        item, count = struct.unpack_from("<IQ", data, at)
        at += 12
        for _ in range(count): at = skip(at, item)
        return at
    at = 24
    for _ in range(struct.unpack_from("<Q", data, 16)[0]):
        at = skip(at, 8)
        at = skip(at + 4, struct.unpack_from("<I", data, at)[0])
    open(out, "wb").write(data[:8] + struct.pack("<Q", 0) + data[16:at])
globals()[sys.argv[1]](*sys.argv[2:])
PY
python3 - <<'PY'
import json
with open("traces.jsonl", "w", encoding="utf-8") as out:
    for boxes, pens in ((4, 6), (7, 8)):
        total = boxes * pens
        out.write(json.dumps({"id": f"pens{boxes}", "question":
            f"Nora has {boxes} boxes with {pens} pens each and gives 5 away. How many are left? \u7b14",
            "answer": str(total - 5), "response":
            f"<think>\nOkay, so Nora has {boxes} boxes of {pens} pens. {boxes} * {pens} = {total}.\n\n"
            f"Hmm, is \\frac{{{total}}}{{{boxes}}} = {pens}? Yes.\n\nThen {total} - 5 = {total - 5} are left.\n"
            f"</think>\n\nThe answer is \\boxed{{{total - 5}}}."}, ensure_ascii=False) + "\n")
PY

# prune NAME ARGUMENTS...: prunes both traces into out-NAME by the served model and checks the books.
prune() {
  local name=$1 before after tokens calls planned
  shift
  before=$(python3 look.py predicted "$url")
  "$drp" prune traces.jsonl -o "out-$name" --teacher openai --endpoint "$url" --model demo \
    --api-key-env DRP_PLANTED --tokenizer none "$@" >table 2>err || fail "prune $name: exit $?"
  after=$(python3 look.py predicted "$url")
  planned=$(python3 look.py plans "out-$name" 2) || fail "prune $name: records"
  read -r tokens calls < <(python3 look.py spent "out-$name") || fail "prune $name: account"
  [ "$tokens" = $((after - before)) ] || fail "prune $name: $tokens tokens booked, $((after - before)) generated"
  echo "$name: $planned of 2 planned, $calls calls, $tokens tokens"
}
short='{"max_tokens": 48}'
prune span --protocol span --extra-body "$short"
prune paper --protocol paper --extra-body "$short"
# Held to the grammar, the same model gives a plan each time that it comes to an end.
longer='{"max_tokens": 160}'
prune grammar --protocol span --grammar --extra-body "$longer"
[ "$(python3 look.py plans out-grammar 2)" -ge 1 ] || fail "no reply under the grammar is a plan"
python3 look.py refusals out-grammar reply_cut || fail "a reply under the grammar is no plan"

# The same once more in another folder: from the kept replies, nothing is generated.
before=$(python3 look.py predicted "$url")
"$drp" prune traces.jsonl -o out-again --teacher openai --endpoint "$url" --model demo --api-key-env DRP_PLANTED \
  --tokenizer none --protocol span --grammar --extra-body "$longer" >table 2>err || fail "prune again: exit $?"
[ "$(python3 look.py predicted "$url")" = "$before" ] || fail "a kept reply was asked for again"

# The student at the endpoint: traces with the server's token counts, then all stages to curate.
python3 look.py vocabulary "$model" vocabulary.gguf
cat >recipe.yaml <<YAML
student:
  model: vocabulary.gguf
  endpoint: {url: "$url", model: demo, api_key_env: DRP_PLANTED, concurrency: 2}
problems: {operations_max: 1, train: {count: 3}, test: {count: 1}}
sample: {tokens_max: 64}
evaluate: {tokens_max: 16, tuned_model: demo}
curate: {validation: 0}
run: {folder: run}
YAML
"$drp" sample recipe.yaml >table 2>err || fail "sample: exit $?"
generated=$(($(python3 look.py predicted "$url") - before))
booked=$(python3 -c "
import json
rows = [json.loads(line)['value'] for line in open('run/traces.0.log.jsonl').read().split('\n')[1:] if line]
assert len(rows) == 3, len(rows)
assert all(row['finish'] in ('stop', 'length') and row['prompt_tokens'] > 0 for row in rows), rows
assert len({row['seed'] for row in rows}) == 3
print(sum(row['response_tokens'] for row in rows))") || fail "traces"
[ "$generated" = "$booked" ] || fail "sample: $booked tokens recorded, $generated generated"
"$drp" run recipe.yaml >table 2>err || fail "run: exit $?"
grep -Eq 'weights are not on this machine|no row to train on' err || fail "training was not refused plainly"
[ -s run/report/index.html ] && [ -e run/dataset/rows.jsonl ] || fail "no report"
before=$(python3 look.py predicted "$url")
"$drp" run recipe.yaml >table 2>err || fail "run again: exit $?"
[ "$(python3 look.py predicted "$url")" = "$before" ] || fail "a finished run asked again"
echo "student: 3 traces, $booked tokens, $(wc -l <run/dataset/rows.jsonl) rows"

# A wrong key ends at once with the exit code for keys.
code=0
DRP_PLANTED=sk-wrong "$drp" prune traces.jsonl -o out-wrong --teacher openai --endpoint "$url" --model demo \
  --api-key-env DRP_PLANTED --tokenizer none --split default >table 2>err || code=$?
[ "$code" = 5 ] || fail "a wrong key ended with $code"
if grep -rlF "$DRP_PLANTED" out-* run cache err table; then fail "the key is in a file"; fi
kill "$server_pid"
wait "$server_pid" || true
server_pid=
echo "llama-server as teacher and as student: recorded, counted, kept"
