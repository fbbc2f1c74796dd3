#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Says which file pip would take for a requirement, without downloading it.

Prints one line, `URL BYTES` (BYTES is - where the index does not tell), or nothing and exit status 1
where the user's index has no fitting file. `pip download` cannot tell this: its dry run still
fetches a wheel whose index publishes no separate metadata, and a CUDA wheel is half a gigabyte.
"""
import os
import sys
import urllib.parse
import urllib.request


def find_link(requirement, python_version):
    # pip's own finder, so that index settings, find-links and credentials count as they do for pip.
    from pip._internal.commands import create_command
    from pip._internal.cli import cmdoptions
    from pip._vendor.packaging.requirements import Requirement

    command = create_command("download")
    options, _ = command.parse_args(
        ["--quiet", "--no-deps", "--only-binary=:all:", "--python-version", python_version, requirement])
    with command.main_context():
        session = command.get_default_session(options)
        target = cmdoptions.make_target_python(options)
        finder = command._build_package_finder(options=options, session=session, target_python=target)
        wanted = Requirement(requirement)
        best = finder.find_best_candidate(wanted.name, wanted.specifier).best_candidate
        if best is None:
            return None
        return best.link.url_without_fragment, size_of(session, best.link.url_without_fragment)


def size_of(session, url):
    if url.startswith("file:"):
        return os.path.getsize(urllib.request.url2pathname(urllib.parse.urlsplit(url).path))
    reply = session.head(url, headers={"Accept-Encoding": "identity"}, allow_redirects=True)
    return int(reply.headers["Content-Length"]) if reply.ok and "Content-Length" in reply.headers else "-"


if __name__ == "__main__":
    found = find_link(sys.argv[1], sys.argv[2])
    if found is None:
        sys.exit(1)
    print(*found)
