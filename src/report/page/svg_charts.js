// SPDX-License-Identifier: Apache-2.0
// Draws a chart of charts.js as plain SVG.

const SvgCharts = (() => {
  const { colour, percent, trueMinus, logTicks } = Charts;

  function ticks(axis, count) {
    const raw = (axis.to - axis.from) / count;
    const power = 10 ** Math.floor(Math.log10(raw));
    const nice = power * [1, 2, 5, 10].find((factor) => factor * power >= raw);
    const step = axis.whole ? Math.max(1, nice) : nice;
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

  const outlines = { square: "M-4.5-4.5h9v9h-9z", diamond: "M0-6L6 0L0 6L-6 0z", triangle: "M0-6L5.5 4.5h-11z" };

  // A point of a series at the height `middle`, with its interval across.
  function drawPoint(svg, one, i, x, middle) {
    if (one.across) element("line", { x1: x(one.across.low[i]), x2: x(one.across.high[i]), y1: middle, y2: middle, stroke: one.colour, "stroke-width": 1.5 }, svg);
    const style = { fill: one.colour, "fill-opacity": one.faint ? 0.35 : 1 };
    const outline = outlines[one.symbol];
    if (outline) return element("path", { d: outline, transform: `translate(${x(one.x[i])} ${middle})`, ...style }, svg);
    return element("circle", { cx: x(one.x[i]), cy: middle, r: one.faint ? 3.5 : 4.5, ...style }, svg);
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
        const point = drawPoint(svg, one, i, x, y(one.y[i]));
        element("title", {}, point, `${one.name}: ${+value.toPrecision(3)}, ${percent(one.y[i])}`);
      });
      return;
    }
    if (one.kind === "move") {
      element("line", { x1: x(one.x[0]), y1: y(one.y[0]), x2: x(one.x[1]), y2: y(one.y[1]), stroke: one.colour, "stroke-width": 2 }, svg);
      element("circle", { cx: x(one.x[0]), cy: y(one.y[0]), r: 4, fill: colour("paper"), stroke: one.colour, "stroke-width": 2 }, svg);
      element("circle", { cx: x(one.x[1]), cy: y(one.y[1]), r: 5, fill: one.colour }, svg);
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
    const line = element("path", { d: path, fill: "none", stroke: one.colour, "stroke-width": one.dash ? 1.5 : 2, "stroke-linejoin": "round" }, svg);
    if (one.dash) line.setAttribute("stroke-dasharray", "2 3");
  }

  function drawRows(plot, chart, size) {
    plot.textContent = "";
    const width = size ? size.width : Math.max(300, plot.clientWidth);
    const height = plot.clientHeight;
    const most = width < 500 ? 20 : 44;
    const rows = chart.rows.map((row) => row.length > most ? row.slice(0, most - 1) + "…" : row);
    const left = 16 + 7 * Math.max(...rows.map((row) => row.length));
    const svg = element("svg", { class: "own", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${chart.x.title} by ${chart.series.map((one) => one.name).join(", ")}` });
    const top = 4;
    const bottom = height - 40;
    const x = (value) => left + ((value - chart.x.from) / (chart.x.to - chart.x.from)) * (width - 12 - left);
    for (const value of ticks(chart.x, 5)) {
      element("line", { x1: x(value), x2: x(value), y1: top, y2: bottom, stroke: colour("rule") }, svg);
      element("text", { x: x(value), y: bottom + 16, "text-anchor": "middle" }, svg, chart.x.percent ? percent(value) : value.toLocaleString("en"));
    }
    element("text", { x: (left + width) / 2, y: height - 5, "text-anchor": "middle" }, svg, chart.x.title);
    const rowHeight = (bottom - top) / chart.rows.length;
    rows.forEach((row, i) => {
      const middle = top + rowHeight * (i + 0.5);
      element("text", { x: left - 8, y: middle + 4, "text-anchor": "end", style: `fill: ${colour("ink")}` }, svg, row);
      let sum = chart.x.from;
      for (const one of chart.series) {
        if (!one.values[i]) continue;
        const bar = element("rect", { x: x(sum), width: Math.max(0.5, x(sum + one.values[i]) - x(sum)), y: middle - rowHeight * 0.33, height: rowHeight * 0.66, fill: one.colour }, svg);
        element("title", {}, bar, `${row}, ${one.name}: ${chart.x.percent ? percent(one.values[i]) : +one.values[i].toPrecision(3)}`);
        sum += one.values[i];
      }
    });
    for (const one of chart.points || []) {
      one.rows.forEach((row, i) => {
        const point = drawPoint(svg, one, i, x, top + rowHeight * (row + 0.5));
        element("title", {}, point, `${one.name}: ${+one.x[i].toPrecision(3)}`);
      });
    }
    plot.append(svg);
  }

  function drawAxes(plot, chart, size) {
    plot.textContent = "";
    const width = size ? size.width : Math.max(300, plot.clientWidth);
    const height = Math.max(200, plot.clientHeight);
    const box = { left: 52, right: width - 12, top: 30, bottom: height - 44 };
    const scale = chart.x.log ? Math.log10 : (value) => value;
    const x = (value) => box.left + ((scale(value) - scale(chart.x.from)) / (scale(chart.x.to) - scale(chart.x.from))) * (box.right - box.left);
    const y = (value) => box.bottom - ((value - chart.y.from) / (chart.y.to - chart.y.from)) * (box.bottom - box.top);
    const svg = element("svg", { class: "own", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": `${chart.y.title} against ${chart.x.title}` });
    for (const value of ticks(chart.y, 5)) {
      element("line", { x1: box.left, x2: box.right, y1: y(value), y2: y(value), stroke: colour("rule") }, svg);
      element("text", { x: box.left - 8, y: y(value) + 4, "text-anchor": "end" }, svg, chart.y.percent ? percent(value) : trueMinus(String(+value.toPrecision(6))));
    }
    for (const value of chart.x.log ? logTicks(chart.x) : ticks(chart.x, Math.max(3, Math.floor(width / 130)))) {
      element("line", { x1: x(value), x2: x(value), y1: box.bottom, y2: box.bottom + 4, stroke: colour("rule") }, svg);
      element("text", { x: x(value), y: box.bottom + 18, "text-anchor": "middle" }, svg, trueMinus(value.toLocaleString("en")));
    }
    element("text", { x: (box.left + box.right) / 2, y: height - 6, "text-anchor": "middle" }, svg, chart.x.title);
    if (chart.line) {
      element("line", { x1: x(chart.line.x), x2: x(chart.line.x), y1: box.top, y2: box.bottom, stroke: colour("muted"), "stroke-dasharray": "2 3" }, svg);
      element("text", { x: x(chart.line.x) - 6, y: box.top + 10, "text-anchor": "end" }, svg, chart.line.text);
    }
    for (const one of chart.series) drawSeries(svg, one, x, y, box.bottom);
    let at = box.left;
    for (const one of chart.legend ? [] : chart.series.filter((each) => each.kind !== "bar")) {
      element("rect", { x: at, y: 7, width: 14, height: 3, fill: one.colour }, svg);
      element("text", { x: at + 20, y: 13, style: `fill: ${colour("ink")}` }, svg, one.name);
      at += 44 + 7 * one.name.length;
    }
    plot.append(svg);
  }

  function draw(plot, chart, size) {
    if (chart.rows) drawRows(plot, chart, size);
    else drawAxes(plot, chart, size);
  }

  return { draw };
})();

