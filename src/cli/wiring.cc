// SPDX-License-Identifier: Apache-2.0
#include "cli/wiring.h"

#include <array>
#include <cstdlib>
#include <span>

#include "base/error.h"
#include "base/text.h"
#include "cli/foreign_solutions.h"
#include "cli/model_teachers.h"
#include "cli/remote_models.h"
#include "grading/program_judge.h"
#include "pipeline/recorded_plans.h"
#include "teacher/baselines/baseline_teachers.h"
#include "teacher/model/model_teacher.h"
#include "teacher/model/split.h"
#include "teacher/rules/plain_rules.h"
#include "teacher/rules/rules_teacher.h"
#include "teacher/student/student_teacher.h"
#ifdef DRP_HAVE_LLAMA
#include "llm/llama/llama_student.h"
#endif

namespace drp::cli {
namespace {

enum class Load { kMany, kFew };  // requests that a student is to answer

std::unique_ptr<llm::Student> load([[maybe_unused]] const std::filesystem::path& model,
                                   [[maybe_unused]] int threads, [[maybe_unused]] Load requests) {
#ifdef DRP_HAVE_LLAMA
  llm::LlamaOptions options{.threads = threads};
  // One response at a time waits for the weights to be read, so the smallest form is the fastest.
  if (requests == Load::kFew) options.weights = llm::WeightForm::kStored;
  return llm::load_llama_student(model, options);
#else
  throw Error(ErrorKind::kConfig, "this drp was built without the local engine",
              "build with -DDRP_WITH_LLAMA=ON");
#endif
}

std::unique_ptr<llm::Student> load_student(const std::filesystem::path& model, int threads) {
  return load(model, threads, Load::kMany);
}

// The rules by the split that the recipe wants.
std::unique_ptr<teacher::Teacher> rules_by_split(const pipeline::Recipe& recipe,
                                                 const teacher::RulesOptions& options) {
  switch (teacher::split_from(recipe.teacher.split)) {
    case teacher::SplitBy::kDefault:
      return teacher::plain_rules_teacher(teacher::PlainSplit::kParagraphs, options);
    case teacher::SplitBy::kNone:
      return teacher::plain_rules_teacher(teacher::PlainSplit::kNone, options);
    case teacher::SplitBy::kSkill:
      break;
  }
  return std::make_unique<teacher::RulesTeacher>(options);
}

std::unique_ptr<teacher::RulesTeacher> rules_without(teacher::RulesOptions options,
                                                     std::span<const std::string_view> passes) {
  options.disabled.insert(options.disabled.end(), passes.begin(), passes.end());
  return std::make_unique<teacher::RulesTeacher>(std::move(options));
}

// The file behind a teacher that is a model of this machine: its own, or the student's.
std::filesystem::path teacher_model_file(const pipeline::Recipe& recipe) {
  if (!recipe.teacher.model.empty()) return find_model(recipe.teacher.model, "teacher.model");
  if (recipe.student.model.empty()) {
    throw Error(ErrorKind::kConfig,
                "teacher.kind is " + recipe.teacher.kind +
                    ", and neither teacher.model nor student.model names a GGUF",
                "set teacher.model=FILE.gguf");
  }
  return find_model(recipe.student.model);
}

// The rules as they are, then gentler, then the plainest cut, judged by a local model.
std::unique_ptr<teacher::Teacher> student_teacher(const pipeline::Recipe& recipe,
                                                  const teacher::RulesOptions& rules) {
  static constexpr std::array<std::string_view, 7> kBold = {
      "plan", "restatement", "musing", "unused", "detour", "merge", "join"};
  static constexpr std::array<std::string_view, 11> kAllButTalk = {
      "plan", "restatement", "musing", "unused", "detour",     "merge",
      "join", "repetition",  "check",  "mend",   "false_start"};
  std::vector<std::unique_ptr<teacher::Teacher>> candidates;
  candidates.push_back(rules_by_split(recipe, rules));
  if (recipe.teacher.split == "skill") {
    candidates.push_back(rules_without(rules, kBold));
    candidates.push_back(rules_without(rules, kAllButTalk));
  }
  candidates.push_back(teacher::first_answer_teacher());
  const bool own = recipe.teacher.model.empty();
  const std::filesystem::path file = teacher_model_file(recipe);
  teacher::StudentTeacherOptions options;
  options.keep_answer_prob = recipe.teacher.keep_answer_prob;
  options.model = file.filename().string();
  options.prompt.response_prefix = recipe.student.response_prefix;  // a part of each response
  if (own) {
    options.adapters.assign(recipe.student.adapters.begin(), recipe.student.adapters.end());
    options.prompt.system = recipe.student.system;
    options.prompt.question = recipe.student.prompt;
  }
  return std::make_unique<teacher::StudentTeacher>(
      std::move(candidates), load_student(file, static_cast<int>(recipe.run.threads)),
      std::move(options));
}

// A model of this machine, held to the grammar of its replies.
std::unique_ptr<teacher::Teacher> local_teacher(const pipeline::Recipe& recipe) {
  const std::filesystem::path file = teacher_model_file(recipe);
  std::vector<std::filesystem::path> adapters;
  if (recipe.teacher.model.empty())
    adapters.assign(recipe.student.adapters.begin(), recipe.student.adapters.end());
  auto model = std::make_unique<LocalChat>(load_student(file, static_cast<int>(recipe.run.threads)),
                                           file, std::move(adapters));
  return std::make_unique<teacher::ModelTeacher>(
      std::move(model), make_protocol(recipe, Grammars::kUsed), teacher::ModelTeacherOptions{});
}

Grammars service_grammars(const pipeline::Recipe& recipe) {
  if (recipe.teacher.grammar == "off") return Grammars::kUnknown;
  if (recipe.teacher.protocol == "span") return Grammars::kUsed;
  throw Error(ErrorKind::kConfig,
              "teacher.grammar is on, and the protocol " + recipe.teacher.protocol +
                  " has no grammar of its replies",
              "leave it out, or set teacher.protocol=span");
}

std::unique_ptr<teacher::Teacher> service_teacher(const pipeline::Recipe& recipe,
                                                  Progress& progress) {
  return std::make_unique<teacher::ModelTeacher>(remote_teacher(recipe, progress),
                                                 make_protocol(recipe, service_grammars(recipe)),
                                                 teacher::ModelTeacherOptions{});
}

// Solutions by another hand, at the length of recorded plans where some are named.
std::unique_ptr<teacher::Teacher> solutions_teacher(const pipeline::Recipe& recipe) {
  teacher::ForeignOptions options = foreign_solutions(recipe);
  if (!recipe.teacher.like.empty()) {
    options.like = std::make_unique<pipeline::RecordedPlans>(recipe.teacher.like);
    const std::shared_ptr<llm::Student> student = load_student(find_model(recipe.student.model), 1);
    options.count = [student](std::string_view text) {
      return static_cast<std::int64_t>(student->tokenizer().count(text));
    };
  }
  return teacher::foreign_teacher(std::move(options));
}

std::unique_ptr<teacher::Teacher> make_teacher(const pipeline::Recipe& recipe, Progress& progress) {
  teacher::RulesOptions options;
  options.disabled = recipe.teacher.rules_off;
  options.keep_checks = teacher::keep_checks_from(recipe.teacher.keep_checks);
  std::unique_ptr<teacher::Teacher> rules = rules_by_split(recipe, options);
  if (recipe.teacher.kind == "student") return student_teacher(recipe, options);
  if (recipe.teacher.kind == "rules+student") {
    return std::make_unique<teacher::MixedTeacher>(std::move(rules),
                                                   student_teacher(recipe, options));
  }
  const std::string& kind = recipe.teacher.kind;
  if (kind == "rules") return rules;
  if (kind == "local") return local_teacher(recipe);
  if (kind == "rules+local") {
    return std::make_unique<teacher::MixedTeacher>(std::move(rules), local_teacher(recipe));
  }
  if (kind == "openai") return service_teacher(recipe, progress);
  if (kind == "rules+openai") {
    return std::make_unique<teacher::MixedTeacher>(std::move(rules),
                                                   service_teacher(recipe, progress));
  }
  if (kind == "first_answer") return teacher::first_answer_teacher();
  if (kind == "keywords") return teacher::keyword_teacher();
  if (kind == "unpruned") return teacher::unpruned_teacher();
  if (kind == "random") {
    if (!recipe.teacher.like.empty()) {
      rules = std::make_unique<pipeline::RecordedPlans>(recipe.teacher.like);
    }
    return teacher::random_teacher(std::move(rules), recipe.run.seed);
  }
  if (kind == "foreign") return solutions_teacher(recipe);
  throw Error(ErrorKind::kConfig, "no teacher is called \"" + kind + "\"",
              "teacher.kind is one of rules, student, rules+student, local, rules+local, openai, "
              "rules+openai, first_answer, keywords, random, unpruned, foreign");
}

}  // namespace

// As scripts/bootstrap, which fetches into it.
std::filesystem::path cache_folder() {
  if (const char* own = std::getenv("DRP_CACHE_DIR"); own != nullptr && *own != '\0') return own;
  if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg != nullptr && *xdg != '\0') {
    return std::filesystem::path(xdg) / "drp";
  }
  const char* home = std::getenv("HOME");
  return std::filesystem::path(home == nullptr ? "." : home) / ".cache" / "drp";
}

std::filesystem::path find_model(const std::string& model, const std::string& named_by) {
  if (std::filesystem::is_directory(model)) {
    throw Error(ErrorKind::kConfig, "'" + model + "' for " + named_by + " is a folder, no GGUF",
                "make one of a Hugging Face folder: drp import " + model + " -o model.gguf");
  }
  if (std::filesystem::exists(model)) return model;
  const std::filesystem::path folder = cache_folder() / "models";
  const std::string wanted = to_lower(std::filesystem::path(model).filename().string());
  std::error_code missing;
  std::filesystem::path found;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    const std::string name = to_lower(entry.path().filename().string());
    const bool named = name == wanted || name.starts_with(wanted + ".");
    if (named && name.ends_with(".gguf") && (found.empty() || entry.path() < found)) {
      found = entry.path();
    }
  }
  if (!found.empty()) return found;
  throw Error(ErrorKind::kIo,
              "no model '" + model + "' for " + named_by + ": it is no file, and " +
                  folder.string() + " holds no GGUF of that name",
              "give a path with " + named_by + (named_by.starts_with("--") ? " " : "=") +
                  "FILE.gguf; scripts/bootstrap fetches the demo's");
}

std::filesystem::path find_plotly() {
  std::error_code unknown;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  const auto installed = program.parent_path() / "../share/drp/plotly.min.js";
  if (std::filesystem::exists(installed)) return installed;
  const std::filesystem::path built = DRP_PLOTLY_JS;
  return std::filesystem::exists(built) ? built : std::filesystem::path();
}

std::unique_ptr<llm::Student> load_student_for_few(const std::filesystem::path& model,
                                                   int threads) {
  return load(model, threads, Load::kFew);
}

pipeline::Engines make_engines() {
  return {.load_student = load_student,
          .open_student = remote_student,
          .load_trainer = [] { return train::load_trainer(); },
          .make_teacher = make_teacher,
          .make_judge =
              [](const pipeline::Recipe& recipe) {
                return std::make_unique<grading::Programs>(
                    grading::ProgramOptions{.command = recipe.grade.command});
              },
          .find_model = [](const std::string& model) { return find_model(model); }};
}

}  // namespace drp::cli
