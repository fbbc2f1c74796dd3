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
#include <vector>

namespace drp {

// Works off items on `threads` threads; results are handed over in the order of the items.
//   work(Item&) -> Result     any thread
//   done(Item, Result)        the thread that calls submit() and finish()
// At most kItemsAThread * threads items are held: submit() hands over what is done and waits where
// too many are not. An exception of `work` is thrown again when its item's turn comes. `leave()` is
// called in each thread that worked, as its last act: for caches that a library keeps a thread.
// threads <= 1: submit() does it all.
template <typename Item, typename Result>
class OrderedWork {
 public:
  using Work = std::function<Result(Item&)>;
  using Done = std::function<void(Item, Result)>;

  OrderedWork(int threads, Work work, Done done, std::function<void()> leave = {})
      : work_(std::move(work)), done_(std::move(done)), leave_(std::move(leave)) {
    if (threads <= 1) return;
    window_ = kItemsAThread * static_cast<std::size_t>(threads);
    for (int i = 0; i < threads; ++i) workers_.emplace_back([this] { serve(); });
  }
  // Items not yet begun are dropped.
  ~OrderedWork() {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    wanted_.notify_all();
  }
  OrderedWork(const OrderedWork&) = delete;
  OrderedWork& operator=(const OrderedWork&) = delete;

  void submit(Item item) {
    if (workers_.empty()) {
      Result result = work_(item);
      done_(std::move(item), std::move(result));
      return;
    }
    {
      const std::lock_guard lock(mutex_);
      held_.push_back({std::move(item), {}, {}});  // a deque: the others stay where they are
      wanted_.notify_one();
    }
    hand_over(window_);
  }

  // Returns when everything is handed over.
  void finish() { hand_over(0); }

 private:
  static constexpr std::size_t kItemsAThread = 16;

  struct Slot {
    Item item;
    std::optional<Result> result;
    std::exception_ptr failure;
    bool over() const { return result || failure; }
  };

  // What is done at the front, and then on until at most `held_max` are left.
  void hand_over(std::size_t held_max) {
    while (true) {
      std::unique_lock lock(mutex_);
      if (held_.empty() || (held_.size() <= held_max && !held_.front().over())) return;
      finished_.wait(lock, [this] { return held_.front().over(); });
      Slot slot = std::move(held_.front());
      held_.pop_front();
      --begun_;
      lock.unlock();
      if (slot.failure) std::rethrow_exception(slot.failure);
      done_(std::move(slot.item), *std::move(slot.result));
    }
  }

  void serve() {
    std::unique_lock lock(mutex_);
    while (true) {
      wanted_.wait(lock, [this] { return ended_ || begun_ < held_.size(); });
      if (ended_) break;
      Slot& slot = held_[begun_++];
      lock.unlock();
      std::optional<Result> result;
      std::exception_ptr failure;
      try {
        result.emplace(work_(slot.item));
      } catch (...) {
        failure = std::current_exception();
      }
      lock.lock();
      slot.result = std::move(result);
      slot.failure = failure;
      finished_.notify_one();
    }
    lock.unlock();
    if (leave_) leave_();
  }

  Work work_;
  Done done_;
  std::function<void()> leave_;
  std::size_t window_ = 0;
  std::mutex mutex_;
  std::condition_variable wanted_;    // an item waits, or the end
  std::condition_variable finished_;  // an item is done
  std::deque<Slot> held_;
  std::size_t begun_ = 0;  // of held_, from the front
  bool ended_ = false;
  std::vector<std::jthread> workers_;  // last: joined before the rest goes
};

}  // namespace drp
