#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# usage: grade_test.sh DRP
# `drp grade` from end to end: order, malformed lines, standard input, inputs made to break a grader.
set -uo pipefail
drp=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0
check() { # check NAME COMMAND...: the command must succeed
  local name=$1
  shift
  "$@" || { echo "FAILED: $name"; failures=$((failures + 1)); }
}

# Order and ids, over several processes.
for i in $(seq 500); do echo "{\"id\":$i,\"gold\":\"$i\",\"pred\":\"$((i % 2 == 0 ? i : i + 1))\"}"; done >pairs.jsonl
"$drp" grade pairs.jsonl --processes 3 >out.jsonl 2>summary
check "exit 0" test $? = 0
check "order" test "$(sed 's/.*"id":\([0-9]*\).*/\1/' out.jsonl | paste -sd,)" = "$(seq -s, 500)"
check "verdicts" test "$(grep -c '"verdict":"equal"' out.jsonl)" = 250
check "summary" grep -q 'accuracy  50.0 % flexible' summary
"$drp" grade <pairs.jsonl 2>/dev/null | cmp -s - out.jsonl
check "standard input gives the same" test $? = 0

# A malformed line is named, the rest is graded.
printf '{"gold":"1","pred":"1"}\nnot json\n\n{"gold":"2"}\n{"gold":"3","pred":"3"}\n' >bad.jsonl
"$drp" grade bad.jsonl >out.jsonl 2>summary
check "exit 3" test $? = 3
check "place" grep -q 'warning: bad.jsonl:2: not JSON' summary
check "place of a missing part" grep -q 'warning: bad.jsonl:4: neither pred nor response' summary
check "the rest" test "$(grep -c '"verdict":"equal"' out.jsonl)" = 2

# Made to break a grader: nothing dies, nothing is taken for equal.
repeat() { yes "$1" | head -n "$2" | tr -d '\n'; }
{
  for pred in '7^{7^{7^{7}}}' '9^{9^{9^{9^{9}}}}' '99999999!' '((10!)!)!' '\binom{1000000}{500000}' \
    '\sin(10^{500})' '\log(\log(\log(\log(2))))' 'e^{e^{e^{e^{e}}}}' '__import__("os").abort()' \
    "$(repeat '\frac{1}{1+' 400)x$(repeat '}' 400)" "$(repeat '(' 2000)1$(repeat ')' 2000)" \
    "$(repeat 1 100000)" "$(repeat '\sqrt' 5000)2" "$(repeat '\frac' 5000)" "$(repeat '{' 50000)" \
    "1$(repeat '\pm 1' 60)" "$(repeat '|' 1001)" "$(repeat '%' 5000)" "2$(repeat '^2' 4000)" \
    "$(repeat '-' 9000)1" "$(repeat 'x' 5000)"; do
    escaped=$(printf '%s' "$pred" | sed 's/\\/\\\\/g; s/"/\\"/g')
    printf '{"gold":"3","pred":"%s"}\n{"gold":"3","response":"%s"}\n' "$escaped" "$escaped"
  done
  printf '{"gold":"3","response":"%s"}\n' "$(repeat '\\\\[' 524288)" "$(repeat '$1,' 349525)"
  printf '{"gold":"3","pred":"1\\u00002"}\n{"gold":"3","pred":"\xff\xfe"}\n'
} >stress.jsonl
# A busy machine may take long for what is quick; what never ends is given up all the same.
"$drp" grade stress.jsonl --limit-ms 20000 >out.jsonl 2>summary
check "stress ends" test "$(wc -l <out.jsonl)" = "$(wc -l <stress.jsonl)"
check "no process died or was stopped" test "$(grep -c 'process died\|took too long' out.jsonl)" = 0
check "nothing equal" test "$(grep -c '"verdict":"equal"' out.jsonl)" = 0

# Without bubblewrap code is refused, not judged.
mkdir tools
for tool in setpriv prlimit; do ln -s "$(command -v $tool)" tools/; done
printf '{"gold":"pass","domain":"code","pred":"pass"}\n' >code.jsonl
PATH=$work/tools "$drp" grade code.jsonl >out.jsonl 2>summary
check "code without bubblewrap" test $? = 2
check "says so" grep -q 'bubblewrap is missing.*apt-get install bubblewrap' summary

# One pair in words.
"$drp" grade --gold '9/4' --pred '2\frac14' >out.txt
check "explains" grep -q 'verdict    equal: same number' out.txt

echo "$failures failed"
[ "$failures" = 0 ]
