// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/batch_decoder.h"

#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/text.h"

namespace drp::llm {
namespace {

// A shared prefix shorter than this is read again: copying moves the whole cache of a slot.
constexpr std::size_t kSharedTokensMin = 16;

std::size_t common_prefix(const std::vector<TokenId>& a, std::size_t a_size,
                          const std::vector<TokenId>& b, std::size_t b_size) {
  const std::size_t size = std::min(a_size, b_size);
  std::size_t i = 0;
  while (i < size && a[i] == b[i]) ++i;
  return i;
}

// Without the bytes of a character that the token limit cut.
std::string_view whole_characters(std::string_view text) {
  for (std::size_t back = 1; back <= 3 && back <= text.size(); ++back) {
    const auto byte = static_cast<unsigned char>(text[text.size() - back]);
    if ((byte & 0xC0U) == 0x80U) continue;
    const std::size_t size = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    return size > back ? text.substr(0, text.size() - back) : text;
  }
  return text;
}

}  // namespace

BatchDecoder::BatchDecoder(const ContextPlan& plan, const LlamaTokenizer& tokenizer,
                           bool share_prompts)
    : tokenizer_(tokenizer),
      share_prompts_(share_prompts),
      batch_tokens_(plan.batch_tokens),
      context_(plan),
      slots_(static_cast<std::size_t>(plan.sequences)) {}

BatchDecoder::~BatchDecoder() = default;

int BatchDecoder::free_slots() const {
  return static_cast<int>(std::count_if(
      slots_.begin(), slots_.end(), [](const Slot& slot) { return slot.state == State::kFree; }));
}

void BatchDecoder::admit(DecoderJob job) {
  const std::vector<TokenId>& prompt = job.prompt;
  // The last token is always decoded, for its logits.
  const std::size_t sharable = share_prompts_ ? prompt.size() - 1 : 0;
  const std::size_t none = slots_.size();
  std::size_t best_free = none;   // holds the longest part of this prompt already
  std::size_t worst_free = none;  // holds the least
  std::size_t best_free_shared = 0;
  std::size_t worst_free_shared = 0;
  std::size_t donor = none;
  std::size_t donor_shared = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Slot& slot = slots_[i];
    if (slot.state == State::kFree) {
      const std::size_t shared = common_prefix(slot.tokens, slot.cached, prompt, sharable);
      if (best_free == none || shared > best_free_shared) {
        best_free = i;
        best_free_shared = shared;
      }
      if (worst_free == none || shared < worst_free_shared) {
        worst_free = i;
        worst_free_shared = shared;
      }
    } else if (slot.state != State::kWaiting) {
      const std::size_t shared =
          common_prefix(slot.tokens, slot.tokens.size() - 1, prompt, sharable);
      if (shared > donor_shared) {
        donor = i;
        donor_shared = shared;
      }
    }
  }
  DRP_CHECK(best_free != none, "no free slot");
  const bool copies = donor != none && donor_shared >= best_free_shared + kSharedTokensMin;
  const std::size_t index = copies ? worst_free : best_free;
  Slot& slot = slots_[index];
  slot.tokens = std::move(job.prompt);
  slot.job = std::move(job);
  slot.job.prompt = {};
  slot.random = std::make_unique<Random>(slot.job.request.sampling.seed);
  slot.repeats = RepeatDetector();
  slot.stops = StopTexts(slot.job.request.stop);
  if (copies) {
    slot.state = State::kWaiting;
    slot.cached = 0;
    slot.donor = donor;
    slot.shared = donor_shared;
  } else {
    start(index, best_free_shared);
  }
}

void BatchDecoder::start(std::size_t index, std::size_t kept) {
  Slot& slot = slots_[index];
  slot.state = State::kPrompt;
  slot.cached = context_.cut_sequence(static_cast<int>(index), static_cast<int>(kept)) ? kept : 0;
}

// Runs at the start of each pass, so before any donor can have ended and been given away.
void BatchDecoder::wake_waiting() {
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    if (slot.state != State::kWaiting || slots_[slot.donor].cached < slot.shared) continue;
    context_.copy_sequence(static_cast<int>(slot.donor), static_cast<int>(i),
                           static_cast<int>(slot.shared));
    slot.state = State::kPrompt;
    slot.cached = slot.shared;
  }
}

void BatchDecoder::fill_batch() {
  int room = batch_tokens_;
  for (const Slot& slot : slots_) room -= slot.state == State::kResponse ? 1 : 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    Slot& slot = slots_[i];
    slot.row = -1;
    if (slot.state != State::kPrompt && slot.state != State::kResponse) continue;
    std::size_t count = slot.tokens.size() - slot.cached;
    if (slot.state == State::kPrompt) {
      count = std::min(count, static_cast<std::size_t>(std::max(room, 0)));
      room -= static_cast<int>(count);
    }
    for (std::size_t j = 0; j < count; ++j) {
      const std::size_t at = slot.cached + j;
      const bool last = at + 1 == slot.tokens.size();
      const int row =
          context_.add(slot.tokens[at], static_cast<int>(at), static_cast<int>(i), last);
      if (last) slot.row = row;
    }
    slot.cached += count;
  }
}

bool BatchDecoder::step(std::vector<ChatReply>& replies) {
  wake_waiting();
  fill_batch();
  if (context_.batch_size() == 0) return true;
  if (!context_.decode()) return false;
  for (Slot& slot : slots_) {
    if (slot.row >= 0) take_token(slot, replies);
  }
  return true;
}

// Under a grammar the draw is made as ever and repeated among the allowed tokens only where it hit
// another: the same distribution, and the whole vocabulary is rarely looked at.
std::optional<TokenId> BatchDecoder::draw(Slot& slot) {
  const Sampling& sampling = slot.job.request.sampling;
  const std::span<const float> logits = context_.logits(slot.row);
  std::optional<TokenId> token = sampler_.draw(logits, sampling, *slot.random);
  GrammarGuard* grammar = slot.job.grammar.get();
  if (!token || grammar == nullptr) return token;
  if (!grammar->allows(*token)) {
    token = sampler_.draw(grammar->masked(logits), sampling, *slot.random);
  }
  if (token && !tokenizer_.ends_generation(*token)) grammar->accept(*token);
  return token;
}

void BatchDecoder::take_token(Slot& slot, std::vector<ChatReply>& replies) {
  if (slot.state == State::kPrompt) {
    slot.state = State::kResponse;
    slot.job.prompt.assign(slot.tokens.begin(), slot.tokens.end());
  }
  const std::optional<TokenId> token = draw(slot);
  if (!token) return finish(slot, FinishReason::kUnknown, replies);
  if (tokenizer_.ends_generation(*token)) return finish(slot, FinishReason::kStop, replies);
  slot.tokens.push_back(*token);
  if (!slot.stops.empty() && slot.stops.push(tokenizer_.detokenize(std::span(&*token, 1)))) {
    return finish(slot, FinishReason::kStop, replies);
  }
  const std::size_t drawn = slot.tokens.size() - slot.job.prompt.size();
  // A grammar bounds the response, and what it makes of every step looks alike.
  const bool repeats = slot.repeats.push(*token) && slot.job.grammar == nullptr;
  if (repeats) return finish(slot, FinishReason::kLoop, replies);
  if (drawn >= static_cast<std::size_t>(slot.job.request.sampling.tokens_max)) {
    finish(slot, FinishReason::kLength, replies);
  }
}

void BatchDecoder::finish(Slot& slot, FinishReason reason, std::vector<ChatReply>& replies) {
  ChatReply reply;
  reply.key = slot.job.request.key;
  if (reason == FinishReason::kUnknown) {
    reply.failure = "the model's output is not a number: the model file or an adapter is broken";
  } else {
    const std::size_t prompt = slot.job.prompt.size();
    const std::string text = tokenizer_.detokenize(std::span(slot.tokens).subspan(prompt));
    reply.text = repair_utf8(whole_characters(slot.stops.before(text)));
    reply.finish = reason;
    reply.usage.prompt_tokens = static_cast<std::int64_t>(prompt);
    reply.usage.completion_tokens = static_cast<std::int64_t>(slot.tokens.size() - prompt);
  }
  reply.prompt_ids = std::move(slot.job.prompt);
  replies.push_back(std::move(reply));
  slot.job = {};
  slot.tokens.resize(slot.cached);  // kept: the next job may begin with the same tokens
  slot.state = State::kFree;
}

void BatchDecoder::compact() {
  std::size_t low = 0;
  std::size_t high = slots_.size();
  while (true) {
    while (low < high && slots_[low].state != State::kFree) ++low;
    while (high > low && slots_[high - 1].state == State::kFree) --high;
    if (low >= high) return;
    Slot& busy = slots_[high - 1];
    if (busy.state == State::kWaiting) return;
    for (const Slot& slot : slots_) {
      if (slot.state == State::kWaiting && slot.donor == high - 1) return;
    }
    context_.copy_sequence(static_cast<int>(high - 1), static_cast<int>(low),
                           static_cast<int>(busy.cached));
    context_.cut_sequence(static_cast<int>(high - 1), 0);
    slots_[low] = std::move(busy);
    busy = Slot();
  }
}

}  // namespace drp::llm
