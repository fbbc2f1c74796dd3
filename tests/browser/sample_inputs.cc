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
#include "evaluate/evaluator.h"

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
  double unboxed;  // share of answers outside a box
};
constexpr Arm kArms[] = {
    {"base", 168, 0.66, 0.015}, {"tuned", 47, 0.664, 0}, {"control", 165, 0.67, 0.01}};
constexpr std::int64_t kLimit = 512;
constexpr std::int64_t kLimitOfSets = 8192;

struct ProblemSet {
  const char* name;
  double longer;
  double harder;
};
constexpr ProblemSet kSets[] = {
    {"gsm8k", 1, -0.2}, {"math500", 6, -0.05}, {"aime24", 22, 0.25}, {"amc23", 11, 0.1}};

Scored make_scored(const SampleOptions& options, std::int64_t number, const Arm& arm,
                   std::int64_t sample) {
  Random shared(derive_seed(options.seed, "held-out", std::uint64_t(number)));
  const std::int64_t operations = shared.between(1, 4);
  const double luck = shared.uniform();
  Random random(
      derive_seed(options.seed, arm.name, std::uint64_t(number + sample * options.problems)));
  Scored row;
  row.arm = arm.name;
  row.problem_id = "test-" + num(number);
  row.sample = sample;
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
  const bool boxed = !random.chance(arm.unboxed);
  row.answer = row.correct ? row.gold : num(3 + number % 50 + random.between(0, 2));
  row.method = boxed ? "box" : "phrase";
  row.verdict = row.correct ? "equal" : "unequal";
  row.correct_strict = row.correct && boxed;
  if (row.correct) row.right_by = {boxed ? "box" : "phrase", "number"};
  row.reasoning_tokens = row.response_tokens - 6;
  return row;
}

HeldOutExample make_held_out(const SampleOptions& options, std::int64_t number) {
  HeldOutExample example;
  Random random(derive_seed(options.seed, "held-out text", std::uint64_t(number)));
  const Story story = make_story(random, {});
  for (const Arm& arm : kArms) {
    for (std::int64_t sample = 0; sample < options.samples; ++sample) {
      GradedResponse response{make_scored(options, number, arm, sample), {}};
      for (const Sentence& sentence : story.sentences) {
        const bool brief = std::string_view(arm.name) == "tuned";
        if (!brief || sentence.action == Action::kKeep) response.trace.response += sentence.text;
        if (brief) response.trace.response += sentence.new_text;
      }
      if (options.hostile && number == 0) response.trace.response += kHostileText;
      const std::string& answer = response.scored.answer;
      response.trace.response += response.scored.method == "box"
                                     ? "\n\\boxed{" + answer + "}"
                                     : "\nThe answer is " + answer + ".";
      example.responses.push_back(std::move(response));
    }
  }
  example.problem = {example.responses[0].scored.problem_id, story.question,
                     example.responses[0].scored.gold, "math", example.responses[0].scored.tags};
  return example;
}

void visit_scored(const SampleOptions& options, const std::function<void(const Scored&)>& visit) {
  for (const Arm& arm : kArms) {
    for (std::int64_t i = 0; i < options.problems; ++i) {
      for (std::int64_t sample = 0; sample < options.samples; ++sample)
        visit(make_scored(options, i, arm, sample));
    }
  }
}

Evaluation make_evaluation(const SampleOptions& options) {
  evaluate::Evaluator evaluator;
  visit_scored(options, [&](const Scored& row) { evaluator.add(row); });
  evaluate::EvaluateOptions evaluate_options;
  evaluate_options.seed = options.seed;
  return evaluator.summarise(evaluate_options);
}

// A teacher that was paid for the plans of all traces and a second look at some of them; one
// sending was lost.
Spending make_spending(std::int64_t traces) {
  const ModelSpending plans{.model = "large-teacher",
                            .requests = traces,
                            .attempts = traces + 3,
                            .cached = traces / 20,
                            .failed = 2,
                            .prompt_tokens = 760 * traces,
                            .cached_tokens = 410 * traces,
                            .completion_tokens = 95 * traces,
                            .usd = 0.0018 * double(traces),
                            .unknown_calls = 1,
                            .unknown_tokens_max = 4120,
                            .unknown_usd_max = 0.021};
  const ModelSpending looks{.model = "large-teacher",
                            .requests = traces / 4,
                            .attempts = traces / 4,
                            .prompt_tokens = 240 * traces,
                            .completion_tokens = 4 * traces,
                            .usd = 0.0003 * double(traces)};
  return {{{"decompose", "plan", plans}, {"decompose", "look", looks}},
          5.0,
          std::nullopt,
          {"train-17/0 plan"}};
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
  if (options.paid) {
    inputs.facts[1].value = "large-teacher, protocol span";
    inputs.spending = make_spending(options.traces);
  }
  if (!options.evaluation) return inputs;
  inputs.evaluation = make_evaluation(options);
  inputs.scored = [options](const std::function<void(const Scored&)>& visit) {
    visit_scored(options, visit);
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
