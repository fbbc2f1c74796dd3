// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "train/options.h"

namespace drp::train {

// Everything a run needs to go on exactly: with the same job, what follows a restored state is what
// would have followed without the stop.
struct TrainState {
  std::int64_t step = 0;  // optimizer steps done
  std::int64_t pass = 0;  // passes done
  std::vector<float> parameters;
  std::vector<float> first_moment;
  std::vector<float> second_moment;
  // Best validation so far.
  std::optional<double> best_loss;
  std::int64_t best_step = 0;
  std::vector<float> best_parameters;  // empty before the first validation
  std::int64_t stalled_validations = 0;
  bool stopped_early = false;
  std::optional<double> first_validation_loss;
  // Sum over the present epoch's steps.
  double epoch_nll = 0;
  std::int64_t epoch_tokens = 0;
  double last_epoch_loss = 0;
  Precision precision = Precision::kFp32;
};

// What a job is made of, by name: model, frozen adapters, rows, options. Two jobs with equal
// identities train the same.
using JobIdentity = std::map<std::string, std::string>;

// One file, published atomically: a reader sees the state before or after. Throws Error{kIo}.
void save_checkpoint(const std::filesystem::path& folder, const TrainState& state,
                     const JobIdentity& identity);

// Nothing where the folder holds none. Throws Error{kConfig} naming the first part of the identity
// that differs, Error{kModel} for a damaged file.
std::optional<TrainState> load_checkpoint(const std::filesystem::path& folder,
                                          const JobIdentity& identity);

}  // namespace drp::train
