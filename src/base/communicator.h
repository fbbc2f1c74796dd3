// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

namespace drp {

// Several processes that work on one thing, numbered from 0. Each call is made by all of them, in
// the same order; it returns when all have made it. Implementations: MPI (src/mpi), threads in
// tests. Throws Error{kIo} when the others are lost.
class Communicator {
 public:
  virtual ~Communicator() = default;
  virtual int rank() const = 0;
  virtual int size() const = 0;

  // Replaces the values by their sums over all ranks: the same bits everywhere.
  virtual void sum(std::span<float> values) = 0;
  virtual void sum(std::span<double> values) = 0;
  // Replaces the values by those of rank 0.
  virtual void broadcast(std::span<float> values) = 0;
  virtual void broadcast(std::span<double> values) = 0;
};

}  // namespace drp
