# SPDX-License-Identifier: Apache-2.0
"""Opens the page of an ablation in headless Chromium: charts by Plotly and without, light and dark,
hostile names, narrow screens, print; no console error, no request. Screenshots are kept.

    ablation_browser_test.py --sample PROGRAM --artefacts FOLDER [--plotly FILE]

Exit 77 where there is no Chromium.
"""

import base64
import sys

import page_test
from page_test import artefact, make_sample, plotly_flags

FULL, PLAIN = "ablation", "ablation-plain"
CHARTS = ["ablation", "ablation_close", "ablation_tokens"]
CELLS = ["base", "skill", "skill@gpt", "default", "none", "unpruned", "random", "foreign"]
HOSTILE = "</script><script>window.injected = 1</script>.gguf"


class AblationPage(page_test.PageTest):
    @classmethod
    def make_pages(cls):
        make_sample(FULL, "--ablation", *plotly_flags())
        make_sample(PLAIN, "--ablation")

    def draw(self):
        self.run_js("drpReport.drawCharts()")
        self.page.wait("[...document.querySelectorAll('.chart .plot')].every((plot) => plot.querySelector('svg path, svg circle'))")

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
        self.open(FULL)
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
        self.open(FULL)
        self.draw()
        self.assertEqual(self.run_js("return typeof window.injected"), "undefined")
        self.assertEqual(self.run_js("return document.querySelectorAll('main img, main script').length"), 0)
        self.assertIn("</script><img src=x", self.run_js("return document.getElementById('cells-2').textContent"))
        self.assertEqual(self.run_js("return document.querySelector('h1').textContent"), "Sample <b>ablation</b>")
        self.assertEqual(self.run_js("return [...document.querySelectorAll('.topbar nav a')].filter((link) => !document.querySelector(link.hash)).length"), 0)

    def test_colour_scheme(self):
        self.open(FULL)
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
        self.open(FULL)
        pdf = self.page.call("Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.69)["data"]
        self.assertGreater(len(pdf), 20000)
        with open(artefact("ablation.pdf"), "wb") as file:
            file.write(base64.b64decode(pdf))
        self.page.call("Emulation.setEmulatedMedia", media="print")
        self.assertEqual(self.run_js("return getComputedStyle(document.querySelector('.topbar')).display"), "none")
        self.page.resize(673, 1000)
        self.run_js("dispatchEvent(new Event('beforeprint'))")
        self.page.wait("[...document.querySelectorAll('.chart .plot')].every((plot) => plot.querySelector('svg path, svg circle'))")
        self.assertLessEqual(self.run_js("return document.documentElement.scrollWidth"), 673)
        self.run_js("dispatchEvent(new Event('afterprint'))")


if __name__ == "__main__":
    sys.exit(page_test.main())
