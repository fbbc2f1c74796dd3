// SPDX-License-Identifier: Apache-2.0
// Training speed as a share of the floor: the operations that LoRA on a frozen base cannot do
// without (the frozen matrices' products forward and for the input gradients, attention within each
// row, the adapters), all at the speed of the frozen products, which are timed in the same run on
// the same shapes.
//
//   train_bench MODEL.gguf [fp32|bf16] [passes]
//   train_bench MODEL.gguf fp32|bf16 --lengths LENGTHS [PASS]
//   train_bench MODEL.gguf fp32|bf16 --paths PATHS [PROMPT]
//
// Load: eight rows a pass, 50 prompt tokens and 120-260 response tokens each, as the demo's pruned
// and unpruned paths have. With --lengths, rows of the file's lengths (a line "TOKENS SUPERVISED"
// each, as bench/peers/train/lengths.sh makes it), eight an optimizer step with everything that
// `drp train` does in one, PASS tokens a pass (4,096); the first step warms up and does not count.
// With --paths, eight rows a pass, PATHS to a prompt of PROMPT tokens (150), responses as above: a
// prompt for each row, and shared prompts, in turn. Times are of the process's processor time,
// which a busy machine disturbs less than the clock on the wall; both are printed. With a libtorch
// for CUDA and a GPU all of it runs there, and memory is the GPU's.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/pool.h"
#include "base/random.h"
#include "base/text.h"
#include "train/optimizer.h"
#include "train/shares.h"
#include "train/torch/device.h"
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

const at::Device& device() {
  static const at::Device chosen = drp::train::choose_device(drp::train::DeviceKind::kAuto);
  return chosen;
}

template <class Work>
Times time_of(const Work& work) {
  drp::train::wait_for(device());
  const Times begin = now();
  work();
  drp::train::wait_for(device());
  const Times end = now();
  return {end.wall - begin.wall, end.processor - begin.processor};
}

drp::TrainingRow make_row(std::int64_t prompt, std::int64_t response, std::int64_t vocabulary,
                          drp::Random& random) {
  drp::TrainingRow row;
  const auto id = [&] { return static_cast<std::int32_t>(random.between(0, vocabulary - 1)); };
  for (std::int64_t i = 0; i < prompt; ++i) row.prompt_ids.push_back(id());
  for (std::int64_t i = 0; i < response; ++i) row.response_ids.push_back(id());
  return row;
}

constexpr std::size_t kRows = 8;  // of a step

PackedBatch make_batch(std::int64_t vocabulary, drp::Random& random) {
  std::vector<drp::TrainingRow> rows;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < kRows; ++i) {
    all.push_back(i);
    rows.push_back(make_row(50, random.between(120, 260), vocabulary, random));
  }
  return drp::train::pack(rows, all);
}

std::vector<drp::TrainingRow> read_rows(const char* path, std::int64_t vocabulary,
                                        drp::Random& random) {
  std::vector<drp::TrainingRow> rows;
  std::ifstream file(path);
  std::int64_t tokens = 0;
  for (std::int64_t supervised = 0; file >> tokens >> supervised;) {
    rows.push_back(make_row(tokens - supervised, supervised, vocabulary, random));
  }
  return rows;
}

// One direction's or both directions' products of a linear layer.
void product(std::int64_t tokens, std::int64_t in, std::int64_t out, bool backward,
             const at::TensorOptions& options) {
  const at::Tensor x = at::empty({tokens, in}, options);
  const at::Tensor weight = at::empty({out, in}, options);
  const at::Tensor y = at::mm(x, weight.t());
  if (backward) at::mm(y, weight);
}

void part_products(const drp::model_files::ModelShape& shape, const PackedBatch& batch,
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

// On as many threads as the engine uses, each with its share of the rows, as the engine has it: two
// threads of one core are not twice as fast as one.
void floor_products(const drp::model_files::ModelShape& shape, const PackedBatch& batch,
                    const at::TensorOptions& options) {
  if (!device().is_cpu()) return part_products(shape, batch, options);
  const std::vector<PackedBatch> parts =
      drp::train::split(batch, static_cast<std::size_t>(drp::available_cores()));
  std::vector<std::jthread> workers;
  for (const PackedBatch& part : parts) {
    workers.emplace_back([&] {
      at::set_num_threads(1);
      part_products(shape, part, options);
    });
  }
}

// What LoRA needs beyond these, as a share of their operations: attention within each row (two
// products forward, five backward, half of each masked away) and the adapters' own.
double operations_beside(const drp::model_files::ModelShape& shape, const PackedBatch& batch,
                         std::int64_t rank) {
  const auto tokens = static_cast<double>(batch.tokens.size());
  double weights = 0;  // of a layer
  double sides = 0;
  double first = 0;  // q, k and v: nothing below the first layer's wants a gradient
  for (const drp::model_files::Linear linear : drp::model_files::kLinears) {
    const auto in = static_cast<double>(inputs(shape, linear));
    const auto out = static_cast<double>(outputs(shape, linear));
    weights += in * out;
    sides += in + out;
    if (linear <= drp::model_files::Linear::kValue) first += in * out;
  }
  const auto layers = static_cast<double>(shape.layers);
  const double head = static_cast<double>(shape.vocabulary * shape.width);
  const double products = 2 * tokens * (2 * layers * weights - first) +
                          4 * static_cast<double>(batch.supervised()) * head;
  double squares = 0;
  for (std::size_t i = 0; i + 1 < batch.starts.size(); ++i) {
    const auto length = static_cast<double>(batch.starts[i + 1] - batch.starts[i]);
    squares += length * length;
  }
  const double attention = 7 * layers * static_cast<double>(shape.query_width()) * squares;
  const double adapters = 6 * tokens * layers * static_cast<double>(rank) * sides;
  return (attention + adapters) / products;
}

struct Counts {
  double tokens = 0;
  double supervised = 0;
};

// One optimizer step over eight rows from `begin` on, as train/training_run.cc does it.
Counts step(drp::train::Engine& engine, drp::train::AdamW& optimizer,
            std::span<const drp::TrainingRow> rows, std::size_t begin,
            const drp::train::TrainOptions& options, std::int64_t& pass) {
  std::vector<std::size_t> chosen;
  for (std::size_t i = begin; i < begin + kRows; ++i) chosen.push_back(i);
  std::ranges::fill(engine.gradients(), 0.0F);
  drp::train::LossSum loss;
  Counts counts;
  for (const auto& bin : drp::train::make_bins(rows, chosen, options.micro_batch_tokens)) {
    const PackedBatch batch = drp::train::pack(rows, bin);
    const drp::train::LossSum part = engine.train(batch, pass++);
    loss.nll += part.nll;
    loss.tokens += part.tokens;
    counts.tokens += static_cast<double>(batch.tokens.size());
  }
  const std::span<float> gradients = engine.gradients();
  double factor = 1.0 / static_cast<double>(loss.tokens);
  const double length = drp::train::norm(gradients) * factor;
  if (length > options.clip_norm) factor *= options.clip_norm / length;
  for (float& value : gradients) value = static_cast<float>(static_cast<double>(value) * factor);
  optimizer.update(engine.parameters(), gradients, 1e-4, pass, options);
  engine.parameters_changed();
  counts.supervised = static_cast<double>(loss.tokens);
  return counts;
}

int bench_lengths(drp::train::EngineConfig config, const drp::model_files::ModelShape& shape,
                  const char* path, std::int64_t pass_tokens) {
  drp::train::TrainOptions training;
  training.micro_batch_tokens = config.pass_tokens = pass_tokens;
  drp::Random random(1);
  const std::vector<drp::TrainingRow> rows = read_rows(path, shape.vocabulary, random);
  if (rows.size() < 2 * kRows) {
    std::fprintf(stderr, "train_bench: %s holds %zu rows, at least %zu are needed\n", path,
                 rows.size(), 2 * kRows);
    return 2;
  }
  const auto engine = make_torch_engine(config);
  const auto start = drp::train::initial_parameters(config.layout, 1);
  std::copy(start.begin(), start.end(), engine->parameters().begin());
  engine->parameters_changed();
  drp::train::AdamW optimizer(config.layout.size);
  std::int64_t pass = 0;
  Counts all;
  Times ours;
  Times least;
  Times whole;  // with attention and adapters at the products' speed
  const bool bf16 = engine->precision() == drp::train::Precision::kBf16;
  const auto options = at::TensorOptions(bf16 ? at::kBFloat16 : at::kFloat).device(device());
  for (std::size_t begin = 0; begin + kRows <= rows.size(); begin += kRows) {
    Counts counts;
    const Times time =
        time_of([&] { counts = step(*engine, optimizer, rows, begin, training, pass); });
    if (begin == 0) continue;
    all = {all.tokens + counts.tokens, all.supervised + counts.supervised};
    ours = {ours.wall + time.wall, ours.processor + time.processor};
  }
  const double peak = engine->memory_peak_bytes();
  for (std::size_t begin = kRows; begin + kRows <= rows.size(); begin += kRows) {
    std::vector<std::size_t> chosen;
    for (std::size_t i = begin; i < begin + kRows; ++i) chosen.push_back(i);
    const PackedBatch batch = drp::train::pack(rows, chosen);
    const Times time = time_of([&] { floor_products(shape, batch, options); });
    least = {least.wall + time.wall, least.processor + time.processor};
    const double more = operations_beside(shape, batch, config.layout.rank);
    whole = {whole.wall + time.wall * (1 + more), whole.processor + time.processor * (1 + more)};
  }
  std::printf("drp: %s\n", engine->description().c_str());
  std::printf(
      "  %.0f tokens, %.0f supervised, %.1f s on the wall, %.1f processor s; %.1f tokens/s\n",
      all.tokens, all.supervised, ours.wall, ours.processor, all.tokens / ours.wall);
  std::printf("  %.1f supervised tokens/s, %.1f per processor second, peak memory %.2f GiB\n",
              all.supervised / ours.wall, all.supervised / ours.processor,
              peak / (1024.0 * 1024 * 1024));
  std::printf("  %.2f of the floor (%.2f on the wall); of its frozen products alone %.2f (%.2f)\n",
              whole.processor / ours.processor, whole.wall / ours.wall,
              least.processor / ours.processor, least.wall / ours.wall);
  return 0;
}

// The same rows with and without shared prompts; best of some passes each.
int bench_paths(const drp::train::EngineConfig& config, const drp::model_files::ModelShape& shape,
                std::size_t paths, std::int64_t prompt) {
  using drp::train::Prompts;
  constexpr int kPasses = 6;
  drp::Random random(1);
  std::vector<drp::TrainingRow> rows;
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < kRows; ++i) {
    all.push_back(i);
    rows.push_back(make_row(prompt, random.between(120, 260), shape.vocabulary, random));
    if (i % paths > 0) rows[i].prompt_ids = rows[i - 1].prompt_ids;
  }
  const auto engine = make_torch_engine(config);
  std::printf("%s; %zu rows, %zu to a prompt of %lld tokens\n", engine->description().c_str(),
              kRows, paths, static_cast<long long>(prompt));
  struct Way {
    const char* name;
    PackedBatch batch;
    Times best{1e9, 1e9};
  };
  Way ways[] = {{"apart", drp::train::pack(rows, all, Prompts::kApart)},
                {"shared", drp::train::pack(rows, all, Prompts::kShared)}};
  for (int pass = 0; pass < kPasses + 1; ++pass) {
    for (Way& way : ways) {
      const Times time = time_of([&] { engine->train(way.batch, pass); });
      if (pass == 0) continue;  // compiles the products
      way.best = {std::min(way.best.wall, time.wall), std::min(way.best.processor, time.processor)};
    }
  }
  const double row_tokens = static_cast<double>(ways[0].batch.tokens.size());
  for (const Way& way : ways) {
    std::printf(
        "  %-6s %5zu tokens a pass; of the rows' %.0f tokens %.0f/s, %.0f per processor "
        "second; %.0f supervised/s\n",
        way.name, way.batch.tokens.size(), row_tokens, row_tokens / way.best.wall,
        row_tokens / way.best.processor,
        static_cast<double>(way.batch.supervised()) / way.best.wall);
  }
  std::printf("  %.2f times as fast by processor time, %.2f on the wall\n",
              ways[0].best.processor / ways[1].best.processor,
              ways[0].best.wall / ways[1].best.wall);
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) {
    std::fprintf(stderr,
                 "usage: train_bench MODEL.gguf [fp32|bf16] [passes | --lengths LENGTHS [PASS] | "
                 "--paths PATHS [PROMPT]]\n");
    return 2;
  }
  drp::train::EngineConfig config{.model = arguments[1]};
  const auto shape = read_model_shape(drp::model_files::GgufFile(config.model));
  config.layout = drp::train::make_layout(shape, drp::train::LoraOptions{});
  config.row_tokens = config.pass_tokens = 4096;
  if (count > 2) enum_parse(arguments[2], config.precision);
  const auto number = [&](int at, std::int64_t fallback) {
    const auto given = count > at ? drp::parse_int(arguments[at]) : std::nullopt;
    return given && *given > 0 ? *given : fallback;
  };
  if (count > 4 && std::string(arguments[3]) == "--lengths") {
    return bench_lengths(std::move(config), shape, arguments[4], number(5, 4096));
  }
  if (count > 4 && std::string(arguments[3]) == "--paths") {
    return bench_paths(config, shape, static_cast<std::size_t>(number(4, 4)), number(5, 150));
  }
  const auto passes = static_cast<int>(count > 3 ? drp::parse_int(arguments[3]).value_or(5) : 5);
  const auto engine = make_torch_engine(config);
  const bool bf16 = engine->precision() == drp::train::Precision::kBf16;
  const auto options = at::TensorOptions(bf16 ? at::kBFloat16 : at::kFloat).device(device());
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
  const double more = operations_beside(shape, batch, config.layout.rank);
  std::printf("  %.2f of the floor (%.2f on the wall); of its frozen products alone %.2f (%.2f)\n",
              least.processor * (1 + more) / ours.processor, least.wall * (1 + more) / ours.wall,
              least.processor / ours.processor, least.wall / ours.wall);
  return 0;
}
