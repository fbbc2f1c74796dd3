// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace drp::path {

// The part of an answer section that states the answer, word for word: its last unit that alone
// gives the same extracted answer, with the heading or the line ending in a colon right before it.
// White space around the section stays. The section itself where no such unit is found, where it is
// one unit anyway, where all of it is the answer (text without "the answer is"), and in domains
// whose answer is more than a statement (code, command).
std::string answer_statement(std::string_view answer_section, std::string_view domain);

}  // namespace drp::path
