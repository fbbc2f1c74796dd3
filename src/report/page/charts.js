// SPDX-License-Identifier: Apache-2.0
// Charts: what to draw comes from report.json; Plotly draws it, or plain SVG where the page was
// made without Plotly.
"use strict";

const Charts = (() => {
  const colour = (name) =>
    getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  // A student keeps its colour in every chart.
  function armColour(report, arm) {
    if (arm === report.arms.before) return colour("before");
    if (arm === report.arms.after) return colour("accent");
    if (arm === report.arms.control) return colour("control");
    return colour("merge");
  }

  const percent = (share) => (100 * share).toFixed(share > 0 && share < 0.1 ? 1 : 0) + " %";

  // A chart: {x: {title, from, to}, y: {title, from, to, percent}, series: [...]}, and where its x
  // are no tokens, hover: a text for a point; a series has name, colour, x, y and kind "line",
  // "step", "bar" (with width) or "points" (with low, high).
  const makers = {
    lengths(report) {
      const { arms, limit, axis_end, bin_tokens } = report.lengths;
      if (!arms.length) return null;
      const series = [];
      let top = 0;
      const cutArms = arms.filter((arm) => arm.share_cut > 0);
      for (const arm of arms) {
        top = Math.max(top, ...arm.density.y, arm.share_cut);
        series.push({
          kind: "line", fill: true, name: arm.arm, colour: armColour(report, arm.arm),
          x: arm.density.x, y: arm.density.y,
        });
      }
      cutArms.forEach((arm, i) => {
        series.push({
          kind: "bar", name: arm.arm + ", cut off", colour: armColour(report, arm.arm),
          x: [axis_end + bin_tokens * (0.7 + i)], y: [arm.share_cut], width: bin_tokens * 0.8,
        });
      });
      const end = axis_end + bin_tokens * (cutArms.length ? cutArms.length + 0.6 : 0);
      return {
        x: { title: "tokens a response", from: 0, to: end },
        y: { title: "share of responses", from: 0, to: top * 1.06, percent: true },
        line: limit === null ? null : { x: limit, text: "limit" },
        series,
      };
    },

    capture(report) {
      const arms = report.capture.filter((arm) => arm.right > 0);
      if (!arms.length) return null;
      const end = report.lengths.axis_end;
      const series = arms.map((arm) => {
        const whole = arm.right / arm.responses;
        return {
          kind: "step", name: arm.arm, colour: armColour(report, arm.arm),
          x: [0, ...arm.tokens, end], y: [0, ...arm.captured.map((part) => part * whole), whole],
        };
      });
      return {
        x: { title: "token limit", from: 0, to: end },
        y: { title: "right within the limit", from: 0, to: Math.min(1, 1.1 * Math.max(...series.map((s) => s.y[s.y.length - 1]))), percent: true },
        series,
      };
    },

    pareto(report) {
      const arms = report.evaluation ? report.evaluation.arms : [];
      if (!arms.length) return null;
      const lows = arms.map((arm) => arm.accuracy.low);
      const highs = arms.map((arm) => arm.accuracy.high);
      const room = 0.3 * (Math.max(...highs) - Math.min(...lows)) + 0.005;
      return {
        x: { title: "mean tokens a response", from: 0, to: 1.12 * Math.max(...arms.map((arm) => arm.tokens_mean)) },
        y: { title: "accuracy", from: Math.max(0, Math.min(...lows) - room), to: Math.min(1, Math.max(...highs) + room), percent: true },
        series: arms.map((arm) => ({
          kind: "points", name: arm.arm, colour: armColour(report, arm.arm),
          x: [arm.tokens_mean], y: [arm.accuracy.value],
          low: [arm.accuracy.low], high: [arm.accuracy.high],
        })),
      };
    },

    answer_drop(report) {
      if (!report.likelihood) return null;
      const drops = report.likelihood.drop_percentiles;
      const limit = report.likelihood.drop_limit;
      const from = Math.min(-limit, drops[1]);
      const to = Math.max(2 * limit, drops[99]);
      return {
        x: { title: "drop of log P(answer) a token, nats", from, to },
        y: { title: "share of paths", from: 0, to: 1, percent: true },
        hover: "at most %{x:.3f} nat: %{y:.0f} %",
        line: { x: limit, text: `${limit} nat` },
        series: [{
          kind: "line", name: "drop at most", colour: colour("accent"),
          x: [from, ...drops.slice(1, 100), to],
          y: [drops[1] > from ? 0 : 0.01, ...drops.slice(1, 100).map((_, i) => (i + 1) / 100), drops[99] < to ? 1 : 0.99],
        }],
      };
    },

    threshold(report) {
      if (!report.likelihood) return null;
      const { curve, tokens_before } = report.likelihood;
      const keep = curve.map((point) => point.keep_answer_prob);
      const saved = curve.map((point) => 1 - point.tokens / tokens_before);
      return {
        x: { title: "keep_answer_prob", from: 0, to: 1 },
        y: { title: "share", from: Math.min(0, ...saved), to: 1, percent: true },
        hover: "%{x:.2f}: %{y:.1f} %",
        series: [
          { kind: "line", name: "paths kept", colour: colour("accent"), x: keep, y: curve.map((point) => point.kept) },
          { kind: "line", name: "tokens saved", colour: colour("control"), x: keep, y: saved },
        ],
      };
    },

    loss(report) {
      const pick = (validation) => report.training.filter((event) => event.validation === validation);
      const series = [
        { name: "training", colour: colour("accent"), events: pick(false), kind: "line" },
        { name: "validation", colour: colour("control"), events: pick(true), kind: "points" },
      ].filter((one) => one.events.length);
      if (!series.length) return null;
      for (const one of series) {
        one.x = one.events.map((event) => event.step);
        one.y = one.events.map((event) => event.loss);
      }
      const losses = series.flatMap((one) => one.y);
      return {
        x: { title: "optimizer step", from: 0, to: Math.max(...series.flatMap((one) => one.x)) * 1.02 },
        y: { title: "loss", from: 0, to: Math.max(...losses) * 1.06 },
        series,
      };
    },
  };

  // --- Plotly ---------------------------------------------------------------------------------

  function plotlyTrace(one, unit, hover) {
    const y = one.y.map((value) => value * unit);
    const base = {
      name: one.name, x: one.x, y,
      hovertemplate: hover || (unit === 100 ? "%{x:,.0f} tokens: %{y:.1f} %" : "%{x:,}: %{y:.3f}"),
    };
    switch (one.kind) {
      case "bar":
        return { ...base, type: "bar", width: one.width, marker: { color: one.colour }, showlegend: false };
      case "points":
        return {
          ...base, mode: "markers", marker: { color: one.colour, size: 9 },
          error_y: one.low && {
            type: "data", symmetric: false, color: one.colour, thickness: 1.5, width: 4,
            array: one.high.map((high, i) => high * unit - y[i]),
            arrayminus: one.low.map((low, i) => y[i] - low * unit),
          },
        };
      default:
        return {
          ...base, mode: "lines",
          line: { color: one.colour, width: 2, simplify: false, shape: one.kind === "step" ? "hv" : "linear" },
          fill: one.fill ? "tozeroy" : undefined,
          fillcolor: one.fill ? fade(one.colour) : undefined,
        };
    }
  }

  function fade(hex) {
    const value = parseInt(hex.slice(1), 16);
    return `rgba(${value >> 16}, ${(value >> 8) & 255}, ${value & 255}, 0.14)`;
  }

  // Plotly has no tick format with a space before the sign, so shares become percents.
  function plotlyAxis(axis) {
    const unit = axis.percent ? 100 : 1;
    return {
      title: { text: axis.title, font: { size: 13 }, standoff: 10 }, range: [axis.from * unit, axis.to * unit],
      ticksuffix: axis.percent ? " %" : "",
      gridcolor: colour("rule"), linecolor: colour("rule"), zeroline: false, nticks: 7,
      fixedrange: false, automargin: true,
    };
  }

  function drawPlotly(plot, chart) {
    const layout = {
      margin: { l: 56, r: 12, t: 30, b: 46 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("muted") },
      xaxis: { ...plotlyAxis(chart.x), showgrid: false, ticks: "outside", tickcolor: colour("rule") },
      yaxis: plotlyAxis(chart.y),
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 13, color: colour("ink") } },
      hoverlabel: { font: { family: getComputedStyle(document.body).fontFamily } },
      showlegend: true, bargap: 0, shapes: [], annotations: [],
    };
    if (chart.line) {
      layout.shapes.push({ type: "line", x0: chart.line.x, x1: chart.line.x, yref: "paper", y0: 0, y1: 1, line: { color: colour("muted"), width: 1, dash: "dot" } });
      layout.annotations.push({ x: chart.line.x, y: 1, yref: "paper", xanchor: "right", yanchor: "top", xshift: -4, showarrow: false, text: chart.line.text });
    }
    return window.Plotly.react(plot, chart.series.map((one) => plotlyTrace(one, chart.y.percent ? 100 : 1, chart.hover)), layout, {
      displaylogo: false, responsive: true, displayModeBar: false,
    });
  }

  // --- SVG --------------------------------------------------------------------------------------

  function ticks(axis, count) {
    const raw = (axis.to - axis.from) / count;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = power * [1, 2, 5, 10].find((factor) => factor * power >= raw);
    const out = [];
    const room = 0.0001 * (axis.to - axis.from);
    for (let i = Math.ceil(axis.from / step); i * step <= axis.to + room; ++i) out.push(i * step || 0);
    return out;
  }

  function element(name, attributes, parent, text) {
    const node = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    if (text !== undefined) node.textContent = text;
    if (parent) parent.append(node);
    return node;
  }

  function drawSeries(svg, one, x, y, bottom) {
    if (one.kind === "bar") {
      const bar = element("rect", { x: x(one.x[0] - one.width / 2), width: x(one.width) - x(0), y: y(one.y[0]), height: bottom - y(one.y[0]), fill: one.colour }, svg);
      element("title", {}, bar, `${one.name}: ${percent(one.y[0])}`);
      return;
    }
    if (one.kind === "points") {
      one.x.forEach((value, i) => {
        if (one.low) element("line", { x1: x(value), x2: x(value), y1: y(one.low[i]), y2: y(one.high[i]), stroke: one.colour, "stroke-width": 1.5 }, svg);
        element("circle", { cx: x(value), cy: y(one.y[i]), r: 4.5, fill: one.colour }, svg);
      });
      return;
    }
    let path = "";
    one.x.forEach((value, i) => {
      if (i === 0) path = `M${x(value).toFixed(1)} ${y(one.y[0]).toFixed(1)}`;
      else path += one.kind === "step" ? `H${x(value).toFixed(1)}V${y(one.y[i]).toFixed(1)}` : `L${x(value).toFixed(1)} ${y(one.y[i]).toFixed(1)}`;
    });
    if (one.fill && one.x.length) {
      element("path", { d: `${path}V${bottom}H${x(one.x[0]).toFixed(1)}Z`, fill: one.colour, "fill-opacity": 0.14 }, svg);
    }
    element("path", { d: path, fill: "none", stroke: one.colour, "stroke-width": 2, "stroke-linejoin": "round" }, svg);
  }

  function drawSvg(plot, chart) {
    plot.textContent = "";
    const width = Math.max(300, plot.clientWidth);
    const height = Math.max(200, plot.clientHeight);
    const box = { left: 52, right: width - 12, top: 30, bottom: height - 44 };
    const x = (value) => box.left + ((value - chart.x.from) / (chart.x.to - chart.x.from)) * (box.right - box.left);
    const y = (value) => box.bottom - ((value - chart.y.from) / (chart.y.to - chart.y.from)) * (box.bottom - box.top);
    const svg = element("svg", { class: "own", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${chart.y.title} against ${chart.x.title}` });
    for (const value of ticks(chart.y, 5)) {
      element("line", { x1: box.left, x2: box.right, y1: y(value), y2: y(value), stroke: colour("rule") }, svg);
      element("text", { x: box.left - 8, y: y(value) + 4, "text-anchor": "end" }, svg, chart.y.percent ? percent(value) : String(+value.toPrecision(6)));
    }
    for (const value of ticks(chart.x, Math.max(3, Math.floor(width / 130)))) {
      element("line", { x1: x(value), x2: x(value), y1: box.bottom, y2: box.bottom + 4, stroke: colour("rule") }, svg);
      element("text", { x: x(value), y: box.bottom + 18, "text-anchor": "middle" }, svg, value.toLocaleString("en"));
    }
    element("text", { x: (box.left + box.right) / 2, y: height - 6, "text-anchor": "middle" }, svg, chart.x.title);
    if (chart.line) {
      element("line", { x1: x(chart.line.x), x2: x(chart.line.x), y1: box.top, y2: box.bottom, stroke: colour("muted"), "stroke-dasharray": "2 3" }, svg);
      element("text", { x: x(chart.line.x) - 6, y: box.top + 10, "text-anchor": "end" }, svg, chart.line.text);
    }
    for (const one of chart.series) drawSeries(svg, one, x, y, box.bottom);
    let at = box.left;
    for (const one of chart.series.filter((each) => each.kind !== "bar")) {
      element("rect", { x: at, y: 7, width: 14, height: 3, fill: one.colour }, svg);
      element("text", { x: at + 20, y: 13, style: `fill: ${colour("ink")}` }, svg, one.name);
      at += 44 + 7 * one.name.length;
    }
    plot.append(svg);
  }

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

  // Draws each chart when it is about to be seen, and all of them before printing. Returns a
  // function that draws again those that were drawn, for a change of colours.
  function drawAll(report) {
    const drawn = new Set();
    const draw = (figure) => {
      const chart = makers[figure.dataset.chart](report);
      drawn.add(figure);
      if (!chart) figure.hidden = true;
      else if (plotlyReady()) drawPlotly(figure.querySelector(".plot"), chart);
      else drawSvg(figure.querySelector(".plot"), chart);
    };
    addEventListener("beforeprint", () => {
      for (const figure of document.querySelectorAll(".chart")) if (!drawn.has(figure)) draw(figure);
    });
    const watcher = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        watcher.unobserve(entry.target);
        draw(entry.target);
      }
    }, { rootMargin: "600px" });
    for (const figure of document.querySelectorAll(".chart")) watcher.observe(figure);
    return () => drawn.forEach(draw);
  }

  return { drawAll };
})();

