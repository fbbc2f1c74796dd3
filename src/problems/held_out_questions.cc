// SPDX-License-Identifier: Apache-2.0
//
// The question wordings set aside: one in five, asked in the test split alone. Whoever writes prune
// rules does not read this file, so that the evidence is not circular.
#include <utility>

#include "problems/family.h"

namespace drp::problems {
namespace {

constexpr std::pair<std::string_view, std::string_view> kHeldOut[] = {
    {"gather",
     "A tin of {N}'s contains {a} {xs}. Later {M} drops another {b} into it. What is the number of "
     "{xs} in the tin after that?"},
    {"give_away",
     "{N} owned {a} {xs} until {M} borrowed {b} of them. What is the number of {xs} that {N} still "
     "has?"},
    {"boxes", "Suppose {a} {ys} contain {b} {xs} apiece. What is the total number of {xs}?"},
    {"share",
     "{k} children receive {a} {xs} in fair shares. What is the size of one share, in {xs}?"},
    {"compare",
     "While {N} keeps {a} {xs}, {M} keeps {b}. What is the difference between the two, in {xs}?"},
    {"times_as_many",
     "{N} won {a} {xs} at the fair, and {M} won {times k} as many. What number of {xs} did {M} "
     "win?"},
    {"trip",
     "Going {v} miles in each hour, {N} is on the road for {t} hours. What distance in miles is "
     "that?"},
    {"age_later", "{b} years from today, what will the age of {N} be if {he} is {a} today?"},
    {"percent_of",
     "{n} students vote, and {p}% of them vote for a picnic. What is the number of picnic votes?"},
    {"area",
     "One side of a rectangular field is {a} feet, the other is {b} feet. What is the area in "
     "square "
     "feet?"},
    {"pages_left",
     "{N}'s book runs to {a} pages, of which {b} lie behind {him}. What number of pages is still "
     "ahead?"},
    {"machine",
     "The output of a small plant is {a} {xs} an hour. What is its output in a shift of {t} "
     "hours?"},
    {"boxes_left",
     "{a} {ys} with {b} {xs} apiece stood in the hall until {N} took {c} {xs} out. What number of "
     "{xs} is still in the hall?"},
    {"boxes_plus",
     "Besides {c} loose {xs}, {N} owns {a} {ys} that contain {b} {xs} apiece. What is {his} total "
     "number of {xs}?"},
    {"buy_change",
     "For {a} {xs}, {N} puts {c} dollars on the counter. The price of one is {b} dollars. What "
     "does "
     "the cashier return, in dollars?"},
    {"two_purchases",
     "From a budget of {c} dollars, {N} pays {a} dollars for {an x} and {b} dollars for {an y}. "
     "What "
     "is left of the budget, in dollars?"},
    {"share_after",
     "{a} {xs} of {N}'s and {b} of {M}'s are mixed and dealt out fairly to {k} children. What "
     "number "
     "of {xs} goes to each child?"},
    {"more_together",
     "{N}'s album holds {a} {xs}, and {M}'s album holds {b} more than that. What is the number of "
     "{xs} in both albums?"},
    {"times_together",
     "A bag with {a} {xs} is {N}'s, and a bag with {times k} as many is {M}'s. What number of {xs} "
     "is in both bags?"},
    {"savings",
     "{An x} is priced at {c} dollars. Putting by {a} dollars weekly for {b} weeks, how many "
     "dollars "
     "is {N} away from the price?"},
    {"ages",
     "{M} was born {b} years before {N}, and {N} is {a} now. What age will {M} have in {c} years?"},
    {"perimeter",
     "The sides of a rectangular pool are {a} feet and {b} feet long. What is the length of its "
     "edge "
     "in feet?"},
    {"leftover",
     "Out of {c} {xs}, {k} children are given {q} apiece. What number of {xs} is not given out?"},
    {"schedule",
     "{N} sets aside {a} minutes for music and {b} minutes for books every day. What is the total "
     "in "
     "minutes after {c} days?"},
    {"round_trip",
     "Between {N}'s home and the pool lie {a} miles. {He} goes and returns daily for {c} days. "
     "What "
     "is the total distance in miles?"},
    {"discount",
     "Marked at {n} dollars, {an x} is reduced by {p}%. What is its price after that, in dollars?"},
    {"work_together",
     "{N} and {M} spend {c} hours making {xs}: {N} at {a} an hour, {M} at {b} an hour. What number "
     "of "
     "{xs} do they end up with?"},
    {"weeks_days", "Written in days alone, how long is a course of {a} weeks and {b} days?"},
    {"two_items",
     "{N}'s list says {a} {xs} and {c} {ys}. One of the {xs} is {b} dollars, one of the {ys} is "
     "{d} "
     "dollars. What does the list cost in dollars?"},
    {"boxes_shared",
     "{k} friends own {a} {ys} of {b} {xs} and another {c} {xs} in common. In fair shares, what "
     "number of {xs} falls to each friend?"},
    {"chain_compare",
     "{N} keeps {a} {xs}; {M} keeps {times k} as many; {L} keeps {b} more than {M}. What is the "
     "gap "
     "between {L} and {N}, in {xs}?"},
    {"garden_sale",
     "{c} of the plants in {N}'s {a} rows of {b} did not survive. For each of the others a "
     "neighbor "
     "pays {d} dollars. What does the neighbor pay in dollars?"},
    {"wages",
     "{a} hours of work at {b} dollars an hour and {c} dollars of tips, less {d} dollars for "
     "lunch: "
     "what does {N} have in the end, in dollars?"},
    {"reading",
     "{N} gets through {a} pages daily on {b} days and {c} pages on one more day. What is missing "
     "to "
     "the {d} pages of the book?"},
    {"bus",
     "A coach carries {a} people. {b} step out and {c} step in at the first halt, and {d} step out "
     "at "
     "the next. What number of people does it carry on?"},
    {"seats",
     "{a} tables seat {b} people each, and {c} chairs stand apart. With {d} guests seated, what "
     "number of seats is free?"},
    {"fence",
     "At {c} dollars a foot, what is the price in dollars of a fence for a rectangular lot with "
     "sides of {a} feet and {b} feet?"},
    {"sale_items",
     "The price of one {x} is {b} dollars. For {a} of them, less {p}%, what is {N} charged in "
     "dollars?"},
    {"homework",
     "{a} tasks at {b} minutes apiece and a rest of {c} minutes have to fit in {d} minutes. What "
     "time "
     "in minutes does {N} have to spare?"},
    {"two_items_change",
     "{N} hands over {e} dollars for {a} {xs} at {b} dollars and {c} {ys} at {d} dollars apiece. "
     "What "
     "does {he} receive back, in dollars?"},
    {"three_friends",
     "{a} {xs} are {N}'s, {times k} as many are {M}'s, and {L} owns {b} fewer than {M}. What is "
     "their "
     "common total of {xs}?"},
    {"egg_sale",
     "{a} hens with {b} eggs apiece, less {c} eggs for the kitchen, fill cartons of {k}. One "
     "carton "
     "brings {N} {d} dollars. What is the income in dollars?"},
    {"school_trip",
     "{c} adults and {a} classes with {b} students apiece fill every place in boats for {k}. One "
     "boat "
     "is {d} dollars. What is the fare for all of them, in dollars?"},
    {"gift_money",
     "{N} puts by {a} dollars weekly for {b} weeks, is given {c} dollars, and spends {d} dollars "
     "on "
     "{an x}. In fair parts for {k} cousins, what is one part of the rest in dollars?"},
    {"two_shifts",
     "Mornings of {a} hours and evenings of {b} hours, for {d} days, bring {N} {c} dollars an "
     "hour. "
     "What is left in dollars when a bill of {e} dollars is paid?"},
    {"long_bus",
     "A tram carries {a} people. It loses {b} and gains {c} at one stop, and loses {d} and gains "
     "{e} "
     "at the next. What number of people does it carry after that?"},
};

}  // namespace

std::vector<std::string_view> held_out_questions(std::string_view family) {
  std::vector<std::string_view> found;
  for (const auto& [name, wording] : kHeldOut) {
    if (name == family) found.push_back(wording);
  }
  return found;
}

}  // namespace drp::problems
