// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace drp::llm {

// A model that a service says it serves.
struct ServedModel {
  std::string id;      // the name that requests give
  std::string parent;  // vLLM and SGLang: what a LoRA adapter lies on; empty: not said
  std::string root;    // vLLM: what `id` was loaded from; empty: not said

  bool operator==(const ServedModel&) const = default;
};

}  // namespace drp::llm
