// SPDX-License-Identifier: Apache-2.0
#include "grading/program_judge.h"

#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "base/check.h"
#include "base/error.h"
#include "base/text.h"
#include "grading/sandbox.h"
#include "records/json_line.h"

namespace drp::grading {
namespace {

using answers::Graded;
using answers::Verdict;
using Json = nlohmann::ordered_json;

constexpr std::size_t kTestsMax = 100;
constexpr std::size_t kComplaintBytesMax = 200;

// Runs the block, then the tests, and prints the token that it was given at the start: only who
// came to the end of the tests has it, so that exit(0) in the block proves nothing.
constexpr std::string_view kRunner = R"py(import os, sys
token = sys.stdin.readline().strip()
sys.stdin = open(os.devnull)
space = {'__name__': 'solution'}
for name in ('solution.py', 'tests.py'):
    with open(name, encoding='utf-8') as file:
        exec(compile(file.read(), name, 'exec'), space)
sys.stdout.flush()
os.write(1, ('\n' + token + '\n').encode())
)py";

Graded graded(Verdict verdict, std::string reason) {
  Graded result;
  result.verdict = verdict;
  result.reason = std::move(reason);
  return result;
}

// The last line of what a program complained about.
std::string complaint(const ProcessResult& result) {
  if (result.timed_out) return "took too long";
  if (result.signal != 0) return "was killed by signal " + std::to_string(result.signal);
  const std::string_view errors = trim(result.errors);
  const std::size_t line = errors.rfind('\n');
  const std::string_view last = line == std::string_view::npos ? errors : errors.substr(line + 1);
  if (last.empty()) return "ended with status " + std::to_string(result.exit_code);
  return repair_utf8(last.substr(0, kComplaintBytesMax));
}

// Lines without blanks at their ends, and without empty lines at the end.
std::string trimmed_lines(std::string_view text) {
  std::string out;
  for (std::string_view line : split(text, '\n')) {
    while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
    out += line;
    out += '\n';
  }
  while (out.ends_with('\n')) out.pop_back();
  return out;
}

// Nothing that the block could guess.
std::string secret() {
  std::array<unsigned char, 16> bytes{};
  DRP_CHECK(::getentropy(bytes.data(), bytes.size()) == 0, "the system has no random bytes");
  std::string text = "passed";
  for (const unsigned char byte : bytes) text += " " + std::to_string(byte);
  return text;
}

Graded judge_tests(const std::string& block, const std::string& tests, std::int64_t milliseconds) {
  const std::string token = secret();
  const ProcessResult result = run_in_sandbox(
      {{"solution.py", block}, {"tests.py", tests}, {"run.py", std::string(kRunner)}},
      {"/usr/bin/python3", "-I", "-B", "run.py"}, token + "\n", milliseconds);
  const bool passed = result.exit_code == 0 && result.output.ends_with("\n" + token + "\n");
  if (passed) return graded(Verdict::kEqual, "the tests pass");
  if (result.exit_code == 0) return graded(Verdict::kUnequal, "the tests never came to their end");
  return graded(Verdict::kUnequal, "the tests fail: " + complaint(result));
}

Graded judge_runs(const std::string& block, const Json& runs, std::int64_t milliseconds) {
  if (runs.empty() || runs.size() > kTestsMax) {
    return graded(Verdict::kGoldError, "the reference holds no test, or too many");
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Json& run = runs[i];
    if (!run.is_object() || !run.contains("output") || !run["output"].is_string()) {
      return graded(Verdict::kGoldError, "test " + std::to_string(i + 1) + " has no output");
    }
    const std::string input = run.value("input", "");
    const ProcessResult result =
        run_in_sandbox({{"solution.py", block}}, {"/usr/bin/python3", "-I", "-B", "solution.py"},
                       input, milliseconds);
    const std::string number =
        "test " + std::to_string(i + 1) + " of " + std::to_string(runs.size());
    if (result.exit_code != 0) {
      return graded(Verdict::kUnequal, number + " fails: " + complaint(result));
    }
    if (trimmed_lines(result.output) != trimmed_lines(run["output"].get<std::string>())) {
      return graded(Verdict::kUnequal, number + " gives another output");
    }
  }
  return graded(Verdict::kEqual, "all " + std::to_string(runs.size()) + " tests pass");
}

// The block with what its prompt began, where it only holds the rest.
std::string with_prompt(const std::string& block, const Json& gold) {
  const std::string name = gold.value("entry_point", "");
  if (!gold.contains("prompt") || contains(block, "def " + name)) return block;
  return gold.value("prompt", "") + "\n" + block;
}

}  // namespace

std::optional<Span> last_code_block(std::string_view text) {
  std::optional<Span> last;
  std::size_t open = std::string_view::npos;  // where the content of an open block begins
  std::string fence;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t feed = std::min(text.find('\n', begin), text.size());
    const std::string_view line = trim(text.substr(begin, feed - begin));
    const bool fenced = line.starts_with("```") || line.starts_with("~~~");
    if (fenced && open == std::string_view::npos) {
      const std::size_t signs = line.find_first_not_of(line[0]);
      fence = line.substr(0, signs);
      open = feed + 1;
    } else if (fenced && line.starts_with(fence) &&
               line.find_first_not_of(line[0]) == std::string_view::npos) {
      last = Span{std::min(open, text.size()), std::max(begin, std::min(open, text.size()))};
      open = std::string_view::npos;
    }
    begin = feed + 1;
  }
  return last;
}

Graded Programs::judge(const answers::GradeRequest& request, std::string_view answer) const {
  return request.domain == "code" ? judge_code(request, answer) : judge_command(request, answer);
}

Graded Programs::judge_code(const answers::GradeRequest& request, std::string_view answer) const {
  if (trim(request.gold).empty()) return graded(Verdict::kGoldError, "the reference holds no test");
  const auto span = last_code_block(answer);
  if (!span) return graded(Verdict::kUnequal, "no fenced block of code");
  const std::string block(slice(answer, *span));
  Graded result;
  const Json gold = Json::parse(request.gold, nullptr, false);
  if (gold.is_array()) {
    result = judge_runs(block, gold, options_.test_milliseconds);
  } else if (gold.is_object() && gold.contains("test")) {
    const std::string tests =
        gold.value("test", "") + "\ncheck(" + gold.value("entry_point", "candidate") + ")\n";
    result = judge_tests(with_prompt(block, gold), tests, options_.test_milliseconds);
  } else {
    result = judge_tests(block, std::string(request.gold), options_.test_milliseconds);
  }
  result.extracted.text = block;
  result.extracted.method = answers::Method::kCode;
  const auto offset = static_cast<std::size_t>(answer.data() - request.response.data());
  result.extracted.span = {offset + span->begin, offset + span->end};
  return result;
}

Graded Programs::judge_command(const answers::GradeRequest& request,
                               std::string_view answer) const {
  if (options_.command.empty()) {
    throw Error(ErrorKind::kConfig, "the domain command needs a verifier",
                "give the program with --command");
  }
  const Json line = {{"gold", repair_utf8(request.gold)},
                     {"response", repair_utf8(request.response)},
                     {"answer", repair_utf8(answer)}};
  const ProcessResult result =
      run_process({"/bin/sh", "-c", options_.command}, dump_line(line) + "\n",
                  {.milliseconds_max = options_.command_milliseconds});
  const std::string_view output = trim(result.output);
  const Json reply = Json::parse(output.substr(0, output.find('\n')), nullptr, false);
  Graded judged = graded(Verdict::kUndecided, "the verifier " + complaint(result));
  judged.extracted.text = trim(answer);
  judged.extracted.method = answers::Method::kText;
  if (result.exit_code != 0) return judged;
  judged.reason = "the verifier answered no {\"verdict\": ...} or {\"equal\": ...}";
  if (!reply.is_object()) return judged;
  if (reply.contains("equal") && reply["equal"].is_boolean()) {
    judged.verdict = reply["equal"].get<bool>() ? Verdict::kEqual : Verdict::kUnequal;
    judged.reason = reply.value("reason", "the verifier says so");
  }
  for (const Verdict verdict :
       {Verdict::kEqual, Verdict::kUnequal, Verdict::kUndecided, Verdict::kGoldError}) {
    if (reply.contains("verdict") && reply["verdict"] == answers::verdict_name(verdict)) {
      judged.verdict = verdict;
      judged.reason = reply.value("reason", "the verifier says so");
    }
  }
  return judged;
}

}  // namespace drp::grading
