#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Where libtorch comes from: each source in its turn, never a CUDA build, and a plain message.
source "$(dirname "$0")/fakes.sh"

generic=torch==$torch_version
cpu=$generic+cpu
complete_cache

fresh() { # an empty index, no libtorch, no calls noted
  rm -rf "$(path_of torch)" "$FAKE/served"
  mkdir -p "$FAKE/served"
  : >"$FAKE/calls"
}

# The index has the CPU build under its own name: it is taken, and no other source is asked.
fresh
torch_wheel "$FAKE/served/$cpu" None
run
expect_status 0
expect_file "$(path_of torch)/include/ATen/ATen.h"
expect_file "$(path_of torch)/lib/libtorch_cpu.so"
expect_no_file "$(path_of torch)/lib/libtorch_python.so"
expect_no_call "look-up"
run
[[ -z $output ]] || fail "expected the second run to be silent"

# It has only a generic name, small enough to be a CPU build, and it is one.
fresh
torch_wheel "$FAKE/served/$generic" None
echo "https://index.example/torch.whl 150000000" >"$FAKE/served/link"
run
expect_status 0
expect_call "download $generic"

# The generic file is a CUDA build by its size: it is not downloaded, PyTorch's own index serves.
fresh
torch_wheel "$FAKE/served/$generic" "'12.8'"
torch_wheel "$FAKE/served/cpu-index/$generic" None
echo "https://index.example/torch.whl 526000000" >"$FAKE/served/link"
run
expect_status 0
if grep -qx "download $generic" "$FAKE/calls"; then fail "the CUDA build was downloaded"; fi
expect_call "download $generic/cpu-index"

# It is small and yet no CPU build: torch/version.py gives it away.
fresh
torch_wheel "$FAKE/served/$generic" "'12.8'"
echo "https://index.example/torch.whl 1000" >"$FAKE/served/link"
run
expect_status 1
expect_output "not a CPU build, not taken"
expect_no_file "$(path_of torch)"

# The index does not tell the size: not taken.
fresh
echo "https://index.example/torch.whl -" >"$FAKE/served/link"
run
expect_status 1
expect_output "does not tell its size"

# No source at all: what is missing, what was tried, what to do; the rest is complete all the same.
fresh
run
expect_status 1
expect_output "no CPU build of libtorch $torch_version was found"
expect_output "$torch_cpu_index"
expect_output "DRP_TORCH_DIR"
expect_output "PIP_FIND_LINKS"
expect_output "make WITH_TORCH=OFF"
expect_no_file "$(path_of torch)"

# Somebody who wants no index at all is taken at their word.
fresh
PIP_NO_INDEX=1 run
expect_status 1
expect_no_call "cpu-index"

# Not wanted, or brought along.
fresh
run --without-torch
expect_status 0
expect_no_call ""
mkdir -p "$work/mine/include" "$work/mine/lib"
DRP_TORCH_DIR=$work/mine run
expect_status 0
expect_no_call ""
DRP_TORCH_DIR=$work/none run
expect_status 1
expect_output "DRP_TORCH_DIR=$work/none has no include/ and lib/"
