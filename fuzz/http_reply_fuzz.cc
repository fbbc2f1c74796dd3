// SPDX-License-Identifier: Apache-2.0
// A service's reply: a status on the first line, the body behind it. Any bytes give a verdict with
// a reason; a reply's text is UTF-8; the key that the server was sent shows nowhere.
#include "base/text.h"
#include "fuzz/target.h"
#include "llm/http/endpoint.h"
#include "llm/http/verdict.h"
#include "llm/http/wait_hint.h"

namespace {

constexpr const char* kKey = "sk-planted";

drp::llm::http::Endpoint make_endpoint() {
  drp::llm::http::EndpointOptions options;
  options.base_url = "http://127.0.0.1:8000/v1";
  options.model = "m";
  return resolve_endpoint(std::move(options), [](std::string_view name) {
    return name == "OPENAI_API_KEY" ? std::optional<std::string>(kKey) : std::nullopt;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const drp::llm::http::Endpoint endpoint = make_endpoint();
  const auto [head, body] = drp::fuzz::two_texts(data, size);
  drp::llm::http::HttpResult result;
  result.status = static_cast<int>(drp::parse_int(head.substr(0, 3)).value_or(200));
  result.headers.add("retry-after", head);
  result.headers.add("x-ratelimit-reset-tokens", head);
  result.body = body;
  const drp::llm::http::Outcome outcome = read_outcome(result, endpoint, 1e9);
  if (outcome.verdict == drp::llm::http::Verdict::kReply) {
    DRP_CHECK(drp::is_valid_utf8(outcome.reply.text), "a reply that is no UTF-8");
  } else {
    DRP_CHECK(!outcome.error.text().empty(), "a verdict without a reason");
    DRP_CHECK(drp::is_valid_utf8(outcome.error.text()), "a reason that is no UTF-8");
  }
  const std::string shown = outcome.reply.text + outcome.reply.reasoning + outcome.error.text();
  DRP_CHECK(!drp::contains(shown, kKey), "the key is shown");
  if (outcome.wait_s) DRP_CHECK(*outcome.wait_s >= 0, "a wait into the past");
  return 0;
}
