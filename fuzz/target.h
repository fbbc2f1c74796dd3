// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"

// libFuzzer's entry point; `data` may hold anything. Aborts where a property fails.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace drp::fuzz {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The text before the first LF and the text behind it.
struct TwoTexts {
  std::string_view first;
  std::string_view second;
};
inline TwoTexts two_texts(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::size_t line = std::min(text.find('\n'), text.size());
  return {text.substr(0, line), text.substr(std::min(line + 1, text.size()))};
}

// Runs `work`; an Error is an answer, anything else that is thrown is a fault.
template <class Work>
void may_refuse(const Work& work) {
  try {
    work();
  } catch (const Error& error) {
    DRP_CHECK(!error.message().empty(), "an error without a message");
  }
}

// The input as a file, gone at the end.
class InputFile {
 public:
  InputFile(std::string_view content, const std::string& ending)
      : path_(std::filesystem::temp_directory_path() /
              ("drp_fuzz." + std::to_string(::getpid()) + ending)) {
    write_file_atomic(path_, content);
  }
  ~InputFile() {
    std::error_code ignored;  // the file may be gone
    std::filesystem::remove(path_, ignored);
  }
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace drp::fuzz
