// What all items have in common that are answered as a whole: answer, keep, and in a lesson check and compare.

/** Whether a text says anything: more than white space and signs that cannot be seen. */
const says = (text) => typeof text === "string" && /[^\s\p{Cc}\p{Cf}]/u.test(text);
const isName = (value) => typeof value === "string" && value !== "";
const valuesOf = (table) => (isTable(table) ? Object.values(table) : []);

/** Whether a value says anything (the twin of exercises/answers.py). What says nothing is not attempted, never wrong. */
function attempted(kind, value) {
  if (!isTable(value)) return false;
  if (kind === "choice") return isName(value.option) || isName(value.reason);
  if (kind === "coding") return valuesOf(value.codes).some(isName);
  if (kind === "ordering") return Array.isArray(value.order) && value.order.length > 0;
  if (kind === "rating") return valuesOf(value.ratings).some((rating) => typeof rating === "number");
  if (kind === "written" || kind === "reflection") return says(value.text);
  return kind === "roleplay" && "turn" in value;
}

/** What is missing of an item, for the list at the hand-in (the twin of `missing` in exercises/answers.py), or "". */
function gap(item, acts) {
  if (item.kind === "roleplay") {
    const values = acts.map((act) => act.value).filter(isTable);
    if (values.some((value) => "self" in value)) return "";
    return values.some((value) => "turn" in value) ? "not played to its end" : "not played yet";
  }
  const highest = acts.reduce((most, act) => Math.max(most, act.attempt), 0);
  const value = (acts.filter((act) => act.attempt === highest).pop() || {}).value;
  if (!attempted(item.kind, value)) return "no answer yet";
  if (item.kind === "choice") {
    const wanted = (item.reasons || []).length ? ["option", "reason"] : ["option"];
    return wanted.filter((part) => !isName(value[part])).map((part) => `no ${part} chosen`).join(", ");
  }
  const part = (asked, given, what) => {
    const done = asked.filter((id) => given[id] !== undefined && given[id] !== null && given[id] !== "").length;
    return done === asked.length ? "" : `${done} of ${asked.length} ${what}`;
  };
  if (item.kind === "coding") return part(item.lines.filter((line) => line.code).map((line) => line.id), value.codes, "lines judged");
  if (item.kind === "rating") return part(item.scales.map((scale) => scale.id), value.ratings, "scales rated");
  return "";
}

const KEPT = "Your answer is kept. You can change it until you hand in.";
const REAL_CLIENT = "Write about no real client, not even disguised.";
const PAUSE = 800; // ms without a change after which an answer is kept
const LONGEST_PAUSE = 5000; // ms that a change may wait while she goes on typing

/**
 * The view of such an item. `kind` has
 *   scene(item): what is read before answering and again beside the result, or undefined
 *   blank(item): the value before anything was answered
 *   ask(ctx, value, change): the elements to answer with; `change(value)` is called at each change, `change(value, true)` to keep it at once
 *   still(item, value): what a sealed item still lacks, in a sentence, or ""
 *   need(item, value): why it cannot be checked yet, in a sentence, or ""
 *   show(ctx, value): the elements of the answer in a lesson, the first of them a sentence that sums it up
 *   check: what the button says, or undefined where there is nothing to check
 */
function sheet(kind) {
  return (host, ctx) => {
    let { attempt, value, changed } = current(ctx);
    let shown = value; // what is drawn
    const note = h("p", { class: "ck-note" });
    const keep = pauses(() => {
      ctx.drafting(false);
      if (!same(current(ctx).value, value) || current(ctx).attempt !== attempt) ctx.act(value, attempt);
    }, PAUSE, LONGEST_PAUSE);

    function change(next, atOnce) {
      value = ctx.open ? { ...next, checked: undefined } : next;
      if (value.checked === undefined) delete value.checked;
      shown = value;
      ctx.drafting(true);
      keep.soon();
      if (atOnce) keep.now();
      tellNote();
    }
    function tellNote() {
      const still = !ctx.open && attempted(ctx.item.kind, value) ? kind.still(ctx.item, value) || KEPT : "";
      note.textContent = still || (changed ? "This item was changed after you answered it. Your earlier answer is kept; please answer anew." : "");
    }
    function check() {
      const lacking = attempted(ctx.item.kind, value) ? kind.need(ctx.item, value) : kind.nothing;
      if (lacking) {
        note.textContent = lacking;
        ctx.say(lacking);
        return;
      }
      keep.cancel();
      ctx.drafting(false);
      value = { ...value, checked: true };
      ctx.act(value, attempt);
      draw();
      focusOn(host.querySelector(".ck-result"));
    }
    function again() {
      attempt += 1;
      value = kind.again ? kind.again(value) : null;
      draw();
      const first = host.querySelector("input, select, textarea, button");
      if (first) first.focus();
      ctx.say("A new attempt. Your earlier answer is kept.");
    }
    function draw() {
      shown = value;
      const given = value || kind.blank(ctx.item);
      const scene = kind.scene ? kind.scene(ctx.item) : [];
      if (ctx.open && value && value.checked) {
        const [sum, ...rest] = kind.show(ctx, given);
        host.replaceChildren(...[scene, h("div", { class: "ck-answer" }, h("p", { class: "ck-result" }, sum), rest)].flat(3).filter(Boolean),
          h("div", { class: "ck-foot" }, button("Try again", again, { "data-ck-key": "again" })));
        return;
      }
      const foot = h("div", { class: "ck-foot" },
        ctx.open && kind.check ? button(kind.check, check, { class: "ck-main", "data-ck-key": "check" }) : null, note);
      host.replaceChildren(...[scene, kind.ask(ctx, given, change)].flat(3).filter(Boolean), foot);
      tellNote();
    }

    draw();
    ctx.onLeave(() => keep.now());
    ctx.onAct(() => {
      const now = current(ctx);
      if (keep.waiting || now.attempt < attempt || same(now.value, shown)) return;
      ({ attempt, value, changed } = now);
      keepFocus(host, draw);
    });
  };
}

// ---- pieces that several kinds use ---------------------------------------------------------------------------------------

/** A spoken line: who, what, and how (as a screenplay writes it). */
const spoken = ({ who, text, manner }) => h("p", { class: "ck-line" },
  h("span", { class: "ck-who" }, who), " ", manner ? h("span", { class: "ck-manner" }, `(${manner}) `) : null,
  h("span", { class: "ck-words" }, text));

/** A word of judgement with its own shape, so that nothing hangs on colour alone. */
const MARKS = { good: "✓", poor: "✗", part: "~", none: "·" };
const badge = (mark, text) => h("span", { class: `ck-badge ck-${mark}` }, h("span", { "aria-hidden": "true" }, `${MARKS[mark]} `), text);
const why = (text) => (text ? h("div", { class: "ck-why" }, markdown(text)) : null);
