// SPDX-License-Identifier: Apache-2.0
#include "mpi/mpi_communicator.h"

// What cli/ranks.cc looks up.
extern "C" __attribute__((visibility("default"))) drp::Communicator* drp_join_ranks() {
  return drp::mpi::join_ranks().release();
}
