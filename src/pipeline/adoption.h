// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "llm/served_model.h"
#include "pipeline/run.h"

namespace drp::pipeline {

// What another program tuned becomes the tuned student of a run whose recipe says `train:
// external`: an adapter, which is copied into the run, or a name at an endpoint, which is written
// down in it.

enum class AdoptCheck { kFingerprints, kTrust };

struct AdoptResult {
  std::int64_t pairs = 0;
  std::int64_t rank = 0;
};
// Makes a PEFT folder (or a folder with one in "output") or a GGUF LoRA the adapter of the run.
// Throws Error{kModel} where it does not fit the run's student, Error{kData} naming the field where
// it was trained on something else, or where nothing says on what and the check is not kTrust.
AdoptResult adopt_adapter(Run& run, const std::filesystem::path& adapter, AdoptCheck check);

// A tuned student that is served.
struct ServedStudent {
  std::vector<std::string> urls;  // empty: student.endpoint's
  std::string model;              // its name there
  // What each of the addresses lists; nothing for a service without a list.
  std::vector<std::optional<std::vector<llm::ServedModel>>> listed;
};
// Makes it the tuned student of the run. Throws Error{kConfig} where a list lacks the name or it is
// the base's own; Error{kModel} where the service says that it lies on another base; Error{kData}
// as adopt_adapter(), where the run's last export is what says on what it was trained.
void adopt_served(Run& run, const ServedStudent& student, AdoptCheck check);

// What was adopted, by the run's adopted.json.
struct Adopted {
  Inputs identity;      // what it was trained on, as external_identity()
  std::string adapter;  // SHA-256 of the run's adapter.gguf; empty: it is served
  std::vector<std::string> urls;
  std::string model;
};
std::optional<Adopted> read_adopted(const std::filesystem::path& run_folder);

// A fingerprint of what was adopted, where it belongs to the run's present base and rows. Throws
// Error{kPending} that says what to do where there is none.
std::string adopted_student(Run& run);
// Who answers where what was adopted is served.
std::optional<Answerer> adopted_answerer(Run& run);
// The same as adopted_student(), of what is there and unchecked: for the fingerprint of the stage.
std::optional<std::string> adopted_input(Run& run);
// One line about the training elsewhere for a dry run; nothing where the run trains by itself.
std::optional<std::string> adoption_note(Run& run);

}  // namespace drp::pipeline
