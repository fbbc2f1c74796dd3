// SPDX-License-Identifier: Apache-2.0
// config.json in the first line, tokenizer.json behind it: imported or refused, and what was
// imported is a GGUF with as many tokens as said.
#include "fuzz/target.h"
#include "model_files/gguf_file.h"
#include "model_files/huggingface/import_model.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace drp;
  const fuzz::TwoTexts texts = fuzz::two_texts(data, size);
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("drp_fuzz_folder." + std::to_string(::getpid()));
  make_folder(folder);
  write_file_atomic(folder / "config.json", texts.first);
  write_file_atomic(folder / "tokenizer.json", texts.second);
  fuzz::may_refuse([&] {
    const model_files::ImportResult result =
        model_files::import_model(folder, folder / "out.gguf", {nullptr, true, "x"});
    const model_files::GgufFile file(folder / "out.gguf");
    DRP_CHECK(
        static_cast<std::int64_t>(file.text_list("tokenizer.ggml.tokens").size()) == result.tokens,
        "another number of tokens");
  });
  fuzz::may_refuse([&] { model_files::import_model(folder, folder / "out.gguf"); });
  return 0;
}
