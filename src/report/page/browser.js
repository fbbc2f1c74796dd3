// SPDX-License-Identifier: Apache-2.0
// A list of examples beside the one that is open: filters, search, keyboard. The list keeps only the
// rows in view in the document, so that 10,000 examples scroll as well as ten; an example is parsed
// when it is opened, and searching runs over its unparsed text.

const Browser = (() => {
  const rowHeight = 60;
  const rowsBeyondView = 6;

  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
  }

  // The data element holds the list as a JSON array on its first line, then a body a line.
  function readExamples(id) {
    const text = document.getElementById(id).textContent;
    const lines = text.split("\n");
    return { index: JSON.parse(lines[0] || "[]"), bodies: lines.slice(1) };
  }

  // What a query looks like inside the escaped JSON of a body.
  function escapedQuery(query) {
    return JSON.stringify(query.toLowerCase()).slice(1, -1)
      .replace(/[<>&]/g, (c) => "\\u00" + c.charCodeAt(0).toString(16));
  }

  function highlight(root, query) {
    if (!window.CSS || !CSS.highlights) return;
    CSS.highlights.delete("found");
    if (!query) return;
    const wanted = query.toLowerCase();
    const ranges = [];
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    while (walker.nextNode() && ranges.length < 1000) {
      const lower = walker.currentNode.data.toLowerCase();
      for (let at = lower.indexOf(wanted); at >= 0 && ranges.length < 1000; at = lower.indexOf(wanted, at + wanted.length)) {
        const range = new Range();
        range.setStart(walker.currentNode, at);
        range.setEnd(walker.currentNode, Math.min(at + wanted.length, walker.currentNode.length));
        ranges.push(range);
      }
    }
    if (ranges.length) CSS.highlights.set("found", new Highlight(...ranges));
  }

  // view: {name, label, filters: [{label, options: [[value, text]...], match(entry, value)}],
  //        orders: [[text, compare or null]...], row(entry) -> nodes, detail(entry, body) -> nodes}
  class ExampleBrowser {
    constructor(root, view) {
      this.view = view;
      Object.assign(this, readExamples(view.name + "-data"));
      this.entries = this.index.map((entry, place) => ({ place, entry }));
      this.shown = this.entries;
      this.selected = -1;
      this.query = "";
      this.build(root);
      this.apply();
      this.select(0, false);
    }

    build(root) {
      const controls = make("div", "controls");
      this.search = make("input");
      this.search.type = "search";
      this.search.placeholder = "Search question, text, skill";
      this.search.setAttribute("aria-label", "Search " + this.view.label);
      let timer = 0;
      this.search.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.apply(), 120);
      });
      controls.append(this.search);
      this.selects = this.view.filters.map((filter) => this.addSelect(controls, filter.label, filter.options));
      this.order = this.addSelect(controls, "Order", this.view.orders.map(([text], i) => [String(i), text]));
      this.count = make("output");
      this.count.setAttribute("aria-live", "polite");
      controls.append(this.count);

      const panes = make("div", "panes");
      this.list = make("div", "list");
      this.list.tabIndex = 0;
      this.list.setAttribute("role", "listbox");
      this.list.setAttribute("aria-label", this.view.label);
      this.rows = make("div", "rows");
      this.list.append(this.rows);
      this.list.addEventListener("scroll", () => this.drawRows(), { passive: true });
      this.list.addEventListener("keydown", (event) => this.key(event));
      new ResizeObserver(() => this.drawRows()).observe(this.list);
      this.pane = make("div", "detail");
      this.pane.tabIndex = 0;
      this.pane.setAttribute("role", "region");
      this.pane.setAttribute("aria-label", "Open example");
      panes.append(this.list, this.pane);
      root.append(controls, panes);
    }

    addSelect(parent, label, options) {
      const select = make("select");
      select.setAttribute("aria-label", label);
      for (const [value, text] of options) {
        const option = make("option", "", text);
        option.value = value;
        select.append(option);
      }
      select.addEventListener("change", () => this.apply());
      parent.append(select);
      return select;
    }

    lowered() {
      if (!this.lower) {
        this.lower = this.bodies.map((body, i) => (String(this.index[i][0]) + " " + body).toLowerCase());
      }
      return this.lower;
    }

    apply() {
      const open = this.shown[this.selected];
      this.query = this.search.value.trim();
      const wanted = this.query && escapedQuery(this.query);
      const texts = wanted ? this.lowered() : null;
      const active = this.view.filters
        .map((filter, i) => ({ match: filter.match, value: this.selects[i].value }))
        .filter((filter) => filter.value !== "");
      this.shown = this.entries.filter(({ place, entry }) =>
        active.every((filter) => filter.match(entry, filter.value)) &&
        (!wanted || texts[place].includes(wanted)));
      const compare = this.view.orders[Number(this.order.value)][1];
      if (compare) this.shown = [...this.shown].sort((a, b) => compare(a.entry, b.entry) || a.place - b.place);

      const all = this.entries.length.toLocaleString("en");
      this.count.textContent = this.shown.length === this.entries.length
        ? all : `${this.shown.length.toLocaleString("en")} of ${all}`;
      this.rows.style.height = this.shown.length * rowHeight + "px";
      this.list.scrollTop = 0;
      const kept = open ? this.shown.indexOf(open) : -1;
      this.select(kept >= 0 ? kept : 0, kept > 0);
    }

    drawRows() {
      const first = Math.max(0, Math.floor(this.list.scrollTop / rowHeight) - rowsBeyondView);
      const last = Math.min(this.shown.length, Math.ceil((this.list.scrollTop + this.list.clientHeight) / rowHeight) + rowsBeyondView);
      const nodes = [];
      for (let i = first; i < last; ++i) {
        const row = make("div", "row");
        row.id = `${this.view.name}-row-${i}`;
        row.style.top = i * rowHeight + "px";
        row.setAttribute("role", "option");
        row.setAttribute("aria-selected", String(i === this.selected));
        row.setAttribute("aria-posinset", i + 1);
        row.setAttribute("aria-setsize", this.shown.length);
        row.append(...this.view.row(this.shown[i].entry));
        row.addEventListener("click", () => this.select(i, false));
        nodes.push(row);
      }
      if (!this.shown.length) nodes.push(make("div", "none", "Nothing matches."));
      this.rows.replaceChildren(...nodes);
    }

    select(place, scroll) {
      this.selected = this.shown.length ? Math.max(0, Math.min(place, this.shown.length - 1)) : -1;
      if (scroll && this.selected >= 0) {
        const top = this.selected * rowHeight;
        if (top < this.list.scrollTop) this.list.scrollTop = top;
        const bottom = top + rowHeight - this.list.clientHeight;
        if (bottom > this.list.scrollTop) this.list.scrollTop = bottom;
      }
      this.drawRows();
      this.list.setAttribute("aria-activedescendant", this.selected >= 0 ? `${this.view.name}-row-${this.selected}` : "");
      this.pane.replaceChildren();
      this.pane.scrollTop = 0;
      if (this.selected >= 0) {
        const { place: number, entry } = this.shown[this.selected];
        this.pane.append(...this.view.detail(entry, JSON.parse(this.bodies[number])));
      }
      highlight(this.pane, this.query);
    }

    key(event) {
      const page = Math.max(1, Math.floor(this.list.clientHeight / rowHeight) - 1);
      const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
      if (!(event.key in moves) || event.altKey || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.select(Math.max(-1, Math.min(this.selected + moves[event.key], this.shown.length)), true);
    }
  }

  return { ExampleBrowser, make };
})();

