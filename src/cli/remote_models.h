// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/progress.h"
#include "base/stop.h"
#include "llm/chat_model.h"
#include "llm/served_model.h"
#include "pipeline/recipe.h"

namespace drp::cli {

// The OpenAI-compatible service of the recipe's teacher section, paid for out of the run's account
// (run.folder) under its caps. Throws Error{kConfig} for an address, a limit, a model or a price
// that is missing, Error{kAuth} where a key is.
std::unique_ptr<llm::ChatModel> remote_teacher(const pipeline::Recipe& recipe, Progress& progress);

// The model `served` at student.endpoint, for sampling: all its URLs as one. Neither paid nor
// cached; its replies become records. Throws as remote_teacher().
std::unique_ptr<llm::ChatModel> remote_student(const pipeline::Recipe& recipe,
                                               const std::string& served, Progress& progress);

// What each address of student.endpoint lists; nothing for a service without a list. `served` is
// the model that is looked for. Throws Error{kService}, {kAuth} or {kConfig} where one cannot be
// asked.
std::vector<std::optional<std::vector<llm::ServedModel>>> served_models(
    const pipeline::Recipe& recipe, const std::string& served, const StopFlag& stop);

// A client of the model behind an endpoint, unpaid and uncached.
std::unique_ptr<llm::ChatModel> open_endpoint(const std::string& url, const std::string& model);

}  // namespace drp::cli
