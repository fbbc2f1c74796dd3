// SPDX-License-Identifier: Apache-2.0
#include "train/row_checks.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.h"
#include "base/text.h"

namespace drp::train {
namespace {

std::string name_of(std::size_t index, const TrainingRow& row) {
  return "training row " + std::to_string(index + 1) + " ('" + row.id + "')";
}

double row_norm(const model_files::GgufFile& file, const model_files::GgufTensor& tensor,
                std::int64_t row, std::vector<float>& values) {
  file.read_row(tensor, row, values);
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
  return std::sqrt(sum);
}

}  // namespace

void check_rows(std::span<const TrainingRow> rows, std::int64_t vocabulary) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const TrainingRow& row = rows[i];
    if (row.prompt_ids.empty() || row.response_ids.empty()) {
      throw Error(ErrorKind::kData,
                  name_of(i, row) + " has no " + (row.prompt_ids.empty() ? "prompt" : "response") +
                      " tokens",
                  "make the training rows again with `drp curate`");
    }
    for (const auto* ids : {&row.prompt_ids, &row.response_ids}) {
      const auto bad = std::find_if(ids->begin(), ids->end(),
                                    [&](std::int32_t id) { return id < 0 || id >= vocabulary; });
      if (bad == ids->end()) continue;
      throw Error(ErrorKind::kData,
                  name_of(i, row) + " has token id " + std::to_string(*bad) +
                      "; the model has 0 to " + std::to_string(vocabulary - 1),
                  "make the training rows with the tokenizer of the model that is trained");
    }
  }
}

void check_unused(std::span<const TrainingRow> rows, std::span<const std::int64_t> types) {
  constexpr std::int64_t kUnused = 5;  // of GGUF's tokenizer.ggml.token_type
  const auto unused = [&](std::int32_t id) {
    return static_cast<std::size_t>(id) < types.size() &&
           types[static_cast<std::size_t>(id)] == kUnused;
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& ids = rows[i].response_ids;
    const auto bad = std::find_if(ids.begin(), ids.end(), unused);
    if (bad == ids.end()) continue;
    throw Error(ErrorKind::kData,
                name_of(i, rows[i]) + " supervises token id " + std::to_string(*bad) +
                    ", which only pads the model's vocabulary",
                "make the training rows with the tokenizer of the model that is trained");
  }
}

std::optional<std::string> untrained_token(const model_files::GgufFile& file,
                                           const model_files::ModelShape& shape, std::int32_t id) {
  constexpr std::int64_t kSamples = 255;
  constexpr double kSmall = 1.0 / 3;  // of the median norm; trained rows are within a factor of two
  const model_files::GgufTensor& head =
      file.tensor(shape.tied_head ? "token_embd.weight" : "output.weight");
  std::vector<float> values(static_cast<std::size_t>(shape.width));
  const std::int64_t samples = std::min(kSamples, shape.vocabulary);
  std::vector<double> norms;
  for (std::int64_t i = 0; i < samples; ++i) {
    norms.push_back(row_norm(file, head, i * shape.vocabulary / samples, values));
  }
  const auto middle = norms.begin() + samples / 2;
  std::nth_element(norms.begin(), middle, norms.end());
  const double own = row_norm(file, head, id, values);
  if (own >= kSmall * *middle) return std::nullopt;
  return "the token that ends a response (id " + std::to_string(id) +
         ") looks untrained in this model: its row of the output matrix has norm " +
         format_fixed(own, 3) + ", the median is " + format_fixed(*middle, 3) +
         "; a frozen output matrix cannot learn it, so responses may never end. Take the "
         "instruction-tuned model, or a template that ends with a token the base model knows";
}

}  // namespace drp::train
