// SPDX-License-Identifier: Apache-2.0
// What the two browsers show. The positions in an entry and a body are those that
// src/report/example_json.h lists.

const Examples = (() => {
  const { make } = Browser;
  const actionNames = ["KEEP", "DELETE", "SINGLE-STEP COMPRESS", "MULTI-STEP COMPRESS"];
  const textCharsShown = 20000; // of one text; the rest on demand
  const labelsShown = 200; // options of one filter
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
    ["Run order", null],
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

  // A text of any length: a very long one is cut until the reader asks for all of it.
  function longText(node, text) {
    node.textContent = text.slice(0, textCharsShown);
    if (text.length <= textCharsShown) return node;
    const more = make("button", "more", `Show all ${number(text.length)} characters`);
    more.type = "button";
    more.addEventListener("click", () => { node.textContent = text; });
    node.append(" … ", more);
    return node;
  }

  function titled(title, text, className) {
    return [make("h3", "", title), longText(make("p", "text " + (className || "")), text)];
  }

  // The id, as a link that opens this example again.
  function idLink(browser, id) {
    const line = make("div", "id");
    const link = make("a", "", id);
    link.href = `#${browser}=${encodeURIComponent(id)}`;
    line.append(link);
    return line;
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
    old.append(longText(make(action === 1 ? "del" : "span"), shown));
    const fresh = make("div", "text new");
    if (action === 0) longText(fresh, shown);
    else if (newText !== null) fresh.append(longText(make("ins"), newText.trim()));
    else if (action === 3 && next && next[1] === 3) fresh.append(make("span", "muted", "merged into the next"));
    row.append(meta, old, fresh);
    return row;
  }

  // The whole trace in one line, each step as wide as its text; a click leads to the step.
  function stepStrip(steps, rows) {
    const strip = make("div", "strip");
    strip.setAttribute("aria-hidden", "true");
    steps.forEach(([text, action, skill], i) => {
      const part = make("i", `action-${action}`);
      part.style.flexGrow = Math.max(1, text.length);
      part.title = [action < 0 ? "no step" : actionNames[action], skill].filter(Boolean).join(" · ");
      part.addEventListener("click", () => rows[i].scrollIntoView({ block: "center" }));
      strip.append(part);
    });
    return strip;
  }

  function stepsTable(steps) {
    const table = make("div", "steps");
    const head = make("div", "step head");
    head.append(make("div", "", "action, skill"), make("div", "", "trace"), make("div", "", "after the action"));
    const rows = steps.map((step, i) => stepRow(step, steps[i + 1]));
    table.append(head, ...rows);
    return [stepStrip(steps, rows), table];
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

  function traceDetail({ meanings, unit }, entry, body) {
    const [id, reason, before, after] = entry;
    const [question, reference, reasoning, answer, path, pathAnswer, detail, teacher, finish, steps, gates, notes] = body;
    const outcome = make("b", reason ? "bad" : "good", reason ? "rejected: " + reason : "accepted");
    const tokens = after && after !== before ? `${number(before)} → ${number(after)} ${unit} ${change(before, after)}` : `${number(before)} ${unit}`;
    const nodes = [
      idLink("traces", id),
      headline([outcome, make("span", "", tokens), teacher && make("span", "muted", "teacher: " + teacher),
                finish !== "unknown" && make("span", "muted", "ended by: " + finish)]),
      longText(make("p", "text question"), question),
      headline([make("span", "muted", "Reference answer: " + reference)]),
    ];
    if (reason) {
      nodes.push(make("p", "rejected", (meanings[reason] || reason) + (detail ? ": " + detail : "") + "."));
    }
    for (const note of notes) nodes.push(make("p", "muted text", note));
    if (gates.length) nodes.push(make("h3", "", "Gates"), gateList(gates));
    if (steps.length) nodes.push(make("h3", "", `Steps (${number(steps.length)})`), ...stepsTable(steps));
    else if (reasoning) nodes.push(...titled("Reasoning", reasoning));
    // A trace that was rejected before it had a plan has no path of its own to show.
    if ((path || pathAnswer) && (steps.length || !reason)) {
      const title = reason ? "Path that was rejected" : "Pruned path, as the student will learn it";
      nodes.push(...titled(title, [path, pathAnswer].filter(Boolean).join("\n\n"), "path"));
    }
    if (answer) nodes.push(...titled("The trace's answer", answer));
    return nodes;
  }

  // A filter over the labels of a kind, the most frequent first; nothing where there are none.
  function labelFilter({ entries, labels }, kind, label, any) {
    const counts = new Map();
    for (const entry of entries) for (const i of entry[6]) if (labels[i][0] === kind) counts.set(i, (counts.get(i) || 0) + 1);
    if (!counts.size) return [];
    const options = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, labelsShown)
      .map(([i, count]) => [String(i), `${labels[i][1]} (${number(count)})`]);
    return [{ label, options: [["", any], ...options], match: (entry, value) => entry[6].includes(Number(value)) }];
  }

  function traceBrowser(root, store, index, context) {
    const { entries } = index;
    const reasons = counted(entries, (entry) => entry[1]);
    const accepted = reasons.get("") || 0;
    const named = [...reasons].filter(([name]) => name).sort((a, b) => b[1] - a[1]);
    const actions = actionNames.map((name, i) => [String(i), "Has " + name]);
    return new Browser.ExampleBrowser(root, {
      name: "traces",
      label: "Traces",
      noun: "traces",
      placeholder: "Search question, text, skill",
      filters: [
        {
          label: "Verdict",
          options: [["", "Any verdict"], ["accepted", `Accepted (${number(accepted)})`], ["rejected", `Rejected (${number(entries.length - accepted)})`]],
          match: (entry, value) => (value === "accepted") === !entry[1],
        },
        {
          label: "Reason", options: [["", "Any reason"], ...named.map(([reason, count]) => [reason, `${reason} (${number(count)})`])],
          match: (entry, value) => entry[1] === value,
        },
        { label: "Action", options: [["", "Any action"], ...actions], match: (entry, value) => (entry[4] >> Number(value)) & 1 },
        ...labelFilter(index, "skill", "Skill", "Any skill"),
        ...labelFilter(index, "failed", "Failed gate", "Gates: any"),
      ],
      orders,
      row: (entry) => listRow(entry[1] || "accepted", entry[1] ? "bad" : "good", entry),
      detail: (entry, body) => traceDetail(context, entry, body),
    }, store, entries);
  }

  // --- Held-out answers ---------------------------------------------------------------------------

  const tokensText = (count) => `${number(count)} ${count === 1 ? "token" : "tokens"}`;

  // `title` stands first where it is not said elsewhere.
  function answerText([, correct, answer, method, finish, tokens, text], title) {
    const line = make("p", "read");
    if (title) line.append(title + ": ");
    line.append(make("b", correct ? "good" : "bad", correct ? "\u2713 right" : "\u2717 wrong"), " " + tokensText(tokens));
    if (finish !== "stop" && finish !== "unknown") line.append(" ", make("span", "bad", finish === "length" ? "cut off" : finish));
    const read = make("p", "muted text", answer ? `Answer read: ${answer}` + (method && method !== "none" ? ` (${method})` : "") : "No answer read");
    return [line, read, longText(make("p", "text path"), text.trim())];
  }

  // A column a student; its samples below each other.
  function answerDetail(outcomes, entry, [question, reference, tags, responses]) {
    const arms = new Map();
    for (const response of responses) arms.set(response[0], [...(arms.get(response[0]) || []), response]);
    const answers = make("div", "answers");
    for (const [arm, samples] of arms) {
      const column = make("div", "answer");
      const right = samples.filter((response) => response[1]).length;
      column.append(make("h3", "", samples.length === 1 ? arm : `${arm}: ${right} of ${samples.length} right`));
      samples.forEach((response, i) => {
        if (i === 0) return column.append(...answerText(response, samples.length > 1 ? "Sample 1" : ""));
        const more = make("details");
        more.append(make("summary", "", `Sample ${i + 1}: ${response[1] ? "right" : "wrong"}, ${tokensText(response[5])}`), ...answerText(response));
        column.append(more);
      });
      answers.append(column);
    }
    return [
      idLink("held_out", entry[0]),
      headline([make("b", "", outcomes[entry[1]][0]), ...tags.map(([name, value]) => make("span", "muted", `${name}: ${value}`))]),
      longText(make("p", "text question"), question),
      headline([make("span", "muted", "Reference answer: " + reference)]),
      answers,
    ];
  }

  // Of several samples a share is right.
  const outcomeNames = (several) => ({
    both_right: [several ? "as often right, half or more" : "right before and after", "good"],
    only_before: [several ? "more often right before" : "right only before", "bad"],
    only_after: [several ? "more often right after" : "right only after", "good"],
    both_wrong: [several ? "as often right, less than half" : "wrong before and after", ""],
    single: ["one student only", ""],
  });

  function answerBrowser(root, store, index, { several }) {
    const outcomes = outcomeNames(several);
    const counts = counted(index.entries, (entry) => entry[1]);
    const options = [["", "Any verdict"]];
    for (const [value, [text]] of Object.entries(outcomes)) {
      if (counts.has(value)) options.push([value, `${text} (${number(counts.get(value))})`]);
    }
    const unended = index.entries.filter((entry) => entry[4]).length;
    const ends = [["", "Ended or not"], ["1", `Cut off or looped (${number(unended)})`], ["0", "All ended"]];
    return new Browser.ExampleBrowser(root, {
      name: "held_out",
      label: "Answers",
      noun: "problems",
      placeholder: "Search question, answers",
      filters: [
        { label: "Verdict", options, match: (entry, value) => entry[1] === value },
        ...(unended ? [{ label: "End", options: ends, match: (entry, value) => entry[4] === Number(value) }] : []),
        ...labelFilter(index, "tag", "Group", "Any group"),
      ],
      orders,
      row: (entry) => listRow(...outcomes[entry[1]], entry),
      detail: (entry, body) => answerDetail(outcomes, entry, body),
    }, store, index.entries);
  }

  // Builds the page's browsers; gives them by name. A browser that cannot be built says why.
  async function openAll(report) {
    const arms = report.evaluation?.arms || [];
    const context = {
      meanings: {}, unit: report.pruning?.length_unit || "tokens",
      several: arms.some((arm) => arm.problems > 0 && arm.responses > arm.problems + arm.gold_errors),
    };
    for (const rejection of report.rejections) context.meanings[rejection.reason] = rejection.meaning;
    const makers = { traces: traceBrowser, held_out: answerBrowser };
    const browsers = {};
    await Promise.all([...document.querySelectorAll("[data-browser]")].map(async (root) => {
      const name = root.dataset.browser;
      if (!Store.supported()) {
        root.append(make("p", "muted", "The texts are compressed; reading them takes a browser of 2023 or later (DecompressionStream)."));
        return;
      }
      const store = new Store.ExampleStore(name);
      browsers[name] = makers[name](root, store, await store.index(), context);
    }));
    return browsers;
  }

  // Opens the example that the address names: #traces=ID or #held_out=ID.
  function openNamed(browsers, hash) {
    const [name, id] = hash.slice(1).split("=");
    const browser = id !== undefined && browsers[name];
    if (!browser) return;
    let plain = id;
    try {
      plain = decodeURIComponent(id);
    } catch (error) {
      // Not encoded: taken as it stands.
    }
    if (browser.selectId(plain)) document.getElementById(name).scrollIntoView();
  }

  return { openAll, openNamed };
})();

