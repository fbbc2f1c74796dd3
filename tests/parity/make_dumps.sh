#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
#
# make_dumps.sh [VENV] [CASE...]: makes the reference dumps of make_dumps.py anew, in a virtual
# environment of its own (default build/parity-venv) that is made where it is missing. Only needed
# when a case changes: the dumps are committed and the tests read nothing else.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
source "$root/scripts/dependencies.sh"

venv=${1:-$root/build/parity-venv}
shift || true
if [[ ! -e $venv/.complete ]]; then
  python3 -m venv "$venv"
  # From the CPU index where the user's own has only CUDA builds of torch.
  "$venv/bin/pip" install --quiet "torch==$torch_version" "${parity_packages[@]}" ||
    "$venv/bin/pip" install --quiet --extra-index-url "$torch_cpu_index" \
      "torch==$torch_version" "${parity_packages[@]}"
  touch "$venv/.complete"
fi
# A set of names is written in the order of their hashes.
PYTHONHASHSEED=0 exec "$venv/bin/python" "$here/make_dumps.py" "$@"
