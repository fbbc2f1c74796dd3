// SPDX-License-Identifier: Apache-2.0
// A whole GGUF or safetensors file: read or refused.
#include "fuzz/target.h"
#include "model_files/gguf_file.h"
#include "model_files/model_shape.h"
#include "model_files/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const fuzz::InputFile file(fuzz::text_of(data, size), ".bin");
  fuzz::may_refuse([&] { model_files::read_model_shape(model_files::GgufFile(file.path())); });
  fuzz::may_refuse([&] { model_files::read_safetensors(file.path()); });
  return 0;
}
