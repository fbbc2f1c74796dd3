# SPDX-License-Identifier: Apache-2.0
"""Opens the report's page in headless Chromium and uses it: no console error, no request, filters,
search, keyboard, colour scheme, hostile texts, narrow screens, print. Screenshots are kept.

    report_browser_test.py --sample PROGRAM --artefacts FOLDER [--plotly FILE]

Exit 77 where there is no Chromium.
"""

import base64
import os
import shutil
import sys

import page_test
from page_test import artefact, make_sample, plotly_flags

FULL, PLAIN, PRUNED, PARTS, LONG, SETS, PAID = "full", "plain", "pruned", "parts", "long", "sets", "paid"


class ReportPage(page_test.PageTest):
    @classmethod
    def make_pages(cls):
        make_sample(FULL, *plotly_flags())
        make_sample(PLAIN)
        make_sample(PRUNED, "--pruned-only", *plotly_flags())
        make_sample(PARTS, "--traces", "3000", "--reasoning-bytes", "3000", "--varied", "--page-bytes", "600000")
        make_sample(SETS, "--sets", "--traces", "40", "--samples", "4", *plotly_flags())
        make_sample(PAID, "--paid", "--pruned-only", "--traces", "40")
        make_sample(LONG, "--traces", "4", "--long-line", "--pruned-only")

    def set_select(self, browser, label, value):
        self.run_js(f"""
            const select = document.querySelector('[data-browser={browser}] select[aria-label="{label}"]');
            select.value = '{value}';
            select.dispatchEvent(new Event('change'));""")
        self.settle(browser)

    def settle(self, browser):
        self.page.run(f"drpReport.browsers.{browser}.searching.then(() => drpReport.browsers.{browser}.opening)")

    def type_search(self, browser, text):
        self.run_js(f"""
            const input = document.querySelector('[data-browser={browser}] input');
            input.value = {text!r};
            input.dispatchEvent(new Event('input'));""")
        self.page.wait(f"drpReport.browsers.{browser}.query === {text!r}")
        self.settle(browser)

    def shown(self, browser):
        return self.run_js(f"return drpReport.browsers.{browser}.shown.length")

    def test_sections_and_verdict(self):
        self.open(FULL)
        self.assertIn("On 900 held-out problems", self.run_js("return document.getElementById('verdict').textContent"))
        self.assertGreaterEqual(self.run_js("return document.querySelectorAll('main > section').length"), 9)
        self.assertEqual(self.run_js("""
            return [...document.querySelectorAll('.topbar nav a')].filter((link) => !document.querySelector(link.hash)).length"""), 0)
        self.assertEqual(self.run_js("return document.documentElement.dataset.theme"), None)
        self.assertEqual(self.run_js("return matchMedia('(prefers-color-scheme: dark)').matches"), False)
        self.shot("top-light")

    def test_charts_are_drawn(self):
        for name in (FULL, PLAIN):
            with self.subTest(name):
                self.open(name)
                count = self.run_js("return document.querySelectorAll('.chart').length")
                self.assertEqual(count, 10)
                self.run_js("drpReport.drawCharts()")
                self.page.wait(f"document.querySelectorAll('.chart .plot svg').length >= {count}")
                self.page.wait("[...document.querySelectorAll('.chart .plot')].every((plot) => plot.querySelector('path, circle, rect'))")
                self.run_js("document.getElementById('lengths').scrollIntoView()")
                self.shot("charts-" + name)
                # Shares of one are told apart on the axis, and the seven thresholds stand below it.
                ticks = self.run_js("return [...document.querySelectorAll('[data-chart=threshold] svg text')].map((text) => text.textContent)")
                self.assertTrue({"0.5", "0.4"} & set(ticks), ticks)
                self.assertEqual(self.run_js("return document.querySelectorAll('#likelihood table')[2].tBodies[0].rows.length"), 7)
                self.run_js("document.getElementById('likelihood').scrollIntoView()")
                self.shot("likelihood-" + name)
        self.assertEqual(self.run_js("return Boolean(window.Plotly)"), False)

    def test_each_set_has_its_figures(self):
        self.open(SETS)
        self.run_js("drpReport.drawCharts()")
        charts = self.run_js("return [...document.querySelectorAll('#lengths .chart')].map((chart) => [chart.dataset.chart, chart.dataset.set, chart.hidden])")
        sets = ["aime24", "amc23", "gsm8k", "math500"]
        self.assertEqual(charts, [["lengths", one, False] for one in sets] + [["capture", one, False] for one in sets] + [["pareto", "", False]])
        self.page.wait("[...document.querySelectorAll('#lengths .chart .plot')].every((plot) => plot.querySelector('path, circle, rect'))")
        ends = self.run_js("return drpReport.report.sets.map((one) => one.lengths.axis_end)")
        self.assertEqual(ends, [8192] * 4, "the true axis, up to the limit")
        self.run_js("document.getElementById('lengths').scrollIntoView()")
        self.shot("sets")

    def test_several_samples_have_their_scores(self):
        self.open(SETS)
        captions = self.run_js("return [...document.querySelectorAll('#result .caption')].map((one) => one.textContent)")
        self.assertIn("Several samples a problem", captions)
        heads = self.run_js("return [...document.querySelectorAll('#result thead th, #groups thead th')].map((one) => one.textContent)")
        self.assertTrue({"pass@k", "maj@k", "p, paired permutation test", "p (Holm)", "efficiency score"} <= set(heads), heads)
        self.assertIn("half or more", self.run_js("return document.querySelector('[data-browser=held_out] select').textContent"))
        self.assertIn("of 4 right", self.run_js("return document.querySelector('[data-browser=held_out] .detail').textContent"))
        self.run_js("document.getElementById('result').scrollIntoView()")
        self.shot("samples")
        self.run_js("document.getElementById('provenance').scrollIntoView()")
        tables = self.run_js("return [...document.querySelectorAll('#provenance .table-block')].map((one) => one.getBoundingClientRect().top)")
        self.assertEqual(len(set(tables)), 1, "beside each other, each with its caption")

    def test_a_paid_teacher_has_an_account(self):
        self.open(PAID)
        text = self.run_js("return document.getElementById('spending').textContent")
        self.assertIn("50 requests went out in 53 sendings", text)
        self.assertIn("They cost $0.0840 of a cap of $5.00", text)
        self.assertIn("1 sending had no outcome", text)
        self.assertEqual(self.run_js("return document.querySelectorAll('#spending tbody tr').length"), 3)
        self.assertLessEqual(self.run_js("return document.documentElement.scrollWidth"), 1280)
        self.run_js("document.getElementById('spending').scrollIntoView()")
        self.shot("spending")

    def test_few_rejections_are_counted_in_whole_numbers(self):
        for name, flags in (("few", plotly_flags()), ("few-plain", [])):
            make_sample(name, "--traces", "6", "--pruned-only", *flags)
            self.open(name)
            self.run_js("drpReport.report.rejections.forEach((one) => { one.count = Math.min(one.count, 3); }); drpReport.drawCharts()")
            self.page.wait("document.querySelectorAll('[data-chart=rejections] svg text').length > 0")
            ticks = self.run_js("return [...document.querySelectorAll('[data-chart=rejections] svg text')].map((text) => text.textContent).filter((text) => /^[0-9.]+$/.test(text))")
            self.assertEqual(ticks, ["0", "1", "2", "3"], name)

    def test_trace_filters(self):
        self.open(FULL)
        total = self.shown("traces")
        self.assertEqual(total, 400)
        self.set_select("traces", "Verdict", "accepted")
        accepted = self.shown("traces")
        self.set_select("traces", "Verdict", "rejected")
        self.assertEqual(accepted + self.shown("traces"), total)
        self.set_select("traces", "Reason", "dangling")
        dangling = self.shown("traces")
        self.assertTrue(0 < dangling < total - accepted)
        self.assertEqual(self.run_js("return document.querySelector('[data-browser=traces] output').textContent"), f"{dangling} of {total}")
        detail = self.run_js("return document.querySelector('[data-browser=traces] .detail').textContent")
        self.assertIn("rejected: dangling", detail)
        self.assertIn("\u2717 dangling", detail)
        self.set_select("traces", "Reason", "")
        self.set_select("traces", "Verdict", "")
        self.set_select("traces", "Action", "1")
        self.assertTrue(0 < self.shown("traces") < total)
        self.set_select("traces", "Action", "")
        for label, text in (("Skill", "subtraction"), ("Failed gate", "dangling")):
            value, count = self.run_js(f"""
                const select = document.querySelector('[data-browser=traces] select[aria-label="{label}"]');
                const option = [...select.options].find((one) => one.text.startsWith('{text} ('));
                return [option.value, Number(option.text.match(/\\((.*)\\)/)[1])];""")
            self.set_select("traces", label, value)
            self.assertEqual(self.shown("traces"), count)
            self.assertTrue(0 < count < total)
            self.run_js("document.querySelector('[data-browser=traces] .controls button').click()")
            self.assertEqual(self.shown("traces"), total)
        self.settle("traces")
        self.set_select("traces", "Order", "2")
        lengths = self.run_js("return drpReport.browsers.traces.shown.map((one) => one.entry[2])")
        self.assertEqual(lengths, sorted(lengths, reverse=True))

    def test_search(self):
        self.open(FULL)
        self.type_search("traces", "Wanda")
        found = self.shown("traces")
        self.assertTrue(0 < found < 400)
        questions = self.run_js("return drpReport.browsers.traces.shown.map((one) => one.entry[5])")
        self.assertTrue(all("Wanda" in question for question in questions))
        self.type_search("traces", "wanda")
        self.assertEqual(self.shown("traces"), found)
        # Characters that stand escaped in the data.
        self.type_search("traces", "</script><img src=x onerror=\"injected=2\">")
        self.assertEqual(self.shown("traces"), 1)
        self.type_search("traces", "no such text anywhere")
        self.assertEqual(self.shown("traces"), 0)
        self.assertIn("Nothing matches", self.run_js("return document.querySelector('[data-browser=traces] .list').textContent"))
        self.type_search("traces", "")
        self.assertEqual(self.shown("traces"), 400)

    def test_a_trace_shows_its_steps(self):
        self.open(FULL)
        counts = self.run_js("""
            const detail = document.querySelector('[data-browser=traces] .detail');
            return {deleted: detail.querySelectorAll('del').length, rewritten: detail.querySelectorAll('ins').length,
                    steps: detail.querySelectorAll('.step:not(.head)').length, gates: detail.querySelectorAll('.gates li').length}""")
        self.assertGreaterEqual(counts["deleted"], 2)
        self.assertEqual(counts["rewritten"], 2)
        self.assertEqual(counts["gates"], 6)
        self.assertGreaterEqual(counts["steps"], 7)
        self.run_js("document.getElementById('traces').scrollIntoView()")
        self.shot("traces-light")

    def test_hostile_text_is_shown_as_text(self):
        self.open(FULL)
        detail = self.run_js("return document.querySelector('[data-browser=traces] .detail').textContent")
        self.assertIn("<script>window.injected = 1</script> </script><img src=x", detail)
        self.assertIn("]]> <!-- &amp; ", detail)
        self.assertIn("line\u2028separator, bad byte \ufffd end.\0after NUL", detail)
        self.assertIn("<b>bold</b> skill", detail)
        answers = self.run_js("return document.querySelector('[data-browser=held_out] .detail').textContent")
        self.assertIn("<script>window.injected = 1</script> </script><img src=x", answers)
        self.assertEqual(self.run_js("return typeof window.injected"), "undefined")
        self.assertEqual(self.run_js("return document.querySelectorAll('main img, main script, main b b').length"), 0)

    def test_a_mebibyte_in_one_line(self):
        self.open(LONG, 420, 860)
        self.run_js("drpReport.browsers.traces.select(1, true)")
        self.settle("traces")
        self.assertIn("Show all 1,048,576 characters", self.run_js("return document.querySelector('[data-browser=traces] .detail').textContent"))
        self.run_js("document.querySelectorAll('[data-browser=traces] .more').forEach((button) => button.click())")
        self.assertGreater(self.run_js("return document.querySelector('[data-browser=traces] .detail').textContent.length"), 2 << 20)
        self.assertLessEqual(self.run_js("return document.documentElement.scrollWidth"), 420)
        self.type_search("traces", "7890123")
        self.assertEqual(self.shown("traces"), 1)

    def test_parts_are_read_from_beside_the_page(self):
        self.open(PARTS)
        parts = os.listdir(artefact(PARTS, "parts"))
        self.assertGreaterEqual(len(parts), 2)
        self.assertEqual(self.shown("traces"), 3000)
        loaded = "return document.querySelectorAll('script[src]').length"
        self.assertEqual(self.run_js(loaded), 1, "the part of the example that is open")
        self.run_js("drpReport.browsers.traces.select(2999, true)")
        self.settle("traces")
        self.assertIn("train-2999/0", self.run_js("return document.querySelector('[data-browser=traces] .detail').textContent"))
        self.type_search("traces", "Wanda has")
        found = self.shown("traces")
        self.assertEqual(found, self.run_js("return drpReport.browsers.traces.entries.filter(({ entry }) => entry[5].startsWith('Wanda has')).length"))
        self.assertTrue(0 < found < 3000)
        self.assertEqual({address.rsplit("/", 1)[1] for address in self.page.requests if address.endswith(".js")}, set(parts))
        self.shot("parts")

    def test_missing_parts_are_named(self):
        alone = artefact("alone")
        os.makedirs(alone, exist_ok=True)
        shutil.copy(artefact(PARTS, "index.html"), alone)
        self.open("alone")
        self.settle("traces")
        detail = self.run_js("return document.querySelector('[data-browser=traces] .detail').textContent")
        self.assertIn("the folder parts/ must lie beside this page", detail)
        self.set_select("traces", "Verdict", "rejected")
        self.assertTrue(0 < self.shown("traces") < 3000, "filters need no texts")
        # The browser's own line about the file.
        self.assertTrue(all("ERR_FILE_NOT_FOUND" in text for _, text in self.page.messages), self.page.messages)
        self.page.messages.clear()

    def test_an_address_opens_a_trace(self):
        self.open(FULL)
        self.set_select("traces", "Verdict", "accepted")
        self.run_js("location.hash = 'traces=' + encodeURIComponent('train-321/0')")
        self.page.wait("document.querySelector('[data-browser=traces] .detail .id').textContent === 'train-321/0'")
        self.assertIn("train-321/0", self.run_js("return document.querySelector('[data-browser=traces] .detail .id a').textContent"))
        self.run_js("location.hash = 'traces=%E0%A4%A'")  # not an encoding
        self.run_js("location.hash = 'traces=no-such-trace'")

    def test_keyboard(self):
        self.open(FULL)
        self.run_js("document.querySelector('[data-browser=traces] .list').focus()")
        for name in ("ArrowDown", "ArrowDown", "ArrowUp", "PageDown"):
            self.page.key(name)
        place = self.run_js("return drpReport.browsers.traces.selected")
        self.assertGreater(place, 5)
        self.page.key("End")
        state = self.run_js("""
            const list = document.querySelector('[data-browser=traces] .list');
            const row = document.getElementById(list.getAttribute('aria-activedescendant'));
            const box = row.getBoundingClientRect(), view = list.getBoundingClientRect();
            return [row.getAttribute('aria-selected'), row.getAttribute('aria-posinset'), box.bottom <= view.bottom + 1]""")
        self.assertEqual(state, ["true", "400", True])
        self.page.key("Home")
        self.assertEqual(self.run_js("return drpReport.browsers.traces.selected"), 0)

    def test_the_list_keeps_few_rows_in_the_document(self):
        self.open(FULL)
        self.run_js("const list = document.querySelector('[data-browser=traces] .list'); list.scrollTop = 12000; list.dispatchEvent(new Event('scroll'))")
        rows = self.run_js("return document.querySelectorAll('[data-browser=traces] .row').length")
        self.assertTrue(10 <= rows <= 40, rows)

    def test_answers(self):
        self.open(FULL)
        total = self.shown("held_out")
        self.assertEqual(total, 900)
        sizes = []
        for outcome in ("both_right", "only_before", "only_after", "both_wrong"):
            self.set_select("held_out", "Verdict", outcome)
            sizes.append(self.shown("held_out"))
        self.assertEqual(sum(sizes), total)
        comparison = self.run_js("return drpReport.report.evaluation.comparisons[0]")
        self.assertEqual(sizes, [comparison[key] for key in ("both_right", "only_before", "only_after", "both_wrong")])
        self.set_select("held_out", "Verdict", "only_after")
        marks = self.run_js("return [...document.querySelectorAll('[data-browser=held_out] .answer')].map((answer) => answer.textContent)")
        self.assertIn("base\u2717 wrong", marks[0])
        self.assertIn("tuned\u2713 right", marks[1])
        self.run_js("document.getElementById('held_out').scrollIntoView()")
        self.shot("answers-light")

    def test_colour_scheme(self):
        self.open(FULL)
        background = "return getComputedStyle(document.body).backgroundColor"
        light = self.run_js(background)
        self.run_js("document.getElementById('theme').click(); document.getElementById('theme').click()")
        self.assertEqual(self.run_js("return document.documentElement.dataset.theme"), "dark")
        self.assertNotEqual(self.run_js(background), light)
        self.shot("top-dark")
        self.run_js("document.getElementById('traces').scrollIntoView()")
        self.shot("traces-dark")
        self.run_js("document.getElementById('theme').click()")
        self.assertEqual(self.run_js(background), light)

    def test_narrow_screens_do_not_scroll_sideways(self):
        for name in (FULL, PRUNED):
            self.open(name, 420, 860)
            self.assertLessEqual(self.run_js("return document.documentElement.scrollWidth"), 420)
            self.shot("narrow-" + name)
        self.run_js("document.getElementById('traces').scrollIntoView()")
        self.shot("narrow-traces")

    def test_a_run_that_only_pruned(self):
        self.open(PRUNED)
        self.assertEqual(self.run_js("return document.getElementById('result')"), None)
        self.assertEqual(self.run_js("return [...document.querySelectorAll('.chart')].map((chart) => chart.dataset.chart)"), ["actions", "skills", "rejections"])
        self.assertEqual(self.shown("traces"), 400)

    def test_print_shows_every_table_and_chart(self):
        self.open(FULL)
        self.run_js("document.getElementById('theme').click(); document.getElementById('theme').click()")
        self.assertEqual(self.run_js("return document.documentElement.dataset.theme"), "dark")
        self.page.call("Emulation.setEmulatedMedia", media="print")
        self.assertEqual(self.run_js("return getComputedStyle(document.querySelector('.topbar')).display"), "none")
        self.assertEqual(self.run_js("return getComputedStyle(document.querySelector('.controls')).display"), "none")
        pdf = self.page.call("Page.printToPDF", printBackground=True, paperWidth=8.27, paperHeight=11.69)["data"]
        self.assertGreater(len(pdf), 20000)
        with open(artefact("print.pdf"), "wb") as file:
            file.write(base64.b64decode(pdf))
        # The charts were drawn for the paper, then again for the screen.
        self.assertEqual(self.run_js("return document.querySelectorAll('.chart .plot svg').length > 0"), True)
        self.assertEqual(self.run_js("return document.documentElement.dataset.theme"), "dark")
        # On the paper's width nothing is cut.
        self.page.resize(673, 1000)
        self.run_js("dispatchEvent(new Event('beforeprint'))")
        self.assertLessEqual(self.run_js("return document.documentElement.scrollWidth"), 673)
        self.shot("print")
        self.run_js("dispatchEvent(new Event('afterprint'))")


if __name__ == "__main__":
    sys.exit(page_test.main())
