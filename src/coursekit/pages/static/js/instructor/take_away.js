// Steps 5 and 6: the class, and what goes back to people.

async function theClass(host, desk) {
  const { file, people } = await desk.ask("report");
  const view = h("div", {}, h("p", { class: "ck-note" }, "Drawing it…"));
  fill(host,
    h("p", {}, `The report on ${howMany(people, "person", "people")}, with the marks given so far. Nobody is named in it, and of fewer than five people nothing is shown.`),
    h("div", { class: "ck-foot" }, button("Download the report", desk.doing(() => download(desk, file)), { class: "ck-quiet" }),
      button("Go on: take away", () => desk.go("away"), { class: "ck-main" })),
    view);
  const frame = await pageWithin(desk, file, "The class report");
  view.replaceChildren(h("p", {}, inATab(frame)), frame);
}

const WAITING = [
  ["wait", "no grade yet: the cell stays as it is"],
  ["so-far", "the points so far, too"],
  ["leave-out", "written answers are left out, for everybody: fair where only a sample is marked"],
];

/** Whose points go back: of one exercise, for each assignment of a system is one. Chosen each time, because a wrong guess is wrong for everybody. */
function ofWhich(desk) {
  const { exercises } = desk.state;
  const options = exercises.map((one) => [one.name, `${one.title} (${howMany(one.people, "person", "people")})`]);
  const before = exercises.some((one) => one.name === desk.pointsOf) || desk.pointsOf === "all" ? desk.pointsOf : "";
  const list = choice("Points of", [["", "choose one…"], ...options, ["all", "all exercises together"]], before);
  list.input.addEventListener("change", () => { desk.pointsOf = list.input.value; });
  return exercises.length > 1 ? { node: list.node, value: () => list.input.value, input: list.input } : { node: null, value: () => "" };
}

function takeAway(host, desk) {
  const notebook = ofWhich(desk);
  const waiting = choice("Whoever has answers that still wait for a mark gets", WAITING, desk.state.unmarked);
  const column = canvasColumn(desk);
  const canvas = systemFile(desk, "canvas", "Canvas", "Choose the gradebook file…", "Grades → Export, in Canvas. A copy comes back with the points in it.", column);
  const grade = field("The column of grades, if it cannot be found", { placeholder: "Usually left empty", value: remembered.get("moodle column") });
  const moodle = systemFile(desk, "moodle", "Moodle", "Choose the grading worksheet…", "Download grading worksheet, in Moodle’s list of submissions. A copy comes back with the grades in it.",
    { node: grade.node, value: () => grade.input.value });
  const result = h("div", { class: "ck-result" });

  async function prepare() {
    if (notebook.input && !notebook.value()) {
      notebook.input.focus();
      throw new Error("Choose whose points go back: those of one exercise, as your system has an assignment for each, or of all together.");
    }
    const told = await desk.ask("take_away", { notebook: notebook.value(), canvas: canvas.path(), assignment: canvas.column(),
      moodle: moodle.path(), moodle_grade: moodle.column(), waiting: waiting.input.value });
    desk.state.unmarked = waiting.input.value;
    showFiles(result, desk, told);
  }

  const waits = desk.state.unfinished;
  fill(host,
    waits ? h("p", { class: "ck-part" }, `${howMany(waits, "answer has", "answers have")} no final mark yet. You can give back what there is, and again later.`) : null,
    waiting.node,
    notebook.node, canvas.node, moodle.node,
    h("div", { class: "ck-foot" }, button("Make everything ready", desk.doing(prepare), { class: "ck-main", "data-ck-key": "ready" })),
    result);
  if (desk.ready) showFiles(result, desk, desk.ready);
}

/** A file that a system gave, and the column of it that matters: { node, value(), read(path) }. */
function systemFile(desk, purpose, name, text, hint, column) {
  let path = "";
  const chosen = h("p", { class: "ck-chosen", role: "status" });
  const node = h("details", { class: "ck-system" }, h("summary", {}, `Grades in ${name}`), h("p", { class: "ck-small" }, hint),
    fileChooser(text, desk.doing(async ([file]) => {
      path = (await takeUp(desk, file, purpose, () => {})).path;
      chosen.textContent = `Chosen: ${file.name}`;
      if (column.read) await column.read(path);
    })), chosen, column.node);
  return {
    node,
    path: () => path,
    column() {
      remembered.set(`${purpose} column`, column.value());
      return path ? column.value() : "";
    },
  };
}

const NEW = "\n"; // no title has a line end

/** The assignment that takes the points: one of those in Canvas's file, or a new one. */
function canvasColumn(desk) {
  const title = field("Title of the new assignment", {}, "Canvas makes an assignment of this name when the file is uploaded.");
  const node = h("div", {});
  let list = null;
  const follow = () => { title.node.hidden = list.input.value !== NEW; };
  return {
    node,
    value: () => (list && list.input.value !== NEW ? list.input.value : title.input.value),
    async read(path) {
      node.replaceChildren();
      const { columns } = await desk.ask("canvas_columns", { path });
      const before = remembered.get("canvas column");
      list = choice("The assignment that takes the points", [...(columns.includes(before) ? [] : [["", "choose one…"]]),
        ...columns.map((each) => [each, each]), [NEW, "a new column …"]], columns.includes(before) ? before : "");
      list.input.addEventListener("change", follow);
      node.replaceChildren(list.node, title.node);
      follow();
    },
  };
}

function showFiles(result, desk, told) {
  const rowOf = (one) => [
    h("b", {}, one.name), one.what, sized(one.size),
    button("Download", desk.doing(() => download(desk, one.name)), { class: "ck-quiet ck-small-button", "aria-label": `Download ${one.name}` })];
  const groups = [...new Set(told.files.map((one) => one.group))];
  const tables = groups.flatMap((group) => [h("h4", {}, group),
    tableOf(["File", "What it is, and where it goes", "Size", ""], told.files.filter((one) => one.group === group).map(rowOf), { label: group })]);
  const head = h("h3", {}, "Ready to take away");
  result.replaceChildren(head, ...told.wrong.map((why) => h("p", { class: "ck-wrong", role: "alert" }, why)),
    told.said.length ? h("ul", {}, told.said.map((sentence) => h("li", {}, sentence))) : "",
    ...tables, ...whomToWriteTo(desk, told.letters), ...thePeople(desk, told.people));
  focusOn(head);
}

/** Who should hear something, with a short text for each that can be copied. */
function whomToWriteTo(desk, letters) {
  if (!letters.length) return [];
  const copy = (one) => desk.doing(async () => {
    if (!navigator.clipboard) throw new Error("This browser lets nothing be copied here. Choose “Read it”, and copy the text from there.");
    await navigator.clipboard.writeText(one.text);
    desk.say(`The text to ${one.name || one.file} is copied.`);
  });
  return [h("details", {}, h("summary", {}, `Whom to write to (${letters.length})`),
    h("p", { class: "ck-small" }, "Of whom nothing came in is not known here: compare with your list of participants. The same is in to-write-to.csv."),
    tableOf(["Who", "About", "Text", ""], letters.map((one) => [
      h("span", {}, one.name || fileName(zipAndRest(one.file)[1]), one.id ? [h("br", {}), h("span", { class: "ck-small" }, one.id)] : null), one.about,
      h("details", {}, h("summary", {}, "Read it"), h("p", { class: "ck-answer-text" }, one.text)),
      button("Copy the text", copy(one), { class: "ck-quiet ck-small-button", "aria-label": `Copy the text to ${one.name || one.file}` })]), { label: "Whom to write to" }))];
}

/** Everybody by name: a look at the page that goes back, and removing somebody for good. */
function thePeople(desk, people) {
  const page = h("div", {});
  const look = (one) => desk.doing(async () => {
    const frame = await pageWithin(desk, one.page, `Feedback for ${one.name}`);
    page.replaceChildren(h("p", {}, inATab(frame)), frame);
    focusOn(frame);
  });
  const list = tableOf(["Name", "", ""], people.map((one) => [
    h("span", {}, one.name, [one.known, one.id].filter(Boolean).map((each) => [h("br", {}), h("span", { class: "ck-small" }, each)])),
    one.page ? button("Look at the page", look(one), { class: "ck-quiet ck-small-button", "aria-label": `Look at the page of ${one.name}`, title: one.known || one.id }) : "no page",
    forgetting(desk, one)]), { label: "Everybody" });
  return [h("details", {}, h("summary", {}, `Everybody, by name (${people.length})`), list), page];
}

function forgetting(desk, one) {
  const question = `Remove ${one.name} (${one.known || one.id}), with all that was handed in, scored and marked? Spreadsheets and copies of a system’s files in the folder go, too, because they hold the whole class. Marks and comments do not come back. The zip or file that came in stays in the folder ${desk.state.folderName}; what ${one.name} has in it is passed over from then on, until you score all again and choose “Take it again” in the step “What was scored”.`;
  return removing(one, question, "Remove for good", desk.doing(async () => {
    const told = await desk.ask("forget", { trainee: one.id });
    desk.ready = { ...told, said: [], wrong: [] };
    await desk.renew();
    desk.ready = null;
    desk.say(told.said.join("\n"), true);
  }));
}
