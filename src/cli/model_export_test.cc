// SPDX-License-Identifier: Apache-2.0
// Imported and exported models as the local engine sees them: `drp import`, `drp export`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/random.h"
#include "base/stop.h"
#include "cli/arguments.h"
#include "cli/commands.h"
#include "cli/wiring.h"
#include "llm/student.h"
#include "model_files/adapter.h"
#include "model_files/huggingface/tiny_folder.h"
#include "model_files/model_shape.h"

namespace drp::cli {
namespace {

using llm::ControlText;
using llm::TokenId;

std::filesystem::path tokenizers() {
  return std::filesystem::path(DRP_SOURCE_DIR) / "tests/parity/tokenizers";
}

int run(const Command& command, const std::vector<std::string>& words) {
  EXPECT_TRUE(parse_arguments(command, words));
  NoProgress progress;
  const StopFlag stop;
  return command.run({progress, stop});
}

class ModelExportTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = std::filesystem::path(testing::TempDir()) / ("model_export_" + test_name());
    std::filesystem::remove_all(folder_);
    make_folder(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  static std::string test_name() {
    std::string name = testing::UnitTest::GetInstance()->current_test_info()->name();
    for (char& c : name) c = c == '/' ? '_' : c;
    return name;
  }
  std::string file(const std::string& name) const { return (folder_ / name).string(); }

  // A tiny student as Hugging Face folder, imported.
  std::string tiny(const std::string& architecture, const std::string& type = "keep") const {
    model_files::TinyFolder model;
    model.architecture = architecture;
    model.dtype = "F32";
    model.llama3_scaling = architecture == "llama";
    model.tokenizer_folder = tokenizers() / (architecture == "llama"    ? "llama-bpe"
                                             : architecture == "gemma3" ? "gemma-spm"
                                                                        : "qwen2");
    if (architecture == "gemma3") model.vocabulary = 640;
    write_tiny_folder(folder_ / "hf", model);
    EXPECT_EQ(run(import_command(), {file("hf"), "-o", file("base.gguf"), "--type", type}), 0);
    return file("base.gguf");
  }
  // A random adapter that changes what the model says.
  std::string adapter(const std::string& base) const {
    const model_files::ModelShape shape =
        model_files::read_model_shape(model_files::GgufFile(base));
    model_files::LoraAdapter made;
    made.architecture = shape.architecture;
    made.alpha = 8;
    Random random(7);
    const auto values = [&](std::int64_t count) {
      std::vector<float> out(static_cast<std::size_t>(count));
      for (float& value : out) value = static_cast<float>(0.1 * random.normal());
      return out;
    };
    for (std::int64_t layer = 0; layer < shape.layers; ++layer) {
      for (const model_files::Linear linear : model_files::kLinears) {
        made.pairs.push_back({layer, linear, 4, values(4 * inputs(shape, linear)),
                              values(4 * outputs(shape, linear))});
      }
    }
    write_gguf_lora(folder_ / "adapter.gguf", made, "tiny");
    return file("adapter.gguf");
  }

  static std::vector<std::string> answers(llm::ChatModel& model) {
    const std::vector<std::string> questions = {"What is 2+2?", "Name a letter.", "48 / 2 = ?"};
    std::vector<std::string> texts(questions.size());
    std::size_t next = 0;
    const StopFlag stop;
    model.run(
        [&]() -> std::optional<llm::ChatRequest> {
          if (next == questions.size()) return std::nullopt;
          llm::ChatRequest request;
          request.messages = {{"user", questions[next]}};
          request.sampling.temperature = 0;
          request.sampling.tokens_max = 24;
          request.key = std::to_string(next++);
          return request;
        },
        [&](llm::ChatReply reply) { texts.at(std::stoul(reply.key)) = reply.text; }, stop);
    return texts;
  }
  static std::vector<float> scores(llm::Student& student, llm::Student::Adapters adapters) {
    const llm::Tokenizer& tokenizer = student.tokenizer();
    const StopFlag stop;
    const llm::ScoreRequest request{
        tokenizer.tokenize("Let's see", ControlText::kPlain),
        tokenizer.tokenize(": 48 / 2 = 24, so she sold 24 clips in May.", ControlText::kPlain)};
    return student.scorer(adapters)->score({&request, 1}, stop).at(0);
  }
  static double furthest(const std::vector<float>& a, const std::vector<float>& b) {
    EXPECT_EQ(a.size(), b.size());
    double furthest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
      furthest = std::max(furthest, static_cast<double>(std::abs(a[i] - b[i])));
    }
    return furthest;
  }
  static std::string complaint(const Command& command, const std::vector<std::string>& words) {
    try {
      run(command, words);
    } catch (const Error& error) {
      return error.message();
    }
    return {};
  }

  std::filesystem::path folder_;
};

#ifdef DRP_HAVE_LLAMA

class TokensTest : public ModelExportTest, public testing::WithParamInterface<const char*> {};

// The ids that Hugging Face's tokenizers gave (tests/parity/tokenizers_reference.py).
TEST_P(TokensTest, AreThoseOfHuggingFace) {
  const std::filesystem::path folder = tokenizers() / GetParam();
  run(import_command(), {folder.string(), "-o", file("words.gguf"), "--vocab-only"});
  const auto student = make_engines().load_student(file("words.gguf"), 1);
  int compared = 0;
  for (const nlohmann::json& row : nlohmann::json::parse(read_file(folder / "cases.json"))) {
    const std::string text = row["text"].get<std::string>();
    EXPECT_EQ(student->tokenizer().tokenize(text, ControlText::kParse),
              row["ids"].get<std::vector<TokenId>>())
        << text;
    ++compared;
  }
  EXPECT_GE(compared, 25);
}
INSTANTIATE_TEST_SUITE_P(Rules, TokensTest,
                         testing::Values("llama-bpe", "smaug-bpe", "qwen2", "qwen35", "tekken",
                                         "smollm", "gpt-2", "llama-spm", "gemma-spm"),
                         [](const testing::TestParamInfo<const char*>& rule) {
                           std::string name = rule.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST_F(ModelExportTest, P51_TemplateAndSpecialTokensComeAlong) {
  run(import_command(),
      {(tokenizers() / "llama-spm").string(), "-o", file("w.gguf"), "--vocab-only"});
  const auto spm = make_engines().load_student(file("w.gguf"), 1);
  const std::vector<llm::Message> messages = {{"user", "a"}};
  // It brings no template, and the usual one writes tokens that it lacks.
  EXPECT_THROW(spm->tokenizer().render_prompt(messages, ""), Error);
  const auto qwen = make_engines().load_student(tiny("qwen2"), 1);
  EXPECT_EQ(qwen->tokenizer().detokenize(qwen->tokenizer().render_prompt(messages, "")),
            "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n");
  EXPECT_EQ(qwen->tokenizer().end_token(), 418);
  // Gemma's eos_token ends a text, <end_of_turn> a response.
  const auto gemma = make_engines().load_student(tiny("gemma3"), 1);
  const std::vector<llm::Message> turns = {{"system", "s"}, {"user", "a  b\n"}};
  EXPECT_EQ(gemma->tokenizer().detokenize(gemma->tokenizer().render_prompt(turns, "")),
            "<bos><start_of_turn>user\ns\n\na  b<end_of_turn>\n<start_of_turn>model\n");
  EXPECT_EQ(gemma->tokenizer().end_token(), 7);
}

class MergeTest : public ModelExportTest, public testing::WithParamInterface<const char*> {};

// Pitfalls P45, P50 and P51: merged and adapter say the same, in every form.
TEST_P(MergeTest, P50_MergedAnswersAsTheAdapterDoes) {
  const std::string base = tiny(GetParam());
  const std::vector<std::filesystem::path> on = {adapter(base)};
  const auto student = make_engines().load_student(base, 1);
  const std::vector<std::string> expected = answers(*student->chat(on));
  EXPECT_NE(answers(*student->chat({})), expected) << "the adapter does something";
  const std::vector<float> likelihoods = scores(*student, on);

  run(export_command(),
      {"--model", base, "--adapters", file("adapter.gguf"), "--merged", file("merged.gguf"),
       "--merged-folder", file("merged"), "--peft", file("peft")});
  const auto merged = make_engines().load_student(file("merged.gguf"), 1);
  EXPECT_EQ(answers(*merged->chat({})), expected);
  EXPECT_LT(furthest(scores(*merged, {}), likelihoods), 1e-2);
  EXPECT_EQ(merged->tokenizer().fingerprint(), student->tokenizer().fingerprint());

  run(import_command(), {file("merged"), "-o", file("again.gguf")});
  const auto again = make_engines().load_student(file("again.gguf"), 1);
  EXPECT_EQ(answers(*again->chat({})), expected);
  EXPECT_EQ(scores(*again, {}), scores(*merged, {}));

  run(export_command(),
      {"--model", base, "--adapters", file("peft"), "--merged", file("peft.gguf")});
  EXPECT_EQ(read_file(file("peft.gguf")), read_file(file("merged.gguf")));

  run(export_command(), {"--model", base, "--adapters", file("adapter.gguf"), "--merged",
                         file("small.gguf"), "--type", "q8_0"});
  const auto small = make_engines().load_student(file("small.gguf"), 1);
  EXPECT_LT(furthest(scores(*small, {}), likelihoods), 0.5);
  EXPECT_LT(std::filesystem::file_size(file("small.gguf")),
            std::filesystem::file_size(file("merged.gguf")));
}
INSTANTIATE_TEST_SUITE_P(Models, MergeTest, testing::Values("llama", "qwen2", "qwen3", "gemma3"));

TEST_F(ModelExportTest, AQuantisedBaseKeepsItsType) {
  const std::string base = tiny("qwen2", "q8_0");
  const std::vector<std::filesystem::path> on = {adapter(base)};
  run(export_command(),
      {"--model", base, "--adapters", file("adapter.gguf"), "--merged", file("merged.gguf")});
  const model_files::GgufFile before(base);
  const model_files::GgufFile after(file("merged.gguf"));
  ASSERT_EQ(before.tensors().size(), after.tensors().size());
  for (const model_files::GgufTensor& tensor : before.tensors()) {
    EXPECT_EQ(after.tensor(tensor.name).type, tensor.type) << tensor.name;
    const bool adapted = tensor.name.starts_with("blk.") && tensor.dims.size() == 2;
    EXPECT_EQ(after.data(after.tensor(tensor.name)) != before.data(tensor), adapted) << tensor.name;
  }
  const auto student = make_engines().load_student(base, 1);
  const auto merged = make_engines().load_student(file("merged.gguf"), 1);
  EXPECT_LT(furthest(scores(*merged, {}), scores(*student, on)), 0.3);
}

// What no import of ours wrote: tokenizer.json is made of the GGUF's keys.
TEST_F(ModelExportTest, P51_AForeignGgufGetsATokenizerWithTheSameTokens) {
  NoProgress progress;
  std::string rows;
  for (int i = 0; i < 30; ++i) {
    rows += R"({"question":"Iva has )" + std::to_string(i) +
            R"( apples. How many are left?","response":"The answer is 12."})" + "\n";
  }
  write_file_atomic(file("rows.jsonl"), rows);
  run(new_student_command(),
      {file("rows.jsonl"), "-o", file("new.gguf"), "--layers", "1", "--width", "32",
       "--feed-forward", "32", "--heads", "2", "--key-value-heads", "1", "--context", "128"});
  run(export_command(), {"--model", file("new.gguf"), "--merged-folder", file("out")});
  // The tokenizers library takes an added token's id from the vocabulary, not from beside it.
  const auto tokens = nlohmann::json::parse(read_file(file("out/tokenizer.json")));
  EXPECT_FALSE(tokens["added_tokens"].empty());
  for (const auto& token : tokens["added_tokens"]) {
    EXPECT_EQ(tokens["model"]["vocab"].value(token["content"], -1), token["id"]);
  }
  run(import_command(), {file("out"), "-o", file("again.gguf")});
  const auto first = make_engines().load_student(file("new.gguf"), 1);
  const auto second = make_engines().load_student(file("again.gguf"), 1);
  for (const char* text : {"Iva has 120 apples.", "caf\xC3\xA9  \n\n x", "<|im_start|>user\nIva"}) {
    EXPECT_EQ(first->tokenizer().tokenize(text, ControlText::kParse),
              second->tokenizer().tokenize(text, ControlText::kParse));
  }
  EXPECT_EQ(first->tokenizer().end_token(), second->tokenizer().end_token());
  EXPECT_EQ(scores(*first, {}), scores(*second, {}));
}

#endif  // DRP_HAVE_LLAMA

TEST_F(ModelExportTest, CopiesTheTokenizerFilesOfAnotherFolder) {
  const std::string base = tiny("qwen2");
  run(export_command(),
      {"--model", base, "--merged-folder", file("out"), "--tokenizer", file("hf")});
  EXPECT_EQ(read_file(file("out/tokenizer.json")), read_file(file("hf/tokenizer.json")));
  EXPECT_THAT(complaint(export_command(), {"--model", base, "--merged-folder", file("out"),
                                           "--tokenizer", (tokenizers() / "smollm").string()}),
              testing::HasSubstr("as token 0, the model has"));
}

TEST_F(ModelExportTest, SaysWhatIsMissing) {
  const std::string base = tiny("qwen2");
  EXPECT_THAT(complaint(export_command(), {"--model", base}),
              testing::HasSubstr("nothing to write"));
  EXPECT_THAT(complaint(export_command(), {"--merged", file("x.gguf")}),
              testing::HasSubstr("either a run folder or --model"));
  EXPECT_THAT(complaint(export_command(), {"--model", base, "--peft", file("p")}),
              testing::HasSubstr("no adapter to write"));
  EXPECT_THAT(
      complaint(export_command(), {"--model", base, "--merged", file("x.gguf"), "--type", "q9"}),
      testing::HasSubstr("--type is 'q9', expected keep, f32"));
  EXPECT_THAT(complaint(export_command(),
                        {"--model", base, "--merged-folder", file("x"), "--type", "q8_0"}),
              testing::HasSubstr("cannot hold type q8_0"));
  EXPECT_THAT(complaint(export_command(), {file("hf"), "--merged", file("x.gguf")}),
              testing::HasSubstr("is no run"));
  EXPECT_THAT(complaint(export_command(), {file("hf"), "--for", "trainer", "-o", file("x")}),
              testing::HasSubstr("is no run"));
  EXPECT_THAT(complaint(import_command(), {file("hf"), "-o", file("x.gguf"), "--type", "int4"}),
              testing::HasSubstr("--type is 'int4'"));
  EXPECT_THAT(complaint(adopt_command(), {file("hf"), "--run", file("hf")}),
              testing::HasSubstr("is no run"));
}

}  // namespace
}  // namespace drp::cli
