// SPDX-License-Identifier: Apache-2.0
// Starts the report's page: charts, browsers, the example that the address names.

(() => {
  const report = JSON.parse(document.getElementById("report-data").textContent);

  // What the charts are drawn with comes after this script.
  addEventListener("DOMContentLoaded", async () => {
    window.drpReport = { report, browsers: {} };
    const charts = Charts.start(report, ReportCharts);
    PageFrame.onColours(charts.redraw);
    window.drpReport.drawCharts = charts.drawAll;
    const browsers = await Examples.openAll(report);
    window.drpReport.browsers = browsers;
    await Promise.all(Object.values(browsers).map((browser) => browser.opening));
    Examples.openNamed(browsers, location.hash);
    addEventListener("hashchange", () => Examples.openNamed(browsers, location.hash));
    window.drpReport.ready = true;
  });
})();
