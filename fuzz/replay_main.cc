// SPDX-License-Identifier: Apache-2.0
// Runs a fuzz target without libFuzzer: NAME_fuzz FILE_OR_FOLDER...
// Each file as it is, cut short, and with bytes changed, in an order that is the same every time.
#include <algorithm>
#include <cstdio>
#include <vector>

#include "base/random.h"
#include "fuzz/target.h"

namespace {

constexpr int kChangedCopies = 200;
constexpr int kCuts = 64;

void run(std::string_view input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

void change(std::string& text, drp::Random& random) {
  for (std::int64_t left = random.between(1, 4); left > 0 && !text.empty(); --left) {
    const std::size_t at = random.index(text.size());
    switch (random.index(4)) {
      case 0:
        text[at] = static_cast<char>(random.between(0, 255));
        break;
      case 1:
        text[at] = static_cast<char>(text[at] ^ (1 << random.index(8)));
        break;
      case 2:
        text.erase(at, random.index(8) + 1);
        break;
      default: {
        const std::string part = text.substr(at, random.index(24) + 1);
        text.insert(random.index(text.size() + 1), part);
      }
    }
  }
}

int replay(const std::filesystem::path& file) {
  const std::string content = drp::read_file(file);
  run(content);
  drp::Random random(content.size());
  for (int cut = 0; cut < kCuts; ++cut) {
    run(std::string_view(content).substr(0,
                                         content.size() * static_cast<std::size_t>(cut) / kCuts));
  }
  for (int copy = 0; copy < kChangedCopies; ++copy) {
    std::string changed = content;
    change(changed, random);
    run(changed);
  }
  return 1 + kCuts + kChangedCopies;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<std::filesystem::path> files;
  for (const std::string& argument : std::vector<std::string>(arguments + 1, arguments + count)) {
    if (!std::filesystem::is_directory(argument)) {
      files.emplace_back(argument);
      continue;
    }
    for (const auto& entry : std::filesystem::directory_iterator(argument)) {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  int inputs = 0;
  for (const std::filesystem::path& file : files) inputs += replay(file);
  std::printf("%d inputs from %zu files\n", inputs, files.size());
  return files.empty() ? 1 : 0;
}
