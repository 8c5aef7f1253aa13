// Lines of a play, her written replies and their naming: what the play and its debrief have in common.

const replies = (() => {
  const firstSentence = (text) => (/^.*?[.!?](?=\s|$)/s.exec(text) || [text])[0];

  // ---- lines, as they also stand in the transcript ---------------------------------------------------------------------------
  /** The paragraphs of a passage. What the client thinks is shown only where `thinks` says so. */
  function speeches(client, said, thinks = false) {
    const line = { client: ({ text }) => spoken({ who: client, text }), you: ({ text }) => mine(text),
      direction: ({ text }) => h("p", { class: "ck-direction" }, text), session: ({ text }) => border(text),
      thinks: ({ text }) => small("ck-unsaid", h("span", { class: "ck-unsaid-who" }, `${client} did not say: `), text) };
    return said.filter(({ kind }) => thinks || kind !== "thinks").map((speech) => line[speech.kind](speech));
  }
  const border = (words) => h("h4", { class: "ck-session" }, words);
  /** What is said before a session begins in it, the words above that session, and what is said then: three lists. */
  function parted(said) {
    const begins = said.findIndex(({ kind }) => kind === "session");
    return begins < 0 ? [said, [], []] : [said.slice(0, begins), said.slice(begins, begins + 1), said.slice(begins + 1)];
  }
  const small = (kind, ...children) => h("p", { class: kind }, children);
  const mine = (text) => small("ck-line ck-mine", h("span", { class: "ck-who" }, "You"), " ", h("span", { class: "ck-words" }, text));

  // ---- a written reply beside two others ---------------------------------------------------------------------------------------
  /** The session as it was before a turn. */
  const sessionBefore = (session, turn) => rules.replay(session.roleplay, session.turns.slice(0, turn.turn - 1).map(asAct));
  const asAct = ({ turn, scene, flag, reply, text, codes, by }) =>
    ({ turn, scene, flag, reply, text: reply === null ? text : null, codes, by });

  /** Of the examples of a written turn, the one that helps most, the one that helps least, and the one of the kind she named. */
  function toCompare(session, turn) {
    const before = sessionBefore(session, turn);
    const ranked = turn.passage.replies.map((reply) => ({ reply, ...rules.worth(before, reply.codes) }))
      .sort(rules.better);
    return [ranked[0], ranked[ranked.length - 1], ranked.find(({ reply }) => reply.codes[0] === turn.codes[0])];
  }

  const SAYS = { 2: "A reply that helps here", 1: "A reply that neither helps nor hinders here", 0: "A reply that hinders here" };
  const KIND = { 2: "good", 1: "plain", 0: "poor" };
  const example = (ctx, { reply: { text, codes, feedback }, grade }, title = SAYS[grade]) =>
    comparison(ctx, title, KIND[grade], { text, codes, why: feedback });

  /** How a second try would have been taken at that moment. */
  function tryOutcome(session, turn, codes) {
    const before = sessionBefore(session, turn);
    const now = rules.worth(before, codes);
    const then = rules.worth(before, turn.codes);
    const general = turn.passage.replies.some((reply) => reply.codes[0] === codes[0]) ? "" : turn.passage.otherwise.feedback;
    const help = ["It would have hindered", "It would neither have helped nor hindered", "It would have helped"][now.grade];
    const than = ["and done worse than", "and done as much as", "and done better than"][Math.sign(rules.better(then, now)) + 1];
    return `${help}, ${than} your first. ${general}`.trim();
  }

  /** A good and a poor reply to stand below her own, and the place to try again. It draws itself anew when she does. */
  function beside(ctx, play, session, turn) {
    const root = h("div", { class: "ck-beside" });
    const tries = () => play.trace().filter((act) => act.again === turn.turn);
    function draw() {
      const [good, poor, kin] = toCompare(session, turn);
      const again = tries().map((act) => h("div", { class: "ck-reply ck-reply-mine" }, small("ck-subhead", "Your second try"),
        h("blockquote", {}, markdown(act.text)), small("ck-named", reasons.codes(act, ctx.vocabulary)), read(ctx, session, turn, act),
        h("p", {}, tryOutcome(session, turn, act.codes))));
      const poorer = poor.reply === good.reply ? null : example(ctx, poor);
      const kind = readings.byCoder(turn.by) ? "A reply of the kind yours was taken for" : "A reply of the kind you named";
      const alike = !kin || kin === good || kin === poor ? null : example(ctx, kin, kind);
      root.replaceChildren(h("div", { class: "ck-compare" }, [example(ctx, good), poorer, alike, again].flat().filter(Boolean)), retry());
    }
    function retry() {
      const box = writing(ctx, { label: "Another way to say it", text: turn.text, seed: turn.scene,
        place: readings.placeOf(session.roleplay, turn.passage),
        done(text, codes, by) {
          play.act({ again: turn.turn, text, codes, by });
          draw();
          focusOn(root.querySelector(".ck-compare > :last-child"));
        } });
      return h("details", { class: "ck-retry" }, h("summary", {}, "Try it again"),
        small("ck-small", "A second try is kept beside the first. It does not move the client."), box);
    }
    draw();
    return root;
  }

  /** Why the coder took a written turn, or a second try at it, as it did; where she named it, whether the coder saw something else. */
  function read(ctx, session, turn, said = turn) {
    if (!turn.written) return null;
    const place = readings.placeOf(session.roleplay, turn.passage);
    if (!readings.byCoder(said.by)) return readings.once(readings.of(ctx, said.text, place), (reading) => readings.otherwise(reading, said.codes));
    const before = session.turns.filter((each) => each.by === said.by && (each.turn < turn.turn || (each === turn && said !== turn)));
    const told = { often: before.length > 0, possibly: before.some(({ counted }) => !counted) };
    return readings.once(readings.again(ctx, said, place), (reading) => readings.sure(reading, told));
  }

  // ---- writing, and naming what one wrote ---------------------------------------------------------------------------------------
  const NO_CODER = "The coder, which reads replies, is not here just now. Say for yourself what you did.";
  const READ = "Name it yourself, or change your words.";
  const USUAL = ["REFL", "FIX", "OPEN", "OWN", "DEFEND", "VALID", "INVITE", "COLLUDE", "CLARIFY"];

  /** Five codes to name a written reply with: those of the examples, filled up with usual ones, in an order of the scene's own. */
  const likely = (examples, seed) => shuffled([...new Set([...examples.map(({ codes }) => codes[0]), ...USUAL])].slice(0, 5), seed);

  /**
   * A box to write in; then the coder reads; where it is not sure she names it herself; then `done(text, codes, by)`.
   * `place`: what the coder needs to know (readings.placeOf); `then`: what becomes of her own naming; `keep(text)` is called while she writes.
   */
  function writing(ctx, { label, text = "", place, seed, done, then = "", keep = () => {} }) {
    const root = h("div", { class: "ck-writing" });
    let words = text;
    function write() {
      const id = newId("reply");
      const area = h("textarea", { id, class: "ck-text", rows: 3, maxlength: 4000, spellcheck: "true",
        "data-lm-suppress-shortcuts": "true", // else JupyterLab takes Ctrl+Enter, which says it
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
        if (area.readOnly) return;
        area.readOnly = true; // while it is read
        note.textContent = "The coder is reading…";
        readings.of(ctx, words, place).then((reading) => {
          area.readOnly = false;
          note.textContent = "";
          if (!area.isConnected) return; // she has gone elsewhere
          if (reading && reading.verdict === "sure") done(words, reading.codes, reading.by);
          else name(reading);
        });
      }
      root.replaceChildren(h("div", { class: "ck-box" }, h("label", { for: id }, label), area),
        h("div", { class: "ck-foot" }, button("Say it", say, { class: "ck-main" }), note));
    }
    function name(reading) {
      const seen = reading ? readings.unsure(reading) : [h("blockquote", { class: "ck-draft" }, markdown(words))];
      const ask = h("p", { class: "ck-ask" }, "What did you do with these words?");
      const codes = reading ? shuffled(reading.offer, seed) : likely(place.examples, seed);
      const others = Object.keys(ctx.vocabulary).filter((code) => ctx.vocabulary[code].of === "therapist" && !codes.includes(code));
      const change = () => { write(); root.querySelector("textarea").focus(); };
      const pick = ({ code, name: what, definition }) => h("li", {}, h("button", { class: "ck-pick", onclick: () => done(words, [code], "trainee") },
        h("strong", {}, capital(what)), " ", h("span", {}, firstSentence(definition))));
      const picks = (entries) => h("ul", { class: "ck-picks" }, entries.map(pick));
      root.replaceChildren(h("div", { class: "ck-seen" }, seen), ask, small("ck-small", `${reading ? READ : NO_CODER} ${then}`),
        picks(codes.map((code) => entryOf(ctx.vocabulary, code))),
        h("details", { class: "ck-more" }, h("summary", {}, "Something else…"),
          grouped(ctx.vocabulary, others).map(([group, entries]) => [small("ck-group", capital(group)), picks(entries)])),
        reading ? readings.about() : "", h("div", { class: "ck-foot" }, button("Change my words", change, { class: "ck-quiet" })));
      focusOn(reading ? seen[0] : ask);
    }
    write();
    return root;
  }

  return { speeches, parted, mine, beside, read, writing };
})();
