// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/llama_chat.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "base/error.h"
#include "base/memory.h"
#include "llm/llama/batch_decoder.h"

namespace drp::llm {
namespace {

constexpr int kPromptTokensPerStep = 512;
constexpr auto kStopPoll = std::chrono::milliseconds(50);

int needed_tokens(const DecoderJob& job) {
  return static_cast<int>(job.prompt.size()) + job.request.sampling.tokens_max;
}

std::vector<TokenId> prompt_of(const ChatRequest& request, const LlamaTokenizer& tokenizer) {
  if (request.form == PromptForm::kChat) {
    return tokenizer.render_prompt(request.messages, request.response_prefix);
  }
  return tokenizer.plain_prompt(plain_prompt_text(request));
}

// The queues between the calling thread, which alone touches source and sink, and the workers.
class Dispatcher {
 public:
  Dispatcher(const LlamaVariant& variant, const LlamaLayout& layout)
      : variant_(variant), layout_(layout), queues_(static_cast<std::size_t>(layout.workers)) {
    busy_.resize(queues_.size());
    for (std::size_t i = 0; i < queues_.size(); ++i) {
      threads_.emplace_back([this, i] { work(i); });
    }
  }
  ~Dispatcher() {
    abort_ = true;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  void run(const ChatModel::Source& next, const ChatModel::Sink& done, const StopFlag& stop);

 private:
  bool wants_jobs() const;
  void pull(const ChatModel::Source& next, std::vector<ChatReply>& failed);
  std::size_t choose_queue(const DecoderJob& job);

  void work(std::size_t index);
  void decode_jobs(std::size_t index);
  // Jobs for a worker with `room` free slots of `slot_tokens`; waits for one when it is idle.
  std::vector<DecoderJob> take_jobs(std::size_t index, int room, int slot_tokens, bool idle);
  std::unique_ptr<BatchDecoder> make_decoder(int tokens) const;

  const LlamaVariant& variant_;
  const LlamaLayout& layout_;
  std::atomic<bool> abort_{false};

  std::mutex mutex_;
  std::condition_variable changed_;  // for workers: a queue grew, or closed
  std::condition_variable news_;     // for the caller: replies, room, an error
  std::vector<std::deque<DecoderJob>> queues_;
  std::vector<int> busy_;  // jobs in each worker's slots
  std::vector<ChatReply> replies_;
  std::exception_ptr error_;
  bool closed_ = false;  // no more jobs will come

  std::vector<TokenId> last_prompt_;
  std::size_t last_queue_ = 0;
  std::vector<std::thread> threads_;
};

// A queue as long as half the slots keeps a worker busy until the caller has looked again.
bool Dispatcher::wants_jobs() const {
  if (closed_) return false;
  return std::any_of(queues_.begin(), queues_.end(), [&](const auto& queue) {
    const std::size_t index = static_cast<std::size_t>(&queue - queues_.data());
    const int known = busy_[index] + static_cast<int>(queue.size());
    return known < layout_.slots + layout_.slots / 2 + 1;
  });
}

// The worker that read the last prompt when this one is equal, unless it has far more to do than
// another; else the least busy one.
std::size_t Dispatcher::choose_queue(const DecoderJob& job) {
  const auto load = [&](std::size_t i) { return busy_[i] + static_cast<int>(queues_[i].size()); };
  std::size_t least = 0;
  for (std::size_t i = 1; i < queues_.size(); ++i) {
    if (load(i) < load(least)) least = i;
  }
  const bool same = layout_.share_prompts && job.prompt == last_prompt_;
  if (!same || load(last_queue_) > load(least) + std::max(4, layout_.slots / 2))
    last_queue_ = least;
  if (!same) last_prompt_ = job.prompt;
  return last_queue_;
}

// Takes one request from the source.
void Dispatcher::pull(const ChatModel::Source& next, std::vector<ChatReply>& failed) {
  std::optional<ChatRequest> request = next();
  if (!request) {
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
    }
    changed_.notify_all();
    return;
  }
  ChatReply refusal;
  refusal.key = request->key;
  DecoderJob job;
  try {
    job.prompt = prompt_of(*request, *variant_.tokenizer);
    if (!request->grammar.empty()) {
      job.grammar =
          std::make_unique<GrammarGuard>(variant_.tokenizer->vocabulary(), request->grammar);
    }
  } catch (const Error& error) {
    refusal.failure = error.message();
  }
  if (!refusal.failure && request->sampling.tokens_max < 1) {
    refusal.failure =
        "tokens_max is " + std::to_string(request->sampling.tokens_max) + "; it must be at least 1";
  }
  if (!refusal.failure && job.prompt.size() >= static_cast<std::size_t>(layout_.context_tokens)) {
    refusal.failure = "the prompt has " + std::to_string(job.prompt.size()) +
                      " tokens; the model's context holds " +
                      std::to_string(layout_.context_tokens) + ", response included";
  }
  if (refusal.failure) {
    failed.push_back(std::move(refusal));
    return;
  }
  job.request = *std::move(request);
  const auto room = layout_.context_tokens - static_cast<int>(job.prompt.size());
  job.request.sampling.tokens_max = std::min(job.request.sampling.tokens_max, room);
  {
    const std::lock_guard lock(mutex_);
    queues_[choose_queue(job)].push_back(std::move(job));
  }
  changed_.notify_all();
}

void Dispatcher::run(const ChatModel::Source& next, const ChatModel::Sink& done,
                     const StopFlag& stop) {
  std::int64_t open = 0;  // pulled and not yet answered
  while (true) {
    std::vector<ChatReply> ready;
    bool pulls = false;
    {
      std::unique_lock lock(mutex_);
      news_.wait_for(lock, kStopPoll, [&] {
        return error_ || !replies_.empty() || wants_jobs() || (closed_ && open == 0);
      });
      if (error_) std::rethrow_exception(error_);
      std::swap(ready, replies_);
      pulls = wants_jobs();
    }
    stop.check();
    open -= static_cast<std::int64_t>(ready.size());
    if (pulls) {
      const std::size_t failed_before = ready.size();
      pull(next, ready);
      const bool is_closed = [&] {
        const std::lock_guard lock(mutex_);
        return closed_;
      }();
      if (!is_closed && ready.size() == failed_before) ++open;
    }
    for (ChatReply& reply : ready) done(std::move(reply));
    const std::lock_guard lock(mutex_);
    if (closed_ && open == 0 && replies_.empty()) return;
  }
}

void Dispatcher::work(std::size_t index) {
  try {
    decode_jobs(index);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!error_) error_ = std::current_exception();
    abort_ = true;
  }
  news_.notify_all();
}

std::vector<DecoderJob> Dispatcher::take_jobs(std::size_t index, int room, int slot_tokens,
                                              bool idle) {
  std::vector<DecoderJob> jobs;
  std::unique_lock lock(mutex_);
  std::deque<DecoderJob>* queue = &queues_[index];
  const auto find_work = [&] {
    if (abort_ || !queues_[index].empty()) return true;
    if (!closed_) return false;
    // Nothing more will come: take from the longest queue.
    for (auto& other : queues_) {
      if (other.size() > queue->size()) queue = &other;
    }
    return true;
  };
  if (idle) {
    changed_.wait(lock, find_work);
  } else {
    find_work();
  }
  while (!abort_ && room > 0 && !queue->empty()) {
    // A job that needs a larger context waits until this one is idle.
    if (!idle && needed_tokens(queue->front()) > slot_tokens) break;
    jobs.push_back(std::move(queue->front()));
    queue->pop_front();
    --room;
  }
  busy_[index] += static_cast<int>(jobs.size());
  return jobs;
}

std::unique_ptr<BatchDecoder> Dispatcher::make_decoder(int tokens) const {
  constexpr int kStep = 256;  // llama.cpp's own granularity
  ContextPlan plan;
  plan.model = variant_.model;
  plan.adapter = variant_.adapter;
  plan.sequence_tokens = std::min((tokens + kStep / 2 + kStep - 1) / kStep * kStep,
                                  (layout_.context_tokens + kStep - 1) / kStep * kStep);
  // Half of what is free now, over the workers.
  const std::size_t memory =
      available_memory_bytes() / 2 / static_cast<std::size_t>(layout_.workers);
  const std::size_t slot_bytes =
      cache_bytes_per_token(variant_.model) * static_cast<std::size_t>(plan.sequence_tokens);
  const std::size_t fit = std::max<std::size_t>(1, memory / std::max<std::size_t>(1, slot_bytes));
  plan.sequences =
      static_cast<int>(std::min<std::size_t>(fit, static_cast<std::size_t>(layout_.slots)));
  plan.batch_tokens = kPromptTokensPerStep + plan.sequences;
  plan.outputs = plan.sequences;
  plan.threads = layout_.threads;
  plan.abort = &abort_;
  return std::make_unique<BatchDecoder>(plan, *variant_.tokenizer, layout_.share_prompts);
}

void Dispatcher::decode_jobs(std::size_t index) {
  std::unique_ptr<BatchDecoder> decoder;
  while (true) {
    const bool idle = !decoder || decoder->idle();
    const int room = decoder ? decoder->free_slots() : layout_.slots;
    std::vector<DecoderJob> jobs =
        room > 0 ? take_jobs(index, room, decoder ? decoder->slot_tokens() : 0, idle)
                 : std::vector<DecoderJob>();
    if (abort_ || (idle && jobs.empty())) return;
    int needed = 0;
    for (const DecoderJob& job : jobs) needed = std::max(needed, needed_tokens(job));
    if (!decoder || needed > decoder->slot_tokens()) {
      decoder.reset();  // before the new one: both may not fit
      decoder = make_decoder(needed);
    }
    std::size_t admitted = 0;
    while (admitted < jobs.size() && decoder->free_slots() > 0) {
      decoder->admit(std::move(jobs[admitted++]));
    }
    if (admitted < jobs.size()) {  // memory gave fewer slots than asked for
      const std::lock_guard lock(mutex_);
      busy_[index] -= static_cast<int>(jobs.size() - admitted);
      for (std::size_t i = jobs.size(); i > admitted; --i) {
        queues_[index].push_front(std::move(jobs[i - 1]));
      }
    } else if (jobs.empty() && decoder->free_slots() > 0) {
      decoder->compact();
    }
    std::vector<ChatReply> ended;
    if (!decoder->step(ended)) return;
    if (ended.empty()) continue;
    {
      const std::lock_guard lock(mutex_);
      busy_[index] -= static_cast<int>(ended.size());
      for (ChatReply& reply : ended) replies_.push_back(std::move(reply));
    }
    news_.notify_all();
  }
}

}  // namespace

LlamaChat::LlamaChat(LlamaVariant variant, const LlamaLayout& layout)
    : variant_(std::move(variant)), layout_(layout) {}

void LlamaChat::run(const Source& next, const Sink& done, const StopFlag& stop) {
  Dispatcher dispatcher(variant_, layout_);
  dispatcher.run(next, done, stop);
}

}  // namespace drp::llm
