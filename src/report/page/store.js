// SPDX-License-Identifier: Apache-2.0
// What a browser of the page carries: an index that is unpacked at once, and compressed blocks of
// bodies, unpacked when an example of one is opened or searched. src/report/packed_examples.h says
// how they stand in the page or beside it.

const Store = (() => {
  const blocksKept = 24; // unpacked, for opening
  const partsKept = 16; // scripts from beside the page
  const searchCharsKept = 128 << 20; // unpacked and lowered, so that a second search is quicker
  const blocksAhead = 4;
  const sliceMs = 40; // a search lets the page breathe after so long

  function bytesOf(base64) {
    if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
    const text = atob(base64);
    const bytes = new Uint8Array(text.length);
    for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
    return bytes;
  }

  function unpack(base64) {
    const stream = new Blob([bytesOf(base64)]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Response(stream).text();
  }

  // Keeps the results of the last calls; a failure is not kept.
  class Recent {
    constructor(most, make) {
      Object.assign(this, { most, make, kept: new Map() });
    }
    get(key) {
      let value = this.kept.get(key);
      if (!value) {
        value = this.make(key);
        value.catch(() => this.kept.delete(key));
      }
      this.kept.delete(key);
      this.kept.set(key, value);
      if (this.kept.size > this.most) this.kept.delete(this.kept.keys().next().value);
      return value;
    }
  }

  // Parts announce themselves by calling drpPart.
  const waiting = new Map();
  window.drpPart = (file, blocks) => waiting.get(file)?.(blocks);

  function loadPart(file) {
    return new Promise((resolve, reject) => {
      waiting.set(file, resolve);
      const script = document.createElement("script");
      script.src = file;
      const missing = () => reject(new Error(`This stands in ${file}, which cannot be read: the folder parts/ must lie beside this page.`));
      script.onerror = missing;
      script.onload = missing; // of no effect where it called drpPart
      document.head.append(script);
    }).finally(() => waiting.delete(file));
  }

  // What a query looks like in the lowered JSON of a body.
  const escaped = (query) => JSON.stringify(query.toLowerCase()).slice(1, -1);

  // Whether a query could be found between the strings of a body.
  function looksLikeMarkup(query) {
    return /^[[\],.\d-]+$/.test(query) || ["true", "false", "null"].some((word) => word.includes(query));
  }

  function anyText(value, query) {
    if (Array.isArray(value)) return value.some((part) => anyText(part, query));
    return typeof value === "string" && value.toLowerCase().includes(query);
  }

  class ExampleStore {
    constructor(name) {
      this.name = name;
      const header = JSON.parse(document.getElementById(name + "-data").textContent);
      this.packedIndex = header.index;
      this.first = [0]; // first example of each block, and the end
      for (const lines of header.lines) this.first.push(this.first.at(-1) + lines);
      this.partOf = []; // of each block: [file, place in it], where there are parts
      for (const { file, blocks } of header.parts || []) {
        for (let i = 0; i < blocks; ++i) this.partOf.push([file, i]);
      }
      this.parts = new Recent(partsKept, loadPart);
      this.texts = new Recent(blocksKept, async (block) => unpack(await this.packed(block)));
      this.lowered = new Map();
      this.loweredChars = 0;
    }

    get size() { return this.first.at(-1); }

    async index() {
      const index = JSON.parse(await unpack(this.packedIndex));
      this.packedIndex = "";
      return index;
    }

    async packed(block) {
      if (!this.partOf.length) return document.getElementById(`${this.name}-block-${block}`).textContent;
      const [file, place] = this.partOf[block];
      return (await this.parts.get(file))[place];
    }

    blockOf(example) {
      let low = 0, high = this.first.length - 1;
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (this.first[middle] <= example) low = middle;
        else high = middle;
      }
      return low;
    }

    async body(example) {
      const block = this.blockOf(example);
      const text = await this.texts.get(block);
      return JSON.parse(text.split("\n")[example - this.first[block]]);
    }

    async loweredText(block) {
      const kept = this.lowered.get(block);
      if (kept !== undefined) return kept;
      const text = (await unpack(await this.packed(block))).toLowerCase();
      if (this.loweredChars + text.length <= searchCharsKept && !this.lowered.has(block)) {
        this.lowered.set(block, text);
        this.loweredChars += text.length;
      }
      return text;
    }

    // Marks in `found` (a byte an example) whose texts hold the query. Calls step(share done) now and
    // then; stops where it returns false.
    async search(query, found, step) {
      const plain = query.toLowerCase();
      const wanted = escaped(query);
      const markup = looksLikeMarkup(plain);
      const blocks = this.first.length - 1;
      const ahead = [];
      let last = performance.now();
      for (let block = 0; block < blocks; ++block) {
        while (ahead.length < blocksAhead && block + ahead.length < blocks) {
          const text = this.loweredText(block + ahead.length);
          text.catch(() => {}); // thrown where it is awaited, if the search comes so far
          ahead.push(text);
        }
        const text = await ahead.shift();
        this.searchBlock(text, this.first[block], wanted, (line) => !markup || anyText(JSON.parse(line), plain), found);
        if (performance.now() - last < sliceMs) continue;
        if (!step((block + 1) / blocks)) return;
        await new Promise((resume) => setTimeout(resume));
        last = performance.now();
      }
      step(1);
    }

    searchBlock(text, firstExample, wanted, confirm, found) {
      let example = firstExample;
      let start = 0; // of the example's line
      for (let hit = text.indexOf(wanted); hit >= 0; hit = text.indexOf(wanted, start)) {
        for (let end = text.indexOf("\n", start); end >= 0 && end < hit; end = text.indexOf("\n", start)) {
          start = end + 1;
          ++example;
        }
        let end = text.indexOf("\n", hit);
        if (end < 0) end = text.length;
        if (confirm(text.slice(start, end))) found[example] = 1;
        start = end + 1;
        ++example;
        if (start > text.length) break;
      }
    }
  }

  return { ExampleStore, supported: () => typeof DecompressionStream === "function" };
})();

