// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drp::train {

// A byte-level BPE vocabulary (Sennrich et al., 2016; Radford et al., 2019), in GPT-2's spelling:
// each byte is one printable code point, a space is U+0120.
struct BpeVocabulary {
  std::vector<std::string> pieces;  // the 256 bytes, then one piece for each merge
  std::vector<std::string> merges;  // "LEFT RIGHT", in the order they are applied
};

// Learns merges from texts. Words are cut as llama.cpp's pre-tokenizer "smollm" cuts them, so a
// digit is always a piece of its own and no piece crosses a word's border. Letters outside ASCII
// are told from signs by their bytes alone, which costs a merge or two there and never a text.
class BpeTrainer {
 public:
  // Counts the words of a text.
  void add(std::string_view text);

  // At most `pieces_max` pieces (256 or more): the most frequent pair of neighbours is merged again
  // and again, ties by spelling, while a pair occurs twice. The same texts give the same
  // vocabulary.
  BpeVocabulary train(std::size_t pieces_max) const;

 private:
  std::map<std::string, std::int64_t, std::less<>> words_;
};

// The words that `text` is cut into; together they are the text.
std::vector<std::string_view> cut_words(std::string_view text);

// The bytes in GPT-2's spelling.
std::string spell_bytes(std::string_view bytes);

}  // namespace drp::train
