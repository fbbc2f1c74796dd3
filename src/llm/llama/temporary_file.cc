// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/temporary_file.h"

namespace drp::llm {

TemporaryFile write_temporary(
    const std::function<void(const std::function<void(std::string_view piece)>&)>& write) {
  TemporaryFile file(std::tmpfile(), &std::fclose);
  if (!file) return file;
  bool whole = true;
  write([&](std::string_view piece) {
    whole = whole && std::fwrite(piece.data(), 1, piece.size(), file.get()) == piece.size();
  });
  whole = whole && std::fflush(file.get()) == 0 && std::fseek(file.get(), 0, SEEK_SET) == 0;
  if (!whole) file.reset();
  return file;
}

}  // namespace drp::llm
