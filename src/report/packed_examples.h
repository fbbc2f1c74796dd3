// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "report/example.h"
#include "report/pack.h"
#include "report/spill_file.h"

namespace drp {
class AtomicFile;
}

namespace drp::report {

// What one browser of the page carries, compressed as it comes: an index that the page opens at
// once, and blocks of bodies, each opened when an example of it is wanted. Blocks wait on disk, so
// memory is that of the index (some 60 bytes an example) and of one block.
//
// In the page stand a data element, {"lines": [bodies in each block], "index": I} where I unpacks
// to
// {"entries": [[..., [label numbers]]...], "labels": [[kind, name]...]}, and the blocks: each in an
// element of its own, or in scripts beside the page, which the data element names as
// "parts": [{"file": F, "blocks": N}...]. A part calls drpPart(F, [block...]).
class PackedExamples {
 public:
  // `name` is the browser's and stands in element ids and file names; blocks wait in `folder`.
  PackedExamples(std::string name, const std::filesystem::path& folder);
  ~PackedExamples();

  void add(const Example& example);
  // Nothing is added after it.
  void finish();

  const std::string& name() const { return name_; }
  std::int64_t examples() const { return examples_; }
  // What they take in the page: the data element, and the blocks where they stand in it.
  std::int64_t data_bytes() const;
  std::int64_t blocks_bytes() const;

  // Publishes the blocks as scripts in `folder`/parts, named by number and content, and says so in
  // the data element from then on. Returns the names.
  std::vector<std::string> write_parts(const std::filesystem::path& folder);
  // Writes the data element, and the blocks where no parts were written.
  void write_elements(AtomicFile& page) const;

 private:
  struct Block {
    std::int64_t lines = 0;
    std::int64_t begin = 0;
    std::int64_t bytes = 0;
  };
  struct Part {
    std::string file;
    std::int64_t blocks = 0;
  };

  void close_block();
  std::string block_text(const Block& block) const;
  std::string header() const;

  std::string name_;
  SpillFile spill_;
  std::int64_t examples_ = 0;
  Deflater index_deflater_;
  std::string index_;  // base64, from finish() on
  std::map<Label, std::size_t> labels_;
  std::vector<Label> label_order_;
  std::string open_;  // bodies of the block that is being filled
  std::int64_t open_lines_ = 0;
  std::vector<Block> blocks_;
  std::vector<Part> parts_;
};

}  // namespace drp::report
