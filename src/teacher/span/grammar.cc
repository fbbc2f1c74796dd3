// SPDX-License-Identifier: Apache-2.0
#include "teacher/span/grammar.h"

#include "base/check.h"

namespace drp::teacher {

std::string reply_grammar(UnitNumbers units, const GrammarLimits& limits) {
  DRP_CHECK(units.count > 0, "a grammar for no units");
  std::string grammar = "root ::= f" + std::to_string(units.first) + "\n";
  grammar += "skill ::= \" \" [a-z] [a-z -]{0," + std::to_string(limits.skill_max - 1) + "}\n";
  // No white space first: a text of blanks would be none.
  grammar += "text ::= \"\\t\" [^ \\t\\n\\r] [^\\t\\n\\r]{0," +
             std::to_string(limits.text_max - 1) + "}\n";
  grammar += "plain ::= [KD] skill\n";
  grammar += "short ::= \"S\" skill text\n";
  grammar += "merge ::= \"M\" skill text\n";
  for (std::size_t unit = units.first; unit <= units.last(); ++unit) {
    const std::string name = std::to_string(unit);
    const std::string next = std::to_string(unit + 1);
    const std::string number = "\"" + name + " \" ";
    if (unit == units.last()) {
      grammar += "f" + name + " ::= " + number + "(plain | short | merge) \"\\n\"?\n";
      grammar += "m" + name + " ::= " + number + "merge \"\\n\"?\n";
      break;
    }
    // Open: this unit ends the step, or the step goes on to a later one.
    grammar += "f" + name + " ::= " + number + "((plain | short | merge) \"\\n\" f" + next +
               " | \"M\" skill \"\\n\" m" + next + ") | f" + next + "\n";
    grammar += "m" + name + " ::= " + number + "(merge \"\\n\" f" + next +
               " | \"M\" skill \"\\n\" m" + next + ") | m" + next + "\n";
  }
  return grammar;
}

}  // namespace drp::teacher
