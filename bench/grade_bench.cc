// SPDX-License-Identifier: Apache-2.0
// usage: grade_bench [PAIRS [FILE]]
// Speed of the grader on one core over a realistic mix of answers, with answers alone and with
// whole responses of 20 kB. With FILE the pairs are also written there, for
// bench/peers/math_verify.
#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "answers/grade.h"
#include "base/random.h"

namespace drp {
namespace {

struct Item {
  std::string gold;
  std::string pred;
  bool same;  // as made
};

// Integers 50 %, the rest over ten kinds; six pairs of ten are equal.
class MixMaker {
 public:
  Item next() {
    const bool same = random_.chance(0.6);
    const std::string a = number(1, 99);
    const std::string b = number(2, 99);
    const double kind = random_.uniform();
    if (kind < 0.5) return integers(same);
    if (kind < 0.6)
      return {"\\frac{" + a + "}{" + b + "}", same ? a + "/" + b : a + "1/" + b, same};
    if (kind < 0.67) return radicals(same);
    if (kind < 0.73) {
      return {"[" + a + ",\\infty)", same ? "x \\ge " + a : "(" + a + ",\\infty)", same};
    }
    if (kind < 0.78) {
      return {"(" + a + "," + b + ")", "(" + a + ", " + b + (same ? ")" : "1)"), same};
    }
    if (kind < 0.83) {
      return {"\\{" + a + ",-" + b + ",0\\}", "\\{0, " + a + (same ? ", -" : ", ") + b + "\\}",
              same};
    }
    if (kind < 0.86) return matrices(a, b, same);
    if (kind < 0.9) {
      return {a + "x^2+" + b + "x-1", "-1 + " + b + "x + " + a + "x^{" + (same ? "2}" : "3}"),
              same};
    }
    if (kind < 0.93) {
      return {"\\frac{" + a + "\\pi}{" + b + "}",
              same ? "\\pi \\cdot \\frac{" + a + "}{" + b + "}" : b + "\\pi", same};
    }
    if (kind < 0.97) return {a + "\\text{ cm}", a + (same ? " cm" : " m"), same};
    return {"\\text{east}", same ? "East" : "west", same};
  }

 private:
  std::string number(std::int64_t low, std::int64_t high) {
    return std::to_string(random_.between(low, high));
  }
  Item integers(bool same) {
    const std::int64_t value = random_.between(-9'999, 99'999);
    const std::string gold = std::to_string(value);
    if (!same) return {gold, std::to_string(value + 1), false};
    return {gold, random_.chance(0.2) ? gold + ".0" : gold, true};
  }
  Item radicals(bool same) {
    const std::int64_t outer = random_.between(2, 20);
    const std::int64_t inner = random_.between(2, 60);
    return {std::to_string(outer) + "\\sqrt{" + std::to_string(inner) + "}",
            "\\sqrt{" + std::to_string(outer * outer * inner + (same ? 0 : 1)) + "}", same};
  }
  static Item matrices(const std::string& a, const std::string& b, bool same) {
    return {
        "\\begin{pmatrix}" + a + "&" + b + "\\\\1&2\\end{pmatrix}",
        "\\begin{bmatrix} " + a + " & " + b + " \\\\ 1 & " + (same ? "2" : "3") + " \\end{bmatrix}",
        same};
  }

  Random random_{20'261'125};
};

std::string long_response(const std::string& answer) {
  std::string text = "<think>\n";
  while (text.size() < 20'000) {
    text += "So $x = 3$ gives $2x + 1 = 7$, and 7 times 12 is 84. Wait, let me check that again.\n";
  }
  return text + "</think>\n\nThe answer is $\\boxed{" + answer + "}$.";
}

template <class Work>
void measure(const char* name, const std::vector<Item>& items, const Work& work) {
  using Clock = std::chrono::steady_clock;
  std::vector<double> milliseconds;
  milliseconds.reserve(items.size());
  std::size_t wrong = 0;
  const auto begin = Clock::now();
  for (const Item& item : items) {
    const auto start = Clock::now();
    wrong += work(item) == item.same ? 0 : 1;
    milliseconds.push_back(std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  std::sort(milliseconds.begin(), milliseconds.end());
  const auto at = [&](double share) {
    return milliseconds[static_cast<std::size_t>(share * static_cast<double>(items.size() - 1))];
  };
  std::printf(
      "%-22s %9.0f pairs/s   p50 %.4f ms  p99 %.3f ms  max %.2f ms   %zu of %zu not as made\n",
      name, static_cast<double>(items.size()) / seconds, at(0.5), at(0.99), at(1), wrong,
      items.size());
}

int run(int count, char** arguments) {
  const std::size_t pairs = count > 1 ? std::strtoul(arguments[1], nullptr, 10) : 20'000;
  MixMaker maker;
  std::vector<Item> items;
  items.reserve(pairs);
  for (std::size_t i = 0; i < pairs; ++i) items.push_back(maker.next());
  if (count > 2) {
    std::ofstream file(arguments[2]);
    for (const Item& item : items) {
      file << nlohmann::json{{"gold", item.gold}, {"pred", item.pred}, {"same", item.same}} << "\n";
    }
  }
  measure("answers alone", items,
          [](const Item& item) { return answers::compare(item.gold, item.pred).equal(); });
  std::vector<std::string> responses;
  responses.reserve(std::min<std::size_t>(pairs, 2'000));
  items.resize(std::min<std::size_t>(pairs, 2'000));
  for (const Item& item : items) responses.push_back(long_response(item.pred));
  std::size_t next = 0;
  measure("responses of 20 kB", items, [&](const Item& item) {
    return answers::grade({.gold = item.gold, .response = responses[next++]}).equal();
  });
  responses.clear();
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  std::printf("resident at most %.1f MiB (with the pairs of the bench)\n",
              static_cast<double>(usage.ru_maxrss) / 1024);
  return 0;
}

}  // namespace
}  // namespace drp

int main(int count, char** arguments) {
  try {
    return drp::run(count, arguments);
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "grade_bench: %s\n", problem.what());
    return 1;
  }
}
