// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "answers/response.h"
#include "base/text.h"

// Is this the right answer? Extraction finds the answer in a text, comparison decides equality with
// a reason, grade() does both for a raw response. Everything is exact (rationals of any size, never
// double), nothing is evaluated as code, scans are linear and sizes bounded: what is too large
// becomes kUndecided. All functions are pure and safe to call from several threads.
namespace drp::answers {

// How the answer was found, from strict to loose: a \boxed{}, a "#### N" line, an answer phrase
// ("the final answer is"), the last formula, the last number; kChoice is an option letter, kText
// the whole text (domain "text"), kCode the last fenced block.
enum class Method { kNone, kBox, kHash, kPhrase, kMath, kNumber, kChoice, kText, kCode };

struct Extracted {
  std::string text;  // the answer as written, decoration removed; empty for kNone
  Method method = Method::kNone;
  Span span;  // where in the given text; several joined boxes: from the first to the last

  bool found() const { return method != Method::kNone; }
};

struct ExtractOptions {
  std::string_view domain = "math";  // math, choice, text or code
  // Accept a box only: what a response that hit the token limit still proves.
  bool box_only = false;
  // Do not look behind a base model's run-on ("\nQuestion:"). For text without reasoning only.
  bool cut_at_run_on = false;
};

// The answer that `text` states. `text` is an answer region or a whole response; see grade() for
// the parts of a response.
Extracted extract(std::string_view text, const ExtractOptions& options = {});

// What a reader of mathematics finds that knows one way alone: kBox, kHash, kPhrase, or kNumber,
// the very last number whatever stands around it.
Extracted extract_by(std::string_view text, Method method);

// kUndecided counts as wrong and is listed; kGoldError is the data set's fault and counts apart.
enum class Verdict { kEqual, kUnequal, kUndecided, kGoldError };

struct Comparison {
  Verdict verdict = Verdict::kUnequal;
  std::string reason;  // the rule that decided, in a few words
  // What a reader should know beside the verdict: "ambiguous_comma" (3,512 as number or list).
  std::vector<std::string> flags = {};

  bool equal() const { return verdict == Verdict::kEqual; }
};

// How close numbers must be: to the digit (the rule), after rounding at `places` decimal places, or
// within `relative` of the reference.
struct Precision {
  std::optional<int> places;
  double relative = 0;

  bool exact() const { return !places && relative == 0; }
};

struct CompareOptions {
  std::string_view domain = "math";
  Precision precision = {};
  // False: (1,2) also equals \{1,2\}, and "x=9" equals "y=9".
  bool strict = true;
  // False: an inequality or "x in S" is not compared with an interval or a set.
  bool allow_set_relation = true;
  // "3,5" is three and a half and "1.234,5" has a thousands dot.
  bool decimal_comma = false;
  // Domain choice: the texts of the options A, B, ...
  std::vector<std::string> choices = {};
};

// Whether the answer `pred` equals the reference `gold`. Both may be LaTeX or plain text; `gold`
// may be a whole GSM8K solution ("... #### 1,234") or hold a \boxed{}. The gold leads on form: its
// percent sign, its decimals (pred must round to them) and its unit decide what is asked for.
// Throws Error{kData} on an unknown domain.
Comparison compare(std::string_view gold, std::string_view pred,
                   const CompareOptions& options = {});

// Checks a domain's name; Error{kData} with the known ones.
void check_domain(std::string_view domain);

// The reference answer alone: what stands after the last "####", else in the last box, else `gold`
// itself, trimmed.
std::string read_gold(std::string_view gold);

struct GradeRequest;
struct Graded;

// Judges the domains that need a program: code by its tests, command by the user's verifier.
class ProgramJudge {
 public:
  virtual ~ProgramJudge() = default;
  // `answer` is the answer part of the response, or all of it. May throw Error where the program
  // cannot be run at all.
  virtual Graded judge(const GradeRequest& request, std::string_view answer) const = 0;
};

struct GradeRequest {
  std::string_view gold;
  std::string_view response;
  std::string_view domain = "math";
  bool cut = false;                     // the response hit the token limit: only a box counts
  const Markers* markers = nullptr;     // null: default_markers()
  CompareOptions options = {};          // its domain is not looked at
  const ProgramJudge* judge = nullptr;  // without it code and command are kUndecided
};

struct Graded {
  Verdict verdict = Verdict::kUnequal;
  Extracted extracted;  // its span is a byte range of the response
  std::string reason;
  // As in Comparison; "cut_in_think" where the reasoning never closed.
  std::vector<std::string> flags = {};

  bool equal() const { return verdict == Verdict::kEqual; }
  bool strict() const {
    return extracted.method == Method::kBox || extracted.method == Method::kHash ||
           extracted.method == Method::kCode;
  }
};

// Grades a raw response. The answer stands after the last close marker; where nothing stands there,
// or where there are no markers, in the whole response. Reasoning that never closed has no answer.
Graded grade(const GradeRequest& request);

// The ways of extract_by() that would each have found the right answer by itself; none for other
// domains than math. `graded` is grade(request).
std::vector<Method> right_by(const GradeRequest& request, const Graded& graded);

// "none", "box", "hash", "phrase", "math", "number", "choice", "text", "code".
std::string_view method_name(Method method);
// "equal", "unequal", "undecided", "gold_error".
std::string_view verdict_name(Verdict verdict);

}  // namespace drp::answers
