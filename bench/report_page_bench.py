# SPDX-License-Identifier: Apache-2.0
"""Measures the report at 10,000 traces of 5,000 bytes: writing it, opening it, filtering,
searching, scrolling. Prints JSON; nothing passes or fails.

    report_page_bench.py --sample build/.../tests/browser/report_sample [--plotly FILE]
                         [--traces 10000] [--reasoning-bytes 5000] [--examples 10000]

`--examples 2000` measures the page that the default limits give.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tests", "browser"))
import devtools  # noqa: E402

MEASURE = """(() => {
  const browser = drpReport.browsers.traces;
  const timed = (work) => { const start = performance.now(); work(); browser.list.offsetHeight; return Math.round(performance.now() - start); };
  const apply = (query, outcome) => timed(() => { browser.search.value = query; browser.selects[0].value = outcome; browser.apply(); });
  const result = {traces: browser.entries.length};
  result.filter_ms = Math.max(...['accepted', 'rejected', 'dangling', ''].map((outcome) => apply('', outcome)));
  result.search_first_ms = apply('lantern', '');
  result.search_ms = Math.max(...['wanda', 'boxes of', 'absent text'].map((query) => apply(query, '')));
  apply('', '');
  result.open_trace_ms = timed(() => browser.select(browser.shown.length - 1, true));
  const steps = 100;
  result.scroll_step_ms = timed(() => { for (let i = 0; i < steps; ++i) { browser.list.scrollTop = i * 5000; browser.drawRows(); } }) / steps;
  return result;
})()"""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--sample", required=True)
    parser.add_argument("--plotly", default="")
    for name, value in (("traces", "10000"), ("reasoning-bytes", "5000"), ("examples", "10000")):
        parser.add_argument("--" + name, default=value)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        command = [args.sample, folder, "--traces", args.traces, "--reasoning-bytes",
                   args.reasoning_bytes, "--examples", args.examples]
        if args.plotly:
            command += ["--plotly", args.plotly]
        start = time.monotonic()
        written = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        result = {"write_s": round(time.monotonic() - start, 2), **written}
        path = os.path.join(folder, "index.html")
        result["page_mib"] = round(os.path.getsize(path) / 2**20, 1)
        if devtools.find_chromium():
            with devtools.Page() as page:
                result["open_s"] = round(page.open(path, "window.drpReport && window.drpReport.ready"), 2)
                result.update(page.run(MEASURE))
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
