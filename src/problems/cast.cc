// SPDX-License-Identifier: Apache-2.0
#include "problems/cast.h"

#include <iterator>

namespace drp::problems {
namespace {

constexpr Person kPeople[] = {
    {"Anna", true},   {"Ben", false},   {"Clara", true},  {"David", false}, {"Emma", true},
    {"Frank", false}, {"Grace", true},  {"Henry", false}, {"Ines", true},   {"Jack", false},
    {"Kate", true},   {"Leo", false},   {"Maya", true},   {"Noah", false},  {"Olga", true},
    {"Paul", false},  {"Rosa", true},   {"Sam", false},   {"Tina", true},   {"Victor", false},
    {"Wendy", true},  {"Yusuf", false}, {"Zoe", true},    {"Omar", false},  {"Lena", true},
    {"Carl", false},  {"Nina", true},   {"Hugo", false},  {"Sara", true},   {"Tom", false},
    {"Priya", true},  {"Ravi", false},  {"Mei", true},    {"Ivan", false},  {"Ruth", true},
    {"Felix", false},
};

constexpr Cast kCollected[] = {
    {{"sticker", "stickers"}, {}},
    {{"marble", "marbles"}, {}},
    {{"stamp", "stamps"}, {}},
    {{"shell", "shells"}, {}},
    {{"button", "buttons"}, {}},
    {{"bead", "beads"}, {}},
    {{"coin", "coins"}, {}},
    {{"toy car", "toy cars"}, {}},
    {{"postcard", "postcards"}, {}},
    {{"crayon", "crayons"}, {}},
    {{"badge", "badges"}, {}},
    {{"pebble", "pebbles"}, {}},
    {{"comic book", "comic books"}, {}},
    {{"photo", "photos"}, {}},
    {{"acorn", "acorns"}, {}},
};

constexpr Cast kPacked[] = {
    {{"pencil", "pencils"}, {"box", "boxes"}},
    {{"egg", "eggs"}, {"carton", "cartons"}},
    {{"apple", "apples"}, {"bag", "bags"}},
    {{"cookie", "cookies"}, {"tray", "trays"}},
    {{"peach", "peaches"}, {"jar", "jars"}},
    {{"flower", "flowers"}, {"vase", "vases"}},
    {{"orange", "oranges"}, {"crate", "crates"}},
    {{"candle", "candles"}, {"pack", "packs"}},
    {{"muffin", "muffins"}, {"tin", "tins"}},
    {{"plum", "plums"}, {"basket", "baskets"}},
    {{"tennis ball", "tennis balls"}, {"can", "cans"}},
    {{"card", "cards"}, {"deck", "decks"}},
    {{"rose", "roses"}, {"bunch", "bunches"}},
    {{"envelope", "envelopes"}, {"packet", "packets"}},
};

constexpr Cast kPriced[] = {
    {{"notebook", "notebooks"}, {}}, {{"kettle", "kettles"}, {}},         {{"mug", "mugs"}, {}},
    {{"puzzle", "puzzles"}, {}},     {{"ruler", "rulers"}, {}},           {{"cap", "caps"}, {}},
    {{"kite", "kites"}, {}},         {{"umbrella", "umbrellas"}, {}},     {{"lamp", "lamps"}, {}},
    {{"towel", "towels"}, {}},       {{"basketball", "basketballs"}, {}}, {{"apron", "aprons"}, {}},
};

constexpr Cast kTwoPriced[] = {
    {{"pen", "pens"}, {"notebook", "notebooks"}},
    {{"vest", "vests"}, {"cap", "caps"}},
    {{"shirt", "shirts"}, {"scarf", "scarves"}},
    {{"plate", "plates"}, {"cup", "cups"}},
    {{"book", "books"}, {"poster", "posters"}},
    {{"ball", "balls"}, {"rope", "ropes"}},
    {{"pie", "pies"}, {"cake", "cakes"}},
    {{"brush", "brushes"}, {"bucket", "buckets"}},
    {{"pizza", "pizzas"}, {"salad", "salads"}},
    {{"chair", "chairs"}, {"cushion", "cushions"}},
    {{"melon", "melons"}, {"pineapple", "pineapples"}},
    {{"hat", "hats"}, {"belt", "belts"}},
};

constexpr Cast kPlain[] = {{{"thing", "things"}, {}}};

template <std::size_t kSize>
const Cast& pick(const Cast (&casts)[kSize], Random& random) {
  return casts[random.index(kSize)];
}

}  // namespace

std::vector<Person> draw_people(Random& random, std::size_t count) {
  std::vector<Person> people(std::begin(kPeople), std::end(kPeople));
  for (std::size_t i = 0; i < count; ++i) {
    std::swap(people[i], people[i + random.index(people.size() - i)]);
  }
  people.resize(count);
  return people;
}

Cast draw_cast(CastKind kind, Random& random) {
  switch (kind) {
    case CastKind::kCollected:
      return pick(kCollected, random);
    case CastKind::kPacked:
      return pick(kPacked, random);
    case CastKind::kPriced:
      return pick(kPriced, random);
    case CastKind::kTwoPriced:
      return pick(kTwoPriced, random);
    case CastKind::kPlain:
      return pick(kPlain, random);
  }
  return kPlain[0];
}

}  // namespace drp::problems
