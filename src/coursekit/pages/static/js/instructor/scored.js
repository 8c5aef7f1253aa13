// Step 2: what became of every file, and what needs a person.

const OUTCOMES = [["graded", "scored"], ["for a person", "to be looked at"], ["refused", "refused"], ["passed over", "passed over"]];

async function scored(host, desk) {
  const told = await desk.ask("scored");
  const parts = OUTCOMES.filter(([outcome]) => told.outcomes[outcome]).map(([outcome, words]) => `${told.outcomes[outcome]} ${words}`);
  const { scored: { people, handIns, several }, left, exercises } = desk.state;
  fill(host,
    h("p", { class: "ck-sum" }, `${howMany(told.files, "file", "files")}: ${parts.join(", ")}. The gradebook has ${howMany(handIns, "hand-in", "hand-ins")} of ${howMany(people, "person", "people")}.`),
    exercises.length > 1 ? h("p", {}, `They are of ${exercises.length} exercises: ${exercises.map((one) => `${one.title} (${howMany(one.people, "person", "people")})`).join(", ")}.`) : null,
    several ? h("p", {}, `${howMany(several, "person", "people")} handed in the same exercise or lesson more than once: ${COUNTS.find(([rule]) => rule === desk.state.counts)[1]} counts, as chosen in step 1.`) : null,
    told.known ? h("p", {}, `${howMany(told.known, "file is", "files are")} the same as one that was there before: nothing is doubled.`) : null,
    told.rescored.length ? [h("p", {}, "The keys have changed since. Scored anew by those of today:"), h("ul", {}, told.rescored.map((one) => h("li", {}, one)))] : null,
    h("p", {}, left
      ? `${howMany(left, "answer waits", "answers wait")} for your mark: about ${howMany(desk.state.minutes, "minute", "minutes")}.`
      : "No answer waits for a mark."),
    told.removed.length ? removedFiles(told, desk) : null,
    told.refused.length ? refusedFiles(told) : null,
    told.needs.length ? needsAPerson(told, desk) : h("p", {}, told.refused.length ? "Nothing else needs you." : "Nothing came in that anybody has to look into."),
    h("details", {}, h("summary", {}, "Every file, and what became of it"),
      tableOfFiles(["File", "Outcome", "Why"], told.all, (one, file) => [file, one.outcome, one.reason], "Every file"),
      told.allMore ? h("p", {}, `And ${told.allMore} more, in files.csv.`) : null),
    h("div", { class: "ck-foot" }, left
      ? button("Go on: mark", () => desk.go("mark"), { class: "ck-main" })
      : button("Go on: the class", () => desk.go("class"), { class: "ck-main" })));
}

/** Files of people who were removed, and a way back where that was a mistake. */
function removedFiles(told, desk) {
  const back = (one) => desk.doing(async () => {
    await desk.ask("take_again", { file: one.file });
    await desk.ask("score", { counts: desk.state.counts });
    await desk.refresh();
    desk.say(`${one.file} is taken again. Marks do not come back.`, true);
  });
  return h("details", {}, h("summary", {}, `Passed over, because their trainees were removed (${told.removed.length})`),
    tableOfFiles(["File", "Why", ""], told.removed, (one, file) => [file, one.reason,
      button("Take it again", back(one), { class: "ck-quiet ck-small-button", "aria-label": `Take ${one.file} again` })], "Files of people who were removed"));
}

/** A table of what is new since the last scoring, and folded away below it what was there before. */
function newAndOld(told, rowOf, heads, label, nothing) {
  const [fresh, old] = [true, false].map((isNew) => told.filter((one) => one.isNew === isNew));
  if (!old.length) return tableOfFiles(heads, fresh, rowOf, label);
  return [
    h("p", {}, fresh.length ? h("span", { class: "ck-badge" }, "new this time") : nothing),
    fresh.length ? tableOfFiles(heads, fresh, rowOf, `${label}, new this time`) : null,
    h("details", {}, h("summary", {}, `From before (${old.length})`), tableOfFiles(heads, old, rowOf, `${label}, from before`))].filter(Boolean);
}

function refusedFiles(told) {
  return [h("h3", {}, "Refused: ask for these again"), newAndOld(told.refused, (one, file) => [file, one.reason],
    ["File", "Why, and what to do"], "Refused files", "No file was refused that was not refused before.")].flat();
}

function needsAPerson(told, desk) {
  const toMark = (one) => button("Give it points", () => desk.go("mark"), { class: "ck-quiet ck-small-button", "aria-label": `Give ${one.item} points, in the step Mark` });
  const rowOf = (one, file) => [
    one.item || "the file", one.toMark ? h("span", {}, one.reason, h("br", {}), toMark(one)) : one.reason,
    one.text ? h("details", {}, h("summary", {}, "Read it"), h("p", { class: "ck-answer-text" }, one.text)) : "",
    h("span", { class: "ck-small" }, file, h("br", {}), one.trainee),
  ];
  return [h("h3", {}, "To be looked at"),
    h("p", { class: "ck-small" }, "None of these was given a zero: they wait, with what was written. Whose each is stands beside it, by the file as it came and by a number; needs-a-person.csv has the names, too."),
    newAndOld(told.needs, rowOf, ["Where", "Why", "Text", "File and trainee"], "To be looked at", "Nothing is new here since the last time."),
    told.needsMore ? h("p", {}, `And ${told.needsMore} more, in needs-a-person.csv.`) : null].flat();
}
