// SPDX-License-Identifier: Apache-2.0
//
// Word problems of two operations.
#include "problems/family.h"

namespace drp::problems {
namespace {

const FamilyTemplate kBoxesLeft{
    .name = "boxes_left",
    .cast = CastKind::kPacked,
    .draws = {{"a", range(3, 9)}, {"b", range(4, 12)}, {"c", range(3, 40)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the number of {xs} in the {ys}",
               {"The {a} {ys} hold {eq} {xs}.", "At the start there are {eq} {xs}."}},
              {{"r2", "r1", '-', "c"},
               "the number of {xs} left",
               {"After {c} are gone, {eq} {xs} are left.", "Taking away {c} leaves {eq} {xs}."}}},
    .givens = {"there are {a} {ys}", "each {y} holds {b} {xs}", "{c} {xs} are given away"},
    .goal = "how many {xs} are left",
    .conclusion = "{r2} {xs} are left",
    .wordings = {"{N} has {a} {ys} with {b} {xs} in each {y}. {He} gives {c} {xs} to {M}. How many "
                 "{xs} does "
                 "{N} have left?",
                 "A shop has {a} {ys} of {xs}, {b} {xs} to each {y}. It gives away {c} {xs}. How "
                 "many {xs} are "
                 "left?",
                 "Each of {N}'s {a} {ys} holds {b} {xs}. After {c} {xs} are given away, how many "
                 "{xs} remain?",
                 "{N} fills {a} {ys} with {b} {xs} each and then hands {c} of the {xs} to a "
                 "friend. How many "
                 "{xs} are still there?"}};

const FamilyTemplate kBoxesPlus{
    .name = "boxes_plus",
    .cast = CastKind::kPacked,
    .draws = {{"a", range(3, 9)}, {"b", range(4, 12)}, {"c", range(3, 35)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the number of {xs} in the {ys}",
               {"The {a} {ys} hold {eq} {xs}.", "All the {ys} together have {eq} {xs}."}},
              {{"r2", "r1", '+', "c"},
               "the total with the loose {xs}",
               {"With the {c} loose ones that makes {eq} {xs}.",
                "Adding the {c} loose {xs} gives {eq} {xs}."}}},
    .givens = {"there are {a} {ys}", "each {y} holds {b} {xs}", "{c} more {xs} are loose"},
    .goal = "how many {xs} there are in all",
    .conclusion = "there are {r2} {xs} in all",
    .wordings = {
        "{N} has {a} {ys} with {b} {xs} in each, and {c} loose {xs}. How many {xs} does {N} have?",
        "There are {a} {ys} on a cart. Each {y} holds {b} {xs}. Another {c} {xs} lie beside them. "
        "How "
        "many {xs} are there in all?",
        "{N} packs {b} {xs} into each of {a} {ys} and has {c} {xs} left over. How many {xs} were "
        "there to begin with?",
        "A stall sells {a} {ys} of {b} {xs} each and also {c} single {xs}. How many {xs} does it "
        "sell?"}};

const FamilyTemplate kBuyChange{
    .name = "buy_change",
    .cast = CastKind::kPriced,
    .draws = {{"a", range(2, 9)}, {"b", range(3, 12)}, {"c", {20, 30, 40, 50, 60, 80, 100}}},
    .steps = {{{"r1", "a", '*', "b"},
               "the cost of the {xs}",
               {"The {a} {xs} cost {eq} dollars.", "All the {xs} come to {eq} dollars."}},
              {{"r2", "c", '-', "r1"},
               "the change",
               {"The change is {eq} dollars.", "From {c} dollars that leaves {eq} dollars."}}},
    .givens = {"{N} buys {a} {xs}", "each {x} costs {b} dollars", "{he} pays with {c} dollars"},
    .goal = "how many dollars of change {N} gets",
    .conclusion = "{N} gets {r2} dollars back",
    .wordings = {
        "{N} buys {a} {xs} at {b} dollars each and pays with {c} dollars. How much change does "
        "{he} "
        "get, in dollars?",
        "{An x} costs {b} dollars. {N} takes {a} of them and hands over {c} dollars. How many "
        "dollars "
        "does {he} get back?",
        "{N} went shopping with {c} dollars and bought {a} {xs} for {b} dollars each. How many "
        "dollars does {N} have left?",
        "At the market {N} picks {a} {xs}, priced {b} dollars apiece. {He} has {c} dollars. How "
        "many "
        "dollars remain after {he} pays?"}};

const FamilyTemplate kTwoThingsLeft{
    .name = "two_purchases",
    .cast = CastKind::kTwoPriced,
    .draws = {{"a", range(4, 30)}, {"b", range(4, 30)}, {"c", {30, 40, 45, 50, 60, 75, 80, 100}}},
    .steps = {{{"r1", "a", '+', "b"},
               "the cost of both things",
               {"Both things together cost {eq} dollars.",
                "The {x} and the {y} come to {eq} dollars."}},
              {{"r2", "c", '-', "r1"},
               "the money left",
               {"That leaves {eq} dollars.", "Of the {c} dollars, {eq} dollars are left."}}},
    .givens = {"the {x} costs {a} dollars", "the {y} costs {b} dollars", "{N} has {c} dollars"},
    .goal = "how many dollars {N} has left",
    .conclusion = "{N} has {r2} dollars left",
    .wordings = {
        "{N} has {c} dollars. {He} buys {an x} for {a} dollars and {an y} for {b} dollars. How "
        "many "
        "dollars does {he} have left?",
        "{An x} costs {a} dollars and {an y} costs {b} dollars. {N} buys one of each and pays with "
        "{c} dollars. How much change does {he} get, in dollars?",
        "With {c} dollars in {his} pocket, {N} buys {an x} for {a} dollars and then {an y} for {b} "
        "dollars. How many dollars remain?",
        "{N} spends {a} dollars on {an x} and {b} dollars on {an y}. {He} started with {c} "
        "dollars. "
        "How many dollars are still in {his} purse?"}};

const FamilyTemplate kShareAfter{
    .name = "share_after",
    .cast = CastKind::kCollected,
    .draws = {{"k", range(2, 8)}, {"q", range(4, 12)}, {"a", range(5, 60)}},
    .derived = {{"t", "k", '*', "q"}, {"b", "t", '-', "a"}},
    .steps = {{{"r1", "a", '+', "b"},
               "the total number of {xs}",
               {"Together there are {eq} {xs}.", "Putting them together makes {eq} {xs}."}},
              {{"r2", "r1", '/', "k"},
               "the share of each child",
               {"Each child gets {eq} {xs}.", "Shared among {k}, that is {eq} {xs} each."}}},
    .givens = {"{N} has {a} {xs}", "{M} has {b} {xs}", "{k} children share them equally"},
    .goal = "how many {xs} each child gets",
    .conclusion = "each child gets {r2} {xs}",
    .wordings = {
        "{N} has {a} {xs} and {M} has {b} {xs}. They put them together and share them equally "
        "among "
        "{k} children. How many {xs} does each child get?",
        "{N} brings {a} {xs} and {M} brings {b}. All the {xs} are divided evenly among {k} "
        "children. "
        "How many {xs} does each child receive?",
        "A jar holds {a} {xs} from {N} and {b} {xs} from {M}. If {k} children split the jar "
        "evenly, "
        "how many {xs} does each of them get?",
        "{N} found {a} {xs}, and {M} found {b}. They make {k} equal piles out of all of them. How "
        "many {xs} are in each pile?"}};

const FamilyTemplate kMoreTogether{
    .name = "more_together",
    .cast = CastKind::kCollected,
    .draws = {{"a", range(8, 40)}, {"b", range(3, 25)}},
    .steps = {{{"r1", "a", '+', "b"},
               "the number of {xs} that {M} has",
               {"{M} has {eq} {xs}.", "With {b} more, {M} has {eq} {xs}."}},
              {{"r2", "a", '+', "r1"},
               "the total for both",
               {"Together they have {eq} {xs}.", "Both of them together have {eq} {xs}."}}},
    .givens = {"{N} has {a} {xs}", "{M} has {b} more than {N}"},
    .goal = "how many {xs} {N} and {M} have together",
    .conclusion = "{N} and {M} have {r2} {xs} together",
    .wordings = {
        "{N} has {a} {xs}. {M} has {b} more {xs} than {N}. How many {xs} do they have together?",
        "{M} owns {b} more {xs} than {N}, who owns {a}. How many {xs} do the two own in total?",
        "In one hour {N} finds {a} {xs}, and {M} finds {b} more than that. How many {xs} do they "
        "find "
        "together?",
        "If {N} has {a} {xs} and {M} has {b} more than {he} has, how many {xs} are there between "
        "the "
        "two of them?"}};

const FamilyTemplate kTimesTogether{
    .name = "times_together",
    .cast = CastKind::kCollected,
    .draws = {{"a", range(4, 25)}, {"k", range(2, 5)}},
    .steps = {{{"r1", "k", '*', "a"},
               "the number of {xs} that {M} has",
               {"{M} has {eq} {xs}.", "So for {M} that is {eq} {xs}."}},
              {{"r2", "a", '+', "r1"},
               "the total for both",
               {"Together they have {eq} {xs}.", "Adding both gives {eq} {xs}."}}},
    .givens = {"{N} has {a} {xs}", "{M} has {times k} as many as {N}"},
    .goal = "how many {xs} they have together",
    .conclusion = "they have {r2} {xs} together",
    .wordings = {
        "{N} has {a} {xs}. {M} has {times k} as many {xs} as {N}. How many {xs} do they have "
        "together?",
        "{M} collected {times k} as many {xs} as {N}. If {N} collected {a} {xs}, how many did they "
        "collect in all?",
        "There are {a} {xs} in {N}'s box and {times k} as many in {M}'s box. How many {xs} are in "
        "the "
        "two boxes?",
        "{N} counts {a} {xs}, and {M} counts {times k} that number. How many {xs} do both count in "
        "total?"}};

const FamilyTemplate kSavings{
    .name = "savings",
    .cast = CastKind::kPriced,
    .draws = {{"a", range(4, 15)}, {"b", range(3, 9)}, {"c", range(30, 120, 5)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the money saved",
               {"In {b} weeks {N} saves {eq} dollars.", "The savings come to {eq} dollars."}},
              {{"r2", "c", '-', "r1"},
               "the money still needed",
               {"So {eq} dollars are still needed.",
                "To reach {c} dollars, {eq} dollars are missing."}}},
    .givens = {"{N} saves {a} dollars a week", "{he} saves for {b} weeks",
               "the {x} costs {c} dollars"},
    .goal = "how many dollars {N} still needs",
    .conclusion = "{N} still needs {r2} dollars",
    .wordings = {
        "{N} wants {an x} that costs {c} dollars. {He} saves {a} dollars a week. How many more "
        "dollars does {he} need after {b} weeks?",
        "{An x} costs {c} dollars. {N} has saved {a} dollars each week for {b} weeks. How many "
        "dollars is {he} still short?",
        "Every week for {b} weeks, {N} puts aside {a} dollars for {an x} of {c} dollars. How many "
        "dollars are still missing?",
        "{N} dreams of {an x} with a price of {c} dollars. After {b} weeks of saving {a} dollars "
        "per "
        "week, how many dollars does {he} still need?"}};

const FamilyTemplate kAges{
    .name = "ages",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(5, 40)}, {"b", range(2, 20)}, {"c", range(3, 20)}},
    .steps = {{{"r1", "a", '+', "b"},
               "the age of {M} now",
               {"Now {M} is {eq} years old.", "{M} is {eq} years old today."}},
              {{"r2", "r1", '+', "c"},
               "the age of {M} after {c} years",
               {"After {c} years {M} is {eq} years old.", "Then {M} will be {eq} years old."}}},
    .givens = {"{N} is {a} years old", "{M} is {b} years older", "{c} years go by"},
    .goal = "how old {M} will be",
    .conclusion = "{M} will be {r2} years old",
    .wordings = {
        "{N} is {a} years old. {M} is {b} years older than {N}. How old will {M} be in {c} years?",
        "{M} is {b} years older than {N}, who is {a}. What will be {M}'s age {c} years from now?",
        "If {N} is {a} years old and {M} is {b} years older, how many years old is {M} going to be "
        "after {c} years?",
        "{N} turned {a} today, and {M} is {b} years older. In {c} years, how old will {M} be?"}};

const FamilyTemplate kPerimeter{
    .name = "perimeter",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(5, 40)}, {"b", range(3, 30)}},
    .steps = {{{"r1", "a", '+', "b"},
               "length plus width",
               {"Length plus width is {eq} feet.", "One long and one short side make {eq} feet."}},
              {{"r2", "2", '*', "r1"},
               "the perimeter",
               {"The perimeter is {eq} feet.", "All four sides make {eq} feet."}}},
    .givens = {"the length is {a} feet", "the width is {b} feet"},
    .goal = "how many feet it is all the way around",
    .conclusion = "it is {r2} feet all the way around",
    .wordings = {
        "A rectangular garden is {a} feet long and {b} feet wide. How many feet of fence go around "
        "it?",
        "{N} walks once around a rectangular yard that is {a} feet by {b} feet. How many feet does "
        "{he} walk?",
        "What is the perimeter in feet of a rectangle with a length of {a} feet and a width of {b} "
        "feet?",
        "A rectangular picture is {a} feet long and {b} feet wide. How many feet of frame does {N} "
        "need for it?"}};

const FamilyTemplate kLeftover{
    .name = "leftover",
    .cast = CastKind::kCollected,
    .draws = {{"k", range(3, 9)}, {"q", range(3, 12)}, {"c", range(20, 95)}},
    .steps = {{{"r1", "k", '*', "q"},
               "the number of {xs} handed out",
               {"The {k} children get {eq} {xs}.", "In total {eq} {xs} are handed out."}},
              {{"r2", "c", '-', "r1"},
               "the number of {xs} left over",
               {"So {eq} {xs} are left over.", "Of the {c} {xs}, {eq} {xs} stay behind."}}},
    .givens = {"there are {c} {xs}", "{k} children get {q} {xs} each"},
    .goal = "how many {xs} are left over",
    .conclusion = "{r2} {xs} are left over",
    .wordings = {
        "{N} has {c} {xs} and gives {q} {xs} to each of {k} children. How many {xs} are left over?",
        "There are {c} {xs}. Each of {k} children takes {q} of them. How many {xs} are left?",
        "A teacher hands {q} {xs} to every one of {k} children out of a bag of {c}. How many {xs} "
        "stay in the bag?",
        "{N} makes {k} piles of {q} {xs} for the children from {his} {c} {xs}. How many {xs} does "
        "{he} keep?"}};

const FamilyTemplate kSchedule{
    .name = "schedule",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(10, 30, 5)}, {"b", {4, 5, 6, 8, 10, 15, 20, 25}}, {"c", range(2, 6)}},
    .steps = {{{"r1", "a", '+', "b"},
               "the minutes a day",
               {"One day takes {eq} minutes.", "Each day that is {eq} minutes."}},
              {{"r2", "c", '*', "r1"},
               "the minutes in {c} days",
               {"In {c} days it is {eq} minutes.", "Over {c} days that makes {eq} minutes."}}},
    .givens = {"{N} spends {a} minutes on music each day",
               "{he} spends {b} minutes on reading each day", "{he} does it for {c} days"},
    .goal = "how many minutes {N} spends in {c} days",
    .conclusion = "{N} spends {r2} minutes in {c} days",
    .wordings = {
        "Every day {N} practises music for {a} minutes and reads for {b} minutes. How many minutes "
        "is "
        "that in {c} days?",
        "{N} plays the piano {a} minutes a day and reads {b} minutes a day. How many minutes does "
        "{he} spend on both in {c} days?",
        "For {c} days, {N} does {a} minutes of music and {b} minutes of reading daily. How many "
        "minutes does {he} spend in all?",
        "A daily plan has {a} minutes of music and {b} minutes of reading. How many minutes does "
        "{N} "
        "need for {c} days of this plan?"}};

}  // namespace

std::vector<const FamilyTemplate*> two_operation_families() {
  return {&kBoxesLeft,     &kBoxesPlus, &kBuyChange, &kTwoThingsLeft, &kShareAfter, &kMoreTogether,
          &kTimesTogether, &kSavings,   &kAges,      &kPerimeter,     &kLeftover,   &kSchedule};
}

}  // namespace drp::problems
