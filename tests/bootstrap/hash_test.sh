#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A file with another content than the pinned one is refused and nothing of it is kept.
source "$(dirname "$0")/fakes.sh"

complete_cache
rm -r "$(path_of plotly)"
echo "not plotly" >"$FAKE/served/plotly==$plotly_version"
run
expect_status 1
expect_output "SHA-256 is"
expect_output "expected $plotly_wheel_sha256"
expect_no_file "$(path_of plotly)"
