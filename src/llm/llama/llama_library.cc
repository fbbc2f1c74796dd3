// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/llama_library.h"

#include <mutex>
#include <string_view>

#include "base/text.h"

namespace drp::llm {
namespace {

// llama.cpp's log is one callback a process; errors of a call are logged in the calling thread.
thread_local std::string last_error;

std::string_view without_function_name(std::string_view line) {
  // "llama_model_load: error loading model: ..." keeps what follows the first word.
  const std::size_t colon = line.find(": ");
  if (colon == std::string_view::npos) return line;
  for (const char c : line.substr(0, colon)) {
    if (!is_letter(c) && !is_digit(c) && c != '_') return line;
  }
  return line.substr(colon + 2);
}

void take_line(ggml_log_level level, const char* text, void* /*user*/) {
  try {
    if (level != GGML_LOG_LEVEL_ERROR) return;
    const std::string_view line = trim(text);
    if (!line.empty()) last_error = without_function_name(line);
  } catch (...) {  // a C callback must not throw; the line is lost
  }
}

}  // namespace

void start_llama_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    llama_log_set(take_line, nullptr);
    ggml_log_set(take_line, nullptr);
    llama_backend_init();
  });
}

void clear_llama_log() { last_error.clear(); }

std::string last_llama_error() { return last_error; }

}  // namespace drp::llm
