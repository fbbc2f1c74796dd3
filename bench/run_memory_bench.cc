// SPDX-License-Identifier: Apache-2.0
// Memory of the stages of a run on many generated traces: each stage in a process of its own, with
// the real records, rules, gates, curation and evaluation, and stand-ins for student and trainer
// (whose memory is the model's).
//   run_memory_bench [TRACES] [FOLDER]   100,000 and a temporary folder where not given
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "pipeline/pipeline_fakes.h"
#include "pipeline/runner.h"
#include "teacher/rules/rules_teacher.h"

namespace drp::pipeline {
namespace {

constexpr double kBytesPerMebibyte = 1 << 20;

// A trace of about 600 bytes with a plan, a restatement and two checks.
std::string verbose_text(const std::string& question, bool) {
  const SumProblem problem = SumProblem::read(question);
  const std::string left = std::to_string(problem.left);
  const std::string right = std::to_string(problem.right);
  const std::string equation = problem.equation();
  return "<think>\nOkay, so I need to figure out what " + left + " plus " + right +
         " is. Hmm, let me think about this for a moment.\n\nFirst, I look at both numbers. The "
         "first one is " +
         left + " and the second one is " + right +
         ". I have to put them together.\n\nAdding them gives " + equation +
         ".\n\nWait, let me double-check that. " + equation +
         ". Yes, that is right.\n\nI could also go backwards: " + problem.answer() + " - " + right +
         " = " + left +
         ", which matches. So I am confident in the result.\n</think>\n\nThe answer "
         "is \\boxed{" +
         problem.answer() + "}.";
}

class FakeTrainer final : public train::Trainer {
 public:
  train::TrainResult train(const train::TrainJob& job, const train::TrainObserver&, Progress&,
                           const StopFlag&) override {
    write_file_atomic(job.gguf_file, "adapter");
    return {.steps = 1};
  }
};

void write_problems(const std::filesystem::path& path, std::int64_t count, std::int64_t first) {
  AtomicFile file(path);
  for (std::int64_t i = 0; i < count; ++i) {
    const SumProblem problem{first + i, 11 + i % 89};
    file.write("{\"question\":\"" + problem.question() + "\",\"answer\":\"" + problem.answer() +
               "\"}\n");
  }
  file.publish();
}

void run_to(const std::filesystem::path& folder, const std::string& last) {
  const Engines engines{
      .load_student = [](const auto&, int) { return std::make_unique<FakeStudent>(verbose_text); },
      .load_trainer = [] { return std::make_unique<FakeTrainer>(); },
      .make_teacher = [](const Recipe&,
                         Progress&) { return std::make_unique<teacher::RulesTeacher>(); },
      .find_model = [](const std::string& model) { return std::filesystem::path(model); }};
  NoProgress progress;
  const StopFlag stop;
  const FixedClock clock;
  Run run(load_recipe("", {"student.model=" + (folder / "model.gguf").string(),
                           "problems.train.source=file", "problems.train.count=0",
                           "problems.train.file=" + (folder / "train.jsonl").string(),
                           "problems.test.source=file", "problems.test.count=0",
                           "problems.test.file=" + (folder / "test.jsonl").string(),
                           "run.folder=" + (folder / "run").string()}),
          {engines, progress, stop, clock, {}});
  run_stages(run, last);
}

// Runs one stage in a child; the earlier ones are up to date there.
bool measure(const std::filesystem::path& folder, const std::string& stage) {
  const auto begin = std::chrono::steady_clock::now();
  const pid_t child = ::fork();
  if (child == 0) {
    try {
      run_to(folder, stage);
      ::_exit(0);
    } catch (const Error& error) {
      std::fprintf(stderr, "%s\n", error.message().c_str());
      ::_exit(1);
    }
  }
  int status = 0;
  rusage usage{};
  ::wait4(child, &status, 0, &usage);
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
  std::printf("%-10s %7.1f MiB resident at most  %6.1f s\n", stage.c_str(),
              static_cast<double>(usage.ru_maxrss) * 1024 / kBytesPerMebibyte, elapsed.count());
  std::fflush(stdout);
  return status == 0;
}

int bench(std::int64_t traces, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  write_file_atomic(folder / "model.gguf", "weights");
  write_problems(folder / "train.jsonl", traces, 1000);
  write_problems(folder / "test.jsonl", traces, 1000 + traces);
  for (const char* stage :
       {"problems", "sample", "decompose", "prune", "curate", "train", "evaluate", "report"}) {
    if (!measure(folder, stage)) return 1;
  }
  return 0;
}

}  // namespace
}  // namespace drp::pipeline

int main(int count, char** arguments) {
  const std::int64_t traces = count > 1 ? drp::parse_int(arguments[1]).value_or(0) : 100000;
  if (traces <= 0) {
    std::fprintf(stderr, "usage: run_memory_bench [TRACES] [FOLDER]\n");
    return 2;
  }
  if (count > 2) return drp::pipeline::bench(traces, arguments[2]);
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("drp_run_memory." + std::to_string(::getpid()));
  const int result = drp::pipeline::bench(traces, folder);
  std::filesystem::remove_all(folder);
  return result;
}
