// SPDX-License-Identifier: Apache-2.0
#include "grading/program_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "base/error.h"

namespace drp::grading {
namespace {

using answers::Graded;
using answers::Verdict;
using ::testing::HasSubstr;

Graded judged(const std::string& gold, const std::string& response, ProgramOptions options = {}) {
  const Programs programs(std::move(options));
  return answers::grade({.gold = gold, .response = response, .domain = "code", .judge = &programs});
}

std::string fenced(const std::string& code) {
  return "Here it is:\n```python\n" + code + "\n```\n";
}

class CodeTest : public testing::Test {
 protected:
  void SetUp() override {
    try {
      judged("pass", fenced("pass"));
    } catch (const Error& error) {
      GTEST_SKIP() << error.what();
    }
  }
};

TEST_F(CodeTest, TestsThatRaiseDecide) {
  const std::string tests = "assert twice(3) == 6\nassert twice(-1) == -2\n";
  const Graded right = judged(tests, fenced("def twice(x):\n    return 2 * x"));
  EXPECT_EQ(right.verdict, Verdict::kEqual) << right.reason;
  EXPECT_EQ(right.extracted.method, answers::Method::kCode);
  const Graded wrong = judged(tests, fenced("def twice(x):\n    return x + 3"));
  EXPECT_EQ(wrong.verdict, Verdict::kUnequal);
  EXPECT_THAT(wrong.reason, HasSubstr("AssertionError"));
  EXPECT_THAT(judged(tests, fenced("def twice(x)")).reason, HasSubstr("SyntaxError"));
  EXPECT_EQ(judged(tests, "no code").reason, "no fenced block of code");
}

TEST_F(CodeTest, TheFormOfHumanEval) {
  const std::string gold =
      R"({"prompt":"def add(a, b):\n    '''Sum.'''\n",)"
      R"("test":"def check(f):\n    assert f(1, 2) == 3\n","entry_point":"add"})";
  EXPECT_EQ(judged(gold, fenced("def add(a, b):\n    return a + b")).verdict, Verdict::kEqual);
  EXPECT_EQ(judged(gold, fenced("    return a + b")).verdict, Verdict::kEqual);
  EXPECT_EQ(judged(gold, fenced("    return a - b")).verdict, Verdict::kUnequal);
}

TEST_F(CodeTest, RunsWithInputAndOutput) {
  const std::string gold = R"([{"input":"3 4\n","output":"7\n"},{"input":"1 1\n","output":"2"}])";
  EXPECT_EQ(judged(gold, fenced("print(sum(map(int, input().split())), end=' \\n\\n')")).verdict,
            Verdict::kEqual);
  const Graded wrong = judged(gold, fenced("print(7)"));
  EXPECT_EQ(wrong.reason, "test 2 of 2 gives another output");
}

// Programs read their input in any way; the block in front of it must not swallow any.
TEST_F(CodeTest, InputIsReadUnbuffered) {
  const std::string gold = R"([{"input":"1 2\n3\n","output":"6"}])";
  for (const char* code : {"import sys\nprint(sum(map(int, sys.stdin.buffer.read().split())))",
                           "print(sum(map(int, open(0).read().split())))",
                           "import os\nprint(sum(map(int, os.read(0, 99).split())))"}) {
    EXPECT_EQ(judged(gold, fenced(code)).verdict, Verdict::kEqual) << code;
  }
}

TEST_F(CodeTest, ReferencesOfTheWrongFormAreTheDataSetsFault) {
  for (const char* gold : {R"({"test":5})", R"({"test":"pass"})", "[]", R"([{"input":"1"}])",
                           R"([{"input":1,"output":"2"}])", R"([{"output":2}])", "[1]"}) {
    EXPECT_EQ(judged(gold, fenced("pass")).verdict, Verdict::kGoldError) << gold;
  }
}

// What a block says of itself counts for nothing, and it can do no harm.
TEST_F(CodeTest, CheatingAndHarm) {
  const std::string tests = "assert f() == 1\n";
  for (const char* code : {
           "import sys\nsys.exit(0)",
           "import os\nos._exit(0)",
           "print('passed'); raise SystemExit(0)",
           "def f():\n    raise SystemExit(0)",
           "while True: pass",
           "x = 'a' * (1 << 40)\ndef f(): return 1",
           "import socket\nsocket.create_connection(('127.0.0.1', 80), 1)\ndef f(): return 1",
           "import sys, __main__\nsys.stderr.write('bwrap: no namespaces')\nsys.exit(1)",
           "import __main__, os\nos.write(1, str(__main__.token).encode())\nos._exit(0)",
           "data = b'x' * (1 << 20)\nfile = open('big', 'wb')\nfor i in range(100):\n"
           "    file.write(data)\nfile.flush()\ndef f(): return 1",
           "open('/usr/x', 'w')\ndef f(): return 1",
           "import os\nassert os.listdir('/home')\ndef f(): return 1",
           // Not a bomb: where the limit does not hold it makes 200 processes and succeeds.
           "import os, time\nn = 0\nfor i in range(200):\n    try:\n        if os.fork() == 0:\n"
           "            time.sleep(1)\n            os._exit(0)\n        n += 1\n    except "
           "OSError:\n"
           "        break\ndef f(): return n // 200",
       }) {
    const Graded graded = judged(tests, fenced(code), {.test_milliseconds = 2'000});
    EXPECT_EQ(graded.verdict, Verdict::kUnequal) << code << ": " << graded.reason;
  }
}

Graded verified(const std::string& command) {
  const Programs programs({.command = command, .command_milliseconds = 500});
  return answers::grade(
      {.gold = "7", .response = "it is 7", .domain = "command", .judge = &programs});
}

TEST(CommandTest, TheUsersProgramDecides) {
  EXPECT_EQ(verified("grep -q '\"gold\":\"7\"' && echo '{\"equal\": true}'").verdict,
            Verdict::kEqual);
  const Graded said = verified("echo '{\"verdict\": \"unequal\", \"reason\": \"too short\"}'");
  EXPECT_EQ(said.verdict, Verdict::kUnequal);
  EXPECT_EQ(said.reason, "too short");
  for (const char* broken : {"exit 3", "echo nothing", "sleep 5", "echo '{\"equal\": 1}'"}) {
    EXPECT_EQ(verified(broken).verdict, Verdict::kUndecided) << broken;
  }
  EXPECT_THROW(verified(""), Error);
}

}  // namespace
}  // namespace drp::grading
