// After the end: what happened, as a supervisor would go through it. The most important first, the details folded.

const debrief = (() => {
  const heading = (text, props) => h("h4", { class: "ck-heading", ...props }, text);
  const firstSentence = (text) => (/^.*?[.!?](?=\s|$)/s.exec(text) || [text])[0];

  // ---- lines, as they also stand in the transcript ---------------------------------------------------------------------------
  /** The paragraphs of a passage. What the client thinks is shown only where `thinks` says so. */
  function speeches(client, said, thinks = false) {
    const line = { client: ({ text }) => spoken({ who: client, text }), you: ({ text }) => mine(text),
      direction: ({ text }) => h("p", { class: "ck-direction" }, text),
      thinks: ({ text }) => h("p", { class: "ck-unsaid" }, h("span", { class: "ck-unsaid-who" }, `${client} did not say: `), text) };
    return said.filter(({ kind }) => thinks || kind !== "thinks").map((speech) => line[speech.kind](speech));
  }
  const mine = (text) => h("p", { class: "ck-line ck-mine" }, h("span", { class: "ck-who" }, "You"), " ", h("span", { class: "ck-words" }, text));

  // ---- a written reply beside two others ---------------------------------------------------------------------------------------
  /** The session as it was before a turn. */
  const sessionBefore = (session, turn) => rules.replay(session.roleplay, session.turns.slice(0, turn.turn - 1).map(asAct));
  const asAct = ({ turn, scene, flag, reply, text, codes, by }) => ({ turn, scene, flag, reply, text: reply === null ? text : null, codes, by });

  /** Of the examples of a written turn, the one that helps most and the one that helps least at that moment. */
  function examples(session, turn) {
    const before = sessionBefore(session, turn);
    const ranked = turn.passage.replies.map((reply) => ({ reply, ...rules.worth(before, reply.codes) }))
      .sort((one, other) => other.value - one.value || other.advances - one.advances);
    return [ranked[0], ranked[ranked.length - 1]];
  }

  const SAYS = { 2: "A reply that helps here", 1: "A reply that neither helps nor hinders here", 0: "A reply that hinders here" };
  const KIND = { 2: "good", 1: "plain", 0: "poor" };
  const example = (ctx, { reply, grade }) => comparison(ctx, SAYS[grade], KIND[grade], { text: reply.text, codes: reply.codes, why: reply.feedback });

  /** How a second try would have been taken at that moment. */
  function tryOutcome(session, turn, codes) {
    const before = sessionBefore(session, turn);
    const now = rules.worth(before, codes);
    const then = rules.worth(before, turn.codes);
    const differs = now.value > then.value ? "more than your first" : now.value < then.value ? "less than your first" : "as much as your first";
    const found = turn.passage.replies.find((reply) => reply.codes[0] === codes[0]) || turn.passage.otherwise;
    const help = ["It would have hindered", "It would neither have helped nor hindered", "It would have helped"][now.grade];
    return `${help}, ${differs}. ${found.feedback}`.trim();
  }

  /** Her written reply beside a good and a poor one, and the place to try again. It draws itself anew when she does. */
  function beside(ctx, play, session, turn) {
    const root = h("div", { class: "ck-beside" });
    const tries = () => play.trace().filter((act) => act.again === turn.turn);
    function draw() {
      const [good, poor] = examples(session, turn);
      const again = tries().map((act) => h("div", { class: "ck-reply ck-reply-mine" }, h("p", { class: "ck-subhead" }, "Your second try"),
        h("blockquote", {}, markdown(act.text)), h("p", { class: "ck-named" }, capital(namesOf(ctx.vocabulary, act.codes))),
        h("p", {}, tryOutcome(session, turn, act.codes))));
      root.replaceChildren(h("div", { class: "ck-compare" },
        comparison(ctx, "Yours", "mine", { text: turn.text, codes: turn.codes }), example(ctx, good),
        poor.reply === good.reply ? null : example(ctx, poor), again), retry());
    }
    function retry() {
      const box = writing(ctx, { label: "Another way to say it", text: turn.text, examples: turn.passage.replies, seed: turn.scene,
        done(text, codes) {
          play.act({ again: turn.turn, text, codes });
          draw();
          focusOn(root.querySelector(".ck-compare > :last-child"));
        } });
      return h("details", { class: "ck-retry" }, h("summary", {}, "Try it again"),
        h("p", { class: "ck-small" }, "A second try is kept beside the first. It does not move the client."), box);
    }
    draw();
    return root;
  }

  // ---- writing, and naming what one wrote ---------------------------------------------------------------------------------------
  const USUAL = ["REFL", "FIX", "OPEN", "OWN", "DEFEND", "VALID", "INVITE", "COLLUDE", "CLARIFY"];

  /** Five codes to name a written reply with: those of the examples, filled up with usual ones, in an order of the scene's own. */
  function likely(replies, seed) {
    const codes = [...new Set([...replies.map((reply) => reply.codes[0]), ...USUAL])].slice(0, 5);
    return shuffled(codes, seed);
  }

  /** A box to write in; then the naming; then `done(text, codes)`. `keep(text)` is called while she writes. */
  function writing(ctx, { label, text = "", examples: replies, seed, done, keep = () => {} }) {
    const root = h("div", { class: "ck-writing" });
    let words = text;
    function write() {
      const id = newId("reply");
      const area = h("textarea", { id, class: "ck-text", rows: 3, maxlength: 4000, spellcheck: "true", "data-lm-suppress-shortcuts": "true",
        oninput() { words = area.value; keep(words); },
        onkeydown(event) { if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) say(); } });
      area.value = words;
      const note = h("p", { class: "ck-note" });
      function say() {
        if (rules.blank(words)) {
          note.textContent = "Write your reply first, in the words you would say.";
          ctx.say(note.textContent);
          area.focus();
          return;
        }
        name();
      }
      root.replaceChildren(h("div", { class: "ck-box" }, h("label", { for: id }, label), area),
        h("div", { class: "ck-foot" }, button("Say it", say, { class: "ck-main" }), note));
    }
    function name() {
      const ask = h("p", { class: "ck-ask" }, "What did you do with these words?");
      const codes = likely(replies, seed);
      const others = Object.keys(ctx.vocabulary).filter((code) => ctx.vocabulary[code].of === "therapist" && !codes.includes(code));
      const pick = (code) => h("li", {}, h("button", { class: "ck-pick", onclick: () => done(words, [code]) },
        h("strong", {}, capital(nameOf(ctx.vocabulary, code))), " ", h("span", {}, firstSentence(entryOf(ctx.vocabulary, code).definition))));
      root.replaceChildren(h("blockquote", { class: "ck-draft" }, markdown(words)), ask,
        h("p", { class: "ck-small" }, "Nothing here reads your words yet: you name what you did, the client takes it as that, and this turn does not count in the score."),
        h("ul", { class: "ck-picks" }, codes.map(pick)),
        h("details", { class: "ck-more" }, h("summary", {}, "Something else…"), grouped(ctx.vocabulary, others).map(([group, entries]) =>
          [h("p", { class: "ck-group" }, capital(group)), h("ul", { class: "ck-picks" }, entries.map(({ code }) => pick(code)))])),
        h("div", { class: "ck-foot" }, button("Change my words", () => { write(); root.querySelector("textarea").focus(); }, { class: "ck-quiet" })));
      focusOn(ask);
    }
    write();
    return root;
  }

  // ---- the parts of the debrief -----------------------------------------------------------------------------------------------
  function ending(session, rating) {
    const { client } = session.roleplay;
    const { scene } = session;
    if (!scene.ending) {
      return [h("p", { class: "ck-lead" }, `You stopped after turn ${session.turns.length}. What you played until then is gone through here.`)];
    }
    return [h("p", { class: "ck-lead" }, scene.closing || `It ended with “${scene.title}”.`),
      rating === null ? null : h("p", {}, reasons.nextWeek(session)),
      scene.ending === "as-if peace" ? h("p", {}, `An as-if peace looks like agreement. ${client} has kept back what would have disturbed it.`) : null];
  }

  const lastWords = (turn) => turn.passage.speeches.filter(({ kind }) => kind === "client").map(({ text }) => text).pop() || "";

  function toPractise(session, score) {
    const [advice, turn] = reasons.practise(session, score);
    const { client, practise } = session.roleplay;
    return h("div", { class: "ck-next" }, heading("What to practise next"), h("p", {}, advice),
      turn ? [h("p", {}, `Look again at turn ${turn.turn}:`), h("div", { class: "ck-look" }, spoken({ who: client, text: lastWords(turn) }), spoken({ who: "You", text: turn.text }))] : null,
      practise ? h("p", {}, `From this play: ${practise.charAt(0).toLowerCase()}${practise.slice(1)}`) : null);
  }

  function unsaid(session) {
    const moments = [...session.turns.map((turn) => [`turn ${turn.turn}`, [...turn.lead_in, ...turn.passage.speeches]]),
      ["the end", session.scene.ending ? [...session.lead_in, ...session.passage.speeches] : []]];
    const kept = moments.flatMap(([when, said]) => said.filter(({ kind }) => kind === "thinks").map(({ text }) => [when, text]));
    if (!kept.length) return null;
    return [heading(`What ${session.roleplay.client} did not say`), h("ul", { class: "ck-unsaid-list" },
      kept.map(([when, text]) => h("li", {}, h("span", { class: "ck-unsaid" }, text), h("span", { class: "ck-when" }, ` at ${when}`))))];
  }

  function scoreTable(session, score) {
    const rows = score.dimensions.map((each) => h("tr", {}, h("th", { scope: "row" }, DEBRIEF[each.name].title),
      h("td", { class: "ck-points" }, h("span", { class: "ck-meter", "aria-hidden": "true" }, h("span", { style: `width: ${each.hundredths / each.out_of}%` })),
        h("span", {}, `${reasons.points(each)} of ${each.out_of}`)), h("td", {}, reasons.dimension(session, each))));
    const unfinished = score.share < 100 ? `You played ${score.share} % of the way, and an unfinished play has that share of its points.` : "";
    const notes = [...reasons.caps(score), reasons.uncounted(score), unfinished].filter(Boolean);
    const rated = session.self_rating === null ? "" : ` You had given yourself ${session.self_rating}.`;
    return [heading("The score, and why"),
      h("p", {}, h("strong", { class: "ck-total" }, `${score.total} of 100.`), `${rated} What counts is how you read and answered, not the mood it ended in.`),
      notes.map((note) => h("p", { class: "ck-cap" }, note)),
      h("table", { class: "ck-table ck-dimensions" }, h("thead", {}, h("tr", {}, ["What", "Points", "Why"].map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows)),
      h("details", {}, h("summary", {}, "What the points are for"), h("dl", { class: "ck-definitions" }, score.dimensions.map(({ name }) =>
        h("div", {}, h("dt", {}, DEBRIEF[name].title), h("dd", {}, DEBRIEF[name].about))))),
      h("p", { class: "ck-small" }, "The client is a teaching model, and the numbers are made up to teach. One play says little about anybody; ten say something.")];
  }

  const moved = (what, from, to) => (from === to ? `${what} stayed at ${to}` : `${what} ${from} → ${to}`);

  function turnOf(ctx, play, session, turn) {
    const { client } = session.roleplay;
    const [mark, words] = reasons.grade(turn);
    const flagged = reasons.flag(session, turn, ctx.vocabulary, true);
    const notes = [flagged, reasons.danger(turn), reasons.signOfRepair(turn, ctx.vocabulary)].filter(Boolean);
    const signs = [turn.line === "onset" ? "a rupture begins" : "", turn.closed ? "repaired" : "", turn.opened ? "it became too much" : ""].filter(Boolean);
    return h("li", {}, h("details", { class: "ck-played" },
      h("summary", {}, h("span", { class: "ck-played-head" }, `Turn ${turn.turn}: `, badge(mark, words), signs.length ? h("em", {}, ` ${signs.join(", ")}`) : null),
        h("span", { class: "ck-played-line" }, `“${turn.text}”`)),
      h("div", { class: "ck-played-body" }, speeches(client, [...turn.lead_in, ...turn.passage.speeches], true),
        notes.map((note) => h("p", { class: "ck-comment" }, note)),
        mine(turn.text), h("p", { class: "ck-named" }, `${turn.written ? "You called it: " : ""}${turn.written ? namesOf(ctx.vocabulary, turn.codes) : capital(namesOf(ctx.vocabulary, turn.codes))}`),
        h("p", { class: "ck-comment" }, [turn.feedback, reasons.why(turn, session.roleplay)].filter(Boolean).join(" ")),
        h("p", { class: "ck-small" }, `${moved("Felt", turn.felt_before, turn.felt)}, ${moved("shown", turn.shown_before, turn.shown)}.`,
          turn.counted ? "" : " Not counted in the score: you named this reply yourself."),
        turn.written ? beside(ctx, play, session, turn) : null)));
  }

  function theEnd(session) {
    if (!session.scene.ending) return null;
    return h("li", {}, h("details", { class: "ck-played" }, h("summary", {}, h("span", { class: "ck-played-head" }, "The end"),
      h("span", { class: "ck-played-line" }, session.scene.title)),
    h("div", { class: "ck-played-body" }, speeches(session.roleplay.client, [...session.lead_in, ...session.passage.speeches], true))));
  }

  function turnByTurn(ctx, play, session) {
    const list = h("ol", { class: "ck-played-list" }, session.turns.map((turn) => turnOf(ctx, play, session, turn)), theEnd(session));
    const all = button("Unfold all", () => {
      const open = all.textContent === "Unfold all";
      list.querySelectorAll("details.ck-played").forEach((details) => { details.open = open; });
      all.textContent = open ? "Fold all" : "Unfold all";
    }, { class: "ck-quiet ck-again" });
    return [h("div", { class: "ck-heading-row" }, heading("Turn by turn"), all), list];
  }

  /** The debrief of a play. `play` has the trace and takes second tries. */
  function view(ctx, play, session) {
    const score = rules.score(session);
    const played = session.turns.length > 0;
    return h("div", { class: "ck-debrief" },
      h("p", { class: "ck-eyebrow" }, `Debrief of play ${play.number}`), heading(reasons.ending(session), { class: "ck-heading ck-first" }),
      ending(session, session.self_rating), played ? curves.alliance(session) : null,
      session.scene.ending ? toPractise(session, score) : null, unsaid(session), scoreTable(session, score), played ? turnByTurn(ctx, play, session) : null);
  }

  return { view, speeches, mine, beside, writing, firstSentence };
})();
