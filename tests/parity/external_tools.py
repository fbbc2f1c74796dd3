#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""external_tools.py llamafactory|trl|axolotl FOLDER ROWS
external_tools.py adapter BASE THEIRS OURS

The first gives what `drp export --for TOOL` wrote
into FOLDER to that tool's own parser and loader. The configuration must mean the recipe of
external_tools.sh, and the token ids and labels that the tool would train on must be those of ROWS
(the run's dataset/rows.jsonl). LLaMA-Factory and TRL then train, into FOLDER/output. The second loads
two PEFT folders on a base, what a tool wrote and what the run made of it: PEFT must miss nothing and
warn of nothing (P46, P52), and both must give the same logits, which are not the base's."""
import importlib.metadata
import importlib.util
import json
import math
import os
import pathlib
import sys

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
os.environ.setdefault("AXOLOTL_DO_NOT_TRACK", "1")

# The tools' own chatter goes to stderr.
report = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)

NO_LOSS = -100
TARGETS = {"q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"}
# Of external_tools.sh's recipe, under the names of transformers.
EXPECTED = {"learning_rate": 1e-3, "num_train_epochs": 3, "per_device_train_batch_size": 2,
            "gradient_accumulation_steps": 4, "lr_scheduler_type": "cosine",
            "weight_decay": 0, "adam_beta1": 0.9, "adam_beta2": 0.999, "adam_epsilon": 1e-8,
            "max_grad_norm": 1, "seed": 1, "bf16": False}


def same(what, found, expected):
    found = getattr(found, "value", found)  # of an enumeration
    if found != expected:
        sys.exit(f"{what}: the tool reads {found!r}, the recipe means {expected!r}")


def expected_rows(path, split):
    rows = []
    for line in open(path):
        row = json.loads(line)
        if row["split"] != split:
            continue
        ids = row["prompt_ids"] + row["response_ids"]
        rows.append((ids, [NO_LOSS] * len(row["prompt_ids"]) + row["response_ids"]))
    return sorted(rows)


def check_rows(rows, path, split):
    found = sorted((list(ids), list(labels)) for ids, labels in rows)
    expected = expected_rows(path, split)
    if found != expected:
        lost = sum(row not in found for row in expected)
        sys.exit(f"{split}: {len(found)} rows in the tool, {len(expected)} of ours, {lost} of them "
                 "with other ids or labels")
    print(f"{split}: {len(found)} rows, every token id and label as ours",
          file=report)


def columns(dataset):
    return [(row["input_ids"], row["labels"]) for row in dataset]


def warmup_steps(rows):
    steps = 3 * math.ceil(len(expected_rows(rows, "train")) / 8)
    return math.ceil(0.1 * steps)


def check_arguments(arguments, rows):
    for name, value in EXPECTED.items():
        same(name, getattr(arguments, name), value)
    same("warmup_steps", arguments.warmup_steps, warmup_steps(rows))


def check_llamafactory(rows):
    import transformers  # before the stand-in, which it would take for the real one
    if importlib.util.find_spec("torchaudio") is None:
        import types
        sys.modules["torchaudio"] = types.ModuleType("torchaudio")  # nothing here has a sound
    import yaml
    from llamafactory.data import get_dataset, get_template_and_fix_tokenizer
    from llamafactory.hparams import get_train_args
    from llamafactory.model import load_tokenizer
    from llamafactory.train.tuner import run_exp
    config = yaml.safe_load(open("drp.yaml"))
    model, data, arguments, tuning, _ = get_train_args(dict(config))
    check_arguments(arguments, rows)
    same("lora", (tuning.lora_rank, tuning.lora_alpha, tuning.lora_dropout, tuning.use_rslora),
         (8, 16, 0, False))
    same("lora_target", set(tuning.lora_target), TARGETS)
    same("data", (data.template, data.cutoff_len, data.packing, data.train_on_prompt),
         ("empty", 4096, False, False))
    words = load_tokenizer(model)
    template = get_template_and_fix_tokenizer(words["tokenizer"], data)
    found = get_dataset(template, model, data, arguments, stage="sft", **words)
    check_rows(columns(found["train_dataset"]), rows, "train")
    check_rows(columns(found["eval_dataset"]), rows, "validation")
    run_exp(dict(config))


def check_trl(rows):
    script = open("drp_trl.py").read()
    setup, train, rest = script.partition("trainer.train()")
    names = {}
    exec(compile(setup, "drp_trl.py", "exec"), names)
    trainer = names["trainer"]
    check_arguments(trainer.args, rows)
    lora = trainer.model.peft_config["default"]
    same("lora", (lora.r, lora.lora_alpha, lora.lora_dropout, lora.use_rslora), (8, 16, 0, False))
    same("target_modules", set(lora.target_modules), TARGETS)

    def batches(loader):
        for batch in loader:
            for ids, labels, mask in zip(batch["input_ids"], batch["labels"],
                                         batch["attention_mask"]):
                yield ids[mask == 1].tolist(), labels[mask == 1].tolist()

    check_rows(batches(trainer.get_train_dataloader()), rows, "train")
    check_rows(batches(trainer.get_eval_dataloader()), rows, "validation")
    exec(compile(train + rest, "drp_trl.py", "exec"), names)


def check_axolotl(rows):
    import yaml
    from axolotl.loaders import load_tokenizer
    from axolotl.utils.config import normalize_config, validate_config
    from axolotl.utils.data import prepare_datasets
    from axolotl.utils.dict import DictDefault
    config = validate_config(DictDefault(yaml.safe_load(open("drp.yaml"))))
    normalize_config(config)
    own_names = {"num_train_epochs": "num_epochs", "per_device_train_batch_size":
                 "micro_batch_size", "lr_scheduler_type": "lr_scheduler"}
    for name, value in EXPECTED.items():
        same(name, config[own_names.get(name, name)], value)
    same("warmup_steps", config.warmup_steps, warmup_steps(rows))
    same("lora", (config.lora_r, config.lora_alpha, config.lora_dropout, config.peft_use_rslora,
                  config.sequence_len, config.sample_packing), (8, 16, 0, False, 4096, False))
    same("lora_target_modules", set(config.lora_target_modules), TARGETS)
    config.dataset_num_proc = 1
    train, evaluation, _, _ = prepare_datasets(config, load_tokenizer(config))
    check_rows(columns(train), rows, "train")
    check_rows(columns(evaluation), rows, "validation")


def check_adapter(base, theirs, ours):
    import warnings

    import torch
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    ids = torch.arange(3, 99).reshape(2, 48)

    def logits(adapter):
        model = AutoModelForCausalLM.from_pretrained(base, dtype=torch.float32)
        if adapter:
            model = PeftModel.from_pretrained(model, adapter)
        with torch.no_grad():
            return model(input_ids=ids).logits

    plain, expected = logits(None), logits(theirs)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # of PEFT, for missing keys
        found = logits(ours)
    size = (expected - plain).abs().max()
    difference = (found - expected).abs().max()
    if not size > 1e-3 or not difference <= 1e-4 * size:
        sys.exit(f"the adopted adapter moves logits by {size}, and is {difference} off")
    print(f"adapter: the run's own moves logits as {pathlib.Path(theirs).parent.name}'s does",
          file=report)


def main():
    if sys.argv[1] == "adapter":
        return check_adapter(*sys.argv[2:])
    tool, folder, rows = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    rows = rows.resolve()
    os.chdir(folder)
    {"llamafactory": check_llamafactory, "trl": check_trl, "axolotl": check_axolotl}[tool](rows)
    print(f"{tool} {importlib.metadata.version(tool)}: accepted", file=report)


if __name__ == "__main__":
    main()
