// SPDX-License-Identifier: Apache-2.0
#include "cli/terminal_progress.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "base/text.h"

namespace drp::cli {
namespace {

constexpr double kRedrawSeconds = 0.1;
constexpr double kPlainSeconds = 30;
constexpr std::string_view kDim = "\x1B[2m";
constexpr std::string_view kYellow = "\x1B[33m";
constexpr std::string_view kReset = "\x1B[0m";

std::string rate_text(double per_second) {
  if (per_second >= 10) return format_fixed(per_second, 0) + "/s";
  if (per_second >= 0.1) return format_fixed(per_second, 1) + "/s";
  return format_fixed(per_second * 60, 1) + "/min";
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint c = decode_utf8(text, at);
    const bool control = c.value < 0x20 || (c.value >= 0x7F && c.value < 0xA0);
    out += control ? std::string_view(" ") : text.substr(at, c.size);
    at += c.size;
  }
  return out;
}

std::string format_duration(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(std::max(0.0, seconds)));
  const auto two = [](std::int64_t value) {
    return (value < 10 ? "0" : "") + std::to_string(value);
  };
  if (whole >= 3600) {
    return std::to_string(whole / 3600) + ":" + two(whole / 60 % 60) + ":" + two(whole % 60);
  }
  return std::to_string(whole / 60) + ":" + two(whole % 60);
}

TerminalProgress::Look TerminalProgress::look_of_stderr() {
  Look look;
  const char* term = std::getenv("TERM");
  const bool dumb = term == nullptr || std::string_view(term) == "dumb";
  look.live = ::isatty(STDERR_FILENO) == 1 && !dumb;
  const char* no_color = std::getenv("NO_COLOR");
  look.colour = look.live && (no_color == nullptr || *no_color == '\0');
  winsize size{};
  if (look.live && ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) {
    look.width = size.ws_col;
  }
  return look;
}

TerminalProgress::~TerminalProgress() { erase_line(); }

void TerminalProgress::begin(std::string_view job, std::int64_t total) {
  job_ = job;
  total_ = total;
  first_ = -1;
  done_ = 0;
  note_.clear();
  began_ = drawn_ = clock_.seconds();
  open_ = true;
}

void TerminalProgress::update(std::int64_t done, std::string_view note) {
  if (!open_) return;
  if (first_ < 0) first_ = done;
  done_ = done;
  note_ = note;
  const double now = clock_.seconds();
  if (now - drawn_ < (look_.live ? kRedrawSeconds : kPlainSeconds)) return;
  drawn_ = now;
  draw();
}

void TerminalProgress::end(std::string_view note) {
  if (!open_) return;
  open_ = false;
  const double seconds = clock_.seconds() - began_;
  std::string line = job_ + ": ";
  if (done_ > 0) line += format_count(done_) + " done in " + format_duration(seconds);
  if (done_ == 0) line += "done";
  if (!note.empty()) line += ", " + std::string(note);
  if (!look_.quiet) print(line);
}

void TerminalProgress::info(std::string_view line) {
  if (!look_.quiet) print(line);
}

void TerminalProgress::warn(std::string_view line) {
  const std::string text = "warning: " + printable(line);
  print(look_.colour ? std::string(kYellow) + text + std::string(kReset) : text);
}

std::string TerminalProgress::status() const {
  std::string text = job_ + "  " + format_count(done_);
  if (total_ > 0) {
    text += "/" + format_count(total_) + " " +
            format_fixed(100.0 * static_cast<double>(done_) / static_cast<double>(total_), 0) + "%";
  }
  const double seconds = clock_.seconds() - began_;
  const std::int64_t fresh = done_ - std::max<std::int64_t>(first_, 0);
  if (fresh > 0 && seconds > 0.5) {
    const double rate = static_cast<double>(fresh) / seconds;
    text += "  " + rate_text(rate);
    if (total_ > done_) {
      text += "  " + format_duration(static_cast<double>(total_ - done_) / rate) + " left";
    }
  }
  if (!note_.empty()) text += "  " + note_;
  return text;
}

void TerminalProgress::draw() {
  if (look_.quiet) return;
  std::string text = status();
  if (!look_.live) {
    std::fprintf(stderr, "%s\n", text.c_str());
    return;
  }
  std::size_t end = 0;
  for (int column = 1; column < look_.width && end < text.size(); ++column) {
    end += decode_utf8(text, end).size;
  }
  text.resize(end);
  if (look_.colour) text = std::string(kDim) + text + std::string(kReset);
  std::fprintf(stderr, "\r\x1B[K%s", text.c_str());
  std::fflush(stderr);
  on_screen_ = true;
}

void TerminalProgress::erase_line() {
  if (!on_screen_) return;
  std::fputs("\r\x1B[K", stderr);
  std::fflush(stderr);
  on_screen_ = false;
}

void TerminalProgress::print(std::string_view line) {
  erase_line();
  std::fprintf(stderr, "%.*s\n", static_cast<int>(line.size()), line.data());
  if (open_ && look_.live) draw();
}

}  // namespace drp::cli
