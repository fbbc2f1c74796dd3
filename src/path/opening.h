// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace drp::path {

// What the first word after the connectives points at.
enum class Anaphor {
  kNone,
  kDemonstrative,  // that, this, these, the same, which, doing so, the result
  kPersonal,       // he, she, they, it and their possessives
};

// How a sentence opens: its connectives, hesitations and back references.
struct Opening {
  std::size_t begin = 0;     // first byte that is not white space
  std::size_t core = 0;      // first byte after hesitations and connectives
  bool hesitates = false;    // okay, hmm, wait, well, hold on, let me see
  bool doubts = false;       // wait, hold on, but wait
  bool concludes = false;    // so, therefore, thus, hence
  bool contrasts = false;    // but, however
  bool continues = false;    // then, next, now, and, also, again
  bool first = false;        // first, firstly
  bool later = false;        // second, third, finally, lastly
  bool alternative = false;  // alternatively
  Anaphor anaphor = Anaphor::kNone;

  bool plain() const { return core == begin; }
};

Opening read_opening(std::string_view text);

// `text` from byte `from` on, its first word capitalised where the original's was. A single letter
// is left alone, since it may be an unknown.
std::string reopened(std::string_view text, std::size_t from);

// Capitalises the first word of `text` after white space; a word of one letter stays.
void capitalise(std::string& text);

}  // namespace drp::path
