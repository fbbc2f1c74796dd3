#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes tests/parity/tokenizers/NAME/{tokenizer.json,tokenizer_config.json,cases.json}.

Small BPE vocabularies, one for each way of cutting text that an import knows by name, trained on the
text below, and the token ids that Hugging Face's `tokenizers` gives for a list of texts. The C++
tests import them and ask libllama for the same ids. Run it again after adding a text or a rule:

    python3 tests/parity/tokenizers_reference.py

It makes its own environment under build/parity-tokenizers.
"""
import json
import pathlib
import subprocess
import sys
import venv

HERE = pathlib.Path(__file__).resolve().parent
VERSION = "0.23.3"


def in_own_environment():
    place = HERE.parents[1] / "build" / "parity-tokenizers"
    python = place / "bin" / "python"
    if pathlib.Path(sys.prefix) == place:
        return
    if not python.exists():
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", f"tokenizers=={VERSION}"], check=True)
    sys.exit(subprocess.run([python, *sys.argv]).returncode)


LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
          r"|\s*[\r\n]+|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")
QWEN35 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}"
          r"| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")
TEKKEN = (r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+"
          r"|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*"
          r"|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+")

CORPUS = [
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May.",
    "Let's see: 48 / 2 = 24, so she sold 24 clips in May. That makes 48 + 24 = 72 clips altogether.",
    "Wait, let me check that again. The total is 72, isn't it? Yes, it's 72; we're done.",
    "First, we need the number of apples. There are 120 apples, and they've eaten 35 of them.",
    "The answer is \\boxed{72}.\n\nSo the final answer is 72.\n",
    "Der Preis beträgt 1,250.75 €; über das Jahr sind es 15.009 €.",
    "def add(a, b):\n    return a + b\n\n\nprint(add(2, 40))\n",
    "We'll compute 3 * (4 + 5) = 27 and 27 - 13 = 14. I'd say the result is 14.",
]

TEXTS = [
    "",
    " ",
    "   ",
    "Hello world",
    " Hello  world   again",
    "It's 7 o'clock, WE'RE late, they'VE gone; I'll go, she'd stay 's 'S",
    "12345678901234567890 3.14159 1,000,000",
    "x=12y34 a1b2c3 007",
    "line one\nline two\r\nline three\n\n\nend",
    "tab\tseparated\t\tvalues \t mixed",
    "trailing space ",
    "trailing newline\n",
    "\n\n  leading",
    "def f(x):\n    if x > 3:\n        return x**2  # squared\n",
    "über naïve café Ärger ß ŁÓDŹ",
    "日本語のテキスト、数学は12です。",
    "Привет, мир! Сколько будет 2+2?",
    "emoji 😀👍🏽 and symbols ∑∫√π ≤ ≥ → ∞",
    "\\frac{1}{2} + \\sqrt{16} = \\boxed{4.5}",
    "CamelCaseWords and ALLCAPS and mIxEd HTTPServer/URL",
    "!!! ??? ... --- *** (a)[b]{c}<d> \"quoted\" 'single'",
    "a\u00a0b\u2003c\u3000d",
    "٣٤٥ ½ ² Ⅳ 四",
    "हिन्दी नमस्ते עברית العربية",
    "<|im_start|>user\nWhat is 2+2?<|im_end|>\n<|im_start|>assistant\n<think>\nfour\n</think>",
    "before<|im_end|>after <|im_end|> spaced",
    "a <think>b</think> c",
    "https://example.org/path?q=1&r=2#frag user@example.org",
]

# Of Gemma's vocabulary: its control tokens, and the runs of spaces and lines that are tokens.
GEMMA_TEXTS = [
    "<start_of_turn>user\nWhat is 2+2?<end_of_turn>\n<start_of_turn>model\nfour<end_of_turn>\n",
    "two  three   four    five     twelve            end",
    "    indented\n        twice\n\n\n\nlines  \n",
    "a <end_of_turn> b<bos>c",
]

RULES = {
    "llama-bpe": ("split", LLAMA3, True),
    "smaug-bpe": ("split", LLAMA3, False),
    "qwen2": ("split", QWEN2, False),
    "qwen35": ("split", QWEN35, False),
    "tekken": ("split", TEKKEN, True),
    "smollm": ("digits", None, False),
    "gpt-2": ("plain", None, False),
}
SPECIAL = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
TEMPLATE = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + "
            "'<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}"
            "{% endif %}")


def cutter(kind, expression):
    from tokenizers import Regex, pre_tokenizers as pre
    if kind == "split":
        return pre.Sequence([pre.Split(Regex(expression), "isolated"),
                             pre.ByteLevel(add_prefix_space=False, use_regex=False)])
    if kind == "digits":
        return pre.Sequence([pre.Digits(individual_digits=True), pre.ByteLevel(add_prefix_space=False)])
    return pre.ByteLevel(add_prefix_space=False)


def byte_level(name):
    from tokenizers import AddedToken, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers
    kind, expression, ignore_merges = RULES[name]
    tokenizer = Tokenizer(models.BPE(ignore_merges=ignore_merges))
    tokenizer.pre_tokenizer = cutter(kind, expression)
    tokenizer.decoder = decoders.ByteLevel()
    if name.startswith("qwen"):
        tokenizer.normalizer = normalizers.NFC()
    # Special tokens in front, as SmolLM2 has them, or behind, as all others.
    in_front = SPECIAL if name == "smollm" else []
    trainer = trainers.BpeTrainer(vocab_size=256 + 160 + len(in_front), special_tokens=in_front,
                                  initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
                                  show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    if not in_front:
        tokenizer.add_special_tokens(SPECIAL)
    tokenizer.add_tokens([AddedToken(text, normalized=False) for text in ("<think>", "</think>")])
    return json.loads(tokenizer.to_str())


def sentence_piece():
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    first = ["<unk>", "<s>", "</s>"] + [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.BpeTrainer(vocab_size=560, special_tokens=first, show_progress=False)
    tokenizer.train_from_iterator(CORPUS, trainer)
    content = json.loads(tokenizer.to_str())
    # A converter of SentencePiece models lists every way to join two pieces to a third.
    ids = content["model"]["vocab"]
    content["model"]["merges"] = [
        [joined[:cut], joined[cut:]]
        for joined in dict.fromkeys("".join(pair) for pair in content["model"]["merges"])
        for cut in sorted((c for c in range(1, len(joined)) if joined[:c] in ids and joined[c:] in ids),
                          key=lambda c: (ids[joined[:c]], ids[joined[c:]]))]
    content["pre_tokenizer"] = None
    content["normalizer"] = {"type": "Sequence", "normalizers": [
        {"type": "Prepend", "prepend": "▁"},
        {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]}
    content["decoder"] = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
        {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}
    content["added_tokens"] = content["added_tokens"][:3]
    content["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "<s>", "type_id": 1}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [1], "tokens": ["<s>"]}}}
    return content


def gemma():
    """As transformers' GemmaConverter makes it of a SentencePiece model: no space in front, a
    token of its own for each run of spaces or lines, merges in the order of the pieces' scores."""
    from tokenizers import Tokenizer, models, pre_tokenizers, trainers
    control = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "<unused0>", "<start_of_turn>",
               "<end_of_turn>"]
    runs = ["\n" * count for count in range(1, 5)] + ["▁" * count for count in range(2, 9)]
    first = control + runs + [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>", fuse_unk=True))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="never")
    trainer = trainers.BpeTrainer(vocab_size=600, special_tokens=first, show_progress=False)
    tokenizer.train_from_iterator([text.replace("\n", " ") for text in CORPUS], trainer)
    content = json.loads(tokenizer.to_str())
    ids = content["model"]["vocab"]
    joined = dict.fromkeys(runs)
    joined.update(dict.fromkeys("".join(pair) for pair in content["model"]["merges"]))
    score = {piece: 0.0 if piece in runs else -float(i) for i, piece in enumerate(joined)}
    merges = [(piece[:cut], piece[cut:]) for piece in joined for cut in range(1, len(piece))
              if piece[:cut] in ids and piece[cut:] in ids]
    merges.sort(key=lambda pair: (score["".join(pair)], len(pair[0]), len(pair[1])), reverse=True)
    content["model"]["merges"] = [list(pair) for pair in merges]
    content["pre_tokenizer"] = {"type": "Split", "pattern": {"String": " "},
                                "behavior": "MergedWithPrevious", "invert": False}
    content["normalizer"] = {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}
    content["decoder"] = {"type": "Sequence", "decoders": [
        {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
        {"type": "Fuse"}]}
    content["added_tokens"] = [
        {"id": ids[text], "content": text, "single_word": False, "lstrip": False, "rstrip": False,
         "normalized": False, "special": text in control and text != "<unused0>"}
        for text in control + runs]
    content["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"SpecialToken": {"id": "<bos>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
        "pair": [{"SpecialToken": {"id": "<bos>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
                 {"SpecialToken": {"id": "<bos>", "type_id": 1}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<bos>": {"id": "<bos>", "ids": [2], "tokens": ["<bos>"]}}}
    return content


# The words of Gemma 3's: the system message leads the first turn, the assistant is called model.
GEMMA_TEMPLATE = (
    "{{ bos_token }}{%- if messages[0]['role'] == 'system' -%}{%- set first = messages[0]['content'] + '\n\n' -%}"
    "{%- set turns = messages[1:] -%}{%- else -%}{%- set first = '' -%}{%- set turns = messages -%}{%- endif -%}"
    "{%- for message in turns -%}{%- if message['role'] == 'assistant' -%}{%- set role = 'model' -%}"
    "{%- else -%}{%- set role = message['role'] -%}{%- endif -%}"
    "{{ '<start_of_turn>' + role + '\n' + (first if loop.first else '') }}{{ message['content'] | trim }}"
    "{{ '<end_of_turn>\n' }}{%- endfor -%}"
    "{%- if add_generation_prompt -%}{{ '<start_of_turn>model\n' }}{%- endif -%}")


def write(name, content, config, texts=TEXTS):
    from tokenizers import Tokenizer
    folder = HERE / "tokenizers" / name
    folder.mkdir(parents=True, exist_ok=True)
    # Half of the files in the old spelling of merges.
    if name in ("gpt-2", "qwen2", "smollm"):
        content["model"]["merges"] = [" ".join(pair) for pair in content["model"]["merges"]]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text + "\n", encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
    tokenizer = Tokenizer.from_str(text)
    cases = [{"text": one, "ids": tokenizer.encode(one, add_special_tokens=False).ids} for one in texts]
    lines = ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases)
    (folder / "cases.json").write_text("[\n" + lines + "\n]\n", encoding="utf-8")
    print(name, tokenizer.get_vocab_size(), "tokens,", len(text), "bytes")


def main():
    in_own_environment()
    for name in RULES:
        write(name, byte_level(name), {"eos_token": "<|im_end|>", "pad_token": "<|endoftext|>",
                                       "chat_template": TEMPLATE})
    write("llama-spm", sentence_piece(), {
        "bos_token": {"content": "<s>", "__type": "AddedToken"}, "eos_token": "</s>", "unk_token": "<unk>",
        "add_bos_token": True, "chat_template": [{"name": "default", "template": TEMPLATE},
                                                 {"name": "tool_use", "template": "{{ messages }}"}]})
    write("gemma-spm", gemma(), {
        "bos_token": "<bos>", "eos_token": "<eos>", "unk_token": "<unk>", "pad_token": "<pad>",
        "add_bos_token": True, "chat_template": GEMMA_TEMPLATE}, TEXTS + GEMMA_TEXTS)


if __name__ == "__main__":
    main()
