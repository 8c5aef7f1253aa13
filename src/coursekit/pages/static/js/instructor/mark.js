// Step 3: written answers, and those that no rule could read, one at a time, names hidden; all by keyboard, each mark saved as it is given.

const SHARES = [["1", "all of them"], ["0.5", "half of them"], ["0.3", "30 %"], ["0.2", "20 %"], ["0.1", "10 %"]];
const ROLES = [
  ["first", "I mark them"],
  ["second", "I am the second rater, and see no first mark"],
  ["calibration", "I first mark answers that have a reference mark, and compare"],
];

/** What can be chosen as the question in a role, with as many answers as there are for it. */
function questions(items, role) {
  const told = {
    first: (one) => `${one.left} of ${one.answers} wait`,
    second: (one) => howMany(one.answers, "answer", "answers"),
    calibration: (one) => `${one.references} with a reference mark`,
  }[role];
  const mine = items.filter((one) => role === "first" || (role === "second" ? one.written : one.references));
  return mine.length === 1 ? [["", mine[0].title]]
    : [["", "all of them, one after another"], ...mine.map((one) => [one.id, `${one.title} (${told(one)})`])];
}

function mark(host, desk) {
  const { items } = desk.state;
  if (!items.length) {
    host.append(h("p", {}, "Nothing that came in so far waits for a person’s mark."));
    return;
  }
  const rater = field("Your name", { value: remembered.get("rater"), autocomplete: "name" },
    "Kept with each of your marks, and printed on the feedback page. A pseudonym will do.");
  const role = choice("Your part", ROLES, remembered.get("part") || "first");
  const item = choice("Which question", [], "");
  const follow = () => {
    const before = item.input.value;
    const options = questions(items, role.input.value);
    item.input.replaceChildren(...options.map(([value, text]) => h("option", { value }, text)));
    item.input.value = options.some(([value]) => value === before) ? before : "";
  };
  role.input.addEventListener("change", follow);
  follow();
  const share = choice("How many answers", SHARES, remembered.get("share") || "1");
  const first = h("input", { type: "checkbox", id: newId("first") });
  const given = () => ({ rater: rater.input.value, role: role.input.value, share: Number(share.input.value), item: item.input.value });

  async function begin() {
    remembered.set("rater", rater.input.value.trim());
    remembered.set("part", role.input.value);
    remembered.set("share", share.input.value);
    await sit(host, desk, { ...given(), proposals_first: first.checked });
  }

  async function sheetOut() {
    const { name, answers, why } = await desk.ask("sheet_out", given());
    if (!answers) return desk.say(`Nothing waits for this rater. ${why}`, true);
    await download(desk, name);
    return desk.say(`${name}: ${howMany(answers, "answer", "answers")}. Fill in points and comments, and bring it back here.`, true);
  }

  async function sheetIn([file]) {
    const { path } = await takeUp(desk, file, "marks", () => {});
    const { rater: who, role: as } = given();
    const told = await desk.ask("sheet_in", { rater: who, role: as, path });
    await desk.refresh("mark");
    desk.say([`${file.name}, by ${told.rater}: ${howMany(told.taken, "mark", "marks")} taken, ${told.same} there already, ${howMany(told.empty, "row", "rows")} without points.`,
      ...told.bad.map(({ row, reason }) => `Row ${row} was left out: ${reason}`)].join("\n"), true);
  }

  fill(host,
    h("p", { class: "ck-sum" }, desk.state.left
      ? `${howMany(desk.state.left, "answer waits", "answers wait")}, about ${howMany(desk.state.minutes, "minute", "minutes")} of work. One question at a time over all trainees, in shuffled order, without names.`
      : "Every answer has a mark. A second rater can still mark a share of the written ones."),
    desk.state.unread ? h("p", {}, `${howMany(desk.state.unread, "of them is an answer", "of them are answers")} that no rule could score. They come last, beside the key, whatever share you mark.`) : null,
    rater.node, role.node, item.node, share.node,
    h("p", {}, first, h("label", { for: first.id }, " Show the program’s guess at what a reply does before my own mark (otherwise after it)")),
    h("div", { class: "ck-foot" }, button("Begin", desk.doing(begin), { class: "ck-main", "data-ck-key": "begin" })),
    h("details", { class: "ck-sheet" }, h("summary", {}, "Mark in a spreadsheet instead"),
      h("p", {}, "One row an answer, with the scene and the rubric, or the key; fill in points and comments, or have a colleague do it. Give the colleague’s name and part above before you download: the file keeps them, and its marks come back as theirs."),
      h("div", { class: "ck-foot" }, button("Download what waits", desk.doing(sheetOut), { class: "ck-quiet" })),
      fileChooser("Bring it back…", desk.doing(sheetIn))));
}

/** Begin to mark, and go on until nothing waits. */
async function sit(host, desk, given) {
  const told = await desk.ask("sit_down", given);
  const work = h("div", { class: "ck-marking" });
  host.replaceChildren(work);
  const sitting = { work, desk, full: true, scenes: new Set(), again: () => sit(host, desk, given), leave: () => desk.refresh(given.role === "settled" ? "settle" : "mark") };
  showAnswer(sitting, told);
}

const KEYS = [["s", "skip"], ["u", "take the last mark back"], ["m", "model replies"], ["r", "show or hide descriptions"], ["q", "stop for now"]];
const NAMES = { first: "", second: "Second rater · ", settled: "To settle · ", calibration: "With reference marks · " };

function showAnswer(sitting, told) {
  if (!told.answer) return showEnd(sitting, told);
  const { work, desk } = sitting;
  const { text, note, unread, ...ofTheCourse } = told.answer;
  const one = { ...typographic(ofTheCourse), text, note, unread }; // what a trainee typed stays as it is
  const head = h("h3", { class: "ck-answer-head" }, `${one.called} · ${one.title} (${one.item})`);
  const isNew = !sitting.scenes.has(one.item);
  sitting.scenes.add(one.item);
  if (!sitting.chosen) sitting.full = isNew; // in full at the first answer of a question, and then the names will do
  const hint = h("p", { class: "ck-hint ck-part", role: "status" });
  const after = h("div", { class: "ck-after" },
    told.comment ? h("p", { class: "ck-part" }, `What you said of it before is there again once you have marked: “${told.comment}”`) : null);
  const levels = one.levels.length ? one.levels : plainLevels(one.top);
  const buttons = levels.map((level) => levelButton(level, () => give(level.points)));
  const between = one.levels.length ? null : pointsBetween(sitting, one.top, (points) => give(points), hint);
  const explained = h("div", { class: one.levels.length ? "ck-levels" : "ck-levels ck-plain", "data-full": String(sitting.full) }, buttons.map((each, n) => [each, h("div", { class: "ck-level-about" },
    markdown(levels[n].about), levels[n].examples.map((example) => h("p", { class: "ck-example" }, `“${example}”`)))]));
  const models = one.models.length ? h("details", {}, h("summary", {}, h("kbd", {}, "m"), " Model replies"),
    one.models.map((each) => h("div", { class: "ck-model" }, h("p", {}, h("b", {}, `${each.kind}: `), `“${each.text}”`), h("p", { class: "ck-small" }, each.why)))) : null;
  const rubric = one.rubric ? h("details", {}, h("summary", {}, "The whole rubric"), rubricText(one.rubric)) : null;

  const give = desk.doing(async (points) => {
    if (sitting.state === "marked") {
      hint.textContent = "It is marked and saved. To change the mark, take it back first: u.";
      return;
    }
    sitting.state = "marked";
    hint.textContent = "";
    let said;
    try {
      said = await desk.ask("mark", { answer: one.id, points });
    } catch (fault) {
      sitting.state = "open";
      throw fault;
    }
    buttons.forEach((each, n) => each.setAttribute("aria-pressed", String(levels[n].points === points)));
    showAfter(sitting, after, said, told);
  });
  sitting.state = "open";
  sitting.typed = "";
  desk.keepNow = null;
  sitting.next = null;
  sitting.keys = {
    give: (points) => { if (levels.some((level) => level.points === points)) give(points); else hint.textContent = `${points} is no mark here.`; },
    m: () => {
      if (!models) return;
      models.open = !models.open;
      if (models.open) requestAnimationFrame(() => showAll(models));
    },
    ".": () => between && between.input.focus(),
    r: () => { if (one.unread) return; sitting.chosen = true; sitting.full = !sitting.full; explained.setAttribute("data-full", sitting.full); },
    s: () => { if (sitting.state === "open") desk.doing(async () => showAnswer(sitting, await desk.ask("skip", { answer: one.id })))(); },
    u: () => desk.doing(async () => showAnswer(sitting, await desk.ask("undo")))(),
    q: () => (told.role === "calibration" ? desk.doing(async () => showEnd(sitting, await desk.ask("stop")))() : sitting.leave()),
  };
  work.onkeydown = (event) => pressed(event, sitting);
  const unused = [models ? "" : "m", one.unread ? "r" : ""];
  const below = [hint, after, h("div", { class: "ck-foot ck-keys" }, KEYS.filter(([key]) => !unused.includes(key))
    .map(([key, text]) => button(withKey(key, text), () => sitting.keys[key](), { class: "ck-quiet ck-small-button" })))];
  work.replaceChildren(
    leftLine(told),
    h("progress", { class: "ck-way", value: told.all - told.left, max: told.all || 1, "aria-label": "Marked so far" }),
    head,
    ...(one.unread ? [...unreadBeside(one), explained, between.node, ...below]
      : [h("div", { class: "ck-two" }, h("div", {}, written(one, isNew, told), ...below), h("div", {}, explained, between && between.node, models, rubric))]));
  focusOn(head);
}

/** A written answer below the line that it replies to. */
const written = (one, isNew, told) => [
  one.scene ? h("details", { open: isNew }, h("summary", {}, "The scene"), markdown(one.scene)) : null,
  h("p", { class: "ck-line" }, h("span", { class: "ck-who" }, one.who), ` ${one.line}`),
  h("p", { class: "ck-answer-text ck-answer-now" }, one.text || "(no words)"),
  one.note ? h("p", { class: "ck-part" }, one.note) : null,
  told.older ? h("p", { class: "ck-part" }, told.older) : null,
  told.both.map((each) => h("p", {}, h("b", {}, `${each.rater}: ${each.points}. `), each.comment)),
  told.proposal ? h("p", { class: "ck-proposal" }, told.proposal) : null];

/** An answer that no rule could read: why, what was asked, and piece by piece what was handed in beside the key. */
const unreadBeside = ({ scene, note, unread: { said, pieces, rest, noPlace } }) => [
  h("p", { class: "ck-part" }, `${said} ${note}`),
  h("div", {}, markdown(scene)),
  pieces.length ? h("div", { class: "ck-beside" }, tableOf(["The item", "Handed in", "The key", "Why"], pieces.map((each) => [inline(curly(each.asked)),
    each.given ? h("b", { class: "ck-given" }, each.given) : "", curly(each.wanted), inline(curly(each.why))]), { label: "What was handed in, beside the key" })) : "",
  rest ? h("p", {}, `${noPlace}:`, h("code", { class: "ck-answer-now ck-raw" }, rest)) : ""];

const plainLevels = (top) => Array.from({ length: top + 1 }, (_, n) => ({ points: n, name: n === 1 ? "point" : "points", about: "", examples: [] }));

/** Where no rubric has levels: a field for points between two whole numbers. */
function pointsBetween(sitting, top, give, hint) {
  const { input, node } = field("Points in between", { inputmode: "decimal", autocomplete: "off" },
    "To hundredths. The full stop brings you here, and Enter gives them.");
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || sitting.state !== "open") return;
    event.preventDefault();
    event.stopPropagation();
    const points = /^\d*[.,]?\d{0,2}$/.test(input.value.trim()) ? parseFloat(input.value.replace(",", ".")) : NaN;
    if (points >= 0 && points <= top) give(points);
    else hint.textContent = `“${input.value}” is no mark here. Write a number from 0 to ${top}, with two places at most.`;
  });
  return { input, node };
}

/** How much is left, and in which role. */
const leftLine = ({ role, left, minutes }) => h("p", { class: "ck-small ck-left" }, `${NAMES[role]}${left} left, about ${howMany(minutes, "minute", "minutes")}`);

function levelButton(level, onclick) {
  return h("button", { class: "ck-level", "aria-pressed": "false", onclick }, h("kbd", {}, String(level.points)), h("span", {}, level.name));
}

/** Keys work wherever the focus is in the panel, except while a comment is typed. */
function pressed(event, sitting) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const typing = ["INPUT", "TEXTAREA", "SELECT"].includes(event.target.tagName);
  if (!typing && sitting.state === "marked" && !sitting.next && event.key.length === 1) {
    event.preventDefault(); // the comment begins while its mark is being saved; a mark pressed twice is none
    if (!event.repeat && (sitting.typed || !/^\d$/.test(event.key))) sitting.typed += event.key;
  } else if (event.key === "Enter" && !event.shiftKey && sitting.next && (typing || event.target.classList.contains("ck-answer-head"))) {
    event.preventDefault();
    sitting.next();
  } else if (typing && event.key === "Escape") {
    event.preventDefault();
    focusOn(sitting.work.querySelector(".ck-answer-head"));
  } else if (!typing && /^[0-9]$/.test(event.key)) {
    event.preventDefault();
    sitting.keys.give(Number(event.key));
  } else if (!typing && ["m", "r", "s", "u", "q", ".", ","].includes(event.key.toLowerCase())) {
    event.preventDefault();
    sitting.keys[event.key === "," ? "." : event.key.toLowerCase()]();
  }
  event.stopPropagation();
}

const QUIET = 600; // ms without a key after which a comment is kept as far as it is typed
const isNumber = (text) => /^\d+$/.test(text);

/** What may be seen once the mark is saved: the coder's proposal, a box for a comment, the bank. */
function showAfter(sitting, after, said, told) {
  const { desk } = sitting;
  const box = h("textarea", { class: "ck-comment", rows: "2", id: newId("comment") });
  let { bank } = said;
  const nobody = h("p", { class: "ck-hint ck-part", role: "status" });
  const isKept = h("p", { class: "ck-small", hidden: true }, "The comment is saved.");
  let sent = said.comment; // what the gradebook has with this mark, or null where that is not known
  let finished = false;
  const asTyped = () => (isNumber(box.value.trim().replace("-", "")) ? "" : box.value.trim()); // a number is meant for the bank
  const typing = pauses(() => {
    const comment = asTyped();
    if (finished || comment === sent) return;
    sent = comment;
    desk.doing(async () => {
      try {
        await desk.ask("draft", { mark: said.mark, comment });
      } catch (fault) {
        sent = null;
        throw fault;
      }
      isKept.hidden = !comment || comment !== asTyped();
    })();
  }, QUIET, 5 * QUIET);
  desk.keepNow = typing.now;
  box.addEventListener("input", () => { isKept.hidden = true; typing.soon(); });
  box.addEventListener("blur", typing.now);
  box.value = [said.comment, sitting.typed].filter(Boolean).join(" ");
  if (sitting.typed) typing.soon();
  const takeFromBank = (text) => { box.value = text; typing.soon(); box.focus(); };
  const offered = h("div", {});
  const leaveOut = (text) => desk.doing(async () => {
    ({ bank } = await desk.ask("unbank", { answer: told.answer.id, comment: text }));
    offer();
    nobody.textContent = `Out of the bank: “${text}”. Where it was given it stays.`;
    box.focus();
  });
  const offer = () => {
    offered.replaceChildren();
    if (!bank.length) return;
    fill(offered, h("ol", { class: "ck-bank" }, bank.map((text) => h("li", {}, button(text, () => takeFromBank(text), { class: "ck-quiet ck-small-button" }), " ",
      button("×", leaveOut(text), { class: "ck-quiet ck-small-button", title: "Take it out of the bank", "aria-label": `Take “${text}” out of the bank` })))),
    h("p", { class: "ck-small" }, "A number and Enter takes that one; a hyphen and a number take it out of the bank."));
  };
  const comments = told.role === "calibration" ? null : [
    h("label", { for: box.id }, "A comment for the trainee, if you like (Esc leaves the box)"), box, isKept, nobody, offered];
  offer();
  sitting.next = desk.doing(async () => {
    const typed = box.value.trim();
    if (/^-\d+$/.test(typed) && bank[-Number(typed) - 1]) {
      box.value = "";
      leaveOut(bank[-Number(typed) - 1])();
      return;
    }
    if (isNumber(typed) && !bank[Number(typed) - 1]) {
      nobody.textContent = `There is no comment ${typed}.`;
      return;
    }
    const comment = isNumber(typed) ? bank[Number(typed) - 1] : typed;
    finished = true;
    try {
      showAnswer(sitting, await desk.ask("say", { mark: said.mark, comment: comment || sent !== "" ? comment : null }));
    } catch (fault) {
      finished = false;
      sent = null;
      throw fault;
    }
  });
  const level = said.level ? `, ${curly(said.level)}` : "";
  const next = button(withKey("Enter", "Next"), () => sitting.next && sitting.next(), { class: "ck-main" });
  after.replaceChildren(
    h("p", { class: "ck-saved", role: "status" }, `Saved: ${said.points}${level}.`),
    said.proposal ? h("p", { class: "ck-proposal" }, said.proposal) : "",
    ...(comments || []).flat().filter(Boolean),
    h("div", { class: "ck-foot" }, next));
  sitting.work.querySelector(".ck-left").replaceWith(leftLine({ ...told, ...said }));
  desk.left(said.left, told.role);
  (told.role === "calibration" ? next : box).focus({ preventScroll: true });
  showAll(after);
}

/** A rubric as it was written: headings and paragraphs. */
function rubricText(text) {
  return h("div", { class: "ck-rubric" }, text.split(/\n\s*\n/).map((block) => (/^#+ /.test(block)
    ? h("p", { class: "ck-rubric-head" }, inline(block.replace(/^#+ /, ""))) : markdown(block))));
}

function showEnd(sitting, told) {
  const { work, desk } = sitting;
  work.onkeydown = null;
  desk.keepNow = null;
  const calibrated = told.role === "calibration" && !told.skipped;
  const head = h("h3", {}, told.skipped ? `${howMany(told.skipped, "answer is", "answers are")} left.`
    : calibrated ? "Calibration is done." : "Nothing is left to mark.");
  const waiting = desk.state.left;
  const leave = desk.doing(() => {
    if (calibrated) remembered.set("part", "first");
    return sitting.leave();
  });
  const anew = told.role === "settled" ? "Back to the list" : "Choose part and question anew";
  const [main, ...others] = [
    told.skipped ? ["Go on marking", desk.doing(sitting.again)] : null,
    [told.skipped || told.why ? anew : "Go on", leave],
    told.canUndo ? ["Take the last mark back", desk.doing(async () => showAnswer(sitting, await desk.ask("undo")))] : null,
  ].filter(Boolean);
  work.replaceChildren();
  fill(work, head,
    told.why ? h("p", {}, told.why) : null,
    calibrated ? h("p", {}, waiting ? `Next come the answers of your class: ${howMany(waiting, "waits", "wait")} for a mark. Go on, and begin.` : "No answer of your class waits for a mark.") : null,
    told.agreements ? told.agreements.map((one) => agreementOf(one, "you and the reference")) : null,
    told.compared && told.compared.length ? tableOf(["Answer", "You", "Reference", "Why"], told.compared.map((one) => [one.text, String(one.points), String(one.reference), curly(one.why)]), { label: "Where you and the reference differ" }) : null,
    h("div", { class: "ck-foot" }, button(...main, { class: "ck-main" }), others.map((other) => button(...other, { class: "ck-quiet" }))));
  focusOn(head);
}
