// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace drp {

// Bytes that this process may still take without swapping: what the machine has available, cut by
// the limit of the control group. 4 GiB where it cannot be told.
std::uint64_t available_memory_bytes();

// Bytes that this process has in memory now (its resident set); 0 where it cannot be told.
std::uint64_t process_memory_bytes();
// The most it had since it started or since reset_process_memory_peak(); 0 where it cannot be told.
std::uint64_t process_memory_peak_bytes();
// Lets the peak start anew from what is in memory now; false where the system does not allow it.
bool reset_process_memory_peak();

}  // namespace drp
