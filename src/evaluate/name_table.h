// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace drp::evaluate {

// Gives each distinct name a small number, 0 upwards in order of arrival, and keeps it once.
class NameTable {
 public:
  std::uint32_t number(std::string_view name) {
    const auto found = numbers_.find(name);
    if (found != numbers_.end()) return found->second;
    const auto next = static_cast<std::uint32_t>(names_.size());
    const auto placed = numbers_.emplace(std::string(name), next).first;
    names_.push_back(&placed->first);
    return next;
  }
  const std::string& name(std::uint32_t number) const { return *names_[number]; }
  std::size_t size() const { return names_.size(); }
  void clear() {
    names_.clear();
    numbers_.clear();
  }
  // Name to number, by name.
  const std::map<std::string, std::uint32_t, std::less<>>& sorted() const { return numbers_; }

  NameTable() = default;
  NameTable(NameTable&&) = default;  // nodes of a map stay where they are
  NameTable& operator=(NameTable&&) = default;
  NameTable(const NameTable&) = delete;
  NameTable& operator=(const NameTable&) = delete;

 private:
  std::map<std::string, std::uint32_t, std::less<>> numbers_;
  std::vector<const std::string*> names_;
};

}  // namespace drp::evaluate
