// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace drp {

// A part of the program that is loaded only when it is needed.
struct Plugin {
  std::string library;  // "libdrp_train_torch.so"
  std::string entry;    // the function to look up
  std::string name;     // "the trainer"
  std::string hint;     // how to get it where it is not there
};

// The entry's address. The library is looked for in $DRP_PLUGIN_DIR, else beside the program (build
// folder), else in ../lib/drp from it, and stays loaded. Throws Error{kConfig} saying where it
// looked.
void* load_plugin(const Plugin& plugin);

}  // namespace drp
