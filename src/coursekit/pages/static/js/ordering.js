// An ordering: steps are moved up and down with buttons, which works with a thumb, a mouse and a keyboard alike.

const ordinal = (number) => ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"][number - 1] || `${number}th`;

function orderedSteps(ctx, value) {
  const known = new Map(ctx.item.steps.map((step) => [step.id, step]));
  const order = (value.order || []).filter((id) => known.has(id));
  return [...order, ...[...known.keys()].filter((id) => !order.includes(id))].map((id) => known.get(id));
}

function stepRow(step, index, count, move) {
  const arrow = (by, word, sign) => h("button", {
    class: "ck-button ck-move", "aria-label": `Move ${word}: ${step.text}`, "aria-disabled": String(by < 0 ? index === 0 : index === count - 1),
    "data-ck-key": `${step.id} ${word}`, onclick: () => move(index, by),
  }, h("span", { "aria-hidden": "true" }, sign));
  return h("li", { class: "ck-step" }, h("span", { class: "ck-number" }, String(index + 1)),
    h("span", { class: "ck-step-text" }, inline(step.text)), h("span", { class: "ck-moves" }, arrow(-1, "up", "↑"), arrow(1, "down", "↓")));
}

views.ordering = sheet({
  check: "Check",
  nothing: "Not attempted yet: move the steps first, or say that the order above is yours.",
  blank: () => ({}),
  ask(ctx, value, change) {
    let steps = orderedSteps(ctx, value);
    let answered = Boolean(value.order);
    const list = h("ol", { class: "ck-steps" });
    const stand = button("This is my order", () => { keep(); ctx.say("Your order is kept."); }, { "data-ck-key": "stand", class: "ck-quiet" });
    const keep = () => {
      answered = true;
      draw();
      change({ order: steps.map((step) => step.id) });
    };
    function move(index, by) {
      const to = index + by;
      if (to < 0 || to >= steps.length) return void ctx.say(`Already ${by < 0 ? "first" : "last"}.`);
      const moved = steps[index];
      steps = steps.filter((step) => step !== moved);
      steps.splice(to, 0, moved);
      keepFocus(list, keep);
      ctx.say(`Now ${ordinal(to + 1)} of ${steps.length}: ${moved.text}`);
    }
    function draw() {
      list.replaceChildren(...steps.map((step, index) => stepRow(step, index, steps.length, move)));
      stand.hidden = answered;
    }
    draw();
    return [list, stand];
  },
  still: () => "",
  need: () => "",
  show(ctx, value) {
    const { order, why: reasons } = ctx.item.key;
    const steps = new Map(ctx.item.steps.map((step) => [step.id, step]));
    const pairs = order.flatMap((one, index) => order.slice(index + 1).map((other) => [one, other]));
    const right = pairs.filter(([one, other]) => value.order.indexOf(one) < value.order.indexOf(other)).length;
    const sum = right === pairs.length ? "That is the order."
      : `Not this order yet. Taken two by two, ${inWords(right)} of ${inWords(pairs.length)} pairs ${right === 1 ? "stands" : "stand"} the right way round.`;
    return [sum, h("ol", { class: "ck-steps ck-judgements" }, order.map((id, index) => {
      const mine = value.order.indexOf(id);
      return h("li", { class: "ck-step" }, h("span", { class: "ck-number" }, String(index + 1)), h("div", { class: "ck-step-text" },
        h("p", {}, inline(steps.get(id).text)),
        h("p", { class: "ck-badges" }, mine === index ? badge("good", "You put it here") : badge("poor", `You put it ${ordinal(mine + 1)}`)),
        why(reasons[id])));
    }))];
  },
});
