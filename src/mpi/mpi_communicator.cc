// SPDX-License-Identifier: Apache-2.0
#include "mpi/mpi_communicator.h"

#include <mpi.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <string>

#include "base/error.h"

namespace drp::mpi {
namespace {

void check(int code, const char* what) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING];
  int size = 0;
  MPI_Error_string(code, text, &size);
  throw Error(
      ErrorKind::kIo,
      std::string("MPI: ") + what + " failed: " + std::string(text, static_cast<std::size_t>(size)),
      "look at the other processes' messages, then start all of them again");
}

class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator() {
    int level = 0;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &level), "starting");
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank_);
    MPI_Comm_size(MPI_COMM_WORLD, &size_);
  }
  ~MpiCommunicator() override {
    // The program then says what went wrong and ends without MPI's leave, whereupon mpirun ends the
    // others; MPI_Abort would end this one before it has spoken.
    if (std::uncaught_exceptions() == 0) MPI_Finalize();
  }
  MpiCommunicator(const MpiCommunicator&) = delete;
  MpiCommunicator& operator=(const MpiCommunicator&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  void sum(std::span<float> values) override { sum_all(values, MPI_FLOAT); }
  void sum(std::span<double> values) override { sum_all(values, MPI_DOUBLE); }
  void broadcast(std::span<float> values) override { send(values, MPI_FLOAT); }
  void broadcast(std::span<double> values) override { send(values, MPI_DOUBLE); }

 private:
  // Calls work(part, count) for parts whose size an int holds.
  template <class T, class Work>
  static void by_parts(std::span<T> values, const Work& work) {
    constexpr std::size_t kPart = std::size_t{1} << 28U;
    for (std::size_t begin = 0; begin < values.size(); begin += kPart) {
      const std::size_t count = std::min(kPart, values.size() - begin);
      work(values.data() + begin, static_cast<int>(count));
    }
  }
  // Summed on rank 0 and sent out, so that all ranks get the same bits: MPI_Allreduce promises that
  // of no algorithm.
  template <class T>
  void sum_all(std::span<T> values, MPI_Datatype type) {
    by_parts(values, [&](T* part, int count) {
      check(MPI_Reduce(rank_ == 0 ? MPI_IN_PLACE : part, part, count, type, MPI_SUM, 0,
                       MPI_COMM_WORLD),
            "summing");
    });
    send(values, type);
  }
  template <class T>
  void send(std::span<T> values, MPI_Datatype type) {
    by_parts(values, [&](T* part, int count) {
      check(MPI_Bcast(part, count, type, 0, MPI_COMM_WORLD), "sending");
    });
  }

  int rank_ = 0;
  int size_ = 1;
};

}  // namespace

std::unique_ptr<Communicator> join_ranks() { return std::make_unique<MpiCommunicator>(); }

}  // namespace drp::mpi
