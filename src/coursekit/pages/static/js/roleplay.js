// A role-play on the page. Its state is the trace, the acts of one attempt; all that is shown is replayed from it (rules.js). With or
// without comments, a flag before its reply, a reply half written: these wait in the browser, and may be lost without harm.

/** A small whole number that stands for a text, always the same (FNV-1a). */
const textNumber = (text) =>
  [...text].reduce((number, letter) => Math.imul(number ^ letter.codePointAt(0), 16777619) >>> 0, 2166136261);

/** The list in an order that depends on `seed` alone. */
function shuffled(list, seed) {
  const order = [...list];
  let state = textNumber(seed);
  for (let last = order.length - 1; last > 0; last -= 1) {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 2654435769) >>> 0;
    const other = (state >>> 8) % (last + 1);
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}

/** What is remembered in this browser of a play under way: { attempt, comments, turn, flag, text, entered }. */
function pocketOf(ctx) {
  const { course, part, notebook, trainee } = ctx.model.get("place") || {};
  const key = ["coursekit/pocket", course, part, notebook, trainee, ctx.item.id].join("/");
  const storage = browserStorage();
  let held = {};
  try { held = JSON.parse((storage && storage.getItem(key)) || "{}") || {}; } catch { /* nothing worth keeping */ }
  return {
    get(name) { return held[name]; },
    put(things) {
      held = { ...held, ...things };
      try { if (storage) storage.setItem(key, JSON.stringify(held)); } catch { /* then only while the page is open */ }
    },
  };
}

views.roleplay = function rolePlay(host, ctx) {
  const { roleplay } = ctx.item;
  const { client } = roleplay;
  const pocket = pocketOf(ctx);
  const log = h("div", { class: "ck-log", role: "log", "aria-live": "polite", "aria-label": "The session so far" });
  const now = h("div", { class: "ck-now" });
  const root = h("div", { class: "ck-play", tabindex: "-1", onkeydown: (event) => press(event) }, log, now);
  host.replaceChildren(root);

  let attempt = Math.max(1, ...ctx.acts.map((act) => act.attempt));
  let begun = false; // she pressed Play, and nothing is in the trace yet
  let reading = null; // the attempt whose debrief she reads
  let acting = false; // she is doing something here: the focus is to follow
  let drawn = []; // keys of the pieces in the transcript
  let last = ""; // what `now` shows

  const traceOf = (number) => ctx.acts.filter((act) => act.attempt === number).map((act) => act.value);
  const sessionOf = (number) => rules.replay(roleplay, traceOf(number));
  const attempts = () => [...new Set(ctx.acts.map((act) => act.attempt))].sort((one, other) => one - other);
  const comments = () => ctx.open && (pocket.get("attempt") !== attempt || pocket.get("comments") !== false);
  const placeOf = (number) => attempts().indexOf(number) + 1;
  const playOf = (number) => ({ number: placeOf(number), trace: () => traceOf(number), act: (value) => ctx.act(value, number) });

  function mode(session) {
    if (reading !== null) return "reading";
    if (session.refused) return "refused";
    if (!session.turns.length && !begun) return "opening";
    if (atBorder(session)) return "between";
    if (!session.scene.ending) return "turn";
    if (session.self_rating === null) return "rating";
    return begun ? "debrief" : "opening";
  }

  /** Whether a later session has just come, and she has not begun it yet. */
  function atBorder({ weeks, turns, self_rating: rated }) {
    const last = weeks[weeks.length - 1];
    return Boolean(last) && last.turns === turns.length && rated === null && pocket.get("entered") !== `${attempt}/${weeks.length}`;
  }

  /** What she does: everything that follows from it is drawn, and the focus goes along. */
  function doing(what) {
    acting = true;
    what();
    refresh();
    acting = false;
  }

  function refresh() {
    const session = sessionOf(attempt);
    const kind = mode(session);
    const signature = JSON.stringify([kind, attempt, reading, session.turns.length, session.self_rating]);
    if (signature === last) return;
    const first = last === "";
    last = signature;
    const follow = acting || (!first && root.contains(document.activeElement));
    const added = transcript(kind === "opening" || kind === "reading" || kind === "debrief" ? [] : pieces(session), first);
    now.replaceChildren(...[DRAW[kind](session)].flat().filter(Boolean));
    now.className = `ck-now ck-now-${kind}`;
    if (follow) moveOn(added);
  }

  /** The focus to what is next; what is new comes into sight: before all the client's answer, then her own words, then what is next. */
  function moveOn(added) {
    const next = now.querySelector("[data-ck-next]") || now;
    next.setAttribute("tabindex", "-1");
    next.setAttribute("data-lm-suppress-shortcuts", "true");
    next.focus({ preventScroll: true });
    const answer = added.filter((piece) => piece.classList.contains("ck-piece-said"));
    requestAnimationFrame(() => showAll(now, added[0] || next, ...answer));
  }

  // ---- the transcript -----------------------------------------------------------------------------------------------------
  /** The transcript in pieces, each with a key: her reply, what the client says to it, and then the comment on it. */
  function pieces(session) {
    const found = session.turns.flatMap((turn, index) => [...saidAfter(session, index, turn),
      [`reply ${turn.turn}`, () => [flagMark(turn), replies.mine(turn.text)]]]);
    return [...found, ...saidAfter(session, session.turns.length, session, atBorder(session))];
  }

  /** What the client says after so many turns, and the comment on the last; a session that begins has a heading, and may wait there. */
  function saidAfter(session, turns, { lead_in: before, passage }, waits = false) {
    const [here, begins, later] = replies.parted([...before, ...passage.speeches]);
    const piece = (name, speeches) => (speeches.length ? [[`${name} ${turns}`, () => replies.speeches(client, speeches)]] : []);
    const why = turns && comments() ? [[`why ${turns}`, () => comment(session, session.turns[turns - 1])]] : [];
    return [...piece("said", here), ...why, ...piece("session", begins), ...piece("said later", waits ? [] : later)];
  }

  /** Adds to the transcript what is new, so that a screen reader says exactly that. Returns the new pieces. */
  function transcript(wanted, quiet) {
    const keys = wanted.map(([key]) => `${attempt} ${key}`);
    let kept = 0;
    while (kept < drawn.length && kept < keys.length && drawn[kept] === keys[kept]) kept += 1;
    while (log.childElementCount > kept) log.lastElementChild.remove();
    log.setAttribute("aria-live", quiet ? "off" : "polite");
    const added = wanted.slice(kept).map(([key, draw]) => h("div", { class: `ck-piece ck-piece-${key.split(" ")[0]}` }, draw()));
    log.append(...added);
    drawn = keys;
    return added;
  }

  const sign = () => h("span", { class: "ck-flag-sign", "aria-hidden": "true" }, "⚑");
  const flagMark = (turn) => (turn.flag ? h("p", { class: "ck-flagged" }, sign(), ` You flagged: ${reasons.FLAGS[turn.flag]}`) : null);

  function comment(session, turn) {
    const outcome = [reasons.flag(session, turn, ctx.vocabulary), reasons.danger(turn)].filter(Boolean).join(" ");
    const called = turn.written ? `${reasons.codes(turn, ctx.vocabulary)}. ` : "";
    const feedback = turn.written ? `${reasons.comment(turn)} ${reasons.why(turn, roleplay)}` : turn.feedback;
    const read = replies.read(ctx, session, turn);
    return [read ? h("div", { class: "ck-comment" }, h("p", {}, called), read, h("p", {}, feedback)) : h("p", { class: "ck-comment" }, called, feedback),
      outcome ? h("p", { class: "ck-comment ck-outcome" }, outcome) : null,
      turn.written ? replies.beside(ctx, playOf(attempt), session, turn) : null];
  }

  // ---- her turn -------------------------------------------------------------------------------------------------------------
  let flag = null;

  function turn(session) {
    const number = session.turns.length + 1;
    const kept = pocket.get("attempt") === attempt && pocket.get("turn") === number;
    flag = kept ? pocket.get("flag") || null : null;
    if (!kept) pocket.put({ attempt, turn: number, flag: null, text: "", comments: comments() });
    const [name, answer] = session.passage.write ? ["Your turn to write", writtenTurn] : ["Your turn to reply", choices];
    const props = { class: "ck-turn", role: "group", "aria-label": name, "data-ck-next": "" };
    return [h("div", props, flags(), answer(session)), below(session)];
  }

  function flags() {
    const one = (kind, key) => h("button", {
      class: "ck-flag", "aria-pressed": String(flag === kind), "aria-keyshortcuts": key, "data-ck-flag": kind, onclick: () => toggle(kind),
    }, sign(), ` ${reasons.FLAGS[kind]} `, h("kbd", { "aria-hidden": "true" }, key));
    const ask = `Is something happening between you and ${client}?`;
    return h("div", { class: "ck-flags", role: "group", "aria-label": ask },
      h("span", { class: "ck-flags-ask", "aria-hidden": "true" }, `${client}…`), one("withdrawal", "w"), one("confrontation", "c"));
  }

  function toggle(kind) {
    flag = flag === kind ? null : kind;
    pocket.put({ flag });
    now.querySelectorAll("[data-ck-flag]").forEach((node) =>
      node.setAttribute("aria-pressed", String(node.getAttribute("data-ck-flag") === flag)));
    ctx.say(flag ? `Flagged: ${reasons.FLAGS[flag]}.` : "Flag taken away.");
  }

  const reply = (session, what) => doing(() =>
    ctx.act({ turn: session.turns.length + 1, scene: session.scene.name, flag, reply: null, text: null, ...what }, attempt));

  function choices(session) {
    const numbered = session.passage.replies.map(({ text, codes }, index) => ({ text, codes, number: index + 1 }));
    const seed = `${roleplay.id}/${attempt}/${session.turns.length + 1}`;
    return h("ol", { class: "ck-choices" }, shuffled(numbered, seed).map(({ text, codes, number }, index) => h("li", {}, h("button", {
      class: "ck-choice", "aria-keyshortcuts": String(index + 1), onclick: () => reply(session, { reply: number, codes, by: "script" }),
    }, h("kbd", { "aria-hidden": "true" }, String(index + 1)), h("span", {}, text)))));
  }

  const NAMED = "The client takes it as what you name it, and the turn does not count in the score.";
  function writtenTurn(session) {
    return replies.writing(ctx, { label: session.passage.write, text: pocket.get("text") || "", seed: session.scene.name,
      place: readings.placeOf(roleplay, session.passage), then: NAMED,
      keep: (text) => pocket.put({ text }), done: (text, codes, by) => reply(session, { text, codes, by }) });
  }

  function below(session) {
    const values = [...session.turns.map((each) => each.shown_before), rules.shown(session)];
    return h("div", { class: "ck-below" }, curves.shown(client, values), startAgain());
  }
  const startAgain = () => button("Begin again", startAnew, { class: "ck-quiet ck-again" });

  /** Keys while the focus is in the role-play and not in a field: 1 to 6 choose, w and c flag. */
  function press(event) {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName)) return;
    const flagged = { w: "withdrawal", c: "confrontation" }[key.toLowerCase()];
    const found = flagged ? now.querySelector(`[data-ck-flag="${flagged}"]`) : now.querySelectorAll(".ck-choice")[Number(key) - 1];
    const wanted = log.contains(target) ? null : found;
    if (!wanted) return;
    event.preventDefault();
    event.stopPropagation();
    wanted.click();
  }

  // ---- before, between and after ---------------------------------------------------------------------------------------------
  function begin(withComments) {
    if (traceOf(attempt).length) attempt = Math.max(...attempts()) + 1;
    pocket.put({ attempt, comments: withComments, turn: 0, flag: null, text: "", entered: "" });
    begun = true;
    reading = null;
  }
  const startAnew = () => doing(() => {
    if (traceOf(attempt).length) attempt = Math.max(...attempts()) + 1;
    begun = false;
    reading = null;
  });
  const goOn = (number) => doing(() => {
    attempt = number;
    begun = true;
    reading = null;
  });

  function opening() {
    const small = (text) => h("p", { class: "ck-small" }, text);
    const play = (name, withComments, props) => button(name, () => doing(() => begin(withComments)), props);
    const sessions = Object.keys(roleplay.sessions).length + 1;
    return [h("p", { class: "ck-eyebrow" }, `${client} · ${sessions > 1 ? `${sessions} sessions, ` : ""}about ${roleplay.minutes} minutes · level ${roleplay.level} of 5`),
      h("div", { class: "ck-intro" }, markdown(roleplay.introduction)),
      h("p", {}, `Beside each thing ${client} says you can flag that ${client} moves away from you, or against you. `
        + "No flag says that nothing is the matter."),
      h("div", { class: "ck-foot", "data-ck-next": "" }, play("Play", ctx.open, { class: "ck-main" }),
        ctx.open ? play("Play straight through", false) : null),
      small(ctx.open ? "“Play” tells you in a line after each reply why it went as it did. “Play straight through” keeps that for the end."
        : "This one is played straight through. The debrief comes with your feedback page."),
      small(`${client} is invented and moved by a teaching model with made-up numbers, not by science. Write about no real client.`),
      earlier()];
  }

  function between(session) {
    const { length } = session.weeks;
    return [h("p", { "data-ck-next": "" }, "All is kept. You can stop here, and begin the next session another day."),
      h("div", { class: "ck-foot" }, button("Begin the next session",
        () => doing(() => pocket.put({ entered: `${attempt}/${length}` })), { class: "ck-main" }), startAgain())];
  }

  /** The plays so far, each with what can be done with it. */
  function earlier(besides) {
    const played = attempts().filter((number) => number !== besides && sessionOf(number).turns.length);
    if (!played.length) return null;
    const title = besides ? "Your other plays" : played.length > 1 ? "Your plays so far" : "Your play so far";
    return h("div", { class: "ck-earlier" }, h("h4", { class: "ck-heading" }, title), h("ul", {}, played.map(earlierOne)));
  }

  function earlierOne(number) {
    const session = sessionOf(number);
    const name = `play ${placeOf(number)}`;
    const over = Boolean(session.scene.ending);
    const scored = ctx.open ? `${rules.score(session).total} of 100, “${session.scene.title}”` : "played to its end";
    const small = (text, onclick) => button(text, onclick, { class: "ck-quiet ck-again" });
    return h("li", {}, h("span", {}, `${capital(name)}: ${over ? scored : `stopped after turn ${session.turns.length}`}`),
      over || session.refused ? null : small(`Go on with ${name}`, () => goOn(number)),
      ctx.open ? small(`Read the debrief of ${name}`, () => doing(() => { reading = number; })) : null);
  }

  function rating(session) {
    const note = h("p", { class: "ck-note" });
    let given = null;
    const scale = { id: "self", label: `How well did you read and answer ${client}?`, low: { value: 0, text: "I was lost" },
      high: { value: 100, text: "I was with them all the way" } };
    const done = () => {
      if (given === null) {
        note.textContent = "Move the slider first, as near as you can.";
        ctx.say(note.textContent);
        return;
      }
      doing(() => { begun = true; ctx.act({ self: given }, attempt); });
    };
    const question = ctx.open ? "One question before the debrief." : "One question to end with.";
    return [h("p", { "data-ck-next": "" }, `That was the ${session.weeks.length ? "end" : "session"}. ${question}`),
      scaleRow(scale, undefined, (number) => { given = number; note.textContent = ""; }),
      h("div", { class: "ck-foot" }, button(ctx.open ? "To the debrief" : "Finish", done, { class: "ck-main" }), note)];
  }

  const again = () => h("div", { class: "ck-foot" }, button("Play again", startAnew, { class: "ck-main" }));

  function finished(session) {
    if (!ctx.open) {
      return [h("p", { class: "ck-lead", "data-ck-next": "" }, `Played to its end, and kept. You gave yourself ${session.self_rating}.`),
        h("p", {}, "The debrief comes with your feedback page, when the exercise has been graded."), again()];
    }
    return read(attempt);
  }

  function read(number) {
    const view = debrief.view(ctx, playOf(number), sessionOf(number));
    view.querySelector(".ck-first").setAttribute("data-ck-next", "");
    return [view, again(), earlier(number)];
  }

  function refused(session) {
    const why = `This play cannot go on after turn ${session.turns.length}: the role-play was changed since. What you did is kept.`;
    return [h("p", { class: "ck-lead", "data-ck-next": "" }, why),
      h("div", { class: "ck-foot" }, button("Begin a new play", startAnew, { class: "ck-main" }))];
  }

  const DRAW = { opening, turn, between, rating, debrief: finished, reading: () => read(reading), refused };

  refresh();
  ctx.onAct(refresh);
};
