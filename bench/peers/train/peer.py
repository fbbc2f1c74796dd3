#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""peer.py hf|trl MODEL LENGTHS: speed and memory of the Python trainers on rows of given
lengths, as bench/train_bench.cc --lengths measures ours.

hf   transformers' Trainer with a PEFT LoRA: two rows a micro-batch, padded, four accumulated
trl  TRL's SFTTrainer: rows packed, head and loss in chunks over supervised tokens

Both: rank 8 on all linear layers, AdamW, clipping, fp32 (or --bf16), batches in the file's order
with no grouping by length. The first optimizer step warms up and does not count. MODEL is a GGUF
file, or a folder with a config.json alone: weights are then drawn, and speed is the same.
"""
import argparse
import os
import pathlib
import random
import resource
import tempfile
import time

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import torch
import transformers
from datasets import Dataset
from peft import LoraConfig


class Clock(transformers.TrainerCallback):
    """Times the steps after the first one."""

    def __init__(self):
        self.begin = None

    def on_step_end(self, args, state, control, **kwargs):
        self.end = (time.perf_counter(), time.process_time())
        if self.begin is None:
            self.begin = self.end

    def seconds(self):
        return self.end[0] - self.begin[0], self.end[1] - self.begin[1]


def load_model(path, dtype):
    """The student's weights, dequantised, in a model that Trainer takes for an ordinary one."""
    path = pathlib.Path(path)
    if path.is_dir():
        config = transformers.AutoConfig.from_pretrained(path)
        config._attn_implementation = "sdpa"
        return transformers.AutoModelForCausalLM.from_config(config, dtype=dtype)
    read = transformers.AutoModelForCausalLM.from_pretrained(
        path.parent, gguf_file=path.name, dtype=dtype)
    config = transformers.LlamaConfig(**{
        key: value for key, value in read.config.to_dict().items()
        if key not in ("quantization_config", "dtype", "torch_dtype", "model_type",
                       "architectures", "transformers_version")})
    config._attn_implementation = "sdpa"
    model = transformers.LlamaForCausalLM(config).to(dtype)
    model.load_state_dict(read.state_dict())
    return model


def make_rows(path, vocabulary):
    draw = random.Random(1)
    rows = []
    for line in open(path):
        tokens, supervised = map(int, line.split())
        ids = [draw.randrange(vocabulary) for _ in range(tokens)]
        rows.append({"input_ids": ids,
                     "labels": [-100] * (tokens - supervised) + ids[tokens - supervised:]})
    return rows


class InOrder:
    """Mixed into a Trainer: rows come as they stand."""

    def _get_train_sampler(self, *args, **kwargs):
        return torch.utils.data.SequentialSampler(self.train_dataset)


def pad(items):
    longest = max(len(item["input_ids"]) for item in items)
    fill = lambda values, value: values + [value] * (longest - len(values))
    return {"input_ids": torch.tensor([fill(i["input_ids"], 0) for i in items]),
            "labels": torch.tensor([fill(i["labels"], -100) for i in items]),
            "attention_mask": torch.tensor([fill([1] * len(i["input_ids"]), 0) for i in items])}


LORA = dict(r=8, lora_alpha=16, target_modules="all-linear", task_type="CAUSAL_LM")
SHARED = dict(num_train_epochs=1, learning_rate=1e-4, lr_scheduler_type="constant",
              max_grad_norm=1.0, optim="adamw_torch", report_to=[], save_strategy="no",
              logging_strategy="no", use_cpu=not torch.cuda.is_available(), disable_tqdm=True)


def run_hf(model, rows, folder, bf16):
    from peft import get_peft_model

    class Peer(InOrder, transformers.Trainer):
        pass

    clock = Clock()
    arguments = transformers.TrainingArguments(
        output_dir=folder, per_device_train_batch_size=2, gradient_accumulation_steps=4, bf16=bf16,
        remove_unused_columns=False, **SHARED)
    Peer(model=get_peft_model(model, LoraConfig(**LORA)), args=arguments, data_collator=pad,
         train_dataset=Dataset.from_list(rows), callbacks=[clock]).train()
    return clock, rows[8:]


def run_trl(model, rows, folder, bf16, length):
    import trl

    class Peer(InOrder, trl.SFTTrainer):
        pass

    clock = Clock()
    # completion_mask tells TRL which tokens have a loss.
    data = Dataset.from_list([{"input_ids": row["input_ids"],
                               "completion_mask": [int(x != -100) for x in row["labels"]]}
                              for row in rows])
    arguments = trl.SFTConfig(
        output_dir=folder, per_device_train_batch_size=1, gradient_accumulation_steps=1, bf16=bf16,
        packing=True, packing_strategy="bfd", max_length=length, loss_type="nll",
        gradient_checkpointing=False, completion_only_loss=True, eos_token=None, **SHARED)
    tokenizer = plain_tokenizer(model.config.vocab_size)
    peer = Peer(model=model, args=arguments, train_dataset=data, peft_config=LoraConfig(**LORA),
                processing_class=tokenizer, callbacks=[clock])
    counted = [sum(x != -100 for x in packed["labels"]) if "labels" in packed
               else sum(packed["completion_mask"]) for packed in peer.train_dataset]
    peer.train()
    return clock, counted[1:]


def plain_tokenizer(vocabulary):
    """TRL wants one; the rows are tokens already."""
    from tokenizers import Tokenizer, models
    words = {f"<{i}>": i for i in range(vocabulary)}
    return transformers.PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="<0>")),
        eos_token="<2>", pad_token="<2>")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("peer", choices=["hf", "trl"])
    parser.add_argument("model")
    parser.add_argument("lengths")
    parser.add_argument("--bf16", action="store_true")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--pack", type=int, default=4096, help="tokens of a packed row (trl)")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    model = load_model(arguments.model, torch.bfloat16 if arguments.bf16 else torch.float32)
    rows = make_rows(arguments.lengths, model.config.vocab_size)
    with tempfile.TemporaryDirectory() as folder:
        if arguments.peer == "hf":
            clock, counted = run_hf(model, rows, folder, arguments.bf16)
            supervised = sum(sum(x != -100 for x in row["labels"]) for row in counted)
            padded = sum(2 * max(len(rows[i]["input_ids"]), len(rows[i + 1]["input_ids"]))
                         for i in range(8, len(rows), 2))
            real = sum(len(row["input_ids"]) for row in counted)
            wall = clock.seconds()[0]
            print(f"hf: {real} tokens, {padded} with padding, {supervised} supervised; "
                  f"{padded / wall:.1f} tokens/s, padding counted")
        else:
            clock, counted = run_trl(model, rows, folder, arguments.bf16, arguments.pack)
            supervised = sum(counted)
            print(f"trl: {len(counted)} packed rows, {supervised} supervised")
    wall, processor = clock.seconds()
    peak = (torch.cuda.max_memory_allocated() / 2**30 if torch.cuda.is_available()
            else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20)
    print(f"  {wall:.1f} s on the wall, {processor:.1f} processor s")
    print(f"  {supervised / wall:.1f} supervised tokens/s, {supervised / processor:.1f} per "
          f"processor second, peak memory {peak:.2f} GiB")


if __name__ == "__main__":
    main()
