// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace drp {

// What a stage tells while it works. Implementations: the terminal (cli), silence, a test's record.
// Called from one thread at a time.
class Progress {
 public:
  virtual ~Progress() = default;

  // Opens a counted job; total 0 means unknown.
  virtual void begin(std::string_view job, std::int64_t total) = 0;
  // `done` of the total are finished; `note` is a few words such as "kept 12, rejected 3".
  virtual void update(std::int64_t done, std::string_view note) = 0;
  virtual void end(std::string_view note) = 0;
  // One line worth reading afterwards.
  virtual void info(std::string_view line) = 0;
  // One line that the user should act on.
  virtual void warn(std::string_view line) = 0;
};

// Swallows everything.
class NoProgress final : public Progress {
 public:
  void begin(std::string_view, std::int64_t) override {}
  void update(std::int64_t, std::string_view) override {}
  void end(std::string_view) override {}
  void info(std::string_view) override {}
  void warn(std::string_view) override {}
};

}  // namespace drp
