// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <c10/core/Device.h>

#include <string>

#include "train/options.h"

namespace drp::train {

// Where the weights lie and the products run.

// kAuto: a GPU where libtorch has one it can use, else the processor. Processes of one machine take
// its GPUs in turn (by the local rank that MPI or Slurm gives them). Also makes libtorch's
// operations there give the same bits each time. Throws Error{kConfig} where kCuda is asked for and
// cannot be had.
c10::Device choose_device(DeviceKind kind);

// Such as "cuda:0 (NVIDIA H100 80GB HBM3)"; empty for the processor.
std::string device_name(const c10::Device& device);

// Bytes that a GPU has free, counting what this process holds without use.
double device_free_bytes(const c10::Device& device);
// Most bytes of a GPU that this process's tensors took at one time.
double device_peak_bytes(const c10::Device& device);

// Gives a GPU's memory back to others (the engine that samples, say) at its end: what tensors held
// stays with libtorch otherwise.
class DeviceMemory {
 public:
  explicit DeviceMemory(const c10::Device& device) : device_(device) {}
  ~DeviceMemory();
  DeviceMemory(const DeviceMemory&) = delete;
  DeviceMemory& operator=(const DeviceMemory&) = delete;

 private:
  c10::Device device_;
};

// Until all that was asked of it has run. Nothing to do on the processor.
void wait_for(const c10::Device& device);

}  // namespace drp::train
