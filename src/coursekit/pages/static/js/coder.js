// Reads a trainee's reply: what kind it is, how sure that is, and which words spoke for it. The twin of coursekit/coding (text.py,
// features.py, model.py, verdict.py, reasons.py, copies.py, coder.py), to the digit: whole numbers only, no regular expressions. Change both or neither. The model, with
// its weights and tables, is data (model.json), which a page loads only where something is to be read.

const coder = (() => {
  // ---- text.py ------------------------------------------------------------------------------------------------------------------
  const OTHER = "~";
  const SIGNS = {};
  for (const [points, sign] of [[[0x2018, 0x2019, 0x201a, 0x2bc, 0x60, 0xb4], "'"], [[0x201c, 0x201d, 0x201e, 0xab, 0xbb], '"'],
    [[0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212], "-"], [[0xa0, 0x2002, 0x2003, 0x2009, 0x202f, 0x200b, 0xfeff], " "],
    [[0x2026], "."]]) {
    for (const point of points) SIGNS[String.fromCodePoint(point)] = sign;
  }
  const UNDIVIDED = new Map(RULES.words.contractions.split(" ").map((word) =>
    [word.split("'").join(""), [word.split("'")[0], `'${word.split("'")[1]}`]]));
  const WORD = new Set("abcdefghijklmnopqrstuvwxyz0123456789" + OTHER);
  const BLANK = new Set(" \n");
  const COMMAS = new Set(",;:/");
  const plainLetter = (sign) => (sign >= "A" && sign <= "Z" ? sign.toLowerCase() : sign);

  function folded(sign) {
    const point = sign.codePointAt(0);
    if (SIGNS[sign] !== undefined) return SIGNS[sign];
    if (point < 0x80) return plainLetter(sign);
    if (point < 0xc0 || (point >= 0x2000 && point < 0x2070)) return " ";
    if (point < 0x250) {
      const base = sign.normalize("NFKD")[0];
      return base.codePointAt(0) < 0x80 ? plainLetter(base) : OTHER;
    }
    return point >= 0x300 && point < 0x370 ? "" : OTHER;
  }

  /** The sentences of a text that have a word in them: words with their places in code points, the sign that ended them, whether aside. */
  function sentences(text) {
    const found = [];
    let words = [];
    let letters = "";
    let commas = new Set(); // how many words stood before each
    let [start, end, apostrophe, aside] = [0, 0, -1, false];
    const endWord = () => {
      for (const part of UNDIVIDED.get(letters) || (letters ? [letters] : [])) words.push({ text: part, start, end });
      letters = "";
    };
    const endSentence = (sign) => {
      endWord();
      const pieces = [...commas].filter((place) => place > 0 && place < words.length).length + 1;
      if (words.length) found.push({ words, end: sign, aside, pieces });
      words = [];
      commas = new Set();
    };
    let place = -1;
    for (const point of text) {
      place += 1;
      const sign = folded(point);
      if (WORD.has(sign)) {
        if (!letters) {
          const joined = apostrophe >= 0 && apostrophe === place - 1;
          [letters, start] = joined ? ["'", place - 1] : ["", place];
        }
        letters += sign;
        end = place + 1;
      } else if (sign === "'") {
        apostrophe = letters ? place : -1;
        endWord();
      } else if (sign === "." || sign === "?" || sign === "!") {
        endSentence(sign);
      } else if (sign === "(" || sign === "[" || sign === ")" || sign === "]") {
        endSentence("");
        aside = sign === "(" || sign === "[";
      } else if (sign === "\n") {
        endSentence("");
      } else if (sign) {
        endWord();
        if (COMMAS.has(sign)) commas.add(words.length);
      }
    }
    endSentence("");
    return found.length ? found : silence(text);
  }

  /** Three dots, or two, and nothing else: how people type that somebody says nothing. */
  function silence(text) {
    const signs = [...text];
    while (signs.length && BLANK.has(signs[signs.length - 1])) signs.pop();
    const start = signs.findIndex((sign) => !BLANK.has(sign));
    const dots = start < 0 ? [] : signs.slice(start).map((sign) => (sign === "\u2026" ? 2 : sign === "." ? 1 : NaN));
    return sum(dots) >= 2 ? [{ words: [{ text: "...", start, end: signs.length }], end: "", aside: true, pieces: 1 }] : [];
  }

  const sum = (numbers) => numbers.reduce((total, number) => total + number, 0);
  const textsOf = (said) => said.flatMap(({ words }) => words.map(({ text }) => text));

  // ---- features.py --------------------------------------------------------------------------------------------------------------
  const listed = (name) => new Set(RULES.words[name].split(" "));
  const [FUNCTION_WORDS, STOCK, SORRY, BUT, INSULTS, HURTFUL] = ["small", "stock", "sorry", "but", "insults", "hurtful"].map(listed);
  const CRC = Uint32Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum;
  });

  /** The number by which the model knows a feature: 20 bits of its CRC-32. */
  function key(feature) {
    let sum = 0xffffffff;
    for (let place = 0; place < feature.length; place += 1) sum = CRC[(sum ^ feature.charCodeAt(place)) & 255] ^ (sum >>> 8);
    return ~sum & 0xfffff;
  }

  const isContent = (word) => word.length > 2 && !FUNCTION_WORDS.has(word);
  const particulars = (said) => textsOf(said).filter((word) => isContent(word) && !STOCK.has(word)).length;
  /** How many words of a reply stand in the client's line, small words apart. */
  function shared(said, client) {
    const clients = new Set(textsOf(client).filter(isContent));
    return textsOf(said).filter((word) => clients.has(word)).length;
  }
  const steps = (number, edges) => edges.filter((edge) => number >= edge).length;
  const share = (part, whole) => Math.floor((100 * part) / Math.max(1, whole));

  /** The features of a reply to a client's line, each with the words that it was first found in. */
  function features(said, client) {
    const found = new Map();
    const add = (feature, place) => { if (!found.has(feature)) found.set(feature, place); };
    shape(said, client, add);
    const spoken = said.flatMap((sentence, number) => (sentence.aside ? [] : [number]));
    const [opening, closing] = spoken.length ? [spoken[0], spoken[spoken.length - 1]] : [0, said.length - 1];
    let first = 0;
    said.forEach((sentence, number) => {
      ofSentence(sentence, number === opening, number === closing, (feature, place) => add(feature, place.map((word) => first + word)));
      first += sentence.words.length;
    });
    sorryBut(said, add);
    return found;
  }

  function shape(said, client, add) {
    const words = textsOf(said);
    const content = words.filter(isContent);
    const taken = shared(said, client);
    const small = words.filter((word) => FUNCTION_WORDS.has(word)).length;
    const spoken = said.filter(({ aside }) => !aside);
    add(`#words ${steps(words.length, [1, 2, 3, 5, 8, 12, 17, 25, 40])}`, []);
    add(`#sentences ${Math.min(said.length, 5)}`, []);
    const pieces = sum(said.map((sentence) => sentence.pieces));
    add(`#pieces ${steps(pieces, [2, 3, 4, 6, 9])} ${steps(words.length, [5, 12, 25])}`, []);
    add(`#piece ${steps(Math.floor(words.length / Math.max(1, pieces)), [2, 3, 4, 6, 9, 13])}`, []);
    add(`#different ${steps(share(new Set(words).size, words.length), [40, 55, 70, 85, 95])}`, []);
    add(`#small ${steps(share(small, words.length), [1, 15, 30, 45, 60])}`, []);
    const asks = spoken.length && spoken[spoken.length - 1].end === "?" ? "asks" : "says";
    add(`#particular ${steps(particulars(said), [1, 2, 3, 5, 8])} ${asks}`, []);
    add(`#shared ${steps(taken, [1, 2, 3, 5])}`, []);
    add(`#share ${steps(share(taken, content.length), [1, 15, 30, 50, 75])}`, []);
    if (!spoken.length) add("#silent", []);
    else if (spoken[spoken.length - 1].end === "?") add("#asks last", []);
    else if (spoken.some(({ end }) => end === "?")) add("#asks before", []);
    else add("#asks nothing", []);
    if (spoken.length < said.length) add("#aside", []);
    if (client.length && client[client.length - 1].end === "?") add("#asked", []);
  }

  function ofSentence(sentence, atBeginning, atEnd, add) {
    const words = sentence.words.map(({ text }) => text);
    const end = sentence.end === "?" || sentence.end === "!" ? sentence.end : "$";
    const form = end === "?" ? "?" : ".";
    const last = words.length - 1;
    words.forEach((word, place) => {
      add(`w ${word}`, [place]);
      add(`${form} ${word}`, [place]);
      const padded = `_${word}_`;
      for (let start = 0; start < padded.length - 4; start += 1) add(`5 ${padded.slice(start, start + 5)}`, [place]);
      if (atEnd) add(`L ${word}`, [place]);
    });
    const signs = ["^", ...words, end];
    const places = (...numbers) => numbers.filter((sign) => sign >= 1 && sign <= last + 1).map((sign) => sign - 1);
    for (let place = 0; place < signs.length - 1; place += 1) {
      const here = places(place, place + 1);
      const pair = `${signs[place]} ${signs[place + 1]}`;
      add(`2 ${pair}`, here);
      if (atEnd) add(`M ${pair}`, here);
      if (atBeginning) add(`F ${pair}`, here);
    }
    for (let place = 0; place < signs.length - 2; place += 1) {
      add(`3 ${signs[place]} ${signs[place + 1]} ${signs[place + 2]}`, places(place, place + 1, place + 2));
      add(`x ${signs[place]} ${signs[place + 2]}`, places(place, place + 2));
    }
    for (let place = 0; place < signs.length - 3; place += 1) add(`y ${signs[place]} ${signs[place + 3]}`, places(place, place + 3));
    add(`o ${words[0]}${form}`, [0]);
    if (last) {
      add(`o ${words[0]} ${words[1]}${form}`, [0, 1]);
      add(`z ${words[last]}${form}`, [last]);
    }
  }

  function sorryBut(said, add) {
    const words = textsOf(said);
    const sorry = words.findIndex((word) => SORRY.has(word));
    const but = sorry < 0 ? -1 : words.findIndex((word, place) => place > sorry && BUT.has(word) && !SORRY.has(word));
    if (but >= 0) add("#sorry but", [sorry, but]);
  }

  // ---- copies.py ----------------------------------------------------------------------------------------------------------------
  const [SHORT, SAME, MOST] = [6, 75, 60];
  const TURNED = new Map([...["i", "me", "we", "us"].map((word) => [word, "you"]), ...["my", "our"].map((word) => [word, "your"]),
    ...["am", "'m", "'re"].map((word) => [word, "are"]), ["was", "were"], ["myself", "yourself"]]);
  const spokenIn = (said) => textsOf(said).map((word) => TURNED.get(word) || word);
  const counted = (words) => words.reduce((counts, word) => counts.set(word, (counts.get(word) || 0) + 1), new Map());
  const wordsOf = new Map(); // of texts of the course: they are asked for at each reply

  function wordsIn(text) {
    if (!wordsOf.has(text)) {
      const words = spokenIn(sentences(text));
      wordsOf.set(text, { words, counts: counted(words) });
    }
    return wordsOf.get(text);
  }

  /** "client" or "course" when most of a reply is copied from there, "course" when it is from both, else "". */
  function copied(text, client, known) {
    const said = sentences(text).map((sentence) => spokenIn([sentence]));
    const whole = said.flat();
    const others = [["client", wordsIn(client)], ...known.map((other) => ["course", wordsIn(other)])];
    const source = whole.length >= SHORT ? sourceOf(whole, others) : "";
    if (source) return source;
    const found = said.filter((words) => words.length >= SHORT).map((words) => [words.length, sourceOf(words, others)]);
    const taken = sum(found.map(([length, source]) => (source ? length : 0)));
    if (!taken || 100 * taken < MOST * whole.length) return "";
    return found.every(([, source]) => source !== "course") ? "client" : "course";
  }

  function sourceOf(words, others) {
    const mine = [...counted(words)];
    const found = others.find(([, theirs]) => {
      const common = sum(mine.map(([word, count]) => Math.min(count, theirs.counts.get(word) || 0)));
      return 100 * common >= SAME * words.length && 100 * inOrder(words, theirs.words) >= SAME * words.length;
    });
    return found ? found[0] : "";
  }

  /** How many words of both stand in the same order: the length of the longest common subsequence. */
  function inOrder(one, other) {
    const row = new Array(other.length + 1).fill(0);
    for (const word of one) {
      let before = 0;
      other.forEach((theirs, index) => {
        const here = row[index + 1];
        row[index + 1] = word === theirs ? before + 1 : Math.max(here, row[index]);
        before = here;
      });
    }
    return row[other.length];
  }

  // ---- model.py and coder.py -----------------------------------------------------------------------------------------------------------------
  const ONE = 4096;
  const ZERO = 75;
  const PARTICULAR = ["VALID", "AFFIRM"];
  const rowsOf = new WeakMap();

  /** The row of each known feature. */
  function rows(model) {
    if (!rowsOf.has(model)) {
      let sum = 0;
      rowsOf.set(model, new Map(model.keys.map((step, row) => [(sum += step), row])));
    }
    return rowsOf.get(model);
  }
  const weight = (model, row, label) => model.weights[label].charCodeAt(row) - ZERO;
  const by = (model) => `coder ${model.version}`;

  /** The rows of the features that the model knows, each once, with the words they stand in. */
  function knownOf(model, said, asked) {
    const found = new Map();
    for (const [feature, place] of features(said, asked)) {
      const row = rows(model).get(key(feature));
      if (row !== undefined && !found.has(row)) found.set(row, place);
    }
    return [...found];
  }

  function scoresOf(model, known) {
    const root = Math.floor(Math.sqrt(Math.floor((ONE * ONE) / Math.max(1, known.length))));
    return model.labels.map((_, label) => {
      const total = known.reduce((sum, [row]) => sum + weight(model, row, label), 0);
      return Math.floor((total * root + model.base[label]) / model.step);
    });
  }

  const shareAt = (model, behind) => model.shares[Math.min(behind, model.shares.length - 1)];
  /** The best score's share among all, in whole percent. */
  function bestShare(model, scores) {
    const best = Math.max(...scores);
    return Math.floor((100 * model.shares[0]) / sum(scores.map((score) => shareAt(model, best - score))));
  }

  function percentsOf(model, scores) {
    const first = model.right[bestShare(model, scores)];
    const each = scores.slice(1).map((score) => shareAt(model, scores[0] - score));
    const all = Math.max(1, sum(each));
    return [first, ...each.map((one) => Math.min(first, Math.floor(((100 - first) * one) / all)))];
  }

  const pairs = (words) => new Set(words.slice(1).map((word, place) => `${words[place]} ${word}`));
  const common = (mine, theirs) => [...mine].filter((one) => theirs.has(one)).length;
  const wordsAndPairs = (said) => {
    const words = textsOf(said);
    return new Set([...words, ...pairs(words)]);
  };

  /** For each label, what the likest of its examples adds. */
  function alike(model, said, examples) {
    const added = model.labels.map(() => 0);
    const mine = wordsAndPairs(said);
    for (const example of examples) {
      const other = wordsAndPairs(sentences(example.text));
      const both = common(mine, other);
      const percent = Math.floor((100 * both) / Math.max(1, mine.size + other.size - both));
      const label = model.labels.indexOf(example.codes[0]);
      added[label] = Math.max(added[label], Math.floor((model.example * Math.max(0, percent - model.unlike)) / 100));
    }
    return added;
  }

  /** Reads a reply to a client's line. The script's examples for this moment weigh in; `known` are texts she may have copied. */
  function read(model, text, { client = "", examples = [], known = [] } = {}) {
    const [said, asked] = [sentences(text), sentences(client)];
    const found = knownOf(model, said, asked);
    const more = alike(model, said, examples);
    const scores = scoresOf(model, found).map((score, label) => score + more[label]);
    if (!particulars(said)) for (const code of PARTICULAR) scores[model.labels.indexOf(code)] = Math.min(...scores);
    const order = model.labels.map((_, label) => label).sort((one, other) => scores[other] - scores[one] || one - other);
    const percents = percentsOf(model, order.map((label) => scores[label]));
    const likely = order.map((label, place) => ({ label: model.labels[label], percent: percents[place],
      ...(place < 2 ? because(model, found, said, order, place) : { for: [], against: [] }) }));
    const source = copied(text, client, known);
    const alone = moves(model, said, asked);
    const [judged, why] = source ? ["copied", ""] : verdict(model, likely[0], said, asked, alone);
    const code = judged !== "sure" ? "" : likely[0].label === "rude" ? "CONTROL" : likely[0].label; // to a client an insult is blame
    return { by: by(model), verdict: judged, codes: code ? [code, ...second(model, alone, code)] : [], possibly: RULES.possible.includes(code),
      label: likely[0].label, likely, offer: likely.map(({ label }) => label).filter((label) => !(label in model.outside)).slice(0, 5),
      copied: source, why };
  }

  // ---- verdict.py ---------------------------------------------------------------------------------------------------------------
  const [MANY, LONG, FEW] = [4, 8, 4];
  const SECONDS = ["OPEN", "REFL", "VALID"];

  /** Of several sentences, the label of each by itself, and how sure it is. */
  function moves(model, said, asked) {
    return said.length < 2 ? [] : said.map((sentence) => {
      const scores = scoresOf(model, knownOf(model, [sentence], asked));
      return [sentence, model.labels[scores.indexOf(Math.max(...scores))], model.right[bestShare(model, scores)]];
    });
  }

  /** The verdict on the likeliest label, and why it is not sure although that is likely. */
  function verdict(model, { label, percent }, said, asked, alone) {
    const insulting = anyOf(INSULTS, said, asked);
    const hurts = ([, one, likely]) => (one === "rude" || one === "CONTROL") && likely >= model.sure_of_blame;
    if (percent < model.sure || (label === "rude" && !insulting && !anyOf(HURTFUL, said, asked))) {
      return ["unsure", insulting ? "edge" : ""];
    }
    if (label === "rude") return ["sure", ""];
    if (label in model.outside) {
      const stray = ["empty", "off-topic", "noise"].includes(label) && shared(said, asked) && particulars(said);
      return [stray ? "unsure" : "outside", ""];
    }
    if (!RULES.hindering.includes(label) && (insulting || alone.some(hurts))) return ["unsure", "edge"];
    if (isPile(model, said, alone)) return ["unsure", "pile"];
    const careful = label === "CONTROL" || (textsOf(said).length < FEW && label !== "SPACE");
    if (careful && percent < model.sure_of_blame) return ["unsure", label === "CONTROL" ? "" : "short"];
    return ["sure", ""];
  }

  /** The code of the sentence that is most surely something else, if it is one that may be added. */
  function second(model, alone, first) {
    let found = [];
    let surest = model.sure_of_second;
    for (const [sentence, label, percent] of alone) {
      const may = SECONDS.includes(label) && label !== first && sentence.words.length >= FEW;
      if (may && percent >= surest) [surest, found] = [percent + 1, [label]];
    }
    return found;
  }

  /** Whether there is one of these words that the client did not use first. */
  function anyOf(words, said, asked) {
    const clients = new Set(textsOf(asked));
    return textsOf(said).some((word) => words.has(word) && !clients.has(word));
  }

  /** Whether it is many kinds of reply one after another, a list of snippets, or the same words over and over. */
  function isPile(model, said, alone) {
    const words = textsOf(said);
    const kinds = new Set(alone.map(([, label]) => label).filter((label) => !(label in model.outside)));
    const lists = said.filter((sentence) => sentence.pieces >= MANY && sentence.words.length < 3 * sentence.pieces);
    const repeats = words.length >= LONG && 2 * new Set(words).size < words.length;
    return kinds.size >= MANY || 2 * textsOf(lists).length > words.length || repeats;
  }

  // ---- reasons.py ---------------------------------------------------------------------------------------------------------------
  const [RIVALS, PARTS, MOST_FOR, MOST_AGAINST, LEAST] = [4, 12, 6, 4, 2];

  /** The words that set a label apart from its four nearest rivals, and those that speak against it. */
  function because(model, known, said, order, place) {
    const rivals = order.slice(0, RIVALS + 1).filter((label) => label !== order[place]).slice(0, RIVALS);
    const words = said.flatMap((sentence) => sentence.words);
    const spoke = words.map(() => 0);
    for (const [row, where] of known) {
      const apart = RIVALS * weight(model, row, order[place]) - sum(rivals.map((label) => weight(model, row, label)));
      for (const word of where) spoke[word] += Math.floor((apart * PARTS) / where.length);
    }
    const found = wholes(words, spoke);
    const least = Math.max(1, Math.floor(Math.max(0, ...found.map(({ weighs }) => Math.abs(weighs))) / LEAST));
    const chosen = (speaks) => found.flatMap(({ weighs }, number) => (speaks(weighs) ? [number] : []));
    return { for: spans(found, chosen((weighs) => weighs >= least), MOST_FOR),
      against: spans(found, chosen((weighs) => weighs <= -least), MOST_AGAINST) };
  }

  /** The words as they stand in the text: what was divided at an apostrophe is one again. `small`: but small ones. */
  function wholes(words, spoke) {
    const found = [];
    words.forEach(({ text, start, end }, number) => {
      const small = FUNCTION_WORDS.has(text) && !BUT.has(text);
      const before = found[found.length - 1];
      if (before && start <= before.end) Object.assign(before, { end, weighs: before.weighs + spoke[number], small: before.small && small });
      else found.push({ start, end, weighs: spoke[number], small });
    });
    return found;
  }

  /** The heaviest of those chosen; neighbours become one. A small word by itself persuades nobody, if there are others. */
  function spans(found, chosen, most) {
    const weighs = (number) => Math.abs(found[number].weighs);
    const heaviest = [...chosen].sort((one, other) => weighs(other) - weighs(one) || one - other).slice(0, most);
    const joined = [];
    let last = -2;
    for (const number of heaviest.sort((one, other) => one - other)) {
      const { start, end, small } = found[number];
      const before = joined[joined.length - 1];
      if (number === last + 1) Object.assign(before, { end, small: before.small && small });
      else joined.push({ start, end, small });
      last = number;
    }
    const telling = joined.filter(({ small }) => !small);
    return (telling.length ? telling : joined).map(({ start, end }) => [start, end]);
  }

  return { read, by, folded };
})();
