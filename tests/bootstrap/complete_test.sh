#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# With nothing to do bootstrap says nothing and asks nothing, whatever pip would answer.
source "$(dirname "$0")/fakes.sh"

complete_cache
run
expect_status 0
[[ -z $output ]] || fail "expected no output"
expect_no_call ""

# A folder that was never marked as whole is fetched again.
rm "$(path_of plotly)/.complete"
run
expect_status 1
expect_call "download plotly==$plotly_version"
expect_output "pip could not download plotly-$plotly_version"
expect_output "run scripts/bootstrap again"
expect_output "No matching distribution"

# An interrupted run leaves a scratch folder; the next one sweeps it away.
mkdir "$(path_of deps)/.partial-left"
run
expect_no_file "$(path_of deps)/.partial-left"

# llama-server is for the tests alone, and for those of a build with the local engine.
complete_cache
rm -r "$(path_of peers)"
: >"$FAKE/calls"
run
expect_status 0
run --test --without-llama
expect_status 0
expect_no_call ""
run --test
expect_status 1
expect_call "download llama-cpp-python==$llama_version"
