// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/field.h"

namespace drp {

enum class Split { kTrain, kValidation };

// One supervised example: the student's prompt and the response it should learn.
struct TrainingRow {
  std::string id;
  std::string problem_id;
  Split split = Split::kTrain;
  std::string question;
  std::string response;
  std::vector<std::int32_t> prompt_ids;
  std::vector<std::int32_t> response_ids;
  std::int64_t tokens_before = 0;

  bool operator==(const TrainingRow&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("id", &TrainingRow::id, Need::kRequired, "id of the trace behind it");
    field("problem_id", &TrainingRow::problem_id, Need::kOptional, "id of the problem");
    field("split", &TrainingRow::split, Need::kOptional, "train or validation");
    field("question", &TrainingRow::question, Need::kOptional, "the user's message");
    field("response", &TrainingRow::response, Need::kOptional, "the supervised text");
    field("prompt_ids", &TrainingRow::prompt_ids, Need::kRequired,
          "prompt token ids, as generation renders them; no loss");
    field("response_ids", &TrainingRow::response_ids, Need::kRequired,
          "supervised token ids, end token included");
    field("tokens_before", &TrainingRow::tokens_before, Need::kOptional,
          "tokens of the response before pruning");
  }
};

std::string_view enum_name(Split value);
bool enum_parse(std::string_view name, Split& value);

}  // namespace drp
