// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <barrier>
#include <functional>
#include <span>
#include <thread>
#include <vector>

#include "base/communicator.h"

namespace drp::train {

// Ranks as threads of one process, for tests: ThreadRanks(n).run(work) calls work(communicator) on
// each of n threads.
class ThreadRanks {
 public:
  explicit ThreadRanks(int size) : size_(size), barrier_(size), floats_(size), doubles_(size) {}

  void run(const std::function<void(Communicator&)>& work) {
    std::vector<std::thread> threads;
    for (int rank = 0; rank < size_; ++rank) {
      threads.emplace_back([this, rank, &work] {
        Rank communicator(*this, rank);
        work(communicator);
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

 private:
  template <class T>
  using Spans = std::vector<std::span<T>>;

  class Rank final : public Communicator {
   public:
    Rank(ThreadRanks& all, int rank) : all_(all), rank_(rank) {}
    int rank() const override { return rank_; }
    int size() const override { return all_.size_; }
    void sum(std::span<float> values) override { sum_over(all_.floats_, values); }
    void sum(std::span<double> values) override { sum_over(all_.doubles_, values); }
    void broadcast(std::span<float> values) override { take_first(all_.floats_, values); }
    void broadcast(std::span<double> values) override { take_first(all_.doubles_, values); }

   private:
    template <class T>
    void sum_over(Spans<T>& spans, std::span<T> values) {
      spans[static_cast<std::size_t>(rank_)] = values;
      all_.barrier_.arrive_and_wait();
      std::vector<T> sums(values.size());
      for (const std::span<T> other : spans) {
        for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += other[i];
      }
      all_.barrier_.arrive_and_wait();
      std::copy(sums.begin(), sums.end(), values.begin());
      all_.barrier_.arrive_and_wait();
    }
    template <class T>
    void take_first(Spans<T>& spans, std::span<T> values) {
      spans[static_cast<std::size_t>(rank_)] = values;
      all_.barrier_.arrive_and_wait();
      const std::vector<T> first(spans[0].begin(), spans[0].end());
      all_.barrier_.arrive_and_wait();
      std::copy(first.begin(), first.end(), values.begin());
      all_.barrier_.arrive_and_wait();
    }

    ThreadRanks& all_;
    int rank_;
  };

  int size_;
  std::barrier<> barrier_;
  Spans<float> floats_;
  Spans<double> doubles_;
};

}  // namespace drp::train
