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

  /** The ruptures of a play: { kind, start, end, flares }, in client's lines; `end` is the first line after the repair, or null. */
  function ruptures(session) {
    const found = [];
    let open = null;
    for (const turn of session.turns) {
      if (turn.stage && !open) open = { kind: turn.context, start: turn.turn, end: null, flares: [] };
      else if (open && turn.line === "onset") open.flares.push(turn.turn);
      if (open && turn.closed) {
        found.push({ ...open, end: turn.turn + 1 });
        open = null;
      } else if (!open && turn.opened) open = { kind: session.traits.style, start: turn.turn + 1, end: null, flares: [] };
    }
    return open ? [...found, open] : found;
  }

  const place = (point, points) => (point === points ? "at the end" : `at turn ${point}`);

  /** The curve in words, most important first. */
  function inWords(felt, showing, found, client) {
    const points = felt.length;
    const gaps = felt.map((value, index) => showing[index] - value);
    const widest = gaps.indexOf(Math.max(...gaps));
    const least = Math.min(...felt);
    const said = [`What ${client} felt went from ${felt[0]} to ${felt[points - 1]} of 100`
      + ` and was lowest, ${least}, ${place(felt.indexOf(least) + 1, points)}.`];
    if (gaps[widest] >= 8) {
      said.push(`Felt and shown were furthest apart ${place(widest + 1, points)}: ${felt[widest]} and ${showing[widest]}.`);
    }
    for (const { kind, start, end, flares } of found) {
      const flared = flares.length ? `flared up again at turn ${flares.join(" and ")} and ` : "";
      const became = end === null ? "was not repaired" : `was repaired with turn ${end - 1}`;
      said.push(start === points ? `A ${kind} began with your last reply.` : `The ${kind} that began at turn ${start} ${flared}${became}.`);
    }
    return said.join(" ");
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

  function draw(felt, showing, found, words) {
    const points = felt.length;
    const [wide, high] = [WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM];
    const across = (point) => rounded(LEFT + (wide * (point - 1)) / Math.max(1, points - 1));
    const up = (value) => rounded(TOP + high * (1 - value / 100));
    const path = (values) => values.map((value, index) => `${across(index + 1)},${up(value)}`).join(" ");
    const step = Math.ceil(points / 9);
    const id = newId("curve");
    const bands = found.map(({ kind, start, end }) => {
      const [left, right] = [across(Math.min(start, points)), across(end === null ? points : end)];
      const width = Math.max(1.5, right - left);
      return [svg("rect", { class: "ck-band-open", x: left, y: TOP, width, height: high }),
        svg("text", { class: "ck-band-name", x: Math.min(left, WIDTH - RIGHT - 72), y: TOP - 7 }, kind)];
    });
    const at = (point) => [across(Math.min(point, points)), up(felt[Math.min(point, points) - 1])];
    const marks = found.map(({ start, end, flares }) => {
      const repaired = end === null ? null : at(end);
      return [...[start, ...flares].map(at).map(([x, y]) => svg("path", { class: "ck-began", d: `M${x - 5},${y - 8}h10l-5,8z` })),
        repaired && svg("path", { class: "ck-repaired", d: `M${repaired[0]},${repaired[1] - 6}l6,6l-6,6l-6,-6z` })];
    });
    const tick = (point) => svg("text", { x: across(point), y: HEIGHT - 12, "text-anchor": "middle" }, String(point));
    return svg("svg", { class: "ck-curve", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-labelledby": id },
      svg("title", { id }, words),
      [0, 50, 100].map((value) => [svg("line", { class: "ck-grid", x1: LEFT, x2: WIDTH - RIGHT, y1: up(value), y2: up(value) }),
        svg("text", { x: LEFT - 6, y: up(value) + 4, "text-anchor": "end" }, String(value))]).flat(),
      bands.flat(),
      felt.slice(0, -1).map((_, index) => (index % step ? null : tick(index + 1))),
      svg("text", { x: WIDTH - RIGHT + 8, y: HEIGHT - 12 }, "turn"),
      svg("polyline", { class: "ck-shown", points: path(showing) }), svg("polyline", { class: "ck-felt", points: path(felt) }),
      marks.flat(), labels(felt[points - 1], showing[points - 1], WIDTH - RIGHT + 8, up));
  }

  const key = (name, sign, text) =>
    h("span", { class: "ck-key" }, h("span", { class: `ck-key-${name}`, "aria-hidden": "true" }, sign), ` ${text}`);

  function table(session, felt, showing) {
    const between = (turn) => (turn.line === "onset" ? `${turn.context} begins` : turn.context);
    const names = ["Turn", "Felt", "Shown", "Between you"];
    const row = (name, index, moment) => h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, String(felt[index])),
      h("td", {}, String(showing[index])), h("td", {}, moment));
    return h("details", {}, h("summary", {}, "The curves as a table"), h("table", { class: "ck-table" },
      h("thead", {}, h("tr", {}, names.map((name) => h("th", { scope: "col" }, name)))),
      h("tbody", {}, session.turns.map((turn, index) => row(String(turn.turn), index, between(turn))),
        row("end", session.turns.length, session.state.rupture || "calm"))));
  }

  /** Felt against shown over a play with at least one turn: the figure, its reading, and the same as a table. */
  function alliance(session) {
    const { client } = session.roleplay;
    const felt = [...session.turns.map((turn) => turn.felt_before), rules.felt(session)];
    const showing = [...session.turns.map((turn) => turn.shown_before), rules.shown(session)];
    const found = ruptures(session);
    const words = inWords(felt, showing, found, client);
    return h("figure", { class: "ck-figure" }, draw(felt, showing, found, words), h("figcaption", {},
      h("span", { class: "ck-keys" }, key("felt", "", `what ${client} felt`), key("shown", "", `what ${client} showed`),
        found.length ? key("began", "▼", "a rupture begins") : null,
        found.some(({ end }) => end !== null) ? key("repaired", "◆", "it is repaired") : null),
      h("span", { class: "ck-reading" }, words)), table(session, felt, showing));
  }

  return { shown, alliance };
})();
