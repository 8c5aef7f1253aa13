// A written reply to a client's line, and a reflection. In a lesson her words come to stand beside a good and a poor reply.

const guard = (id) => h("p", { class: "ck-guard", id }, REAL_CLIENT);

function textBox({ label, value, rows, key, change, leave }) {
  const id = newId("text");
  const about = newId("guard");
  const area = h("textarea", { id, rows, class: "ck-text", "aria-describedby": about, "data-ck-key": key, spellcheck: "true",
    oninput: () => change(area.value), onblur: () => leave && leave() });
  area.value = value;
  return h("div", { class: "ck-box" }, h("label", { for: id }, label), area, guard(about));
}

/** The naming of one's own reply, folded away; the summary says what was named. */
function naming(ctx, codes, change) {
  const summary = h("summary", {});
  const tell = (named) => { summary.textContent = named.length ? `You called it: ${namesOf(ctx.vocabulary, named)}` : "Name what you did (one name, or two)"; };
  tell(codes);
  return h("details", { class: "ck-naming" }, summary, codesMenu({ vocabulary: ctx.vocabulary, value: codes, say: ctx.say,
    legend: "What does your reply do?", change(named) { tell(named); change(named); } }));
}

const situation = (item) => [item.context ? h("div", { class: "ck-context" }, markdown(item.context)) : null,
  item.line ? h("div", { class: "ck-scene" }, spoken(item.line)) : null];

function comparison(ctx, title, kind, { text, codes, why: reason }) {
  return h("div", { class: `ck-reply ck-reply-${kind}` }, h("p", { class: "ck-subhead" }, title), h("blockquote", {}, markdown(text)),
    codes && codes.length ? h("p", { class: "ck-named" }, capital(namesOf(ctx.vocabulary, codes))) : null, why(reason));
}

/** Her own reply, what she called it, and beside that, once it has read it, what the coder takes it for. Nothing hangs on it. */
function yours(ctx, { text, codes = [] }) {
  const { line, key: { models, poor } } = ctx.item;
  const box = h("div", { class: "ck-reply ck-reply-mine" });
  const small = (words) => h("p", { class: "ck-named" }, words);
  const named = codes.length ? small(reasons.codes({ codes }, ctx.vocabulary)) : null;
  const draw = (...parts) => box.replaceChildren(...[h("p", { class: "ck-subhead" }, "Yours"), parts].flat(4).filter(Boolean));
  draw(h("blockquote", {}, markdown(text)), named);
  const known = [...models, ...poor].map((model) => model.text);
  readings.of(ctx, text, { client: line ? line.text : "", examples: [], known }).then((reading) => {
    if (!reading) return;
    if (reading.verdict !== "sure") {
      draw(named, readings.unsure(reading), readings.about());
      return;
    }
    const taken = small(`The coder takes it as: ${reasons.coded(reading.codes, ctx.vocabulary)}`);
    draw(readings.words(text, reading.likely[0]), readings.legend(reading.likely[0]), h("div", { class: "ck-both" }, named, taken),
      readings.howSure(reading), readings.about());
  });
  return box;
}

views.written = sheet({
  check: "Compare",
  scene: situation,
  nothing: "Not attempted yet: write your reply first, then you will see others beside it.",
  blank: () => ({ text: "" }),
  ask(ctx, value, change) {
    let now = { text: value.text, ...(value.codes ? { codes: value.codes } : {}) };
    const set = (part, atOnce) => { now = { ...now, ...part }; change(now, atOnce); };
    return [textBox({ label: "Your reply, in the words you would say", value: now.text, rows: 4, key: "reply",
      change: (text) => set({ text }), leave: () => now.text !== value.text && change(now, true) }),
    naming(ctx, now.codes || [], (codes) => set({ codes }))];
  },
  still: () => "",
  need: () => "",
  again: (value) => ({ text: value.text, ...(value.codes ? { codes: value.codes } : {}) }),
  show(ctx, value) {
    const { models, poor } = ctx.item.key;
    return ["Your words beside others. What does each of them do to the client?",
      h("div", { class: "ck-compare" }, yours(ctx, value),
        models.map((model) => comparison(ctx, "A reply that helps", "good", model)),
        poor.map((model) => comparison(ctx, "A reply that tempts, and does not help", "poor", model)))];
  },
});

views.reflection = sheet({
  blank: () => ({ text: "" }),
  ask(ctx, value, change) {
    let text = value.text;
    return textBox({ label: "Your thoughts", value: text, rows: 6, key: "thoughts", change: (next) => { text = next; change({ text }); },
      leave: () => text !== value.text && change({ text }, true) });
  },
  still: () => "",
  need: () => "",
  show: () => [""],
});
