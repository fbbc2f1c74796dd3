// SPDX-License-Identifier: Apache-2.0
// Training speed as a multiple of the floor: the matrix products that any trainer with a frozen
// base needs, timed in the same run on the same shapes.
//
//   train_bench MODEL.gguf [fp32|bf16] [passes]
//
// Load: eight rows a pass, 50 prompt tokens and 120-260 response tokens each, as the demo's pruned
// and unpruned paths have. Times are of the process's processor time, which a busy machine disturbs
// less than the clock on the wall; both are printed.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "base/random.h"
#include "base/text.h"
#include "train/torch/torch_engine.h"

namespace {

using drp::train::PackedBatch;

struct Times {
  double wall = 0;
  double processor = 0;
};

Times now() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  const auto wall = std::chrono::steady_clock::now().time_since_epoch();
  return {std::chrono::duration<double>(wall).count(),
          static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec)};
}

template <class Work>
Times time_of(const Work& work) {
  const Times begin = now();
  work();
  const Times end = now();
  return {end.wall - begin.wall, end.processor - begin.processor};
}

PackedBatch make_batch(std::int64_t vocabulary, drp::Random& random) {
  constexpr int kRows = 8;
  constexpr std::size_t kPromptTokens = 50;
  std::vector<drp::TrainingRow> rows(kRows);
  std::vector<std::size_t> all;
  const auto id = [&] { return static_cast<std::int32_t>(random.between(0, vocabulary - 1)); };
  for (drp::TrainingRow& row : rows) {
    all.push_back(all.size());
    for (std::size_t i = 0; i < kPromptTokens; ++i) row.prompt_ids.push_back(id());
    const std::int64_t response_tokens = random.between(120, 260);
    for (std::int64_t i = 0; i < response_tokens; ++i) row.response_ids.push_back(id());
  }
  return drp::train::pack(rows, all);
}

// One direction's or both directions' products of a linear layer.
void product(std::int64_t tokens, std::int64_t in, std::int64_t out, bool backward,
             const at::TensorOptions& options) {
  const at::Tensor x = at::empty({tokens, in}, options);
  const at::Tensor weight = at::empty({out, in}, options);
  const at::Tensor y = at::mm(x, weight.t());
  if (backward) at::mm(y, weight);
}

void floor_products(const drp::model_files::ModelShape& shape, const PackedBatch& batch,
                    const at::TensorOptions& options) {
  const c10::InferenceMode no_autograd;
  const auto tokens = static_cast<std::int64_t>(batch.tokens.size());
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    product(tokens, shape.width, shape.query_width() + 2 * shape.key_value_width(), layer > 0,
            options);
    product(tokens, shape.query_width(), shape.width, true, options);
    product(tokens, shape.width, 2 * shape.feed_forward, true, options);
    product(tokens, shape.feed_forward, shape.width, true, options);
  }
  product(batch.supervised(), shape.width, shape.vocabulary, true, options);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr, "usage: train_bench MODEL.gguf [fp32|bf16] [passes]\n");
    return 2;
  }
  drp::train::EngineConfig config{.model = arguments[1]};
  const auto shape = read_model_shape(drp::model_files::GgufFile(config.model));
  config.layout = drp::train::make_layout(shape, {});
  config.row_tokens = config.pass_tokens = 4096;
  if (count > 2) enum_parse(arguments[2], config.precision);
  const auto passes = static_cast<int>(count > 3 ? drp::parse_int(arguments[3]).value_or(5) : 5);
  const auto engine = make_torch_engine(config);
  const bool bf16 = engine->precision() == drp::train::Precision::kBf16;
  const at::TensorOptions options = at::TensorOptions(bf16 ? at::kBFloat16 : at::kFloat);
  drp::Random random(1);
  Times ours{1e9, 1e9};
  Times least{1e9, 1e9};
  const PackedBatch batch = make_batch(shape.vocabulary, random);
  for (int pass = 0; pass < passes + 1; ++pass) {
    const Times step = time_of([&] { engine->train(batch, pass); });
    const Times products = time_of([&] { floor_products(shape, batch, options); });
    if (pass == 0) continue;  // compiles the products
    ours = {std::min(ours.wall, step.wall), std::min(ours.processor, step.processor)};
    least = {std::min(least.wall, products.wall), std::min(least.processor, products.processor)};
  }
  const double tokens = static_cast<double>(batch.tokens.size());
  std::printf("%s: %.0f tokens a pass\n", engine->description().c_str(), tokens);
  std::printf("  ours   %7.0f tokens/s, %7.0f tokens per processor second\n", tokens / ours.wall,
              tokens / ours.processor);
  std::printf("  floor  %7.0f tokens/s, %7.0f tokens per processor second\n", tokens / least.wall,
              tokens / least.processor);
  std::printf("  ours / floor: %.2f of the products' speed\n", least.processor / ours.processor);
  return 0;
}
