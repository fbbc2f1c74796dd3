// SPDX-License-Identifier: Apache-2.0
#include "cli/prune_arguments.h"

#include <utility>

#include "base/error.h"

namespace drp::cli {
namespace {

using Kind = const std::string&;

bool asks_service(Kind kind) { return kind.ends_with("openai"); }
bool plans_by_model(Kind kind) { return asks_service(kind) || kind.ends_with("local"); }
bool judges(Kind kind) { return kind.ends_with("student"); }
bool asks_model(Kind kind) { return plans_by_model(kind) || judges(kind); }
// random takes the length of what the rules leave.
bool has_rules(Kind kind) { return kind.starts_with("rules") || judges(kind) || kind == "random"; }
bool plans_steps(Kind kind) { return has_rules(kind) || plans_by_model(kind); }

struct Group {
  std::vector<std::string> names;
  const char* form;  // which teachers hear them
  bool (*hears)(Kind kind);
  const char* hint;
};

const std::vector<Group>& groups() {
  static const std::vector<Group> kGroups = {
      {{"--model"},
       "a teacher that asks a model",
       asks_model,
       "add --teacher local, student or openai, or leave it out"},
      {{"--endpoint", "--api-key-env", "--concurrency", "--batch", "--extra-body", "--grammar",
        "--max-usd", "--max-tokens", "--prices"},
       "a teacher that asks a service",
       asks_service,
       "add --teacher openai, or leave it out"},
      {{"--protocol", "--synthesis", "--target", "--second-look"},
       "a teacher that is a model",
       plans_by_model,
       "add --teacher local or openai, or leave it out"},
      {{"--keep-answer-prob"},
       "a teacher that judges",
       judges,
       "add --teacher student, or leave it out"},
      {{"--rules-off"},
       "a teacher that has the rules",
       has_rules,
       "add --teacher rules or rules+..., or leave it out"},
      {{"--split", "--keep-checks"}, "a teacher that plans steps", plans_steps, "leave it out"}};
  return kGroups;
}

}  // namespace

std::vector<Flag> trace_flags(PruneArguments& arguments) {
  std::vector<Flag> flags = {
      {"--tokenizer", "MODEL", "counts tokens: a GGUF, a cached model's name, auto or none",
       &arguments.tokenizer},
      {"--without-gold", "", "also prune traces that have no reference answer",
       &arguments.without_gold},
      {"--rules-off", "PASS,PASS", "rule passes to leave out", &arguments.rules_off},
      {.name = "--teacher",
       .metavar = "KIND",
       .doc = "rules, student, local or openai, rules+one of these, first_answer, keywords, random "
              "or unpruned",
       .target = &arguments.teacher,
       .choices = {"rules", "student", "rules+student", "local", "rules+local", "openai",
                   "rules+openai", "first_answer", "keywords", "random", "unpruned"}},
      {"--endpoint", "URL", "service of the teacher openai; else OPENAI_BASE_URL, else OpenAI",
       &arguments.endpoint},
      {"--api-key-env", "NAME", "environment variable of its key; else OPENAI_API_KEY; none",
       &arguments.api_key_env},
      {"--concurrency", "N", "calls to it at once", &arguments.concurrency, false, 1},
      {"--batch", "HOW", "its Batch API (on), or request and result files alone (files)",
       &arguments.batch},
      {"--extra-body", "JSON", "object whose members are put into each request to it",
       &arguments.extra_body},
      {"--grammar", "", "send it the grammar of its replies (llama-server)", &arguments.grammar},
      {"--judge,--model", "MODEL",
       "who judges (student) or plans (local, openai): a GGUF, a cached or a service's model",
       &arguments.judge},
      {"--protocol", "NAME", "how a model that plans is asked: span or paper", &arguments.protocol},
      {"--split", "HOW", "steps by skill, default (paragraphs) or none", &arguments.split},
      {"--synthesis", "WHO", "joins what is left: auto, stitch (rules) or teacher",
       &arguments.synthesis},
      {"--target", "WHAT", "protocol paper: shorten the trace, or the model's own solution",
       &arguments.target},
      {"--second-look", "", "protocol span: the model sees its path and may mend it",
       &arguments.second_look},
      {"--keep-answer-prob", "P", "share of the answer's probability that a path must keep",
       &arguments.keep_answer_prob},
      {"--answer", "WHAT", "of the text after the reasoning stays: its statement or the whole",
       &arguments.answer_section},
      {"--keep-checks", "WHICH", "checks that stay: none, first or mending",
       &arguments.keep_checks},
      {"--examples", "N", "traces shown in the report", &arguments.examples_max, false, 0}};
  for (Flag& flag : read_flags(arguments.read)) flags.push_back(std::move(flag));
  return flags;
}

const std::map<std::string, std::string>& keys_of_trace_flags() {
  static const std::map<std::string, std::string> kKeys = {
      {"--rules-off", "teacher.rules_off"},
      {"--teacher", "teacher.kind"},
      {"--endpoint", "teacher.endpoint"},
      {"--api-key-env", "teacher.api_key_env"},
      {"--concurrency", "teacher.concurrency"},
      {"--batch", "teacher.batch"},
      {"--extra-body", "teacher.extra_body"},
      {"--grammar", "teacher.grammar"},
      {"--model", "teacher.model"},
      {"--protocol", "teacher.protocol"},
      {"--split", "teacher.split"},
      {"--synthesis", "teacher.synthesis"},
      {"--target", "teacher.target"},
      {"--second-look", "teacher.second_look"},
      {"--keep-answer-prob", "teacher.keep_answer_prob"},
      {"--keep-checks", "teacher.keep_checks"},
      {"--answer", "path.answer_section"},
      {"--max-usd", "teacher.max_usd"},
      {"--max-tokens", "teacher.max_tokens"},
      {"--prices", "teacher.prices"}};
  return kKeys;
}

TeacherFlags::TeacherFlags(const std::vector<Flag>& flags) {
  for (const Group& group : groups()) groups_.emplace_back(flags_named(flags, group.names));
}

void TeacherFlags::refuse_unheard(const std::string& teacher) const {
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    const Group& group = groups().at(i);
    if (group.hears(teacher)) continue;
    groups_[i].refuse("prune", group.form, "--teacher is " + teacher, group.hint);
  }
}

}  // namespace drp::cli
