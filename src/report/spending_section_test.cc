// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "report/json_report.h"
#include "report/sections.h"

namespace drp::report {
namespace {

using testing::HasSubstr;

Spending spending_of(std::optional<double> look_usd) {
  const ModelSpending plan{.model = "large",
                           .requests = 1200,
                           .attempts = 1207,
                           .cached = 40,
                           .failed = 2,
                           .prompt_tokens = 900'000,
                           .cached_tokens = 100'000,
                           .completion_tokens = 80'000,
                           .usd = 1.5,
                           .unknown_calls = 2,
                           .unknown_tokens_max = 5000,
                           .unknown_usd_max = 0.02};
  const ModelSpending look{.model = "large",
                           .requests = 1,
                           .attempts = 1,
                           .prompt_tokens = 1000,
                           .completion_tokens = 100,
                           .usd = look_usd};
  return {{{"decompose", "plan", plan}, {"decompose", "look", look}},
          2.0,
          std::nullopt,
          {"row-1/0 plan", "row-7/0 plan"}};
}

std::string paragraph(const Section& section, std::size_t i) {
  return std::get<Paragraph>(section.pieces.at(i)).text;
}

TEST(SpendingSection, SaysWhatWasPaidAndWhatIsUnknown) {
  ReportInputs inputs;
  inputs.spending = spending_of(0.0125);
  const Section section = spending_section(inputs);
  EXPECT_EQ(
      paragraph(section, 0),
      "1,201 requests went out in 1,208 sendings (some again): 901,000 prompt tokens, 100,000 "
      "of them at the price of cached ones, and 80,100 completion tokens. They cost $1.51 of a "
      "cap of $2.00. 40 requests were answered from kept replies and cost nothing. 2 requests "
      "failed.");
  EXPECT_THAT(paragraph(section, 1), HasSubstr("2 sendings had no outcome"));
  EXPECT_THAT(paragraph(section, 1), HasSubstr("at most 5,000 tokens for that, $0.0200; the caps"));
  EXPECT_THAT(paragraph(section, 1), HasSubstr("Rows: row-1/0 plan, row-7/0 plan."));
  const auto& table = std::get<Table>(section.pieces.at(2));
  ASSERT_EQ(table.rows.size(), 3U);
  EXPECT_EQ(table.rows[1][1].text, "look");
  EXPECT_EQ(table.rows[2][0].text, "together");
  EXPECT_EQ(table.rows[2].back().text, "$1.51");
}

TEST(SpendingSection, APartOfUnknownPriceMakesTheWholeUnknown) {
  ReportInputs inputs;
  inputs.spending = spending_of(std::nullopt);
  EXPECT_THAT(paragraph(spending_section(inputs), 0), HasSubstr("What they cost is unknown"));
  EXPECT_EQ(total_spending(*inputs.spending).usd, std::nullopt);
  // Replies that were all kept from before cost nothing, whatever the price.
  inputs.spending->calls = {{"decompose", "plan", {.model = "large", .cached = 3}}};
  EXPECT_EQ(total_spending(*inputs.spending).usd, 0.0);
  EXPECT_THAT(paragraph(spending_section(inputs), 0), HasSubstr("They cost $0.00"));
}

TEST(SpendingSection, ManyRowsAreNotAllNamed) {
  ReportInputs inputs;
  inputs.spending = spending_of(0.1);
  inputs.spending->unknown.assign(50, "a row");
  EXPECT_THAT(paragraph(spending_section(inputs), 1), HasSubstr("(all are in report.json)"));
}

TEST(SpendingSection, NobodyPaidIsNoSection) {
  ReportInputs inputs;
  EXPECT_TRUE(spending_section(inputs).pieces.empty());
  EXPECT_THAT(to_report_json(inputs, {}), HasSubstr("\"spending\": null"));
  inputs.spending = spending_of(0.1);
  const auto json = nlohmann::json::parse(to_report_json(inputs, {})).at("spending");
  EXPECT_EQ(json.at("usd_max"), 2.0);
  EXPECT_TRUE(json.at("tokens_max").is_null());
  EXPECT_EQ(json.at("calls")[0].at("call"), "plan");
  EXPECT_EQ(json.at("calls")[0].at("requests"), 1200);
  EXPECT_NEAR(json.at("total").at("usd").get<double>(), 1.6, 1e-12);
  EXPECT_EQ(json.at("unknown").size(), 2U);
}

}  // namespace
}  // namespace drp::report
