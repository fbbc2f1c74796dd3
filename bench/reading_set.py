#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Draws accepted paths by a seed and writes them beside their traces, for a reader.

    bench/reading_set.py DRP DATA SEED OUT [PARTS]

DRP is the program, DATA the folder of public traces beside the project. 100 paths whose traces
have up to 9,000 bytes: 75 of GSM8K (R1-Distill-Qwen, DeepSeek-R1), 25 of MATH. docs/pruning.md,
"Read by hand", has the checklist and what the readings gave.
"""
import glob
import json
import os
import random
import subprocess
import sys
import tempfile

SETS = (("mip_overthinking/gsm8k_normal_DSQ.jsonl", 35),
        ("mip_overthinking/gsm8k_normal_deepseekR1.jsonl", 40),
        ("mip_overthinking/math_normal_DSQ.jsonl", 10),
        ("cot_compression/math_train_R1-1.5B.jsonl", 15))
BYTES_MAX = 9000


def records(pattern):
    """Key to value of the record logs."""
    found = {}
    for path in glob.glob(pattern):
        with open(path, encoding="utf-8") as file:
            for line in file:
                row = json.loads(line)
                if "value" in row:
                    found[row["key"]] = row["value"]
    return found


def draw(program, source, count, seed, folder):
    """`count` items of one file: key, question, reasoning, path, answer section."""
    subprocess.run([program, "prune", source, "-o", folder, "--tokenizer", "none"], check=False,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(source, encoding="utf-8") as file:
        questions = {row["id"]: row.get("question") or row.get("problem")
                     for row in map(json.loads, file)}
    traces = records(f"{folder}/traces*.log.jsonl")
    paths = records(f"{folder}/paths*.log.jsonl")
    keys = [key for key in sorted(paths)
            if not paths[key].get("rejection") and len(traces[key]["response"]) < BYTES_MAX]
    random.Random(seed).shuffle(keys)
    for key in keys[:count]:
        begin, end = traces[key]["reasoning"]
        yield (key, questions[traces[key]["problem_id"]],
               traces[key]["response"].encode()[begin:end].decode(),
               paths[key]["reasoning"], paths[key].get("answer", ""))


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    program, data, seed, out = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
    parts = int(sys.argv[5]) if len(sys.argv) > 5 else 1
    items = []
    with tempfile.TemporaryDirectory() as scratch:
        for number, (name, count) in enumerate(SETS):
            items += draw(program, os.path.join(data, name), count, seed, f"{scratch}/{number}")
    random.Random(seed).shuffle(items)
    os.makedirs(out, exist_ok=True)
    for part in range(parts):
        with open(f"{out}/part{part}.md", "w", encoding="utf-8") as file:
            for number in range(part, len(items), parts):
                key, question, trace, path, answer = items[number]
                file.write(f"\n# {number} ({key})\n\n## Question\n{question}\n\n## Trace\n{trace}\n\n"
                           f"## Path\n{path}\n\n## Answer section\n{answer}\n")
    print(f"seed {seed}: {len(items)} paths in {out}")


if __name__ == "__main__":
    main()
