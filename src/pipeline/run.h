// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "answers/grade.h"
#include "base/clock.h"
#include "base/progress.h"
#include "base/stop.h"
#include "llm/student.h"
#include "pipeline/manifest.h"
#include "pipeline/recipe.h"
#include "pipeline/record_log.h"
#include "pipeline/run_folder.h"
#include "teacher/teacher.h"
#include "train/trainer.h"

namespace drp::pipeline {

// How the concrete engines come into being; the command line supplies them, tests supply fakes.
struct Engines {
  std::function<std::unique_ptr<llm::Student>(const std::filesystem::path& model, int threads)>
      load_student;
  // The model that is called `served` at student.endpoint.
  std::function<std::unique_ptr<llm::ChatModel>(const Recipe&, const std::string& served,
                                                Progress&)>
      open_student;
  std::function<std::unique_ptr<train::Trainer>()> load_trainer;
  std::function<std::unique_ptr<teacher::Teacher>(const Recipe&, Progress&)> make_teacher;
  // Who grades the domains code and command; absent: nobody, they stay undecided.
  std::function<std::unique_ptr<answers::ProgramJudge>(const Recipe&)> make_judge;
  // The GGUF file that student.model names: a path as it is, or a name in the model cache.
  std::function<std::filesystem::path(const std::string& model)> find_model;
};

// What every stage may use besides its records.
struct Services {
  const Engines& engines;
  Progress& progress;
  const StopFlag& stop;
  const Clock& clock;
  std::filesystem::path plotly_js;  // empty: the report draws without it
};

// A student that answers: adapters on the local model, its name at an endpoint, or another local
// model (empty: the recipe's).
struct Answerer {
  std::vector<std::filesystem::path> adapters;
  std::string served;
  std::filesystem::path model;
  std::vector<std::string> urls;  // where it is served; empty: at student.endpoint
  std::string trained_on;         // fingerprint, for what is served under a name that can be reused
};

// One run in its folder: the recipe, the record logs and the engines, opened when first asked for.
class Run {
 public:
  // With Access::kLook for plan_stages() only: nothing is written.
  Run(LoadedRecipe recipe, const Services& services, Access access = Access::kWrite);
  ~Run();

  const Recipe& recipe() const { return loaded_.recipe; }
  const LoadedRecipe& loaded() const { return loaded_; }
  const Services& services() const { return services_; }
  RunFolder& folder() { return folder_; }
  Manifest& manifest() { return manifest_; }

  // The record log NAME.log.jsonl in the run folder (or a subfolder); says so when a torn tail was
  // cut off.
  RecordLog& log(const std::string& name, std::string_view kind);
  // Removes a log so that its stage starts from nothing.
  void drop_log(const std::string& name);

  // The local model, or another one, which replaces it in memory until asked for anew; with
  // student.endpoint it is there for its tokenizer and template, and for its weights where it has
  // some. Throws Error{kConfig} where that student has none.
  llm::Student& student(const std::filesystem::path& model = {});
  // Null for a student at an endpoint that has no local model.
  const llm::Tokenizer* tokenizer(const Answerer& answerer = {});
  // The student as it answers: under a name at its endpoint, or here with these adapters.
  std::unique_ptr<llm::ChatModel> chat(const Answerer& answerer);
  // Whether the student that the run began with is served.
  bool at_endpoint() const { return recipe().student.endpoint.used(); }
  // Whether the student's weights are on this machine, to be trained and to judge.
  bool has_weights();
  teacher::Teacher& teacher();
  // Null where the engines bring none.
  const answers::ProgramJudge* judge();
  std::filesystem::path model_file();
  int threads() const;

  // Who answers and how it is prompted, for fingerprints: names and SHA-256 of the model and of
  // each adapter, or the name at the endpoint (whose addresses may change).
  Inputs student_inputs(const Answerer& answerer);
  // The same of the files on this machine, whoever answers; an empty model is the recipe's.
  Inputs model_inputs(const std::vector<std::filesystem::path>& adapters,
                      const std::filesystem::path& model = {});
  // The files alone, without how the model is prompted.
  Inputs file_inputs(const std::vector<std::filesystem::path>& adapters,
                     const std::filesystem::path& model = {});
  // The student that the run began with.
  Answerer base_student() const;
  std::vector<std::filesystem::path> base_adapters() const;
  // SHA-256 of a file, remembered by path, size and time of change.
  std::string file_hash(const std::filesystem::path& path);

  // The problem ids of a set ("train" or "test") in order, how many they are, and one problem.
  void visit_problem_ids(const std::string& set,
                         const std::function<void(const std::string& id)>& visit);
  std::int64_t problem_count(const std::string& set);
  Problem problem(const std::string& set, const std::string& id);

  // Rows that could not be done in this process; the runner compares with run.failures_allowed.
  std::int64_t failed_rows = 0;

 private:
  bool is_served(const Answerer& answerer) const;
  Inputs prompt_inputs() const;

  LoadedRecipe loaded_;
  Services services_;
  RunFolder folder_;
  Manifest manifest_;
  std::map<std::string, std::unique_ptr<RecordLog>> logs_;
  std::map<std::string, std::string> hashes_;
  std::unique_ptr<llm::Student> student_;
  std::filesystem::path loaded_model_;  // what student_ is
  std::unique_ptr<teacher::Teacher> teacher_;
  std::unique_ptr<answers::ProgramJudge> judge_;
};

}  // namespace drp::pipeline
