// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/llama_tokenizer.h"

#include <algorithm>
#include <limits>

#include "base/error.h"
#include "base/fingerprint.h"
#include "base/text.h"

namespace drp::llm {
namespace {

// For models that bring no template: the most common one.
constexpr const char* kChatMl =
    "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] "
    "+ "
    "'<|im_end|>' + '\\n' }}{% endfor %}{% if add_generation_prompt %}{{ "
    "'<|im_start|>assistant\\n' "
    "}}{% endif %}";

std::string token_text(const llama_vocab* vocab, TokenId id) {
  return id == LLAMA_TOKEN_NULL ? std::string() : std::string(llama_vocab_get_text(vocab, id));
}

std::string tokenizer_fingerprint(const model_files::GgufFile& file, const std::string& source) {
  Fingerprint fingerprint;
  for (const char* key : {"tokenizer.ggml.tokens", "tokenizer.ggml.merges"}) {
    const std::vector<std::string_view> list = file.text_list(key);
    fingerprint.add(key).add(static_cast<std::int64_t>(list.size()));
    for (const std::string_view item : list) fingerprint.add(item);
  }
  for (const char* key : {"tokenizer.ggml.model", "tokenizer.ggml.pre"}) {
    fingerprint.add(key).add(file.text(key).value_or(""));
  }
  for (const char* key : {"tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id",
                          "tokenizer.ggml.add_bos_token", "tokenizer.ggml.add_space_prefix"}) {
    fingerprint.add(key).add(file.integer(key).value_or(-1));
  }
  return fingerprint.add(source).hex();
}

std::size_t count_control(const std::vector<TokenId>& ids, const llama_vocab* vocab) {
  return static_cast<std::size_t>(std::count_if(
      ids.begin(), ids.end(), [vocab](TokenId id) { return llama_vocab_is_control(vocab, id); }));
}

// Text of the form <|...|> (or with the full-width bars of DeepSeek's tokens) from `at` on, or
// nothing.
std::string_view control_form(std::string_view text, std::size_t at) {
  constexpr std::size_t kBytesMax = 64;
  const std::string_view rest = text.substr(at, kBytesMax);
  for (const auto& [open, close] :
       {std::pair<std::string_view, std::string_view>{"<|", "|>"}, {"<｜", "｜>"}}) {
    if (!rest.starts_with(open)) continue;
    const std::size_t end = rest.find(close, open.size());
    if (end == std::string_view::npos) continue;
    const std::string_view form = rest.substr(0, end + close.size());
    if (form.find_first_of(" \n\t<", 1) == std::string_view::npos) return form;
  }
  return {};
}

}  // namespace

LlamaTokenizer::LlamaTokenizer(const llama_model* model, const model_files::GgufFile& file)
    : vocab_(llama_model_get_vocab(model)) {
  for (TokenId id = 0; id < llama_vocab_n_tokens(vocab_); ++id) {
    if (!llama_vocab_is_control(vocab_, id)) continue;
    std::string text = llama_vocab_get_text(vocab_, id);
    if (text.empty()) continue;
    if (!contains(control_first_bytes_, text.substr(0, 1))) control_first_bytes_ += text[0];
    control_.emplace_back(std::move(text), id);
  }
  std::stable_sort(control_.begin(), control_.end(),
                   [](const auto& a, const auto& b) { return a.first.size() > b.first.size(); });
  const char* own = llama_model_chat_template(model, nullptr);
  const std::string source = own != nullptr && *own != '\0' ? own : kChatMl;
  template_ = std::make_unique<ChatTemplate>(source, token_text(vocab_, llama_vocab_bos(vocab_)),
                                             token_text(vocab_, llama_vocab_eos(vocab_)));
  end_token_ = find_end_token();
  fingerprint_ = tokenizer_fingerprint(file, source);
}

int LlamaTokenizer::vocabulary_size() const { return llama_vocab_n_tokens(vocab_); }

std::vector<TokenId> LlamaTokenizer::tokenize(std::string_view text, ControlText control) const {
  if (text.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
    throw Error(ErrorKind::kData, "a text of " +
                                      format_count(static_cast<std::int64_t>(text.size())) +
                                      " bytes is too long to tokenize (at most 2 GiB)");
  }
  // No token is shorter than a byte, but a leading space may be added.
  std::vector<TokenId> ids(text.size() + 2);
  const auto call = [&] {
    return llama_tokenize(vocab_, text.data(), static_cast<std::int32_t>(text.size()), ids.data(),
                          static_cast<std::int32_t>(ids.size()), false,
                          control == ControlText::kParse);
  };
  std::int32_t count = call();
  if (count < 0 && count != std::numeric_limits<std::int32_t>::min()) {
    ids.resize(static_cast<std::size_t>(-count));
    count = call();
  }
  if (count < 0) throw Error(ErrorKind::kModel, "the model's tokenizer failed on a text");
  ids.resize(static_cast<std::size_t>(count));
  return ids;
}

std::vector<TokenId> LlamaTokenizer::plain_prompt(std::string_view text) const {
  std::vector<TokenId> ids;
  if (llama_vocab_get_add_bos(vocab_) && llama_vocab_bos(vocab_) != LLAMA_TOKEN_NULL) {
    ids.push_back(llama_vocab_bos(vocab_));
  }
  const std::vector<TokenId> body = tokenize(text, ControlText::kPlain);
  ids.insert(ids.end(), body.begin(), body.end());
  if (ids.empty()) throw Error(ErrorKind::kData, "a prompt without a template needs some text");
  return ids;
}

std::string LlamaTokenizer::detokenize(std::span<const TokenId> ids) const {
  std::string out;
  std::string piece(64, '\0');
  for (const TokenId id : ids) {
    if (id < 0 || id >= vocabulary_size()) {
      throw Error(ErrorKind::kData, "token id " + std::to_string(id) +
                                        " is outside the vocabulary [0, " +
                                        std::to_string(vocabulary_size()) + ")");
    }
    const auto call = [&] {
      return llama_token_to_piece(vocab_, id, piece.data(), static_cast<std::int32_t>(piece.size()),
                                  0, true);
    };
    std::int32_t size = call();
    if (size < 0) {
      piece.resize(static_cast<std::size_t>(-size));
      size = call();
    }
    if (size > 0) out.append(piece, 0, static_cast<std::size_t>(size));
  }
  return out;
}

std::pair<TokenId, std::size_t> LlamaTokenizer::control_at(std::string_view text,
                                                           std::size_t at) const {
  if (control_first_bytes_.find(text[at]) == std::string::npos) return {LLAMA_TOKEN_NULL, 0};
  const std::string_view rest = text.substr(at);
  for (const auto& [control, id] : control_) {
    if (rest.starts_with(control)) return {id, control.size()};
  }
  return {LLAMA_TOKEN_NULL, 0};
}

// Control tokens are taken out of the template's own text only. What stands between two of them is
// tokenized in one piece, content and template text together, as the model saw it in training.
std::vector<TokenId> LlamaTokenizer::tokenize_parts(const std::vector<PromptPart>& parts) const {
  std::vector<TokenId> ids;
  std::string run;
  const auto flush = [&] {
    if (run.empty()) return;
    const std::vector<TokenId> more = tokenize(run, ControlText::kPlain);
    ids.insert(ids.end(), more.begin(), more.end());
    run.clear();
  };
  for (const PromptPart& part : parts) {
    if (part.content) {
      run += part.text;
      continue;
    }
    for (std::size_t at = 0; at < part.text.size();) {
      const auto [id, size] = control_at(part.text, at);
      if (size == 0) {
        run += part.text[at++];
        continue;
      }
      flush();
      ids.push_back(id);
      at += size;
    }
  }
  flush();
  return ids;
}

void LlamaTokenizer::check_literals(std::span<const Message> messages,
                                    const std::vector<PromptPart>& parts) const {
  const auto said = [&](std::string_view form) {  // in a message, which a template may launder
    return std::any_of(messages.begin(), messages.end(),
                       [&](const Message& message) { return contains(message.content, form); });
  };
  for (const PromptPart& part : parts) {
    if (part.content) continue;
    for (std::size_t at = part.text.find('<'); at != std::string::npos;
         at = part.text.find('<', at + 1)) {
      const std::string_view form = control_form(part.text, at);
      if (form.empty() || tokenize(form, ControlText::kParse).size() == 1 || said(form)) continue;
      throw Error(ErrorKind::kModel,
                  "the chat template writes '" + std::string(form) +
                      "', which is no token of this model's vocabulary",
                  "the template is another model's: set tokenizer.chat_template in the model file "
                  "to the model's own");
    }
  }
}

// A template may launder content (join, replace, slice), so that the engine takes it for its own
// text. Where content holds the text of a control token, the prompt must have as many control
// tokens as it has with that text taken away.
void LlamaTokenizer::check_control_kept_apart(std::span<const Message> messages,
                                              const std::vector<PromptPart>& parts) const {
  std::vector<Message> harmless(messages.begin(), messages.end());
  std::string found;
  for (Message& message : harmless) {
    std::string kept;
    for (std::size_t at = 0; at < message.content.size();) {
      const auto [id, size] = control_at(message.content, at);
      if (size == 0) {
        kept += message.content[at++];
        continue;
      }
      found = message.content.substr(at, size);
      kept += ' ';
      at += size;
    }
    message.content = std::move(kept);
  }
  if (found.empty()) return;
  const std::size_t expected =
      count_control(tokenize_parts(template_->render(harmless, true)), vocab_);
  if (count_control(tokenize_parts(parts), vocab_) != expected) {
    throw Error(ErrorKind::kData,
                "a message holds the control token '" + found +
                    "' and the model's chat template does not keep it apart",
                "remove it from the message");
  }
}

std::vector<TokenId> LlamaTokenizer::render_prompt(std::span<const Message> messages,
                                                   std::string_view response_prefix) const {
  if (messages.empty()) throw Error(ErrorKind::kData, "a prompt needs at least one message");
  const std::vector<PromptPart> parts = template_->render(messages, true);
  check_literals(messages, parts);
  check_control_kept_apart(messages, parts);
  std::vector<TokenId> ids = tokenize_parts(parts);
  const TokenId bos = llama_vocab_bos(vocab_);
  if (bos != LLAMA_TOKEN_NULL && llama_vocab_get_add_bos(vocab_)) {
    if (ids.empty() || ids.front() != bos) ids.insert(ids.begin(), bos);
    if (ids.size() > 1 && ids[1] == bos) ids.erase(ids.begin());
  }
  if (!response_prefix.empty()) {
    const std::vector<TokenId> more = tokenize(response_prefix, ControlText::kParse);
    ids.insert(ids.end(), more.begin(), more.end());
  }
  if (ids.empty()) throw Error(ErrorKind::kData, "the prompt is empty");
  return ids;
}

// The first token after an assistant message that ends generation.
TokenId LlamaTokenizer::find_end_token() const {
  const std::vector<Message> turn = {{"user", "a"}, {"assistant", "b"}};
  try {
    const std::vector<PromptPart> parts = template_->render(turn, false);
    for (std::size_t i = parts.size(); i > 0; --i) {
      if (!parts[i - 1].content) continue;
      if (i == parts.size()) break;
      for (const TokenId id : tokenize_parts({parts[i]})) {
        if (ends_generation(id)) return id;
      }
      break;
    }
  } catch (const Error&) {  // a template that takes no assistant message
  }
  for (const TokenId id : {llama_vocab_eot(vocab_), llama_vocab_eos(vocab_)}) {
    if (id != LLAMA_TOKEN_NULL) return id;
  }
  throw Error(ErrorKind::kModel, "the model has no token that ends a response",
              "set tokenizer.ggml.eos_token_id in the model file");
}

}  // namespace drp::llm
