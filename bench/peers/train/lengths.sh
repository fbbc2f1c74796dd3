#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# lengths.sh DRP DATA.jsonl STUDENT ROWS: prints a line "TOKENS SUPERVISED" for each of the first
# ROWS examples, rendered with the student's own template as `drp train` does it.
set -euo pipefail
"$1" train "$2" --show-masks "$4" "student.model=$3" curate.validation=0 |
  sed -n 's/^row .*: \([0-9]*\) tokens, \([0-9]*\) supervised$/\1 \2/p'
