// SPDX-License-Identifier: Apache-2.0
//
// Word problems of one operation.
#include "problems/family.h"

namespace drp::problems {
namespace {

const FamilyTemplate kGather{
    .name = "gather",
    .cast = CastKind::kCollected,
    .draws = {{"a", range(12, 68)}, {"b", range(6, 39)}},
    .steps = {{{"r1", "a", '+', "b"},
               "the total number of {xs}",
               {"Together that is {eq} {xs}.", "Adding the new {xs} gives {eq} {xs}.",
                "In total there are {eq} {xs}."}}},
    .givens = {"there are {a} {xs} at first", "{b} more {xs} are added"},
    .goal = "how many {xs} there are in the end",
    .conclusion = "there are {r1} {xs} in the end",
    .wordings = {
        "{N} has {a} {xs}. {M} gives {him} {b} more. How many {xs} does {N} have now?",
        "There are {a} {xs} in {N}'s collection. After a trip to the market {he} adds {b} more. "
        "How "
        "many {xs} are in the collection now?",
        "On Monday {N} counts {a} {xs}. On Tuesday {b} more {xs} arrive. How many {xs} does {N} "
        "have "
        "then?",
        "{N} keeps {a} {xs} in a drawer and finds another {b} {xs} under the bed. How many {xs} is "
        "that altogether?"}};

const FamilyTemplate kGiveAway{
    .name = "give_away",
    .cast = CastKind::kCollected,
    .draws = {{"a", range(24, 95)}, {"b", range(6, 48)}},
    .steps = {{{"r1", "a", '-', "b"},
               "the number of {xs} left",
               {"After that {eq} {xs} are left.", "Taking them away leaves {eq} {xs}.",
                "{N} keeps {eq} {xs}."}}},
    .givens = {"{N} starts with {a} {xs}", "{b} of the {xs} go away"},
    .goal = "how many {xs} {N} has left",
    .conclusion = "{N} has {r1} {xs} left",
    .wordings = {
        "{N} has {a} {xs} and gives {b} of them to {M}. How many {xs} does {N} have left?",
        "Of {his} {a} {xs}, {N} loses {b} on the way home. How many {xs} remain?",
        "{N} brought {a} {xs} to school and traded away {b} of them. How many {xs} does {he} still "
        "have?",
        "There were {a} {xs} in {N}'s bag. {He} handed {b} of them to {M}. How many {xs} are still "
        "in "
        "the bag?"}};

const FamilyTemplate kBoxes{
    .name = "boxes",
    .cast = CastKind::kPacked,
    .draws = {{"a", range(3, 12)}, {"b", range(3, 12)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the number of {xs} in all the {ys}",
               {"The {a} {ys} hold {eq} {xs}.", "With {b} {xs} in each {y}, that makes {eq} {xs}.",
                "So {a} {ys} of {b} {xs} are {eq} {xs}."}}},
    .givens = {"there are {a} {ys}", "each {y} holds {b} {xs}"},
    .goal = "how many {xs} there are in all the {ys}",
    .conclusion = "there are {r1} {xs} in all",
    .wordings = {
        "{N} has {a} {ys}. Each {y} holds {b} {xs}. How many {xs} are there in all?",
        "A shop orders {a} {ys} with {b} {xs} in each {y}. How many {xs} does the shop get?",
        "There are {b} {xs} in {an y}. How many {xs} are there in {a} such {ys}?",
        "{N} fills {a} {ys} and puts {b} {xs} in every {y}. How many {xs} does {he} need?"}};

const FamilyTemplate kShare{
    .name = "share",
    .cast = CastKind::kCollected,
    .draws = {{"k", range(2, 9)}, {"q", range(3, 12)}},
    .derived = {{"a", "k", '*', "q"}},
    .steps = {{{"r1", "a", '/', "k"},
               "the number of {xs} for each child",
               {"Each child gets {eq} {xs}.", "Split evenly, that is {eq} {xs} each.",
                "Dividing gives {eq} {xs} a child."}}},
    .givens = {"there are {a} {xs}", "{k} children share them equally"},
    .goal = "how many {xs} each child gets",
    .conclusion = "each child gets {r1} {xs}",
    .wordings = {
        "{N} shares {a} {xs} equally among {k} children. How many {xs} does each child get?",
        "A group of {k} children found {a} {xs} and split them evenly. How many {xs} does each "
        "child "
        "have?",
        "{a} {xs} are divided into equal parts for {k} children. How many {xs} are in each part?",
        "{N} hands out {a} {xs} to {k} children so that all get the same number. How many {xs} "
        "does "
        "one child receive?"}};

const FamilyTemplate kCompare{
    .name = "compare",
    .cast = CastKind::kCollected,
    .draws = {{"a", range(25, 90)}, {"b", range(8, 60)}},
    .steps = {{{"r1", "a", '-', "b"},
               "the difference",
               {"The difference is {eq} {xs}.", "{N} is ahead by {eq} {xs}.",
                "Comparing the two gives {eq} {xs}."}}},
    .givens = {"{N} has {a} {xs}", "{M} has {b} {xs}"},
    .goal = "how many more {xs} {N} has than {M}",
    .conclusion = "{N} has {r1} more {xs} than {M}",
    .wordings = {
        "{N} has {a} {xs} and {M} has {b} {xs}. How many more {xs} does {N} have than {M}?",
        "{M} collected {b} {xs} while {N} collected {a}. By how many {xs} is {N} ahead?",
        "There are {a} {xs} in {N}'s jar and {b} {xs} in {M}'s jar. How many more {xs} are in "
        "{N}'s "
        "jar?",
        "{N} owns {a} {xs}, and {M} owns only {b} {xs}. How many {xs} does {M} need to catch up "
        "with "
        "{N}?"}};

const FamilyTemplate kTimesAsMany{
    .name = "times_as_many",
    .cast = CastKind::kCollected,
    .draws = {{"a", range(4, 24)}, {"k", range(2, 6)}},
    .steps = {{{"r1", "k", '*', "a"},
               "the number of {xs} that {M} has",
               {"{M} has {eq} {xs}.", "That gives {M} {eq} {xs}.",
                "For {M} it comes to {eq} {xs}."}}},
    .givens = {"{N} has {a} {xs}", "{M} has {times k} as many"},
    .goal = "how many {xs} {M} has",
    .conclusion = "{M} has {r1} {xs}",
    .wordings = {
        "{N} has {a} {xs}. {M} has {times k} as many. How many {xs} does {M} have?",
        "{M} found {times k} as many {xs} as {N}, who found {a}. How many {xs} did {M} find?",
        "If {N} owns {a} {xs} and {M} owns {times k} as many {xs}, how many {xs} does {M} own?",
        "In {N}'s jar there are {a} {xs}. In {M}'s jar there are {times k} as many. How many {xs} "
        "are "
        "in {M}'s jar?"}};

const FamilyTemplate kTrip{
    .name = "trip",
    .cast = CastKind::kPlain,
    .draws = {{"v", {8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 70}}, {"t", range(2, 5)}},
    .steps = {{{"r1", "v", '*', "t"},
               "the distance",
               {"The distance is {eq} miles.", "In {t} hours that makes {eq} miles.",
                "At this speed it is {eq} miles."}}},
    .givens = {"the speed is {v} miles an hour", "the trip takes {t} hours"},
    .goal = "how many miles the trip is",
    .conclusion = "the trip is {r1} miles long",
    .wordings = {"{N} travels at {v} miles an hour for {t} hours. How many miles does {he} cover?",
                 "A bus keeps a steady speed of {v} miles per hour. How far does it go in {t} "
                 "hours, in miles?",
                 "{N} rides for {t} hours at {v} miles per hour. How many miles is the ride?",
                 "A boat needs {t} hours to reach the island at {v} miles an hour. How many miles "
                 "away is the "
                 "island?"}};

const FamilyTemplate kAgeLater{
    .name = "age_later",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(5, 58)}, {"b", range(3, 28)}},
    .steps = {{{"r1", "a", '+', "b"},
               "the age of {N} after {b} years",
               {"After {b} years {N} is {eq} years old.", "The new age is {eq} years.",
                "{N} will be {eq} years old."}}},
    .givens = {"{N} is {a} years old now", "{b} years go by"},
    .goal = "how old {N} will be",
    .conclusion = "{N} will be {r1} years old",
    .wordings = {"{N} is {a} years old. How old will {he} be in {b} years?",
                 "Today {N} turns {a}. How many years old will {N} be {b} years from now?",
                 "{N} is {a} years old now and plans a long journey in {b} years. How old will "
                 "{he} be then?",
                 "If {N} is {a} this year, what age will {he} reach after {b} more years?"}};

const FamilyTemplate kPercentOf{
    .name = "percent_of",
    .cast = CastKind::kPlain,
    .draws = {{"d", {2, 4, 5, 10}}, {"q", range(3, 24)}},
    .derived = {{"n", "d", '*', "q"}, {"p", "100", '/', "d"}},
    .steps = {{{"r1", "n", '/', "d"},
               "{p}% of {n}",
               {"{p}% is one part in {d}, so it is {eq}.", "To get {p}% I divide by {d}: {eq}.",
                "One part in {d} of {n} is {eq}."}}},
    .givens = {"there are {n} students", "{p}% of them take part"},
    .goal = "how many students take part",
    .conclusion = "{r1} students take part",
    .wordings = {
        "There are {n} students in the hall and {p}% of them sing. How many students sing?",
        "{p}% of the {n} students at a camp can swim. How many students can swim?",
        "A school has {n} students in its upper class. {p}% of them walk to school. How many "
        "students "
        "walk?",
        "Out of {n} students, {p}% joined the chess club. How many students joined?"}};

const FamilyTemplate kArea{
    .name = "area",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(3, 14)}, {"b", range(3, 12)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the area",
               {"The area is {eq} square feet.", "Length times width gives {eq} square feet.",
                "The floor covers {eq} square feet."}}},
    .givens = {"the length is {a} feet", "the width is {b} feet"},
    .goal = "how many square feet the area is",
    .conclusion = "the area is {r1} square feet",
    .wordings = {
        "A rectangular room is {a} feet long and {b} feet wide. How many square feet is its floor?",
        "{N} lays a rectangular rug that is {a} feet by {b} feet. What is its area in square feet?",
        "A flower bed has the shape of a rectangle, {a} feet long and {b} feet wide. How many "
        "square "
        "feet does it cover?",
        "What is the area in square feet of a rectangular deck that is {a} feet long and {b} feet "
        "wide?"}};

const FamilyTemplate kPagesLeft{
    .name = "pages_left",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(40, 180)}, {"b", range(12, 90)}},
    .steps = {{{"r1", "a", '-', "b"},
               "the number of pages left",
               {"That leaves {eq} pages.", "The rest of the book is {eq} pages.",
                "So {eq} pages are still to be read."}}},
    .givens = {"the book has {a} pages", "{N} has read {b} pages"},
    .goal = "how many pages are left",
    .conclusion = "{r1} pages are left",
    .wordings = {
        "{N} is reading a book of {a} pages. {He} has read {b} pages so far. How many pages are "
        "left?",
        "A novel has {a} pages. After reading {b} of them, how many pages does {N} still have to "
        "read?",
        "{N} borrowed a book with {a} pages and stopped at the end of page {b}. How many pages "
        "remain?",
        "{b} of the {a} pages in {N}'s book are read. How many pages are not read yet?"}};

const FamilyTemplate kMachine{
    .name = "machine",
    .cast = CastKind::kPriced,
    .draws = {{"a", range(4, 20)}, {"t", range(3, 9)}},
    .steps = {{{"r1", "a", '*', "t"},
               "the number of {xs} made",
               {"In {t} hours that makes {eq} {xs}.", "The workshop turns out {eq} {xs}.",
                "Rate times time gives {eq} {xs}."}}},
    .givens = {"{a} {xs} are made each hour", "the work goes on for {t} hours"},
    .goal = "how many {xs} are made",
    .conclusion = "{r1} {xs} are made",
    .wordings = {"A workshop makes {a} {xs} an hour. How many {xs} does it make in {t} hours?",
                 "{N} runs a machine that finishes {a} {xs} every hour. How many {xs} are finished "
                 "after {t} "
                 "hours?",
                 "Each hour {a} {xs} leave the factory. How many {xs} leave it in {t} hours?",
                 "If a team can pack {a} {xs} per hour, how many {xs} can it pack in {t} hours?"}};

}  // namespace

std::vector<const FamilyTemplate*> one_operation_families() {
  return {&kGather, &kGiveAway, &kBoxes,     &kShare, &kCompare,   &kTimesAsMany,
          &kTrip,   &kAgeLater, &kPercentOf, &kArea,  &kPagesLeft, &kMachine};
}

}  // namespace drp::problems
