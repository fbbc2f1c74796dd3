// SPDX-License-Identifier: Apache-2.0
// Starts the page of an ablation.

(() => {
  const ablation = JSON.parse(document.getElementById("report-data").textContent);

  // What the charts are drawn with comes after this script.
  addEventListener("DOMContentLoaded", () => {
    const charts = Charts.start(ablation, AblationCharts);
    PageFrame.onColours(charts.redraw);
    window.drpReport = { report: ablation, drawCharts: charts.drawAll, ready: true };
  });
})();
