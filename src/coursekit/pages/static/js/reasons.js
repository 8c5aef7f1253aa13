// What a play is told in: how a flag did, what a reply did and by which rule, why the score is what it is. Plain sentences with the
// client's name in them; the sentences of the score stand in debrief.json (DEBRIEF), which the feedback page uses too.

const reasons = (() => {
  const AWAY = "withdrawal";
  const FLAGS = { withdrawal: "moves away", confrontation: "moves against" };
  const join = (sentences) => sentences.filter(Boolean).join(" ");

  // ---- flags ------------------------------------------------------------------------------------------------------------
  const named = (vocabulary, markers) => (markers.length ? ` (${markers.map((code) => nameOf(vocabulary, code)).join(", ")})` : "");
  const ofRupture = (passage) => passage.markers.filter((code) => RULES.kinds[code]);

  /** How the flag of a turn did, or "" where there is nothing to say. `all`: also where no flag was needed. */
  function flag(session, turn, vocabulary, all = false) {
    const { client } = session.roleplay;
    const before = session.turns[turn.turn - 2];
    const away = turn.kind === AWAY;
    const shown = named(vocabulary, ofRupture(turn.passage));
    const had = `${client} had ${away ? "moved away" : "turned against you"}${shown}.`;
    const was = `${client} was still ${away ? "keeping away" : "against you"}${shown}`;
    const said = turn.flag ? `You flagged “${FLAGS[turn.flag]}”.` : "You flagged nothing.";
    const right = turn.flag === turn.kind;
    if (turn.line === "onset") return `${right ? "You saw it:" : said} ${had}`;
    if (before && before.line === "onset" && !before.flag && turn.flag === before.kind) return "You saw it, one line after it had begun.";
    if (turn.line === "follow-on" && turn.flag) return `${right ? "Yes," : said} ${was}.`;
    if (turn.line === "follow-on") return all ? `${was}; no second flag was needed.` : "";
    if (turn.line === "look-alike") return alike(turn, said, vocabulary, all);
    if (!turn.flag) return "";
    if (turn.line === "unscored") return "The rupture was still open, but this line does not show it. The flag is not counted.";
    return `${said} ${turn.stage ? "You two were already on the way back." : "Nothing was wrong between you here."}`;
  }

  function alike(turn, said, vocabulary, all) {
    const what = named(vocabulary, turn.passage.look_alikes);
    if (turn.flag) return `${said} It only looked like it${what}.`;
    return all ? `It only looked as if something were wrong${what}, and you let it pass.` : "";
  }

  /** A sign of danger, and whether it was answered. */
  function danger(turn) {
    if (!turn.risk) return "";
    return RULES.model.answers_risk.includes(turn.codes[0]) ? "This was a sign of danger, and you answered it first."
      : "This was a sign of danger, and it was not answered. That goes before everything else: ask, in plain words.";
  }

  /** What a reply is: its codes, and by whom it was named where nobody chose it. Without `by` it was she. */
  function codes({ codes: found, by }, vocabulary) {
    const names = namesOf(vocabulary, found);
    if (by === "script") return capital(names);
    return readings.byCoder(by) ? `Taken as: ${coded(found, vocabulary)}` : `You called it: ${names}`;
  }

  /** Codes as a coder says them: some of them only as a possibility, for no talk coded by people exists to check them. */
  const coded = (found, vocabulary) =>
    found.map((code) => (RULES.possible.includes(code) ? "possibly " : "") + nameOf(vocabulary, code)).join(", and ");

  const notCounted = ({ counted, by }) => (counted ? "" : " Not counted in the score: "
    + (readings.byCoder(by) ? "the coder says no more than “possibly”." : "you named this reply yourself."));

  function signOfRepair(turn, vocabulary) {
    const signs = turn.passage.markers.filter((code) => vocabulary[code] && vocabulary[code].group === "sign of repair");
    return signs.length ? `A sign of repair: ${signs.map((code) => nameOf(vocabulary, code)).join(", ")}.` : "";
  }

  // ---- what a reply did ---------------------------------------------------------------------------------------------------
  /** [mark for a badge, words] of a turn's grade. */
  function grade(turn) {
    if (turn.grade === 0) return ["poor", "hindered"];
    if (turn.grade === 1) return ["part", "neither helped nor hindered"];
    return turn.stage && !turn.advanced ? ["part", "helped, and left the repair where it was"] : ["good", "helped"];
  }

  const MOMENT = { calm: "while nothing was wrong between you", withdrawal: "with a client who has moved away",
    confrontation: "with a client who has turned against you" };
  const TESTS = {
    criticism: ["was braced for criticism", "got none", "got it"],
    abandonment: ["half expected to be left alone with it", "was not", "was"],
    control: ["expected to be told how it is", "was not", "was"],
    caretaking: ["expected to have to look after you", "did not have to", "had to"],
  };
  const STEPS = { 1: "It was taken up, and the repair could begin.", 2: "You went into it, and what it was about could be said.",
    3: "What it meant could be put into words." };
  const NEEDLESS = { INVITE: "You had asked before, and nothing new had happened between you.",
    NOTICE: "Nothing had happened between you, so there was nothing to find.",
    OWN: "There was nothing to own here, and now something seems to have been wrong.",
    NEED: "No hurt lay under this, so there was no wish to be found in it." };

  function test(turn, { client, traits }) {
    const [waited, good, bad] = TESTS[traits.expects];
    if (turn.test === "neither") return `${client} ${waited}; this left it open, which costs a little.`;
    return `${client} ${waited}, and ${turn.test === "disconfirm" ? good : bad}.`;
  }

  function outOfTurn({ context, stage, codes: [code] }) {
    const { confrontation_stage1: angry, fits, hindering_points: harm } = RULES.model;
    if (code in harm) return "";
    if (context === "confrontation" && stage === 1 && code in angry) {
      return "To somebody who is still angry this is one more remark about them.";
    }
    const stages = Object.keys(fits).map(Number).filter((each) => fits[each].includes(code));
    const past = stages.length ? "Its time in the repair was past" : "It is no step of a repair";
    return `${stages.some((each) => each > stage) ? "It came too early in the repair" : past}, so it did a third of the good it can do.`;
  }

  /** In the order in which they are told: what did most comes first. */
  const RULE = {
    "R8 disconfirm": test,
    "R8 confirm": test,
    "R4 advanced": (turn) => STEPS[turn.stage],
    R9: () => "With this the rupture was repaired, and the bond is a little stronger than before it.",
    "R4 back": () => "It hurt, and the repair lost a step.",
    R5: (turn) => (turn.stage >= 3 ? "This late in a repair there is room for it."
      : turn.codes[0] === "LINK" ? "A pattern, named while the hurt is fresh, moves the hurt somewhere else."
        : "An explanation, given before the hurt is heard, sounds like a defence."),
    R3: (turn) => `The rupture was passed over, so ${turn.context === AWAY ? "more stayed unspoken" : "the strain grew"}.`,
    R2: (turn, { client, traits: { style } }) =>
      `The strain had become too much: ${client} ${style === AWAY ? "moved away" : "turned against you"}.`,
    R4: (turn) => (turn.rules.includes("R5") ? "" : outOfTurn(turn)), // R5 has said it
    R11: () => "There was no room for a pattern: it takes two moments to compare and some trust, and bears being named twice at most.",
    R6: () => "You had done the same a moment before, so it gave less.",
    R7: (turn) => NEEDLESS[turn.codes[0]],
    "R8 neither": test,
  };

  /** The author's comment on a reply. That on an example is about the example's words: it is not said of hers. */
  function comment(turn) {
    const general = (turn.passage.otherwise || {}).feedback;
    return turn.written && turn.feedback !== general ? `Taken as that, it ${grade(turn)[1]}.` : turn.feedback;
  }

  function ordinary(turn) {
    const does = turn.grade === 2 ? "helps" : turn.grade === 1 ? "neither helps nor hinders" : "hinders";
    const stays = turn.grade === 2 && turn.stage && !turn.advanced ? ", and does not bring the repair on" : "";
    return `Such a reply ${does} ${MOMENT[turn.context]}${stays}.`;
  }

  /** By which rules a turn went as it did. The ordinary effect of a reply (R1) needs words only where nothing else has any. */
  function why(turn, roleplay) {
    const spoke = Object.keys(RULE).filter((rule) => turn.rules.includes(rule));
    const said = spoke.map((rule) => RULE[rule](turn, roleplay)).filter(Boolean);
    if (turn.stage === 4 && turn.advanced && !turn.closed) said.unshift("It brought the strain down, and a little is left.");
    if (!said.length && !turn.feedback) said.push(ordinary(turn));
    return join(said);
  }

  // ---- the score ------------------------------------------------------------------------------------------------------------
  const list = (numbers) =>
    (numbers.length === 1 ? `turn ${numbers[0]}` : `turns ${numbers.slice(0, -1).join(", ")} and ${numbers[numbers.length - 1]}`);
  const put = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  const fill = (sentence, numbers) => put(sentence, { ...numbers, turns: list(numbers) });

  /** Why a dimension has its points, in sentences. */
  function dimension(session, { name, reasons: found, hundredths, out_of: most }) {
    const words = DEBRIEF[name];
    const chance = hundredths < 100 * most && found.some(([key]) => key === "advanced") && words.by_chance;
    if (found.length) return join([...found.map(([key, numbers]) => fill(words.reasons[key], numbers)), chance]);
    if (name !== "detection" && !session.turns.some((turn) => turn.counted)) return DEBRIEF.uncounted.all;
    return name === "repair" && !hundredths ? words.unreached : words.nothing;
  }

  const points = ({ hundredths }) => String(Math.round(hundredths / 10) / 10);
  const caps = (score) => score.caps.map((cap) => DEBRIEF.caps[cap]);

  /** Which turns do not count, and why: named by herself, or by the coder as a possibility. */
  function uncounted(session, score) {
    const of = (coder) => score.uncounted.filter((number) => readings.byCoder(session.turns[number - 1].by) === coder);
    const told = { named: of(false), possible: of(true) };
    return Object.keys(told).filter((key) => told[key].length).map((key) => fill(DEBRIEF.uncounted[key], told[key]));
  }

  const TO_LOOK_AT = ["missed", "wrong_kind", "harm_in_rupture", "harm", "hindering", "stood_still", "stalled", "too_early", "confirmed",
    "late", "false_alarm", "needless"];

  const NOTHING_WEAK = "Nothing stands out as weak. Play it straight through next time, or take a client who makes it harder.";
  const OF_FLAGS = ["missed", "wrong_kind", "late", "false_alarm"];

  /** What to practise next, from the dimension in which most was lost: [advice, turn to look at or null, whether at its flag]. */
  function practise(session, score) {
    const lost = (each) => 100 * each.out_of - each.hundredths;
    const weakest = [...score.dimensions].sort((one, other) => lost(other) - lost(one))[0];
    if (lost(weakest) < 100) return [NOTHING_WEAK, null, false];
    const found = Object.fromEntries(weakest.reasons);
    const key = TO_LOOK_AT.find((each) => found[each]);
    return [DEBRIEF[weakest.name].practise, key ? session.turns[found[key][0] - 1] : null, OF_FLAGS.includes(key)];
  }

  // ---- between sessions, and after the last ------------------------------------------------------------------------------------------------------------
  /** How a play ended, in a word or two. */
  function ending(session) {
    const { ending: kind } = session.scene;
    if (!kind) return "Not played to its end";
    if (kind === "repair") return "Repaired";
    return kind === "leaves" ? `${session.roleplay.client} leaves` : capital(kind);
  }

  /** Whether the client would come back, and why. */
  function nextWeek(session) {
    const { client } = session.roleplay;
    const [last] = session.weeks.slice(-1).filter(({ turns }) => turns === session.turns.length);
    const met = last ? { ...session, state: last.before } : session; // as the client was last seen
    const [felt, shown] = [rules.felt(met), rules.shown(met)];
    const hid = shown - felt >= 15 ? `What ${client} showed was higher, ${shown}, so the hour may have looked better than it was.` : "";
    const open = session.state.rupture ? "What was hurt is still open, and over the week it goes where it cannot be heard." : "";
    if (session.scene.ending === "leaves") {
      return join([`${client} ${last ? "did not come again" : "will not be back next week"}. The felt alliance was down to ${felt} of 100.`, hid]);
    }
    const back = rules.comesBack(session) ? `${client} would come back next week, with a felt alliance of ${felt} of 100.`
      : `${client} might not come back next week: the felt alliance is ${felt} of 100, and below 20 clients stay away.`;
    return join([back, open, hid]);
  }

  /** What went into the time between two sessions. */
  function week(session, { before, after }) {
    const { roleplay: { client }, traits } = session;
    const then = { ...session, state: before };
    const words = DEBRIEF.week;
    const values = { client, felt: rules.felt(then), shown: rules.shown(then), rupture: before.rupture, unspoken: before.unspoken,
      kept: after.unspoken, expected: DEBRIEF.expects[traits.expects] };
    const said = [words.felt, words[before.rupture ? "open" : after.unspoken ? "calm" : "clear"],
      traits.expects && words[rules.expectation(after) || "unsettled"]];
    return join(said.filter(Boolean).map((sentence) => put(sentence, values)));
  }

  return { FLAGS, comment, ending, flag, danger, codes, coded, notCounted, signOfRepair, grade, why, dimension, points, caps, uncounted, practise, nextWeek, week };
})();
