// SPDX-License-Identifier: Apache-2.0
#include "cli/model_teachers.h"

#include <utility>

#include "base/error.h"
#include "base/fingerprint.h"
#include "teacher/paper/paper_protocol.h"
#include "teacher/span/span_protocol.h"

namespace drp::cli {
namespace {

// Of the texts that the teacher writes itself, whatever else the recipe asks for.
teacher::Correction correction_of(const pipeline::Recipe& recipe) {
  const teacher::Correction correction = teacher::correction_from(recipe.teacher.correction);
  if (correction == teacher::Correction::kNone) return correction;
  const auto refuse = [&](const std::string& why, const std::string& hint) {
    throw Error(ErrorKind::kConfig,
                "teacher.correction is " + recipe.teacher.correction + ", and " + why, hint);
  };
  if (recipe.teacher.target == "own") {
    refuse("teacher.target is own: the teacher's own solution is not corrected",
           "set teacher.target=trace");
  }
  if (recipe.teacher.synthesis == "stitch") {
    refuse("teacher.synthesis is stitch: only a path that the teacher writes can be corrected",
           "leave teacher.synthesis out");
  }
  if (correction == teacher::Correction::kPath) return correction;
  if (recipe.teacher.kind.starts_with("rules+")) {
    refuse("the rules, which correct nothing, plan first",
           "set teacher.kind to the model alone, or teacher.correction=path");
  }
  if (recipe.evaluate.control) {
    refuse("evaluate.control would train on wrong traces",
           "set evaluate.control=false, or teacher.correction=path");
  }
  return correction;
}

std::unique_ptr<teacher::Protocol> paper_protocol(const pipeline::Recipe& recipe) {
  if (recipe.teacher.second_look) {
    throw Error(ErrorKind::kConfig, "teacher.second_look is for the protocol span",
                "leave it out, or set teacher.protocol=span");
  }
  teacher::PaperOptions options;
  options.split = teacher::split_from(recipe.teacher.split);
  options.keep_checks = path::keep_checks_from(recipe.teacher.keep_checks);
  options.target = teacher::target_from(recipe.teacher.target);
  options.correction = correction_of(recipe);
  if (recipe.teacher.synthesis != "auto") {
    options.synthesis = teacher::synthesis_from(recipe.teacher.synthesis);
  }
  return std::make_unique<teacher::PaperProtocol>(options);
}

std::unique_ptr<teacher::Protocol> span_protocol(const pipeline::Recipe& recipe,
                                                 Grammars grammars) {
  if (recipe.teacher.target != "trace") {
    throw Error(ErrorKind::kConfig,
                "teacher.target is " + recipe.teacher.target + ", which is for the protocol paper",
                "leave it out, or set teacher.protocol=paper");
  }
  if (recipe.teacher.correction != "none") {
    throw Error(
        ErrorKind::kConfig,
        "teacher.correction is " + recipe.teacher.correction + ", which is for the protocol paper",
        "leave it out, or set teacher.protocol=paper");
  }
  teacher::SpanOptions options;
  options.split = teacher::split_from(recipe.teacher.split);
  options.keep_checks = path::keep_checks_from(recipe.teacher.keep_checks);
  if (recipe.teacher.synthesis != "auto") {
    options.synthesis = teacher::synthesis_from(recipe.teacher.synthesis);
  }
  options.second_look = recipe.teacher.second_look;
  options.grammar = grammars == Grammars::kUsed;
  return std::make_unique<teacher::SpanProtocol>(options);
}

}  // namespace

std::unique_ptr<teacher::Protocol> make_protocol(const pipeline::Recipe& recipe,
                                                 Grammars grammars) {
  if (recipe.teacher.protocol == "paper") return paper_protocol(recipe);
  if (recipe.teacher.protocol == "span") return span_protocol(recipe, grammars);
  throw Error(ErrorKind::kConfig, "teacher.protocol is \"" + recipe.teacher.protocol + "\"",
              "it is one of span, paper");
}

LocalChat::LocalChat(std::unique_ptr<llm::Student> student, std::filesystem::path file,
                     std::vector<std::filesystem::path> adapters)
    : student_(std::move(student)), file_(std::move(file)), adapters_(std::move(adapters)) {}

LocalChat::~LocalChat() = default;

std::string LocalChat::identity() const {
  if (!identity_.empty()) return identity_;
  identity_ = file_.filename().string() + " " + sha256_file(file_.string()).substr(0, 16);
  for (const std::filesystem::path& adapter : adapters_) {
    identity_ += "+" + sha256_file(adapter.string()).substr(0, 16);
  }
  return identity_;
}

void LocalChat::run(const Source& next, const Sink& done, const StopFlag& stop) {
  if (!chat_) chat_ = student_->chat(adapters_);
  chat_->run(next, done, stop);
}

}  // namespace drp::cli
