// SPDX-License-Identifier: Apache-2.0
#include "grading/program_judge.h"

#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "answers/code_block.h"
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

// Reads one line of JSON, runs its parts in one name space and prints the token of the line: only
// who came to the end of the tests prints it, so that exit(0) in the block proves nothing.
constexpr std::string_view kTestRunner = R"py(import json, os, sys
def main(line):
    task = json.loads(line)
    sys.stdin = open(os.devnull)
    space = {'__name__': 'solution'}
    for name in ('solution', 'tests'):
        exec(compile(task.pop(name), name + '.py', 'exec'), space)
    sys.stdout.flush()
    os.write(1, ('\n' + task['token'] + '\n').encode())
main(sys.stdin.readline())
)py";

// Reads the block as one line of JSON, byte by byte so that no buffer keeps what follows, and runs
// it as a program on the rest of the input.
constexpr std::string_view kProgramRunner = R"py(import json, os
line = bytearray()
while not line.endswith(b'\n'):
    line += os.read(0, 1) or b'\n'
exec(compile(json.loads(line), 'solution.py', 'exec'), {'__name__': '__main__'})
)py";

ProcessResult run_python(std::string_view runner, const Json& task, const std::string& input,
                         std::int64_t milliseconds) {
  return run_in_sandbox({"/usr/bin/python3", "-I", "-B", "-c", std::string(runner)},
                        dump_line(task) + "\n" + input, milliseconds);
}

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
  const Json task = {{"solution", block}, {"tests", tests}, {"token", token}};
  const ProcessResult result = run_python(kTestRunner, task, "", milliseconds);
  const bool passed = result.exit_code == 0 && result.output.ends_with("\n" + token + "\n");
  if (passed) return graded(Verdict::kEqual, "the tests pass");
  if (result.exit_code == 0) return graded(Verdict::kUnequal, "the tests never came to their end");
  return graded(Verdict::kUnequal, "the tests fail: " + complaint(result));
}

bool is_text(const Json& object, const char* name) {
  return object.is_object() && object.contains(name) && object[name].is_string();
}

// "" where it is no text.
std::string text_of(const Json& object, const char* name) {
  return is_text(object, name) ? object[name].get<std::string>() : std::string();
}

Graded judge_runs(const std::string& block, const Json& runs, std::int64_t milliseconds) {
  if (runs.empty() || runs.size() > kTestsMax) {
    return graded(Verdict::kGoldError, "the reference holds no test, or too many");
  }
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const Json& run = runs[i];
    if (!is_text(run, "output") || (run.contains("input") && !is_text(run, "input"))) {
      return graded(Verdict::kGoldError,
                    "test " + std::to_string(i + 1) + " needs texts as output and input");
    }
    const ProcessResult result =
        run_python(kProgramRunner, block, text_of(run, "input"), milliseconds);
    const std::string number =
        "test " + std::to_string(i + 1) + " of " + std::to_string(runs.size());
    if (result.exit_code != 0) {
      return graded(Verdict::kUnequal, number + " fails: " + complaint(result));
    }
    if (trimmed_lines(result.output) != trimmed_lines(text_of(run, "output"))) {
      return graded(Verdict::kUnequal, number + " gives another output");
    }
  }
  return graded(Verdict::kEqual, "all " + std::to_string(runs.size()) + " tests pass");
}

std::string said_reason(const Json& reply) {
  return is_text(reply, "reason") ? text_of(reply, "reason") : "the verifier says so";
}

// The block with what its prompt began, where it only holds the rest.
std::string with_prompt(const std::string& block, const Json& gold) {
  if (!is_text(gold, "prompt") || contains(block, "def " + text_of(gold, "entry_point"))) {
    return block;
  }
  return text_of(gold, "prompt") + "\n" + block;
}

}  // namespace

Graded Programs::judge(const answers::GradeRequest& request, std::string_view answer) const {
  return request.domain == "code" ? judge_code(request, answer) : judge_command(request, answer);
}

Graded Programs::judge_code(const answers::GradeRequest& request, std::string_view answer) const {
  if (trim(request.gold).empty()) return graded(Verdict::kGoldError, "the reference holds no test");
  const auto span = answers::last_code_block(answer);
  if (!span) return graded(Verdict::kUnequal, "no fenced block of code");
  const std::string block(slice(answer, *span));
  Graded result;
  const Json gold = Json::parse(request.gold, nullptr, false);
  if (gold.is_array()) {
    result = judge_runs(block, gold, options_.test_milliseconds);
  } else if (gold.is_object() && !(is_text(gold, "test") && is_text(gold, "entry_point"))) {
    result = graded(Verdict::kGoldError, "the reference needs texts as test and entry_point");
  } else if (gold.is_object()) {
    const std::string tests =
        text_of(gold, "test") + "\ncheck(" + text_of(gold, "entry_point") + ")\n";
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
    judged.reason = said_reason(reply);
  }
  for (const Verdict verdict :
       {Verdict::kEqual, Verdict::kUnequal, Verdict::kUndecided, Verdict::kGoldError}) {
    if (reply.contains("verdict") && reply["verdict"] == answers::verdict_name(verdict)) {
      judged.verdict = verdict;
      judged.reason = said_reason(reply);
    }
  }
  return judged;
}

}  // namespace drp::grading
