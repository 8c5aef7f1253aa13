// The codes menu: a trainee names what a reply does, or looks up what a code means.

const NOTHING = { code: "none", name: "nothing to mark", definition: "No marker here: the line is what it seems." };

/** The codebook's entry for a code; a code that this page does not know is shown by its identifier. */
const entryOf = (vocabulary, code) => (code === "none" ? NOTHING : vocabulary[code] || { code, name: code, definition: "" });
const nameOf = (vocabulary, code) => entryOf(vocabulary, code).name;
const namesOf = (vocabulary, codes) => codes.map((code) => nameOf(vocabulary, code)).join(" and ");

/** The codes by group, in the codebook's order: [[group, [entry, …]], …]. */
function grouped(vocabulary, codes) {
  const groups = new Map();
  const order = Object.keys(vocabulary);
  const rank = (code) => (order.indexOf(code) + 1 || order.length + 1);
  for (const code of [...codes].filter((one) => one !== "none").sort((a, b) => rank(a) - rank(b))) {
    const entry = entryOf(vocabulary, code);
    const group = entry.group || "";
    groups.set(group, [...(groups.get(group) || []), entry]);
  }
  return [...groups];
}

/** All definitions, folded away: <details> with a list for each group. */
function legend(vocabulary, codes, title = "What the codes mean", withNothing = false) {
  const list = (entries) => h("dl", { class: "ck-definitions" }, entries.map((entry) => h("div", {},
    h("dt", {}, capital(entry.name)), h("dd", {}, entry.definition))));
  return h("details", { class: "ck-legend" }, h("summary", {}, title),
    grouped(vocabulary, codes).map(([group, entries]) => [group && h("p", { class: "ck-group" }, capital(group)), list(entries)]),
    withNothing && list([NOTHING]));
}

/**
 * A menu of codes to name with, grouped, the meaning of each at hand.
 * `codes`: those on offer (default: all of the therapist); `value`: those named; `most`: how many may be named;
 * `change(codes)` is called with each new naming, the one named first in front; `say(text)` speaks to a screen reader.
 */
function codesMenu({ vocabulary, codes, value = [], most = 2, change, say, legend: title = "What did you do?" }) {
  const offered = codes || Object.keys(vocabulary).filter((code) => vocabulary[code].of === "therapist");
  let named = value.filter((code) => offered.includes(code));
  const meaning = h("p", { class: "ck-meaning", "aria-hidden": "true" });
  const show = (entry) => meaning.replaceChildren(...(entry
    ? [h("strong", {}, capital(entry.name)), `: ${entry.definition}`]
    : ["Point at a code, or move to it, to read what it means."]));
  const shown = () => show(named.length ? entryOf(vocabulary, named[named.length - 1]) : null);

  function pick(entry, box) {
    if (box.checked && named.length >= most) {
      box.checked = false;
      if (say) say(`You have named ${inWords(most)} already. Take one away first.`);
      meaning.replaceChildren(`You have named ${inWords(most)} already. Take one away first.`);
      return;
    }
    named = box.checked ? [...named, entry.code] : named.filter((code) => code !== entry.code);
    show(entry);
    change([...named]);
  }

  function chip(entry) {
    const about = newId("about");
    const box = h("input", {
      type: "checkbox", class: "ck-chip-box", checked: named.includes(entry.code), "aria-describedby": about,
      "data-ck-key": `code-${entry.code}`, onchange: () => pick(entry, box), onfocus: () => show(entry),
    });
    return [h("label", { class: "ck-chip", onmouseenter: () => show(entry), onmouseleave: shown },
      box, h("span", { class: "ck-chip-face" }, entry.name)), hidden(entry.definition, { id: about })];
  }

  shown();
  return h("fieldset", { class: "ck-codes" }, h("legend", {}, title),
    grouped(vocabulary, offered).map(([group, entries]) => h("div", { class: "ck-codes-group" },
      group && h("span", { class: "ck-group" }, group), h("span", { class: "ck-chips" }, entries.map(chip)))),
    meaning);
}
