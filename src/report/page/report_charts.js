// SPDX-License-Identifier: Apache-2.0
// The charts of a report: what to draw comes from report.json (docs/report.md).

const ReportCharts = (() => {
  const { colour } = Charts;

  // A student keeps its colour in every chart.
  function armColour(report, arm) {
    if (arm === report.arms.before) return colour("before");
    if (arm === report.arms.after) return colour("accent");
    if (arm === report.arms.control) return colour("control");
    return colour("merge");
  }

  // The figures of one set, or of all together.
  const figuresOf = (report, set) =>
    set ? report.sets.find((one) => one.set === set) : { lengths: report.lengths, capture: report.capture };

  const actionColours = () => [colour("keep"), colour("delete"), colour("accent"), colour("merge")];
  const actionNames = ["KEEP", "DELETE", "SINGLE-STEP COMPRESS", "MULTI-STEP COMPRESS"];

  const makers = {
    lengths(report, set) {
      const { arms, limit, axis_end } = figuresOf(report, set).lengths;
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
      const wide = axis_end / 30;
      cutArms.forEach((arm, i) => {
        series.push({
          kind: "bar", name: arm.arm + ", cut off", colour: armColour(report, arm.arm),
          x: [axis_end + wide * (0.7 + i)], y: [arm.share_cut], width: wide * 0.8,
        });
      });
      const end = axis_end + wide * (cutArms.length ? cutArms.length + 0.6 : 0);
      return {
        x: { title: "tokens a response", from: 0, to: end },
        y: { title: "share of responses", from: 0, to: top * 1.06, percent: true },
        line: limit === null ? null : { x: limit, text: "limit" },
        series,
      };
    },

    capture(report, set) {
      const { lengths, capture } = figuresOf(report, set);
      const arms = capture.filter((arm) => arm.right > 0);
      if (!arms.length) return null;
      const end = lengths.axis_end;
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
      const { before, after } = report.arms;
      const moves = (report.evaluation?.comparisons || []).filter((pair) => pair.group.startsWith("set=") && pair.before === before && pair.after === after);
      if (report.sets.length > 1 && moves.length > 1) return setMoves(moves);
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

    actions(report) {
      if (!report.pruning) return null;
      const { steps } = report.pruning;
      const share = (part) => {
        const values = actionNames.map((name) => Math.max(0, part[name]));
        const all = values.reduce((sum, value) => sum + value, 0) || 1;
        return values.map((value) => value / all);
      };
      const rows = [steps.steps_by_action, steps.bytes_by_action, steps.tokens_saved_by_action].map(share);
      return {
        rows: ["of the steps", "of the text", `of the ${report.pruning.length_unit} saved`],
        x: { title: "share", from: 0, to: 1, percent: true },
        series: actionNames.map((name, i) => ({ name, colour: actionColours()[i], values: rows.map((row) => row[i]) })),
      };
    },

    skills(report) {
      if (!report.pruning || !report.pruning.skills.length) return null;
      const { skills, accepted, length_unit } = report.pruning;
      const paths = accepted.traces || 1;
      const saved = skills.map((skill) => actionNames.map((name) => Math.max(0, skill.tokens_saved_by_action[name]) / paths));
      const stays = skills.map((skill, i) => Math.max(0, skill.tokens / paths - saved[i].reduce((sum, value) => sum + value, 0)));
      return {
        rows: skills.map((skill) => skill.label),
        x: { title: `${length_unit} a trace`, from: 0, to: 1.04 * Math.max(...skills.map((skill) => skill.tokens / paths)) },
        hover: `%{x:.1f} ${length_unit}`,
        series: [
          { name: "stays", colour: colour("keep"), values: stays },
          ...actionNames.slice(1).map((name, i) => ({ name: "saved by " + name, colour: actionColours()[i + 1], values: saved.map((row) => row[i + 1]) })),
        ],
      };
    },

    rejections(report) {
      const rejections = report.rejections.filter((one) => one.count > 0);
      if (!rejections.length) return null;
      const kinds = [
        ["the trace is not right", "before", (one) => !one.right],
        ["refused while pruning", "delete", (one) => one.right && one.stage === "prune"],
        ["left out of training", "control", (one) => one.right && one.stage !== "prune"],
      ];
      const label = (one) => rejections.filter((other) => other.reason === one.reason).length > 1 ? `${one.reason} (${one.stage})` : one.reason;
      return {
        rows: rejections.map(label),
        x: { title: "traces and paths", whole: true, from: 0, to: 1.04 * Math.max(...rejections.map((one) => one.count)) },
        hover: "%{x:,}",
        series: kinds.map(([name, tone, is]) => ({ name, colour: colour(tone), values: rejections.map((one) => (is(one) ? one.count : 0)) }))
          .filter((one) => one.values.some(Boolean)),
      };
    },

    likelihood(report) {
      const densities = report.likelihood?.densities || [];
      if (!densities.length) return null;
      const unit = 0.1; // nat
      const series = densities.map(({ text, x, y }) => ({
        kind: "line", fill: true, name: text === "trace" ? "whole traces" : "pruned paths",
        colour: colour(text === "trace" ? "before" : "accent"), x, y: y.map((value) => value * unit),
      }));
      return {
        x: { title: "mean log P a token, nats", from: densities[0].x[0], to: 0 },
        y: { title: `share for each ${unit} nat`, from: 0, to: 1.06 * Math.max(...series.flatMap((one) => one.y)), percent: true },
        hover: "%{x:.2f} nat: %{y:.1f} %",
        series,
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

  // From before to after on each set.
  function setMoves(moves) {
    const tones = ["accent", "control", "merge", "delete", "good", "before"];
    const x = moves.flatMap((pair) => [pair.tokens_before, pair.tokens_after]).map((value) => Math.max(1, value));
    const y = moves.flatMap((pair) => [pair.accuracy_before, pair.accuracy_after]);
    const room = 0.15 * (Math.max(...y) - Math.min(...y)) + 0.01;
    return {
      x: { title: "mean tokens a response", from: Math.min(...x) / 1.3, to: Math.max(...x) * 1.3, log: true },
      y: { title: "accuracy", from: Math.max(0, Math.min(...y) - room), to: Math.min(1.005, Math.max(...y) + room), percent: true },
      series: moves.map((pair, i) => ({
        kind: "move", name: pair.group.slice("set=".length), colour: colour(tones[i % tones.length]),
        x: [Math.max(1, pair.tokens_before), Math.max(1, pair.tokens_after)], y: [pair.accuracy_before, pair.accuracy_after],
      })),
    };
  }

  return makers;
})();
