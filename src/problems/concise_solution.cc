// SPDX-License-Identifier: Apache-2.0
#include "problems/concise_solution.h"

#include <array>
#include <string_view>

#include "base/check.h"
#include "base/text.h"

namespace drp::problems {
namespace {

// What a longer solution adds, in this order; each solution has all before it.
enum Extra {
  kBare,          // 3*4=12
  kSymbols,       // Let a=3, b=4. x=a*b=12.
  kResult,        // Hence x=12.
  kRequired,      // Required: x.
  kSubstitution,  // x=a*b; x=3*4; x=12.
  kVerification,  // Verification: x/b=12/4=3=a.
  kLaw,           // By the product law, ...
  kDomain,        // Domain: a, b, x positive integers.
  kExtras
};

using Choices = std::array<std::string_view, 3>;
constexpr Choices kLet = {"Let", "Put", "Data:"};
constexpr Choices kHence = {"Hence", "Whence", "Result:"};
constexpr Choices kNeeded = {"Required:", "Unknown:", "Sought:"};
constexpr Choices kVerify = {"Verification:", "Converse:", "Proof:"};
constexpr Choices kClose = {"as required.", "q.e.d.", "which proves the claim."};

// Writes the solutions of one word problem.
class TextbookWriter {
 public:
  TextbookWriter(const GeneratedProblem& problem, Random& random)
      : operations_(problem.operations) {
    for (std::string* word : {&let_, &hence_, &needed_, &verify_, &close_}) {
      const Choices& choices = word == &let_      ? kLet
                               : word == &hence_  ? kHence
                               : word == &needed_ ? kNeeded
                               : word == &verify_ ? kVerify
                                                  : kClose;
      *word = choices[random.index(choices.size())];
    }
    name_quantities();
  }

  std::string write(int extra) const {
    if (extra == kBare) {
      std::string text;
      for (const Operation& operation : operations_)
        text += (text.empty() ? "" : "; ") + numbers(operation) + "=" + result(operation);
      return text + ".";
    }
    std::string text = let_ + " " + join(givens_, ", ") + ".";
    if (extra >= kRequired) text += " " + needed_ + " " + results_.back() + ".";
    if (extra >= kDomain) text += " Domain: " + all_names() + " positive integers.";
    for (std::size_t i = 0; i < operations_.size(); ++i) text += "\n" + line(i, extra);
    if (extra >= kVerification) text += "\n" + verification();
    if (extra >= kResult) {
      text += "\n" + hence_ + " " + results_.back() + "=" + result(operations_.back()) +
              (extra >= kSubstitution ? ", " + close_ : ".");
    }
    return text;
  }

 private:
  static std::string result(const Operation& operation) { return std::to_string(operation.result); }
  static std::string numbers(const Operation& operation) {
    return std::to_string(operation.left) + operation.sign + std::to_string(operation.right);
  }

  // a, b, c, ... for what the question gives; y, z, ... for results on the way, x for the last.
  void name_quantities() {
    char given = 'a';
    char between = 'p';
    for (std::size_t i = 0; i < operations_.size(); ++i) {
      const Operation& operation = operations_[i];
      const auto name = [&](int from, std::int64_t value) {
        if (from >= 0) return results_[static_cast<std::size_t>(from)];
        std::string letter(1, given++);
        givens_.push_back(letter + "=" + std::to_string(value));
        names_.push_back(letter);
        return letter;
      };
      lefts_.push_back(name(operation.left_from, operation.left));
      rights_.push_back(name(operation.right_from, operation.right));
      results_.push_back(i + 1 == operations_.size() ? "x" : std::string(1, between++));
    }
  }

  std::string all_names() const {
    std::vector<std::string> names = names_;
    names.insert(names.end(), results_.begin(), results_.end());
    return join(names, ", ");
  }

  std::string symbols(std::size_t i) const { return lefts_[i] + operations_[i].sign + rights_[i]; }

  std::string line(std::size_t i, int extra) const {
    const Operation& operation = operations_[i];
    std::string text = extra >= kLaw ? law(operation.sign) : "";
    text += results_[i] + "=" + symbols(i);
    if (extra >= kSubstitution) {
      return text + "; substitution yields " + results_[i] + "=" + numbers(operation) + ", i.e. " +
             results_[i] + "=" + result(operation) + ".";
    }
    return text + "=" + numbers(operation) + "=" + result(operation) + ".";
  }

  static std::string law(char sign) {
    switch (sign) {
      case '+':
        return "By additivity, ";
      case '-':
        return "By cancellation, ";
      case '*':
        return "By proportionality, ";
      default:
        return "By equipartition, ";
    }
  }

  // The last operation undone.
  std::string verification() const {
    const Operation& last = operations_.back();
    const char inverse = last.sign == '+'   ? '-'
                         : last.sign == '-' ? '+'
                         : last.sign == '*' ? '/'
                                            : '*';
    return verify_ + " " + results_.back() + inverse + rights_.back() + "=" + result(last) +
           inverse + std::to_string(last.right) + "=" + std::to_string(last.left) + "=" +
           lefts_.back() + ".";
  }

  const std::vector<Operation>& operations_;
  std::string let_, hence_, needed_, verify_, close_;
  std::vector<std::string> givens_;  // "a=3"
  std::vector<std::string> names_;
  std::vector<std::string> lefts_, rights_, results_;  // by operation
};

// Premises by number, then what they leave.
std::vector<std::string> puzzle_solutions(const Puzzle& puzzle, Random& random) {
  static constexpr Choices kTold = {"Premises:", "Axioms:", "Hypotheses:"};
  static constexpr Choices kLeft = {"Unique model:", "Sole solution:", "Therefore:"};
  const std::string told(kTold[random.index(kTold.size())]);
  const std::string left(kLeft[random.index(kLeft.size())]);
  std::string premises = told;
  for (std::size_t i = 0; i < puzzle.givens.size(); ++i) {
    premises += " (" + std::to_string(i + 1) + ") " + puzzle.givens[i] + ";";
  }
  premises.back() = '.';
  const std::string range = "(1)-(" + std::to_string(puzzle.givens.size()) + ")";
  const std::string end =
      left + (puzzle.domain == "choice" ? " option " : " ") + puzzle.answer + ".";
  return {premises + "\n" + end,
          premises + "\nExhaustion of cases under " + range + " leaves one.\n" + end,
          premises + "\nExhaustion of cases under " + range + " leaves one: " + puzzle.conclusion +
              "; every other case contradicts " + range + ".\n" + end};
}

}  // namespace

std::vector<std::string> concise_solutions(const GeneratedProblem& problem, Random& random) {
  if (problem.puzzle) return puzzle_solutions(*problem.puzzle, random);
  DRP_CHECK(!problem.operations.empty(), "not a generated problem");
  const TextbookWriter writer(problem, random);
  std::vector<std::string> solutions;
  for (int extra = kBare; extra < kExtras; ++extra) solutions.push_back(writer.write(extra));
  return solutions;
}

}  // namespace drp::problems
