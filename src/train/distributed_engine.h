// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "base/communicator.h"
#include "train/engine.h"

namespace drp::train {

// Data parallel training: each rank takes its share of every pass's rows through `inner`, losses
// are summed after each pass, gradients once a step in collect_gradients(). What it returns is the
// same on all ranks, so whatever is decided by it is too. `ranks` must outlive it.
//
// Throws Error{kInternal} from parameters_changed() where the ranks' parameters differ.
std::unique_ptr<Engine> make_distributed_engine(std::unique_ptr<Engine> inner, Communicator& ranks);

// The engine of a job on several ranks: rank 0 settles the precision for all.
std::unique_ptr<Engine> make_ranked_engine(const EngineFactory& engines, EngineConfig config,
                                           Communicator& ranks);

}  // namespace drp::train
