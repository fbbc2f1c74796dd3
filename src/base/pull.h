// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace drp {

// A producer that pushes, read as one that is pulled: it runs in a thread of its own, a few items
// ahead.
template <typename Item>
class Pull {
 public:
  // Hands an item over; false: the reader has gone, return.
  using Give = std::function<bool(Item)>;

  explicit Pull(std::function<void(const Give&)> produce)
      : thread_([this, produce = std::move(produce)] { run(produce); }) {}
  ~Pull() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    room_.notify_all();
  }
  Pull(const Pull&) = delete;
  Pull& operator=(const Pull&) = delete;

  // The next item, or nothing at the end. Throws what the producer threw, after its items.
  std::optional<Item> next() {
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return !items_.empty() || ended_; });
    if (items_.empty()) {
      if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
      return std::nullopt;
    }
    std::optional<Item> item(std::move(items_.front()));
    items_.pop_front();
    room_.notify_one();
    return item;
  }

 private:
  static constexpr std::size_t kAhead = 16;

  void run(const std::function<void(const Give&)>& produce) {
    std::exception_ptr failure;
    try {
      produce([this](Item item) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [this] { return items_.size() < kAhead || closed_; });
        if (closed_) return false;
        items_.push_back(std::move(item));
        ready_.notify_one();
        return true;
      });
    } catch (...) {
      failure = std::current_exception();
    }
    const std::lock_guard lock(mutex_);
    failure_ = failure;
    ended_ = true;
    ready_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable ready_;  // an item, or the end
  std::condition_variable room_;   // for one more, or the reader has gone
  std::deque<Item> items_;
  std::exception_ptr failure_;
  bool ended_ = false;
  bool closed_ = false;
  std::jthread thread_;  // last: joined before the rest goes
};

}  // namespace drp
