// SPDX-License-Identifier: Apache-2.0
#include "base/plugin.h"

#include <cstdlib>

#include "train/trainer.h"

namespace drp::train {
namespace {

// OpenMP threads that spin at barriers bring a run to a tenth of its speed as soon as anything else
// wants a core (measured: 51 instead of 500 tokens/s); sleeping ones cost nothing measurable. The
// OpenMP runtime reads this once, when libtorch brings it in. A user's own setting stays.
void let_threads_sleep() { ::setenv("OMP_WAIT_POLICY", "passive", 0); }

}  // namespace

std::unique_ptr<Trainer> load_trainer() {
  let_threads_sleep();
  auto* entry = reinterpret_cast<Engine* (*)(const EngineConfig&)>(load_plugin(
      {"libdrp_train_torch.so", "drp_make_engine", "the trainer",
       "build with -DDRP_WITH_TORCH=ON, or set DRP_PLUGIN_DIR to the folder that holds it"}));
  return make_trainer(
      [entry](const EngineConfig& config) { return std::unique_ptr<Engine>(entry(config)); });
}

}  // namespace drp::train
