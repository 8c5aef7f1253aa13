// Step 4: two raters: how far they agree, and where they differ.

async function settle(host, desk) {
  const told = await desk.ask("differences");
  const some = told.agreements.filter((one) => one.n);
  const names = told.rows.length ? told.rows[0].both.map((one) => one.rater).join(" and ") : "";
  const both = field("Who settles", { value: names }, "The two who sit together, as in “Ada Marsh and Ben Okri”.");
  const begin = async () => sit(host, desk, { rater: both.input.value, role: "settled", share: 1, item: "", proposals_first: false });
  fill(host,
    some.length ? null : h("p", {}, "No answer has two marks yet. A second rater begins in the step before this one (“I am the second rater”), or marks a spreadsheet that you bring back there. Without a second rater there is nothing to settle."),
    some.map((one) => agreementOf(one, "two raters")),
    told.rows.length ? [
      h("h3", {}, `${howMany(told.rows.length, "answer", "answers")} with different marks`),
      h("p", {}, "These count only when they are settled. The farthest apart come first."),
      tableOf(["Answer", "First", "Second"], told.rows.map((one) => [
        h("span", {}, h("b", {}, `${one.called}, ${one.item}: `), one.text),
        ...one.both.map((each) => `${each.rater}: ${each.points}${each.comment ? `. ${each.comment}` : ""}`)]), { label: "Different marks" }),
      both.node,
      h("div", { class: "ck-foot" }, button("Settle them", desk.doing(begin), { class: "ck-main" })),
    ] : some.length ? h("p", {}, "Nothing is left to settle.") : null,
    h("div", { class: "ck-foot" }, button("Go on: the class", () => desk.go("class"), { class: told.rows.length ? "ck-quiet" : "ck-main" })));
}

/** The figures of agreement in words, with what each of them is. */
function agreementOf(one, who) {
  const number = (value) => value.toFixed(2).replace("-", "−");
  const rows = [];
  if (one.alike !== null) {
    rows.push(["The same mark", `${Math.round(one.alike)} %`], ["At most one level apart", `${Math.round(one.near)} %`]);
  }
  if (one.kappa !== null) rows.push(["Weighted kappa", number(one.kappa)]);
  if (one.icc !== null) rows.push(["ICC(2,1)", `${number(one.icc)}, 95 % interval ${number(one.interval[0])} to ${number(one.interval[1])}`]);
  return h("div", { class: "ck-agreement" }, h("h3", {}, `${one.title}: ${who}, ${howMany(one.n, "answer", "answers")}`),
    h("dl", {}, rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value)))),
    one.meaning ? h("p", { class: "ck-small" }, one.meaning) : null,
    one.caution ? h("p", { class: "ck-part" }, one.caution.replace(/-(?=\d)/g, "−")) : null);
}
