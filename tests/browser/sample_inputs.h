// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "report/report.h"

// Inputs of a report as a real run makes them, from a seed: for tests, the browser check and the
// bench. The texts are written for this; the figures obey no model.
namespace drp::report {

struct SampleOptions {
  std::int64_t traces = 400;
  std::int64_t problems = 900;
  // Bytes of reasoning a trace, about; 0 takes what the templates give (500 to 900).
  std::int64_t reasoning_bytes = 0;
  // Fill traces with words drawn at random, as hard to compress as prose, not with a few sentences.
  bool varied = false;
  bool evaluation = true;
  // The first trace and the first answer carry markup, a line separator, NUL and invalid UTF-8.
  bool hostile = true;
  // The second trace has 1 MiB in one line.
  bool long_line = false;
  // Held-out problems of four sets with lengths of their own, up to a limit of 8,192 tokens.
  bool sets = false;
  std::int64_t samples = 1;  // responses a held-out problem
  bool paid = false;         // the teacher is a service
  std::uint64_t seed = 1;
};

// The streams make each item when asked and hold none.
ReportInputs sample_inputs(const SampleOptions& options = {});

// What the hostile trace says.
extern const char* const kHostileText;

}  // namespace drp::report
