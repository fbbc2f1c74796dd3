// SPDX-License-Identifier: Apache-2.0
#include "cli/ranks.h"

#include <cstdlib>

#include "base/plugin.h"
#include "base/text.h"

namespace drp::cli {
namespace {

// What Open MPI, and MPICH and its relatives, tell the processes that they start.
bool started_by_mpirun() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && parse_int(value).value_or(1) > 1) return true;
  }
  return false;
}

}  // namespace

std::unique_ptr<Communicator> join_ranks() {
  if (!started_by_mpirun()) return nullptr;
  auto* entry = reinterpret_cast<Communicator* (*)()>(
      load_plugin({"libdrp_mpi.so", "drp_join_ranks", "the MPI part",
                   "install MPI (Debian: libopenmpi-dev) and build again, or start one process"}));
  return std::unique_ptr<Communicator>(entry());
}

}  // namespace drp::cli
