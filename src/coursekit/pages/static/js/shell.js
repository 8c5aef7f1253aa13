// The frame of an item: title, prompt, the view of its kind, and one line that says whether all is saved.
// `render` is what anywidget calls, and what page.js calls with a LocalModel: the same view lives in both.

const KIND_NAMES = {
  choice: "A choice", coding: "Coding sheet", ordering: "Put in order", rating: "Rating", written: "In your own words",
  reflection: "For yourself", roleplay: "Role-play", submit: "Your work",
};
const WAIT_BEFORE_WORRY = 4000; // ms
const ASK_AGAIN = 30000; // ms

const views = {}; // kind → function (host, ctx); items, role-plays and the hand-in panel add theirs

function render({ model, el }) {
  const item = typographic(model.get("item"));
  const title = newId("title");
  const host = h("div", { class: "ck-view" });
  const live = h("div", { class: "ck-live ck-hidden", role: "status", "aria-live": "polite" });
  const line = stateLine(model, el);
  const root = h("section", { class: `ck ck-item ck-kind-${item.kind}`, "data-ck-id": item.id, "aria-labelledby": title },
    h("header", { class: "ck-head" }, h("p", { class: "ck-eyebrow" }, eyebrow(item)),
      h("h3", { class: "ck-title", id: title }, item.title)),
    item.prompt ? h("div", { class: "ck-prompt" }, markdown(item.prompt)) : null,
    host, line.node, live);
  el.replaceChildren(root);
  followReferencesOnce();

  const stash = unsavedStash(model);
  const ctx = makeContext(model, item, live, line, stash);
  stash.restore();
  if (views[item.kind]) views[item.kind](host, ctx);
  else host.append(h("p", {}, `This page cannot show an item of the kind “${item.kind}”. Install the newest version of the course.`));
  if (hasWordsToRead(item)) ctx.coder(); // so that it is there when she has written something
  line.draw();
  root.addEventListener("keydown", (event) => {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault(); // else the browser would offer to save the page
    ctx.leave();
  });
  requestAnimationFrame(line.draw); // only now is the element on the page, and says whether it is connected
  return () => { ctx.leave(); line.stop(); };
}

/** In a notebook a link to a reference leads there, and a button back to the text. (On exported pages the browser does both.) */
function followReferences(event) {
  const link = event.target.closest('.jp-Notebook a[href^="#"]');
  const id = link && CSS.escape(decodeURIComponent(link.getAttribute("href").slice(1)));
  const found = id && document.querySelector(`.ck-references #${id}`);
  if (!found) return;
  event.preventDefault();
  event.stopPropagation();
  const entry = found.closest("li");
  const back = button("Back to the text", () => { arriveAt(link); back.remove(); }, { class: "ck-quiet ck-back" });
  document.querySelectorAll(".ck-references .ck-back").forEach((one) => one.remove());
  entry.append(" ", back);
  arriveAt(entry);
}

/** Once for all items of a page, each of which has its own copy of this script. */
function followReferencesOnce() {
  if (document.body.hasAttribute("data-ck-references")) return;
  document.body.setAttribute("data-ck-references", "");
  document.addEventListener("click", followReferences, true);
}

// ---- the coder -----------------------------------------------------------------------------------------------------------

/** Whether the coder has something to read in an item (the twin of `has_words_to_read` in assets.py). */
const hasWordsToRead = (item) => (item.kind === "roleplay"
  ? Object.values(item.roleplay.scenes).some((scene) => scene.passages.some((passage) => passage.write !== null))
  : item.kind === "written" && Boolean(item.open));

/**
 * A promise of what the coder knows, or of null where it has not come 4 s after it was asked for. All items of a page share it: in a
 * notebook the first one drawn asks Python, on an exported page it comes by itself.
 */
function coderOf(model) {
  const shared = (window.ckShared = window.ckShared || {});
  if (!shared.coder && !(Date.now() - shared.coderAsked < ASK_AGAIN)) {
    shared.coderAsked = Date.now();
    if (model.get("saving") === "disk") {
      model.on("msg:custom", (told) => { shared.coder = shared.coder || told.coder; });
      model.send({ do: "coder" });
    }
  }
  return new Promise((resolve) => {
    const look = () => {
      if (shared.coder || Date.now() - shared.coderAsked > WAIT_BEFORE_WORRY) resolve(shared.coder || null);
      else setTimeout(look, 50);
    };
    look();
  });
}

function eyebrow(item) {
  const points = item.open || !item.points ? "" : ` · ${amount(item.points, "point", "points")}`;
  return (KIND_NAMES[item.kind] || item.kind) + points;
}

/**
 * What a view is given, `ctx`:
 *   item, open, vocabulary   the definition; whether it answers at once; the codebook's public part by code
 *   acts                     the acts of this item so far, [{ attempt, version, value }], always the present list: all is drawn from it
 *   act(value, attempt)      append an act and have it saved; without `attempt` to the present one
 *   onAct(f)                 f() after any change of `acts`, one's own included
 *   say(text)                to a screen reader, without moving the focus
 *   coder()                  a promise of the coder's model, for coder.read, or of null where there is none
 *   drafting(yes), onLeave(f)   for views that `act` only when the trainee pauses
 *   model                    anywidget's model, or the page's
 */
function makeContext(model, item, live, line, stash) {
  const leaving = [];
  const onAct = [];
  model.on("change:acts", () => onAct.forEach((listener) => listener()));
  model.on("change:saved", () => { stash.keep(); line.draw(); });
  ["change:problem", "change:saving", "comm_live_update"].forEach((name) => model.on(name, () => line.draw()));
  const ctx = {
    item,
    open: Boolean(item.open),
    vocabulary: typographic(model.get("vocabulary") || {}),
    model,
    get acts() { return model.get("acts"); },
    act(value, attempt) {
      const before = ctx.acts;
      model.set("acts", [...before, { attempt: attempt || current(ctx).attempt, version: item.version, value }]);
      model.save_changes();
      line.since();
      stash.keep();
      line.draw();
    },
    onAct(listener) { onAct.push(listener); },
    coder: () => coderOf(model),
    say(text) {
      live.textContent = "";
      setTimeout(() => { live.textContent = text; }, 30); // else the same words twice are not said again
    },
    drafting(waiting) { line.drafting = waiting; line.draw(); },
    /** f() when the view goes, the page is hidden, or she presses Ctrl+S: what waits is to be acted now. */
    onLeave(listener) { leaving.push(listener); },
    leave() { leaving.forEach((listener) => listener()); },
  };
  const hide = () => { if (document.visibilityState === "hidden") ctx.leave(); };
  document.addEventListener("visibilitychange", hide);
  window.addEventListener("pagehide", ctx.leave);
  leaving.push(() => {
    if (live.isConnected) return;
    document.removeEventListener("visibilitychange", hide);
    window.removeEventListener("pagehide", ctx.leave);
  });
  return ctx;
}

/** Where the trainee is in an item that is answered as a whole: { attempt, value or null, changed }. */
function current(ctx) {
  const acts = ctx.acts;
  const attempt = acts.reduce((highest, act) => Math.max(highest, act.attempt), 0);
  const last = acts.filter((act) => act.attempt === attempt).pop();
  if (!last) return { attempt: 1, value: null, changed: false };
  if (last.version !== ctx.item.version) return { attempt: attempt + 1, value: null, changed: true };
  return { attempt, value: last.value, changed: false };
}

// ---- saved, or not -------------------------------------------------------------------------------------------------------

function stateLine(model, el) {
  const text = h("span", { class: "ck-state-text" });
  const again = button("Try again to save", () => model.send({ do: "save" }), { class: "ck-quiet ck-again", hidden: true });
  const node = h("p", { class: "ck-state" }, h("span", { class: "ck-dot", "aria-hidden": "true" }), text, again);
  let oldest = 0; // since when something waits to be saved
  let timer = null;
  const connected = () => !el.closest(".jupyter-widgets-disconnected");

  function state() {
    const waiting = model.get("acts").length - model.get("saved");
    const saving = model.get("saving");
    if (model.get("problem")) return ["problem", `Not saved: ${model.get("problem")}`];
    if (saving === "off") {
      return ["off", "Nothing is saved here: this browser keeps nothing for this page. Download your answers before you leave."];
    }
    if (saving === "disk" && !connected()) return ["off", "This page is not connected: what you do now is not saved yet."];
    if (waiting > 0 && Date.now() - oldest > WAIT_BEFORE_WORRY) return ["waiting", "Not saved yet: waiting for the notebook."];
    if (waiting > 0 || line.drafting) return ["waiting", "Saving…"];
    if (!model.get("acts").length) return ["nothing", ""];
    return ["saved", saving === "browser" ? "Saved in this browser" : "Saved"];
  }

  const line = {
    node,
    drafting: false,
    since() {
      if (model.get("acts").length - model.get("saved") <= 1) oldest = Date.now();
      clearTimeout(timer);
      timer = setTimeout(line.draw, WAIT_BEFORE_WORRY + 100);
    },
    draw() {
      const [kind, words] = state();
      node.setAttribute("data-ck-state", kind);
      if (text.textContent !== words) text.textContent = words;
      again.hidden = kind !== "problem";
    },
    stop() { clearTimeout(timer); },
  };
  return line;
}

/**
 * What was done while the notebook could not save it (its kernel was busy or gone) waits in the browser, and is given to the
 * notebook when it is there again. Exported pages need none of this: they are their own store.
 */
function unsavedStash(model) {
  const place = model.get("place") || {};
  const key = ["coursekit/unsaved", place.course, place.part, place.notebook, place.trainee, model.get("item").id].join("/");
  const storage = model.get("saving") === "disk" ? browserStorage() : null;
  const attempt = (f) => { try { return f(); } catch { return null; } };
  return {
    keep() {
      if (!storage) return;
      const saved = model.get("saved");
      const waiting = model.get("acts").slice(saved);
      attempt(() => (waiting.length ? storage.setItem(key, JSON.stringify({ saved, waiting })) : storage.removeItem(key)));
    },
    /** Only what follows on from what is stored is given back; anything else was overtaken elsewhere. */
    restore() {
      const kept = storage && attempt(() => JSON.parse(storage.getItem(key)));
      if (!kept) return;
      const acts = model.get("acts");
      const since = acts.slice(kept.saved);
      const follows = acts.length >= kept.saved && since.every((act, n) => canonical(act) === canonical(kept.waiting[n] || null));
      const rest = follows ? kept.waiting.slice(since.length) : [];
      if (!rest.length) return void attempt(() => storage.removeItem(key));
      model.set("acts", [...acts, ...rest]);
      model.save_changes();
    },
  };
}
