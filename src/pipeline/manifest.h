// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace drp::pipeline {

// What one stage read, by name: options ("sample.temperature": "0.6"), files and upstream stages
// ("student": SHA-256). Two equal lists mean the same work.
using Inputs = std::map<std::string, std::string>;

// "sample.temperature: 0.6 -> 0.7"; one line a difference; hashes are cut to 12 digits.
std::vector<std::string> differences(const Inputs& before, const Inputs& now);
// A value for the reader: "(empty)", a hash cut to 12 digits, a long text cut to 48 bytes.
std::string shown_input(const std::string& value);
// One fingerprint of the whole list (64 hexadecimal digits).
std::string fingerprint(const Inputs& inputs);

// manifest.json: per stage what it read and whether it finished. Published whole at each change.
class Manifest {
 public:
  struct Entry {
    Inputs inputs;
    bool finished = false;
    std::string output;  // fingerprint of what the stage made

    bool operator==(const Entry&) const = default;
  };

  // Reads the file if it is there; Error{kData} when it is not a manifest.
  explicit Manifest(std::filesystem::path path);

  // nullptr when the stage never began.
  const Entry* find(const std::string& stage) const;
  void begin(const std::string& stage, Inputs inputs);
  void finish(const std::string& stage, std::string output);
  // Notes the stage as done elsewhere, with what that manifest says of it.
  void take_over(const std::string& stage, Entry entry);

 private:
  void save() const;

  std::filesystem::path path_;
  std::map<std::string, Entry> entries_;
};

}  // namespace drp::pipeline
