// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "problems/read_problems.h"

namespace drp::problems {

// A benchmark: how its published files are read, how it is asked, and where it comes from. The
// files themselves are the user's.
struct Preset {
  std::string name;
  std::string doc;
  ReadOptions options;
  std::string prompt;                   // user message; {question} stands for the problem
  std::int64_t problems = 0;            // of the test set as published; 0: several sizes are about
  std::int64_t samples = 1;             // a problem, as the R1 report and its followers draw
  std::vector<std::string> files = {};  // of the test set, below a folder of data, best first
  std::vector<std::string> data_sets = {};  // on the Hugging Face hub: "openai/gsm8k"
  std::string source = {};                  // where to get it, in which format
};

const std::vector<Preset>& presets();
std::vector<std::string> preset_names();
// Throws Error{kConfig} for an unknown name, with the nearest.
const Preset& find_preset(std::string_view name);

// How an evaluation is run, as two papers do; the two do not belong into one table.
struct Profile {
  std::string name;
  std::string doc;
  double temperature = 0;
  double top_p = 1;
  std::int64_t tokens_max = 0;
  bool many_samples = false;    // Preset::samples; else one
  std::string response_prefix;  // put at the start of every response
};

// "paper": greedy, zero-shot, one answer, cut off at 12,000 tokens. "r1": T 0.6, top-p 0.95,
// several samples, 32,768 tokens, responses opened with <think>.
const std::vector<Profile>& profiles();
// Throws Error{kConfig} for an unknown name, with the nearest.
const Profile& find_profile(std::string_view name);
// The user message of a benchmark under a profile.
std::string profile_prompt(const Profile& profile, const Preset& preset);

// Where a benchmark's file is looked for.
struct DataPlaces {
  std::filesystem::path data;  // DRP_DATA; empty: none
  std::filesystem::path hub;   // the Hugging Face cache, .../hub; empty: none
};

// The file of `split` ("train" or "test"): in the folder `given` (or `given` itself, where it is a
// file), else below places.data, else in the newest snapshot in the hub's cache. Throws Error{kIo}
// that says what was looked for, where to get it and in which format.
std::filesystem::path find_benchmark(const Preset& preset, const std::string& split,
                                     const std::filesystem::path& given, const DataPlaces& places);

}  // namespace drp::problems
