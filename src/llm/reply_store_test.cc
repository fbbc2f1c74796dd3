// SPDX-License-Identifier: Apache-2.0
#include "llm/reply_store.h"

#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>

#include "base/error.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "llm/reply_exchange.h"
#include "llm/request_key.h"
#include "llm/scratch_folder.h"

namespace drp::llm {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

StoredReply reply(const std::string& name) {
  StoredReply out;
  out.key = sha256(name);
  out.model = "m";
  out.text = "text of " + name;
  out.finish = FinishReason::kStop;
  out.prompt_tokens = 7;
  out.completion_tokens = 3;
  return out;
}

TEST(ReplyStore, KeepsRepliesByteForByte) {
  const ScratchFolder scratch;
  StoredReply odd = reply("odd");
  odd.text = "a\r\n\\frac{1}{2} \\u2028:\xE2\x80\xA8 \xF0\x9F\x98\x80 \xE4\xB8\xAD\t\x01 end\n\n";
  odd.reasoning = "because \xC2\x85";
  odd.prompt_ids = {1, -2, 300000};
  odd.call = "call-1";
  StoredReply bytes = reply("bytes");
  bytes.text = std::string("\xFF\x00half \xF0\x9F", 9);
  {
    ReplyStore store(scratch.path());
    EXPECT_TRUE(store.put(odd));
    EXPECT_TRUE(store.put(bytes));
    EXPECT_EQ(store.find(odd.key), odd) << "before closing";
  }
  ReplyStore again(scratch.path());
  EXPECT_EQ(again.find(odd.key), odd);
  EXPECT_EQ(again.find(bytes.key), bytes);
  EXPECT_EQ(again.find(sha256("other")), std::nullopt);
  EXPECT_EQ(again.find("short"), std::nullopt);
  EXPECT_EQ(again.find_any({sha256("other"), odd.key}), odd);
  EXPECT_THAT(again.take_notes(), IsEmpty());
}

TEST(ReplyStore, TheFirstReplyOfAKeyStays) {
  const ScratchFolder scratch;
  StoredReply second = reply("a");
  second.text = "another";
  ReplyStore store(scratch.path());
  EXPECT_TRUE(store.put(reply("a")));
  EXPECT_FALSE(store.put(second));
  EXPECT_EQ(store.find(second.key)->text, "text of a");
  EXPECT_EQ(store.size(), 1U);
  second.key = "no digest";
  EXPECT_THROW(store.put(second), Error);
}

// A process can die at any byte of a line: whole lines stay, the rest is cut and said, and the
// store goes on.
TEST(ReplyStore, SurvivesBeingCutAtEveryByte) {
  const ScratchFolder scratch;
  {
    ReplyStore store(scratch.path());
    for (const std::string name : {"a", "b", "c"}) store.put(reply(name));
  }
  const std::filesystem::path segment = scratch / "replies-000001.jsonl";
  const std::string whole = read_file(segment);
  std::vector<std::size_t> ends;  // of the lines
  for (std::size_t i = 0; i < whole.size(); ++i) {
    if (whole[i] == '\n') ends.push_back(i + 1);
  }
  ASSERT_THAT(ends, SizeIs(4));
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    std::ofstream(segment, std::ios::binary) << whole.substr(0, size);
    const auto lines =
        std::count_if(ends.begin(), ends.end(), [&](auto end) { return end <= size; });
    const bool torn = size > 0 && (lines == 0 || ends[static_cast<std::size_t>(lines) - 1] != size);
    {
      ReplyStore look(scratch.path(), ReplyStore::Access::kLook);
      EXPECT_EQ(look.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(lines - 1, 0)));
      EXPECT_EQ(std::filesystem::file_size(segment), size) << "looking changes no byte";
    }
    ReplyStore store(scratch.path());
    EXPECT_EQ(store.size(), static_cast<std::size_t>(std::max<std::ptrdiff_t>(lines - 1, 0)));
    EXPECT_THAT(store.take_notes(), SizeIs(torn ? 1 : 0)) << size;
    ASSERT_TRUE(store.put(reply("d"))) << size;
    ReplyStore other(scratch.path(), ReplyStore::Access::kLook);
    EXPECT_EQ(other.find(reply("d").key), reply("d")) << size;
    EXPECT_EQ(other.find(reply("a").key).has_value(), lines >= 2) << size;
  }
}

TEST(ReplyStore, ADamagedLineIsPassedOverAndAskedAgain) {
  const ScratchFolder scratch;
  {
    ReplyStore store(scratch.path());
    for (const std::string name : {"a", "b"}) store.put(reply(name));
  }
  const std::filesystem::path segment = scratch / "replies-000001.jsonl";
  std::string text = read_file(segment);
  text.replace(text.find("\"model\":\"m\""), 11, "\"model\":{{{,");
  std::ofstream(segment, std::ios::binary) << text << "rubbish\n";
  ReplyStore store(scratch.path());
  EXPECT_THAT(store.take_notes(), ElementsAre(HasSubstr("is no reply")));
  EXPECT_EQ(store.find(reply("a").key), std::nullopt);
  EXPECT_THAT(store.take_notes(), Contains(HasSubstr("damaged")));
  EXPECT_EQ(store.find(reply("b").key), reply("b"));
  EXPECT_TRUE(store.put(reply("a")));
  EXPECT_EQ(store.find(reply("a").key), reply("a"));
}

TEST(ReplyStore, RefusesAFileOfAnotherVersion) {
  const ScratchFolder scratch;
  std::ofstream(scratch / "replies-000003.jsonl") << "{\"drp_log\":9,\"kind\":\"replies\"}\n";
  EXPECT_THROW(ReplyStore store(scratch.path()), Error);
  EXPECT_EQ(ReplyStore(scratch / "absent", ReplyStore::Access::kLook).size(), 0U);
}

TEST(ReplyStore, TwoOfThemSeeWhatTheOtherAdds) {
  const ScratchFolder scratch;
  ReplyStore one(scratch.path());
  ReplyStore two(scratch.path());
  one.put(reply("a"));
  EXPECT_EQ(two.find(reply("a").key), reply("a"));
  two.put(reply("b"));
  EXPECT_EQ(one.find(reply("b").key), reply("b"));
  EXPECT_EQ(one.info().segments, 2) << "each writes a segment of its own";
  EXPECT_THROW(one.clear(), Error) << "the other may be writing";
  EXPECT_EQ(one.size(), 2U);
  EXPECT_TRUE(one.put(reply("c"))) << "what was not cleared goes on";
}

TEST(ReplyStore, ClearedItIsEmptyAndGoesOn) {
  const ScratchFolder scratch;
  ReplyStore store(scratch.path());
  store.put(reply("a"));
  store.clear();
  EXPECT_EQ(store.size(), 0U);
  EXPECT_TRUE(store.put(reply("b")));
  EXPECT_EQ(ReplyStore(scratch.path()).size(), 1U);
}

// Four processes at once, with some replies in common, killed nowhere: all are there, once.
TEST(ReplyStore, IsSharedByProcesses) {
  const ScratchFolder scratch;
  constexpr int kProcesses = 4;
  constexpr int kReplies = 60;
  std::vector<pid_t> children;
  for (int process = 0; process < kProcesses; ++process) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ReplyStore store(scratch.path());
      for (int i = 0; i < kReplies; ++i) {
        store.put(reply((i % 3 == 0 ? "all" : std::to_string(process)) + "-" + std::to_string(i)));
      }
      store.sync();
      ::_exit(0);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  ReplyStore store(scratch.path());
  EXPECT_EQ(store.size(), static_cast<std::size_t>(kReplies / 3 + kProcesses * kReplies * 2 / 3));
  std::size_t seen = 0;
  std::string last;
  store.visit([&](const StoredReply& one) {
    EXPECT_LT(last, one.key) << "in the order of keys";
    last = one.key;
    ++seen;
  });
  EXPECT_EQ(seen, store.size());
  EXPECT_THAT(store.take_notes(), IsEmpty());
}

TEST(ReplyExchange, WhatIsExportedIsImportedElsewhere) {
  const ScratchFolder scratch;
  ReplyStore store(scratch / "a");
  StoredReply bytes = reply("bytes");
  bytes.text = "\xFF\xFE";
  StoredReply other = reply("other");
  other.model = "other";
  for (const StoredReply& one : {reply("a"), bytes, other}) store.put(one);
  const auto exported = [&](const ReplyFilter& filter) {
    std::string text;
    export_replies(store, filter, [&](const std::string& line) { text += line + "\n"; });
    return text;
  };
  const std::filesystem::path file = scratch / "replies.jsonl";
  std::ofstream(file, std::ios::binary) << exported({.model = "m"});
  ReplyStore elsewhere(scratch / "b");
  const Imported first = import_replies(elsewhere, file);
  EXPECT_EQ(first.added, 2);
  EXPECT_EQ(import_replies(elsewhere, file).known, 2);
  EXPECT_EQ(elsewhere.find(bytes.key), bytes);
  EXPECT_EQ(elsewhere.find(other.key), std::nullopt);
  const std::set<std::string> keys = {other.key};
  EXPECT_THAT(exported({.keys = &keys}), HasSubstr("text of other"));
  EXPECT_THAT(exported({.model = "m", .keys = &keys}), IsEmpty());

  for (const std::string bad : {"{}", "not json", R"({"key":"x","model":"m","finish":"stop"})"}) {
    std::ofstream(file, std::ios::binary) << exported({}) << bad << "\n";
    try {
      import_replies(elsewhere, file);
      ADD_FAILURE() << bad;
    } catch (const Error& error) {
      EXPECT_THAT(error.message(), HasSubstr("replies.jsonl:4")) << bad;
    }
  }
}

TEST(RequestKey, HoldsWhatAReplyDependsOnAndNothingElse) {
  ChatRequest base;
  base.key = "row 1";
  base.messages = {{"system", "be brief"}, {"user", "1 + 2?"}};
  const auto key = [](const ChatRequest& request, const std::string& who = "model@host") {
    return request_key(who, request);
  };
  const RequestKey first = key(base);
  EXPECT_EQ(first.open.size(), 64U);
  std::vector<ChatRequest> others(12, base);
  others[0].messages[0].content = "be long";
  others[1].messages[0] = {"user", "be brief"};
  others[2].messages = {{"system", "be brief1"}, {"user", " + 2?"}};
  others[3].response_prefix = "<think>";
  others[4].sampling.temperature = 0.6000000000000001;
  others[5].sampling.top_p = 0.9;
  others[6].sampling.seed = 5;
  others[7].grammar = "root ::= \"a\"";
  others[8].json_schema = "root ::= \"a\"";
  others[9].prompt_version = "span 2";
  others[10].sampling.top_k = 1;
  others[11].stop = {"\n"};
  for (std::size_t i = 0; i < others.size(); ++i) {
    EXPECT_NE(key(others[i]).open, first.open) << i;
    EXPECT_NE(key(others[i]).limited, first.limited) << i;
  }
  EXPECT_NE(key(base, "model@other").open, first.open);
  ChatRequest same = base;
  same.key = "row 2";
  EXPECT_EQ(key(same), first) << "the row is not what is asked";
  ChatRequest longer = base;
  longer.sampling.tokens_max += 1;
  EXPECT_EQ(key(longer).open, first.open);
  EXPECT_NE(key(longer).limited, first.limited);
  EXPECT_EQ(limited_key(first.open, base.sampling.tokens_max), first.limited);
}

}  // namespace
}  // namespace drp::llm
