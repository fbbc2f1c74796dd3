// SPDX-License-Identifier: Apache-2.0
#include "records/json_line.h"

#include <concepts>
#include <nlohmann/json.hpp>
#include <type_traits>

#include "base/error.h"
#include "records/ablation.h"

namespace drp {
namespace {

using Json = nlohmann::ordered_json;

template <class T>
concept DescribedRecord = requires { T::describe([](auto&&...) {}); };
template <class T>
concept NamedEnum = std::is_enum_v<T>;

template <class T>
struct IsOptional : std::false_type {};
template <class T>
struct IsOptional<std::optional<T>> : std::true_type {};
template <class T>
struct IsVector : std::false_type {};
template <class T>
struct IsVector<std::vector<T>> : std::true_type {};
// Arrays of numbers go through the library in one piece; the rest item by item.
template <class T>
struct IsVectorOfObjects : std::false_type {};
template <class T>
struct IsVectorOfObjects<std::vector<T>> : std::bool_constant<!std::is_arithmetic_v<T>> {};
using Tags = std::map<std::string, std::string>;

template <class T>
std::string type_name() {
  if constexpr (std::same_as<T, std::string>)
    return "string";
  else if constexpr (std::same_as<T, bool>)
    return "boolean";
  else if constexpr (std::integral<T>)
    return "integer";
  else if constexpr (std::floating_point<T>)
    return "number";
  else if constexpr (std::same_as<T, Span>)
    return "[begin, end]";
  else if constexpr (std::same_as<T, Tags>)
    return "object of strings";
  else if constexpr (IsOptional<T>::value)
    return type_name<typename T::value_type>();
  else if constexpr (IsVector<T>::value)
    return "array of " + type_name<typename T::value_type>();
  else if constexpr (NamedEnum<T>)
    return "name";
  else
    return "object";
}

template <class T>
Json to_json(const T& value) {
  if constexpr (std::same_as<T, Span>) {
    return Json::array({value.begin, value.end});
  } else if constexpr (NamedEnum<T>) {
    return std::string(enum_name(value));
  } else if constexpr (IsVectorOfObjects<T>::value) {
    Json out = Json::array();
    for (const auto& item : value) out.push_back(to_json(item));
    return out;
  } else if constexpr (DescribedRecord<T>) {
    Json out = Json::object();
    T::describe([&](const char* name, auto member, Need, const char*) {
      using Field = std::remove_cvref_t<decltype(value.*member)>;
      if constexpr (IsOptional<Field>::value) {
        if (value.*member) out[name] = to_json(*(value.*member));
      } else {
        out[name] = to_json(value.*member);
      }
    });
    return out;
  } else {
    return value;
  }
}

[[noreturn]] void wrong_type(std::string_view where, std::string_view field, const Json& found,
                             const std::string& wanted) {
  std::string shown = found.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (shown.size() > 60) shown = shown.substr(0, 60) + "...";
  throw Error(ErrorKind::kData, std::string(where) + ": field '" + std::string(field) + "' is " +
                                    shown + ", expected " + wanted);
}

template <class T>
void read_value(const Json& json, T& value, std::string_view where, std::string_view field);

template <DescribedRecord T>
void read_record(const Json& json, T& record, std::string_view where) {
  if (!json.is_object()) wrong_type(where, "(record)", json, "an object");
  T::describe([&](const char* name, auto member, Need need, const char*) {
    const auto found = json.find(name);
    if (found == json.end() || found->is_null()) {
      if (need == Need::kOptional) return;
      throw Error(ErrorKind::kData, std::string(where) + ": field '" + name + "' is missing");
    }
    read_value(*found, record.*member, where, name);
  });
}

template <class T>
void read_number(const Json& json, T& value, std::string_view where, std::string_view field) {
  if constexpr (std::same_as<T, bool>) {
    if (!json.is_boolean()) wrong_type(where, field, json, "true or false");
  } else if constexpr (std::integral<T>) {
    if (!json.is_number_integer()) wrong_type(where, field, json, "an integer");
  } else {
    if (!json.is_number()) wrong_type(where, field, json, "a number");
  }
  value = json.get<T>();
}

template <class T>
void read_value(const Json& json, T& value, std::string_view where, std::string_view field) {
  if constexpr (std::same_as<T, std::string>) {
    if (!json.is_string()) wrong_type(where, field, json, "a string");
    value = json.get<std::string>();
  } else if constexpr (std::is_arithmetic_v<T>) {
    read_number(json, value, where, field);
  } else if constexpr (std::same_as<T, Span>) {
    if (!json.is_array() || json.size() != 2 || !json[0].is_number_unsigned() ||
        !json[1].is_number_unsigned() || json[0] > json[1]) {
      wrong_type(where, field, json, "[begin, end]");
    }
    value = {json[0].get<std::size_t>(), json[1].get<std::size_t>()};
  } else if constexpr (std::same_as<T, Tags>) {
    if (!json.is_object()) wrong_type(where, field, json, "an object of strings");
    for (const auto& [key, item] : json.items()) read_value(item, value[key], where, field);
  } else if constexpr (IsOptional<T>::value) {
    read_value(json, value.emplace(), where, field);
  } else if constexpr (IsVector<T>::value) {
    if (!json.is_array()) wrong_type(where, field, json, "an array");
    value.clear();
    for (const Json& item : json) read_value(item, value.emplace_back(), where, field);
  } else if constexpr (NamedEnum<T>) {
    if (!json.is_string() || !enum_parse(json.get_ref<const std::string&>(), value)) {
      wrong_type(where, field, json, "a known name");
    }
  } else {
    read_record(json, value, where);
  }
}

}  // namespace

std::string dump_line(const Json& json) {
  static constexpr std::pair<std::string_view, std::string_view> kEscapes[] = {
      {"\xE2\x80\xA8", "\\u2028"}, {"\xE2\x80\xA9", "\\u2029"}, {"\xC2\x85", "\\u0085"}};
  std::string line = json.dump(-1, ' ', false, Json::error_handler_t::replace);
  for (const auto& [raw, escaped] : kEscapes) {
    if (line.find(raw) != std::string::npos) line = replace_all(line, raw, escaped);
  }
  return line;
}

template <class Record>
std::string to_json_line(const Record& record) {
  return dump_line(to_json(record));
}

template <class Record>
Record from_json_line(std::string_view line, std::string_view where) {
  const Json json = Json::parse(line, nullptr, false);
  if (json.is_discarded()) {
    throw Error(ErrorKind::kData, std::string(where) + ": not a JSON object",
                "each line must be one whole JSON object");
  }
  Record record;
  read_record(json, record, where);
  return record;
}

template <class Record>
std::vector<FieldDoc> field_docs() {
  std::vector<FieldDoc> docs;
  Record::describe([&](const char* name, auto member, Need need, const char* doc) {
    using Field = std::remove_cvref_t<decltype(std::declval<Record>().*member)>;
    docs.push_back({name, type_name<Field>(), need == Need::kRequired, doc});
  });
  return docs;
}

#define DRP_INSTANTIATE(Record)                                               \
  template std::string to_json_line<Record>(const Record&);                   \
  template Record from_json_line<Record>(std::string_view, std::string_view); \
  template std::vector<FieldDoc> field_docs<Record>();

DRP_INSTANTIATE(Problem)
DRP_INSTANTIATE(Trace)
DRP_INSTANTIATE(Step)
DRP_INSTANTIATE(Plan)
DRP_INSTANTIATE(Rejection)
DRP_INSTANTIATE(PlanOutcome)
DRP_INSTANTIATE(GateResult)
DRP_INSTANTIATE(PrunedPath)
DRP_INSTANTIATE(TrainingRow)
DRP_INSTANTIATE(Scored)
DRP_INSTANTIATE(Estimate)
DRP_INSTANTIATE(ExtractorScore)
DRP_INSTANTIATE(AtK)
DRP_INSTANTIATE(ArmSummary)
DRP_INSTANTIATE(PairedComparison)
DRP_INSTANTIATE(Evaluation)
DRP_INSTANTIATE(TrainingEvent)
DRP_INSTANTIATE(PathLikelihood)
DRP_INSTANTIATE(ThresholdEffect)
DRP_INSTANTIATE(Learnability)
DRP_INSTANTIATE(ModelSpending)
DRP_INSTANTIATE(SpendingEvent)
DRP_INSTANTIATE(StoredReply)
DRP_INSTANTIATE(AblationSeed)
DRP_INSTANTIATE(AblationCell)
DRP_INSTANTIATE(StudentAblation)
DRP_INSTANTIATE(Ablation)

}  // namespace drp
