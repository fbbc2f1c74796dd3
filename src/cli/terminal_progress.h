// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "base/progress.h"

namespace drp::cli {

// Progress on standard error. On a terminal one status line (done, rate, time left) is redrawn in
// place; elsewhere, and with TERM=dumb, a plain line at most every 30 seconds. Colour only on a
// terminal without NO_COLOR.
class TerminalProgress final : public Progress {
 public:
  struct Look {
    bool live = false;  // redraw in place
    bool colour = false;
    bool quiet = false;  // warnings only
    int width = 80;
  };
  // What the environment and the terminal on standard error ask for.
  static Look look_of_stderr();

  TerminalProgress(const Clock& clock, Look look) : clock_(clock), look_(look) {}
  ~TerminalProgress() override;

  void begin(std::string_view job, std::int64_t total) override;
  void update(std::int64_t done, std::string_view note) override;
  void end(std::string_view note) override;
  void info(std::string_view line) override;
  void warn(std::string_view line) override;

 private:
  void draw();
  void erase_line();
  void print(std::string_view line);
  std::string status() const;

  const Clock& clock_;
  Look look_;
  std::string job_;
  std::int64_t total_ = 0;
  std::int64_t first_ = -1;  // `done` of the first update: kept work does not count for the rate
  std::int64_t done_ = 0;
  std::string note_;
  double began_ = 0;
  double drawn_ = 0;
  bool open_ = false;
  bool on_screen_ = false;
};

// Text of a file in a message for a terminal: control characters are blanks.
std::string printable(std::string_view text);

// "1:05" or "2:03:09".
std::string format_duration(double seconds);

}  // namespace drp::cli
