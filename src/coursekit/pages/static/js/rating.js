// A rating: a scene to read, and scales from one number to another. A scale that was not touched is not attempted, not "50".

function scaleRow(scale, value, pick) {
  const id = newId("scale");
  const { low, high } = scale;
  const middle = Math.round((low.value + high.value) / 2);
  const number = h("output", { class: "ck-rating", for: id });
  const range = h("input", {
    type: "range", id, min: low.value, max: high.value, step: 1, class: "ck-range", "data-ck-key": `scale-${scale.id}`,
    oninput: () => set(), onpointerup: () => set(), onkeydown: (event) => { if (event.key === "Enter") set(); },
  });
  range.value = value === undefined ? middle : value;
  const show = (rated) => {
    number.textContent = rated ? range.value : "not rated yet";
    number.classList.toggle("ck-unrated", !rated);
    range.classList.toggle("ck-unset", !rated);
    if (rated) range.removeAttribute("aria-valuetext");
    else range.setAttribute("aria-valuetext", "not rated yet");
  };
  function set() {
    show(true);
    pick(Number(range.value));
  }
  show(value !== undefined);
  const end = ({ value: at, text }) => h("span", {}, h("b", {}, String(at)), ` ${text}`);
  return h("div", { class: "ck-scale" }, h("div", { class: "ck-scale-head" }, h("label", { for: id }, scale.label), number), range,
    h("div", { class: "ck-ends" }, end(low), end(high)));
}

/** Her value and the key's, on one line: [word of judgement, the picture]. */
function ratedScale(scale, mine, right, tolerance) {
  const { low, high, label } = scale;
  const at = (number) => `${(100 * (number - low.value)) / (high.value - low.value)}%`;
  const off = Math.abs(mine - right);
  const mark = mine === undefined ? badge("none", "Not attempted")
    : off <= tolerance ? badge("good", off ? "Close" : "Exactly") : off <= 3 * tolerance ? badge("part", "Some way off") : badge("poor", "Far off");
  const pin = (number, kind, sign) => h("span", { class: `ck-pin ck-pin-${kind}`, style: `left: ${at(number)}` }, h("span", {}, sign));
  const band = { left: at(Math.max(low.value, right - tolerance)), right: at(high.value - (Math.min(high.value, right + tolerance) - low.value)) };
  return [mark, h("div", { class: "ck-track", role: "img", "aria-label": `${label}: ${mine === undefined ? "not rated" : `you said ${mine}`}; here ${right}, give or take ${tolerance}.` },
    h("span", { class: "ck-band", style: `left: ${band.left}; right: ${band.right}` }), pin(right, "right", String(right)),
    mine === undefined ? null : pin(mine, "mine", String(mine)))];
}

views.rating = sheet({
  check: "Check",
  scene: (item) => ((item.scene || []).length ? h("div", { class: "ck-scene" }, item.scene.map(spoken)) : null),
  nothing: "Not attempted yet: set at least one scale first.",
  blank: () => ({ ratings: {} }),
  ask(ctx, value, change) {
    let ratings = { ...value.ratings };
    return ctx.item.scales.map((scale) => scaleRow(scale, ratings[scale.id], (number) => {
      if (ratings[scale.id] === number) return;
      ratings = { ...ratings, [scale.id]: number };
      change({ ratings });
    }));
  },
  still(item, value) {
    const left = item.scales.filter((scale) => value.ratings[scale.id] === undefined).length;
    if (!left) return "";
    return `${capital(inWords(left))} of ${inWords(item.scales.length)} scales ${left === 1 ? "is" : "are"} still without a rating.`;
  },
  need: () => "",
  show(ctx, value) {
    const { item } = ctx;
    const { values, tolerance, why: reasons } = item.key;
    const rated = item.scales.filter((scale) => value.ratings[scale.id] !== undefined);
    const close = rated.filter((scale) => Math.abs(value.ratings[scale.id] - values[scale.id]) <= tolerance).length;
    const sum = item.scales.length === 1 ? "Your rating beside ours:"
      : item.scales.length === 2 && close !== 1 ? `${close ? "Both ratings are" : "Neither rating is"} close to ours.`
        : `${close ? capital(inWords(close)) : "None"} of the ${inWords(item.scales.length)} ratings ${close === 1 ? "is" : "are"} close to ours.`;
    return [sum, item.scales.map((scale) => {
      const [mark, track] = ratedScale(scale, value.ratings[scale.id], values[scale.id], tolerance);
      return h("div", { class: "ck-scale" }, h("div", { class: "ck-scale-head" }, h("b", {}, scale.label), mark), track,
        h("div", { class: "ck-ends" }, h("span", {}, scale.low.text), h("span", {}, scale.high.text)), why(reasons[scale.id]));
    })];
  },
});
