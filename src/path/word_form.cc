// SPDX-License-Identifier: Apache-2.0
#include "path/word_form.h"

namespace drp::path {

std::string_view singular(std::string_view word) {
  const bool plural = word.size() > 3 && word.back() == 's' && word[word.size() - 2] != 's';
  return plural ? word.substr(0, word.size() - 1) : word;
}

}  // namespace drp::path
