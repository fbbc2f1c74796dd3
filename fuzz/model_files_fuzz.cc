// SPDX-License-Identifier: Apache-2.0
// A whole GGUF or safetensors file: read, written again, or refused.
#include "fuzz/target.h"
#include "model_files/gguf_file.h"
#include "model_files/merge.h"
#include "model_files/model_shape.h"
#include "model_files/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const fuzz::InputFile file(fuzz::text_of(data, size), ".bin");
  fuzz::may_refuse([&] {
    const model_files::GgufFile gguf(file.path());
    for (const model_files::GgufFile::RawKey& key : gguf.raw_keys()) {
      const std::string name(key.name);
      gguf.text(name);
      gguf.number(name);
      gguf.text_list(name);
      gguf.integer_list(name);
    }
    for (const model_files::GgufTensor& tensor : gguf.tensors()) gguf.read(tensor);
    const model_files::ModelShape shape = model_files::read_model_shape(gguf);
    const fuzz::InputFile output("", ".merged");
    model_files::write_merged_gguf(output.path(), gguf, {});
    DRP_CHECK(model_files::read_model_shape(model_files::GgufFile(output.path())) == shape,
              "a copy has another shape");
  });
  fuzz::may_refuse([&] { model_files::read_safetensors(file.path()); });
  return 0;
}
