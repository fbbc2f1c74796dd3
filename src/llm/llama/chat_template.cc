// SPDX-License-Identifier: Apache-2.0
#include "llm/llama/chat_template.h"

#include <ctime>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "chat.h"
#include "jinja/caps.h"
#include "jinja/lexer.h"
#include "jinja/parser.h"
#include "jinja/runtime.h"

namespace drp::llm {
namespace {

// 2024-07-26, the date that the Llama 3 templates fall back to.
constexpr std::time_t kTemplateDate = 1721952000;

jinja::value literal(const std::string& text) {
  return jinja::mk_val<jinja::value_string>(jinja::string(text, false));
}

jinja::value content_text(const std::string& text) {
  return jinja::mk_val<jinja::value_string>(jinja::string(text, true));
}

// Some templates take only a list of typed parts as content.
jinja::value content_value(const std::string& text, const jinja::caps& caps) {
  if (caps.supports_string_content || !caps.supports_typed_content) return content_text(text);
  jinja::value_object part = jinja::mk_val<jinja::value_object>();
  part->insert("type", literal("text"));
  part->insert("text", content_text(text));
  jinja::value_array list = jinja::mk_val<jinja::value_array>();
  list->push_back(part);
  return list;
}

std::vector<Message> without_system(std::span<const Message> messages) {
  std::vector<Message> out(messages.begin(), messages.end());
  if (out.size() > 1 && out[0].role == "system") {
    out[1].content = out[0].content + "\n" + out[1].content;
    out.erase(out.begin());
  }
  return out;
}

}  // namespace

struct ChatTemplate::State {
  State(const std::string& source, const std::string& bos, const std::string& eos)
      : parsed(source, bos, eos) {}

  common_chat_template parsed;
  std::mutex mutex;  // the engine keeps state in the parsed template
};

ChatTemplate::ChatTemplate(const std::string& source, const std::string& bos,
                           const std::string& eos) {
  try {
    state_ = std::make_unique<State>(source, bos, eos);
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kModel, std::string("the chat template does not parse: ") + error.what(),
                "fix tokenizer.chat_template in the model file");
  }
}

ChatTemplate::~ChatTemplate() = default;

std::vector<PromptPart> ChatTemplate::render(std::span<const Message> messages,
                                             bool generation_prompt) const {
  const jinja::caps& caps = state_->parsed.caps;
  std::vector<Message> merged;
  if (!caps.supports_system_role) {
    merged = without_system(messages);
    messages = merged;
  }
  std::vector<PromptPart> out;
  const std::lock_guard lock(state_->mutex);
  try {
    jinja::context context(state_->parsed.source());
    context.current_time = kTemplateDate;
    jinja::value_array list = jinja::mk_val<jinja::value_array>();
    for (const Message& message : messages) {
      jinja::value_object item = jinja::mk_val<jinja::value_object>();
      item->insert("role", literal(message.role));
      item->insert("content", content_value(message.content, caps));
      list->push_back(item);
    }
    context.set_val("messages", list);
    context.set_val("bos_token", literal(state_->parsed.bos_token()));
    context.set_val("eos_token", literal(state_->parsed.eos_token()));
    context.set_val("add_generation_prompt", jinja::mk_val<jinja::value_bool>(generation_prompt));
    context.set_val("enable_thinking", jinja::mk_val<jinja::value_bool>(true));
    jinja::runtime runtime(context);
    const jinja::value_array results = runtime.execute(state_->parsed.prog);
    const jinja::value_string parts = jinja::runtime::gather_string_parts(results);
    for (const jinja::string_part& part : parts->val_str.parts) {
      if (part.val.empty()) continue;
      if (!out.empty() && out.back().content == part.is_input) {
        out.back().text += part.val;
      } else {
        out.push_back({part.is_input, part.val});
      }
    }
  } catch (const std::exception& error) {
    throw Error(ErrorKind::kData,
                std::string("the model's chat template refuses these messages: ") + error.what(),
                "check the order of the roles (system, user, assistant, user, ...)");
  }
  return out;
}

}  // namespace drp::llm
