// Elements made safely. Text from outside (prompts, scripts, answers) only ever becomes a text node; nothing here parses HTML.

const OURS = Math.random().toString(36).slice(2, 8); // several copies of this module can live on one page
let counted = 0;
const newId = (stem = "id") => `ck-${stem}-${OURS}-${(counted += 1)}`;

const AS_PROPERTY = ["value", "checked", "disabled", "selected", "open", "hidden"];

/** JupyterLab takes keys for shortcuts of its own (a letter inserts a cell, Shift+Enter runs one) unless the focused element says no. */
const takesFocus = (tag, props) => ["button", "input", "select", "textarea", "a", "summary"].includes(tag) || "tabindex" in props;

/** JupyterLab 4.6 holds back line breaks and undo in a text box within a cell, with listeners it adds later than this one. */
const keepOwnInput = (field) => field.addEventListener("beforeinput", (event) => event.stopImmediatePropagation());

/** An element: h("p", { class: "ck-line", onclick: f, "aria-label": "…" }, "text", otherElement, null). */
function h(tag, props, ...children) {
  const given = props || {};
  const node = document.createElement(tag);
  if (tag === "button") node.type = "button";
  for (const [name, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (AS_PROPERTY.includes(name)) node[name] = value;
    else if (value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  if (takesFocus(tag, given)) node.setAttribute("data-lm-suppress-shortcuts", "true");
  if (tag === "textarea" || tag === "input") keepOwnInput(node);
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  if (tag === "select" && given.value !== undefined) node.value = given.value; // only now are its options there
  return node;
}

const button = (text, onclick, props = {}) => {
  const { class: more, ...others } = props;
  return h("button", { ...others, class: `ck-button ${more || ""}`.trim(), onclick }, text);
};
const hidden = (text, props) => h("span", { ...props, class: "ck-hidden" }, text);

// ---- what authors typed, set as print sets it ------------------------------------------------------------------------------

/** Typed quotation marks and apostrophes as those of print (the twin of `curly` in quotes.py). Never for what a trainee typed. */
const curly = (text) => text
  .replace(/((?:^|[\s([{–—“‘])[*_]{0,2})"(?=\S)/g, "$1“").replace(/"/g, "”")
  .replace(/((?:^|[\s([{–—“])[*_]{0,2})'(?=\S(?:[^']|'(?=[\p{L}\p{N}]))*'(?![\p{L}\p{N}]))/gu, "$1‘").replace(/'/g, "’");

/** A definition with all its texts so. Ids, codes and scenes have no quotation marks that this could touch. */
function typographic(value) {
  if (typeof value === "string") return curly(value);
  if (Array.isArray(value)) return value.map(typographic);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, typographic(each)]));
}

// ---- the Markdown of prompts: paragraphs, *emphasis*, **strong**, > quotations, lists, [links](#to) -----------------------

const INLINE = /\*\*(.+?)\*\*|__(.+?)__|\*(\S(?:.*?\S)??)\*|(?<![\p{L}\p{N}])_(\S(?:.*?\S)??)_(?![\p{L}\p{N}])|\[([^\]]+)\]\(((?:#|https:\/\/)[^)\s]*)\)/u;

/** The nodes of one run of text with emphasis, strong and links. */
function inline(text) {
  const nodes = [];
  let rest = text;
  for (let found = INLINE.exec(rest); found; found = INLINE.exec(rest)) {
    const [whole, strong1, strong2, em1, em2, label, address] = found;
    if (found.index) nodes.push(rest.slice(0, found.index));
    if (label) nodes.push(h("a", { href: address, ...(address.startsWith("#") ? {} : { target: "_blank", rel: "noopener" }) }, inline(label)));
    else if (strong1 || strong2) nodes.push(h("strong", {}, inline(strong1 || strong2)));
    else nodes.push(h("em", {}, inline(em1 || em2)));
    rest = rest.slice(found.index + whole.length);
  }
  if (rest) nodes.push(rest);
  return nodes;
}

const LIST_MARK = /^\s{0,3}(?:[-*+]|(\d+)[.)])\s+/;

/** The nodes of a text of several paragraphs. */
function markdown(text) {
  const blocks = String(text || "").replace(/\r\n?/g, "\n").split(/\n\s*\n/).filter((block) => block.trim());
  return blocks.map((block) => {
    const lines = block.split("\n").filter((line) => line.trim());
    if (lines.every((line) => /^\s{0,3}>/.test(line))) {
      return h("blockquote", {}, markdown(lines.map((line) => line.replace(/^\s{0,3}> ?/, "")).join("\n")));
    }
    const first = LIST_MARK.exec(lines[0]);
    return first ? listOf(lines, first[1] ? "ol" : "ul") : h("p", {}, inline(lines.map((line) => line.trim()).join(" ")));
  });
}

function listOf(lines, tag) {
  const entries = [];
  for (const line of lines) {
    if (LIST_MARK.test(line)) entries.push(line.replace(LIST_MARK, ""));
    else entries[entries.length - 1] += ` ${line.trim()}`;
  }
  return h(tag, {}, entries.map((entry) => h("li", {}, inline(entry))));
}

// ---- focus, numbers, pauses ----------------------------------------------------------------------------------------------

/** Redraw, and put the focus back on the element with the same `data-ck-key`. */
function keepFocus(root, redraw) {
  const before = root.contains(document.activeElement) ? document.activeElement : null;
  const key = before && before.getAttribute("data-ck-key");
  const selection = before && "selectionStart" in before && before.tagName === "TEXTAREA"
    ? [before.selectionStart, before.selectionEnd] : null;
  redraw();
  const after = key && [...root.querySelectorAll("[data-ck-key]")].find((node) => node.getAttribute("data-ck-key") === key);
  if (!after || after === document.activeElement) return;
  after.focus({ preventScroll: true });
  if (selection) after.setSelectionRange(...selection);
}

/** Give the focus to something that is read, not used: a result, a heading. The first draw may come before it is on the page. */
function focusOn(node) {
  if (node.tabIndex < 0) node.setAttribute("tabindex", "-1");
  node.setAttribute("data-lm-suppress-shortcuts", "true");
  node.focus({ preventScroll: true });
  requestAnimationFrame(() => showAll(node));
}

/** Bring nodes into sight, the last one surely. At once: of smooth movements only the first would happen. */
const showAll = (...nodes) => nodes.filter((node) => node && node.isConnected)
  .forEach((node) => node.scrollIntoView({ block: "nearest", behavior: "instant" }));

let arrivals = 0;

/**
 * Scroll to a node and give it the focus. Cells that JupyterLab has not drawn yet get their height on the way: go on until it stays, or she
 * goes on, or is sent elsewhere.
 */
function arriveAt(node, tries = 6, arrival = ++arrivals) {
  node.scrollIntoView({ block: "center", behavior: "instant" });
  const before = node.getBoundingClientRect().top;
  focusOn(node);
  setTimeout(() => {
    const elsewhere = document.querySelector(".ck :focus");
    if (arrival !== arrivals || (elsewhere && elsewhere !== node)) return;
    const { top } = node.getBoundingClientRect();
    if (tries > 0 && (Math.abs(top - before) > 2 || top < 0 || top > window.innerHeight)) arriveAt(node, tries - 1, arrival);
  }, 150);
}

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
  "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"];
const inWords = (number) => NUMBERS[number] || String(number);
const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);
const amount = (number, one, many) => `${inWords(number)} ${number === 1 ? one : many}`;
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** Call `f` when nothing has happened for `quiet` ms, at latest after `longest` ms: { soon, now, cancel, waiting }. */
function pauses(f, quiet, longest) {
  let timer = null;
  let since = 0;
  const run = () => {
    clearTimeout(timer);
    timer = null;
    since = 0;
    f();
  };
  return {
    soon() {
      since = since || Date.now();
      clearTimeout(timer);
      timer = setTimeout(run, Math.max(0, Math.min(quiet, since + longest - Date.now())));
    },
    now() { if (timer !== null) run(); },
    cancel() { clearTimeout(timer); timer = null; since = 0; },
    get waiting() { return timer !== null; },
  };
}
