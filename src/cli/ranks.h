// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/communicator.h"

namespace drp::cli {

// The processes beside this one where `mpirun -np N drp ...` started it with N > 1, else nothing.
// Throws Error{kConfig} where this build has no MPI.
std::unique_ptr<Communicator> join_ranks();

}  // namespace drp::cli
