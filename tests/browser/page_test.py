# SPDX-License-Identifier: Apache-2.0
"""What the tests of our pages in a browser share: their arguments, one page for all tests of a class,
and what each test ends with.

    TEST.py --sample PROGRAM --artefacts FOLDER [--plotly FILE]

PROGRAM (report_sample) makes the pages in FOLDER. Exit 77 where there is no Chromium.
"""

import argparse
import os
import subprocess
import sys
import unittest

import devtools

READY = "window.drpReport && window.drpReport.ready"
ARGS = argparse.Namespace(sample="", artefacts="", plotly="")


def plotly_flags():
    return ["--plotly", ARGS.plotly] if ARGS.plotly else []


def make_sample(name, *flags):
    """Makes the page `name` by report_sample."""
    subprocess.run([ARGS.sample, artefact(name), *flags], check=True, stdout=subprocess.DEVNULL)


def artefact(*names):
    return os.path.join(ARGS.artefacts, *names)


class PageTest(unittest.TestCase):
    """One browser for all tests; each opens its page anew. A class of tests has make_pages()."""

    @classmethod
    def setUpClass(cls):
        os.makedirs(ARGS.artefacts, exist_ok=True)
        cls.make_pages()
        cls.page = devtools.Page()

    @classmethod
    def tearDownClass(cls):
        cls.page.close()

    def open(self, name, width=1280, height=900):
        self.page.messages.clear()
        self.page.requests.clear()
        self.page.resize(width, height)
        self.page.open(artefact(name, "index.html"), READY)

    def tearDown(self):
        self.assertEqual(self.page.messages, [])
        for address in self.page.requests:
            self.assertTrue(address.startswith(("file://", "data:", "blob:")), address)
        # All files are one origin: a colour scheme chosen by one test would be that of the next, as
        # would a medium that a failed test left.
        self.run_js("localStorage.clear()")
        self.page.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": "light"}])

    def run_js(self, script):
        return self.page.run("(() => {" + script + "})()")

    def shot(self, name):
        self.page.screenshot(artefact(name + ".png"))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", required=True)
    parser.add_argument("--artefacts", required=True)
    parser.add_argument("--plotly", default="")
    rest = parser.parse_known_args(namespace=ARGS)[1]
    if not devtools.find_chromium():
        print("skipped: no chromium")
        return 77
    program = unittest.main(argv=[sys.argv[0], *rest], exit=False, verbosity=2)
    return 0 if program.result.wasSuccessful() else 1
