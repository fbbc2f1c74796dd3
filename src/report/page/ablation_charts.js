// SPDX-License-Identifier: Apache-2.0
// The charts of an ablation: what to draw comes from ablation.json (docs/formats.md).

const AblationCharts = (() => {
  const { colour } = Charts;
  const tones = { base: "before", skill: "accent", default: "control", none: "merge", unpruned: "good", random: "delete", foreign: "ink" };
  const symbols = ["circle", "square", "diamond", "triangle"];
  const closeShare = 0.2; // as kCloseShare in ablation_report.cc

  // Each cell with its scores. A colour is a kind of cell; a further teacher has another symbol.
  function cellsOf(ablation, name) {
    const student = ablation.students.find((one) => one.student === name);
    const { arms, comparisons } = student.against_base;
    const seen = {};
    return student.cells.flatMap((cell) => {
      const arm = arms.find((one) => one.arm === cell.name);
      if (!arm) return [];
      const place = seen[cell.sort] = (seen[cell.sort] ?? -1) + 1;
      const pair = comparisons.find((one) => one.after === cell.name && one.group === "all");
      return [{ cell, arm, colour: colour(tones[cell.sort] || "merge"), symbol: symbols[place % symbols.length], across: across(arm, pair) }];
    });
  }

  // The interval of the mean tokens, from that of the cut against the base student.
  function across(arm, pair) {
    if (!pair || pair.tokens_cut.value >= 1) return null;
    const { value, low, high } = pair.tokens_cut;
    const scale = arm.tokens_mean / (1 - value);
    return { low: scale * (1 - high), high: scale * (1 - low) };
  }

  function pointOf({ cell, arm, colour: tone, symbol, across: range }) {
    return {
      kind: "points", name: cell.name, colour: tone, symbol,
      x: [arm.tokens_mean], y: [arm.accuracy.value], low: [arm.accuracy.low], high: [arm.accuracy.high],
      across: range && { low: [range.low], high: [range.high] },
    };
  }

  function seedsOf({ cell, colour: tone, symbol }) {
    return {
      kind: "points", faint: true, unnamed: true, name: `${cell.name}, each seed`, colour: tone, symbol,
      x: cell.seeds.map((seed) => seed.tokens), y: cell.seeds.map((seed) => seed.accuracy),
    };
  }

  // Through the cells that no other beats in both, from few tokens to many.
  function frontierOf(cells) {
    const sorted = [...cells].sort((a, b) => a.arm.tokens_mean - b.arm.tokens_mean || b.arm.accuracy.value - a.arm.accuracy.value);
    let best = -1;
    const line = sorted.filter(({ arm }) => {
      const beaten = arm.accuracy.value <= best;
      best = Math.max(best, arm.accuracy.value);
      return !beaten;
    });
    return {
      kind: "line", dash: true, name: "no cell is both shorter and more accurate", colour: colour("muted"),
      x: line.map((one) => one.arm.tokens_mean), y: line.map((one) => one.arm.accuracy.value),
    };
  }

  function plane(cells, from) {
    const several = cells[0].cell.seeds.length > 1;
    const points = cells.map(pointOf);
    const seeds = several ? cells.map(seedsOf) : [];
    const all = [...points, ...seeds];
    const tops = all.flatMap((one) => [...one.y, ...(one.high || [])]);
    const ends = all.flatMap((one) => [...one.x, ...(one.across ? one.across.high : [])]);
    return {
      x: { title: "mean tokens a response", from: 0, to: 1.08 * Math.max(...ends) },
      y: { title: "accuracy", from, to: Math.min(1, Math.max(...tops) + 0.02), percent: true },
      hover: "%{x:,.1f} tokens: %{y:.1f} %", legend: true,
      series: [frontierOf(cells), ...seeds, ...points],
    };
  }

  const lowest = (cells) => Math.min(...cells.flatMap(({ cell, arm }) => [arm.accuracy.low, ...cell.seeds.map((seed) => seed.accuracy)]));

  return {
    ablation(data, student) {
      const cells = cellsOf(data, student);
      return cells.length ? plane(cells, lowest(cells) - 0.03) : null;
    },

    ablation_close(data, student) {
      const cells = cellsOf(data, student);
      if (!cells.length) return null;
      const best = Math.max(...cells.map(({ arm }) => arm.accuracy.value));
      const near = cells.filter(({ arm }) => best - arm.accuracy.value <= closeShare);
      return plane(near, lowest(near) - 0.005);
    },

    ablation_tokens(data, student) {
      const cells = cellsOf(data, student);
      if (!cells.length) return null;
      const ink = colour("ink");
      const trained = cells.map((one, place) => ({ ...one, place })).filter(({ cell }) => cell.sort !== "base");
      const ranged = cells.map((one, place) => ({ ...one, place })).filter((one) => one.across);
      const points = [{
        name: "interval of the mean (95 %)", unnamed: true, colour: ink, symbol: "circle", rows: ranged.map(({ place }) => place),
        x: ranged.map(({ arm }) => arm.tokens_mean),
        across: { low: ranged.map((one) => one.across.low), high: ranged.map((one) => one.across.high) },
      }];
      if (cells[0].cell.seeds.length > 1) {
        points.push({
          name: "each seed", colour: colour("muted"), symbol: "circle", faint: true, rows: cells.flatMap(({ cell }, place) => cell.seeds.map(() => place)),
          x: cells.flatMap(({ cell }) => cell.seeds.map((seed) => seed.tokens)),
        });
      }
      points.push({
        name: "training target", colour: colour("delete"), symbol: "diamond", rows: trained.map(({ place }) => place), x: trained.map(({ cell }) => cell.target_tokens),
      });
      const ends = [...cells.map(({ arm }) => arm.tokens_mean), ...points.flatMap((one) => [...one.x, ...(one.across ? one.across.high : [])])];
      return {
        rows: cells.map(({ cell }) => cell.name),
        x: { title: "mean tokens a response", from: 0, to: 1.06 * Math.max(...ends) },
        hover: "%{x:,.1f} tokens",
        series: [
          { name: "reasoning", colour: colour("accent"), values: cells.map(({ arm }) => arm.reasoning_tokens_mean) },
          { name: "answer", colour: colour("keep"), values: cells.map(({ arm }) => arm.answer_tokens_mean) },
        ],
        points,
      };
    },
  };
})();
