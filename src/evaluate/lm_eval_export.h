// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/file.h"
#include "records/problem.h"
#include "records/scored.h"

namespace drp::evaluate {

// One response as lm-evaluation-harness keeps it.
struct LmEvalSample {
  const Problem& problem;
  std::string_view response;
  std::string_view task;  // the data set; "" becomes "problems"
};

// The results of one student in the form of lm-evaluation-harness 0.4, for tools that read it:
// FOLDER/ARM/results.json and FOLDER/ARM/samples_TASK.jsonl, a line a response. exact_match has the
// filters strict-match (a box or ####) and flexible-extract (any way to find an answer); standard
// errors are over problems, whose samples are averaged first. File names carry no date. Problems
// without a readable reference have a line and no part in the results.
class LmEvalExport {
 public:
  LmEvalExport(const std::filesystem::path& folder, std::string arm);

  void add(const LmEvalSample& sample, const Scored& scored);
  // Makes all files visible.
  void publish();

 private:
  struct ProblemScore {
    std::int32_t samples = 0;
    std::int32_t strict = 0;
    std::int32_t flexible = 0;
  };
  struct Task {
    std::unique_ptr<AtomicFile> file;
    std::unordered_map<std::string, std::int64_t> numbers;  // doc_id by problem
    std::map<std::int64_t, ProblemScore> scores;            // by doc_id
  };

  Task& task(const std::string& name);
  std::string results() const;

  std::filesystem::path folder_;
  std::string arm_;
  std::map<std::string, Task> tasks_;
};

// Letters, digits, dot, - and _ as they are, the rest as _: a part of a file name.
std::string file_name_part(std::string_view name);

}  // namespace drp::evaluate
