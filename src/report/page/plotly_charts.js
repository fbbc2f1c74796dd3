// SPDX-License-Identifier: Apache-2.0
// Draws a chart of charts.js with Plotly.

const PlotlyCharts = (() => {
  const { colour, logTicks } = Charts;
  const options = { displaylogo: false, responsive: true, displayModeBar: false };

  const symbols = { circle: "circle", square: "square", diamond: "diamond", triangle: "triangle-up" };

  function pointStyle(one) {
    const size = one.faint ? 7 : one.symbol ? 10 : 9;
    return { mode: "markers", marker: { color: one.colour, size, opacity: one.faint ? 0.35 : 1, symbol: symbols[one.symbol || "circle"] } };
  }

  function errorAcross(one) {
    return one.across ? {
      type: "data", symmetric: false, color: one.colour, thickness: 1.5, width: 4,
      array: one.across.high.map((high, i) => high - one.x[i]),
      arrayminus: one.across.low.map((low, i) => one.x[i] - low),
    } : undefined;
  }

  function trace(one, unit, hover) {
    const y = one.y.map((value) => value * unit);
    const base = {
      name: plain(one.name), x: one.x, y,
      hovertemplate: hover || (unit === 100 ? "%{x:,.0f} tokens: %{y:.1f} %" : "%{x:,}: %{y:.3f}"),
    };
    switch (one.kind) {
      case "bar":
        return { ...base, type: "bar", width: one.width, marker: { color: one.colour }, showlegend: false };
      case "points":
        return {
          ...base, ...pointStyle(one),
          error_y: one.low && {
            type: "data", symmetric: false, color: one.colour, thickness: 1.5, width: 4,
            array: one.high.map((high, i) => high * unit - y[i]),
            arrayminus: one.low.map((low, i) => y[i] - low * unit),
          },
          error_x: errorAcross(one),
        };
      case "move":
        return {
          ...base, mode: "lines+markers", line: { color: one.colour, width: 2 },
          marker: { size: 9, color: [colour("paper"), one.colour], line: { color: one.colour, width: 2 } },
        };
      default:
        return {
          ...base, mode: "lines",
          line: {
            color: one.colour, width: one.dash ? 1.5 : 2, dash: one.dash ? "dot" : "solid", simplify: false,
            shape: one.kind === "step" ? "hv" : "linear",
          },
          hoverinfo: one.dash ? "skip" : undefined,
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
  function axisLayout(axis) {
    const unit = axis.percent ? 100 : 1;
    return {
      title: { text: axis.title, font: { size: 13 }, standoff: 10 },
      range: axis.log ? [Math.log10(axis.from), Math.log10(axis.to)] : [axis.from * unit, axis.to * unit],
      type: axis.log ? "log" : "linear", tickvals: axis.log ? logTicks(axis) : undefined,
      dtick: axis.whole && axis.to < 7 ? 1 : undefined,
      ticksuffix: axis.percent ? " %" : "", separatethousands: true,
      gridcolor: colour("rule"), linecolor: colour("rule"), zeroline: false, nticks: 7,
      fixedrange: false, automargin: true,
    };
  }

  // Plotly reads tags in texts; names of skills are shown as they stand.
  const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;");

  function drawRows(plot, chart, layout) {
    const unit = chart.x.percent ? 100 : 1;
    const most = plot.clientWidth < 500 ? 20 : 44;
    const places = chart.rows.map((_, i) => i);
    const traces = chart.series.map((one) => ({
      type: "bar", orientation: "h", name: plain(one.name), y: places, x: one.values.map((value) => value * unit),
      marker: { color: one.colour, line: { color: colour("paper"), width: 1 } },
      hovertext: chart.rows.map((row) => plain(`${row}, ${one.name}`)),
      hovertemplate: `%{hovertext}: ${chart.hover || "%{x:.1f} %"}<extra></extra>`,
    }));
    for (const one of chart.points || []) {
      traces.push({
        ...pointStyle(one), name: plain(one.name), y: one.rows, x: one.x.map((value) => value * unit), error_x: errorAcross(one),
        hovertemplate: `${plain(one.name)}: ${chart.hover || "%{x:.1f} %"}<extra></extra>`,
      });
    }
    Object.assign(layout, {
      barmode: "stack", bargap: 0.35, margin: { ...layout.margin, l: 8, r: 28, t: 4 }, showlegend: false,
      yaxis: {
        range: [places.length - 0.5, -0.5], tickmode: "array", tickvals: places,
        ticktext: chart.rows.map((row) => plain(row.length > most ? row.slice(0, most - 1) + "…" : row)),
        automargin: true, ticksuffix: "  ", showgrid: false, zeroline: false, fixedrange: true, tickfont: { size: 13, color: colour("ink") },
      },
    });
    return window.Plotly.react(plot, traces, layout, options);
  }

  // `size` where the chart is not to fill its place: {width, height}.
  function draw(plot, chart, size) {
    const layout = {
      ...size, autosize: !size,
      margin: { l: 56, r: 12, t: 30, b: 46 }, paper_bgcolor: "transparent", plot_bgcolor: "transparent",
      font: { family: getComputedStyle(document.body).fontFamily, size: 12, color: colour("muted") },
      xaxis: { ...axisLayout(chart.x), showgrid: false, ticks: "outside", tickcolor: colour("rule") },
      yaxis: chart.y ? axisLayout(chart.y) : {},
      legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom", font: { size: 13, color: colour("ink") } },
      hoverlabel: { font: { family: getComputedStyle(document.body).fontFamily } },
      showlegend: !chart.legend, bargap: 0, shapes: [], annotations: [],
    };
    if (chart.line) {
      layout.shapes.push({ type: "line", x0: chart.line.x, x1: chart.line.x, yref: "paper", y0: 0, y1: 1, line: { color: colour("muted"), width: 1, dash: "dot" } });
      layout.annotations.push({ x: chart.line.x, y: 1, yref: "paper", xanchor: "right", yanchor: "top", xshift: -4, showarrow: false, text: chart.line.text });
    }
    if (chart.rows) return drawRows(plot, chart, layout);
    return window.Plotly.react(plot, chart.series.map((one) => trace(one, chart.y.percent ? 100 : 1, chart.hover)), layout, options);
  }

  return { draw };
})();

