// SPDX-License-Identifier: Apache-2.0
#include "llm/endpoint_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "llm/prompt_tokens.h"

namespace drp::llm {
namespace {

constexpr std::int64_t kContextFirst = 1024;
constexpr std::size_t kSampleBytes = 2500;
// Below this share of the expected tokens a prompt was cut.
constexpr double kWholeShare = 0.7;
constexpr int kShortLimit = 16;
constexpr std::string_view kRivers = "Write one sentence about rivers.";
constexpr std::string_view kSchema =
    R"({"type":"object","properties":{"fruit":{"type":"string","enum":["apple","pear"]},)"
    R"("count":{"type":"integer"}},"required":["fruit","count"],"additionalProperties":false})";
constexpr std::string_view kGrammar = "root ::= \"yes\" | \"no\"";

constexpr std::array<std::string_view, 8> kMarkers = {"<think>",
                                                      "</think>",
                                                      "<Thought>",
                                                      "</Thought>",
                                                      "<thinking>",
                                                      "</thinking>",
                                                      "<|begin_of_thought|>",
                                                      "<|channel|>analysis"};

class Prober {
 public:
  Prober(ChatModel& model, const ProbeOptions& options, const StopFlag& stop)
      : model_(model), options_(options), stop_(stop) {}

  ChatRequest request(std::string_view text) const {
    ChatRequest out;
    out.key = "probe";
    out.messages = {{"user", std::string(text)}};
    out.sampling = {.temperature = 0, .top_p = 1, .tokens_max = options_.tokens_max};
    return out;
  }

  ChatReply ask(ChatRequest asked) {
    ChatReply out;
    out.failure = "no reply came";
    std::optional<ChatRequest> one = std::move(asked);
    model_.run([&] { return std::exchange(one, std::nullopt); },
               [&](ChatReply reply) { out = std::move(reply); }, stop_);
    return out;
  }

 private:
  ChatModel& model_;
  const ProbeOptions& options_;
  const StopFlag& stop_;
};

void note_thinking(const ChatReply& reply, std::vector<std::string>& seen) {
  const auto add = [&](std::string what) {
    if (std::find(seen.begin(), seen.end(), what) == seen.end()) seen.push_back(std::move(what));
  };
  for (const std::string_view marker : kMarkers) {
    if (contains(reply.text, marker)) add(std::string(marker));
  }
  if (!reply.reasoning.empty()) add("a reasoning field beside the content");
}

// What comes after the thinking.
std::string_view spoken(const ChatReply& reply) {
  std::string_view text = reply.text;
  for (const std::string_view close : {"</think>", "</Thought>", "</thinking>"}) {
    const std::size_t at = text.rfind(close);
    if (at != std::string_view::npos) text.remove_prefix(at + close.size());
  }
  return trim(text);
}

bool obeys_schema(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  return json.is_object() && json.size() == 2 && json.contains("fruit") && json.contains("count") &&
         (json["fruit"] == "apple" || json["fruit"] == "pear") && json["count"].is_number_integer();
}

Wish taken(const ChatReply& reply, bool obeyed) {
  if (reply.failure) return Wish::kRefused;
  return obeyed ? Wish::kHonoured : Wish::kIgnored;
}

std::vector<Acceptance> probe_parameters(Prober& prober) {
  using Change = void (*)(ChatRequest&);
  static constexpr std::pair<std::string_view, Change> kChanges[] = {
      {"temperature", [](ChatRequest& r) { r.sampling.temperature = 0.7; }},
      {"top_p", [](ChatRequest& r) { r.sampling.top_p = 0.9; }},
      {"top_k", [](ChatRequest& r) { r.sampling.top_k = 20; }},
      {"min_p", [](ChatRequest& r) { r.sampling.min_p = 0.05; }},
      {"seed", [](ChatRequest& r) { r.sampling.seed = 7; }},
      {"stop", [](ChatRequest& r) { r.stop = {"\n\n\n"}; }},
      {"system message",
       [](ChatRequest& r) {
         r.messages.insert(r.messages.begin(), {"system", "Be brief."});
       }},
  };
  std::vector<Acceptance> out;
  for (const auto& [name, change] : kChanges) {
    ChatRequest request = prober.request("Reply with the single word: ready");
    change(request);
    const ChatReply reply = prober.ask(std::move(request));
    out.push_back({std::string(name), !reply.failure, reply.failure.value_or("")});
  }
  return out;
}

bool probe_limit(Prober& prober) {
  ChatRequest request = prober.request("Count from 1 to 300, one number a line.");
  request.sampling.tokens_max = kShortLimit;
  const ChatReply reply = prober.ask(std::move(request));
  const bool cut =
      reply.finish == FinishReason::kLength || reply.failure_code == FailureCode::kTokensSpent;
  return cut && reply.usage.completion_tokens <= kShortLimit;
}

std::string hidden_word(Random& random) {
  static constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz";
  std::string word;
  for (int i = 0; i < 8; ++i) word.push_back(kLetters[random.index(kLetters.size())]);
  return word;
}

// A text of about so many bytes, every line another.
std::string filler(std::size_t bytes, Random& random) {
  std::string text;
  for (std::int64_t line = 1; text.size() < bytes; ++line) {
    text += fmt::format("Entry {}: {} boxes left the yard and {} came back.\n", line,
                        random.between(100, 999), random.between(10, 99));
  }
  return text;
}

ContextTry probe_context(Prober& prober, std::int64_t tokens, double tokens_a_byte,
                         Random& random) {
  const std::string first = hidden_word(random);
  const std::string last = hidden_word(random);
  const auto bytes = static_cast<std::size_t>(static_cast<double>(tokens) / tokens_a_byte);
  const std::string text =
      "The first word is " + first + ".\n" + filler(bytes, random) + "The last word is " + last +
      ".\nReply with the first word and the last word that were named, nothing else.";
  const ChatReply reply = prober.ask(prober.request(text));
  ContextTry out;
  const auto expected = static_cast<std::int64_t>(static_cast<double>(text.size()) * tokens_a_byte);
  out.tokens = reply.usage.prompt_tokens > 0 ? reply.usage.prompt_tokens : expected;
  out.failure = reply.failure.value_or("");
  out.first_seen = contains(reply.text + reply.reasoning, first);
  out.last_seen = contains(reply.text + reply.reasoning, last);
  out.cut = reply.usage.prompt_tokens > 0 &&
            static_cast<double>(out.tokens) < kWholeShare * static_cast<double>(expected);
  return out;
}

// Tokens a byte of such text, by a sample that every model reads.
double measured_ratio(Prober& prober, Random& random) {
  const std::string text = filler(kSampleBytes, random) + "Reply with the single word: ready";
  const ChatReply reply = prober.ask(prober.request(text));
  if (reply.failure || reply.usage.prompt_tokens <= 0) return TokenRatio::kUsual;
  return static_cast<double>(reply.usage.prompt_tokens) / static_cast<double>(text.size());
}

// Doubles the prompt until one is not read whole.
std::vector<ContextTry> probe_contexts(Prober& prober, const ProbeOptions& options) {
  std::vector<ContextTry> out;
  if (options.context_max <= 0) return out;
  Random random(options.seed);
  const double ratio = measured_ratio(prober, random);
  for (std::int64_t tokens = kContextFirst; tokens <= options.context_max; tokens *= 2) {
    out.push_back(probe_context(prober, tokens, ratio, random));
    if (!out.back().good()) break;
  }
  return out;
}

}  // namespace

std::int64_t EndpointReport::context() const {
  std::int64_t longest = 0;
  for (const ContextTry& one : contexts) {
    if (one.good()) longest = std::max(longest, one.tokens);
  }
  return longest;
}

EndpointReport probe_endpoint(ChatModel& model, const ProbeOptions& options, const StopFlag& stop) {
  EndpointReport report;
  Prober prober(model, options, stop);
  const ChatReply hello = prober.ask(prober.request("Reply with the single word: ready"));
  if (hello.failure) {
    report.failure = *hello.failure;
    return report;
  }
  report.usage = hello.usage.prompt_tokens > 0 && hello.usage.completion_tokens > 0;
  report.ends = hello.finish == FinishReason::kStop;
  note_thinking(hello, report.thinking);
  const ChatReply sum = prober.ask(prober.request("Think step by step: what is 17 * 23?"));
  note_thinking(sum, report.thinking);
  report.parameters = probe_parameters(prober);
  report.obeys_limit = probe_limit(prober);
  ChatRequest schema = prober.request(kRivers);
  schema.json_schema = kSchema;
  const ChatReply object = prober.ask(std::move(schema));
  report.schema = taken(object, obeys_schema(spoken(object)));
  ChatRequest grammar = prober.request(kRivers);
  grammar.grammar = kGrammar;
  const ChatReply word = prober.ask(std::move(grammar));
  report.grammar = taken(word, spoken(word) == "yes" || spoken(word) == "no");
  report.contexts = probe_contexts(prober, options);
  return report;
}

}  // namespace drp::llm
