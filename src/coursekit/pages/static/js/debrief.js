// After the end: what happened, as a supervisor would go through it. The most important first, the details folded.

const debrief = (() => {
  const cell = (kind, text) => h("span", { class: kind }, text);
  const heading = (text, props) => h("h4", { class: "ck-heading", ...props }, text);

  // ---- the parts of the debrief -----------------------------------------------------------------------------------------------
  function ending(session) {
    const { client } = session.roleplay;
    const { scene } = session;
    if (!scene.ending) {
      return h("p", { class: "ck-lead" }, `You stopped after turn ${session.turns.length}. Here is what you played until then.`);
    }
    return [h("p", { class: "ck-lead" }, scene.closing || `It ended with “${scene.title}”.`),
      h("p", {}, reasons.nextWeek(session)),
      scene.ending === "as-if peace" ? h("p", {}, `It looks like agreement. ${client} has kept back what would have disturbed it.`) : null];
  }

  const lastWords = (said) => said.filter(({ kind }) => kind === "client").map(({ text }) => text).pop() || "";

  function toPractise(ctx, session, score) {
    const [advice, turn, flags] = reasons.practise(session, score);
    const { client, practise } = session.roleplay;
    const flagged = turn && h("p", { class: "ck-small" }, reasons.flag(session, turn, ctx.vocabulary, true));
    return h("div", { class: "ck-next" }, heading("What to practise next"), h("p", {}, advice),
      turn ? [h("p", {}, `Look again at turn ${turn.turn}:`), h("div", { class: "ck-look" },
        spoken({ who: client, text: lastWords(turn.passage.speeches) }), flags ? flagged : spoken({ who: "You", text: turn.text }))] : null,
      practise ? h("p", {}, `From this play: ${practise.charAt(0).toLowerCase()}${practise.slice(1)}`) : null);
  }

  function unsaid(session) {
    const moments = [...session.turns.map((turn) => [`turn ${turn.turn}`, [...turn.lead_in, ...turn.passage.speeches]]),
      ["the end", session.scene.ending ? [...session.lead_in, ...session.passage.speeches] : []]];
    const kept = moments.flatMap(([when, said]) => said.filter(({ kind }) => kind === "thinks").map(({ text }) => [when, text]));
    if (!kept.length) return null;
    return [heading(`What ${session.roleplay.client} did not say`), h("ul", { class: "ck-unsaid-list" },
      kept.map(([when, text]) => h("li", {}, cell("ck-unsaid", text), cell("ck-when", ` at ${when}`))))];
  }

  /** What lay between the sessions. */
  function between(session) {
    const told = session.weeks.map((week, index) => h("p", {}, h("strong", {}, `After session ${index + 1}.`), ` ${reasons.week(session, week)}`));
    return told.length ? [heading("Between the sessions"), told] : null;
  }

  function dimensions(session, score) {
    const row = (each) => h("tr", {}, h("th", { scope: "row" }, DEBRIEF[each.name].title),
      h("td", { class: "ck-points" },
        h("span", { class: "ck-meter", "aria-hidden": "true" }, h("span", { style: `width: ${each.hundredths / each.out_of}%` })),
        h("span", {}, `${reasons.points(each)} of ${each.out_of}`)),
      h("td", {}, reasons.dimension(session, each)));
    return h("table", { class: "ck-table ck-dimensions" },
      h("thead", {}, h("tr", {}, ["What", "Points", "Why"].map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, score.dimensions.map(row)));
  }

  const MODEL = "The client is a teaching model, and the numbers are made up to teach. "
    + "One play says little about anybody; ten say something.";

  function scored(session, score) {
    const unfinished = `You played ${score.share} % of the way, and an unfinished play has that share of its points.`;
    const notes = [...reasons.caps(score), ...reasons.uncounted(session, score), score.share < 100 ? unfinished : ""].filter(Boolean);
    const rated = session.self_rating === null ? "" : ` You had given yourself ${session.self_rating}.`;
    const about = ({ name }) => h("div", {}, h("dt", {}, DEBRIEF[name].title), h("dd", {}, DEBRIEF[name].about));
    return [heading("The score, and why"),
      h("p", {}, h("strong", { class: "ck-total" }, `${score.total} of 100.`),
        `${rated} What counts is how you read and answered, not the mood it ended in.`),
      notes.map((note) => h("p", { class: "ck-cap" }, note)),
      dimensions(session, score),
      h("details", {}, h("summary", {}, "What the points are for"), h("dl", { class: "ck-definitions" }, score.dimensions.map(about))),
      h("p", { class: "ck-small" }, MODEL)];
  }

  const moved = (what, from, to) => (from === to ? `${what} stayed at ${to}` : `${what} ${from} → ${to}`);

  /** One line of the list, folded: `head`, `line` below it, and the rest when it is unfolded. */
  const folded = (head, line, ...body) => h("li", {}, h("details", { class: "ck-played" },
    h("summary", {}, h("span", { class: "ck-played-head" }, head), cell("ck-played-line", line)),
    h("div", { class: "ck-played-body" }, body)));

  function turnOf(ctx, play, session, turn, said) {
    const { client } = session.roleplay;
    const happened = [turn.line === "onset" && "a rupture begins", turn.closed && "repaired", turn.opened && "it became too much"];
    const signs = happened.filter(Boolean).join(", ");
    const notes = [reasons.flag(session, turn, ctx.vocabulary, true), reasons.danger(turn), reasons.signOfRepair(turn, ctx.vocabulary)];
    return folded([`Turn ${turn.turn}: `, badge(...reasons.grade(turn)), signs ? h("em", {}, ` ${signs}`) : null], turn.text,
      replies.speeches(client, said, true),
      notes.filter(Boolean).map((note) => h("p", { class: "ck-comment" }, note)),
      replies.mine(turn.text), h("p", { class: "ck-named" }, reasons.codes(turn, ctx.vocabulary)), replies.read(ctx, session, turn),
      h("p", { class: "ck-comment" }, [reasons.comment(turn), reasons.why(turn, session.roleplay)].filter(Boolean).join(" ")),
      h("p", { class: "ck-small" }, `${moved("Felt", turn.felt_before, turn.felt)}, ${moved("shown", turn.shown_before, turn.shown)}.`,
        reasons.notCounted(turn)),
      turn.written ? replies.beside(ctx, play, session, turn) : null);
  }

  function turnByTurn(ctx, play, session) {
    const { scene, turns, roleplay: { client } } = session;
    const lines = (said) => replies.speeches(client, said, true);
    const end = (said) => folded("The end", capital(scene.title), lines(said));
    /** What was said before a turn or the end, and `item` with it; where a session begins, what came before stands by itself. */
    const moment = ({ lead_in: before, passage }, item) => {
      const [here, begins, later] = replies.parted([...before, ...passage.speeches]);
      if (!begins.length) return item(here);
      return [here.length ? folded("The end of the session", lastWords(here), lines(here)) : null, h("li", {}, lines(begins)), item(later)];
    };
    const list = h("ol", { class: "ck-played-list" }, turns.map((turn) => moment(turn, (said) => turnOf(ctx, play, session, turn, said))),
      scene.ending ? moment(session, end) : null);
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
      h("p", { class: "ck-eyebrow" }, `Debrief of play ${play.number}`),
      heading(reasons.ending(session), { class: "ck-heading ck-first" }),
      ending(session), played ? curves.alliance(session) : null, between(session),
      session.scene.ending ? toPractise(ctx, session, score) : null,
      unsaid(session), scored(session, score), played ? turnByTurn(ctx, play, session) : null);
  }

  return { view };
})();
