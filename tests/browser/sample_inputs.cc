// SPDX-License-Identifier: Apache-2.0
#include "browser/sample_inputs.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/text.h"
#include "browser/sample_likelihood.h"

namespace drp::report {

const char* const kHostileText =
    "Markup: <script>window.injected = 1</script> </script><img src=x onerror=\"injected=2\"> ]]> "
    "<!-- &amp; \"quoted\" 'single' \\u003c line\xE2\x80\xA8"
    "separator, bad byte \xFF end.";

namespace {

struct Sentence {
  std::string text;
  Action action;
  std::string skill;
  std::string pass;
  std::string evidence;
  std::string new_text;
};

struct Story {
  std::string question;
  std::int64_t answer;
  std::int64_t operations;
  std::vector<Sentence> sentences;
};

const std::vector<std::string> kNames = {"Ilse",  "Tarek",  "Wanda", "Oskar", "Priya",
                                         "Jonas", "Mirela", "Kofi",  "Sanna", "Lucio"};
const std::vector<std::string> kThings = {"lanterns",  "notebooks", "clay pots", "apricots",
                                          "postcards", "candles",   "seedlings", "buttons"};
const std::vector<std::string> kFiller = {
    "Okay, so I need to work out what is being asked here.",
    "Hmm, let me read that once more to be sure I have it.",
    "Alright, there are a few amounts in this and they should all fit together somehow.",
    "This looks like something that can be done one piece at a time."};
const std::vector<std::string> kChecks = {
    "Wait, is that right? Let me go over it again before moving on.",
    "Just to be safe, I will do the whole calculation a second time from the start.",
    "Let me double-check, since it is easy to slip in this sort of sum."};

std::string num(std::int64_t value) { return std::to_string(value); }

// A word of a made-up vocabulary of 4,000, drawn by Zipf's law.
std::string varied_word(Random& random) {
  static constexpr const char* kSyllables[] = {"ta",  "mor", "li",  "sen", "ka",  "dru",
                                               "vi",  "pol", "ne",  "gar", "shu", "be",
                                               "fil", "on",  "ath", "ri"};
  constexpr double kWords = 4000;
  auto rank = std::uint64_t(std::pow(kWords, random.uniform()));
  std::string word;
  for (std::uint64_t bits = rank * 7; word.empty() || bits > 0; bits /= 16)
    word += kSyllables[bits % 16];
  return word;
}

std::string check_text(const Story& story, Random& random, bool varied) {
  if (!varied) {
    return " " + random.pick(kChecks) +
           " Going through it: the amounts are as before, so the total stays " + num(story.answer) +
           ".";
  }
  std::string text = " Wait,";
  for (std::int64_t words = random.between(8, 24); words > 0; --words)
    text += " " + varied_word(random);
  return text + ", so " + num(random.between(10, 999)) + ".";
}

void add_checks(Story& story, Random& random, const SampleOptions& options) {
  std::size_t size = 0;
  for (const Sentence& sentence : story.sentences) size += sentence.text.size();
  while (std::int64_t(size) < options.reasoning_bytes) {
    story.sentences.push_back({check_text(story, random, options.varied), Action::kDelete,
                               "checking", "check-after-answer",
                               "repeats a result that is already known", ""});
    size += story.sentences.back().text.size();
  }
}

// A purchase told in two to four operations, with the hesitation of a verbose student.
Story make_story(Random& random, const SampleOptions& options) {
  const std::string name = random.pick(kNames);
  const std::string things = random.pick(kThings);
  const std::int64_t boxes = random.between(3, 12);
  const std::int64_t each = random.between(4, 15);
  const std::int64_t given = random.between(2, 11);
  const std::int64_t price = random.between(2, 6);
  const std::int64_t total = boxes * each;
  const std::int64_t left = total - given;
  const bool sells = random.chance(0.5);
  Story story;
  story.operations = sells ? 3 : 2;
  story.answer = sells ? left * price : left;
  story.question = name + " has " + num(boxes) + " boxes with " + num(each) + " " + things +
                   " in each and gives " + num(given) + " of them to a neighbour." +
                   (sells ? " The rest are sold for " + num(price) +
                                " euros apiece. How many euros does that bring in?"
                          : " How many " + things + " are left?");
  story.sentences = {
      {random.pick(kFiller), Action::kDelete, "setting up", "filler",
       "says nothing about the problem", ""},
      {" So " + name + " has " + num(boxes) + " boxes, and in each of the boxes there are " +
           num(each) + " " + things + ", which is to say the same number in every box.",
       Action::kSingleStepCompress, "reading a quantity", "tighten", "restates the question",
       " There are " + num(boxes) + " boxes of " + num(each) + " " + things + "."},
      {" That makes " + num(boxes) + " * " + num(each) + " = " + num(total) + " " + things +
           " in all.",
       Action::kKeep, "multiplication", "", "", ""},
      {" " + random.pick(kChecks) + " " + num(boxes) + " times " + num(each) + " is " + num(total) +
           ", yes.",
       Action::kDelete, "checking", "repetition", "repeats step 3", ""},
      {" Now " + num(given) + " of them go to the neighbour.", Action::kMultiStepCompress,
       "reading a quantity", "merge", "one operation in two steps", ""},
      {" Taking them away from the total gives " + num(total) + " - " + num(given) + " = " +
           num(left) + ".",
       Action::kMultiStepCompress, "subtraction", "merge", "one operation in two steps",
       " After the gift, " + num(total) + " - " + num(given) + " = " + num(left) + " remain."}};
  if (sells) {
    story.sentences.push_back({" Each of those is sold for " + num(price) + " euros, so that is " +
                                   num(left) + " * " + num(price) + " = " + num(story.answer) + ".",
                               Action::kKeep, "multiplication", "", "", ""});
  }
  add_checks(story, random, options);
  return story;
}

// What becomes of the path: a fifth of the answers is wrong, some traces are cut, some paths are
// refused by a gate. Whether a plan was made.
bool meet_fate(PrunedExample& example, const Story& story, double fate) {
  Trace& trace = example.trace;
  PrunedPath& done = example.path;
  if (fate < 0.2) {
    done = {trace.id, trace.problem_id, "rules", "", "", "", trace.response_tokens, 0, {}, {}};
    done.rejection = Rejection{
        Reason::kWrongAnswer, "read " + num(story.answer + 1) + ", reference " + num(story.answer)};
    trace.response.replace(trace.answer.begin, trace.answer.size(),
                           "The answer is \\boxed{" + num(story.answer + 1) + "}.");
    trace.answer.end = trace.response.size();
    return false;
  }
  if (fate < 0.23) {
    done.rejection =
        Rejection{fate < 0.215 ? Reason::kCutOff : Reason::kLoop, "stopped by the limit"};
    return false;
  }
  if (fate < 0.31) {
    const bool dangling = fate < 0.27;
    done.gates[dangling ? 4 : 3] = {dangling ? "dangling" : "grounded", false,
                                    "uses " + num(story.answer) + ", which no kept step yields"};
    done.rejection = Rejection{dangling ? Reason::kDangling : Reason::kUngroundedNumber,
                               "uses " + num(story.answer) + ", which no kept step yields"};
  }
  return true;
}

PrunedExample make_example(const SampleOptions& options, std::int64_t number) {
  Random random(derive_seed(options.seed, "trace", std::uint64_t(number)));
  const Story story = make_story(random, options);
  PrunedExample example;
  example.problem = {"train-" + num(number),
                     story.question,
                     num(story.answer),
                     "math",
                     {{"operations", num(story.operations)}}};
  Trace& trace = example.trace;
  trace.id = example.problem.id + "/0";
  trace.problem_id = example.problem.id;
  trace.finish = FinishReason::kStop;
  std::string reasoning;
  std::string path;
  Plan plan{trace.id, trace.problem_id, "rules", {}};
  for (const Sentence& sentence : story.sentences) {
    Step step{{reasoning.size(), reasoning.size() + sentence.text.size()},
              sentence.skill,
              sentence.action,
              std::nullopt,
              sentence.pass,
              sentence.evidence};
    if (!sentence.new_text.empty()) step.text = sentence.new_text;
    if (sentence.action == Action::kKeep) path += sentence.text;
    path += sentence.new_text;
    reasoning += sentence.text;
    plan.steps.push_back(step);
  }
  const auto add_step = [&](const std::string& text, const std::string& skill) {
    reasoning += text;
    plan.steps.push_back({{plan.steps.back().span.end, reasoning.size()},
                          skill,
                          Action::kKeep,
                          std::nullopt,
                          "",
                          ""});
  };
  if (options.hostile && number == 0) {
    add_step(kHostileText + std::string(1, '\0') + "after NUL", "<b>bold</b> skill");
    example.problem.question += " <script>window.injected = 3</script>";
  }
  if (options.long_line && number == 1) {
    std::string line;
    while (line.size() < (std::size_t{1} << 20U)) line += static_cast<char>('0' + line.size() % 10);
    add_step(line, "one line");
  }
  const std::string answer = "The answer is \\boxed{" + num(story.answer) + "}.";
  trace.response = "<think>" + reasoning + "</think>\n" + answer;
  trace.reasoning = {7, 7 + reasoning.size()};
  trace.answer = {trace.response.size() - answer.size(), trace.response.size()};
  trace.response_tokens = std::int64_t(trace.response.size()) / 4;

  PrunedPath& done = example.path;
  done = {trace.id, trace.problem_id, "rules", std::string(trim(path)), answer, "", 0, 0, {}, {}};
  done.tokens_before = trace.response_tokens;
  done.tokens_after = std::int64_t(path.size() + answer.size()) / 4;
  done.gates = {{"coverage", true, ""}, {"order", true, ""},    {"answer", true, ""},
                {"grounded", true, ""}, {"dangling", true, ""}, {"shorter", true, ""}};
  const double fate = number > 0 ? random.uniform() : 1;
  if (meet_fate(example, story, fate)) example.plan = std::move(plan);
  return example;
}

struct Arm {
  const char* name;
  double mean;
  double right;
};
constexpr Arm kArms[] = {{"base", 168, 0.66}, {"tuned", 47, 0.664}, {"control", 165, 0.67}};
constexpr std::int64_t kLimit = 512;
constexpr std::int64_t kLimitOfSets = 8192;

struct ProblemSet {
  const char* name;
  double longer;
  double harder;
};
constexpr ProblemSet kSets[] = {
    {"gsm8k", 1, -0.2}, {"math500", 6, -0.05}, {"aime24", 22, 0.25}, {"amc23", 11, 0.1}};

Scored make_scored(const SampleOptions& options, std::int64_t number, const Arm& arm) {
  Random shared(derive_seed(options.seed, "held-out", std::uint64_t(number)));
  const std::int64_t operations = shared.between(1, 4);
  const double luck = shared.uniform();
  Random random(derive_seed(options.seed, arm.name, std::uint64_t(number)));
  Scored row;
  row.arm = arm.name;
  row.problem_id = "test-" + num(number);
  row.gold = num(20 + number % 80);
  row.tags = {{"operations", num(operations)}};
  const ProblemSet set =
      options.sets ? kSets[std::size_t(number) % std::size(kSets)] : ProblemSet{"", 1, 0};
  if (options.sets) row.tags["set"] = set.name;
  const std::int64_t limit = options.sets ? kLimitOfSets : kLimit;
  const double length =
      arm.mean * set.longer * (0.55 + 0.18 * double(operations)) * std::exp(0.28 * random.normal());
  row.correct = luck + 0.22 * (random.uniform() - 0.5) <
                arm.right - set.harder - 0.11 * (double(operations) - 2.5);
  if (!row.correct && random.chance(0.12)) {
    row.finish = FinishReason::kLength;
    row.response_tokens = limit;
  } else {
    row.finish = FinishReason::kStop;
    row.response_tokens = std::clamp<std::int64_t>(std::int64_t(length), 6, limit);
  }
  row.answer = row.correct ? row.gold : num(3 + number % 50);
  row.method = "box";
  row.verdict = row.correct ? "equal" : "unequal";
  row.correct_strict = row.correct;
  row.reasoning_tokens = row.response_tokens - 6;
  return row;
}

HeldOutExample make_held_out(const SampleOptions& options, std::int64_t number) {
  HeldOutExample example;
  Random random(derive_seed(options.seed, "held-out text", std::uint64_t(number)));
  const Story story = make_story(random, {});
  for (const Arm& arm : kArms) {
    GradedResponse response{make_scored(options, number, arm), {}};
    for (const Sentence& sentence : story.sentences) {
      const bool brief = std::string_view(arm.name) == "tuned";
      if (!brief || sentence.action == Action::kKeep) response.trace.response += sentence.text;
      if (brief) response.trace.response += sentence.new_text;
    }
    if (options.hostile && number == 0) response.trace.response += kHostileText;
    response.trace.response += "\n\\boxed{" + response.scored.answer + "}";
    example.responses.push_back(std::move(response));
  }
  example.problem = {example.responses[0].scored.problem_id, story.question,
                     example.responses[0].scored.gold, "math", example.responses[0].scored.tags};
  return example;
}

Estimate around(double value, double half) { return {value, value - half, value + half}; }

// Exact and two-sided.
double mcnemar(std::int64_t b, std::int64_t c) {
  const double n = double(b + c);
  double tail = 0;
  for (std::int64_t k = 0; k <= std::min(b, c); ++k) {
    tail += std::exp(std::lgamma(n + 1) - std::lgamma(double(k) + 1) -
                     std::lgamma(n - double(k) + 1) - n * std::log(2.0));
  }
  return std::min(1.0, 2 * tail);
}

PairedComparison compare(const SampleOptions& options, const Arm& before, const Arm& after,
                         const std::string& group) {
  PairedComparison pair;
  pair.before = before.name;
  pair.after = after.name;
  pair.group = group;
  double tokens_before = 0;
  double tokens_after = 0;
  for (std::int64_t i = 0; i < options.problems; ++i) {
    const Scored a = make_scored(options, i, before);
    const std::size_t tag_end = group.find('=');
    if (tag_end != std::string::npos &&
        a.tags.at(group.substr(0, tag_end)) != group.substr(tag_end + 1))
      continue;
    const Scored b = make_scored(options, i, after);
    ++pair.pairs;
    ++(a.correct ? (b.correct ? pair.both_right : pair.only_before)
                 : (b.correct ? pair.only_after : pair.both_wrong));
    tokens_before += double(a.response_tokens);
    tokens_after += double(b.response_tokens);
  }
  const double n = std::max(1.0, double(pair.pairs));
  pair.tokens_before = tokens_before / n;
  pair.tokens_after = tokens_after / n;
  pair.tokens_before_both_right = pair.tokens_before * 0.86;
  pair.tokens_after_both_right = pair.tokens_after * 0.84;
  pair.tokens_cut = around(1 - tokens_after / std::max(1.0, tokens_before), 0.4 / std::sqrt(n));
  pair.accuracy_before = double(pair.both_right + pair.only_before) / n;
  pair.accuracy_after = double(pair.both_right + pair.only_after) / n;
  pair.accuracy_difference =
      around(pair.accuracy_after - pair.accuracy_before,
             1.96 * std::sqrt(double(pair.only_before + pair.only_after)) / n);
  pair.mcnemar_p = mcnemar(pair.only_before, pair.only_after);
  return pair;
}

Evaluation make_evaluation(const SampleOptions& options) {
  Evaluation evaluation;
  for (const Arm& arm : kArms) {
    ArmSummary summary;
    summary.arm = arm.name;
    summary.responses = options.problems;
    double right = 0;
    double cut = 0;
    for (std::int64_t i = 0; i < options.problems; ++i) {
      const Scored row = make_scored(options, i, arm);
      right += row.correct ? 1 : 0;
      cut += row.finish == FinishReason::kLength ? 1 : 0;
      summary.tokens_mean += double(row.response_tokens) / double(options.problems);
    }
    const double n = std::max(1.0, double(options.problems));
    const double share = right / n;
    summary.accuracy = around(share, 1.96 * std::sqrt(share * (1 - share) / n));
    summary.accuracy_strict = summary.accuracy;
    summary.tokens_median = summary.tokens_mean * 0.92;
    summary.tokens_p90 = summary.tokens_mean * 1.6;
    summary.share_cut = cut / n;
    evaluation.arms.push_back(summary);
  }
  evaluation.comparisons = {compare(options, kArms[0], kArms[1], "all"),
                            compare(options, kArms[0], kArms[2], "all")};
  for (const char* group : {"operations=1", "operations=2", "operations=3", "operations=4"})
    evaluation.comparisons.push_back(compare(options, kArms[0], kArms[1], group));
  if (options.sets) {
    for (const ProblemSet& set : kSets) {
      evaluation.comparisons.push_back(
          compare(options, kArms[0], kArms[1], std::string("set=") + set.name));
    }
  }
  return evaluation;
}

std::vector<TrainingEvent> make_training(Random random) {
  std::vector<TrainingEvent> events;
  for (std::int64_t step = 1; step <= 120; ++step) {
    const double loss = 0.35 + 1.3 * std::exp(-double(step) / 22) + 0.05 * random.normal();
    events.push_back({step, double(step) / 40, loss, 3e-4, 900, false});
    if (step % 40 == 0) events.push_back({step, double(step) / 40, loss + 0.06, 3e-4, 2000, true});
  }
  return events;
}

}  // namespace

ReportInputs sample_inputs(const SampleOptions& options) {
  ReportInputs inputs;
  inputs.title = "DRP on grade-school word problems";
  inputs.facts = {{"student", "SmolLM2-135M-Instruct + reasoner adapter"},
                  {"teacher", "rules"},
                  {"training rows", "274"},
                  {"held-out problems", num(options.problems) + " built-in, 1 to 4 operations"},
                  {"sampling", "temperature 0, at most 512 tokens"},
                  {"seed", num(std::int64_t(options.seed))},
                  {"machine", "2 cores, 24 GiB"},
                  {"program", "drp 0.1.0"}};
  inputs.stages = {{"sample", 212, "400 problems"},
                   {"decompose", 0.6, ""},
                   {"prune", 0.9, ""},
                   {"train", 96, "120 steps"},
                   {"evaluate", 301, "2 students"}};
  inputs.paths = [options](const std::function<void(const PrunedExample&)>& visit) {
    for (std::int64_t i = 0; i < options.traces; ++i) visit(make_example(options, i));
  };
  inputs.rejections = {{"curate", Reason::kDuplicate, 9}, {"curate", Reason::kNotSelected, 21}};
  inputs.flow = {{"problems", options.traces},
                 {"traces", options.traces},
                 {"right", options.traces * 77 / 100},
                 {"accepted", options.traces * 69 / 100},
                 {"training rows", options.traces * 62 / 100}};
  if (!options.evaluation) return inputs;
  inputs.evaluation = make_evaluation(options);
  inputs.scored = [options](const std::function<void(const Scored&)>& visit) {
    for (const Arm& arm : kArms) {
      for (std::int64_t i = 0; i < options.problems; ++i) visit(make_scored(options, i, arm));
    }
  };
  inputs.held_out = [options](const std::function<void(const HeldOutExample&)>& visit) {
    for (std::int64_t i = 0; i < options.problems; ++i) visit(make_held_out(options, i));
  };
  inputs.training = make_training(Random(options.seed));
  inputs.learnability = sample_learnability(options.seed);
  inputs.likelihoods = [options](const std::function<void(const PathLikelihood&)>& visit) {
    for (const PathLikelihood& path : sample_likelihoods(options.seed)) visit(path);
  };
  return inputs;
}

}  // namespace drp::report
