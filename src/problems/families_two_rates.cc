// SPDX-License-Identifier: Apache-2.0
//
// Word problems of two operations about rates, prices and units.
#include "problems/family.h"

namespace drp::problems {
namespace {

const FamilyTemplate kRoundTrip{
    .name = "round_trip",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(3, 24)}, {"c", range(3, 7)}},
    .steps = {{{"r1", "2", '*', "a"},
               "the miles there and back",
               {"There and back is {eq} miles.", "One day takes {eq} miles."}},
              {{"r2", "c", '*', "r1"},
               "the miles in {c} days",
               {"In {c} days it is {eq} miles.", "Over {c} days that makes {eq} miles."}}},
    .givens = {"one way is {a} miles", "{N} goes there and back each day",
               "{he} does it for {c} days"},
    .goal = "how many miles {N} travels",
    .conclusion = "{N} travels {r2} miles",
    .wordings = {
        "{N} lives {a} miles from work and drives there and back every day. How many miles does "
        "{he} "
        "drive in {c} days?",
        "The lake is {a} miles from {N}'s house. {He} rides there and back on each of {c} days. "
        "How "
        "many miles does {he} ride?",
        "Once a day {N} takes a train to a town {a} miles away and back. How many miles does {he} "
        "go in "
        "{c} days?",
        "For {c} days {N} goes to a school {a} miles away and comes home again. How many miles is "
        "that in total?"}};

const FamilyTemplate kDiscount{
    .name = "discount",
    .cast = CastKind::kPriced,
    .draws = {{"d", {2, 4, 5, 10}}, {"q", range(3, 20)}},
    .derived = {{"n", "d", '*', "q"}, {"p", "100", '/', "d"}},
    .steps = {{{"r1", "n", '/', "d"},
               "the discount",
               {"{p}% off means {eq} dollars off.", "The discount is {eq} dollars."}},
              {{"r2", "n", '-', "r1"},
               "the new price",
               {"The new price is {eq} dollars.", "So the {x} costs {eq} dollars now."}}},
    .givens = {"the {x} costs {n} dollars", "the discount is {p}%"},
    .goal = "how many dollars the {x} costs now",
    .conclusion = "the {x} costs {r2} dollars now",
    .wordings = {
        "{An x} costs {n} dollars. In a sale it is {p}% off. How many dollars does it cost now?",
        "{N} buys {an x} with a price of {n} dollars and gets a discount of {p}%. How many dollars "
        "does {he} pay?",
        "The price of {an x} was {n} dollars before it dropped by {p}%. What is the new price in "
        "dollars?",
        "A shop takes {p}% off {an x} of {n} dollars. How many dollars does {N} have to pay for "
        "it?"}};

const FamilyTemplate kWorkTogether{
    .name = "work_together",
    .cast = CastKind::kPriced,
    .draws = {{"a", range(3, 15)}, {"b", range(3, 15)}, {"c", range(2, 8)}},
    .steps = {{{"r1", "a", '+', "b"},
               "the number of {xs} an hour",
               {"In one hour both make {eq} {xs}.", "Per hour that is {eq} {xs}."}},
              {{"r2", "c", '*', "r1"},
               "the number of {xs} in {c} hours",
               {"In {c} hours that makes {eq} {xs}.", "After {c} hours there are {eq} {xs}."}}},
    .givens = {"{N} makes {a} {xs} an hour", "{M} makes {b} {xs} an hour", "they work {c} hours"},
    .goal = "how many {xs} they make",
    .conclusion = "they make {r2} {xs}",
    .wordings = {
        "{N} makes {a} {xs} an hour and {M} makes {b} {xs} an hour. How many {xs} do they make in "
        "{c} "
        "hours?",
        "{N}'s machine makes {a} {xs} per hour, {M}'s machine makes {b} {xs} per hour. Both run "
        "for {c} "
        "hours. How many {xs} do they make?",
        "Working side by side for {c} hours, {N} finishes {a} {xs} each hour and {M} finishes {b}. "
        "How many {xs} are finished?",
        "In an hour {N} can pack {a} {xs} and {M} can pack {b}. How many {xs} can the two pack in "
        "{c} "
        "hours?"}};

const FamilyTemplate kWeeksDays{
    .name = "weeks_days",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(2, 12)}, {"b", range(2, 6)}},
    .steps = {{{"r1", "a", '*', "7"},
               "the days in {a} weeks",
               {"In {a} weeks there are {eq} days.", "A week has 7 days, so that is {eq} days."}},
              {{"r2", "r1", '+', "b"},
               "the total number of days",
               {"With the other {b} days it is {eq} days.", "Adding {b} days gives {eq} days."}}},
    .givens = {"the time is {a} weeks and {b} days", "a week has 7 days"},
    .goal = "how many days that is",
    .conclusion = "that is {r2} days",
    .wordings = {
        "{N}'s holiday lasts {a} weeks and {b} days. How many days is that?",
        "It takes {a} weeks and {b} days to build a shed. How many days does it take?",
        "{N} has been away for {a} weeks and {b} days. For how many days has {he} been away?",
        "A ship is at sea for {a} weeks and {b} more days. How many days is it at sea?"}};

}  // namespace

std::vector<const FamilyTemplate*> two_operation_rate_families() {
  return {&kRoundTrip, &kDiscount, &kWorkTogether, &kWeeksDays};
}

}  // namespace drp::problems
