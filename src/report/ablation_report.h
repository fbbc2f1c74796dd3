// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "records/ablation.h"

namespace drp::report {

// The tables and sentences of an ablation as text for a terminal.
std::string ablation_text(const Ablation& ablation);

// Publishes ablation.json (docs/formats.md), ablation.md (the same in Markdown, the tables once
// more in LaTeX) and index.html (a page of its own, which holds all it needs) in the folder, each
// whole or not at all. `plotly_js` is plotly.min.js, copied into the page; without it the page
// draws plainer charts of its own. Throws Error{kIo}, and Error{kData} where plotly_js is no such
// file.
void write_ablation(const Ablation& ablation, const std::filesystem::path& folder,
                    const std::optional<std::filesystem::path>& plotly_js = std::nullopt);

}  // namespace drp::report
