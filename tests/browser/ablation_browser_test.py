# SPDX-License-Identifier: Apache-2.0
"""Opens the page of an ablation in headless Chromium: charts by Plotly and without, light and dark,
hostile names, narrow screens, print; no console error, no request. Screenshots are kept.

    ablation_browser_test.py --sample PROGRAM --artefacts FOLDER [--plotly FILE]

Exit 77 where there is no Chromium.
"""

import argparse
import base64
import os
import subprocess
import sys
import unittest

import devtools

ARGS = None
READY = "window.drpReport && window.drpReport.ready"
FULL, PLAIN = "ablation", "ablation-plain"
CHARTS = ["ablation", "ablation_close", "ablation_tokens"]
CELLS = ["base", "skill", "skill@gpt", "default", "none", "unpruned", "random", "foreign"]
HOSTILE = "</script><script>window.injected = 1</script>.gguf"


class AblationPage(unittest.TestCase):
    """One browser for all tests; each opens the page anew."""

    @classmethod
    def setUpClass(cls):
        os.makedirs(ARGS.artefacts, exist_ok=True)
        for name, flags in ((FULL, ["--plotly", ARGS.plotly] if ARGS.plotly else []), (PLAIN, [])):
            subprocess.run([ARGS.sample, os.path.join(ARGS.artefacts, name), "--ablation", *flags], check=True)
        cls.page = devtools.Page()

    @classmethod
    def tearDownClass(cls):
        cls.page.close()

    def open(self, name=FULL, width=1180, height=1000):
        self.page.messages.clear()
        self.page.requests.clear()
        self.page.resize(width, height)
        self.page.open(os.path.join(ARGS.artefacts, name, "index.html"), READY)

    def tearDown(self):
        self.assertEqual(self.page.messages, [])
        for address in self.page.requests:
            self.assertTrue(address.startswith(("file://", "data:", "blob:")), address)
        self.run_js("localStorage.clear()")
        self.page.call("Emulation.setEmulatedMedia", media="", features=[{"name": "prefers-color-scheme", "value": "light"}])

    def run_js(self, script):
        return self.page.run("(() => {" + script + "})()")

    def draw(self):
        self.run_js("drpReport.drawCharts()")
        self.page.wait("[...document.querySelectorAll('.chart .plot')].every((plot) => plot.querySelector('svg path, svg circle'))")

    def shot(self, name):
        self.page.screenshot(os.path.join(ARGS.artefacts, name + ".png"))

    def test_every_student_has_its_charts(self):
        for name in (FULL, PLAIN):
            with self.subTest(name):
                self.open(name)
                charts = self.run_js("return [...document.querySelectorAll('.chart')].map((chart) => [chart.dataset.chart, chart.dataset.set])")
                self.assertEqual(charts, [[chart, student] for student in ("first.gguf", HOSTILE) for chart in CHARTS])
                self.draw()
                legend = self.run_js("return [...document.querySelectorAll('#cells-1 [data-chart=ablation] .legend span')].map((item) => item.textContent.slice(1))")
                self.assertEqual(legend[1:], CELLS)
                rows = self.run_js("return document.querySelector('#cells-1 [data-chart=ablation_tokens]').textContent")
                for cell in CELLS:
                    self.assertIn(cell, rows)
                self.assertIn("training target", rows)
                self.shot(name + "-light")
        self.assertEqual(self.run_js("return Boolean(window.Plotly)"), False)

    def test_points_intervals_seeds_and_frontier_are_the_data_s(self):
        self.open()
        chart = self.run_js("return AblationCharts.ablation(drpReport.report, 'first.gguf')")
        frontier = chart["series"][0]
        self.assertEqual(frontier["x"], [330, 420], "default, none, base and unpruned are beaten in both")
        points = {one["name"]: one for one in chart["series"] if one["kind"] == "points" and not one.get("faint")}
        self.assertEqual(list(points), CELLS)
        self.assertEqual((points["skill"]["low"], points["skill"]["high"]), ([0.83], [0.87]))
        # A cut of 0.6333 +- 0.03 of 900 tokens.
        self.assertAlmostEqual(points["skill"]["across"]["low"][0], 303, 6)
        self.assertAlmostEqual(points["skill"]["across"]["high"][0], 357, 6)
        self.assertIsNone(points["base"]["across"])
        self.assertEqual(points["skill"]["colour"], points["skill@gpt"]["colour"])
        self.assertNotEqual(points["skill"]["symbol"], points["skill@gpt"]["symbol"])
        seeds = [one for one in chart["series"] if one.get("faint")]
        self.assertEqual([len(one["x"]) for one in seeds], [3] * len(CELLS))
        close = self.run_js("return AblationCharts.ablation_close(drpReport.report, 'first.gguf')")
        self.assertEqual([one["name"] for one in close["series"] if one["kind"] == "points" and not one.get("faint")], CELLS[:6])
        self.assertGreater(close["y"]["from"], 0.7)
        tokens = self.run_js("return AblationCharts.ablation_tokens(drpReport.report, 'first.gguf')")
        self.assertEqual(tokens["rows"], CELLS)
        self.assertAlmostEqual(tokens["series"][0]["values"][1] + tokens["series"][1]["values"][1], 330, 6)
        target = tokens["points"][-1]
        self.assertEqual((target["rows"][0], target["x"][0]), (1, 310))
        one_seed = self.page.run(f"AblationCharts.ablation(drpReport.report, {HOSTILE!r})")
        self.assertEqual([one for one in one_seed["series"] if one.get("faint")], [])

    def test_hostile_names_are_text(self):
        self.open()
        self.draw()
        self.assertEqual(self.run_js("return typeof window.injected"), "undefined")
        self.assertEqual(self.run_js("return document.querySelectorAll('main img, main script').length"), 0)
        self.assertIn("</script><img src=x", self.run_js("return document.getElementById('cells-2').textContent"))
        self.assertEqual(self.run_js("return document.querySelector('h1').textContent"), "Sample <b>ablation</b>")
        self.assertEqual(self.run_js("return [...document.querySelectorAll('.topbar nav a')].filter((link) => !document.querySelector(link.hash)).length"), 0)

    def test_colour_scheme(self):
        self.open()
        background = "return getComputedStyle(document.body).backgroundColor"
        point = "return AblationCharts.ablation(drpReport.report, 'first.gguf').series.at(-1).colour"
        light, ink = self.run_js(background), self.run_js(point)
        self.draw()
        self.run_js("document.getElementById('theme').click(); document.getElementById('theme').click()")
        self.assertEqual(self.run_js("return document.documentElement.dataset.theme"), "dark")
        self.assertNotEqual(self.run_js(background), light)
        self.assertNotEqual(self.run_js(point), ink)
        self.page.wait("[...document.querySelectorAll('.chart .plot')].every((plot) => plot.querySelector('svg path, svg circle'))")
        self.shot("ablation-dark")

    def test_narrow_screens_do_not_scroll_sideways(self):
        for name in (FULL, PLAIN):
            self.open(name, 420, 860)
            self.draw()
            self.assertLessEqual(self.run_js("return document.documentElement.scrollWidth"), 420)
            self.shot("narrow-" + name)

    def test_print(self):
        self.open()
        pdf = self.page.call("Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.69)["data"]
        self.assertGreater(len(pdf), 20000)
        with open(os.path.join(ARGS.artefacts, "ablation.pdf"), "wb") as file:
            file.write(base64.b64decode(pdf))
        self.page.call("Emulation.setEmulatedMedia", media="print")
        self.assertEqual(self.run_js("return getComputedStyle(document.querySelector('.topbar')).display"), "none")
        self.page.resize(673, 1000)
        self.run_js("dispatchEvent(new Event('beforeprint'))")
        self.page.wait("[...document.querySelectorAll('.chart .plot')].every((plot) => plot.querySelector('svg path, svg circle'))")
        self.assertLessEqual(self.run_js("return document.documentElement.scrollWidth"), 673)
        self.run_js("dispatchEvent(new Event('afterprint'))")


def main():
    global ARGS
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", required=True)
    parser.add_argument("--artefacts", required=True)
    parser.add_argument("--plotly", default="")
    ARGS, rest = parser.parse_known_args()
    if not devtools.find_chromium():
        print("skipped: no chromium")
        return 77
    program = unittest.main(argv=[sys.argv[0], *rest], exit=False, verbosity=2)
    return 0 if program.result.wasSuccessful() else 1


if __name__ == "__main__":
    sys.exit(main())
