// The answers file (docs/formats.md, section 1) in a browser: its text is kept whole, so that what is downloaded is what was stored.
// `take_up` of exercises/answers.py has its twin here; tests/browser/test_items_page.py holds both to the same answers.

const RESERVED = ["name", "hand-in"];
const ENDING = ".coursekit";

/** A problem to be told to the trainee as it stands. */
class Refused extends Error {}

/** JSON with sorted names, so that equal values have equal texts. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}

const isTable = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const isAct = (data) => Number.isInteger(data.seq) && typeof data.item === "string" && "value" in data
  && !(data.item === "name" && typeof data.value !== "string");
const isHeader = (data) => data.coursekit === 1 && ["course", "part", "notebook"].every((field) => typeof data[field] === "string")
  && /^[0-9a-f]{16}$/.test(data.trainee);

/** Read the text of an answers file, whatever happened to it: { header, acts, damaged: number of lines not read }. */
function readAnswers(text) {
  const read = { header: null, acts: [], damaged: 0 };
  for (const line of text.replace(/^\uFEFF/, "").split("\n")) {
    if (!line.trim()) continue;
    let data = null;
    try { data = JSON.parse(line); } catch { /* torn: counted below */ }
    if (isTable(data) && data.coursekit > 1) {
      throw new Refused("This file was written by a newer version of the course. Open it with that version.");
    }
    if (isTable(data) && isHeader(data) && !read.header) read.header = data;
    else if (isTable(data) && isAct(data)) read.acts.push({ version: 1, attempt: 1, ...data });
    else read.damaged += 1;
  }
  return read;
}

const nameIn = (answers) => {
  const given = answers.acts.filter((act) => act.item === "name");
  return given.length ? given[given.length - 1].value : (answers.header && answers.header.name) || null;
};

/** The acts of an item by attempt: Map of attempt → [act, …], lowest attempt first. */
function attemptsAt(acts, item) {
  const numbers = [...new Set(acts.filter((act) => act.item === item).map((act) => act.attempt))].sort((a, b) => a - b);
  return new Map(numbers.map((number) => [number, acts.filter((act) => act.item === item && act.attempt === number)]));
}

// ---- taking up another file ----------------------------------------------------------------------------------------------

function identity(act, trainee) {
  const told = { trainee, seq: act.seq, attempt: act.attempt, ...(isTable(act.from) ? act.from : {}) };
  return canonical([told, act.time || "", act.item, act.version, act.value]);
}

function continued(here, there) {
  for (const [attempt, known] of here) {
    if (known.length <= there.length && known.every((act, index) => act === there[index])) return [attempt, known.length];
  }
  return [Math.max(0, ...here.keys()) + 1, 0];
}

/** The acts of `theirs` that are not among `mine`, each in an attempt of its own or continuing one: [acts, beside]. */
function newActs(mine, theirs, trainee) {
  const origin = theirs.header.trainee;
  const taken = [];
  let beside = false;
  for (const item of new Set(theirs.acts.map((act) => act.item).filter((id) => !RESERVED.includes(id)))) {
    const here = new Map([...attemptsAt(mine.acts, item)].map(([n, acts]) => [n, acts.map((act) => identity(act, trainee))]));
    const onlyHere = new Set([...here.values()].flat());
    const before = taken.length;
    for (const acts of attemptsAt(theirs.acts, item).values()) {
      const there = acts.map((act) => identity(act, origin));
      there.forEach((act) => onlyHere.delete(act));
      if ([...here.values()].some((known) => there.every((act) => known.includes(act)))) continue;
      const [attempt, start] = continued(here, there);
      here.set(attempt, there);
      for (const { seq, ...act } of acts.slice(start)) {
        taken.push({ from: { trainee: origin, seq, attempt: act.attempt }, ...act, attempt });
      }
    }
    beside = beside || (onlyHere.size > 0 && taken.length > before);
  }
  return [taken, beside];
}

function takenInWords(acts, beside, damaged) {
  const said = [acts === 0 ? "Nothing was taken up: all that is in the file is here already."
    : acts === 1 ? "1 entry was taken up." : `${acts} entries were taken up.`];
  if (beside) said.push("Where you had answered here too, both answers are kept, and the one taken up counts.");
  if (damaged) said.push(`${damaged} damaged line${damaged > 1 ? "s" : ""} of the file could not be read.`);
  return said.join(" ");
}

// ---- the store of one exported page --------------------------------------------------------------------------------------

const randomId = () => Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** The browser's storage, or null where it is blocked or full: then the page is playable and says "not saved". */
function browserStorage() {
  try {
    const test = `coursekit/test/${OURS}`;
    window.localStorage.setItem(test, "1");
    window.localStorage.removeItem(test);
    return window.localStorage;
  } catch {
    return null;
  }
}

/** The answers to one notebook, kept in this browser. `place` has course, part, notebook and release. */
class Store {
  constructor(place, storage = browserStorage()) {
    this.place = place;
    this.storage = storage;
    this.key = `coursekit/${place.course}/${place.part}/${place.notebook}`;
    this.problem = "";
    this.listeners = [];
    this.text = "";
    this.load();
    window.addEventListener("storage", (event) => {
      if (event.key !== this.key) return;
      this.load();
      this.tell();
    });
  }

  get saving() { return this.storage ? "browser" : "off"; }
  get name() { return nameIn(this); }
  onChange(listener) { this.listeners.push(listener); }
  tell() { this.listeners.forEach((listener) => listener()); }

  load() {
    const text = (this.storage && this.storage.getItem(this.key)) || this.text || `${JSON.stringify(this.newHeader())}\n`;
    const read = readAnswers(text);
    this.text = read.header ? text : `${JSON.stringify(this.newHeader())}\n${text}`;
    this.header = read.header || readAnswers(this.text).header;
    this.acts = read.acts;
  }

  newHeader() {
    const { course, part, notebook, release } = this.place;
    return { coursekit: 1, course, part, notebook, release: release || 0, trainee: this.trainee(), name: null };
  }

  /** The trainee's random id, the same in all notebooks of this browser. */
  trainee() {
    const key = `coursekit/${this.place.course}/trainee`;
    const known = this.storage && this.storage.getItem(key);
    if (known && /^[0-9a-f]{16}$/.test(known)) return known;
    const drawn = randomId();
    try { if (this.storage) this.storage.setItem(key, drawn); } catch { /* said when the first answer is kept */ }
    return drawn;
  }

  /** Add acts, given by their fields without `seq` and (mostly) `time`. Another tab may have added some: they come first. */
  add(acts) {
    const stored = this.storage && this.storage.getItem(this.key);
    if (stored && !this.text.startsWith(stored)) this.load();
    const time = `${new Date().toISOString().slice(0, 19)}Z`;
    let seq = this.acts.reduce((last, act) => Math.max(last, act.seq), 0);
    const added = acts.map((act) => ({ seq: (seq += 1), time, ...act }));
    this.acts = [...this.acts, ...added];
    this.text = `${this.text.replace(/([^\n])$/, "$1\n")}${added.map((act) => `${JSON.stringify(act)}\n`).join("")}`;
    this.keep();
    this.tell();
  }

  keep() {
    if (!this.storage) return;
    try {
      this.storage.setItem(this.key, this.text);
      this.problem = "";
    } catch {
      this.problem = "this browser has no room left for your answers. Download them before you leave this page.";
    }
  }

  /** Take all answers to this notebook out of this browser, for whoever shares it. */
  forget() {
    if (this.storage) this.storage.removeItem(this.key);
    this.text = "";
    this.load();
    this.tell();
  }

  /** Take up the text of another file of the same notebook; returns what was done in words. Throws Refused. */
  takeUp(text) {
    const theirs = readAnswers(text);
    const mine = this.header;
    if (!theirs.header) {
      throw new Refused("The first line of this file is missing or damaged, so nobody can tell to which notebook its answers "
        + "belong. Take it from the notebook or the page again.");
    }
    if (["course", "part", "notebook"].some((field) => theirs.header[field] !== mine[field])) {
      throw new Refused(`This file holds answers to the ${theirs.header.part} ${theirs.header.notebook}; here is the ${mine.part} `
        + `${mine.notebook}. Open that page and take the file up there. Nothing was taken up.`);
    }
    const [taken, beside] = newActs(this, theirs, mine.trainee);
    const named = nameIn(theirs) && !this.name ? [{ item: "name", version: 1, attempt: 1, value: nameIn(theirs) }] : [];
    if (taken.length + named.length) this.add([...taken, ...named]);
    return takenInWords(taken.length, beside, theirs.damaged);
  }

  /** Note the name and the hand-in; returns { name, text } of the file to hand in. Throws Refused. */
  handIn(name) {
    if (!this.acts.some((act) => !RESERVED.includes(act.item))) {
      throw new Refused("Nothing has been answered yet, so there is nothing to hand in.");
    }
    const given = name.trim().replace(/\s+/g, " ");
    if (!says(given)) throw new Refused("Give your name, or the pseudonym that your instructor knows, before you hand in.");
    const named = given === this.name ? [] : [{ item: "name", version: 1, attempt: 1, value: given }];
    this.add([...named, { item: "hand-in", version: 1, attempt: 1, value: null }]);
    return { name: `${this.place.notebook}_${safeName(given)}_${this.header.trainee.slice(0, 4)}${ENDING}`, text: this.text };
  }
}

/** A name as it can stand in a file name anywhere. */
function safeName(name) {
  const plain = name.normalize("NFKD").replace(/[^\x00-\x7f]/g, "").replace(/[^A-Za-z0-9]+/g, "-");
  return plain.replace(/^-+|-+$/g, "").slice(0, 40).replace(/-+$/, "") || "trainee";
}

/** What the views see of one item on an exported page: anywidget's interface over the store. */
class LocalModel {
  constructor(store, item, vocabulary) {
    this.store = store;
    this.listeners = {};
    this.own = { item, vocabulary, place: store.place };
    store.onChange(() => ["acts", "saved", "problem"].forEach((name) => this.trigger(`change:${name}`)));
  }

  get(name) {
    if (name in this.own) return this.own[name];
    const acts = this.store.acts.filter((act) => act.item === this.own.item.id);
    if (name === "acts") return acts.map(({ attempt, version, value }) => ({ attempt, version, value }));
    if (name === "saved") return this.store.problem || this.store.saving === "off" ? 0 : acts.length;
    return this.store[name]; // saving, problem
  }

  set(name, value) {
    if (name === "acts") this.pending = value.slice(this.get("acts").length);
  }

  save_changes() {
    const acts = this.pending || [];
    this.pending = [];
    if (acts.length) this.store.add(acts.map((act) => ({ item: this.own.item.id, ...act })));
  }

  on(name, listener) { (this.listeners[name] = this.listeners[name] || []).push(listener); }
  off(name, listener) { this.listeners[name] = (this.listeners[name] || []).filter((one) => one !== listener); }
  trigger(name, ...told) { (this.listeners[name] || []).forEach((listener) => listener(...told)); }
  send() { this.store.keep(); this.store.tell(); }
}
