// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llm/reply_index.h"
#include "llm/reply_segment.h"
#include "records/stored_reply.h"

namespace drp::llm {

// Replies by what was asked (llm/request_key.h), kept in a folder of append-only segment files that
// several processes share: each appends to a segment of its own and reads those of all others. A
// process killed at any byte costs at most the line it was writing; the next one that takes over
// its segment cuts the torn tail and says so. Replies are never changed: the first of a key stays.
// Only an index (28 bytes a reply) is held in memory. Thread-safe.
class ReplyStore {
 public:
  enum class Access { kWrite, kLook };  // kLook changes no byte

  // kWrite creates the folder. Throws Error{kIo}, or Error{kData} for a segment of another version.
  explicit ReplyStore(std::filesystem::path folder, Access access = Access::kWrite);
  ~ReplyStore();
  ReplyStore(const ReplyStore&) = delete;
  ReplyStore& operator=(const ReplyStore&) = delete;

  // What opening and taking over segments found: torn tails that were cut, lines that are no reply.
  // Each is told once.
  std::vector<std::string> take_notes();

  // The reply of this key, also one that another process has added meanwhile.
  std::optional<StoredReply> find(const std::string& key) { return find_any({key}); }
  // That of the first of these keys that has one.
  std::optional<StoredReply> find_any(const std::vector<std::string>& keys);
  // Adds the reply; false where its key is there already. When it returns true the reply survives
  // the death of the process. Throws Error{kIo}.
  bool put(const StoredReply& reply);
  // Makes what was put survive a power cut; the destructor does too, silently.
  void sync();

  std::size_t size();
  // Every reply, in the order of their keys. `visit` must not call the store.
  void visit(const std::function<void(const StoredReply&)>& visit);

  struct Info {
    std::int64_t replies = 0;
    std::int64_t segments = 0;
    std::uint64_t bytes = 0;
  };
  Info info();

  // Removes all replies. Throws Error{kUsage} and removes nothing while another process writes.
  void clear();

 private:
  ReplySegment::Line indexer(std::uint32_t segment);
  void refresh();
  void cut_torn_tails();
  ReplySegment& own_segment();
  void note_torn(const ReplySegment& segment, std::uint64_t torn);
  std::optional<StoredReply> read(ReplyIndex::Place place);
  std::optional<StoredReply> find_known(std::string_view key);

  std::filesystem::path folder_;
  Access access_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<ReplySegment>> segments_;
  std::vector<std::string> names_;  // of the segments, in the same order
  ReplySegment* own_ = nullptr;
  std::int64_t unsynced_ = 0;
  ReplyIndex index_;
  std::vector<std::string> notes_;
};

// The text of a reply as a file may hold it (as text_hex where it is not valid UTF-8), and back.
// `where` leads the message of the Error{kData} for digits that are none.
StoredReply with_written_text(StoredReply reply);
StoredReply with_plain_text(StoredReply reply, std::string_view where);

}  // namespace drp::llm
