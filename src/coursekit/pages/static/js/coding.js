// A coding sheet: a transcript; each line that asks for it is given a code, or "nothing to mark". False alarms count.

const codedLines = (item) => item.lines.filter((line) => line.code);

function codeSelect(ctx, line, number, value, pick) {
  const label = `Line ${number}, ${line.who}: what do you mark?`;
  const option = (entry) => h("option", { value: entry.code }, entry.name);
  const groups = grouped(ctx.vocabulary, ctx.item.vocabulary);
  return h("select", { class: "ck-select", "aria-label": label, "data-ck-key": `line-${line.id}`, value, onchange: (event) => pick(event.target.value) },
    h("option", { value: "" }, "not judged yet"), option(NOTHING),
    groups.map(([group, entries]) => (group ? h("optgroup", { label: capital(group) }, entries.map(option)) : entries.map(option))));
}

const sheetRow = (line, number, side, below) => h("li", { class: `ck-row${line.code ? " ck-coded" : ""}` },
  h("span", { class: "ck-number", "aria-hidden": "true" }, String(number)), spoken(line),
  side ? h("div", { class: "ck-side" }, side) : null, below);

const unjudged = (item, codes) => codedLines(item).filter((line) => !codes[line.id]).length;

/** "Two of twenty lines are still without a judgement." */
function stillUnjudged(item, codes) {
  const left = unjudged(item, codes);
  const all = codedLines(item).length;
  if (!left) return "";
  return `${capital(inWords(left))} of ${inWords(all)} lines ${left === 1 ? "is" : "are"} still without a judgement.`;
}

/** How one line went: [badge, what the sentence counts]. */
function judgement(ctx, line, codes) {
  const accepted = [ctx.item.key.codes[line.id]].flat();
  const given = codes[line.id];
  const names = accepted.map((code) => nameOf(ctx.vocabulary, code)).join(" or ");
  const marked = !accepted.includes("none");
  if (!given) return [badge("none", `Not attempted. Here: ${names}`), "open"];
  const mine = nameOf(ctx.vocabulary, given);
  if (accepted.includes(given)) return [badge("good", capital(mine)), marked ? "hit" : "rightly left"];
  if (!marked) return [badge("poor", `You marked: ${mine}. Here: ${names}`), "false alarm"];
  if (given === "none") return [badge("poor", `You marked nothing. Here: ${names}`), "missed"];
  const family = (code) => entryOf(ctx.vocabulary, code).group;
  const near = accepted.some((code) => family(code) && family(code) === family(given));
  return [badge("part", `You marked: ${mine}. Here: ${names}${near ? " (the same family)" : ""}`), "other name"];
}

function codingSum(counts, marked) {
  const of = (what) => counts[what] || 0;
  if (!marked) return "Nothing was to be marked here.";
  const found = of("hit") + of("other name");
  const said = [`Of ${amount(marked, "line", "lines")} to be marked you found ${found === marked ? "all" : inWords(found)}`
    + (of("other name") ? `, ${inWords(of("other name"))} of them under another name.` : ".")];
  const alarms = of("false alarm");
  said.push(alarms ? `${capital(amount(alarms, "mark was a false alarm", "marks were false alarms"))}.` : "No false alarms.");
  if (of("open")) said.push(`${capital(inWords(of("open")))} not attempted.`);
  return said.join(" ");
}

views.coding = sheet({
  check: "Check",
  nothing: "Not attempted yet: judge at least one line first.",
  blank: () => ({ codes: {} }),
  ask(ctx, value, change) {
    let codes = { ...value.codes };
    const all = codedLines(ctx.item).length;
    const count = h("p", { class: "ck-count", "aria-hidden": "true" });
    const tell = () => { count.textContent = `${all - unjudged(ctx.item, codes)} of ${all} judged`; };
    const pick = (line) => (code) => {
      codes = { ...codes, [line.id]: code };
      if (!code) delete codes[line.id];
      tell();
      change({ ...value, codes });
    };
    tell();
    return [legend(ctx.vocabulary, ctx.item.vocabulary, "What the codes mean", true),
      h("ol", { class: "ck-transcript" }, ctx.item.lines.map((line, index) => sheetRow(line, index + 1,
        line.code ? codeSelect(ctx, line, index + 1, codes[line.id] || "", pick(line)) : null))), count];
  },
  still: (item, value) => stillUnjudged(item, value.codes),
  need: () => "",
  show(ctx, value) {
    const counts = {};
    const rows = ctx.item.lines.map((line, index) => {
      if (!line.code) return sheetRow(line, index + 1);
      const [mark, what] = judgement(ctx, line, value.codes);
      counts[what] = (counts[what] || 0) + 1;
      return sheetRow(line, index + 1, null, h("div", { class: "ck-verdict" }, mark, why(ctx.item.key.why[line.id])));
    });
    const marked = codedLines(ctx.item).filter((line) => ![ctx.item.key.codes[line.id]].flat().includes("none")).length;
    return [codingSum(counts, marked), h("ol", { class: "ck-transcript" }, rows)];
  },
});
