// What the coder reads in her words, told and shown: the name, how sure it is, and the words that decided. Never a name without them.

const readings = (() => {
  // ---- reading ------------------------------------------------------------------------------------------------------------
  /**
   * A promise of what the coder reads in a text, or of null where there is no coder; with the `text`, and `named(label)`.
   */
  async function of(ctx, text, place) {
    const model = await ctx.coder();
    if (!model) return null;
    const reading = coder.read(model, text, place);
    return { ...reading, text, named: (label) => model.outside[label] || nameOf(ctx.vocabulary, label) };
  }

  /** The same for words that were taken as `codes` before; null also where another coder took them, or this one would not now. */
  async function again(ctx, { text, codes, by }, place) {
    const model = byCoder(by) && await ctx.coder();
    const reading = model && coder.by(model) === by ? await of(ctx, text, place) : null;
    return reading && same(reading.codes, codes) ? reading : null;
  }

  /** Whether a coder gave the codes of a turn (`BY_CODER` in session.py). Without `by` it was she. */
  const byCoder = (by) => Boolean(by) && by.startsWith("coder ");

  /** What the coder needs to know of a passage: the client's words, examples of replies, and all words that are not hers. */
  function placeOf(roleplay, passage) {
    const { speeches, replies: examples } = passage;
    const all = Object.values(roleplay.scenes).flatMap((scene) => scene.passages).flatMap((each) => each.replies);
    return { client: speeches.filter(({ kind }) => kind === "client").map(({ text }) => text).join("\n"), examples,
      known: all.map(({ text }) => text) };
  }

  /** What stands in the place of a reading, once there is one. */
  function once(promise, draw) {
    const slot = h("div", { class: "ck-read" });
    promise.then((reading) => slot.replaceChildren(...(reading ? [draw(reading)].flat(3).filter(Boolean) : [])));
    return slot;
  }

  // ---- the words that decided ------------------------------------------------------------------------------------------------
  /** Pieces of a text, [words, "for" | "against" | ""]. Places count code points; what only white space parts is one piece. */
  function pieces(text, { for: pro, against }) {
    const signs = Array.from(text);
    const kinds = signs.map(() => "");
    const put = (kind) => ([start, end]) => kinds.fill(kind, start, end);
    pro.forEach(put("for"));
    against.forEach(put("against"));
    const found = [];
    signs.forEach((sign, place) => {
      const gap = !sign.trim() && !kinds[place] && place && kinds[place - 1] === nextKind(signs, kinds, place);
      if (gap) kinds[place] = kinds[place - 1];
      const last = found[found.length - 1];
      if (last && last[1] === kinds[place]) last[0] += sign;
      else found.push([sign, kinds[place]]);
    });
    return found;
  }
  const nextKind = (signs, kinds, place) => kinds[signs.findIndex((sign, later) => later > place && sign.trim())];

  const quoted = (found, kind) => found.filter(([, is]) => is === kind).map(([words]) => `“${words}”`).join(", ");

  /** Her words with those marked that spoke for and against a label; the same in a sentence for those who do not see marks. */
  function words(text, label) {
    const found = pieces(text, label);
    const [pro, against] = [quoted(found, "for"), quoted(found, "against")];
    const said = [pro && `For it: ${pro}.`, against && `Against it: ${against}.`].filter(Boolean).join(" ");
    return [h("blockquote", { class: "ck-marked" }, found.map(([piece, kind]) => (kind ? h("mark", { class: `ck-${kind}` }, piece) : piece))),
      said ? hidden(said) : h("p", { class: "ck-small" }, "It is the reply as a whole.")];
  }

  /** What the marks of these labels mean. */
  function legend(...labels) {
    const mark = (kind, text) => labels.some((label) => label[kind].length) && h("mark", { class: `ck-${kind}` }, text);
    return h("p", { class: "ck-small ck-key", "aria-hidden": "true" }, mark("for", "speaks for it"), mark("against", "speaks against it"));
  }

  // ---- what is said of a reading ---------------------------------------------------------------------------------------------
  const often = (percent) => (percent >= 95 ? "more than 9 times in 10" : `about ${Math.round(percent / 10)} times in 10`);
  const POSSIBLY = "No counselling talk coded by people exists to check this name against, so it says “possibly”.";

  /**
   * How sure the coder is, in a paragraph; before it, where it took the words for something that only counts as a code, for what.
   * `told`: what was said before in this play, and is not explained again: { often, possibly }.
   */
  const howSure = ({ label, likely: [{ percent }], possibly }, told = {}) => h("p", {}, [OUTSIDE[label],
    told.often ? `Right ${often(percent)}.` : `On replies written for this course the coder is right ${often(percent)} when it is this sure.`,
    possibly && !told.possibly && POSSIBLY].filter(Boolean).join(" "));

  const OUTSIDE = {
    fact: "To the coder this asks for a fact or a detail, and that is none of the codes.",
    inform: "To the coder this gives information that was not asked for, and that is none of the codes.",
    courtesy: "To the coder this is politeness, as in any conversation, and that is none of the codes.",
    empty: "To the coder these words would fit any client. It finds nothing in them of what this one has just said.",
    "off-topic": "To the coder this is about something other than what the client has just said.",
    rude: "To the coder this is an insult.",
    theory: "To the coder this sounds like a book about the client, more than like something said to the client.",
    "other-language": "To the coder this is not English, and English is all that it has learnt.",
    noise: "The coder finds no words in this that it knows.",
  };
  const COPIED = { client: "These are the client’s own words. Say it in yours.", course: "These words are already in the course. Say it in yours." };

  const WHY = {
    pile: "These are several replies in one, or one over and over, so the coder does not decide.",
    edge: "Something in this could hurt, and the rest is of another kind. What it comes to is for you to say.",
    short: "These are too few words for the coder to tell.",
  };
  const GUESS = 40; // percent: below this the likeliest is no more than a guess
  const LEAST = 5; // percent: below this a label is not worth a word
  const OFFENCE = 60; // percent: below this an insult is no second guess

  /** The likeliest label, and the next where there is something in it. Nobody is told of an insult on a guess. */
  function guesses(likely) {
    const [first, ...others] = likely.filter(({ label, percent }) => label !== "rude" || percent >= OFFENCE);
    return [first, ...others.filter(({ percent }) => percent >= LEAST).slice(0, 1)];
  }

  /** What the coder saw where it cannot say what a reply is: elements, the first of them a paragraph that sums it up. */
  function unsure({ verdict, why, text, label, likely, copied, named }) {
    if (verdict === "copied") return [h("p", {}, COPIED[copied]), h("blockquote", { class: "ck-marked" }, text)];
    if (verdict === "outside") return [h("p", {}, OUTSIDE[label]), words(text, likely[0]), legend(likely[0])];
    const two = guesses(likely);
    const explained = two.filter((each) => likely.indexOf(each) < 2); // of the third the coder gives no words
    const [one, other] = two.map((each) => h("em", {}, named(each.label)));
    const how = WHY[why] || (likely[0].percent < GUESS ? "The coder can hardly tell." : "The coder is not sure.");
    const come = other ? [" Two names come to mind: ", one, " and ", other, "."] : [" One name comes to mind: ", one, "."];
    return [h("p", {}, how, come),
      explained.map((each) => h("div", { class: "ck-could" }, h("p", { class: "ck-subhead" }, capital(named(each.label))), words(text, each))),
      legend(...explained)];
  }

  /** Why the coder took words as it did: how sure it is, and the words that decided. */
  const sure = (reading, told) => [howSure(reading, told), words(reading.text, reading.likely[0]), legend(reading.likely[0]), about()];

  /** A line below a name that she gave herself, where the coder saw nothing of the kind. */
  const otherwise = ({ verdict, likely }, [code]) => (verdict !== "copied" && likely.find(({ label }) => label === code).percent < LEAST
    ? h("p", {}, "The coder saw something else in it.") : null);

  const about = () => h("details", { class: "ck-about" }, h("summary", {}, "What the coder is"),
    h("p", { class: "ck-small" }, "A small program that weighs words. It learnt from replies that were written and labelled for this course, "
      + "not by a panel of clinicians. How often it is right was counted on such replies. It says “possibly” where no counselling talk coded "
      + "by people exists to check it. It does not understand what you mean, and it can be wrong. It runs on this page, and sends "
      + "your words nowhere."));

  return { of, again, byCoder, placeOf, once, sure, otherwise, unsure, howSure, words, legend, about };
})();
