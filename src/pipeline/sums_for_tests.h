// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "base/text.h"

// The problems of tests and benches of whole runs, which the stand-ins of pipeline_fakes.h know.
namespace drp::pipeline {

// The question "What is A + B?", read or to be written.
struct SumProblem {
  std::int64_t left = 0;
  std::int64_t right = 0;

  static SumProblem read(const std::string& question) {
    const std::size_t plus = question.find(" + ");
    return {*parse_int(std::string_view(question).substr(8, plus - 8)),
            *parse_int(std::string_view(question).substr(plus + 3, question.size() - plus - 4))};
  }
  std::string question() const {
    return "What is " + std::to_string(left) + " + " + std::to_string(right) + "?";
  }
  std::string answer() const { return std::to_string(left + right); }
  std::string equation() const {
    return std::to_string(left) + " + " + std::to_string(right) + " = " + answer();
  }
};

// `count` of them as a problem file: ids such as train0, the left sides from `first` on.
inline void write_sums(const std::filesystem::path& folder, const std::string& name,
                       std::int64_t count, std::int64_t first) {
  std::string text;
  for (std::int64_t i = 0; i < count; ++i) {
    const SumProblem problem{first + i, i + 2};
    text += R"({"id":")" + name + std::to_string(i) + R"(","question":")" + problem.question() +
            R"(","answer":")" + problem.answer() + "\"}\n";
  }
  write_file_atomic(folder / (name + ".jsonl"), text);
}

// Makes the folder anew, with a model and problems: train0 to train5, test0 to test3.
inline void make_sums_folder(const std::filesystem::path& folder) {
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  write_file_atomic(folder / "model.gguf", "weights");
  write_sums(folder, "train", 6, 10);
  write_sums(folder, "test", 4, 50);
}

// A recipe's keys for that folder.
inline std::vector<std::string> sums_settings(const std::filesystem::path& folder) {
  return {"student.model=" + (folder / "model.gguf").string(),
          "problems.train.source=file",
          "problems.train.count=0",
          "problems.train.file=" + (folder / "train.jsonl").string(),
          "problems.test.source=file",
          "problems.test.count=0",
          "problems.test.file=" + (folder / "test.jsonl").string(),
          "curate.validation=0"};
}

}  // namespace drp::pipeline
