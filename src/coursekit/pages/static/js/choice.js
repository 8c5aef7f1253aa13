// A choice: one option of several, with a reason where reasons are offered.

function radios(name, legendText, offered, chosen, pick) {
  return h("fieldset", { class: "ck-options" }, h("legend", {}, legendText),
    offered.map(({ id, text }) => h("label", { class: "ck-option" },
      h("input", { type: "radio", name, value: id, checked: id === chosen, "data-ck-key": `${legendText}-${id}`, onchange: () => pick(id) }),
      h("span", {}, inline(text)))));
}

/** An option or reason after the check: whether it was hers, whether it is the stronger, and why. */
function judged({ id, text }, mine, right, reasons) {
  const marks = [
    id === right ? badge("good", id === mine ? "Your choice, and the stronger one" : "The stronger one") : null,
    id === mine && id !== right ? badge("poor", "Your choice") : null,
  ];
  return h("li", { class: `ck-judged${id === right ? " ck-is-right" : ""}` },
    h("p", { class: "ck-option-text" }, inline(text)), marks.some(Boolean) ? h("p", { class: "ck-badges" }, marks) : null,
    why(reasons[id]));
}

function choiceSum(item, value) {
  const { option, reason } = item.key;
  const right = value.option === option;
  if (!(item.reasons || []).length) return right ? "You chose the stronger option." : "Another option is stronger.";
  if (!value.reason) return `${right ? "You chose the stronger option." : "Another option is stronger."} You gave no reason: not attempted.`;
  if (value.reason === reason) return right ? "The stronger option, and the reason that carries it." : "You saw what matters; another option answers it better.";
  return right ? "The stronger option; another reason carries it." : "Another option is stronger, and for another reason.";
}

views.choice = sheet({
  check: "Check",
  nothing: "Not attempted yet: choose an option first, then you will see what each of them does.",
  blank: () => ({}),
  ask(ctx, value, change) {
    const name = newId("choice");
    let now = { ...value };
    const pick = (part) => (id) => { now = { ...now, [part]: id }; change(now, true); };
    const reasons = ctx.item.reasons || [];
    return [radios(`${name}-o`, reasons.length ? "Your choice" : "Choose one", ctx.item.options, value.option, pick("option")),
      reasons.length ? radios(`${name}-r`, "Your reason", reasons, value.reason, pick("reason")) : null];
  },
  still: (item, value) => (!value.option ? "An option is still to be chosen."
    : (item.reasons || []).length && !value.reason ? "A reason is still to be chosen." : ""),
  need: (item, value) => (value.option ? "" : "Choose an option first, then you will see what each of them does."),
  show(ctx, value) {
    const { item } = ctx;
    const list = (offered, mine, right) => h("ul", { class: "ck-judgements" },
      offered.map((one) => judged(one, mine, right, item.key.why)));
    const reasons = item.reasons || [];
    return [choiceSum(item, value), list(item.options, value.option, item.key.option),
      reasons.length ? [h("p", { class: "ck-subhead" }, "The reasons"), list(reasons, value.reason, item.key.reason)] : null];
  },
});
