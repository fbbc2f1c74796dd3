// SPDX-License-Identifier: Apache-2.0
#include "pipeline/run.h"

#include <sys/stat.h>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/pool.h"
#include "model_files/gguf_file.h"

namespace drp::pipeline {

Run::Run(LoadedRecipe recipe, const Services& services, Access access)
    : loaded_(std::move(recipe)),
      services_(services),
      folder_(loaded_.recipe.run.folder, services.clock, access),
      manifest_(folder_.file("manifest.json")) {
  if (access == Access::kWrite) {
    write_file_atomic(folder_.file("recipe.yaml"), recipe_yaml(loaded_));
  }
}

Run::~Run() = default;

RecordLog& Run::log(const std::string& name, std::string_view kind) {
  auto& slot = logs_[name];
  if (!slot) {
    const std::filesystem::path path = folder_.file(name + ".log.jsonl");
    make_folder(path.parent_path());
    slot = std::make_unique<RecordLog>(path, kind);
    if (slot->torn_bytes() > 0) {
      services_.progress.info(name + ": cut off a record that was half written (" +
                              std::to_string(slot->torn_bytes()) + " bytes)");
    }
  }
  return *slot;
}

void Run::drop_log(const std::string& name) {
  logs_.erase(name);
  std::error_code ignored;  // a log that is not there is dropped already
  std::filesystem::remove(folder_.file(name + ".log.jsonl"), ignored);
}

std::filesystem::path Run::model_file() {
  const Recipe& all = recipe();
  if (at_endpoint() && all.student.model.empty()) {
    throw Error(ErrorKind::kConfig,
                "the student answers at an endpoint and student.model is empty, so its tokenizer "
                "and chat template are missing here",
                "set student.model to a GGUF of the model that the endpoint serves; one with the "
                "vocabulary alone will do");
  }
  return services_.engines.find_model(all.student.model);
}

int Run::threads() const {
  const auto wanted = static_cast<int>(recipe().run.threads);
  return wanted > 0 ? wanted : available_cores();
}

llm::Student& Run::student(const std::filesystem::path& model) {
  const std::filesystem::path wanted = model.empty() ? model_file() : model;
  if (!student_ || loaded_model_ != wanted) {
    student_.reset();  // first, so that memory never holds two
    student_ = services_.engines.load_student(wanted, threads());
    loaded_model_ = wanted;
  }
  return *student_;
}

const llm::Tokenizer* Run::tokenizer(const Answerer& answerer) {
  if (at_endpoint() && recipe().student.model.empty()) return nullptr;
  return &student(answerer.model).tokenizer();
}

std::unique_ptr<llm::ChatModel> Run::chat(const Answerer& answerer) {
  if (!is_served(answerer)) return student(answerer.model).chat(answerer.adapters);
  Recipe there = recipe();
  if (!answerer.urls.empty()) there.student.endpoint.url = answerer.urls;
  return services_.engines.open_student(there, answerer.served, services_.progress);
}

bool Run::is_served(const Answerer& answerer) const {
  return at_endpoint() || !answerer.served.empty();
}

bool Run::has_weights() {
  if (!at_endpoint()) return true;
  if (recipe().student.model.empty()) return false;
  return !model_files::GgufFile(model_file()).tensors().empty();
}

teacher::Teacher& Run::teacher() {
  if (!teacher_) teacher_ = services_.engines.make_teacher(recipe(), services_.progress);
  return *teacher_;
}

const answers::ProgramJudge* Run::judge() {
  if (!judge_ && services_.engines.make_judge) judge_ = services_.engines.make_judge(recipe());
  return judge_.get();
}

std::vector<std::filesystem::path> Run::base_adapters() const {
  return {recipe().student.adapters.begin(), recipe().student.adapters.end()};
}

Answerer Run::base_student() const {
  return {base_adapters(), recipe().student.endpoint.model, {}};
}

Inputs Run::student_inputs(const Answerer& answerer) {
  if (!is_served(answerer)) return model_inputs(answerer.adapters, answerer.model);
  const auto& student = recipe().student;
  Inputs inputs = prompt_inputs();
  inputs["student.endpoint.model"] = answerer.served;
  if (!student.endpoint.extra_body.empty()) {
    inputs["student.endpoint.extra_body"] = student.endpoint.extra_body;
  }
  if (!answerer.trained_on.empty()) inputs["student.trained_on"] = answerer.trained_on;
  return inputs;
}

Inputs Run::model_inputs(const std::vector<std::filesystem::path>& adapters,
                         const std::filesystem::path& model) {
  Inputs inputs = prompt_inputs();
  inputs.merge(file_inputs(adapters, model));
  return inputs;
}

Inputs Run::file_inputs(const std::vector<std::filesystem::path>& adapters,
                        const std::filesystem::path& model) {
  Inputs inputs;
  inputs["student.model"] = file_hash(model.empty() ? model_file() : model);
  for (std::size_t i = 0; i < adapters.size(); ++i) {
    inputs["student.adapters[" + std::to_string(i) + "]"] = file_hash(adapters[i]);
  }
  return inputs;
}

Inputs Run::prompt_inputs() const {
  Inputs inputs;
  inputs["student.system"] = recipe().student.system;
  inputs["student.prompt"] = recipe().student.prompt;
  inputs["student.response_prefix"] = recipe().student.response_prefix;
  return inputs;
}

std::string Run::file_hash(const std::filesystem::path& path) {
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    throw Error(ErrorKind::kIo, "cannot read '" + path.string() + "'", "check the path");
  }
  const std::string key = path.string() + "|" + std::to_string(info.st_size) + "|" +
                          std::to_string(info.st_mtim.tv_sec) + "." +
                          std::to_string(info.st_mtim.tv_nsec);
  auto& slot = hashes_[key];
  if (slot.empty()) slot = sha256_file(path.string());
  return slot;
}

void Run::visit_problem_ids(const std::string& set,
                            const std::function<void(const std::string&)>& visit) {
  const std::string prefix = set + ":";
  log("problems", "problems").visit_keys([&](const std::string& key) {
    if (key.starts_with(prefix)) visit(key.substr(prefix.size()));
  });
}

std::int64_t Run::problem_count(const std::string& set) {
  std::int64_t count = 0;
  visit_problem_ids(set, [&](const std::string&) { ++count; });
  return count;
}

Problem Run::problem(const std::string& set, const std::string& id) {
  auto found = log("problems", "problems").get<Problem>(set + ":" + id);
  DRP_CHECK(found.has_value(), "a problem is asked for that was never recorded");
  return *std::move(found);
}

}  // namespace drp::pipeline
