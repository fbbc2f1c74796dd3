// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "pipeline/run.h"
#include "train/external_tool.h"

namespace drp::pipeline {

// A run whose recipe says `train: external` waits at its train stage for an adapter that another
// program trains. `drp export --for` writes what that program needs, `drp adopt` brings the adapter
// back. Both sides carry the fingerprints of the base and of the rows, so that an adapter of other
// data is not taken for this run's.

// What a training of this run stands on: SHA-256 of the model, of each adapter below and of the
// curated rows.
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

struct AdoptResult {
  std::int64_t pairs = 0;
  std::int64_t rank = 0;
};
enum class AdoptCheck { kFingerprints, kTrust };
// Makes a PEFT folder (or a folder with one in "output") or a GGUF LoRA the adapter of the run.
// Throws Error{kModel} where it does not fit the run's student, Error{kData} naming the field where
// it was trained on something else, or where nothing says on what and the check is not kTrust.
AdoptResult adopt_adapter(Run& run, const std::filesystem::path& adapter, AdoptCheck check);

// The adopted adapter's SHA-256 where it belongs to the run's present base and rows. Throws
// Error{kPending} that says what to do where there is none.
std::string adopted_adapter(Run& run);

}  // namespace drp::pipeline
