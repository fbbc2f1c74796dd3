// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "problems/presets.h"

namespace drp::problems {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kKinds = {".jsonl", ".json", ".csv", ".tsv"};

bool is_readable(const fs::path& file) {
  return std::find(kKinds.begin(), kKinds.end(), file.extension().string()) != kKinds.end();
}

// Presets name the files of the test set.
std::string of_split(const std::string& file, const std::string& split) {
  return split == "test" ? file : replace_all(file, "test", split);
}

std::vector<fs::path> names_of(const Preset& preset, const std::string& split) {
  std::vector<fs::path> names;
  for (const std::string& file : preset.files) names.emplace_back(of_split(file, split));
  for (const std::string_view kind : kKinds) {
    names.push_back(fs::path(preset.name) / (split + std::string(kind)));
  }
  return names;
}

std::optional<fs::path> in_data(const Preset& preset, const std::string& split,
                                const fs::path& folder) {
  for (const fs::path& name : names_of(preset, split)) {
    if (fs::is_regular_file(folder / name)) return folder / name;
    // The folder may be the benchmark's own.
    if (fs::is_regular_file(folder / name.filename())) return folder / name.filename();
  }
  return std::nullopt;
}

// What a snapshot of a data set holds.
struct Snapshot {
  std::vector<fs::path> all;       // that can be read, sorted
  std::vector<fs::path> of_split;  // those that have the split in their path
  bool parquet = false;
};

Snapshot look_into(const fs::path& root, const std::string& split) {
  Snapshot snapshot;
  std::error_code none;
  for (const auto& entry : fs::recursive_directory_iterator(root, none)) {
    const fs::path& file = entry.path();
    if (file.extension() == ".parquet") snapshot.parquet = true;
    if (is_readable(file) && fs::is_regular_file(file)) snapshot.all.push_back(file);
  }
  std::sort(snapshot.all.begin(), snapshot.all.end());
  for (const fs::path& file : snapshot.all) {
    if (contains(to_lower(fs::relative(file, root).string()), split)) {
      snapshot.of_split.push_back(file);
    }
  }
  if (snapshot.of_split.empty() && snapshot.all.size() == 1) snapshot.of_split = snapshot.all;
  return snapshot;
}

// The snapshot that refs/main names, else the last by name; empty where there is none.
fs::path snapshot_of(const fs::path& data_set) {
  const fs::path reference = data_set / "refs" / "main";
  if (fs::is_regular_file(reference)) {
    const fs::path named = data_set / "snapshots" / trim(read_file(reference));
    if (fs::is_directory(named)) return named;
  }
  fs::path last;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(data_set / "snapshots", none)) {
    if (entry.is_directory() && entry.path() > last) last = entry.path();
  }
  return last;
}

// The name that the preset gives its file wins; GPQA's three sets lie side by side.
std::optional<fs::path> best_of(const Preset& preset, const std::string& split,
                                const Snapshot& snapshot) {
  for (const fs::path& name : names_of(preset, split)) {
    for (const fs::path& file : snapshot.all) {
      if (file.filename() == name.filename()) return file;
    }
  }
  if (snapshot.of_split.empty()) return std::nullopt;
  return snapshot.of_split.front();
}

std::string places_text(const fs::path& given, const DataPlaces& places) {
  std::vector<std::string> looked;
  if (!given.empty()) looked.push_back(given.string());
  if (given.empty()) {
    const bool more = !places.hub.empty();
    looked.push_back(places.data.empty()
                         ? std::string("DRP_DATA, which is not set") + (more ? "," : "")
                         : "DRP_DATA (" + places.data.string() + ")");
    if (more) looked.push_back(places.hub.string());
  }
  return join(looked, " and ");
}

}  // namespace

fs::path find_benchmark(const Preset& preset, const std::string& split, const fs::path& given,
                        const DataPlaces& places) {
  if (fs::is_regular_file(given)) return given;
  const fs::path& data = given.empty() ? places.data : given;
  if (!data.empty()) {
    if (const auto file = in_data(preset, split, data)) return *file;
  }
  bool parquet = false;
  for (const std::string& name : preset.data_sets) {
    const std::string folder = "datasets--" + replace_all(name, "/", "--");
    const fs::path snapshot = snapshot_of((given.empty() ? places.hub : given) / folder);
    if (snapshot.empty()) continue;
    const Snapshot found = look_into(snapshot, split);
    if (const auto file = best_of(preset, split, found)) return *file;
    parquet = parquet || found.parquet;
  }
  std::string hint = "get it from " + preset.source + "; put it under DRP_DATA as " +
                     of_split(preset.files.front(), split) + ", or set problems." + split +
                     ".file to its path";
  if (parquet) {
    hint +=
        "; the cache holds Parquet only, which is not read: write it as JSONL with "
        "`datasets.load_dataset(...).to_json(FILE)`";
  }
  throw Error(ErrorKind::kIo,
              "no " + split + " file of benchmark '" + preset.name + "'; looked in " +
                  places_text(given, places),
              hint);
}

}  // namespace drp::problems
