// SPDX-License-Identifier: Apache-2.0
// What the two browsers show. The positions in an entry and a body are those that
// src/report/example_json.h lists.

const Examples = (() => {
  const { make } = Browser;
  const actionNames = ["KEEP", "DELETE", "SINGLE-STEP COMPRESS", "MULTI-STEP COMPRESS"];
  const number = (value) => Number(value).toLocaleString("en");

  function change(before, after) {
    if (!before || !after) return "";
    const share = Math.round(100 * (after / before - 1));
    return (share < 0 ? "\u2212" : share > 0 ? "+" : "") + Math.abs(share) + " %";
  }

  function counted(index, value) {
    const counts = new Map();
    for (const entry of index) counts.set(value(entry), (counts.get(value(entry)) || 0) + 1);
    return counts;
  }

  const saved = (entry) => (entry[3] ? entry[2] - entry[3] : 0);
  const orders = [
    ["Order of the run", null],
    ["Most tokens saved", (a, b) => saved(b) - saved(a)],
    ["Longest before", (a, b) => b[2] - a[2]],
    ["Shortest before", (a, b) => a[2] - b[2]],
  ];

  function listRow(outcome, outcomeClass, entry) {
    const top = make("div", "top");
    top.append(make("span", "outcome " + outcomeClass, outcome));
    top.append(make("span", "count", entry[3] && entry[3] !== entry[2] ? `${number(entry[2])} → ${number(entry[3])}` : number(entry[2])));
    return [top, make("div", "question", entry[5] || entry[0])];
  }

  function titled(title, text, className) {
    const nodes = [make("h3", "", title), make("p", "text " + (className || ""), text)];
    return nodes;
  }

  function headline(parts) {
    const line = make("div", "headline");
    for (const part of parts) if (part) line.append(part);
    return line;
  }

  // --- Traces -----------------------------------------------------------------------------------

  function stepRow([text, action, skill, newText, pass, evidence], next) {
    const row = make("div", `step action-${action}`);
    const meta = make("div", "meta");
    meta.append(make("b", "", action < 0 ? "NO STEP" : actionNames[action]));
    if (skill) meta.append(make("span", "skill", skill));
    const why = [pass, evidence].filter(Boolean).join(": ");
    if (why && action > 0) meta.append(make("div", "why", why));
    else if (why) meta.title = why;
    const shown = text.trim() || "(white space)";
    const old = make("div", "text old");
    old.append(action === 1 ? make("del", "", shown) : document.createTextNode(shown));
    const fresh = make("div", "text new");
    if (action === 0) fresh.textContent = shown;
    else if (newText !== null) fresh.append(make("ins", "", newText.trim()));
    else if (action === 3 && next && next[1] === 3) fresh.append(make("span", "muted", "merged into the next"));
    row.append(meta, old, fresh);
    return row;
  }

  function stepsTable(steps) {
    const table = make("div", "steps");
    const head = make("div", "step head");
    head.append(make("div", "", "action, skill"), make("div", "", "trace"), make("div", "", "after the action"));
    table.append(head, ...steps.map((step, i) => stepRow(step, steps[i + 1])));
    return table;
  }

  function gateList(gates) {
    const list = make("ul", "gates");
    for (const [name, passed, detail] of gates) {
      const item = make("li", passed ? "good" : "bad", (passed ? "\u2713 " : "\u2717 ") + name);
      if (detail) {
        item.title = detail;
        if (!passed) item.append(": " + detail);
      }
      list.append(item);
    }
    return list;
  }

  function traceDetail(meanings, entry, body) {
    const [id, reason, before, after] = entry;
    const [question, reference, reasoning, answer, path, pathAnswer, detail, teacher, finish, steps, gates] = body;
    const unit = JSON.parse(document.getElementById("report-data").textContent).pruning?.length_unit || "tokens";
    const outcome = make("b", reason ? "bad" : "good", reason ? "rejected: " + reason : "accepted");
    const tokens = after && after !== before ? `${number(before)} → ${number(after)} ${unit} ${change(before, after)}` : `${number(before)} ${unit}`;
    const nodes = [
      make("div", "id", id),
      headline([outcome, make("span", "", tokens), teacher && make("span", "muted", "teacher: " + teacher),
                finish !== "unknown" && make("span", "muted", "ended by: " + finish)]),
      make("p", "text", question),
      headline([make("span", "muted", "Reference answer: " + reference)]),
    ];
    if (reason) {
      nodes.push(make("p", "rejected", (meanings[reason] || reason) + (detail ? ": " + detail : "") + "."));
    }
    if (gates.length) nodes.push(make("h3", "", "Gates"), gateList(gates));
    if (steps.length) nodes.push(make("h3", "", `Steps (${steps.length})`), stepsTable(steps));
    else if (reasoning) nodes.push(...titled("Reasoning", reasoning));
    // A trace that was rejected before it had a plan has no path of its own to show.
    if ((path || pathAnswer) && (steps.length || !reason)) {
      const title = reason ? "Path that was rejected" : "Pruned path, as the student will learn it";
      nodes.push(...titled(title, [path, pathAnswer].filter(Boolean).join("\n\n"), "path"));
    }
    if (answer) nodes.push(...titled("The trace's answer", answer));
    return nodes;
  }

  function traceBrowser(root, index, meanings) {
    const reasons = counted(index, (entry) => entry[1]);
    const rejected = index.length - (reasons.get("") || 0);
    const outcomes = [["", "All outcomes"], ["accepted", `Accepted (${number(reasons.get("") || 0)})`],
                      ["rejected", `Rejected (${number(rejected)})`]];
    for (const [reason, count] of [...reasons].filter(([name]) => name).sort((a, b) => b[1] - a[1])) {
      outcomes.push([reason, `${reason} (${number(count)})`]);
    }
    return new Browser.ExampleBrowser(root, {
      name: "traces",
      label: "Traces",
      filters: [
        {
          label: "Outcome", options: outcomes,
          match: (entry, value) => value === "accepted" ? !entry[1] : value === "rejected" ? Boolean(entry[1]) : entry[1] === value,
        },
        {
          label: "Action", options: [["", "Any action"], ...actionNames.map((name, i) => [String(i), "Has " + name])],
          match: (entry, value) => (entry[4] >> Number(value)) & 1,
        },
      ],
      orders,
      row: (entry) => listRow(entry[1] || "accepted", entry[1] ? "bad" : "good", entry),
      detail: (entry, body) => traceDetail(meanings, entry, body),
    });
  }

  // --- Held-out answers ---------------------------------------------------------------------------

  function answerDetail(entry, [question, reference, tags, responses]) {
    const answers = make("div", "answers");
    for (const [arm, correct, answer, method, finish, tokens, text] of responses) {
      const column = make("div", "answer");
      const title = make("h3");
      title.append(make("b", "", arm), make("span", correct ? "good" : "bad", correct ? "\u2713 right" : "\u2717 wrong"),
                   make("span", "", `${number(tokens)} tokens`));
      if (finish !== "stop" && finish !== "unknown") title.append(make("span", "bad", finish === "length" ? "cut off" : finish));
      const read = make("p", "muted text", answer ? `Answer read: ${answer}` + (method && method !== "none" ? ` (${method})` : "") : "No answer read");
      column.append(title, read, make("p", "text path", text));
      answers.append(column);
    }
    return [
      make("div", "id", entry[0]),
      headline([make("b", "", outcomeNames[entry[1]][0]), ...tags.map(([name, value]) => make("span", "muted", `${name}: ${value}`))]),
      make("p", "text", question),
      headline([make("span", "muted", "Reference answer: " + reference)]),
      answers,
    ];
  }

  const outcomeNames = {
    both_right: ["right before and after", "good"],
    only_before: ["right only before", "bad"],
    only_after: ["right only after", "good"],
    both_wrong: ["wrong before and after", ""],
    single: ["one student only", ""],
  };

  function answerBrowser(root, index) {
    const counts = counted(index, (entry) => entry[1]);
    const options = [["", "All outcomes"]];
    for (const [value, [text]] of Object.entries(outcomeNames)) {
      if (counts.has(value)) options.push([value, `${text} (${number(counts.get(value))})`]);
    }
    return new Browser.ExampleBrowser(root, {
      name: "held_out",
      label: "Answers",
      filters: [{ label: "Outcome", options, match: (entry, value) => entry[1] === value }],
      orders,
      row: (entry) => listRow(...outcomeNames[entry[1]], entry),
      detail: answerDetail,
    });
  }

  function openAll(meanings) {
    const makers = { traces: traceBrowser, held_out: answerBrowser };
    const browsers = {};
    for (const root of document.querySelectorAll("[data-browser]")) {
      const name = root.dataset.browser;
      const first = document.getElementById(name + "-data").textContent.split("\n", 1)[0];
      browsers[name] = makers[name](root, JSON.parse(first), meanings);
    }
    return browsers;
  }

  return { openAll };
})();

