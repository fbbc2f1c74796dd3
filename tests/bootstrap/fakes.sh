# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
#
# What the bootstrap tests share: an empty cache in which all is complete but what a test removes,
# and a python3 on PATH whose pip serves files from a folder and notes what it was asked for. No
# network, nothing outside the temporary folder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DRP_CACHE_DIR=$work/cache
export FAKE=$work/fake
export FAKE_REAL_PYTHON
FAKE_REAL_PYTHON=$(command -v python3)
unset DRP_TORCH_DIR DRP_LLAMA_DIR PIP_NO_INDEX
mkdir -p "$FAKE/bin" "$FAKE/served"
touch "$FAKE/calls"

# served/NAME is the file for the requirement NAME; served/cpu-index/NAME that of PyTorch's index;
# served/link what the look-up answers. What is not there is "not found".
cat >"$FAKE/bin/python3" <<'PY'
#!/usr/bin/env bash
set -euo pipefail
if [[ ${1:-} == */pip_link.py ]]; then
  echo "look-up $2" >>"$FAKE/calls"
  [[ -e $FAKE/served/link ]] || exit 1
  exec cat "$FAKE/served/link"
fi
[[ ${1:-} == -m && ${2:-} == pip ]] || exec "$FAKE_REAL_PYTHON" "$@"
[[ ${3:-} != --version ]] || exit 0
place=$FAKE/served destination=
for ((i = 1; i <= $#; i++)); do
  case ${!i} in
    --dest) j=$((i + 1)); destination=${!j} ;;
    --find-links) place=$FAKE/served/cpu-index ;;
  esac
  wanted=${!i}
done
echo "download $wanted${place#"$FAKE/served"}" >>"$FAKE/calls"
if [[ ! -e $place/$wanted ]]; then
  echo "ERROR: No matching distribution found for $wanted" >&2
  exit 1
fi
cp "$place/$wanted" "$destination/${wanted//[=+]/-}.whl"
PY
chmod +x "$FAKE/bin/python3"
PATH=$FAKE/bin:$PATH

source "$root/scripts/dependencies.sh"
path_of() { "$root/scripts/bootstrap" --print "$1"; }

complete_cache() {
  local name
  for name in llama peers torch plotly; do
    mkdir -p "$(path_of "$name")"
    touch "$(path_of "$name")/.complete"
  done
  mkdir -p "$(path_of models)"
  touch "$(path_of models)/$smollm2_model" "$(path_of models)/.$smollm2_model.complete"
}

# torch_wheel FILE CUDA: a wheel with the parts that bootstrap looks at; CUDA as in version.py.
torch_wheel() {
  mkdir -p "$(dirname "$1")"
  "$FAKE_REAL_PYTHON" - "$1" "$2" <<'PY'
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], "w") as wheel:
    wheel.writestr("torch/version.py", "from typing import Optional\n__version__ = '2'\n"
                   f"cuda: Optional[str] = {sys.argv[2]}\nhip: Optional[str] = None\n")
    wheel.writestr("torch/include/ATen/ATen.h", "")
    wheel.writestr("torch/lib/libtorch_cpu.so", "")
    wheel.writestr("torch/lib/libtorch_python.so", "")
PY
}

# run ARGUMENTS...: bootstrap without Debian packages; sets status, output.
run() {
  status=0
  output=$("$root/scripts/bootstrap" --without-apt "$@" 2>&1) || status=$?
}

fail() {
  printf 'FAILED: %s\nexit status %s, output:\n%s\ncalls:\n%s\n' "$1" "${status:-}" "${output:-}" "$(cat "$FAKE/calls")" >&2
  exit 1
}
expect_status() { [[ $status == "$1" ]] || fail "expected exit status $1"; }
expect_output() { [[ $output == *"$1"* ]] || fail "expected in the output: $1"; }
expect_call() { grep -qxF -- "$1" "$FAKE/calls" || fail "expected the call: $1"; }
expect_no_call() { ! grep -qF -- "$1" "$FAKE/calls" || fail "unexpected call: $1"; }
expect_file() { [[ -e $1 ]] || fail "expected the file $1"; }
expect_no_file() { [[ ! -e $1 ]] || fail "unexpected file $1"; }
