#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the reference dumps that src/train/torch/parity_test.cc compares the trainer with.

Tiny random llama, qwen2, qwen3 and gemma3 models are made, tuned by transformers' Trainer with a PEFT LoRA,
and written down under dumps/CASE/:

  model.gguf             the model, fp32
  start/                 the adapter that training starts from, as PEFT saves it
  gradients/             the gradient of the mean loss for each of its tensors, in the same form
  final/                 the adapter after 20 steps
  reference.safetensors  rows, logits at supervised places, loss, losses and rates of 20 steps

Everything is seeded, so a second run on the same versions gives the same files. Run it through
make_dumps.sh, which brings the packages; the tests need neither.
"""
import argparse
import math
import os
import pathlib
import shutil
import tempfile

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gguf
import numpy as np
import torch
import transformers
from peft import LoraConfig, get_peft_model
from safetensors.torch import load_file, save_file

VOCABULARY = 61
STEPS = 20
SHARED = dict(
    vocab_size=VOCABULARY, hidden_size=32, intermediate_size=48, num_hidden_layers=2,
    num_attention_heads=4, num_key_value_heads=2, max_position_embeddings=1024, rms_norm_eps=1e-5,
    attn_implementation="eager", bos_token_id=1, eos_token_id=2)
# (model, LoRA, Trainer settings, tokens of the longest row). llama: scaled rotary frequencies, whose
# effect shows only in a long row, and a head of its own. qwen3: heads wider than width / heads.
# gemma3: a window of 8 in the first and the last of three layers, with rotary embedding of its own.
CASES = {
    "llama": (
        lambda: transformers.LlamaForCausalLM(transformers.LlamaConfig(
            **SHARED, tie_word_embeddings=False, rope_theta=10000.0,
            rope_scaling=dict(rope_type="llama3", rope_theta=10000.0, factor=8.0,
                              low_freq_factor=1.0, high_freq_factor=4.0,
                              original_max_position_embeddings=64))),
        dict(r=4, lora_alpha=8, target_modules="all-linear"),
        dict(learning_rate=5e-3, lr_scheduler_type="cosine", weight_decay=0.01), 600),
    "qwen2": (
        lambda: transformers.Qwen2ForCausalLM(transformers.Qwen2Config(
            **SHARED, tie_word_embeddings=True, rope_theta=100.0)),
        dict(r=8, lora_alpha=16, use_rslora=True,
             target_modules=["q_proj", "k_proj", "v_proj", "down_proj"]),
        dict(learning_rate=5e-3, lr_scheduler_type="linear", weight_decay=0.0), 60),
    "qwen3": (
        lambda: transformers.Qwen3ForCausalLM(transformers.Qwen3Config(
            **SHARED, tie_word_embeddings=True, head_dim=16, rope_theta=100.0)),
        dict(r=2, lora_alpha=4, target_modules="all-linear"),
        dict(learning_rate=5e-3, lr_scheduler_type="cosine", weight_decay=0.0), 60),
    "gemma3": (
        lambda: transformers.Gemma3ForCausalLM(transformers.Gemma3TextConfig(
            **{**SHARED, "num_hidden_layers": 3}, pad_token_id=0, tie_word_embeddings=True,
            head_dim=16, query_pre_attn_scalar=16, sliding_window=8,
            layer_types=["sliding_attention", "full_attention", "sliding_attention"],
            rope_parameters=dict(
                full_attention=dict(rope_type="linear", rope_theta=1000.0, factor=4.0),
                sliding_attention=dict(rope_type="default", rope_theta=100.0)))),
        dict(r=4, lora_alpha=8, target_modules="all-linear"),
        dict(learning_rate=5e-3, lr_scheduler_type="cosine", weight_decay=0.0), 60),
}


def make_model(build):
    """Weights at a scale where every part of the model matters to the loss."""
    torch.manual_seed(1)
    model = build().float().eval()
    # Gemma multiplies by one and the weight of a norm.
    ones = 0 if model.config.model_type == "gemma3_text" else 1
    with torch.no_grad():
        for name, value in model.named_parameters():
            if name.endswith("norm.weight"):
                value.copy_(ones + 0.1 * torch.randn_like(value))
            elif value.dim() == 1:
                value.copy_(0.1 * torch.randn_like(value))
            else:
                value.copy_(1.5 / math.sqrt(value.shape[1]) * torch.randn_like(value))
    model.tie_weights()
    return model


def make_rows(longest):
    generator = torch.Generator().manual_seed(2)
    ids = lambda n: torch.randint(3, VOCABULARY, (n,), generator=generator).tolist()
    rows = [(ids(3 + 2 * i), ids(4 + (7 * i) % 20) + [2]) for i in range(7)]
    rows.append((ids(longest // 3), ids(longest - longest // 3 - 1) + [2]))
    return rows


class Rows(torch.utils.data.Dataset):
    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, index):
        prompt, response = self.rows[index]
        return dict(input_ids=prompt + response, labels=[-100] * len(prompt) + response)


def collate(items):
    longest = max(len(item["input_ids"]) for item in items)
    pad = lambda values, value: values + [value] * (longest - len(values))
    return dict(
        input_ids=torch.tensor([pad(item["input_ids"], 0) for item in items]),
        labels=torch.tensor([pad(item["labels"], -100) for item in items]),
        attention_mask=torch.tensor([pad([1] * len(item["input_ids"]), 0) for item in items]))


def reference_pass(model, rows):
    """Logits before each response token, loss, and gradients of the trained tensors."""
    batch = collate([Rows(rows)[i] for i in range(len(rows))])
    model.zero_grad()
    out = model(**batch)
    out.loss.backward()
    chosen = [out.logits[i, len(prompt) - 1:len(prompt) + len(response) - 1]
              for i, (prompt, response) in enumerate(rows)]
    gradients = {name: value.grad.clone() for name, value in model.named_parameters()
                 if value.requires_grad}
    return torch.cat(chosen).detach(), out.loss.item(), gradients


class Recorder(transformers.Trainer):
    """Keeps each step's loss unrounded; the log's is cut to four digits."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.micro_losses = []
        self.rates = []

    def compute_loss(self, *args, **kwargs):
        loss = super().compute_loss(*args, **kwargs)
        self.micro_losses.append(loss.item())
        return loss

    def log(self, logs, *args, **kwargs):
        if "learning_rate" in logs:
            self.rates.append(logs["learning_rate"])


def tune(model, rows, settings):
    accumulation = len(rows) // 2
    with tempfile.TemporaryDirectory() as folder:
        arguments = transformers.TrainingArguments(
            output_dir=folder, num_train_epochs=STEPS, per_device_train_batch_size=2,
            gradient_accumulation_steps=accumulation, warmup_steps=STEPS // 10, max_grad_norm=1.0,
            logging_steps=1, save_strategy="no", report_to=[], use_cpu=True, seed=3,
            optim="adamw_torch", disable_tqdm=True, remove_unused_columns=False, **settings)
        trainer = Recorder(model=model, args=arguments, train_dataset=Rows(rows),
                           data_collator=collate)
        trainer.train()
    losses = [sum(trainer.micro_losses[i * accumulation:(i + 1) * accumulation])
              for i in range(STEPS)]
    return losses, trainer.rates


def plain_loop(model, rows, settings):
    """The same 20 steps without Trainer: says that the recorded losses mean what we think."""
    trained = [value for value in model.parameters() if value.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=settings["learning_rate"],
                                  weight_decay=settings["weight_decay"])
    schedule = transformers.get_scheduler(settings["lr_scheduler_type"], optimizer,
                                          num_warmup_steps=STEPS // 10, num_training_steps=STEPS)
    batch = collate([Rows(rows)[i] for i in range(len(rows))])
    losses, rates = [], []
    for _ in range(STEPS):
        loss = model(**batch).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses, rates


def permute(weight, heads):
    """The order of rows that llama.cpp's llama architecture rotates: neighbours instead of halves."""
    return weight.reshape(heads, 2, weight.shape[0] // heads // 2, *weight.shape[1:]).swapaxes(
        1, 2).reshape(weight.shape)


def write_gguf(path, model):
    config = model.config
    gemma = config.model_type == "gemma3_text"
    arch = "gemma3" if gemma else config.model_type
    head = getattr(config, "head_dim", None) or config.hidden_size // config.num_attention_heads
    writer = gguf.GGUFWriter(path, arch)
    writer.add_type("model")
    writer.add_block_count(config.num_hidden_layers)
    writer.add_context_length(config.max_position_embeddings)
    writer.add_embedding_length(config.hidden_size)
    writer.add_feed_forward_length(config.intermediate_size)
    writer.add_head_count(config.num_attention_heads)
    writer.add_head_count_kv(config.num_key_value_heads)
    writer.add_layer_norm_rms_eps(config.rms_norm_eps)
    rope = getattr(config, "rope_parameters", None) or dict(config.rope_scaling or {},
                                                            rope_theta=config.rope_theta)
    if gemma:
        windowed = rope["sliding_attention"]
        rope = rope["full_attention"]
        writer.add_sliding_window(config.sliding_window)
        writer.add_sliding_window_pattern(2)
        writer.add_float32("gemma3.rope.freq_base_swa", windowed["rope_theta"])
        writer.add_rope_scaling_type(gguf.RopeScalingType.LINEAR)
        writer.add_rope_scaling_factor(rope["factor"])
    writer.add_rope_freq_base(rope["rope_theta"])
    if head * config.num_attention_heads != config.hidden_size:
        writer.add_key_length(head)
        writer.add_value_length(head)
    if rope.get("rope_type") == "llama3":
        # What llama.cpp divides the frequencies by, as its converter works it out.
        divisors = []
        for i in range(0, head, 2):
            wavelength = 2 * math.pi * rope["rope_theta"] ** (i / head)
            context = rope["original_max_position_embeddings"]
            low, high, factor = (rope[k] for k in ("low_freq_factor", "high_freq_factor", "factor"))
            if wavelength < context / high:
                divisors.append(1.0)
            elif wavelength > context / low:
                divisors.append(factor)
            else:
                smooth = (context / wavelength - low) / (high - low)
                divisors.append(1 / ((1 - smooth) / factor + smooth))
        writer.add_tensor("rope_freqs.weight", np.array(divisors, dtype=np.float32))
    blocks = {"self_attn.q_proj": "attn_q", "self_attn.k_proj": "attn_k",
              "self_attn.v_proj": "attn_v", "self_attn.o_proj": "attn_output",
              "self_attn.q_norm": "attn_q_norm", "self_attn.k_norm": "attn_k_norm",
              "mlp.gate_proj": "ffn_gate", "mlp.up_proj": "ffn_up", "mlp.down_proj": "ffn_down",
              "input_layernorm": "attn_norm", "post_attention_layernorm": "ffn_norm"}
    if gemma:
        blocks |= {"post_attention_layernorm": "post_attention_norm",
                   "pre_feedforward_layernorm": "ffn_norm",
                   "post_feedforward_layernorm": "post_ffw_norm"}
    for name, value in model.state_dict().items():
        array = value.detach().numpy()
        if gemma and name.endswith("norm.weight"):
            array = array + 1
        if name == "model.embed_tokens.weight":
            target = "token_embd.weight"
        elif name == "model.norm.weight":
            target = "output_norm.weight"
        elif name == "lm_head.weight":
            if config.tie_word_embeddings:
                continue
            target = "output.weight"
        else:
            _, _, layer, rest = name.split(".", 3)
            stem, kind = rest.rsplit(".", 1)
            target = f"blk.{layer}.{blocks[stem]}.{kind}"
            if arch == "llama" and stem in ("self_attn.q_proj", "self_attn.k_proj"):
                query = stem == "self_attn.q_proj"
                heads = config.num_attention_heads if query else config.num_key_value_heads
                array = permute(array, heads)
        writer.add_tensor(target, np.ascontiguousarray(array))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def save_adapter(model, folder, values=None):
    """As PEFT saves it, or with other values under the same names."""
    model.save_pretrained(folder)
    (folder / "README.md").unlink(missing_ok=True)
    if values is None:
        return
    path = folder / "adapter_model.safetensors"
    names = {name.replace(".default", ""): value for name, value in values.items()}
    saved = load_file(path)
    assert saved.keys() == names.keys(), (saved.keys(), names.keys())
    save_file({name: value.contiguous() for name, value in names.items()}, path,
              metadata={"format": "pt"})


def make_case(name, folder):
    build, lora, settings, longest = CASES[name]
    rows = make_rows(longest)
    model = make_model(build)
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    write_gguf(folder / "model.gguf", model)

    def adapted():
        tuned = get_peft_model(make_model(build), LoraConfig(task_type="CAUSAL_LM", **lora))
        torch.manual_seed(4)
        with torch.no_grad():
            for value_name, value in tuned.named_parameters():
                if "lora_B" in value_name:
                    value.copy_(0.1 * torch.randn_like(value))
                elif "lora_A" in value_name:
                    value.copy_((2 * torch.rand_like(value) - 1) / math.sqrt(value.shape[1]))
        return tuned

    tuned = adapted()
    save_adapter(tuned, folder / "start")
    logits, loss, gradients = reference_pass(tuned, rows)
    save_adapter(tuned, folder / "gradients", gradients)
    losses, rates = tune(tuned, rows, settings)
    save_adapter(tuned, folder / "final")
    plain, plain_rates = plain_loop(adapted(), rows, settings)
    worst = max(abs(a - b) for a, b in zip(losses, plain))
    assert worst < 1e-5, f"Trainer and a plain loop differ by {worst}: {losses} {plain}"
    assert np.allclose(rates, plain_rates, atol=1e-9), (rates, plain_rates)

    as_floats = lambda values: torch.tensor(values, dtype=torch.float32)
    dump = {"logits": logits, "loss": as_floats([loss]), "losses": as_floats(losses),
            "learning_rates": as_floats(plain_rates)}
    for i, (prompt, response) in enumerate(rows):
        dump[f"prompt.{i}"] = as_floats(prompt)
        dump[f"response.{i}"] = as_floats(response)
    save_file(dump, folder / "reference.safetensors", metadata={
        "transformers": transformers.__version__, "torch": torch.__version__})
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    print(f"{name}: loss {loss:.6f}, {losses[0]:.6f} -> {losses[-1]:.6f}, {size} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--out", type=pathlib.Path,
                        default=pathlib.Path(__file__).parent / "dumps")
    parser.add_argument("cases", nargs="*", default=list(CASES))
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    for name in arguments.cases:
        make_case(name, arguments.out / name)


if __name__ == "__main__":
    main()
