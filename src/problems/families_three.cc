// SPDX-License-Identifier: Apache-2.0
//
// Word problems of three operations.
#include "problems/family.h"

namespace drp::problems {
namespace {

const FamilyTemplate kTwoItems{
    .name = "two_items",
    .cast = CastKind::kTwoPriced,
    .draws = {{"a", range(2, 9)}, {"b", range(3, 12)}, {"c", range(2, 9)}, {"d", range(2, 12)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the cost of the {xs}",
               {"The {a} {xs} cost {eq} dollars.", "The {xs} come to {eq} dollars."}},
              {{"r2", "c", '*', "d"},
               "the cost of the {ys}",
               {"The {c} {ys} cost {eq} dollars.", "The {ys} come to {eq} dollars."}},
              {{"r3", "r1", '+', "r2"},
               "the total cost",
               {"In total that is {eq} dollars.", "Both together cost {eq} dollars."}}},
    .givens = {"{N} buys {a} {xs} at {b} dollars each", "{he} buys {c} {ys} at {d} dollars each"},
    .goal = "how many dollars {N} spends",
    .conclusion = "{N} spends {r3} dollars",
    .wordings = {
        "{N} buys {a} {xs} at {b} dollars each and {c} {ys} at {d} dollars each. How many dollars "
        "does {he} spend?",
        "{An x} costs {b} dollars and {an y} costs {d} dollars. {N} buys {a} {xs} and {c} {ys}. "
        "How many "
        "dollars does {he} spend?",
        "{N} orders {a} {xs} for {b} dollars apiece. {He} also orders {c} {ys} for {d} dollars "
        "apiece. What is the whole bill in dollars?",
        "At a fair, {xs} cost {b} dollars each and {ys} cost {d} dollars each. {N} takes {a} {xs} "
        "and "
        "{c} {ys}. How many dollars does {N} pay?"}};

const FamilyTemplate kBoxesShared{
    .name = "boxes_shared",
    .cast = CastKind::kPacked,
    .draws = {{"a", range(2, 7)}, {"b", range(3, 9)}, {"k", range(2, 8)}, {"q", range(4, 12)}},
    .derived = {{"t", "k", '*', "q"}, {"h", "a", '*', "b"}, {"c", "t", '-', "h"}},
    .steps = {{{"r1", "a", '*', "b"},
               "the number of {xs} in the {ys}",
               {"The {a} {ys} hold {eq} {xs}.", "All the {ys} together have {eq} {xs}."}},
              {{"r2", "r1", '+', "c"},
               "the total number of {xs}",
               {"With {c} more there are {eq} {xs}.", "Adding the other {c} gives {eq} {xs}."}},
              {{"r3", "r2", '/', "k"},
               "the share of each friend",
               {"Each friend gets {eq} {xs}.", "Shared among {k}, that is {eq} {xs} each."}}},
    .givens = {"there are {a} {ys} with {b} {xs} each", "{c} more {xs} are added",
               "{k} friends share all of them equally"},
    .goal = "how many {xs} each friend gets",
    .conclusion = "each friend gets {r3} {xs}",
    .wordings = {
        "{N} has {a} {ys} with {b} {xs} each and {c} more {xs}. {k} friends share them all "
        "equally. "
        "How many {xs} does each friend get?",
        "There are {a} {ys}, and each {y} holds {b} {xs}. {M} adds {c} {xs}. If {k} friends split "
        "everything evenly, how many {xs} does each friend get?",
        "{N} empties {a} {ys} of {b} {xs} onto a table where {c} {xs} already lie. Then {k} "
        "friends "
        "divide them evenly. How many {xs} does one friend get?",
        "A shop gives {a} {ys} with {b} {xs} each plus {c} single {xs} to {k} friends, who share "
        "fairly. How many {xs} is that for each of them?"}};

const FamilyTemplate kHowManyMore{
    .name = "chain_compare",
    .cast = CastKind::kCollected,
    .draws = {{"a", range(5, 25)}, {"k", range(2, 4)}, {"b", range(3, 20)}},
    .steps = {{{"r1", "k", '*', "a"},
               "the number of {xs} that {M} has",
               {"{M} has {eq} {xs}.", "So for {M} that is {eq} {xs}."}},
              {{"r2", "r1", '+', "b"},
               "the number of {xs} that {L} has",
               {"{L} has {eq} {xs}.", "With {b} more, {L} has {eq} {xs}."}},
              {{"r3", "r2", '-', "a"},
               "the difference between {L} and {N}",
               {"The difference is {eq} {xs}.", "{L} is ahead of {N} by {eq} {xs}."}}},
    .givens = {"{N} has {a} {xs}", "{M} has {times k} as many as {N}", "{L} has {b} more than {M}"},
    .goal = "how many more {xs} {L} has than {N}",
    .conclusion = "{L} has {r3} more {xs} than {N}",
    .wordings = {
        "{N} has {a} {xs}. {M} has {times k} as many as {N}, and {L} has {b} more than {M}. How "
        "many "
        "more {xs} does {L} have than {N}?",
        "{M} owns {times k} as many {xs} as {N}. {L} owns {b} more than {M}. If {N} owns {a} {xs}, "
        "by "
        "how many {xs} is {L} ahead of {N}?",
        "On a walk {N} finds {a} {xs}, {M} finds {times k} as many as {N}, and {L} finds {b} {xs} "
        "more than {M}. How many {xs} more than {N} does {L} find?",
        "{L} has {b} {xs} more than {M}, and {M} has {times k} as many {xs} as {N}. {N} has {a}. "
        "How "
        "many {xs} does {N} need to catch up with {L}?"}};

const FamilyTemplate kGardenSale{
    .name = "garden_sale",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(3, 8)}, {"b", range(3, 9)}, {"c", range(2, 30)}, {"d", range(2, 6)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the number of plants",
               {"The {a} rows have {eq} plants.", "In the garden there are {eq} plants."}},
              {{"r2", "r1", '-', "c"},
               "the number of plants to sell",
               {"Without the dry ones {eq} plants are left.",
                "After {c} dry up, {eq} plants remain."}},
              {{"r3", "r2", '*', "d"},
               "the money from the sale",
               {"Selling them brings {eq} dollars.", "At {d} dollars each that is {eq} dollars."}}},
    .givens = {"there are {a} rows with {b} plants each", "{c} plants dry up",
               "the rest is sold at {d} dollars each"},
    .goal = "how many dollars {N} gets",
    .conclusion = "{N} gets {r3} dollars",
    .wordings = {
        "{N} grows {a} rows of {b} plants. {c} plants dry up, and {he} sells the rest at {d} "
        "dollars "
        "each. How many dollars does {he} get?",
        "In a garden there are {a} rows with {b} plants in each. After {c} plants dry up, {N} "
        "sells "
        "all the others for {d} dollars apiece. How many dollars is that?",
        "{N} sets {b} plants in each of {a} rows, but {c} of them dry up. All the other plants are "
        "sold "
        "for {d} dollars each. How many dollars does the sale bring to {N}?",
        "{N} sells each healthy plant for {d} dollars. Of {his} {a} rows with {b} plants each, {c} "
        "plants have dried up. How many dollars can {he} earn?"}};

const FamilyTemplate kWages{
    .name = "wages",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(3, 9)}, {"b", range(5, 15)}, {"c", range(3, 30)}, {"d", range(5, 60)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the pay for the hours",
               {"For {a} hours {N} gets {eq} dollars.", "The pay for the work is {eq} dollars."}},
              {{"r2", "r1", '+', "c"},
               "the pay with the tip",
               {"With the tip it is {eq} dollars.", "Adding the tip gives {eq} dollars."}},
              {{"r3", "r2", '-', "d"},
               "the money left",
               {"After the meal {eq} dollars are left.",
                "Paying for the meal leaves {eq} dollars."}}},
    .givens = {"{N} works {a} hours at {b} dollars an hour", "the tip is {c} dollars",
               "a meal costs {d} dollars"},
    .goal = "how many dollars {N} has left",
    .conclusion = "{N} has {r3} dollars left",
    .wordings = {
        "{N} works {a} hours at {b} dollars an hour and gets a tip of {c} dollars. Then {he} "
        "spends "
        "{d} dollars on a meal. How many dollars does {he} have left?",
        "For each of {a} hours {N} earns {b} dollars. A guest adds a tip of {c} dollars. After a "
        "meal "
        "for {d} dollars, how many dollars remain?",
        "{N} is paid {b} dollars an hour. {He} works for {a} hours, receives {c} dollars as a tip "
        "and "
        "pays {d} dollars for a meal. How many dollars are left?",
        "A job pays {b} dollars per hour. {N} does it for {a} hours, gets {c} dollars on top and "
        "spends {d} dollars on dinner. How many dollars does {N} take home?"}};

const FamilyTemplate kReading{
    .name = "reading",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(5, 20)},
              {"b", range(3, 7)},
              {"c", range(5, 40)},
              {"d", range(80, 240, 10)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the pages of the first {b} days",
               {"In {b} days {N} reads {eq} pages.", "The first {b} days make {eq} pages."}},
              {{"r2", "r1", '+', "c"},
               "all the pages read",
               {"With the last day it is {eq} pages.", "Adding {c} pages gives {eq} pages."}},
              {{"r3", "d", '-', "r2"},
               "the pages left",
               {"So {eq} pages are left.", "Of the {d} pages, {eq} pages are left."}}},
    .givens = {"{N} reads {a} pages a day for {b} days", "{he} reads {c} pages on the next day",
               "the book has {d} pages"},
    .goal = "how many pages are left",
    .conclusion = "{r3} pages are left",
    .wordings = {
        "A book has {d} pages. {N} reads {a} pages a day for {b} days and {c} pages on the next "
        "day. "
        "How many pages are left?",
        "{N} reads {a} pages on each of {b} days. Then {he} reads {c} more pages. The book has {d} "
        "pages. How many pages does {he} still have to read?",
        "Out of a book of {d} pages, {N} reads {a} pages daily for {b} days, and {c} pages on the "
        "day "
        "after. How many pages remain?",
        "{N} has a report of {d} pages to read. {He} manages {a} pages a day for {b} days and then "
        "{c} pages in one evening. How many pages are not read yet?"}};

const FamilyTemplate kBus{
    .name = "bus",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(20, 60)}, {"b", range(3, 19)}, {"c", range(3, 25)}, {"d", range(3, 25)}},
    .steps = {{{"r1", "a", '-', "b"},
               "the number of people after {b} get off",
               {"After {b} get off there are {eq} people.",
                "Without those {b} it is {eq} people."}},
              {{"r2", "r1", '+', "c"},
               "the number of people after {c} get on",
               {"After {c} get on there are {eq} people.", "With {c} more it is {eq} people."}},
              {{"r3", "r2", '-', "d"},
               "the number of people after the second stop",
               {"At the second stop {d} leave, so it is {eq} people.",
                "The second stop leaves {eq} people."}}},
    .givens = {"there are {a} people on the bus", "at the first stop {b} get off and {c} get on",
               "at the second stop {d} get off"},
    .goal = "how many people are on the bus in the end",
    .conclusion = "{r3} people are on the bus in the end",
    .wordings = {
        "There are {a} people on a bus. At the first stop {b} get off and {c} get on. At the "
        "second "
        "stop {d} get off. How many people are on the bus then?",
        "A bus starts with {a} people. First {b} people leave it and {c} people enter. Later {d} "
        "people leave. How many people are still on the bus?",
        "{N} drives a bus with {a} people. {b} of them get off at the park, where {c} others get "
        "on. "
        "At the station {d} get off. How many people remain on the bus?",
        "With {a} people aboard, a bus stops twice. At stop one {b} people get off and {c} get on; "
        "at "
        "stop two {d} people get off. How many people are aboard after that?"}};

const FamilyTemplate kSeats{
    .name = "seats",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(4, 12)}, {"b", range(4, 10)}, {"c", range(4, 24)}, {"d", range(20, 110)}},
    .steps = {{{"r1", "a", '*', "b"},
               "the seats at the tables",
               {"The {a} tables have {eq} seats.", "At the tables there are {eq} seats."}},
              {{"r2", "r1", '+', "c"},
               "all the seats",
               {"With the extra chairs it is {eq} seats.", "Adding {c} chairs makes {eq} seats."}},
              {{"r3", "r2", '-', "d"},
               "the empty seats",
               {"So {eq} seats stay empty.", "The {d} guests leave {eq} seats empty."}}},
    .givens = {"there are {a} tables with {b} seats each", "there are {c} extra chairs",
               "{d} guests come"},
    .goal = "how many seats stay empty",
    .conclusion = "{r3} seats stay empty",
    .wordings = {
        "For a party there are {a} tables with {b} seats each and {c} extra chairs. {d} guests "
        "come. "
        "How many seats stay empty?",
        "{N} sets up {a} tables, each with {b} seats, and adds {c} chairs along the wall. When {d} "
        "guests sit down, how many seats are free?",
        "A hall has {a} tables for {b} people each, and {c} more chairs. If {d} guests take a "
        "seat, "
        "how many seats are still empty?",
        "{d} guests are invited to a dinner. {N} has {a} tables of {b} seats and {c} single "
        "chairs. "
        "How many seats will be left over?"}};

const FamilyTemplate kFence{
    .name = "fence",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(4, 20)}, {"b", range(3, 15)}, {"c", range(2, 5)}},
    .steps = {{{"r1", "a", '+', "b"},
               "length plus width",
               {"Length plus width is {eq} feet.", "One long and one short side make {eq} feet."}},
              {{"r2", "2", '*', "r1"},
               "the perimeter",
               {"The fence is {eq} feet long.", "All four sides make {eq} feet."}},
              {{"r3", "c", '*', "r2"},
               "the cost of the fence",
               {"The fence costs {eq} dollars.", "At {c} dollars a foot that is {eq} dollars."}}},
    .givens = {"the length is {a} feet", "the width is {b} feet",
               "each foot of fence costs {c} dollars"},
    .goal = "how many dollars the fence costs",
    .conclusion = "the fence costs {r3} dollars",
    .wordings = {
        "A rectangular yard is {a} feet long and {b} feet wide. Fence costs {c} dollars a foot. "
        "How "
        "many dollars does a fence all around it cost?",
        "{N} puts a fence around a rectangular garden of {a} feet by {b} feet. Each foot of fence "
        "costs {c} dollars. How many dollars does {he} pay?",
        "How many dollars does it cost to fence in a rectangle that is {a} feet long and {b} feet "
        "wide, at {c} dollars per foot?",
        "A rectangular pen is {b} feet wide and {a} feet long. The fence around it costs {c} "
        "dollars "
        "per foot. What does {N} pay for it in dollars?"}};

const FamilyTemplate kSaleItems{
    .name = "sale_items",
    .cast = CastKind::kPriced,
    .draws = {{"a", {2, 3, 4, 5, 6, 8, 10}}, {"b", range(4, 20)}, {"d", {2, 4, 5, 10}}},
    .derived = {{"p", "100", '/', "d"}},
    .steps = {{{"r1", "a", '*', "b"},
               "the full price",
               {"The {a} {xs} cost {eq} dollars.", "Before the sale they come to {eq} dollars."}},
              {{"r2", "r1", '/', "d"},
               "the discount",
               {"{p}% off means {eq} dollars off.", "The discount is {eq} dollars."}},
              {{"r3", "r1", '-', "r2"},
               "the price to pay",
               {"The amount to pay is {eq} dollars.", "That leaves {eq} dollars to pay."}}},
    .givens = {"{N} buys {a} {xs}", "each {x} costs {b} dollars", "the discount is {p}%"},
    .goal = "how many dollars {N} pays",
    .conclusion = "{N} pays {r3} dollars",
    .wordings = {"{N} buys {a} {xs} at {b} dollars each. There is a discount of {p}% on "
                 "everything. How many "
                 "dollars does {he} pay?",
                 "{An x} costs {b} dollars. {N} takes {a} of them and gets {p}% off. How many "
                 "dollars does {he} "
                 "pay in the end?",
                 "In a sale, all prices drop by {p}%. {N} picks {a} {xs} that used to cost {b} "
                 "dollars each. "
                 "How many dollars does {he} spend?",
                 "A coupon takes {p}% off the bill. {N} has {a} {xs} for {b} dollars apiece in the "
                 "basket. How "
                 "many dollars is the bill with the coupon?"}};

const FamilyTemplate kHomework{
    .name = "homework",
    .cast = CastKind::kPlain,
    .draws = {{"a", range(3, 12)},
              {"b", range(2, 8)},
              {"c", {5, 10, 15, 20, 25, 30}},
              {"d", {45, 60, 75, 90, 120, 150}}},
    .steps = {{{"r1", "a", '*', "b"},
               "the minutes for the tasks",
               {"The {a} tasks take {eq} minutes.", "For the tasks that is {eq} minutes."}},
              {{"r2", "r1", '+', "c"},
               "the minutes with the break",
               {"With the break it is {eq} minutes.", "Adding the break makes {eq} minutes."}},
              {{"r3", "d", '-', "r2"},
               "the minutes left",
               {"So {eq} minutes are left.", "Of the {d} minutes, {eq} minutes are left."}}},
    .givens = {"there are {a} tasks of {b} minutes each", "the break is {c} minutes long",
               "{N} has {d} minutes"},
    .goal = "how many minutes are left",
    .conclusion = "{r3} minutes are left",
    .wordings = {
        "{N} has {d} minutes. {He} does {a} tasks of {b} minutes each and takes a break of {c} "
        "minutes. How many minutes are left?",
        "Each of {N}'s {a} tasks takes {b} minutes. {He} also rests for {c} minutes. Out of {d} "
        "minutes, how many does {he} have left?",
        "{N}'s lesson lasts {d} minutes. The class works on {a} tasks, {b} minutes for each, and "
        "has a "
        "break of {c} minutes. How many minutes of the lesson remain?",
        "{N} plans {a} tasks with {b} minutes for each one, and a break of {c} minutes. The bus "
        "comes "
        "in {d} minutes. How many minutes will {N} have to spare?"}};

}  // namespace

std::vector<const FamilyTemplate*> three_operation_families() {
  return {&kTwoItems, &kBoxesShared, &kHowManyMore, &kGardenSale, &kWages,   &kReading,
          &kBus,      &kSeats,       &kFence,       &kSaleItems,  &kHomework};
}

}  // namespace drp::problems
