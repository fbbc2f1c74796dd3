// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/run.h"
#include "train/external_tool.h"

namespace drp::pipeline {

// A run whose recipe says `train: external` waits at its train stage for a student that another
// program tunes. `drp export --for` writes what that program needs, `drp adopt` (adoption.h) brings
// the result back. Both sides carry the fingerprints of the base and of the rows, so that a tuning
// on other data is not taken for this run's.

// What a training of this run stands on: SHA-256 of the model, of each adapter below and of the
// curated rows, and the base's name where it answers at an endpoint.
Inputs external_identity(Run& run);

struct ExternalExport {
  train::ExternalTool tool = train::ExternalTool::kLlamaFactory;
  std::filesystem::path folder;
  std::string base;  // model_name_or_path of the configuration
};
struct ExternalExportResult {
  std::int64_t rows = 0;
  std::int64_t validation_rows = 0;
  std::int64_t left_out = 0;  // rows that the tool would read other token ids from
};
// Writes rows, configuration and drp_export.json; remembers the identity in the run. Needs a run
// whose curate stage is done: Error{kConfig} else. Error{kData} where no row is left.
ExternalExportResult export_training(Run& run, const ExternalExport& options);

// What the training behind an adapter stood on, by the drp_export.json in or above its folder, else
// by the run's last export, which is all there is for an empty path. Nothing where none is found.
// Throws Error{kData} for a file that is no such record.
std::optional<Inputs> exported_identity(Run& run, const std::filesystem::path& adapter);

}  // namespace drp::pipeline
