// Step 1: what came in, and scoring it.

const COUNTS = [
  ["latest", "the latest"],
  ["first", "the first"],
  ["most", "the one with the most in it"],
];

function cameIn(host, desk) {
  const { state } = desk;
  const bar = h("progress", { hidden: true, "aria-label": "How far it is" });
  const line = h("p", { class: "ck-note", role: "status" });
  const counts = choice("If somebody handed in the same exercise several times, what counts is", COUNTS, state.counts);

  async function take(files) {
    bar.hidden = false;
    for (const [n, file] of files.entries()) {
      line.textContent = `Taking ${file.name} (${n + 1} of ${files.length})…`;
      bar.max = file.size || 1;
      await takeUp(desk, file, "hand-ins", (done) => { bar.value = done; });
    }
    await desk.refresh();
    desk.say(`${howMany(files.length, "file", "files")} taken.`);
  }

  async function score() {
    bar.hidden = false;
    bar.removeAttribute("value");
    line.textContent = "Reading…";
    desk.onProgress = ({ what, done, total }) => {
      bar.max = total || 1;
      bar.value = done;
      line.textContent = `${what}: ${done} of ${total}`;
    };
    await desk.ask("score", { counts: counts.input.value });
    desk.pointsOf = "";
    await desk.refresh("scored");
  }

  const fresh = state.cameIn.filter((one) => one.isNew).length;
  const ready = state.cameIn.length > 0;
  fill(host,
    h("p", {}, "Choose the zip that your learning-management system gave you, or the files that you were sent. Zips, folders, copies called ",
      "“name (1)”, several files from one person: all are taken as they come, and nothing in them is ever run."),
    fileChooser("Choose files…", desk.doing(take), { multiple: true, hint: "or drop them here" }),
    ready ? tableOf(["What came in", "Size", "", ""], state.cameIn.map((one) => [
      fileName(one.name), sized(one.size), one.isNew ? h("span", { class: "ck-badge" }, "not scored yet") : "read",
      removing(one, `Delete ${one.name} (${sized(one.size)}) from ${state.folder}? ${one.isNew ? "Nothing of it was scored yet." : "What was scored of it stays in the gradebook."} The one that you chose it from stays where it is.`,
        "Delete", desk.doing(async () => { desk.take(await desk.ask("remove", { name: one.name })); })),
    ]), { label: "What came in" }) : null,
    h("p", { class: "ck-small" }, `They are kept in ${state.folder}. You can also put files and folders there yourself.`),
    counts.node,
    h("div", { class: "ck-foot" },
      button(fresh || !state.scored ? "Score what came in" : "Score all again", desk.doing(score), { class: "ck-main", "data-ck-key": "score",
        ...(ready ? {} : { "aria-disabled": "true" }) }),
      state.scored && !fresh ? button("Go on: what was scored", () => desk.go("scored"), { class: "ck-quiet" }) : null),
    bar, line);
}
