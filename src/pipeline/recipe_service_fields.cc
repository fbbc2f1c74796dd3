// SPDX-License-Identifier: Apache-2.0
// The keys about services behind an API.
#include "pipeline/recipe_fields.h"

namespace drp::pipeline {
namespace {

using Fields = std::vector<RecipeField>;
constexpr double kMany = 1e300;
constexpr double kLargeCount = 1e9;

}  // namespace

Fields student_endpoint_fields(Recipe& r) {
  auto& e = r.student.endpoint;
  return {
      {"student.endpoint.url",
       &e.url,
       "base URL of an OpenAI-compatible service where the student answers, or a list of several "
       "that serve the same model; empty: OPENAI_BASE_URL, else OpenAI",
       -kMany,
       kMany,
       {},
       Fingerprinted::kNever},
      {"student.endpoint.model",
       &e.model,
       "the student's name there; url or model set: traces come from the endpoint",
       -kMany,
       kMany,
       {},
       Fingerprinted::kUnlessDefault},
      {"student.endpoint.api_key_env",
       &e.api_key_env,
       "name of the environment variable that holds the key; empty: OPENAI_API_KEY; none: no key",
       -kMany,
       kMany,
       {},
       Fingerprinted::kNever},
      {"student.endpoint.concurrency",
       &e.concurrency,
       "most requests at once to each URL; fewer where it slows down",
       1,
       4096,
       {},
       Fingerprinted::kNever},
      {"student.endpoint.extra_body",
       &e.extra_body,
       "JSON object whose members are put into each request, such as {\"chat_template_kwargs\": "
       "{\"enable_thinking\": true}}",
       -kMany,
       kMany,
       {},
       Fingerprinted::kUnlessDefault},
      {"student.endpoint.prefill",
       &e.prefill,
       "how student.response_prefix goes along: not at all, as a last message of the assistant "
       "(llama-server), or with continue_final_message as well (vLLM, SGLang)",
       -kMany,
       kMany,
       {"none", "assistant", "continue"},
       Fingerprinted::kUnlessDefault},
  };
}

Fields teacher_service_fields(Recipe& r) {
  return {
      {"teacher.endpoint",
       &r.teacher.endpoint,
       "base URL of an OpenAI-compatible service (kind openai); empty: OPENAI_BASE_URL, else "
       "OpenAI",
       -kMany,
       kMany,
       {},
       Fingerprinted::kNever},
      {"teacher.api_key_env",
       &r.teacher.api_key_env,
       "name of the environment variable that holds the key; empty: OPENAI_API_KEY; none: no key",
       -kMany,
       kMany,
       {},
       Fingerprinted::kNever},
      {"teacher.extra_body",
       &r.teacher.extra_body,
       "JSON object whose members are put into each request, such as {\"top_k\": 1}",
       -kMany,
       kMany,
       {},
       Fingerprinted::kUnlessDefault},
      {"teacher.concurrency",
       &r.teacher.concurrency,
       "most calls to the service at once; fewer where it slows down",
       1,
       4096,
       {},
       Fingerprinted::kNever},
      {"teacher.rpm",
       &r.teacher.rpm,
       "requests a minute that the service allows; 0: what it says",
       0,
       kLargeCount,
       {},
       Fingerprinted::kNever},
      {"teacher.tpm",
       &r.teacher.tpm,
       "tokens a minute that the service allows; 0: what it says",
       0,
       1e15,
       {},
       Fingerprinted::kNever},
      {"teacher.batch",
       &r.teacher.batch,
       "through the Batch API: the command ends with exit code 75 until the replies are there; "
       "files: request files are written and result files read, and nothing is sent",
       -kMany,
       kMany,
       {"off", "on", "files"},
       Fingerprinted::kNever},
      {"teacher.grammar",
       &r.teacher.grammar,
       "the service is sent the grammar of replies as `grammar` (llama-server; protocol span); a "
       "local model is always held to it",
       -kMany,
       kMany,
       {"off", "on"},
       Fingerprinted::kUnlessDefault},
  };
}

}  // namespace drp::pipeline
