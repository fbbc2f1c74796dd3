// SPDX-License-Identifier: Apache-2.0
//
// Word problems of four operations.
#include "problems/family.h"

namespace drp::problems {
namespace {

const FamilyTemplate kTwoItemsChange{
    .name = "two_items_change",
    .cast = CastKind::kTwoPriced,
    .draws = {{"a", range(2, 6)},
              {"b", range(2, 10)},
              {"c", range(2, 6)},
              {"d", range(2, 10)},
              {"e", {50, 60, 80, 100}}},
    .steps = {{{"r1", "a", '*', "b"},
               "the cost of the {xs}",
               {"The {a} {xs} cost {eq} dollars.", "The {xs} come to {eq} dollars."}},
              {{"r2", "c", '*', "d"},
               "the cost of the {ys}",
               {"The {c} {ys} cost {eq} dollars.", "The {ys} come to {eq} dollars."}},
              {{"r3", "r1", '+', "r2"},
               "the total cost",
               {"In total that is {eq} dollars.", "Both together cost {eq} dollars."}},
              {{"r4", "e", '-', "r3"},
               "the change",
               {"The change is {eq} dollars.", "From {e} dollars that leaves {eq} dollars."}}},
    .givens = {"{N} buys {a} {xs} at {b} dollars each", "{he} buys {c} {ys} at {d} dollars each",
               "{he} pays with {e} dollars"},
    .goal = "how many dollars of change {N} gets",
    .conclusion = "{N} gets {r4} dollars back",
    .wordings = {
        "{N} buys {a} {xs} at {b} dollars each and {c} {ys} at {d} dollars each. {He} pays with "
        "{e} "
        "dollars. How many dollars of change does {he} get?",
        "{An x} costs {b} dollars and {an y} costs {d} dollars. {N} has {e} dollars and buys {a} "
        "{xs} "
        "and {c} {ys}. How many dollars does {he} have left?",
        "With {e} dollars, {N} goes to a shop and takes {a} {xs} for {b} dollars each and {c} {ys} "
        "for "
        "{d} dollars each. How many dollars remain?",
        "{N} pays for {a} {xs} and {c} {ys} with {e} dollars. Each {x} costs {b} dollars, each {y} "
        "costs {d} dollars. How many dollars does {he} get back?"}};

const FamilyTemplate kThreeFriends{
    .name = "three_friends",
    .cast = CastKind::kCollected,
    .draws = {{"a", range(5, 20)}, {"k", range(2, 4)}, {"b", range(2, 15)}},
    .steps = {{{"r1", "k", '*', "a"},
               "the number of {xs} that {M} has",
               {"{M} has {eq} {xs}.", "So for {M} that is {eq} {xs}."}},
              {{"r2", "r1", '-', "b"},
               "the number of {xs} that {L} has",
               {"{L} has {eq} {xs}.", "With {b} fewer, {L} has {eq} {xs}."}},
              {{"r3", "a", '+', "r1"},
               "what {N} and {M} have together",
               {"{N} and {M} together have {eq} {xs}.", "The first two have {eq} {xs}."}},
              {{"r4", "r3", '+', "r2"},
               "the total for all three",
               {"All three have {eq} {xs}.", "With {L} that makes {eq} {xs}."}}},
    .givens = {"{N} has {a} {xs}", "{M} has {times k} as many as {N}",
               "{L} has {b} fewer than {M}"},
    .goal = "how many {xs} the three have in all",
    .conclusion = "the three have {r4} {xs} in all",
    .wordings = {"{N} has {a} {xs}. {M} has {times k} as many as {N}, and {L} has {b} fewer than "
                 "{M}. How many "
                 "{xs} do the three have in all?",
                 "{M} owns {times k} as many {xs} as {N}, who owns {a}. {L} owns {b} fewer {xs} "
                 "than {M}. How "
                 "many {xs} do they own altogether?",
                 "{N} finds {a} {xs}, {M} finds {times k} that number, and {L} finds {b} fewer "
                 "than {M}. How "
                 "many {xs} do {N}, {M} and {L} find together?",
                 "{L} has {b} {xs} fewer than {M}. {M} has {times k} as many {xs} as {N}. If {N} "
                 "has {a}, how "
                 "many {xs} are there among the three of them?"}};

const FamilyTemplate kEggs{
    .name = "egg_sale",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(3, 12)},
              {"b", range(2, 7)},
              {"c", range(2, 20)},
              {"k", {4, 5, 6, 8, 10}},
              {"d", range(2, 6)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the number of eggs",
               {"The {a} hens lay {eq} eggs.", "In a week there are {eq} eggs."}},
              {{"r2", "r1", '-', "c"},
               "the eggs to sell",
               {"After {c} are eaten, {eq} eggs are left.",
                "Without the eaten ones it is {eq} eggs."}},
              {{"r3", "r2", '/', "k"},
               "the number of cartons",
               {"They fill {eq} cartons.", "With {k} eggs in each, that is {eq} cartons."}},
              {{"r4", "r3", '*', "d"},
               "the money for the cartons",
               {"The cartons bring {eq} dollars.", "At {d} dollars each that is {eq} dollars."}}},
    .givens = {"{a} hens lay {b} eggs each", "{c} eggs are eaten", "{k} eggs fill a carton",
               "each carton is sold for {d} dollars"},
    .goal = "how many dollars {N} gets",
    .conclusion = "{N} gets {r4} dollars",
    .wordings = {
        "{N} has {a} hens that lay {b} eggs each in a week. {His} family eats {c} eggs. The rest "
        "is "
        "sold in cartons of {k} eggs at {d} dollars a carton. How many dollars does {N} get?",
        "In one week {a} hens lay {b} eggs each. {N} keeps {c} eggs and packs the others in "
        "cartons of "
        "{k}. Each carton sells for {d} dollars. How many dollars does {he} make?",
        "{N}'s farm has {a} hens, and every hen lays {b} eggs. After {c} eggs are eaten, cartons "
        "of {k} "
        "eggs are filled and sold for {d} dollars each. How many dollars does {he} earn?",
        "{N} sells cartons of {k} eggs for {d} dollars each. {His} {a} hens laid {b} eggs each, "
        "and "
        "{c} of those eggs were eaten. How many dollars can {he} get for the rest?"}};

const FamilyTemplate kSchoolTrip{
    .name = "school_trip",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(2, 6)},
              {"b", range(8, 20)},
              {"c", range(2, 12)},
              {"k", {4, 5, 6, 8, 10}},
              {"d", range(2, 9)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the number of students",
               {"The {a} classes have {eq} students.", "There are {eq} students."}},
              {{"r2", "r1", '+', "c"},
               "the number of people",
               {"With the adults it is {eq} people.", "Adding {c} adults makes {eq} people."}},
              {{"r3", "r2", '/', "k"},
               "the number of boats",
               {"They fill {eq} boats.", "With {k} in each boat, that is {eq} boats."}},
              {{"r4", "r3", '*', "d"},
               "the cost of the boats",
               {"The boats cost {eq} dollars.", "At {d} dollars each that is {eq} dollars."}}},
    .givens = {"there are {a} classes of {b} students", "{c} adults come along",
               "{k} people fit in a boat", "each boat costs {d} dollars"},
    .goal = "how many dollars the boats cost",
    .conclusion = "the boats cost {r4} dollars",
    .wordings = {
        "{a} classes of {b} students go to a lake with {c} adults. A boat holds {k} people and "
        "costs "
        "{d} dollars. All the boats are full. How many dollars do the boats cost?",
        "For a trip with {a} classes of {b} students each and {c} adults, {N} rents boats at {d} "
        "dollars a boat. Each boat takes {k} people and none has a free place. How many dollars "
        "does "
        "{he} pay?",
        "{N} plans a boat ride for {a} classes. Each class has {b} students, and {c} adults join "
        "them. They fill boats of {k} people, which cost {d} dollars each. How many dollars is "
        "that?",
        "A boat for {k} people costs {d} dollars. How many dollars does it cost to carry {a} "
        "classes "
        "of {b} students and {c} adults in full boats?"}};

const FamilyTemplate kGiftMoney{
    .name = "gift_money",
    .cast = CastKind::kPriced,
    .draws = {{"a", range(3, 12)},
              {"b", range(3, 8)},
              {"c", range(4, 30)},
              {"k", range(2, 5)},
              {"q", range(3, 15)}},
    .derived = {{"h", "a", '*', "b"},
                {"s", "h", '+', "c"},
                {"t", "k", '*', "q"},
                {"d", "s", '-', "t"}},
    .steps = {{{"r1", "a", '*', "b"},
               "the money saved",
               {"In {b} weeks {N} saves {eq} dollars.", "The savings come to {eq} dollars."}},
              {{"r2", "r1", '+', "c"},
               "the money with the gift",
               {"With the gift it is {eq} dollars.", "Adding the gift makes {eq} dollars."}},
              {{"r3", "r2", '-', "d"},
               "the money after the {x}",
               {"After paying for the {x}, {eq} dollars are left.",
                "The {x} leaves {eq} dollars."}},
              {{"r4", "r3", '/', "k"},
               "the money for each",
               {"Each one gets {eq} dollars.", "Shared among {k}, that is {eq} dollars each."}}},
    .givens = {"{N} saves {a} dollars a week for {b} weeks", "{he} gets {c} dollars as a gift",
               "{an x} costs {d} dollars", "{k} cousins share the rest"},
    .goal = "how many dollars each cousin gets",
    .conclusion = "each cousin gets {r4} dollars",
    .wordings = {
        "{N} saves {a} dollars a week for {b} weeks and gets {c} dollars as a gift. {He} buys {an "
        "x} "
        "for {d} dollars and shares the rest equally among {k} cousins. How many dollars does each "
        "cousin get?",
        "For {b} weeks {N} puts away {a} dollars a week. {His} aunt adds a gift of {c} dollars. "
        "After "
        "buying {an x} for {d} dollars, {N} splits what is left among {k} cousins. How many "
        "dollars "
        "are there for each cousin?",
        "{N} saved {a} dollars in each of {b} weeks, received {c} dollars as a gift and paid {d} "
        "dollars for {an x}. The rest went to {k} cousins in equal parts. How many dollars did "
        "each "
        "cousin get?",
        "{An x} costs {d} dollars. {N} has the savings of {b} weeks at {a} dollars a week and {c} "
        "dollars from a gift. {He} buys the {x} and divides the rest evenly among {k} cousins. "
        "What "
        "does each cousin get, in dollars?"}};

const FamilyTemplate kTwoShifts{
    .name = "two_shifts",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(2, 4)},
              {"b", range(2, 4)},
              {"c", range(5, 12)},
              {"d", range(2, 5)},
              {"e", range(10, 60)}},
    .steps = {{{"r1", "a", '+', "b"},
               "the hours a day",
               {"One day has {eq} hours of work.", "Each day that is {eq} hours."}},
              {{"r2", "d", '*', "r1"},
               "the hours in {d} days",
               {"In {d} days it is {eq} hours.", "Over {d} days that makes {eq} hours."}},
              {{"r3", "c", '*', "r2"},
               "the pay",
               {"The pay is {eq} dollars.", "At {c} dollars an hour that is {eq} dollars."}},
              {{"r4", "r3", '-', "e"},
               "the money left",
               {"After the bill {eq} dollars are left.", "Paying the bill leaves {eq} dollars."}}},
    .givens = {"{N} works {a} hours in the morning and {b} hours in the evening",
               "{he} does it for {d} days", "the pay is {c} dollars an hour",
               "{he} pays a bill of {e} dollars"},
    .goal = "how many dollars {N} has left",
    .conclusion = "{N} has {r4} dollars left",
    .wordings = {
        "{N} works {a} hours each morning and {b} hours each evening for {d} days. {He} earns {c} "
        "dollars an hour and pays a bill of {e} dollars. How many dollars does {he} have left?",
        "For {d} days, {N} works {a} hours in the morning and {b} hours in the evening, at {c} "
        "dollars "
        "an hour. Then {he} pays a bill of {e} dollars. How many dollars are left?",
        "A job with {a} hours in the morning and {b} hours in the evening pays {c} dollars an "
        "hour. "
        "{N} does it for {d} days and pays {e} dollars for a bill. How many dollars remain?",
        "{N} earns {c} dollars per hour. On each of {d} days {he} works {a} hours before lunch and "
        "{b} hours after dinner. How many dollars does {he} have after a bill of {e} dollars?"}};

const FamilyTemplate kLongBus{
    .name = "long_bus",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(20, 50)},
              {"b", range(3, 18)},
              {"c", range(3, 18)},
              {"d", range(3, 18)},
              {"e", range(3, 18)}},
    .steps =
        {{{"r1", "a", '-', "b"},
          "the number of people after {b} get off",
          {"After {b} get off there are {eq} people.", "Without those {b} it is {eq} people."}},
         {{"r2", "r1", '+', "c"},
          "the number of people after {c} get on",
          {"After {c} get on there are {eq} people.", "With {c} more it is {eq} people."}},
         {{"r3", "r2", '-', "d"},
          "the number of people after {d} get off",
          {"Then {d} get off, so it is {eq} people.", "Without the next {d} it is {eq} people."}},
         {{"r4", "r3", '+', "e"},
          "the number of people in the end",
          {"Then {e} get on, so it is {eq} people.", "With the last {e} it is {eq} people."}}},
    .givens = {"there are {a} people on the tram", "first {b} get off and {c} get on",
               "then {d} get off and {e} get on"},
    .goal = "how many people are on the tram in the end",
    .conclusion = "{r4} people are on the tram in the end",
    .wordings = {
        "There are {a} people on a tram. At the first stop {b} get off and {c} get on. At the "
        "second "
        "stop {d} get off and {e} get on. How many people are on the tram now?",
        "A tram leaves with {a} people. First {b} people get off and {c} get on, then {d} get off "
        "and "
        "{e} get on. How many people are on the tram in the end?",
        "{N} counts {a} people on the tram. At the school {b} get off and {c} get on, and at the "
        "market {d} get off and {e} get on. How many people does {he} count now?",
        "With {a} people on it, a tram reaches the museum, where {b} people get off and {c} get "
        "on. "
        "At the bridge {d} get off and {e} get on. How many people ride on?"}};

}  // namespace

std::vector<const FamilyTemplate*> four_operation_families() {
  return {&kTwoItemsChange, &kThreeFriends, &kEggs,   &kSchoolTrip,
          &kGiftMoney,      &kTwoShifts,    &kLongBus};
}

}  // namespace drp::problems
