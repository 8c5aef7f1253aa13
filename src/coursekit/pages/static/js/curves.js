// The two pictures of an alliance: the small one while playing (only what shows), and felt against shown in the debrief. The second
// looks as the one on the feedback page (feedback_curve.py).

const curves = (() => {
  const svg = (tag, props, ...children) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [name, value] of Object.entries(props)) node.setAttribute(name, value);
    node.append(...children.flat().filter((child) => child !== null));
    return node;
  };

  const rounded = (number) => Math.round(number * 10) / 10;

  // ---- while playing ----------------------------------------------------------------------------------------------------
  const SMALL = { width: 132, height: 40, pad: 5 };

  const tendency = (values) => {
    const change = values[values.length - 1] - values[Math.max(0, values.length - 2)];
    return change > 0 ? "rising" : change < 0 ? "falling" : "level";
  };

  /** What the client lets be seen, from line to line: a small drawing and the same in words. */
  function shown(client, values) {
    const { width, height, pad } = SMALL;
    const step = (width - 2 * pad - 4) / Math.max(11, values.length - 1);
    const at = (value, index) => [rounded(pad + index * step), rounded(height - pad - (value * (height - 2 * pad)) / 100)];
    const last = at(values[values.length - 1], values.length - 1);
    const words = `${values[values.length - 1]} of 100, ${tendency(values)}`;
    const label = `The alliance, as ${client} lets it be seen: ${words}`;
    return h("p", { class: "ck-shows" },
      svg("svg", { class: "ck-spark", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label },
        svg("line", { class: "ck-grid", x1: pad, x2: width - pad, y1: height / 2, y2: height / 2 }),
        svg("polyline", { class: "ck-shown", points: values.map(at).map((point) => point.join(",")).join(" ") }),
        svg("circle", { class: "ck-shown-now", cx: last[0], cy: last[1], r: 3 })),
      h("span", { "aria-hidden": "true" }, label));
  }

  // ---- in the debrief -----------------------------------------------------------------------------------------------------
  const [WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM] = [356, 216, 31, 76, 22, 28];

  /** The two curves in stretches, one for each session: [line of the client's, felt, shown]. Half-way between two lines a session ends. */
  function stretches(session) {
    const { turns, weeks, scene } = session;
    const moment = (line, state) => [line, rules.felt({ state }), rules.shown({ ...session, state })];
    const met = scene.ending ? weeks.filter((week) => week.turns < turns.length) : weeks; // a client who stays away shows nothing more
    const left = met.length < weeks.length ? weeks[met.length] : null;
    return [...met, left].map((week, index) => [
      ...weeks.slice(index - 1, index).map((before) => moment(before.turns + 0.5, before.after)),
      ...turns.filter((turn) => turn.session === index + 1).map((turn) => [turn.turn, turn.felt_before, turn.shown_before]),
      week ? moment(week.turns + 0.5, week.before) : moment(turns.length + 1, session.state)]);
  }

  /** The ruptures of a play: { kind, start, end, repaired, flares }, in lines of the client's, or the end of a session half-way between
   * two; `end` is the first after it, or null, `repaired` the turn that closed it, or 0. */
  function ruptures(session) {
    const found = [];
    let open = null;
    const edge = (number) => (session.weeks[number - 1] || { turns: Infinity }).turns + 0.5;
    const begins = (kind, start, within) => { open = { kind, start, within, end: null, repaired: 0, flares: [] }; };
    const ends = (end, repaired) => {
      found.push({ ...open, end, repaired });
      open = null;
    };
    const leave = (number) => { if (open && open.within < number) ends(edge(open.within), 0); };
    for (const turn of session.turns) {
      leave(turn.session);
      const next = Math.min(turn.turn + 1, edge(turn.session));
      if (turn.stage && !open) begins(turn.context, turn.turn, turn.session);
      else if (open && turn.line === "onset") open.flares.push(turn.turn);
      if (open && turn.closed) ends(next, turn.turn);
      else if (!open && turn.opened) begins(session.traits.style, next, turn.session);
    }
    leave(session.weeks.length + 1);
    return open ? [...found, open] : found;
  }

  const place = (line, last) => (line === last ? "at the end" : Number.isInteger(line) ? `at turn ${line}` : `after turn ${line - 0.5}`);

  /** The curve in words, most important first. */
  function inWords(moments, found, client) {
    const [last, felt] = moments[moments.length - 1];
    const gap = (one) => one[2] - one[1];
    const least = moments.reduce((low, one) => (one[1] < low[1] ? one : low));
    const widest = moments.reduce((wide, one) => (gap(one) > gap(wide) ? one : wide));
    const said = [`What ${client} felt went from ${moments[0][1]} to ${felt} of 100`
      + ` and was lowest, ${least[1]}, ${place(least[0], last)}.`];
    if (gap(widest) >= 8) {
      said.push(`Felt and shown were furthest apart ${place(widest[0], last)}: ${widest[1]} and ${widest[2]}.`);
    }
    return [...said, ...found.map((rupture) => ofRupture(rupture, last))].join(" ");
  }

  function ofRupture({ kind, start, end, repaired, flares }, last) {
    const flared = flares.length ? `flared up again at turn ${flares.join(" and ")} and ` : "";
    const became = repaired ? `was repaired with turn ${repaired}` : end === null ? "was not repaired" : "was still open when that session ended";
    if (start === last) return `A ${kind} began with your last reply.`;
    return Number.isInteger(start) ? `The ${kind} that began at turn ${start} ${flared}${became}.` : `A ${kind} began with turn ${start - 0.5} and ${became}.`;
  }

  function labels(felt, showing, x, up) {
    let [low, high] = [up(felt), up(showing)];
    const apart = 14 - Math.abs(low - high);
    if (apart > 0) {
      const shift = low >= high ? apart / 2 : -apart / 2;
      [low, high] = [low + shift, high - shift];
    }
    return [svg("text", { class: "ck-felt-name", x, y: low + 4 }, `felt ${felt}`),
      svg("text", { class: "ck-shown-name", x, y: high + 4 }, `shown ${showing}`)];
  }

  function draw(parts, found, words) {
    const moments = parts.flat();
    const [points, felt, showing] = moments[moments.length - 1];
    const [wide, high] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
    const across = (point) => rounded(LEFT + (wide * (point - 1)) / Math.max(1, points - 1));
    const up = (value) => rounded(TOP + high * (1 - value / 100));
    const path = (kind, which) => parts.map((part) => svg("polyline", { class: kind,
      points: part.map((moment) => `${across(moment[0])},${up(moment[which])}`).join(" ") }));
    const step = Math.ceil(points / 9);
    const id = newId("curve");
    let named = 0; // where the last name ends: one that would stand on it is left to the words below
    const bands = found.map(({ kind, start, end }) => {
      const [left, right] = [across(Math.min(start, points)), across(end === null ? points : end)];
      const width = Math.max(1.5, right - left);
      const x = Math.min(left, WIDTH - RIGHT - 72);
      const name = x < named ? null : svg("text", { class: "ck-band-name", x, y: TOP - 7 }, kind);
      if (name) named = x + 76;
      return [svg("rect", { class: "ck-band-open", x: left, y: TOP, width, height: high }), name];
    });
    const borders = parts.slice(1).map(([[line]]) =>
      svg("line", { class: "ck-border", x1: across(line), x2: across(line), y1: TOP, y2: TOP + high }));
    const at = (point) => [across(point), up(moments.find(([line]) => line >= point)[1])];
    const marks = found.map(({ start, end, repaired, flares }) => {
      const closed = repaired ? at(end) : null;
      return [...[Math.min(start, points), ...flares].map(at).map(([x, y]) => svg("path", { class: "ck-began", d: `M${x - 5},${y - 8}h10l-5,8z` })),
        closed ? svg("path", { class: "ck-repaired", d: `M${closed[0]},${closed[1] - 6}l6,6l-6,6l-6,-6z` }) : null];
    });
    const tick = (point) => svg("text", { x: across(point), y: HEIGHT - 12, "text-anchor": "middle" }, String(point));
    const turns = moments.filter(([line]) => Number.isInteger(line) && line < points && (line - 1) % step === 0);
    return svg("svg", { class: "ck-curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": id },
      svg("title", { id }, words),
      [0, 50, 100].map((value) => [svg("line", { class: "ck-grid", x1: LEFT, x2: WIDTH - RIGHT, y1: up(value), y2: up(value) }),
        svg("text", { x: LEFT - 6, y: up(value) + 4, "text-anchor": "end" }, String(value))]).flat(),
      bands.flat(), borders, turns.map(([line]) => tick(line)),
      svg("text", { x: WIDTH - RIGHT + 8, y: HEIGHT - 12 }, "turn"),
      path("ck-felt", 1), path("ck-shown", 2), marks.flat(), labels(felt, showing, WIDTH - RIGHT + 8, up));
  }

  const key = (name, sign, text) =>
    h("span", { class: "ck-key" }, h("span", { class: `ck-key-${name}`, "aria-hidden": "true" }, sign), ` ${text}`);

  function table(session, parts) {
    const names = ["Turn", "Felt", "Shown", "Between you"];
    const between = (turn) => (turn.line === "onset" ? `${turn.context} begins` : turn.context);
    const row = ([, felt, shown], name, moment) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, String(felt)),
      h("td", {}, String(shown)), h("td", {}, moment));
    const rows = parts.map((part, index) => {
      const turns = session.turns.filter((turn) => turn.session === index + 1);
      const { rupture } = (session.weeks[index] || { before: session.state }).before;
      const end = row(part[part.length - 1], session.weeks[index] ? `end of session ${index + 1}` : "end", rupture || "calm");
      return [...turns.map((turn) => row(part.find(([line]) => line === turn.turn), String(turn.turn), between(turn))), end];
    });
    return h("details", {}, h("summary", {}, "The curves as a table"), h("table", { class: "ck-table" },
      h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))), h("tbody", {}, rows)));
  }

  /** Felt against shown over a play with at least one turn: the figure, its reading, and the same as a table. */
  function alliance(session) {
    const { client } = session.roleplay;
    const parts = stretches(session);
    const found = ruptures(session);
    const words = inWords(parts.flat(), found, client);
    return h("figure", { class: "ck-figure" }, draw(parts, found, words), h("figcaption", {},
      h("span", { class: "ck-keys" }, key("felt", "", `what ${client} felt`), key("shown", "", `what ${client} showed`),
        found.length ? key("began", "▼", "a rupture begins") : null,
        found.some(({ repaired }) => repaired) ? key("repaired", "◆", "it is repaired") : null,
        parts.length > 1 ? key("border", "┊", "a session ends") : null),
      h("span", { class: "ck-reading" }, words)), table(session, parts));
  }

  return { shown, alliance };
})();
