// The panel of a notebook's work: what is still empty, handing in, and taking up a file from the other side (notebook or page).
// The model says what there is (`desk`) and answers to what is asked (`send`): Python in the notebook, the store in the page.

function download({ name, text }) {
  const address = URL.createObjectURL(new Blob([text], { type: "application/x-ndjson" }));
  const link = h("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

/** Go to the title of an item of this page. */
function goTo(id) {
  const found = [...document.querySelectorAll("[data-ck-id]")].find((node) => node.getAttribute("data-ck-id") === id);
  if (found) arriveAt(found.querySelector(".ck-title"));
  return Boolean(found);
}

function gapList(ctx, gaps) {
  if (!gaps.length) return [h("p", {}, "Nothing is left empty.")];
  return [h("p", {}, `${capital(amount(gaps.length, "item is", "items are"))} still empty or incomplete. You may hand in all the same: what is empty counts as not attempted, never as wrong.`),
    h("ul", { class: "ck-gaps" }, gaps.map(({ item, title, what }) => h("li", {}, h("a", { href: `#ck-${item}`, onclick(event) {
      event.preventDefault();
      if (!goTo(item)) ctx.say(`Scroll up to “${curly(title)}”.`);
    } }, curly(title)), `: ${what}`)))];
}

/** On a shared computer answers must not stay in the browser. Asked twice, because nothing brings them back. */
function forgetting(ctx) {
  const box = h("div", { class: "ck-forget" });
  const step = (text, buttons) => keepFocus(box, () => box.replaceChildren(...(text ? [h("p", {}, text)] : []), h("div", { class: "ck-foot" }, buttons)));
  const first = () => step("", [button("Remove my answers from this browser", sure, { class: "ck-quiet", "data-ck-key": "forget" })]);
  const sure = () => {
    step("Your answers to this page will be gone from this browser. Download them first if you want to keep them.",
      [button("Keep them", first, { "data-ck-key": "forget" }),
        button("Remove them", () => { first(); ctx.model.send({ do: "forget" }); }, { class: "ck-quiet" })]);
    ctx.say("Are you sure? Download your answers first if you want to keep them.");
  };
  first();
  return box;
}

views.submit = function submitPanel(host, ctx) {
  const { model } = ctx;
  const handsIn = ctx.item.hands_in;
  const nameField = h("input", { type: "text", id: newId("name"), class: "ck-field", autocomplete: "off", maxlength: 80, "data-ck-key": "name" });
  const gaps = h("div", { class: "ck-gap-list" });
  const told = h("div", { class: "ck-told" });
  const file = h("input", { type: "file", accept: ENDING, class: "ck-hidden", tabindex: "-1", "aria-hidden": "true", async onchange() {
    const chosen = file.files[0];
    if (chosen) model.send({ do: "take-up", text: await chosen.text(), name: chosen.name });
    file.value = "";
  } });
  const ask = (what) => () => model.send({ do: what, name: nameField.value });

  function tell({ text, problem, file: made }) {
    told.replaceChildren(h("p", { class: problem ? "ck-problem" : "ck-done" }, text),
      ...(made ? [button("Download it again", () => download(made), { "data-ck-key": "download" })] : []));
    focusOn(told.firstChild);
  }
  function draw() {
    const desk = model.get("desk") || { gaps: [], name: null };
    if (told.querySelector(".ck-problem") && !told.contains(document.activeElement)) told.replaceChildren(); // she has gone on since
    if (desk.name && !nameField.value) nameField.value = desk.name;
    gaps.replaceChildren(...(handsIn ? gapList(ctx, desk.gaps) : []));
  }

  host.replaceChildren(...[gaps,
    handsIn ? h("div", { class: "ck-box" }, h("label", { for: nameField.id }, "Your name, or the pseudonym that your instructor knows"), nameField) : null,
    h("div", { class: "ck-foot" }, handsIn ? button("Hand in", ask("hand-in"), { class: "ck-main", "data-ck-key": "hand-in" })
      : button("Download my answers", ask("copy"), { "data-ck-key": "copy" }),
    button("Take up a file", () => file.click(), { class: "ck-quiet", "data-ck-key": "take-up" }), file), told,
    h("p", { class: "ck-small" }, "“Take up a file” brings in answers that you gave elsewhere: on the exported page, in the notebook, or on another "
      + "machine. Nothing that is here is lost."),
    model.get("saving") === "browser" ? forgetting(ctx) : null].filter(Boolean));
  draw();
  model.on("change:desk", draw);
  model.on("msg:custom", (message) => { if (message && message.told) tell(message.told); });
  model.send({ do: "look" });
};
