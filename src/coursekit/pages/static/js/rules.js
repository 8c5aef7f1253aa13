// The simulated client, the session and the score: the twin of roleplay/client.py, session.py and scoring.py, from the same table
// (RULES, written above this by assets.py). Whole numbers only; a fraction is dropped, towards zero. Change both or neither:
// tests/browser/test_twin.py plays tens of thousands of steps through both.
const rules = (() => {
  const model = RULES.model;
  const params = model.params;
  const codes = model.codes;
  const WITHDRAWAL = "withdrawal";
  const CONFRONTATION = "confrontation";

  const divide = (number, divisor) => Math.trunc(number / divisor) + 0; // + 0: never minus zero
  const clamp = (number) => Math.max(0, Math.min(100, number));
  const sum = (one, other) => one.map((part, index) => part + other[index]);
  const includes = (list, code) => list.indexOf(code) >= 0;

  // ---- the client -------------------------------------------------------------------------------------------------------
  function start(values) {
    const first = { bond: params.start.B, collaboration: params.start.C, strain: params.start.S, unspoken: params.start.U,
      template: params.start.P, ...values };
    return { ...first, rupture: null, stage: 0, bond_before: 0, ruptures: 0, repairs: 0, replies_in_rupture: 0, invitations: 0,
      links: 0, template_at_start: first.template, template_brought: first.template, recent: [] };
  }
  const felt = (state) => clamp(divide(5 * state.bond + 5 * state.collaboration - 5 * state.strain - 2 * state.unspoken, 10));
  const shown = (state, traits) => clamp(felt(state) + divide(traits.deference * (2 * state.unspoken + state.strain), 200));
  const value = (effect) => 5 * (effect[0] + effect[1]) - 5 * effect[2] - 2 * effect[3];
  const grade = (worth) => (worth >= params.grade_helpful_from ? 2 : worth <= params.grade_hindering_to ? 0 : 1);

  function moods(state) {
    const found = [];
    if (state.stage <= 1 && felt(state) < params.leave_below_felt) found.push("leaving");
    if (state.stage === 1) found.push(state.rupture === WITHDRAWAL ? "guarded" : "sharp");
    else if (state.stage >= 3) found.push("frank", "softening");
    else if (state.stage === 2) found.push("softening");
    else {
      const became = expectation(state);
      if (became) found.push(became === "confirmed" ? "braced" : "trusting");
      if (felt(state) >= params.open_from_felt) found.push("open");
    }
    return found;
  }

  // What has become of what the client expects: "confirmed", "disproved", or null where neither is plain.
  function expectation(state) {
    const moved = state.template - state.template_brought;
    return moved >= params.braced_above ? "confirmed" : moved <= -params.trusting_below ? "disproved" : null;
  }

  function open(state, kind) {
    if (!state.rupture) state.bond_before = state.bond;
    state.rupture = kind;
    state.stage = 1;
    state.replies_in_rupture = 0;
    state.ruptures += 1;
  }
  function close(state) {
    state.bond = clamp(Math.max(state.bond, state.bond_before + params.close_bond));
    state.rupture = null;
    state.stage = 0;
    state.replies_in_rupture = 0;
    state.repairs += 1;
  }
  function add(state, effect) {
    state.bond = clamp(state.bond + effect[0]);
    state.collaboration = clamp(state.collaboration + effect[1]);
    state.strain = clamp(state.strain + effect[2]);
    state.unspoken = clamp(state.unspoken + effect[3]);
  }
  function hurt(state, kind) {
    const effect = state.rupture ? params.flare : [0, 0, params.event_strain, params.event_unspoken[kind]];
    open(state, kind);
    add(state, effect);
  }

  const linkAllowed = (state) =>
    state.ruptures >= params.link_min_instances && felt(state) >= params.link_min_felt && state.links < params.link_max;
  const gain = (effect) => [effect[0] > 0, effect[1] > 0, effect[2] < 0, effect[3] < 0];
  const loss = (effect) => [effect[0] < 0, effect[1] < 0, effect[2] > 0, effect[3] > 0];
  const gainsDivided = (effect, by) => effect.map((part, index) => (gain(effect)[index] ? divide(part, by) : part));
  const sharpened = (effect, percent) => effect.map((part, index) => (loss(effect)[index] ? divide(percent * part, 100) : part));
  const same = (one, other) => one.every((part, index) => part === other[index]);

  function effectOf(state, code) {
    let effect = model[state.rupture || "calm"][code];
    let spoke = ["R1"];
    const lessen = (by, rule) => {
      const lessened = gainsDivided(effect, by);
      if (!same(lessened, effect)) spoke.push(rule);
      effect = lessened;
    };
    if (!state.rupture) {
      if (code === "INVITE" && state.invitations) [effect, spoke] = [model.calm_repeat_invite, ["R7"]];
      else if (includes(["NOTICE", "OWN", "NEED"], code)) spoke = ["R7"];
    } else if (state.rupture === CONFRONTATION && state.stage === 1 && model.confrontation_stage1[code]) {
      [effect, spoke] = [model.confrontation_stage1[code], ["R4"]];
    } else if (model.late[code]) {
      [effect, spoke] = [state.stage >= 3 ? model.late[code] : effect, ["R5"]];
    }
    if (code === "LINK" && !linkAllowed(state) && (!state.rupture || state.stage >= 3)) {
      [effect, spoke] = [model.link_refused, ["R11"]];
    }
    if (state.rupture && !includes(model.fits[String(state.stage)], code)) lessen(params.skipped_stage_divisor, "R4");
    const repeats = state.recent.filter((each) => each === code).length;
    if (repeats) lessen(1 + repeats, "R6");
    return [effect, spoke];
  }

  function testOf(state, code, traits) {
    if (!traits.expects || !state.rupture || state.replies_in_rupture >= params.test_replies) return null;
    const role = model.roles[traits.expects];
    return includes(role.expects, code) ? "confirm" : includes(role.disconfirms, code) ? "disconfirm" : "neither";
  }

  function effects(state, said, traits) {
    let [effect, spoke] = effectOf(state, said[0]);
    for (const code of said.slice(1)) effect = sum(effect, effectOf(state, code)[0].map((part) => divide(part, 2)));
    const test = testOf(state, said[0], traits);
    if (test && !(test === "neither" && advances(state, said[0]))) {
      effect = sum(effect, model.test[test].slice(0, 4));
      spoke = [...spoke, `R8 ${test}`];
    }
    return { effect, spoke, value: value(effect), grade: grade(value(effect)) };
  }

  function advances(state, code) {
    const confronts = state.rupture === CONFRONTATION;
    if (state.stage === 1) return includes(model[confronts ? "ack_confrontation" : "ack"], code);
    if (state.stage === 2) return includes(model[confronts ? "explore_confrontation" : "explore"], code);
    if (state.stage === 3) return includes(model.meaning, code) && !(code === "LINK" && !linkAllowed(state));
    return state.stage === 4 && effectOf(state, code)[0][2] <= -2;
  }

  function remember(state, code) {
    if (code === "LINK") state.links += 1;
    if (code === "INVITE" && !state.rupture) state.invitations += 1;
    if (state.rupture) state.replies_in_rupture += 1;
    state.recent = [...state.recent, code].slice(-params.repeat_window);
  }

  function moveTemplate(state, change) {
    const low = state.template_at_start - params.template_max_move;
    const high = state.template_at_start + params.template_max_move;
    state.template = clamp(Math.min(high, Math.max(low, state.template + change)));
  }

  function take(state, said, traits) {
    const code = said[0];
    const what = effects(state, said, traits);
    const spoke = [...what.spoke];
    const test = testOf(state, code, traits);
    const advanced = advances(state, code);
    const linkRefused = code === "LINK" && !linkAllowed(state);
    const missed = state.stage === 1 && !includes(model.attend, code);
    const change = missed ? sum(what.effect, model.missed[state.rupture]) : what.effect;
    if (missed) spoke.push("R3");
    remember(state, code);
    if (test) moveTemplate(state, model.test[test][4]);
    add(state, sharpened(change, traits.sensitivity));
    if (advanced && state.stage < 4) {
      state.stage += 1;
      spoke.push("R4 advanced");
    } else if (state.stage > 1 && what.grade === 0) {
      state.stage -= 1;
      spoke.push("R4 back");
    }
    const closed = state.stage === 4 && state.strain <= params.close_at_strain;
    if (closed) {
      close(state);
      spoke.push("R9");
    }
    const opened = !closed && !state.rupture && state.strain >= params.open_at_strain;
    if (opened) {
      open(state, traits.style);
      spoke.push("R2");
    }
    return { value: what.value, grade: what.grade, rules: spoke, advanced, missed, closed, opened, test, link_refused: linkRefused };
  }

  // The time until the next session: what is unresolved goes underground.
  function afterSession(state) {
    const half = divide(state.strain, 2);
    if (state.rupture) state.unspoken = clamp(state.unspoken + half);
    Object.assign(state, { strain: half, rupture: null, stage: 0, recent: [], replies_in_rupture: 0, invitations: 0, links: 0,
      template_at_start: state.template });
  }
  // Whether the client would come back, as far as it can be told now.
  const comesBack = (state) => felt(state) >= params.leave_below_felt;

  // ---- the session ------------------------------------------------------------------------------------------------------
  const kindOf = (passage) => passage.markers.map((marker) => RULES.kinds[marker]).find((kind) => kind) || null;
  const onsetOf = (passage) => (passage.moods.length ? null : kindOf(passage));

  function begin(roleplay) {
    const session = { roleplay, traits: roleplay.traits, state: start(roleplay.start), turns: [], weeks: [],
      self_rating: null, again: [] };
    enter(session, firstScene(roleplay));
    return session;
  }

  // By line: an object's keys are no order, for JavaScript puts a scene called “2” before all others.
  const firstScene = (roleplay) =>
    Object.values(roleplay.scenes).reduce((first, scene) => (scene.line < first.line ? scene : first)).name;

  function enter(session, name) {
    session.lead_in = [];
    for (;;) {
      const words = Object.entries(session.roleplay.sessions).find(([scene]) => scene === name);
      if (words) session.lead_in.push(nextSession(session, words[1]));
      session.scene = session.roleplay.scenes[name];
      session.passage = passageFor(session);
      const onset = onsetOf(session.passage);
      if (onset && !session.scene.ending) hurt(session.state, onset);
      if (!session.passage.go_on) return;
      session.lead_in.push(...session.passage.speeches);
      name = session.passage.go_on;
    }
  }

  // A session ends and the next begins: what lay between is kept; returns the words that stand above it.
  function nextSession(session, words) {
    const before = { ...session.state };
    afterSession(session.state);
    session.weeks.push({ turns: session.turns.length, words, before, after: { ...session.state } });
    return { kind: "session", text: words };
  }

  function passageFor(session) {
    for (const mood of moods(session.state)) {
      const found = session.scene.passages.find((passage) => includes(passage.moods, mood));
      if (found) return found;
    }
    return session.scene.passages.find((passage) => !passage.moods.length);
  }

  function lineForFlag(session) {
    const { passage, state } = session;
    if (onsetOf(passage)) return "onset";
    if (passage.look_alikes.length && state.stage !== 1) return "look-alike";
    if (state.stage !== 1) return "plain";
    return kindOf(passage) ? "follow-on" : "unscored";
  }

  // What a turn says and where it leads: the words, the feedback, the next scene.
  function said(session, turn) {
    const { passage } = session;
    if (turn.reply !== null) {
      const reply = passage.replies[turn.reply - 1];
      return { text: reply.text, feedback: reply.feedback, to: reply.to };
    }
    const example = passage.replies.find((reply) => reply.codes[0] === turn.codes[0]) || passage.otherwise;
    return { text: turn.text || "", feedback: example.feedback, to: example.to };
  }

  // What Python's str.strip() takes for white space, so that both sides call the same replies empty.
  const BLANK = "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    + "\u2028\u2029\u202f\u205f\u3000";
  const blank = (text) => [...text].every((letter) => BLANK.includes(letter));
  const completed = (act) => ({ flag: null, reply: null, text: null, ...act });
  const isText = (thing) => typeof thing === "string";

  function wellFormed(turn) {
    return (turn.flag === null || turn.flag === WITHDRAWAL || turn.flag === CONFRONTATION)
      && (turn.reply === null || Number.isInteger(turn.reply)) && (turn.text === null || isText(turn.text)) && isText(turn.by)
      && Array.isArray(turn.codes) && [1, 2].includes(turn.codes.length)
      && turn.codes.every((code) => includes(codes, code)) && turn.codes[0] !== turn.codes[1];
  }

  // Python refuses a trace that the script does not allow (session.py); here the same trace is simply not gone on with.
  function allowed(session, act) {
    const { passage, scene } = session;
    const turn = completed(act);
    if (!wellFormed(turn) || scene.ending || turn.turn !== session.turns.length + 1 || turn.scene !== scene.name) return false;
    if (passage.write) {
      return turn.reply === null && turn.text !== null && !blank(turn.text) && turn.by !== "script" && !blank(turn.by);
    }
    const reply = passage.replies[turn.reply - 1];
    return Boolean(reply) && turn.by === "script" && turn.text === null
      && same([...reply.codes, "", ""], [...turn.codes, "", ""]);
  }

  /** Whether a turn counts in the score: not where the trainee named her own reply, nor by a "possibly" of a coder. */
  const isCounted = ({ by, codes: [code] }) => by !== "trainee" && !(by.startsWith("coder ") && RULES.possible.includes(code));

  function step(session, act) {
    const turn = completed(act);
    const { passage, state, traits } = session;
    const { text, feedback, to } = said(session, turn);
    const before = { felt_before: felt(state), shown_before: shown(state, traits), context: state.rupture || "calm", stage: state.stage };
    const line = lineForFlag(session);
    const mood = moods(state);
    const offered = passage.write ? codes : passage.replies.map((reply) => reply.codes[0]);
    const advance = state.rupture ? offered.filter((code) => advances(state, code)).length : 0;
    const again = turn.codes[0] === "INVITE" && !state.rupture && state.invitations > 0;
    const taken = take(state, turn.codes, traits);
    const record = { turn: turn.turn, session: session.weeks.length + 1, scene: session.scene.name, lead_in: session.lead_in, passage, line, kind: kindOf(passage),
      flag: turn.flag, reply: turn.reply, text, feedback, codes: turn.codes, by: turn.by, ...before, ...taken,
      invitation_again: again, offered, offered_advance: advance, risk: includes(passage.markers, "RISK"), felt: felt(state),
      shown: shown(state, traits), mood, written: turn.reply === null, counted: isCounted(turn) };
    session.turns.push(record);
    enter(session, to);
    return record;
  }

  // The session that a trace leads to, as far as the script allows it; `refused` is the number of the turn at which it does not.
  function replay(roleplay, trace) {
    const session = begin(roleplay);
    session.refused = null;
    for (const act of trace) {
      if (!takeAct(session, act)) {
        session.refused = session.turns.length + 1;
        break;
      }
    }
    return session;
  }

  // One act of a trace: a turn, the trainee's own rating, or a second try. Returns whether the script allows it.
  function takeAct(session, act) {
    if (act === null || typeof act !== "object" || Array.isArray(act)) return false;
    if ("self" in act) {
      if (!session.scene.ending || !Number.isInteger(act.self) || act.self < 0 || act.self > 100) return false;
      session.self_rating = act.self;
    } else if ("again" in act) {
      if (!session.turns.some((turn) => turn.written && turn.turn === act.again)) return false;
      session.again.push(act);
    } else {
      if (!allowed(session, act)) return false;
      step(session, act);
    }
    return true;
  }

  // ---- the score --------------------------------------------------------------------------------------------------------
  const ways = (passage) => {
    const found = passage.replies.map((reply) => reply.to);
    return passage.otherwise ? [...found, passage.otherwise.to] : found;
  };

  // The number of turns from a scene to its nearest ending, for a client who is not about to leave; and from a passage.
  function shortestWay(roleplay, name, lengths = new Map()) {
    if (!lengths.has(name)) {
      const scene = roleplay.scenes[name];
      const stays = scene.passages.filter(({ moods: [mood, ...more] }) => mood !== "leaving" || more.length);
      lengths.set(name, scene.ending ? 0 : Math.min(...stays.map((passage) => turnsFrom(roleplay, passage, lengths))));
    }
    return lengths.get(name);
  }
  const turnsFrom = (roleplay, passage, lengths = new Map()) => (passage.go_on ? shortestWay(roleplay, passage.go_on, lengths)
    : 1 + Math.min(...ways(passage).map((to) => shortestWay(roleplay, to, lengths))));

  function plannedRuptures(roleplay, name = firstScene(roleplay), counts = new Map()) {
    if (!counts.has(name)) {
      const scene = roleplay.scenes[name];
      counts.set(name, scene.ending ? 0 : Math.max(...scene.passages.map((passage) => {
        const to = passage.go_on ? [passage.go_on] : ways(passage);
        return (onsetOf(passage) ? 1 : 0) + Math.max(0, ...to.map((each) => plannedRuptures(roleplay, each, counts)));
      })));
    }
    return counts.get(name);
  }

  const reasons = (found) => Object.entries(found).filter(([, turns]) => turns.length);
  const dimension = (name, hundredths, out_of, found) => ({ name, hundredths, out_of, reasons: reasons(found) });

  function detection(session) {
    const found = { seen: [], late: [], wrong_kind: [], missed: [], false_alarm: [], unreached: [] };
    let [halves, plain, alarms] = [0, 0, 0];
    session.turns.forEach((turn, index) => {
      const [following] = session.turns.slice(index + 1, index + 2).filter((each) => each.session === turn.session);
      if (turn.line === "onset") {
        if (turn.flag === turn.kind) [halves] = [halves + 2, found.seen.push(turn.turn)];
        else if (turn.flag) [halves] = [halves + 1, found.wrong_kind.push(turn.turn)];
        else if (following && following.flag === turn.kind) [halves] = [halves + 1, found.late.push(turn.turn)];
        else found.missed.push(turn.turn);
      } else if (turn.line === "plain" || turn.line === "look-alike") {
        const weight = turn.line === "look-alike" ? 2 : 1;
        plain += weight;
        if (turn.flag && !(index > 0 && includes(found.late, session.turns[index - 1].turn))) {
          alarms += weight;
          found.false_alarm.push(turn.turn);
        }
      }
    });
    const met = found.seen.length + found.late.length + found.wrong_kind.length + found.missed.length;
    const planned = Math.max(plannedRuptures(session.roleplay), met);
    const weight = plain || 1;
    const hundredths = planned
      ? Math.max(0, divide(2000 * (halves * weight - 2 * planned * alarms), 2 * planned * weight))
      : 2000 - divide(2000 * alarms, weight);
    if (planned - met) found.unreached.push(planned - met);
    return dimension("detection", hundredths, 20, found);
  }

  function fit(turns) {
    const found = { fitting: [], stalled: [], hindering: [] };
    let [points, possible] = [0, 0];
    for (const turn of turns) {
      const weight = turn.written ? 2 : 1;
      const stalled = turn.grade === 2 && turn.stage > 0 && !turn.advanced;
      if (stalled) found.stalled.push(turn.turn);
      else if (turn.grade === 2) found.fitting.push(turn.turn);
      else if (turn.grade === 0) found.hindering.push(turn.turn);
      points += weight * (stalled ? 1 : turn.grade);
      possible += 2 * weight;
    }
    return dimension("fit", possible ? divide(2500 * points, possible) : 0, 25, found);
  }

  const SHARES = 180; // chances are counted in 180ths, which 1 to 6 and 18 replies on offer divide
  function repair(session, turns) {
    const found = { advanced: [], stood_still: [], closed: session.turns.filter((turn) => turn.closed).map((turn) => turn.turn) };
    let [gained, possible] = [0, 0];
    for (const turn of turns) {
      if (!turn.offered_advance) continue;
      const chance = divide(SHARES * turn.offered_advance, turn.offered.length);
      gained += (turn.advanced ? SHARES : 0) - chance;
      possible += SHARES - chance;
      (turn.advanced ? found.advanced : found.stood_still).push(turn.turn);
    }
    const reached = session.turns.filter((turn) => turn.line === "onset").length;
    const hundredths = possible ? Math.max(0, divide(2000 * gained, possible))
      : reached >= plannedRuptures(session.roleplay) ? 2000 : 0;
    return dimension("repair", hundredths, 20, found);
  }

  function nonHindering(turns) {
    const found = { harm: [], harm_in_rupture: [] };
    let penalty = 0;
    for (const turn of turns) {
      const cost = turn.codes.reduce((total, code) => total + (model.hindering_points[code] || 0), 0);
      penalty += cost * (turn.stage ? 2 : 1);
      if (cost) (turn.stage ? found.harm_in_rupture : found.harm).push(turn.turn);
    }
    const hundredths = turns.length ? Math.max(0, 1500 - divide(1200 * penalty, turns.length)) : 0;
    return dimension("absence of harm", hundredths, 15, found);
  }

  function tooEarly(turn) {
    if (!includes(["LINK", "CLARIFY", "NEED"], turn.codes[0])) return false;
    return turn.stage ? turn.stage < 3 || turn.link_refused : turn.grade === 0;
  }

  const numbers = (turns) => turns.map((turn) => turn.turn);
  function meaning(turns) {
    const tests = turns.filter((turn) => turn.test);
    const found = { disconfirmed: numbers(tests.filter((turn) => turn.test === "disconfirm")),
      confirmed: numbers(tests.filter((turn) => turn.test === "confirm")), too_early: numbers(turns.filter(tooEarly)) };
    const hundredths = (tests.length ? divide(500 * found.disconfirmed.length, tests.length) : 500)
      + 500 - divide(500 * Math.min(3, found.too_early.length), 3);
    return dimension("meaning and timing", turns.length ? hundredths : 0, 10, found);
  }

  function feedback(turns) {
    const invited = turns.filter((turn) => turn.codes[0] === "INVITE");
    const asked = numbers(invited.filter((turn) => (turn.stage === 0 && turn.grade === 2) || turn.stage === 1 || turn.stage === 2));
    const needless = numbers(invited.filter((turn) => turn.invitation_again));
    const onOffer = turns.some((turn) => includes(turn.offered, "INVITE") && turn.stage <= 2);
    const hundredths = turns.length && (asked.length || !onOffer) ? [500, 250][needless.length] || 0 : 0;
    return dimension("feedback", hundredths, 5, { asked, needless, not_asked: asked.length || !onOffer ? [] : [0] });
  }

  function calibration(rating, others) {
    if (rating === null) return dimension("calibration", 0, 5, { not_rated: [0] });
    return dimension("calibration", Math.max(0, 500 - divide(500 * Math.abs(rating - others), 30)), 5, { rated: [rating, others] });
  }

  function controlUnrepaired(turns) {
    let last = 0;
    turns.forEach((turn) => { if (turn.counted && includes(turn.codes, "CONTROL")) last = turn.turn; });
    return last > 0 && !turns.slice(last).some((turn) => turn.closed);
  }

  function score(session) {
    const turns = session.turns.filter((turn) => turn.counted);
    const before = [detection(session), fit(turns), repair(session, turns), nonHindering(turns), meaning(turns), feedback(turns)];
    const total = (dimensions) => dimensions.reduce((points, each) => points + each.hundredths, 0);
    const dimensions = [...before, calibration(session.self_rating, divide(total(before), 95))];
    const played = session.turns.length;
    const whole = Math.max(1, played + (session.scene.ending ? 0 : turnsFrom(session.roleplay, session.passage)));
    let points = divide(total(dimensions) * played, whole);
    const caps = [];
    if (controlUnrepaired(session.turns)) [points] = [Math.min(points, 5900), caps.push("control")];
    if (session.turns.some((turn) => turn.risk && !includes(model.answers_risk, turn.codes[0]))) {
      [points] = [Math.min(points, 4900), caps.push("risk")];
    }
    return { total: divide(points, 100), dimensions, caps, share: divide(100 * played, whole),
      uncounted: numbers(session.turns.filter((turn) => !turn.counted)) };
  }

  // What a reply with these codes would do at this moment of a session: its value, its grade, whether it brings the repair on.
  const worth = (session, said) => {
    const what = effects(session.state, said, session.traits);
    return { value: what.value, grade: what.grade, advances: advances(session.state, said[0]) };
  };

  // Sorts what `worth` tells, the better first: in a rupture what brings the repair on, then what helps more.
  const better = (one, other) => other.advances - one.advances || other.value - one.value;

  return { begin, replay, step, allowed, said, score, worth, better, blank, felt: (session) => felt(session.state),
    shown: (session) => shown(session.state, session.traits), moods: (session) => moods(session.state),
    comesBack: (session) => comesBack(session.state), expectation, lineForFlag, kindOf, divide };
})();
