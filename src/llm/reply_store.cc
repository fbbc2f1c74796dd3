// SPDX-License-Identifier: Apache-2.0
#include "llm/reply_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <system_error>
#include <utility>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "records/json_line.h"

namespace drp::llm {
namespace {

constexpr std::string_view kKeyStart = R"({"key":")";
constexpr std::string_view kNameStart = "replies-";
constexpr std::string_view kNameEnd = ".jsonl";
constexpr std::size_t kKeyDigits = 64;
// A segment larger than this is not appended to any more.
constexpr std::uint64_t kSegmentBytes = std::uint64_t{256} << 20U;
constexpr std::int64_t kSyncEvery = 64;

// The key of a line, or nothing where the line is no reply.
std::optional<std::uint64_t> line_hash(std::string_view line) {
  if (!line.starts_with(kKeyStart) || !line.ends_with('}')) return std::nullopt;
  const std::string_view rest = line.substr(kKeyStart.size());
  if (rest.size() <= kKeyDigits || rest[kKeyDigits] != '"') return std::nullopt;
  return ReplyIndex::hash(rest);
}

std::string segment_name(std::int64_t number) {
  return std::string(kNameStart) + fmt::format("{:06}", number) + std::string(kNameEnd);
}

std::int64_t segment_number(std::string_view name) {
  if (!name.starts_with(kNameStart) || !name.ends_with(kNameEnd)) return -1;
  name.remove_prefix(kNameStart.size());
  name.remove_suffix(kNameEnd.size());
  return parse_int(name).value_or(-1);
}

std::vector<std::string> segment_names(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(folder, missing)) {
    std::string name = entry.path().filename().string();
    if (segment_number(name) >= 0) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::string to_hex(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::optional<std::string> from_hex(std::string_view digits) {
  const auto value = [](char c) {
    if (is_digit(c)) return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  if (digits.size() % 2 != 0) return std::nullopt;
  std::string out;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int high = value(digits[i]);
    const int low = value(digits[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

}  // namespace

StoredReply with_written_text(StoredReply reply) {
  if (is_valid_utf8(reply.text)) return reply;
  reply.text_hex = to_hex(reply.text);
  reply.text.clear();
  return reply;
}

StoredReply with_plain_text(StoredReply reply, std::string_view where) {
  if (reply.text_hex.empty()) return reply;
  auto text = from_hex(reply.text_hex);
  if (!text) {
    throw Error(ErrorKind::kData, std::string(where) + ": text_hex is not hexadecimal digits");
  }
  reply.text = *std::move(text);
  reply.text_hex.clear();
  return reply;
}

ReplyStore::ReplyStore(std::filesystem::path folder, Access access)
    : folder_(std::move(folder)), access_(access) {
  if (access_ == Access::kWrite) make_folder(folder_);
  refresh();
  if (access_ == Access::kWrite) cut_torn_tails();
}

ReplyStore::~ReplyStore() {
  if (own_ == nullptr || unsynced_ == 0) return;
  try {
    own_->sync();
  } catch (const Error&) {  // the lines are written; only their durability is unknown
  }
}

std::vector<std::string> ReplyStore::take_notes() {
  const std::lock_guard lock(mutex_);
  return std::exchange(notes_, {});
}

ReplySegment::Line ReplyStore::indexer(std::uint32_t segment) {
  return [this, segment](std::string_view line, std::uint64_t offset) {
    if (const auto hash = line_hash(line)) {
      index_.add(*hash, {segment, offset});
    } else {
      notes_.push_back(names_[segment] + ": skipped a line at byte " + std::to_string(offset) +
                       " that is no reply");
    }
  };
}

// Reads what this and other processes have added since the last time.
void ReplyStore::refresh() {
  for (std::string& name : segment_names(folder_)) {
    if (std::find(names_.begin(), names_.end(), name) != names_.end()) continue;
    auto segment = std::make_unique<ReplySegment>(folder_ / name);
    segments_.push_back(std::move(segment));
    names_.push_back(std::move(name));
  }
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    if (segments_[i].get() != own_) {
      segments_[i]->read_new(indexer(static_cast<std::uint32_t>(i)));
    }
  }
}

void ReplyStore::note_torn(const ReplySegment& segment, std::uint64_t torn) {
  if (torn == 0) return;
  notes_.push_back(segment.path().filename().string() +
                   ": cut off a reply that was half written (" + std::to_string(torn) + " bytes)");
}

void ReplyStore::cut_torn_tails() {
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    std::uint64_t torn = 0;
    if (segments_[i]->try_lock(indexer(static_cast<std::uint32_t>(i)), torn)) {
      note_torn(*segments_[i], torn);
      segments_[i]->unlock();
    }
  }
}

// The segment this process appends to: the last free one that has room, or a new one.
ReplySegment& ReplyStore::own_segment() {
  if (own_ != nullptr && own_->size() < kSegmentBytes) return *own_;
  if (own_ != nullptr) {
    own_->sync();
    own_->unlock();
    own_ = nullptr;
  }
  for (std::size_t i = segments_.size(); i-- > 0;) {
    std::uint64_t torn = 0;
    ReplySegment& segment = *segments_[i];
    if (segment.size() >= kSegmentBytes) continue;
    if (!segment.try_lock(indexer(static_cast<std::uint32_t>(i)), torn)) continue;
    note_torn(segment, torn);
    own_ = &segment;
    return segment;
  }
  std::int64_t number = 1;
  for (const std::string& name : names_) number = std::max(number, segment_number(name) + 1);
  while (own_ == nullptr) {
    std::string name = segment_name(number++);
    auto segment = ReplySegment::create(folder_ / name);
    if (!segment) continue;  // another process took the name
    own_ = segment.get();
    segments_.push_back(std::move(segment));
    names_.push_back(std::move(name));
  }
  return *own_;
}

// Nothing, and a note, where the line was damaged: the reply is asked for again then.
std::optional<StoredReply> ReplyStore::read(ReplyIndex::Place place) {
  const std::string where = names_[place.segment] + " at byte " + std::to_string(place.offset);
  try {
    const std::string line = segments_[place.segment]->line_at(place.offset);
    return with_plain_text(from_json_line<StoredReply>(line, where), where);
  } catch (const Error& damaged) {
    if (damaged.kind() != ErrorKind::kData) throw;
    notes_.push_back("passed over a damaged reply: " + damaged.message());
    return std::nullopt;
  }
}

std::optional<StoredReply> ReplyStore::find_known(std::string_view key) {
  const auto hash = ReplyIndex::hash(key);
  const auto place = hash ? index_.find(*hash) : std::nullopt;
  if (!place) return std::nullopt;
  auto reply = read(*place);
  return reply && reply->key == key ? std::move(reply) : std::nullopt;
}

std::optional<StoredReply> ReplyStore::find_any(const std::vector<std::string>& keys) {
  const std::lock_guard lock(mutex_);
  const auto look = [&]() -> std::optional<StoredReply> {
    for (const std::string& key : keys) {
      if (auto reply = find_known(key)) return reply;
    }
    return std::nullopt;
  };
  if (auto reply = look()) return reply;
  refresh();
  return look();
}

bool ReplyStore::put(const StoredReply& reply) {
  const std::lock_guard lock(mutex_);
  const auto hash = ReplyIndex::hash(reply.key);
  if (!hash || reply.key.size() != kKeyDigits) {
    throw Error(ErrorKind::kData, "the key of a reply is '" + reply.key.substr(0, 80) +
                                      "', expected 64 hexadecimal digits");
  }
  if (find_known(reply.key)) return false;
  ReplySegment& own = own_segment();
  if (find_known(reply.key)) return false;  // taking a segment over may have brought it
  const auto at = std::find_if(segments_.begin(), segments_.end(),
                               [&](const auto& segment) { return segment.get() == &own; });
  const std::uint64_t offset = own.append(to_json_line(with_written_text(reply)));
  index_.put(*hash, {static_cast<std::uint32_t>(at - segments_.begin()), offset});
  if (++unsynced_ >= kSyncEvery) {
    own.sync();
    unsynced_ = 0;
  }
  return true;
}

void ReplyStore::sync() {
  const std::lock_guard lock(mutex_);
  if (own_ != nullptr) own_->sync();
  unsynced_ = 0;
}

std::size_t ReplyStore::size() {
  const std::lock_guard lock(mutex_);
  refresh();
  return index_.size();
}

void ReplyStore::visit(const std::function<void(const StoredReply&)>& visit) {
  const std::lock_guard lock(mutex_);
  refresh();
  std::vector<std::uint32_t> order(index_.size());
  std::iota(order.begin(), order.end(), 0U);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return index_.hash_at(a) < index_.hash_at(b);
  });
  for (const std::uint32_t i : order) {
    if (const auto reply = read(index_[i])) visit(*reply);
  }
}

ReplyStore::Info ReplyStore::info() {
  const std::lock_guard lock(mutex_);
  refresh();
  Info info;
  info.replies = static_cast<std::int64_t>(index_.size());
  info.segments = static_cast<std::int64_t>(segments_.size());
  for (const auto& segment : segments_) info.bytes += segment->size();
  return info;
}

void ReplyStore::clear() {
  const std::lock_guard lock(mutex_);
  refresh();
  for (std::size_t i = 0; i < segments_.size(); ++i) {
    std::uint64_t torn = 0;
    if (!segments_[i]->try_lock(indexer(static_cast<std::uint32_t>(i)), torn)) {
      for (const auto& segment : segments_) segment->unlock();
      own_ = nullptr;
      throw Error(ErrorKind::kUsage,
                  "'" + segments_[i]->path().string() + "' is being written by another drp",
                  "wait for it to end");
    }
  }
  for (const auto& segment : segments_) std::filesystem::remove(segment->path());
  segments_.clear();
  names_.clear();
  own_ = nullptr;
  unsynced_ = 0;
  index_.clear();
}

}  // namespace drp::llm
