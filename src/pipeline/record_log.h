// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "pipeline/record_index.h"
#include "pipeline/run_folder.h"
#include "records/json_line.h"

namespace drp::pipeline {

// A file of records that survives being killed at any byte (format: docs/formats.md, "Record log").
//
//   {"drp_log":1,"kind":"traces"}
//   {"key":"gsm8k-17/0","input":"9f31...","value":{...}}
//
// `input` is the fingerprint of everything the record was made from: a record whose input is the
// wanted one is finished work, anything else under its key is stale. Append-only; the last record
// of a key wins; a torn last line is cut off when the log is opened. Only an index (about 40 bytes
// a record) is kept in memory. One writer; not thread-safe.
class RecordLog {
 public:
  // Opens or creates. Throws Error{kIo}, or Error{kData} for a file that is not a log of this kind
  // or has a line that is neither a record nor the torn tail. With Access::kLook the file must be
  // there and no byte of it is changed.
  RecordLog(std::filesystem::path path, std::string_view kind, Access access = Access::kWrite);
  ~RecordLog();
  RecordLog(const RecordLog&) = delete;
  RecordLog& operator=(const RecordLog&) = delete;

  // Bytes of a torn tail that opening cut off; 0 for a clean log.
  std::uint64_t torn_bytes() const { return torn_bytes_; }
  std::size_t size() const { return index_.size(); }

  // Whether the newest record of `key` was made from `input`.
  bool has(std::string_view key, std::string_view input) const;
  // Whether there is any record of `key`.
  bool contains(std::string_view key) const;
  // The JSON text of the newest record of `key`.
  std::optional<std::string> value(std::string_view key) const;
  template <class Record>
  std::optional<Record> get(std::string_view key) const {
    const auto text = value(key);
    if (!text) return std::nullopt;
    return from_json_line<Record>(*text, path_.string() + " key '" + std::string(key) + "'");
  }

  // Appends one record with a single write. sync() makes what was appended durable; so does the
  // destructor, silently.
  void append(std::string_view key, std::string_view input, std::string_view value_json);
  template <class Record>
  void put(std::string_view key, std::string_view input, const Record& record) {
    append(key, input, to_json_line(record));
  }
  void sync();

  // Calls `visit` with each key, in order of first appearance; those appended meanwhile are left
  // out.
  void visit_keys(const std::function<void(const std::string& key)>& visit) const;

 private:
  using Entry = RecordIndex::Entry;

  void load(std::string_view kind);
  void read_line(std::string_view line, std::uint64_t offset, std::int64_t number);
  void note(std::uint64_t offset, std::string_view key, std::string_view input,
            std::size_t value_size);
  const Entry* find(std::string_view plain_key) const;
  std::string read(std::uint64_t offset, std::size_t size) const;
  std::string key_of(const Entry& entry) const;

  std::filesystem::path path_;
  Access access_;
  int descriptor_ = -1;
  std::uint64_t end_ = 0;
  std::uint64_t torn_bytes_ = 0;
  RecordIndex index_;
};

}  // namespace drp::pipeline
