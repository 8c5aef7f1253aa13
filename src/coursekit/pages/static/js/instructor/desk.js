// What the steps of the instructor's panel share: asking Python, taking files up and down, tables, a page within the page.

const PIECE = 256 * 1024; // bytes of a file that go at a time, as in folders.py
const BREATH = 300; // ms between two pieces: a Jupyter server holds back what comes faster than a megabyte a second
const SILENT = 20000; // ms without a word from Python before the panel says so

/**
 * ask(what, with, data): a promise of what Python answers, or an error with a sentence for people. `told(kind, value)` hears
 * `progress` ({ what, done, total }), `busy` (true or false) and `silent` (true when no word came for long).
 */
function connection(model, told) {
  const waiting = new Map();
  let asked = 0;
  let timer = null;
  const worry = () => {
    clearTimeout(timer);
    told("silent", false);
    if (waiting.size) timer = setTimeout(() => told("silent", true), SILENT);
  };
  const hear = (said, buffers) => {
    if (said.progress) told("progress", said.progress);
    const one = waiting.get(said.re);
    if (one) {
      waiting.delete(said.re);
      if ("refused" in said) one.reject(new Error(said.refused));
      else one.resolve({ told: said.ok, data: buffers && buffers[0] });
    }
    worry();
    told("busy", waiting.size > 0);
  };
  model.on("msg:custom", hear);
  const whole = (what, given = {}, data = null) => new Promise((resolve, reject) => {
    asked += 1;
    waiting.set(asked, { resolve, reject });
    model.send({ ask: asked, do: what, with: given }, undefined, data ? [data] : []);
    worry();
    told("busy", true);
  });
  return {
    ask: async (what, given) => (await whole(what, given)).told,
    whole,
    stop() { clearTimeout(timer); model.off("msg:custom", hear); },
  };
}

const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

/** Take a file to Python in pieces; a promise of { name, path } there. */
async function takeUp(desk, file, purpose, done) {
  let found = null;
  for (let at = 0; found === null || at < file.size; at += PIECE) {
    const data = await file.slice(at, at + PIECE).arrayBuffer();
    const last = at + PIECE >= file.size;
    found = (await desk.whole("put", { name: file.name, at, last, purpose }, data)).told;
    done(Math.min(file.size, at + PIECE));
  }
  return found;
}

/** A file of the folder of what was made, as a Blob. */
async function fetchFile(desk, name, done = () => {}) {
  const parts = [];
  let size = 1;
  for (let at = 0; at < size;) {
    const { told, data } = await desk.whole("fetch", { name, at });
    size = told.size;
    if (!data || !data.byteLength) break;
    parts.push(data);
    at += data.byteLength;
    done(at, size);
    if (at < size) await pause(BREATH);
  }
  return new Blob(parts);
}

async function download(desk, name, done) {
  const address = URL.createObjectURL(await fetchFile(desk, name, done));
  const link = h("a", { href: address, download: name.split("/").pop() });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

const sized = (bytes) => (bytes < 1000 ? `${bytes}\u00a0bytes` : bytes < 1e6 ? `${Math.round(bytes / 1000)}\u00a0kB` : `${(bytes / 1e6).toFixed(1)}\u00a0MB`);
const howMany = (number, one, many) => `${number} ${number === 1 ? one : many}`;

/** A file by its name, which breaks where it must, and first between its parts. */
const fileName = (name) => h("span", { class: "ck-file" }, name.split(/(?<=[/_])/).flatMap((part) => [part, h("wbr")]));

/** A file as it is told, `class.zip: Mia Kern/a.coursekit`: [the zip or "", the rest]. */
const zipAndRest = (file) => { const at = file.indexOf(": "); return at < 0 ? ["", file] : [file.slice(0, at), file.slice(at + 2)]; };

/** Put children into a node as `h` does: lists are opened, and what is not there is left out. */
const fill = (host, ...children) => host.append(...h("div", {}, children).childNodes);

/** A button's words beside the key that does the same. */
const withKey = (key, text) => [h("kbd", {}, key), text];

const WITHOUT_SCROLLING = 12; // rows of a table that stand on the page as they are

/** A table with a heading for each column; cells are texts or nodes. A long one scrolls within its box. */
function tableOf(heads, rows, { label = "Table", caption = "" } = {}) {
  const box = rows.length > WITHOUT_SCROLLING ? { class: "ck-rows ck-scroll", tabindex: "0" } : { class: "ck-rows" };
  return h("div", { ...box, role: "region", "aria-label": label },
    h("table", { class: "ck-table" }, caption ? h("caption", {}, caption) : null,
      h("thead", {}, h("tr", {}, heads.map((head) => (head ? h("th", { scope: "col" }, head) : h("td", {}))))),
      h("tbody", {}, rows.map((row) => h("tr", {}, row.map((cell, n) => h("td", { "data-head": heads[n] }, cell)))))));
}

/** A table of what has a `file`: rowOf(one, the file to show). The zip that they all came in is named once, above them. */
function tableOfFiles(heads, list, rowOf, label) {
  const zips = new Set(list.map((one) => zipAndRest(one.file)[0]));
  const [only] = zips.size === 1 ? zips : [""];
  const shown = (one) => {
    const [zip, rest] = zipAndRest(one.file);
    return zip && !only ? h("span", {}, fileName(rest), h("br", {}), h("span", { class: "ck-small" }, fileName(zip))) : fileName(rest);
  };
  return tableOf(heads, list.map((one) => rowOf(one, shown(one))), { label, caption: only ? ["In ", fileName(only)] : "" });
}

/** A button that chooses files, and takes what is dropped on it. */
function fileChooser(text, chosen, { multiple = false, hint = "" } = {}) {
  const input = h("input", { type: "file", class: "ck-hidden", tabindex: "-1", "aria-hidden": "true", ...(multiple ? { multiple: true } : {}) });
  input.addEventListener("change", () => { const files = [...input.files]; input.value = ""; if (files.length) chosen(files); });
  const over = (event) => { event.preventDefault(); event.stopPropagation(); zone.classList.add("ck-over"); };
  const zone = h("div", {
    class: "ck-drop", ondragenter: over, ondragover: over, ondragleave: () => zone.classList.remove("ck-over"),
    ondrop(event) {
      event.preventDefault();
      event.stopPropagation();
      zone.classList.remove("ck-over");
      const files = [...event.dataTransfer.files];
      if (files.length) chosen(multiple ? files : files.slice(0, 1));
    },
  }, button(text, () => input.click(), { "data-ck-key": `choose ${text}` }), hint ? h("p", { class: "ck-note" }, hint) : null, input);
  return zone;
}

/** A whole page of ours, shown within this one: nothing in it can run, and it takes on light or dark. */
async function pageWithin(desk, name, title) {
  const text = await (await fetchFile(desk, name)).text();
  const { jpThemeLight } = document.body.dataset;
  const theme = jpThemeLight ? ` data-theme="${jpThemeLight === "false" ? "dark" : "light"}"` : "";
  return h("iframe", { class: "ck-within", sandbox: "", title, srcdoc: text.replace(/<html\b/, `<html${theme}`) });
}

/** A link that opens what a frame shows in a tab of its own, where nothing in it can run either. */
function inATab(frame) {
  const whole = frame.cloneNode();
  whole.removeAttribute("class");
  whole.setAttribute("style", "position:fixed;inset:0;width:100%;height:100%;border:0");
  const title = h("title", {}, frame.title);
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${title.outerHTML}</head><body>${whole.outerHTML}</body></html>`;
  const address = URL.createObjectURL(new Blob([page], { type: "text/html" }));
  return h("a", { href: address, target: "_blank", rel: "noopener" }, "Open it in a tab of its own");
}

/** A removal in two steps: a small button, then what is asked with `yes` and Keep. `known` tells those of one name apart. */
function removing({ name, known = "" }, question, yes, remove) {
  const cell = h("div", {});
  const ask = () => {
    cell.replaceChildren(h("p", {}, question), button(yes, remove, { class: "ck-quiet ck-small-button" }), " ",
      button("Keep", keep, { class: "ck-quiet ck-small-button" }));
    focusOn(cell.firstChild);
  };
  const rest = () => cell.replaceChildren(button("Remove…", ask, { class: "ck-quiet ck-small-button", "aria-label": `Remove ${name}…`, title: known }));
  const keep = () => { rest(); cell.firstChild.focus(); };
  rest();
  return cell;
}

const remembered = {
  get(key) { try { return localStorage.getItem(`coursekit/instructor/${key}`) || ""; } catch { return ""; } },
  set(key, value) { try { localStorage.setItem(`coursekit/instructor/${key}`, value); } catch { /* then it is asked for again */ } },
};

/** A text field with its label. */
function field(label, props, hint = "") {
  const id = newId("field");
  const input = h("input", { type: "text", class: "ck-field", id, ...props });
  return { input, node: h("div", { class: "ck-box" }, h("label", { for: id }, label), input, hint ? h("p", { class: "ck-guard" }, hint) : null) };
}

/** A choice of one of several: options are [value, text]. */
function choice(label, options, value, props = {}) {
  const id = newId("field");
  const input = h("select", { id, value, ...props }, options.map(([each, text]) => h("option", { value: each }, text)));
  return { input, node: h("div", { class: "ck-box" }, h("label", { for: id }, label), input) };
}
