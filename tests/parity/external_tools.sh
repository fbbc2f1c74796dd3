#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# external_tools.sh BUILD [TOOL...]: what `drp export --for TOOL` writes, read by that tool itself
# (llamafactory, trl, axolotl; default all): the configuration by its parser, the rows by its loader.
# LLaMA-Factory and TRL also train the tiny reasoner on it, the run adopts the adapter, and PEFT loads
# the run's own copy. Each tool lives in a virtual environment build/TOOL-venv (elsewhere:
# VENVS=FOLDER) that is made where it is missing; torch is the CPU build, and what a tool needs for
# pictures, sounds and GPUs stays away.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$root/scripts/dependencies.sh"

build=$(cd "$1" && pwd)
shift
tools=("$@")
[[ ${#tools[@]} -gt 0 ]] || tools=(llamafactory trl axolotl)
venvs=${VENVS:-$root/build}

make_venv() {  # TOOL: the tool without its own list of needs, then what its configuration needs
  local venv=$venvs/$1-venv own="$1_tool" packages="$1_packages[@]"
  if [[ ! -e $venv/.complete ]]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet "torch==$torch_version" "${!packages}" ||
      "$venv/bin/pip" install --quiet --extra-index-url "$torch_cpu_index" \
        "torch==$torch_version" "${!packages}"
    "$venv/bin/pip" install --quiet --no-deps "${!own}"
    touch "$venv/.complete"
  fi
}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export OMP_NUM_THREADS=1 DRP_CACHE_DIR=$work/cache
settings=(problems.train.count=40 problems.test.count=8 curate.validation=0.2 train.kind=external
  train.precision=fp32 evaluate.judged=0 "run.folder=$work/run")
waiting=0
"$build/drp" run "$root/examples/tiny.yaml" "${settings[@]}" 2> "$work/log" || waiting=$?
if [[ $waiting -ne 75 ]]; then
  cat "$work/log" >&2
  exit 1
fi
for tool in "${tools[@]}"; do
  make_venv "$tool"
  "$build/drp" export "$work/run" --for "$tool" -o "$work/$tool" 2> "$work/log"
  "$venvs/$tool-venv/bin/python" "$here/external_tools.py" "$tool" "$work/$tool" \
    "$work/run/dataset/rows.jsonl" 2> "$work/log" || { tail -n 20 "$work/log" >&2; exit 1; }
  if [[ -e $work/$tool/output ]]; then
    "$build/drp" adopt "$work/$tool/output" --run "$work/run" 2>&1 | sed "s#$work/##g"
    "$venvs/$tool-venv/bin/python" "$here/external_tools.py" adapter "$work/$tool/base" \
      "$work/$tool/output" "$work/run/adapter" 2> "$work/log" || { tail -n 20 "$work/log" >&2; exit 1; }
  fi
done
