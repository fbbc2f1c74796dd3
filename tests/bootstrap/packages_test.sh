#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Debian packages: only the missing ones, as root or through sudo, or a message that names them.
source "$(dirname "$0")/fakes.sh"

complete_cache
fake() { # fake NAME BODY
  printf '#!/usr/bin/env bash\n%s\n' "$2" >"$FAKE/bin/$1"
  chmod +x "$FAKE/bin/$1"
}
fake apt-get 'echo "apt-get $*" >>"$FAKE/calls"'
fake dpkg-query 'for p in "$@"; do case $p in -*) ;; libfmt-dev) echo "config-files $p" ;; ninja-build) ;; *) echo "installed $p" ;; esac; done'
fake id 'echo 0'

with_apt() {
  status=0
  output=$("$root/scripts/bootstrap" "$@" 2>&1) || status=$?
}

with_apt
expect_status 0
expect_output "installing Debian packages: ninja-build libfmt-dev"
expect_call "apt-get install -y -qq --no-install-recommends ninja-build libfmt-dev"

# Without root it goes through sudo.
fake id 'echo 1000'
fake sudo 'echo "sudo $1" >>"$FAKE/calls"; "$@"'
: >"$FAKE/calls"
with_apt
expect_status 0
expect_call "sudo apt-get"

# All there: not even apt-get is asked.
fake dpkg-query 'for p in "$@"; do case $p in -*) ;; *) echo "installed $p" ;; esac; done'
: >"$FAKE/calls"
with_apt --test
expect_status 0
[[ -z $output ]] || fail "expected no output"
expect_no_call ""

# apt-get fails: said, with the packages.
fake dpkg-query 'exit 1'
fake apt-get 'exit 100'
with_apt
expect_status 1
expect_output "apt-get could not install"
expect_output "ninja-build"

run --no-such-option
expect_status 2
expect_output "unknown option '--no-such-option'"
