// SPDX-License-Identifier: Apache-2.0
#include "report/packed_examples.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "base/check.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "report/escape.h"

namespace drp::report {
namespace {

using Json = nlohmann::ordered_json;

// Large enough to compress well, small enough to be opened in a few milliseconds.
constexpr std::size_t kBlockBytes = std::size_t{256} << 10U;
// Of base64 in a script beside the page.
constexpr std::int64_t kPartBytes = std::int64_t{2} << 20U;
// Skills are an open vocabulary; beyond so many names an example is found by search alone.
constexpr std::size_t kLabelsMax = 5000;
constexpr std::size_t kHashDigits = 12;

std::string dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

PackedExamples::PackedExamples(std::string name, const std::filesystem::path& folder)
    : name_(std::move(name)), spill_(folder) {
  index_deflater_.add("{\"entries\":[");
}

PackedExamples::~PackedExamples() = default;

void PackedExamples::add(const Example& example) {
  DRP_CHECK(example.entry.size() > 2 && example.entry.back() == ']', "an entry is a JSON array");
  std::string entry = examples_ > 0 ? ",\n" : "";
  entry.append(example.entry, 0, example.entry.size() - 1);
  entry += ",[";
  bool first = true;
  for (const Label& label : example.labels) {
    auto found = labels_.find(label);
    if (found == labels_.end()) {
      if (labels_.size() >= kLabelsMax) continue;
      found = labels_.emplace(label, label_order_.size()).first;
      label_order_.push_back(label);
    }
    if (!first) entry += ',';
    first = false;
    entry += std::to_string(found->second);
  }
  index_deflater_.add(entry + "]]");

  if (open_lines_ > 0) open_ += '\n';
  open_ += example.body;
  ++open_lines_;
  ++examples_;
  if (open_.size() >= kBlockBytes) close_block();
}

void PackedExamples::close_block() {
  if (open_lines_ == 0) return;
  const std::string packed = deflate(open_);
  blocks_.push_back({open_lines_, spill_.size(), static_cast<std::int64_t>(packed.size())});
  spill_.append(packed);
  open_.clear();
  open_lines_ = 0;
}

void PackedExamples::finish() {
  close_block();
  open_.shrink_to_fit();
  Json labels = Json::array();
  for (const Label& label : label_order_) labels.push_back(Json::array({label.kind, label.name}));
  index_deflater_.add("],\n\"labels\":" + dump(labels) + "}");
  index_ = base64(index_deflater_.finish());
}

std::string PackedExamples::block_text(const Block& block) const {
  return base64(spill_.read(block.begin, block.bytes));
}

std::string PackedExamples::header() const {
  Json header;
  header["lines"] = Json::array();
  for (const Block& block : blocks_) header["lines"].push_back(block.lines);
  header["index"] = index_;
  if (!parts_.empty()) {
    header["parts"] = Json::array();
    for (const Part& part : parts_)
      header["parts"].push_back({{"file", part.file}, {"blocks", part.blocks}});
  }
  return dump(header);
}

std::int64_t PackedExamples::data_bytes() const {
  return static_cast<std::int64_t>(header().size());
}

std::int64_t PackedExamples::blocks_bytes() const {
  constexpr std::int64_t kElementBytes = 70;
  std::int64_t bytes = 0;
  for (const Block& block : blocks_) bytes += base64_bytes(block.bytes) + kElementBytes;
  return bytes;
}

std::vector<std::string> PackedExamples::write_parts(const std::filesystem::path& folder) {
  make_folder(folder / "parts");
  std::vector<std::string> files;
  for (std::size_t at = 0; at < blocks_.size();) {
    std::string blocks;
    std::int64_t count = 0;
    for (; at < blocks_.size(); ++at, ++count) {
      const bool full = std::int64_t(blocks.size()) + base64_bytes(blocks_[at].bytes) > kPartBytes;
      if (count > 0 && full) break;
      blocks += (count > 0 ? ",\n\"" : "\"") + block_text(blocks_[at]) + "\"";
    }
    const std::string number = std::to_string(10000 + files.size()).substr(1);
    const std::string file =
        "parts/" + name_ + "-" + number + "-" + sha256(blocks).substr(0, kHashDigits) + ".js";
    AtomicFile part(folder / file);
    part.write("drpPart(\"" + file + "\", [\n");
    part.write(blocks);
    part.write("\n]);\n");
    part.publish();
    parts_.push_back({file, count});
    files.push_back(file);
  }
  return files;
}

void PackedExamples::write_elements(AtomicFile& page) const {
  page.write("<script type=\"application/json\" id=\"" + name_ + "-data\">");
  page.write(escape_script_json(header()));
  page.write("</script>\n");
  if (!parts_.empty()) return;
  for (std::size_t i = 0; i < blocks_.size(); ++i) {
    page.write("<script type=\"text/plain\" id=\"" + name_ + "-block-" + std::to_string(i) + "\">");
    page.write(block_text(blocks_[i]));
    page.write("</script>\n");
  }
}

}  // namespace drp::report
