#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long `drp evaluate --traces` takes over many stored responses, and its peak memory.

    bench/evaluate_traces_bench.py build/release/drp ../shared/data [COUNT] [--write]

The responses are those of DATA's trace files (R1, its distills, Qwen2.5, s1.1, TokenSkip) one after
the other, again and again up to COUNT (100,000); each round asks another question, so that every
response is a problem of its own: the largest case. --write also writes all results (-o).
Lengths are characters, as drp counts so much text by itself.
Time is that of the process by the clock and by the CPU; memory is its largest resident set.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import time

FOLDERS = ("mip_overthinking", "thought_anchors", "trace_topology", "tokenskip", "cot_compression")


def rows(data):
    for folder in FOLDERS:
        for name in sorted(glob.glob(os.path.join(data, folder, "*.jsonl"))):
            with open(name, encoding="utf-8") as lines:
                for line in lines:
                    row = json.loads(line)
                    if row.get("gold"):
                        yield row


def write(path, data, count):
    made = list(rows(data))
    size = 0
    with open(path, "w", encoding="utf-8") as out:
        for i in range(count):
            row = dict(made[i % len(made)])
            row["id"] = f"r{i}"
            row["question"] += f" ({i // len(made)}, {i % len(made)})"
            size += len(row["response"])
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
    return size / count


def main():
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    drp, data = words[:2]
    count = int(words[2]) if len(words) > 2 else 100_000
    with tempfile.TemporaryDirectory() as work:
        traces = os.path.join(work, "traces.jsonl")
        mean = write(traces, data, count)
        command = [drp, "evaluate", "--traces", traces]
        if "--write" in sys.argv:
            command += ["-o", os.path.join(work, "out")]
        began = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        print(f"{count:,} responses of {mean:,.0f} characters, "
              f"{os.path.getsize(traces) / 2**20:,.0f} MiB: {seconds:.1f} s "
              f"({usage.ru_utime + usage.ru_stime:.1f} s of CPU), "
              f"{usage.ru_maxrss / 1024:.0f} MiB, exit {os.waitstatus_to_exitcode(status)}")


main()
