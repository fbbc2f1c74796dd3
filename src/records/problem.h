// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>

#include "records/field.h"

namespace drp {

// A question with a reference answer.
struct Problem {
  std::string id;
  std::string question;
  std::string answer;
  std::string domain = "math";
  std::map<std::string, std::string> tags;

  bool operator==(const Problem&) const = default;

  template <class V>
  static void describe(V&& field) {
    field("id", &Problem::id, Need::kRequired,
          "unique in its set; a content hash where the file has none");
    field("question", &Problem::question, Need::kRequired, "the text shown to the student");
    field("answer", &Problem::answer, Need::kRequired, "the reference answer alone");
    field("domain", &Problem::domain, Need::kOptional,
          "math, choice, code, text or command: who grades");
    field("tags", &Problem::tags, Need::kOptional, "groups for tables, such as operations: 2");
  }
};

}  // namespace drp
