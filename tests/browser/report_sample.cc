// SPDX-License-Identifier: Apache-2.0
// report_sample FOLDER [--plotly FILE] [--traces N] [--reasoning-bytes N] [--examples N]
//               [--page-bytes N] [--samples N] [--varied] [--long-line] [--sets] [--paid]
//               [--pruned-only]
// report_sample FOLDER --ablation [--ablation-json FILE] [--plotly FILE]
// Writes a report of generated inputs, or the page of an ablation (a generated one, or an
// ablation.json), for the browser tests and the bench.
#include <sys/resource.h>

#include <cstdio>
#include <cstring>
#include <string>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "browser/sample_ablation.h"
#include "browser/sample_inputs.h"
#include "records/json_line.h"
#include "report/ablation_report.h"

int main(int argc, char** argv) {
  using namespace drp;
  if (argc < 2) {
    std::fputs("usage: report_sample FOLDER [--plotly FILE] [--traces N] ...\n", stderr);
    return 2;
  }
  report::SampleOptions options;
  report::ReportOptions report_options;
  bool ablation = false;
  std::string ablation_json;
  for (int i = 2; i < argc; ++i) {
    const std::string flag = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : "";
    options.evaluation = options.evaluation && flag != "--pruned-only";
    options.varied = options.varied || flag == "--varied";
    options.long_line = options.long_line || flag == "--long-line";
    options.sets = options.sets || flag == "--sets";
    options.paid = options.paid || flag == "--paid";
    ablation = ablation || flag == "--ablation";
    if (flag == "--ablation" || flag == "--pruned-only" || flag == "--varied" ||
        flag == "--long-line" || flag == "--sets" || flag == "--paid")
      continue;
    if (flag == "--ablation-json") ablation_json = value;
    if (flag == "--plotly") report_options.plotly_js = value;
    if (flag == "--traces") options.traces = parse_int(value).value_or(400);
    if (flag == "--reasoning-bytes") options.reasoning_bytes = parse_int(value).value_or(0);
    if (flag == "--samples") options.samples = parse_int(value).value_or(1);
    if (flag == "--examples") report_options.examples_max = parse_int(value).value_or(0);
    if (flag == "--page-bytes") report_options.page_bytes_max = parse_int(value).value_or(0);
    ++i;
  }
  try {
    if (ablation) {
      make_folder(argv[1]);
      report::write_ablation(
          ablation_json.empty() ? report::sample_ablation()
                                : from_json_line<Ablation>(read_file(ablation_json), ablation_json),
          argv[1], report_options.plotly_js);
      return 0;
    }
    report::ReportInputs inputs = report::sample_inputs(options);
    inputs.options = report_options;
    report::write_report(inputs, argv[1]);
  } catch (const Error& error) {
    std::fprintf(stderr, "report_sample: %s\n", error.what());
    return exit_code(error.kind());
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  std::printf("{\"resident_mib\": %ld}\n", usage.ru_maxrss / 1024);
  return 0;
}
