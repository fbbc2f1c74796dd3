# SPDX-License-Identifier: Apache-2.0
"""Measures the report at 10,000 traces of 5,000 bytes: writing it, opening it, filtering,
searching, opening a trace, scrolling. Prints JSON.

    report_page_bench.py --sample build/.../tests/browser/report_sample [--plotly FILE]
                         [--traces 10000] [--reasoning-bytes 5000] [--varied] [--check]

`--varied` fills the traces with words drawn at random, which compress about as prose does, so that
the page has parts beside it; without it they fit into the page. `--check` exits 1 where a bound is
broken. Times are medians of three openings.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "browser"))
import devtools  # noqa: E402

BOUNDS = {"open_s": 2, "filter_ms": 200, "page_mib": 25, "resident_mib": 64}

MEASURE = """(async () => {
  const browser = drpReport.browsers.traces;
  const timed = (work) => { const start = performance.now(); work(); browser.list.offsetHeight; return Math.round(performance.now() - start); };
  const set = (label, value) => { const select = browser.selects[browser.view.filters.findIndex((filter) => filter.label === label)]; select.value = value; select.dispatchEvent(new Event('change')); };
  const worst = (label, values) => Math.max(...values.map((value) => timed(() => set(label, value))));
  const result = {traces: browser.entries.length};
  const values = (label) => [...browser.selects[browser.view.filters.findIndex((filter) => filter.label === label)].options].map((option) => option.value).slice(1, 5).concat('');
  result.filter_ms = Math.max(...browser.view.filters.map((filter) => worst(filter.label, values(filter.label))));
  const search = async (query) => {
    const start = performance.now();
    browser.search.value = query;
    browser.apply();
    await browser.searching;
    browser.list.offsetHeight;
    return Math.round(performance.now() - start);
  };
  result.search_first_ms = await search('lantern');
  result.found = browser.shown.length;
  result.search_ms = Math.max(await search('wanda'), await search('boxes of'), await search('absent text'));
  await search('');
  const openings = [];
  for (const share of [0.99, 0.5, 0.25, 0.75]) {
    const start = performance.now();
    browser.select(Math.floor(share * browser.shown.length), true);
    await browser.opening;
    browser.pane.offsetHeight;
    openings.push(Math.round(performance.now() - start));
  }
  result.open_trace_ms = Math.max(...openings);
  const steps = 100;
  result.scroll_step_ms = timed(() => { for (let i = 0; i < steps; ++i) { browser.list.scrollTop = i * 5000; browser.drawRows(); } }) / steps;
  result.script_heap_mib = Math.round((performance.memory?.usedJSHeapSize || 0) / 2 ** 20);
  return result;
})()"""


def folder_mib(folder):
    if not os.path.isdir(folder):
        return 0
    return round(sum(entry.stat().st_size for entry in os.scandir(folder)) / 2**20, 1)


def measure(path):
    with devtools.Page() as page:
        open_s = page.open(path, "window.drpReport && window.drpReport.ready")
        return {"open_s": open_s, **page.run(MEASURE)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", required=True)
    parser.add_argument("--plotly", default="")
    parser.add_argument("--varied", action="store_true")
    parser.add_argument("--check", action="store_true")
    for name, value in (("traces", "10000"), ("reasoning-bytes", "5000")):
        parser.add_argument("--" + name, default=value)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [args.sample, folder, "--traces", args.traces, "--reasoning-bytes", args.reasoning_bytes]
        command += ["--plotly", args.plotly] if args.plotly else []
        command += ["--varied"] if args.varied else []
        start = time.monotonic()
        written = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        result = {"write_s": round(time.monotonic() - start, 2), **written}
        path = os.path.join(folder, "index.html")
        result["page_mib"] = round(os.path.getsize(path) / 2**20, 1)
        result["parts_mib"] = folder_mib(os.path.join(folder, "parts"))
        if devtools.find_chromium():
            runs = [measure(path) for _ in range(3)]
            result.update({key: round(statistics.median(run[key] for run in runs), 2) for key in runs[0]})
    print(json.dumps(result, indent=1))
    broken = [name for name, bound in BOUNDS.items() if result.get(name, 0) > bound]
    for name in broken:
        print(f"{name} is {result[name]}, the bound {BOUNDS[name]}", file=sys.stderr)
    return 1 if args.check and broken else 0


if __name__ == "__main__":
    sys.exit(main())
