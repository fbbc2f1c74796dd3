// SPDX-License-Identifier: Apache-2.0
#include "train/torch/device.h"

#include <ATen/Context.h>
#include <ATen/DeviceAccelerator.h>
#include <dlfcn.h>

#include <cstdlib>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace drp::train {
namespace {

// Among the processes of this machine; 0 for one alone.
int local_rank() {
  for (const char* name : {"OMPI_COMM_WORLD_LOCAL_RANK", "MPI_LOCALRANKID", "SLURM_LOCALID"}) {
    const char* value = std::getenv(name);
    if (const auto rank = value != nullptr ? parse_int(value) : std::nullopt) {
      return static_cast<int>(*rank);
    }
  }
  return 0;
}

// libtorch sums in an order of its own unless it is told, and cuBLAS by what memory it finds.
void make_deterministic() {
  ::setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", 0);
  at::globalContext().setDeterministicAlgorithms(true, /*warn_only=*/false);
  at::globalContext().setDeterministicFillUninitializedMemory(false);
}

// libtorch's headers for this need CUDA's; the driver is in the process already.
std::string driver_name(int index) {
  void* driver = ::dlopen("libcuda.so.1", RTLD_LAZY | RTLD_NOLOAD);
  if (driver == nullptr) return "";
  using NameOf = int (*)(char*, int, int);
  const auto name_of = reinterpret_cast<NameOf>(::dlsym(driver, "cuDeviceGetName"));
  char name[256] = {};
  const bool found = name_of != nullptr && name_of(name, sizeof name - 1, index) == 0;
  ::dlclose(driver);
  return found ? name : "";
}

}  // namespace

c10::Device choose_device(DeviceKind kind) {
  if (kind == DeviceKind::kCpu) return at::kCPU;
  // Other accelerators of libtorch (Apple's, Intel's) lack fp64 sums or bf16.
  const bool built = at::accelerator::getAccelerator(false) == at::kCUDA;
  const int count = built ? at::accelerator::deviceCount() : 0;
  if (count == 0) {
    if (kind == DeviceKind::kAuto) return at::kCPU;
    throw Error(ErrorKind::kConfig,
                built ? "train.device is cuda, and libtorch finds no GPU that it can use"
                      : "train.device is cuda, and this trainer was built with a libtorch for the "
                        "processor alone",
                built
                    ? "look at `nvidia-smi`, or set train.device to auto"
                    : "build with DRP_TORCH_DIR set to a libtorch for CUDA (docs/training.md), or "
                      "set train.device to auto");
  }
  const auto index = static_cast<c10::DeviceIndex>(local_rank() % count);
  at::accelerator::setDeviceIndex(index);
  make_deterministic();
  return {at::kCUDA, index};
}

std::string device_name(const c10::Device& device) {
  if (device.is_cpu()) return "";
  const std::string name = driver_name(device.index());
  return device.str() + (name.empty() ? "" : " (" + name + ")");
}

double device_free_bytes(const c10::Device& device) {
  at::accelerator::emptyCache();
  return static_cast<double>(at::accelerator::getMemoryInfo(device.index()).first);
}

double device_peak_bytes(const c10::Device& device) {
  const auto stats = at::accelerator::getDeviceStats(device.index());
  return static_cast<double>(stats.allocated_bytes[0].peak);
}

DeviceMemory::~DeviceMemory() {
  try {
    if (!device_.is_cpu()) at::accelerator::emptyCache();
  } catch (const c10::Error&) {  // a device that fails has nothing to give back
  }
}

void wait_for(const c10::Device& device) {
  if (!device.is_cpu()) at::accelerator::synchronizeDevice(device.index());
}

}  // namespace drp::train
