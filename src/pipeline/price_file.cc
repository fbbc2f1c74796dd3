// SPDX-License-Identifier: Apache-2.0
#include "pipeline/price_file.h"

#include <yaml-cpp/yaml.h>

#include <optional>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace drp::pipeline {
namespace {

constexpr double kPriceMax = 1e6;
constexpr std::string_view kForm =
    "write MODEL: {input: 2.00, cached_input: 0.50, output: 8.00, batch_discount: 0.5}, in US "
    "dollars a million tokens";

std::string place(const std::string& file, const YAML::Node& node) {
  return file + ":" + std::to_string(node.Mark().line + 1) + ": ";
}

double number(const YAML::Node& node, const std::string& what, double high,
              const std::string& file) {
  const auto value = node.IsScalar() ? parse_double(node.Scalar()) : std::nullopt;
  if (value && *value >= 0 && *value <= high) return *value;
  throw Error(ErrorKind::kConfig,
              place(file, node) + what + " is '" + (node.IsScalar() ? node.Scalar() : "a list") +
                  "', expected a number from 0 to " + format_count(static_cast<std::int64_t>(high)),
              std::string(kForm));
}

llm::Price read_price(const YAML::Node& node, const std::string& model, const std::string& file) {
  if (!node.IsMap()) {
    throw Error(ErrorKind::kConfig, place(file, node) + model + " has no prices",
                std::string(kForm));
  }
  llm::Price price;
  std::optional<double> cached;
  bool input = false;
  bool output = false;
  for (const auto& item : node) {
    const std::string key = item.first.Scalar();
    const std::string what = model + "." + key;
    if (key == "input") {
      price.input = number(item.second, what, kPriceMax, file);
      input = true;
    } else if (key == "output") {
      price.output = number(item.second, what, kPriceMax, file);
      output = true;
    } else if (key == "cached_input") {
      cached = number(item.second, what, kPriceMax, file);
    } else if (key == "batch_discount") {
      price.batch_discount = number(item.second, what, 1, file);
    } else {
      const auto close = nearest(key, {"input", "output", "cached_input", "batch_discount"});
      throw Error(ErrorKind::kConfig, place(file, item.first) + "unknown key '" + what + "'",
                  close ? "did you mean '" + *close + "'?" : std::string(kForm));
    }
  }
  if (!input || !output) {
    throw Error(ErrorKind::kConfig,
                place(file, node) + model + " needs both input and output, 0 for what is free",
                std::string(kForm));
  }
  price.cached_input = cached.value_or(price.input);
  return price;
}

}  // namespace

llm::PriceTable read_prices(const std::filesystem::path& file) {
  llm::PriceTable table;
  const std::string name = file.string();
  const std::string text = read_file(file);
  try {
    const YAML::Node root = YAML::Load(text);
    const YAML::Node models = root.IsMap() ? root["models"] : YAML::Node(YAML::NodeType::Undefined);
    if (!models.IsDefined() || !models.IsMap() || root.size() != 1) {
      throw Error(ErrorKind::kConfig, "'" + name + "' is not a price file: it is one map, models",
                  std::string(kForm));
    }
    for (const auto& item : models) {
      const std::string model = item.first.Scalar();
      table.set(model, read_price(item.second, model, name));
    }
  } catch (const YAML::Exception& problem) {
    throw Error(ErrorKind::kConfig,
                name + ":" + std::to_string(problem.mark.line + 1) + ": " + problem.msg,
                "price files are YAML");
  }
  return table;
}

llm::Budget teacher_budget(const Recipe& recipe) {
  llm::Budget budget;
  if (recipe.teacher.max_usd > 0) budget.usd_max = recipe.teacher.max_usd;
  if (recipe.teacher.max_tokens > 0) budget.tokens_max = recipe.teacher.max_tokens;
  return budget;
}

llm::PriceTable teacher_prices(const Recipe& recipe) {
  return recipe.teacher.prices.empty() ? llm::PriceTable() : read_prices(recipe.teacher.prices);
}

std::filesystem::path spending_file(const std::filesystem::path& run_folder) {
  return run_folder / "spending.log.jsonl";
}

std::filesystem::path reply_folder(const Recipe& recipe, const std::filesystem::path& shared) {
  return recipe.teacher.cache == "on" ? shared
                                      : std::filesystem::path(recipe.run.folder) / "replies";
}

}  // namespace drp::pipeline
