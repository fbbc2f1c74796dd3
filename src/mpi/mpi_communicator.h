// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/communicator.h"

namespace drp::mpi {

// The processes that `mpirun` started. Starts MPI with the first call and ends it with the object;
// made once a process, used from one thread. Destroyed while an exception is on its way it does not
// end MPI, so that mpirun ends the other processes, which would wait for this one for ever.
std::unique_ptr<Communicator> join_ranks();

}  // namespace drp::mpi
