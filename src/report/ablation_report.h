// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

#include "records/ablation.h"

namespace drp::report {

// The tables and sentences of an ablation as Markdown, for a terminal.
std::string ablation_text(const Ablation& ablation);

// Publishes ablation.json (docs/formats.md), ablation.md (the same text, the tables once more in
// LaTeX) and index.html (a page of its own, without scripts) in the folder, each whole or not at
// all. Throws Error{kIo}.
void write_ablation(const Ablation& ablation, const std::filesystem::path& folder);

}  // namespace drp::report
