// The panel: six steps, each open at any time, one line that says what is going on, and one that says what went wrong.

const STEPS = [
  { id: "in", name: "What came in", draw: cameIn, count: (state) => state.cameIn.filter((one) => one.isNew).length },
  { id: "scored", name: "What was scored", draw: scored, needs: true },
  { id: "mark", name: "Mark", draw: mark, needs: true, count: (state) => state.left || 0 },
  { id: "settle", name: "Settle", draw: settle, needs: true, count: (state) => state.differ || 0 },
  { id: "class", name: "The class", draw: theClass, needs: true },
  { id: "away", name: "Take away", draw: takeAway, needs: true },
];

function render({ model, el }) {
  const nav = h("ol", { class: "ck-steps" });
  const host = h("div", { class: "ck-step", "aria-live": "off" });
  const line = h("p", { class: "ck-working", role: "status", "aria-live": "polite" });
  const said = h("p", { class: "ck-told", hidden: true, tabindex: "-1" });
  const wrong = h("p", { class: "ck-wrong", role: "alert", hidden: true });
  const root = h("section", { class: "ck ck-instructor", "aria-label": "From what came in to what goes back" },
    h("nav", { "aria-label": "Steps" }, nav), line, wrong, said, host);
  el.replaceChildren(root);

  let here = "in";
  let drawn = 0;
  const link = connection(model, (kind, value) => {
    if (kind === "progress" && desk.onProgress) desk.onProgress(value);
    if (kind === "busy") root.setAttribute("aria-busy", String(value));
    if (kind === "silent") line.textContent = value ? "No word from the notebook yet. It may be busy; if this stays, choose Kernel ▸ Restart Kernel. What was saved is safe." : "";
  });
  const look = () => link.ask("look", { rater: remembered.get("rater") });
  const desk = {
    ...link,
    state: null,
    onProgress: null,
    /** Keeps at once what is being typed; null where nothing is. */
    keepNow: null,
    /** What the last step shows as ready when it is drawn anew. */
    ready: null,
    /** f, with what it refuses said on the page, and never twice at the same time. */
    doing(f) {
      let running = false;
      return async (...given) => {
        if (running) return;
        running = true;
        wrong.hidden = said.hidden = true;
        try {
          await f(...given);
        } catch (fault) {
          wrong.textContent = fault.message;
          wrong.hidden = false;
          showAll(wrong);
        } finally {
          running = false;
          desk.onProgress = null;
        }
      };
    },
    /** To be read, and with `stay` to be seen, too. */
    say(text, stay = false) {
      if (stay) {
        said.textContent = text;
        said.hidden = false;
        focusOn(said);
      } else line.textContent = text;
    },
    take(state) { desk.state = state; drawSteps(); if (here === "in") draw(); },
    async refresh(step = here) { desk.state = await look(); here = step; drawSteps(); await draw(); },
    /** The step anew, or the first one where nothing is left that was scored. */
    async renew() {
      desk.state = await look();
      if (!desk.state.scored) here = "in";
      drawSteps();
      await draw();
    },
    go: (step) => desk.doing(() => desk.refresh(step))(),
    /** Fewer answers wait now: the number beside the step follows. */
    left(number, role) { if (role === "first") { desk.state.left = number; drawSteps(); } },
  };

  function drawSteps() {
    keepFocus(nav, () => nav.replaceChildren(...STEPS.map((step, n) => {
      const count = step.count ? step.count(desk.state) : 0;
      const closed = step.needs && !desk.state.scored;
      return h("li", {}, h("button", { class: "ck-step-button", "data-ck-key": `step ${step.id}`, "aria-current": step.id === here ? "step" : null,
        "aria-disabled": closed ? "true" : null, onclick: () => (closed ? desk.say("Score what came in first.") : desk.go(step.id)) },
      h("span", { class: "ck-number" }, String(n + 1)), step.name, count ? h("span", { class: "ck-count" }, String(count)) : null));
    })));
  }

  async function draw() {
    drawn += 1;
    const mine = drawn;
    const step = STEPS.find((one) => one.id === here);
    const body = h("div", { class: "ck-body" });
    const head = h("h2", { class: "ck-title" }, step.name);
    host.replaceChildren(head, body);
    if (drawn > 1) focusOn(head);
    const part = h("div", {});
    try {
      body.append(part);
      await step.draw(part, desk);
    } finally {
      if (mine !== drawn) part.remove();
    }
  }

  desk.doing(async () => {
    desk.state = await look();
    here = desk.state.scored && !desk.state.cameIn.some((one) => one.isNew) ? "scored" : "in";
    drawSteps();
    await draw();
  })();
  const leave = () => { if (desk.keepNow) desk.keepNow(); };
  const hidden = () => { if (document.visibilityState === "hidden") leave(); };
  document.addEventListener("visibilitychange", hidden);
  return () => {
    document.removeEventListener("visibilitychange", hidden);
    leave();
    link.stop();
  };
}
