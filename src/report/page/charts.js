// SPDX-License-Identifier: Apache-2.0
// Charts: what to draw is made from the page's data by report_charts.js or ablation_charts.js;
// plotly_charts.js draws it, or svg_charts.js where the page was made without Plotly.
"use strict";

const Charts = (() => {
  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  const trueMinus = (text) => text.replace(/^-/, "\u2212");
  const percent = (share) => trueMinus((100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0)) + " %";

  // 1, 2 and 5 times the powers of ten in the range of a logarithmic axis.
  function logTicks(axis) {
    const out = [];
    for (let power = 10 ** Math.floor(Math.log10(axis.from)); power <= axis.to; power *= 10) {
      for (const factor of [1, 2, 5]) if (factor * power >= axis.from && factor * power <= axis.to) out.push(factor * power);
    }
    return out;
  }

  // A chart: {x: {title, from, to, log, whole}, y: {title, from, to, percent}, series: [...]}, and
  // where its x are no tokens, hover: a text for a point; legend: true puts the legend above it, on
  // as many lines as it needs. A series has name, colour, x, y and kind "line" (dash: dotted),
  // "step", "bar" (with width), "points" (with symbol, faint, and intervals low, high or across:
  // {low, high}) or "move" (from a hollow to a filled point); unnamed: true leaves it out of the
  // legend. Or horizontal bars: {rows: [label...], x, series: [{name, colour, values}...]}, stacked,
  // with points over them: [{name, colour, symbol, faint, unnamed, rows: [place...], x, across}].
  const glyphs = { circle: "\u25cf", square: "\u25a0", diamond: "\u25c6", triangle: "\u25b2" };

  // Runs the inlined Plotly, once; false where the page was made without.
  function plotlyReady() {
    const source = document.getElementById("plotly-source");
    if (!window.Plotly && source) {
      const script = document.createElement("script");
      script.textContent = source.textContent;
      document.head.append(script);
    }
    return Boolean(window.Plotly);
  }

  function legendMark(one) {
    const mark = document.createElement("i");
    if (one.symbol) {
      mark.className = "glyph";
      mark.textContent = glyphs[one.symbol];
      mark.style.color = one.colour;
      mark.style.opacity = one.faint ? 0.5 : 1;
    } else {
      mark.className = one.dash ? "swatch dotted" : "swatch";
      mark.style.background = one.dash ? "" : one.colour;
    }
    return mark;
  }

  function drawLegend(figure, series) {
    const legend = figure.querySelector(".legend") || document.createElement("div");
    legend.className = "legend";
    legend.replaceChildren(...series.filter((one) => !one.unnamed).map((one) => {
      const item = document.createElement("span");
      item.append(legendMark(one), one.name);
      return item;
    }));
    figure.querySelector(".plot").before(legend);
  }

  // On paper: A4 or Letter within its margins, at the size of the screen's letters.
  const printWidth = 660;
  const printGap = 40;

  function draw(figure, chart, printing) {
    const plot = figure.querySelector(".plot");
    figure.hidden = !chart;
    if (!chart) return;
    if (chart.rows) plot.style.height = `${56 + 28 * chart.rows.length}px`;
    if (chart.rows || chart.legend) drawLegend(figure, [...chart.series, ...(chart.points || [])]);
    const half = getComputedStyle(figure).gridColumnStart === "span 3";
    const width = half ? (printWidth - printGap) / 2 : printWidth;
    const size = printing && { width, height: plot.clientHeight };
    (plotlyReady() ? PlotlyCharts : SvgCharts).draw(plot, chart, size);
  }

  // Draws each chart when it is about to be seen, and all of them for printing, in light colours.
  // makers[NAME](data, SET) makes the chart of a figure, or nothing where there is nothing to draw.
  // Returns functions that draw again those that were drawn, and that draw all.
  function start(data, makers) {
    const root = document.documentElement;
    const figures = [...document.querySelectorAll(".chart")];
    const drawn = new Set();
    const drawOne = (figure, printing) => {
      drawn.add(figure);
      draw(figure, makers[figure.dataset.chart](data, figure.dataset.set), printing);
    };
    const redraw = () => drawn.forEach((figure) => drawOne(figure));
    let theme;
    addEventListener("beforeprint", () => {
      theme = root.dataset.theme;
      root.dataset.theme = "light";
      for (const figure of figures) drawOne(figure, true);
    });
    addEventListener("afterprint", () => {
      if (theme) root.dataset.theme = theme;
      else delete root.dataset.theme;
      redraw();
    });
    const watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        watcher.unobserve(entry.target);
        if (!drawn.has(entry.target)) drawOne(entry.target);
      }
    }, { rootMargin: "600px" });
    for (const figure of figures) watcher.observe(figure);
    return { redraw, drawAll: () => figures.forEach((figure) => drawOne(figure)) };
  }

  return { start, colour, percent, trueMinus, logTicks };
})();

