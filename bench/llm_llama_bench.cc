// SPDX-License-Identifier: Apache-2.0
//
// Tokens a second of the local engine: `requests` responses of at most `tokens` tokens at
// temperature 0.6, four to a prompt, with 0 to 2 rank-16 adapters over all linear layers, alone and
// beside busy processes. --peer PATH prints llama-batched-bench's number for the same file, threads
// and number of parallel sequences beside it.
//
//   llm_llama_bench MODEL [--workers N] [--threads N] [--slots N] [--requests N] [--tokens N]
//                   [--adapters N] [--load N] [--weights N] [--peer PATH]
//
// --weights: 0 as the engine chooses, 1 as stored, 2 in half precision.
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/text.h"
#include "llm/llama/llama_student.h"
#include "model_files/adapter.h"
#include "model_files/gguf_file.h"
#include "model_files/model_shape.h"

namespace {

using drp::llm::ChatReply;
using drp::llm::ChatRequest;

struct Settings {
  std::string model;
  std::string peer;
  std::map<std::string, int> numbers = {{"workers", 0},   {"threads", 0},  {"slots", 0},
                                        {"requests", 64}, {"tokens", 128}, {"adapters", 0},
                                        {"load", 0},      {"weights", 0}};
};

// Processor time of this process: what is left of a comparison on a busy machine.
double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

// Processes that keep a core busy each, ended with the object.
class BusyProcesses {
 public:
  explicit BusyProcesses(int count) {
    for (int i = 0; i < count; ++i) {
      const pid_t child = fork();
      if (child == 0) {
        std::atomic<unsigned> spin{0};
        while (true) spin.fetch_add(1, std::memory_order_relaxed);
      }
      if (child > 0) children_.push_back(child);
    }
  }
  ~BusyProcesses() {
    for (const pid_t child : children_) {
      kill(child, SIGKILL);
      waitpid(child, nullptr, 0);
    }
  }
  BusyProcesses(const BusyProcesses&) = delete;
  BusyProcesses& operator=(const BusyProcesses&) = delete;

 private:
  std::vector<pid_t> children_;
};

// A rank-16 adapter over every linear layer whose effect is too small to change much.
std::filesystem::path make_adapter(const std::string& model, int number) {
  const drp::model_files::GgufFile file(model);
  const drp::model_files::ModelShape shape = drp::model_files::read_model_shape(file);
  drp::model_files::LoraAdapter adapter;
  adapter.architecture = shape.architecture;
  adapter.alpha = 32;
  drp::Random random(static_cast<std::uint64_t>(number) + 1);
  for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
    for (const drp::model_files::Linear linear : drp::model_files::kLinears) {
      drp::model_files::LoraPair pair;
      pair.layer = layer;
      pair.linear = linear;
      pair.rank = 16;
      pair.a.resize(static_cast<std::size_t>(16 * inputs(shape, linear)));
      pair.b.resize(static_cast<std::size_t>(16 * outputs(shape, linear)));
      for (float& value : pair.a) value = static_cast<float>(random.uniform() - 0.5) * 0.05F;
      for (float& value : pair.b) value = static_cast<float>(random.uniform() - 0.5) * 1e-4F;
      adapter.pairs.push_back(std::move(pair));
    }
  }
  const auto path =
      std::filesystem::temp_directory_path() /
      ("drp-bench-" + std::to_string(getpid()) + "-" + std::to_string(number) + ".gguf");
  write_gguf_lora(path, adapter, "", drp::model_files::FloatType::kF16);
  return path;
}

ChatRequest make_request(int number, int tokens) {
  ChatRequest request;
  request.key = std::to_string(number);
  const std::string name = std::to_string(number / 4 + 3);
  request.messages = {{"user", "Write a long story about a farmer who has " + name +
                                   " cows and sells some of them every week at the market. Count "
                                   "the cows after each sale and explain each step slowly."}};
  request.sampling.tokens_max = tokens;
  request.sampling.seed = static_cast<std::uint64_t>(number);
  return request;
}

void run_engine(const Settings& settings, drp::llm::Student& student,
                const std::vector<std::filesystem::path>& adapters) {
  const auto begin = std::chrono::steady_clock::now();
  const auto chat = student.chat(adapters);
  const std::chrono::duration<double> ready = std::chrono::steady_clock::now() - begin;
  const int requests = settings.numbers.at("requests");
  const int tokens = settings.numbers.at("tokens");
  const drp::StopFlag stop;
  int next = 0;
  std::int64_t drawn = 0;
  std::int64_t prompt = 0;
  const double cpu_start = cpu_seconds();
  const auto start = std::chrono::steady_clock::now();
  chat->run(
      [&]() -> std::optional<ChatRequest> {
        if (next == requests) return std::nullopt;
        return make_request(next++, tokens);
      },
      [&](const ChatReply& reply) {
        drawn += reply.usage.completion_tokens;
        prompt += reply.usage.prompt_tokens;
      },
      stop);
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const double cpu = cpu_seconds() - cpu_start;
  std::printf(
      "drp            adapters %zu  load %d  %lld tokens drawn (+ %lld of prompts) in %.2f s = "
      "%.1f "
      "tokens/s, %.1f a CPU second (ready after %.2f s)\n",
      adapters.size(), settings.numbers.at("load"), static_cast<long long>(drawn),
      static_cast<long long>(prompt), seconds, static_cast<double>(drawn) / seconds,
      static_cast<double>(drawn) / cpu, ready.count());
  std::fflush(stdout);
}

// llama-batched-bench prints a Markdown row: PP, TG, B, N_KV, T_PP, S_PP, T_TG, S_TG, T, S.
void run_peer(const Settings& settings, int threads, int parallel) {
  const int tokens = settings.numbers.at("tokens");
  const int context = parallel * (tokens + 64 + 64);
  const std::string command = "'" + settings.peer + "' -m '" + settings.model + "' -c " +
                              std::to_string(context) + " -b 2048 -ub 512 -npp 60 -ntg " +
                              std::to_string(tokens) + " -npl " + std::to_string(parallel) +
                              " -t " + std::to_string(threads) + " 2>/dev/null";
  std::FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return;
  char line[512];
  while (std::fgets(line, sizeof line, pipe) != nullptr) {
    const std::vector<std::string_view> cells = drp::split(line, '|');
    if (cells.size() < 11 || !drp::parse_int(drp::trim(cells[1]))) continue;
    const double seconds = drp::parse_double(drp::trim(cells[9])).value_or(0);
    std::printf(
        "batched-bench  adapters 0  load %d  %d tokens drawn in %.2f s = %.1f tokens/s (decoding "
        "alone %s)\n",
        settings.numbers.at("load"), parallel * tokens, seconds,
        seconds > 0 ? parallel * tokens / seconds : 0.0, std::string(drp::trim(cells[8])).c_str());
  }
  pclose(pipe);
  std::fflush(stdout);
}

Settings parse(int count, char** arguments) {
  Settings settings;
  for (int i = 1; i < count; ++i) {
    const std::string word = arguments[i];
    if (!word.starts_with("--")) {
      settings.model = word;
      continue;
    }
    const std::string name = word.substr(2);
    if (i + 1 >= count) throw drp::Error(drp::ErrorKind::kUsage, word + " needs a value");
    const std::string value = arguments[++i];
    const auto number = drp::parse_int(value);
    if (name == "peer") {
      settings.peer = value;
    } else if (settings.numbers.contains(name) && number) {
      settings.numbers[name] = static_cast<int>(*number);
    } else {
      throw drp::Error(drp::ErrorKind::kUsage, "unknown option " + word + " " + value);
    }
  }
  if (settings.model.empty()) throw drp::Error(drp::ErrorKind::kUsage, "which model?");
  return settings;
}

}  // namespace

int main(int count, char** arguments) try {
  const Settings settings = parse(count, arguments);
  drp::llm::LlamaOptions options;
  options.threads = settings.numbers.at("threads");
  options.workers = settings.numbers.at("workers");
  options.slots = settings.numbers.at("slots");
  options.weights = static_cast<drp::llm::WeightForm>(settings.numbers.at("weights"));
  std::vector<std::filesystem::path> adapters;
  for (int i = 0; i < settings.numbers.at("adapters"); ++i) {
    adapters.push_back(make_adapter(settings.model, i));
  }
  const auto student = drp::llm::load_llama_student(settings.model, options);
  {
    const BusyProcesses load(settings.numbers.at("load"));
    run_engine(settings, *student, adapters);
    if (!settings.peer.empty()) {
      const int threads = options.threads > 0 ? options.threads : drp::available_cores();
      run_peer(settings, threads, options.slots > 0 ? options.slots * threads : 32);
    }
  }
  for (const std::filesystem::path& path : adapters) std::filesystem::remove(path);
  return 0;
} catch (const drp::Error& error) {
  std::fprintf(stderr, "error: %s\n", error.message().c_str());
  return drp::exit_code(error.kind());
}
