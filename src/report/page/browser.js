// SPDX-License-Identifier: Apache-2.0
// A list of examples beside the one that is open: filters, search, keyboard. The list keeps only the
// rows in view in the document, so that 10,000 examples scroll as well as ten.

const Browser = (() => {
  const rowHeight = 60;
  const rowsBeyondView = 6;
  const slowMs = 150; // an example that takes longer to open says so

  function make(tag, className, text) {
    const node = document.createElement(tag);
    if (className) node.className = className;
    if (text !== undefined) node.textContent = text;
    return node;
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

  // view: {name, label, noun, placeholder, filters: [{label, options: [[value, text]...], match(entry, value)}],
  //        orders: [[text, compare or null]...], row(entry) -> nodes, detail(entry, body) -> nodes}
  class ExampleBrowser {
    constructor(root, view, store, entries) {
      this.view = view;
      this.store = store;
      this.entries = entries.map((entry, place) => ({ place, entry }));
      this.shown = this.entries;
      this.selected = -1;
      this.query = "";
      this.found = null; // a byte an example: holds the query
      this.searching = Promise.resolve();
      this.progress = 1;
      this.opening = Promise.resolve();
      this.build(root);
      this.filter(false);
    }

    build(root) {
      const controls = make("div", "controls");
      this.search = make("input");
      this.search.type = "search";
      this.search.placeholder = this.view.placeholder;
      this.search.setAttribute("aria-label", "Search " + this.view.label);
      let timer = 0;
      this.search.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(() => this.apply(), 120);
      });
      controls.append(this.search);
      this.selects = this.view.filters.map((filter) => this.addSelect(controls, filter.label, filter.options));
      this.order = this.addSelect(controls, "Order", this.view.orders.map(([text], i) => [String(i), text]));
      this.clear = make("button", "", "Clear");
      this.clear.type = "button";
      this.clear.hidden = true;
      this.clear.addEventListener("click", () => {
        this.search.value = "";
        for (const select of this.selects) select.value = "";
        this.apply();
        this.search.focus();
      });
      this.count = make("output");
      this.count.setAttribute("aria-live", "polite");
      controls.append(this.clear, this.count);

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

    // What the controls say now: a new query is searched for, found examples appear as they come.
    apply() {
      const query = this.search.value.trim();
      if (query !== this.query) this.startSearch(query);
      this.filter(false);
    }

    startSearch(query) {
      this.query = query;
      this.progress = query ? 0 : 1;
      this.found = query ? new Uint8Array(this.entries.length) : null;
      this.searching = Promise.resolve();
      if (!query) return;
      const wanted = query.toLowerCase();
      for (const { place, entry } of this.entries) {
        if (String(entry[0]).toLowerCase().includes(wanted)) this.found[place] = 1;
      }
      const { found } = this;
      this.searching = this.store.search(query, found, (progress) => {
        if (this.found !== found) return false;
        this.progress = progress;
        this.filter(true);
        return true;
      }).catch((error) => {
        if (this.found !== found) return;
        this.progress = 1;
        this.filter(true);
        this.count.textContent = error.message;
      });
    }

    filter(keepPlace) {
      const open = this.shown[this.selected];
      const { found } = this;
      const active = this.view.filters
        .map((filter, i) => ({ match: filter.match, value: this.selects[i].value }))
        .filter((filter) => filter.value !== "");
      this.shown = this.entries.filter(({ place, entry }) =>
        (!found || found[place]) && active.every((filter) => filter.match(entry, filter.value)));
      const compare = this.view.orders[Number(this.order.value)][1];
      if (compare) this.shown = [...this.shown].sort((a, b) => compare(a.entry, b.entry) || a.place - b.place);
      this.clear.hidden = !active.length && !this.query;

      const all = this.entries.length.toLocaleString("en");
      const some = this.shown.length.toLocaleString("en");
      this.count.textContent = (this.shown.length === this.entries.length ? `${all} ${this.view.noun}` : `${some} of ${all}`) +
        (this.progress < 1 ? `, searching ${Math.floor(100 * this.progress)} %` : "");
      this.rows.style.height = this.shown.length * rowHeight + "px";
      if (!keepPlace) this.list.scrollTop = 0;
      const kept = open ? this.shown.indexOf(open) : -1;
      if (keepPlace && kept >= 0) {
        this.selected = kept;
        this.drawRows();
      } else if (kept >= 0 || this.shown.length || this.progress === 1) {
        this.select(Math.max(kept, 0), kept > 0);
      } else {
        this.selected = -1;
        this.drawRows();
      }
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
      if (!this.shown.length) nodes.push(make("div", "none", this.progress < 1 ? "Searching …" : "Nothing matches."));
      this.rows.replaceChildren(...nodes);
      this.list.setAttribute("aria-activedescendant", this.selected >= 0 ? `${this.view.name}-row-${this.selected}` : "");
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
      this.opening = this.open(this.shown[this.selected]);
    }

    // Selects the example of this id, past the filters that hide it; false where there is none.
    selectId(id) {
      const wanted = this.entries.find(({ entry }) => entry[0] === id);
      if (!wanted) return false;
      if (!this.shown.includes(wanted)) {
        this.search.value = "";
        for (const select of this.selects) select.value = "";
        this.apply();
      }
      this.select(this.shown.indexOf(wanted), true);
      return true;
    }

    // Shows an example; the last one asked for wins.
    async open(item) {
      if (!item) {
        this.openItem = null;
        this.pane.replaceChildren();
        return;
      }
      const again = this.openItem === item && !this.pane.hasAttribute("aria-busy");
      this.openItem = item;
      if (!again) {
        this.pane.setAttribute("aria-busy", "true");
        const slow = setTimeout(() => {
          if (this.openItem === item) this.pane.replaceChildren(make("p", "muted", "Opening …"));
        }, slowMs);
        let nodes;
        try {
          nodes = this.view.detail(item.entry, await this.store.body(item.place));
        } catch (error) {
          nodes = [make("div", "id", item.entry[0]), make("p", "rejected", error.message)];
        }
        clearTimeout(slow);
        if (this.openItem !== item) return;
        this.pane.removeAttribute("aria-busy");
        this.pane.replaceChildren(...nodes);
        this.pane.scrollTop = 0;
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

