// SPDX-License-Identifier: Apache-2.0
#include "pipeline/record_log.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/check.h"
#include "base/error.h"
#include "base/file.h"

namespace drp::pipeline {
namespace {

constexpr std::string_view kKeyStart = R"({"key":")";
constexpr std::string_view kInputStart = R"(","input":")";
constexpr std::string_view kValueStart = R"(","value":)";
constexpr std::size_t kNameBytesMax = 0xFFFF;  // what an index entry can say

[[noreturn]] void fail(std::string_view verb, const std::filesystem::path& path) {
  const int code = errno;
  std::string hint;
  if (code == ENOSPC || code == EDQUOT || code == EFBIG) {
    hint = "free some space and run the same command again; finished records are kept";
  } else if (code == EROFS || code == EACCES) {
    hint = "choose a run folder you may write to with run.folder=PATH";
  }
  throw Error(ErrorKind::kIo,
              "cannot " + std::string(verb) + " '" + path.string() +
                  "': " + std::generic_category().message(code),
              hint);
}

std::string version_line(std::string_view kind) {
  return R"({"drp_log":1,"kind":")" + std::string(kind) + "\"}\n";
}

// Keys and inputs are ours and hold no characters that JSON escapes; anything else is percent-coded
// so that a line can be read without a JSON parser.
std::string plain(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || c == '"' || c == '\\' || c == '%' || byte >= 0x7F) {
      out.push_back('%');
      out.push_back(kHex[byte >> 4U]);
      out.push_back(kHex[byte & 15U]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

RecordLog::RecordLog(std::filesystem::path path, std::string_view kind, Access access)
    : path_(std::move(path)), access_(access) {
  const int flags = access_ == Access::kLook ? O_RDONLY : O_RDWR | O_CREAT;
  descriptor_ = ::open(path_.c_str(), flags | O_CLOEXEC, 0666);
  if (descriptor_ < 0) fail("open", path_);
  try {
    load(kind);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

RecordLog::~RecordLog() {
  if (access_ == Access::kWrite) ::fdatasync(descriptor_);
  ::close(descriptor_);
}

void RecordLog::load(std::string_view kind) {
  const std::string header = version_line(kind);
  std::uint64_t offset = 0;
  {
    LineReader reader(path_);
    while (const auto line = reader.next()) {
      if (!reader.complete()) break;
      if (offset == 0) {
        if (*line != std::string_view(header).substr(0, header.size() - 1)) {
          throw Error(ErrorKind::kData,
                      "'" + path_.string() + "' is not a log of " + std::string(kind) +
                          " in version 1: it starts with " + std::string(line->substr(0, 60)),
                      "move the file away, or use the program version that wrote it");
        }
      } else {
        read_line(*line, offset, reader.line_number());
      }
      offset += line->size() + 1;
    }
  }
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) fail("read", path_);
  const auto size = static_cast<std::uint64_t>(info.st_size);
  torn_bytes_ = size - offset;
  end_ = offset;
  if (access_ == Access::kLook) return;
  if (torn_bytes_ > 0 && ::ftruncate(descriptor_, static_cast<off_t>(offset)) != 0) {
    fail("cut the torn tail of", path_);
  }
  if (offset == 0) {
    const ssize_t wrote = ::pwrite(descriptor_, header.data(), header.size(), 0);
    if (wrote != static_cast<ssize_t>(header.size())) fail("write", path_);
    end_ = header.size();
  }
}

void RecordLog::read_line(std::string_view line, std::uint64_t offset, std::int64_t number) {
  const std::size_t input_at = line.find(kInputStart);
  const std::size_t value_at =
      input_at == std::string_view::npos ? input_at : line.find(kValueStart, input_at + 1);
  if (!line.starts_with(kKeyStart) || value_at == std::string_view::npos || !line.ends_with('}') ||
      value_at > kNameBytesMax) {
    throw Error(ErrorKind::kData,
                path_.string() + ":" + std::to_string(number) + ": not a record of this log",
                "the file was changed by something else; remove that line");
  }
  const std::size_t value_begin = value_at + kValueStart.size();
  const std::size_t input_begin = input_at + kInputStart.size();
  note(offset, line.substr(kKeyStart.size(), input_at - kKeyStart.size()),
       line.substr(input_begin, value_at - input_begin), line.size() - 1 - value_begin);
}

void RecordLog::note(std::uint64_t offset, std::string_view key, std::string_view input,
                     std::size_t value_size) {
  const Entry entry{.key_hash = RecordIndex::hash(key),
                    .input_hash = RecordIndex::hash(input),
                    .offset = offset,
                    .value_size = static_cast<std::uint32_t>(value_size),
                    .key_size = static_cast<std::uint16_t>(key.size()),
                    .input_size = static_cast<std::uint16_t>(input.size())};
  index_.put(entry, [&](const Entry& old) { return key_of(old) == key; });
}

std::string RecordLog::read(std::uint64_t offset, std::size_t size) const {
  std::string text(size, '\0');
  const ssize_t got = ::pread(descriptor_, text.data(), size, static_cast<off_t>(offset));
  if (got != static_cast<ssize_t>(size)) fail("read", path_);
  return text;
}

std::string RecordLog::key_of(const Entry& entry) const {
  return read(entry.offset + kKeyStart.size(), entry.key_size);
}

const RecordLog::Entry* RecordLog::find(std::string_view plain_key) const {
  return index_.find(RecordIndex::hash(plain_key),
                     [&](const Entry& entry) { return key_of(entry) == plain_key; });
}

bool RecordLog::has(std::string_view key, std::string_view input) const {
  const Entry* found = find(plain(key));
  if (found == nullptr) return false;
  const std::string wanted = plain(input);
  return found->input_hash == RecordIndex::hash(wanted) && found->input_size == wanted.size();
}

bool RecordLog::contains(std::string_view key) const { return find(plain(key)) != nullptr; }

void RecordLog::visit_keys(const std::function<void(const std::string&)>& visit) const {
  const std::size_t size = index_.size();
  for (std::size_t i = 0; i < size; ++i) visit(key_of(index_[i]));
}

std::optional<std::string> RecordLog::value(std::string_view key) const {
  const Entry* found = find(plain(key));
  if (found == nullptr) return std::nullopt;
  const std::size_t before = kKeyStart.size() + found->key_size + kInputStart.size() +
                             found->input_size + kValueStart.size();
  return read(found->offset + before, found->value_size);
}

void RecordLog::append(std::string_view key, std::string_view input, std::string_view value_json) {
  DRP_CHECK(access_ == Access::kWrite, "a log that is only looked at is written to");
  const std::string name = plain(key);
  const std::string made_from = plain(input);
  DRP_CHECK(name.size() <= kNameBytesMax && made_from.size() <= kNameBytesMax, "a key too long");
  std::string line(kKeyStart);
  line.append(name).append(kInputStart).append(made_from).append(kValueStart);
  line.append(value_json).append("}\n");
  const ssize_t wrote = ::pwrite(descriptor_, line.data(), line.size(), static_cast<off_t>(end_));
  if (wrote != static_cast<ssize_t>(line.size())) {
    if (wrote >= 0) errno = ENOSPC;
    const int code = errno;
    // Half a line would be cut at the next opening anyway; leave the log whole already.
    if (::ftruncate(descriptor_, static_cast<off_t>(end_)) != 0) errno = code;
    errno = code;
    fail("write", path_);
  }
  const std::uint64_t offset = end_;
  end_ += line.size();
  note(offset, name, made_from, value_json.size());
}

void RecordLog::sync() {
  if (::fdatasync(descriptor_) != 0) fail("write", path_);
}

}  // namespace drp::pipeline
