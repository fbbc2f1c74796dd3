#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# run.sh BUILD MODEL.gguf DATA.jsonl [ROWS] [VENV]: our trainer beside transformers + PEFT (padded)
# and TRL (packed, loss in chunks) on rows of the lengths that DATA has, in one run, in fp32.
# docs/performance.md shows the results. ROWS (default 32) is a multiple of eight; the first eight
# warm up. The Python packages go into VENV (default build/train-peers-venv).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
source "$root/scripts/dependencies.sh"

build=$1 model=$2 data=$3 rows=${4:-32} venv=${5:-$root/build/train-peers-venv}
if [[ ! -x $venv/bin/python ]]; then
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet "torch==$torch_version" "${train_peer_packages[@]}"
fi
lengths=$(mktemp)
trap 'rm -f "$lengths"' EXIT
"$here/lengths.sh" "$build/drp" "$data" "$model" "$rows" > "$lengths"
echo "rows: $(wc -l < "$lengths"), processor: $(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -1)"
export OMP_WAIT_POLICY=passive
"$build/bench/train_bench" "$model" fp32 --lengths "$lengths"
"$venv/bin/python" "$here/peer.py" hf "$model" "$lengths" 2>/dev/null
"$venv/bin/python" "$here/peer.py" trl "$model" "$lengths" 2>/dev/null
