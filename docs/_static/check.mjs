// Check proof files of the format armsgame-proof/1: `node check.mjs FILE...`, or `verdict(bytes)` from a page.
//
// Written from docs/reference/proof-format.md and shares nothing with the checker in Python. Numbers of a file are
// BigInt; plain numbers are indices only. Exit codes: 0 proved, 1 a test fails, 2 no proof of this format.

const FORMAT = "armsgame-proof/1";
const BYTES = 2 ** 26, DIGITS = 10000, DEPTH = 64, STEPS = 1e8, LONGEST = 201, FINEST = 2n ** 1000n;

class NoProof extends Error {}
class Refused extends Error {}

const deny = (text) => { throw new NoProof(text); };
const refuse = (text) => { throw new Refused(text); };

// ---- JSON with integers only -----------------------------------------------------------------------------------------

function parse(text) {
  let at = 0;
  const white = () => { while (at < text.length && " \t\n\r".includes(text[at])) at++; };
  const expect = (sign) => {
    white();
    if (text[at] !== sign) deny(`it is not JSON: ${JSON.stringify(sign)} is missing at character ${at}`);
    at++;
  };
  const string = () => {
    expect('"');
    const from = at;
    while (at < text.length && text[at] !== '"') {
      if (text.charCodeAt(at) < 32) deny("it is not JSON: a control character in a string");
      at += text[at] === "\\" ? 2 : 1;
    }
    at++;
    try {
      return JSON.parse(text.slice(from - 1, at));
    } catch {
      return deny("it is not JSON: a broken string");
    }
  };
  const members = (close, one) => {
    white();
    if (text[at] === close) { at++; return; }
    for (;;) {
      one();
      white();
      if (text[at] === close) { at++; return; }
      expect(",");
    }
  };
  const value = (depth) => {
    white();
    const sign = text[at];
    if ((sign === "{" || sign === "[") && depth >= DEPTH) deny(`it is nested more than ${DEPTH} levels deep`);
    if (sign === "{") {
      at++;
      const found = new Map();
      members("}", () => {
        white();
        const key = string();
        expect(":");
        if (found.has(key)) deny("an object has the same key twice");
        found.set(key, value(depth + 1));
      });
      return found;
    }
    if (sign === "[") {
      at++;
      const found = [];
      members("]", () => found.push(value(depth + 1)));
      return found;
    }
    if (sign === '"') return string();
    const from = at;
    if (text[at] === "-") at++;
    while (at < text.length && text[at] >= "0" && text[at] <= "9") at++;
    const digits = text.slice(from, at).replace("-", "");
    if (!/^(0|[1-9][0-9]*)$/.test(digits) || ".eE".includes(text[at] || " ")) {
      for (const word of ["true", "false", "null"]) {
        if (from === at && text.startsWith(word, at)) { at += word.length; return word === "null" ? null : word === "true"; }
      }
      deny("it is not JSON with integers only");
    }
    if (digits.length > DIGITS) deny(`an integer has more than ${DIGITS} digits`);
    return text[from] === "-" ? -BigInt(digits) : BigInt(digits);
  };
  const found = value(0);
  white();
  if (at < text.length) deny("it is not JSON: something follows the object");
  return found;
}

// ---- readers: each takes a parsed value and returns what it means, or says that the file is no proof ------------------

const any = (x) => x;
const integer = (x, where) => (typeof x === "bigint" ? x : deny(`${where} is not an integer`));
const least = (low) => (x, where) => (integer(x, where) >= low ? x : deny(`${where} is below ${low}`));
const natural = least(0n), positive = least(1n);
const label = (x, where) => (typeof x === "string" ? x : deny(`${where} is not a label`));
const index = (below) => (x, where) => {
  integer(x, where);
  return x >= 0n && x < BigInt(below) ? Number(x) : deny(`${where} is not an index below ${below}`);
};
const list = (reader, length) => (x, where) => {
  if (!Array.isArray(x) || (length !== undefined && x.length !== length)) {
    deny(`${where} is not a list${length === undefined ? "" : ` of ${length}`}`);
  }
  return x.map((one, k) => reader(one, `${where}[${k}]`));
};
const each = (readers) => (x, where) => list(any, readers.length)(x, where).map((one, k) => readers[k](one, `${where}[${k}]`));
const object = (readers) => (x, where) => {
  if (!(x instanceof Map)) deny(`${where} is not an object`);
  const known = new Set(Object.keys(readers).map((name) => name.replace("?", "")));
  for (const key of x.keys()) if (!known.has(key)) deny(`${where} has the unknown key ${key}`);
  const found = {};
  for (const [name, reader] of Object.entries(readers)) {
    const key = name.replace("?", "");
    if (x.has(key)) found[key] = reader(x.get(key), `${where}.${key}`);
    else if (key === name) deny(`${where} lacks ${key}`);
  }
  return found;
};
const over = (reader) => object({ den: positive, num: reader });
const lawOver = (den, size) => (x, where) => {
  const num = list(natural, size)(x, where);
  if (num.reduce((a, b) => a + b, 0n) !== den) deny(`${where} does not sum to one`);
  return { den, num };
};
const law = (size) => (x, where) => {
  const { den, num } = over(any)(x, where);
  return lawOver(den, size)(num, where);
};
const boxes = (reader) => ({ den: positive, lower: reader, upper: reader });
const rational = over(integer);
const fraction = ({ num, den }) => ({ n: num, d: den });
const distance = over(natural);

function product(sizes) {
  let total = sizes.length ? 1 : 0;
  for (const n of sizes) {
    total *= n;
    if (!(total > 0 && total <= BYTES)) deny("there are no actions, or more profiles than a file can hold");
  }
  return total;
}

// ---- fractions {n, d} with d > 0, never reduced ------------------------------------------------------------------------

const more = (a, b) => a.n * b.d > b.n * a.d;
const minus = (a, b) => ({ n: a.n * b.d - b.n * a.d, d: a.d * b.d });
const ZERO = { n: 0n, d: 1n };
function show({ n, d }) {
  let [a, b] = [n < 0n ? -n : n, d];
  while (b) [a, b] = [b, a % b];
  [n, d] = a ? [n / a, d / a] : [n, d];
  const text = d === 1n ? `${n}` : `${n}/${d}`;
  if (text.length <= 27) return text;
  const scaled = (n * 10n ** 12n) / d;
  return `about ${Number(scaled) / 1e12}`;
}

// ---- games -----------------------------------------------------------------------------------------------------------

function stageGame(x) {
  const g = object({ kind: label, players: list(label), actions: list(list(label)), payoffs: over(any) })(x, "game");
  const sizes = list(any, g.players.length)(g.actions, "game.actions").map((own) => own.length);
  const pay = list(list(integer, product(sizes)), sizes.length)(g.payoffs.num, "game.payoffs");
  return { ...g, sizes, pay, den: g.payoffs.den };
}

const typeReaders = { types: list(list(label)), prior: list(any), committed: list(list(natural)) };

function dynamicGame(x, patient = true, typed = false) {
  const shape = {
    kind: label, players: list(label), states: list(label), start: any, actions: list(list(list(label))),
    signals: list(list(label)), payoffs: over(any), laws: list(over(any)),
  };
  const g = object({ ...shape, ...(patient ? { discount: distance } : {}), ...(typed ? typeReaders : {}) })(x, "game");
  const S = g.states.length, P = g.players.length;
  // whose payoffs each row has: a player's, or those of each of its types
  const owners = (typed ? list(any, P)(g.types, "game.types") : g.players.map(() => [0])).flatMap((own, i) => own.map(() => i));
  for (const key of ["actions", "signals", "laws"]) list(any, S)(g[key], `game.${key}`);
  const sizes = g.actions.map((own, s) => list(any, P)(own, `game.actions[${s}]`).map((a) => a.length));
  const counts = sizes.map(product);
  const pay = list(any, S)(g.payoffs.num, "game.payoffs").map((rows, s) => list(list(integer, counts[s]), owners.length)(rows, "game.payoffs"));
  const laws = g.laws.map(({ den, num }, s) => {
    const entry = each([index(S), index(g.signals[s].length), positive]);
    const rows = list(list(entry), counts[s])(num, `game.laws[${s}]`);
    for (const row of rows) {
      const known = new Set(row.map(([t, y]) => `${t},${y}`));
      if (known.size < row.length || row.reduce((a, [, , n]) => a + n, 0n) !== den) deny(`game.laws[${s}] has a row that is no law`);
    }
    return { den, rows };
  });
  if (patient && g.discount.num >= g.discount.den) deny("game.discount is not below 1");
  const start = index(S)(g.start, "game.start");
  const support = laws.map(({ rows }) => {
    const found = new Map();
    for (const row of rows) for (const [t, y] of row) found.set(`${t},${y}`, [t, y]);
    return [...found.values()].sort(([t, y], [u, z]) => t - u || y - z);
  });
  const told = patient ? `at discount ${show(fraction(g.discount))}` : "";
  return { ...g, S, P, owners, sizes, counts, pay, laws, start, support, den: g.payoffs.den, told };
}

function afford(game, states, each = 1) {
  const cost = game.laws.map(({ rows }) => rows.reduce((sum, row) => sum + row.length + 1, 0) * game.P);
  if (states.reduce((sum, s) => sum + cost[s], 0) * each > STEPS) deny(`checking it would take more than ${STEPS} steps`);
}

// The joint nodes of a profile of automata, as {state, mixes, follow(t, y) -> [[node, weight]]}.
function automataPlan(game, profile, given) {
  const machines = list(any, game.P)(profile, "profile").map((x, i) => {
    const where = `profile[${i}]`;
    const m = object({ states: list(label), initial: any, law: over(any), next: any })(x, where);
    const Q = m.states.length;
    const laws = list((rows, w) => each(game.sizes.map((sizes) => lawOver(m.law.den, sizes[i])))(rows, w), Q)(m.law.num, `${where}.law`);
    const next = list((rows, w) => each(game.signals.map((heard) => list(index(Q), heard.length)))(rows, w), Q)(m.next, `${where}.next`);
    return { Q, laws, next, initial: index(Q)(m.initial, `${where}.initial`) };
  });
  const nodes = list(each([index(game.S), ...machines.map((m) => index(m.Q))]))(given, "witness.nodes");
  afford(game, nodes.map(([s]) => s));
  // breadth first from the start, outcomes in rising order: the witness must list the same nodes
  const queue = [[game.start, ...machines.map((m) => m.initial)]], place = new Map([[queue[0].join(), 0]]);
  const after = ([s, ...own], t, y) => [t, ...machines.map((m, i) => m.next[own[i]][s][y])];
  for (let n = 0; n < queue.length; n++) {
    if (nodes[n]?.join() !== queue[n].join()) refuse(`node ${n} of the witness is not [${queue[n]}], which is reached next`);
    for (const [t, y] of game.support[queue[n][0]]) {
      const node = after(queue[n], t, y), key = node.join();
      if (!place.has(key)) { place.set(key, queue.length); queue.push(node); }
    }
  }
  if (nodes.length > queue.length) refuse(`node ${queue.length} of the witness is not reached`);
  const plan = queue.map((node) => ({
    state: node[0],
    mixes: machines.map((m, i) => m.laws[node[i + 1]][node[0]]),
    follow: (t, y) => [[place.get(after(node, t, y).join()), 1n]],
  }));
  return { nodes: plan, total: 1n };
}

// ---- expectations ------------------------------------------------------------------------------------------------------

const numbers = { zero: 0n, add: (a, b) => a + b, times: (w, a) => w * a };

// What each action of player i is worth where `cells` holds a worth for every profile: the others are summed out one
// after the other. A cell may be missing where nobody gives it weight.
function sumOut(sizes, mixes, cells, i, ring) {
  let data = cells, after = 1, width = 1;
  for (let j = sizes.length - 1; j >= 0; j--) {
    if (j === i) { after *= sizes[j]; width = sizes[j]; continue; }
    const before = data.length / (after * sizes[j]), next = new Array(before * after);
    for (let b = 0; b < before; b++) {
      for (let c = 0; c < after; c++) {
        let total = ring.zero, missing = false;
        for (let a = 0; a < sizes[j]; a++) {
          const weight = mixes[j].num[a];
          if (weight === 0n) continue;
          const cell = data[(b * sizes[j] + a) * after + c];
          if (cell === undefined) missing = true;
          else total = ring.add(total, ring.times(weight, cell));
        }
        next[b * after + c] = missing ? undefined : total;
      }
    }
    data = next;
  }
  return data.length === width ? data : refuse("an expectation cannot be formed");
}

const othersDen = (mixes, i) => mixes.reduce((d, mix, j) => (j === i ? d : d * mix.den), 1n);

// Worths of player i's actions as fractions, with values after outcomes over `scale` or undefined where nothing follows.
function actionWorths(game, s, mixes, i, after, scale) {
  const { num: n, den: d } = game.discount, { den: full, rows } = game.laws[s];
  const cells = rows.map((row, k) => {
    let later = 0n;
    for (const [t, y, p] of row) {
      const value = after(t, y);
      if (value === undefined) return undefined;
      later += p * value;
    }
    return (d - n) * game.pay[s][i][k] * full * scale + n * game.den * later;
  });
  const bottom = othersDen(mixes, i) * d * game.den * full * scale;
  return sumOut(game.sizes[s], mixes, cells, i, numbers).map((top) => (top === undefined ? undefined : { n: top, d: bottom }));
}

function meanOf(mix, worths) {
  let top = 0n, bottom = 1n;
  worths.forEach((w, a) => {
    if (mix.num[a] === 0n) return;
    bottom = w.d;
    top += mix.num[a] * w.n;
  });
  return { n: top, d: bottom * mix.den };
}

function planWorths(game, plan, n, i, den, side) {
  const { state, mixes, follow } = plan.nodes[n];
  const after = (t, y) => follow(t, y)?.reduce((sum, [m, w]) => sum + w * side[m][i], 0n);
  return actionWorths(game, state, mixes, i, after, den * plan.total);
}

function noGain(worths, mix, value, epsilon, where, actions) {
  worths.forEach((w, a) => {
    if (mix.num[a] === mix.den) return;
    if (w === undefined) refuse(`${where}, ${actions[a]}: nothing follows`);
    const gain = minus(w, value);
    if (more(gain, epsilon)) refuse(`${where}, ${actions[a]}: gain ${show(gain)} > ${show(epsilon)}`);
  });
}

function checkPlan(game, plan, box, epsilon) {
  plan.nodes.forEach(({ state, mixes }, n) => {
    for (let i = 0; i < game.P; i++) {
      const where = `node ${n} (${game.states[state]}), ${game.players[i]}`;
      const low = { n: box.lower[n][i], d: box.den }, up = { n: box.upper[n][i], d: box.den };
      const below = planWorths(game, plan, n, i, box.den, box.lower), above = planWorths(game, plan, n, i, box.den, box.upper);
      if (mixes[i].num.some((p, a) => p > 0n && below[a] === undefined)) refuse(`${where}: nothing follows what is played`);
      if (more(low, meanOf(mixes[i], below)) || more(meanOf(mixes[i], above), up)) refuse(`${where}: bounds of the value`);
      if (epsilon) noGain(above, mixes[i], low, epsilon, where, game.actions[state][i]);
    }
  });
}

// ---- claims ------------------------------------------------------------------------------------------------------------

const up_to = (epsilon) => (epsilon.n === 0n ? "" : ` up to gains of ${show(epsilon)}`);
const epsilonOf = (file, extra = {}) => {
  const claim = object({ kind: label, epsilon: distance, ...extra })(file.claim, "claim");
  return [fraction(claim.epsilon), claim];
};

function nash(file) {
  const [epsilon] = epsilonOf(file), game = stageGame(file.game), P = game.players.length;
  const mixes = list(any, P)(file.profile, "profile").map((x, i) => law(game.sizes[i])(x, `profile[${i}]`));
  for (let i = 0; i < P; i++) {
    const bottom = othersDen(mixes, i) * game.den;
    const worths = sumOut(game.sizes, mixes, game.pay[i], i, numbers).map((n) => ({ n, d: bottom }));
    worths.forEach((w, a) => {
      const gain = minus(w, meanOf(mixes[i], worths));
      if (more(gain, epsilon)) refuse(`${game.players[i]}, ${game.actions[i][a]}: gain ${show(gain)} > ${show(epsilon)}`);
    });
  }
  return `the profile is a Nash equilibrium of the stage game${up_to(epsilon)}`;
}

function correlated(file) {
  const [epsilon] = epsilonOf(file), game = stageGame(file.game), { den, num } = law(product(game.sizes))(file.profile, "profile");
  game.sizes.forEach((size, i) => {
    const step = game.sizes.slice(i + 1).reduce((a, b) => a * b, 1);
    let total = 0n;
    for (let own = 0; own < size; own++) {
      let best = 0n;
      for (let other = 0; other < size; other++) {
        let gain = 0n;
        num.forEach((weight, k) => {
          if (weight && Math.floor(k / step) % size === own) {
            gain += weight * (game.pay[i][k + (other - own) * step] - game.pay[i][k]);
          }
        });
        if (gain > best) best = gain;
      }
      total += best;
    }
    const gain = { n: total, d: den * game.den };
    if (more(gain, epsilon)) refuse(`${game.players[i]}: disobedience gains ${show(gain)} > ${show(epsilon)}`);
  });
  return `the distribution is a correlated equilibrium${up_to(epsilon)}`;
}

const readValues = (game, N) => {
  const side = list(list(integer, game.P), N);
  return object(boxes(side));
};

function readProfile(file, extra = {}) {
  const [epsilon, claim] = epsilonOf(file, { values: any }), game = dynamicGame(file.game);
  const w = object({ nodes: any, ...extra })(file.witness, "witness");
  const plan = automataPlan(game, file.profile, w.nodes);
  return { epsilon, game, w, plan, values: readValues(game, plan.nodes.length)(claim.values, "claim.values") };
}

function perfect(file) {
  const { epsilon, game, plan, values } = readProfile(file);
  checkPlan(game, plan, values, epsilon);
  const how = epsilon.n === 0n ? "is a perfect equilibrium" : `has no one-period gain above ${show(epsilon)}`;
  return `the profile ${how} ${game.told}, at all ${plan.nodes.length} nodes`;
}

function readDeviation(x, game, plan) {
  const [n, i, a] = list(natural, 3)(x, "deviation");
  const node = index(plan.nodes.length)(n, "deviation"), player = index(game.P)(i, "deviation");
  const s = plan.nodes[node].state, action = index(game.sizes[s][player])(a, "deviation");
  return [node, player, action, `node ${node}, ${game.players[player]}, ${game.actions[s][player][action]}`];
}

function refusedProfile(file) {
  const { epsilon, game, w, plan, values } = readProfile(file, { deviation: any });
  checkPlan(game, plan, values, null);
  const [n, i, a, who] = readDeviation(w.deviation, game, plan);
  const gain = minus(planWorths(game, plan, n, i, values.den, values.lower)[a], { n: values.upper[n][i], d: values.den });
  if (!more(gain, epsilon)) refuse(`${who}: gain ${show(gain)} is not above ${show(epsilon)}`);
  return `the profile is no perfect equilibrium ${game.told}: ${who} gains at least ${show(gain)}`;
}

// A plan: nodes with what is played there, read by `mix`, and a lottery over nodes after every outcome.
function readPlan(game, x, what, mix) {
  const node = object({ state: index(game.S), actions: list(any, game.owners.length), next: list(any) });
  const w = object({ plan: list(node), weights: positive })(x, what), N = w.plan.length;
  afford(game, w.plan.map(({ state }) => state));
  const nodes = w.plan.map(({ state, actions, next }, n) => {
    const where = `${what}.plan[${n}]`, lotteries = new Map();
    list(any, game.support[state].length)(next, where).forEach((given, o) => {
      const [t, y] = game.support[state][o], lottery = list(each([index(N), positive]))(given, where);
      if (lottery.some(([m]) => w.plan[m].state !== t)) deny(`${where} leads to a node of another state`);
      if (lottery.reduce((sum, [, p]) => sum + p, 0n) !== w.weights) deny(`${where} has no lottery`);
      lotteries.set(`${t},${y}`, lottery);
    });
    const mixes = actions.map((a, k) => mix(a, game.sizes[state][game.owners[k]]));
    return { state, mixes, follow: (t, y) => lotteries.get(`${t},${y}`) };
  });
  return { nodes, total: w.weights };
}

function innerSet(file) {
  const [epsilon, claim] = epsilonOf(file, { values: any }), game = dynamicGame(file.game);
  const plan = readPlan(game, file.witness, "witness", (a, size) => {
    const own = index(size)(a, "witness.plan.actions");
    return { den: 1n, num: Array.from({ length: size }, (_, b) => (own === b ? 1n : 0n)) };
  });
  const { nodes } = plan, values = readValues(game, nodes.length)(claim.values, "claim.values");
  checkPlan(game, plan, values, epsilon);
  const here = nodes.filter(({ state }) => state === game.start).length;
  return `${here} boxes from ${game.states[game.start]} hold payoffs of perfect public equilibria in pure actions with public randomisation, ` +
    `and so do their means, ${game.told}${up_to(epsilon)}`;
}

// Private types. Bounds on beliefs are [c, d] at [k][m]: b_k d <= c b_m.

// The corners of the beliefs within bounds, in any unit: the simplex is cut by one half-space after the other, and new
// corners lie where edges cross it (double description; two corners have an edge if no third meets all that both meet).
function cornersOf(box) {
  const size = box.length, unit = (k) => Array.from({ length: size }, (_, j) => (j === k ? 1n : 0n));
  const times = (h, b) => h.reduce((sum, c, j) => sum + c * b[j], 0n);
  const short = (b) => {
    let d = 0n;
    for (let c of b) while (c) [d, c] = [c, d % c];
    return b.map((c) => c / d);
  };
  let corners = box.map((_, k) => unit(k));
  const held = box.map((_, k) => unit(k));
  box.forEach((row, k) => row.forEach(([c, d], m) => {
    const cut = unit(m).map((one, j) => one * c - (j === k ? d : 0n));
    const side = corners.map((b) => times(cut, b));
    const met = corners.map((b) => held.map((h) => times(h, b) === 0n));
    const next = corners.filter((_, p) => side[p] >= 0n);
    corners.forEach((b, p) => corners.forEach((e, q) => {
      if (!(side[p] > 0n && side[q] < 0n)) return;
      const shared = held.map((_, j) => met[p][j] && met[q][j]);
      const third = corners.some((_, r) => r !== p && r !== q && shared.every((yes, j) => !yes || met[r][j]));
      if (!third) next.push(short(b.map((v, j) => side[p] * e[j] - side[q] * v)));
    }));
    corners = next;
    held.push(cut);
  }));
  return corners;
}

function bayesian(file) {
  const [epsilon, claim] = epsilonOf(file, { values: any }), game = dynamicGame(file.game, true, true);
  const many = game.types.map((own) => own.length);
  if (game.P !== 2 || many.some((n) => n < 1 || n > 4)) deny("two players with one to four types each are needed");
  const prior = list(any, 2)(game.prior, "game.prior").map((x, i) => law(many[i])(x, "game.prior").num);
  const committed = list(any, 2)(game.committed, "game.committed");
  const plan = readPlan(game, file.profile, "profile", (x, size) => law(size)(x, "profile.plan.actions")), N = plan.nodes.length;
  const values = list(list(readValues(game, N), many[1]), many[0])(claim.values, "claim.values");
  const bound = (x, where) => {
    const [c, d] = each([natural, natural])(x, where);
    return c || d ? [c, d] : refuse(`${where} says nothing`);
  };
  const odds = each([1, 0].map((j) => list(list(list(bound, many[j]), many[j]), N)))(object({ odds: any })(file.witness, "witness").odds, "odds");
  afford(game, plan.nodes.map(({ state }) => state), Math.max(...many) ** 4);
  if (!N || plan.nodes[0].state !== game.start) refuse("the first node of the plan is not in the first state");
  // gains of each action of both players at each node, for each pair of types
  const gains = values.map((row, k) => row.map((box, m) => {
    const pair = (rows) => [rows[k], rows[many[0] + m]];
    const own = { ...game, pay: game.pay.map(pair) };
    const nodes = plan.nodes.map((node) => ({ ...node, mixes: pair(node.mixes) })), two = { nodes, total: plan.total };
    checkPlan(own, two, box);
    return nodes.map(({ mixes }, n) => mixes.map((mix, i) => planWorths(own, two, n, i, box.den, box.upper).map(
      (w, a) => (mix.num[a] === mix.den ? ZERO : minus(w, { n: box.lower[n][i], d: box.den })),
    )));
  }));
  [0, 1].forEach((i) => {
    const j = 1 - i, kinds = Array.from({ length: many[j] }, (_, m) => m), first = j === 0 ? 0 : many[0];
    const all = (test) => kinds.every((k) => kinds.every((m) => test(k, m)));
    if (!all((k, m) => prior[j][k] * odds[i][0][k][m][1] <= odds[i][0][k][m][0] * prior[j][m])) refuse(`${game.players[i]}: the prior is out of bounds`);
    plan.nodes.forEach(({ state: s, mixes, follow }, n) => {
      const where = `node ${n} (${game.states[s]}), ${game.players[i]}`, here = odds[i][n], A = game.sizes[s];
      const scale = kinds.reduce((d, m) => d * mixes[first + m].den, 1n);
      for (let a = 0; a < A[i]; a++) {
        for (const [t, y] of game.support[s]) {
          const chance = kinds.map((m) => {
            const { den, num } = mixes[first + m];
            let sum = 0n;
            for (let c = 0; c < A[j]; c++) {
              const row = game.laws[s].rows[i === 0 ? a * A[1] + c : c * A[1] + a].find(([u, z]) => u === t && z === y);
              if (row) sum += num[c] * row[2];
            }
            return sum * (scale / den);
          });
          for (const [to] of follow(t, y)) {
            const then = odds[i][to];
            if (!all((k, m) => chance[k] * here[k][m][0] * then[k][m][1] <= chance[m] * here[k][m][1] * then[k][m][0])) refuse(`${where}: beliefs may leave the bounds of node ${to}`);
          }
        }
      }
      const beliefs = cornersOf(here);
      if (!beliefs.length) refuse(`${where}: there is no belief within the bounds`);
      for (let k = 0; k < many[i]; k++) {
        if (prior[i][k] === 0n || committed[i].includes(BigInt(k))) continue;
        game.actions[s][i].forEach((action, a) => {
          for (const b of beliefs) {
            const total = kinds.reduce((sum, m) => {
              const gain = (i === 0 ? gains[k][m] : gains[m][k])[n][i][a];
              return { n: sum.n * gain.d + b[m] * gain.n * sum.d, d: sum.d * gain.d };
            }, ZERO);
            const mean = { n: total.n, d: total.d * b.reduce((sum, c) => sum + c, 0n) };
            if (more(mean, epsilon)) refuse(`${where}, ${game.types[i][k]}, ${action}: gain ${show(mean)} > ${show(epsilon)}`);
          }
        });
      }
    });
  });
  return `the profile by type is a perfect Bayesian equilibrium ${game.told}${up_to(epsilon)}, at all ${N} nodes and all beliefs that histories lead to`;
}

// A row as functions of levels: tests that its multipliers balance, returns levels -> bound.
function readRow(game, w, s, h, a, given) {
  const row = object({ at: any, mu: list(each([index(game.P), natural, natural])), lambda: list(any, game.support[s].length) })(given, "row");
  const { den: full, rows } = game.laws[s], H = w.directions.den, M = w.multipliers;
  const left = new Map(), right = new Map();
  const put = (side, t, y, i, amount) => {
    const key = `${t},${y}`;
    if (!side.has(key)) side.set(key, new Array(game.P).fill(0n));
    side.get(key)[i] += amount;
  };
  // both sides of the equality times H M D
  for (const [t, y, p] of rows[a]) h.forEach((c, i) => put(left, t, y, i, p * c * M));
  let payoff = h.reduce((sum, c, i) => sum + c * game.pay[s][i][a], 0n) * M;
  for (const [i, b, m] of row.mu) {
    const sizes = game.sizes[s], step = sizes.slice(i + 1).reduce((x, y) => x * y, 1);
    const other = a + (index(sizes[i])(b, "row.mu") - (Math.floor(a / step) % sizes[i])) * step;
    payoff += m * H * (game.pay[s][i][a] - game.pay[s][i][other]);
    for (const [t, y, p] of rows[a]) put(left, t, y, i, m * H * p);
    for (const [t, y, p] of rows[other]) put(left, t, y, i, -m * H * p);
  }
  const terms = [];
  for (const [o, parts] of row.lambda.entries()) {
    const [t, y] = game.support[s][o];
    for (const [k, l] of list(each([index(w.directions.num[t].length), natural]))(parts, "row.lambda")) {
      terms.push([t, k, l]);
      w.directions.num[t][k].forEach((c, i) => put(right, t, y, i, l * c));
    }
  }
  const none = new Array(game.P).fill(0n);
  for (const key of new Set([...left.keys(), ...right.keys()])) {
    const one = left.get(key) ?? none, two = right.get(key) ?? none;
    if (one.some((v, i) => v !== two[i])) refuse(`row of ${game.states[s]}, profile ${a}: multipliers do not balance at ${key}`);
  }
  const { num: n, den: d } = game.discount;
  return (levels) => {
    const later = terms.reduce((sum, [t, k, l]) => sum + l * levels[t][k], 0n);
    return { n: (d - n) * payoff * full * w.den + n * later * H * game.den, d: d * H * game.den * M * full * w.den };
  };
}

function outerSet(file) {
  const claim = object({ kind: label, concludes: label, "levels?": over(any), "point?": over(any), "profile?": natural })(file.claim, "claim");
  const ends = claim.concludes, needed = { set: "levels", outside: "point", unplayed: "profile", none: "kind" };
  if (!Object.hasOwn(needed, ends) || !(needed[ends] in claim)) deny("claim.concludes is not set, outside or none, with what it needs");
  const game = dynamicGame(file.game), { S, P } = game;
  const w = object({
    directions: over(list(list(list(integer, P)), S)), multipliers: positive, den: positive, levels: any, steps: list(any),
  })(file.witness, "witness");
  const dirs = w.directions.num;
  const readLevels = (x, where) => each(dirs.map((hs) => list(integer, hs.length)))(x, where);
  const levels = readLevels(w.levels, "witness.levels");
  const left = game.counts.map((count) => new Set(Array(count).keys()));
  afford(game, dirs.flatMap((hs, s) => hs.map(() => s)));
  dirs.forEach((hs, s) => hs.forEach((h, k) => {
    for (const pay of game.pay) {
      for (let a = 0; a < pay[0].length; a++) {
        const worth = h.reduce((sum, c, i) => sum + c * pay[i][a], 0n);
        if (levels[s][k] * w.directions.den * game.den < worth * w.den) refuse(`the first level of direction ${k} at ${game.states[s]} is below a payoff`);
      }
    }
  }));
  const level = (c) => ({ n: c, d: w.den });
  w.steps.forEach((x, j) => {
    const where = `step ${j}`;
    const step = object({ rows: list(any), "y?": readLevels, "w?": readLevels })(x, where);
    const rows = new Map();
    for (const row of step.rows) {
      const at = list(natural)(row instanceof Map ? row.get("at") : undefined, `${where}.rows.at`);
      if (rows.has(at.join())) refuse(`${where} has two rows at [${at}]`);
      rows.set(at.join(), [at.map(Number), row]);
    }
    if (!step.y) {
      for (const [at, row] of rows.values()) {
        const [s, a] = each([index(S), any])(at.map(BigInt), where);
        const profile = index(game.counts[s])(a, where);
        const found = readRow(game, w, s, new Array(P).fill(0n), profile, row)(levels);
        if (found.n >= 0n) refuse(`${where}: the bound ${show(found)} is not negative`);
        left[s].delete(profile);
      }
      return;
    }
    const { y, w: above } = step, cells = dirs.flatMap((hs, s) => hs.map((_, k) => [s, k]));
    if (above && cells.some(([s, k]) => y[s][k] > above[s][k] || above[s][k] < levels[s][k])) refuse(`${where}: y <= w and w >= level do not hold`);
    const lowered = cells.filter(([s, k]) => above || y[s][k] < levels[s][k]);
    const wanted = lowered.flatMap(([s, k]) => [...left[s]].map((a) => `${s},${k},${a}`));
    if (wanted.length !== rows.size || wanted.some((key) => !rows.has(key))) refuse(`${where} needs one row for each state, direction and profile that is left`);
    for (const [[s, k, a], given] of rows.values()) {
      const row = readRow(game, w, s, dirs[s][k], a, given);
      if (more(row(above ? y : levels), level(y[s][k]))) refuse(`${where}: row ${[s, k, a]} is above y`);
      if (above && !more(level(above[s][k]), row(above))) refuse(`${where}: row ${[s, k, a]} is not below w on w`);
    }
    for (const [s, k] of cells) if (y[s][k] < levels[s][k]) levels[s][k] = y[s][k];
  });
  const empty = left[game.start].size === 0, start = game.states[game.start], what = "perfect public equilibrium in pure actions";
  if (ends === "set") {
    const claimed = readLevels(claim.levels.num, "claim.levels");
    dirs.forEach((hs, s) => hs.forEach((_, k) => {
      if (left[s].size && levels[s][k] * claim.levels.den > claimed[s][k] * w.den) refuse(`direction ${k} at ${game.states[s]}: only ${show(level(levels[s][k]))} is proved`);
    }));
    return `no ${what} has payoffs beyond the claimed levels ${game.told}`;
  }
  if (ends === "none") return empty ? `there is no ${what} from ${start} ${game.told}` : refuse(`profiles are left at ${start}`);
  if (ends === "unplayed") {
    const a = claim.profile;
    return left[game.start].has(Number(a)) ? refuse(`profile ${a} is left at ${start}`) : `no ${what} plays profile ${a} at ${start} ${game.told}`;
  }
  const point = list(integer, P)(claim.point.num, "claim.point");
  const beyond = dirs[game.start].some((h, k) => {
    const reach = h.reduce((sum, c, i) => sum + c * point[i], 0n);
    return reach * w.den > levels[game.start][k] * w.directions.den * claim.point.den;
  });
  if (!empty && !beyond) refuse(`the point is within all levels at ${start}`);
  return `no ${what} from ${start} has payoffs (${point.map((v) => show({ n: v, d: claim.point.den })).join(", ")}) ${game.told}`;
}

function zeroSum(file) {
  const game = dynamicGame(file.game), { S } = game;
  if (game.P !== 2 || game.pay.some(([u, v]) => u.some((c, k) => c + v[k] !== 0n))) deny("payoffs of two players that sum to zero are needed");
  afford(game, game.states.map((_, s) => s));
  const { values } = object({ kind: label, values: object(boxes(list(integer, S))) })(file.claim, "claim");
  const laws = list(over(any), 2)(file.profile, "profile").map(({ den, num }, i) => each(game.sizes.map((sizes) => lawOver(den, sizes[i])))(num, "profile"));
  for (let s = 0; s < S; s++) {
    const mixes = [laws[0][s], laws[1][s]];
    // player 0 against player 1's mixture, and player 1 (who loses what player 0 gets) against player 0's
    actionWorths(game, s, mixes, 0, (t) => values.upper[t], values.den).forEach((w, a) => {
      if (more(w, { n: values.upper[s], d: values.den })) refuse(`${game.states[s]}, ${game.players[0]}, ${game.actions[s][0][a]}: above the upper value`);
    });
    actionWorths(game, s, mixes, 1, (t) => -values.lower[t], values.den).forEach((w, b) => {
      if (more(w, { n: -values.lower[s], d: values.den })) refuse(`${game.states[s]}, ${game.players[1]}, ${game.actions[s][1][b]}: below the lower value`);
    });
  }
  return `the values of the zero-sum game are as claimed in all ${S} states`;
}

function sequential(file) {
  const [epsilon] = epsilonOf(file);
  const g = object({ kind: label, players: list(label), den: positive, nodes: list(any), sets: list(any) })(file.game, "game");
  const P = g.players.length, N = g.nodes.length;
  if (N * P > STEPS) deny("the tree is too large");
  const sets = list(object({ "player?": index(P), "law?": over(list(positive)), label, actions: list(label) }))(g.sets, "game.sets");
  const parents = new Array(N).fill(-1);
  const nodes = g.nodes.map((x, n) => {
    const where = `game.nodes[${n}]`;
    const child = (c, w) => {
      const m = index(N)(c, w);
      if (m <= n || parents[m] !== -1) deny(`${where}: node ${m} comes before its parent, or has two`);
      parents[m] = n;
      return m;
    };
    if (!(x instanceof Map && x.has("set"))) return object({ payoffs: list(integer, P) })(x, where);
    const node = object({ set: index(sets.length), children: list(child) })(x, where);
    if (node.children.length !== sets[node.set].actions.length) deny(`${where} has another number of children than of actions`);
    return node;
  });
  if (!N || parents.some((p, n) => n > 0 && p === -1)) deny("a node has no parent");
  const mixes = list(any, sets.length)(file.profile, "profile").map((x, h) => {
    const mix = law(sets[h].actions.length)(x, `profile[${h}]`), own = sets[h].law;
    if ((own === undefined) === (sets[h].player === undefined)) deny(`${sets[h].label} is moved by a player or by chance`);
    if (own && (own.den !== mix.den || own.num.length !== mix.num.length || own.num.some((p, a) => p !== mix.num[a]))) refuse(`${sets[h].label}: the profile changes the law of chance`);
    return mix;
  });
  const w = object({ orders: list(any, sets.length), weights: list(any, sets.length) })(file.witness, "witness");
  const tremble = sets.map((one, h) => {
    const A = one.actions.length, orders = list(natural, A)(w.orders[h], "witness.orders");
    const weights = over(list(positive, A))(w.weights[h], "witness.weights");
    orders.forEach((order, a) => {
      const p = mixes[h].num[a];
      if ((p > 0n) !== (order === 0n)) refuse(`${one.label}: exactly played actions have order 0`);
      if (p > 0n && p * weights.den !== weights.num[a] * mixes[h].den) refuse(`${one.label}: the weight of a played action is its probability`);
    });
    return { orders, weights };
  });
  // from the root down: order, weight (unreduced fractions) and what every player remembers, as text per player
  const at = new Array(N), members = sets.map(() => []), names = new Map();
  at[0] = { order: 0n, weight: { n: 1n, d: 1n }, memory: new Array(P).fill(0) };
  nodes.forEach((node, n) => {
    if (!node.children) return;
    const here = at[n], set = node.set;
    members[set].push(n);
    node.children.forEach((c, a) => {
      const [order, num, den] = [tremble[set].orders[a], tremble[set].weights.num[a], tremble[set].weights.den];
      const memory = here.memory.slice();
      if (sets[set].player !== undefined) {
        const who = sets[set].player, name = `${memory[who]}:${set}:${a}`;
        if (!names.has(name)) names.set(name, names.size + 1);
        memory[who] = names.get(name);
      }
      at[c] = { order: here.order + order, weight: { n: here.weight.n * num, d: here.weight.d * den }, memory };
    });
  });
  // from the leaves up: values as integers over one denominator per node
  const worth = new Array(N);
  for (let n = N - 1; n >= 0; n--) {
    const node = nodes[n];
    if (!node.children) { worth[n] = { num: node.payoffs, den: g.den }; continue; }
    const mix = mixes[node.set];
    const used = node.children.map((c, a) => [worth[c], mix.num[a]]).filter(([, p]) => p > 0n);
    const den = used.reduce((d, [v]) => (d % v.den === 0n ? d : d * v.den), 1n);
    const num = g.players.map((_, i) => used.reduce((sum, [v, p]) => sum + p * v.num[i] * (den / v.den), 0n));
    worth[n] = { num, den: den * mix.den };
  }
  sets.forEach((one, h) => {
    const i = one.player, here = members[h];
    if (!here.length) deny(`information set ${h} has no node`);
    if (i === undefined) return;
    if (new Set(here.map((n) => at[n].memory[i])).size !== 1) deny(`information set ${h} has no node, or its player has forgotten its own moves`);
    const least = here.reduce((m, n) => (at[n].order < m ? at[n].order : m), at[here[0]].order);
    const believed = here.filter((n) => at[n].order === least);
    const expected = (value) => believed.reduce((sum, n) => {
      const v = value(n), p = at[n].weight;
      return { n: sum.n * p.d * v.den + p.n * v.num[i] * sum.d, d: sum.d * p.d * v.den };
    }, ZERO);
    const total = believed.reduce((sum, n) => ({ n: sum.n * at[n].weight.d + at[n].weight.n * sum.d, d: sum.d * at[n].weight.d }), ZERO);
    const value = expected((n) => worth[n]);
    one.actions.forEach((action, a) => {
      const gain = minus(expected((n) => worth[nodes[n].children[a]]), value);
      const per = { n: gain.n * total.d, d: gain.d * total.n };
      if (more(per, epsilon)) refuse(`${g.players[i]} at ${one.label}, ${action}: gain ${show(per)} > ${show(epsilon)}`);
    });
  });
  return `the assessment is a sequential equilibrium at all information sets${up_to(epsilon)}`;
}

// ---- polynomials: arrays of BigInt, the constant first, no leading zero -------------------------------------------------

const tidy = (p) => { let n = p.length; while (n && p[n - 1] === 0n) n--; return n === p.length ? p : p.slice(0, n); };
const plus = (p, q) => tidy(Array.from({ length: Math.max(p.length, q.length) }, (_, k) => (p[k] ?? 0n) + (q[k] ?? 0n)));
const by = (w, p) => (w === 0n ? [] : p.map((c) => w * c));
const shifted = (p) => (p.length ? [0n, ...p] : p);
const ring = { zero: [], add: plus, times: by };
const times = (p, q) => q.reduce((sum, c, k) => plus(sum, [...new Array(k).fill(0n), ...by(c, p)]), []);
// Coefficients of (1 + x)^n p((a + b x) / (1 + x)) times a positive number, a and b over one denominator.
function between(p, low, high, den) {
  let total = [], power = [1n];
  for (let k = p.length - 1; k >= 0; k--) {
    total = plus(times(total, tidy([low, high])), by(p[k], power));
    power = times(power, [den, den]);
  }
  return Array.from(p, (_, k) => total[k] ?? 0n);
}

function threshold(file) {
  const claim = object({ kind: label, points: over(any), pieces: list(label) })(file.claim, "claim");
  const game = dynamicGame(file.game, false), m = claim.pieces.length, polynomial = list(integer);
  const w = object({ nodes: any, determinant: polynomial, numerators: any, constraints: list(list(natural)) })(file.witness, "witness");
  const plan = automataPlan(game, file.profile, w.nodes), D = tidy(w.determinant);
  const values = list(list(polynomial, game.P), plan.nodes.length)(w.numerators, "witness.numerators").map((row) => row.map(tidy));
  const den = claim.points.den, points = list(integer, m + 1)(claim.points.num, "claim.points");
  const rising = points.every((p, k) => k === 0 || p >= points[k - 1]);
  if (!m || !rising || points[0] !== 0n || points[m] !== den || points[m - 1] === den) deny("claim.points do not rise from 0 to 1");
  const long = [D, ...values.flat()].reduce((most, p) => Math.max(most, p.length), 0);
  if (long > LONGEST || den > FINEST) deny("its polynomials or points are too long");
  afford(game, plan.nodes.map(({ state }) => state), long);
  const falling = plus(D, by(-1n, shifted(D)));
  const gains = new Map(), distinct = new Map();
  plan.nodes.forEach(({ state: s, mixes, follow }, n) => {
    const { den: full, rows } = game.laws[s];
    for (let i = 0; i < game.P; i++) {
      const cells = rows.map((row, k) => row.reduce(
        (sum, [t, y, p]) => plus(sum, by(p * game.den, shifted(values[follow(t, y)[0][0]][i]))), by(full * game.pay[s][i][k], falling),
      ));
      const worths = sumOut(game.sizes[s], mixes, cells, i, ring), unit = othersDen(mixes, i) * game.den * full;
      const mean = worths.reduce((sum, p, a) => plus(sum, by(mixes[i].num[a], p)), []);
      if (plus(mean, by(-mixes[i].den * unit, values[n][i])).length) refuse(`node ${n}, ${game.players[i]}: the value is not numerator over determinant`);
      worths.forEach((p, a) => {
        const gain = plus(p, by(-unit, values[n][i]));
        gains.set(`${n},${i},${a}`, gain);
        distinct.set(gain.join(), [gain, `node ${n}, ${game.players[i]}, ${game.actions[s][i][a]}`]);
      });
    }
  });
  if (distinct.size * m * long ** 2 > STEPS / 10) deny(`checking it would take more than ${STEPS} steps`);
  const told = claim.pieces.map((kind, j) => `${kind} from ${show({ n: points[j], d: den })} to ${show({ n: points[j + 1], d: den })}`);
  const positive = (signs) => signs.every((c) => c >= 0n);
  claim.pieces.forEach((kind, j) => {
    const [a, b] = [points[j], points[j + 1]], last = b === den;
    if (kind === "gap") return;
    const under = between(D, a, b, den);
    if (!(under.length && positive(under) && under[0] > 0n && (last || under.at(-1) > 0n))) refuse(`${told[j]}: the determinant is not shown to be positive`);
    if (kind === "holds") {
      for (const [g, who] of distinct.values()) {
        if (between(g, a, b, den).some((c) => c > 0n)) refuse(`${told[j]}: ${who} is not shown to gain nothing`);
      }
    } else if (kind === "fails") {
      const [n, i, act, who] = readDeviation(list(any, m)(w.constraints, "witness.constraints")[j], game, plan);
      const signs = between(gains.get(`${n},${i},${act}`), a, b, den);
      const left = claim.pieces[j - 1] === "holds" || signs[0] > 0n, right = last || claim.pieces[j + 1] === "holds" || signs.at(-1) > 0n;
      if (!(positive(signs) && signs.some((c) => c > 0n) && left && right)) refuse(`${told[j]}: ${who} is not shown to gain throughout`);
    } else deny("claim.pieces has a piece that is not holds, fails or gap");
  });
  return `whether the profile is perfect, by discount factor below 1: ${told.join(", ")}`;
}

function same(x, y) {
  if (x instanceof Map && y instanceof Map) return x.size === y.size && [...x].every(([key, v]) => y.has(key) && same(v, y.get(key)));
  if (Array.isArray(x) && Array.isArray(y)) return x.length === y.length && x.every((v, k) => same(v, y[k]));
  return x === y;
}

function bracket(file) {
  object({ kind: label })(file.claim, "claim");
  const w = object({ holds: any, fails: any })(file.witness, "witness");
  const kindOf = (x) => (x instanceof Map && x.get("claim") instanceof Map ? x.get("claim").get("kind") : undefined);
  const one = kindOf(w.holds), two = kindOf(w.fails);
  if (!["perfect", "inner"].includes(one) || !["refused", "outer"].includes(two)) deny("a bracket needs perfect or inner, and refused or outer");
  const told = [w.holds, w.fails].map(proved);
  for (const x of [w.holds, w.fails]) {
    const claim = x.get("claim");
    if (claim.get("concludes") === "set" || (claim.has("epsilon") && claim.get("epsilon").get("num") !== 0n)) deny("a bracket needs an epsilon of 0, and no outer set");
  }
  if (two === "refused" && (one !== "perfect" || !same(w.holds.get("profile"), w.fails.get("profile")))) deny("the two proofs are about different profiles");
  const games = [w.holds.get("game"), w.fails.get("game")];
  if (w.fails.get("claim").get("concludes") === "unplayed") {
    const game = dynamicGame(games[0]), sizes = game.sizes[game.start];
    let rest = index(game.counts[game.start])(w.fails.get("claim").get("profile"), "claim.profile");
    const acts = sizes.map((size, i) => { const step = sizes.slice(i + 1).reduce((x, y) => x * y, 1); const a = Math.floor(rest / step); rest %= step; return a; });
    const plan = w.holds.get("witness").get("plan") ?? [];
    const plays = (node) => Number(node.get("state")) === game.start && node.get("actions").every((a, i) => Number(a) === acts[i]);
    if (!plan.some(plays)) refuse("no node at the start plays the profile that is not played in the other game");
  }
  for (const key of games[0].keys()) {
    if (key !== "discount" && key !== "laws" && !same(games[0].get(key), games[1].get(key))) deny(`the games differ in ${key}`);
  }
  const [g, h] = games.map((x) => dynamicGame(x));
  let words = "";
  g.laws.forEach(({ den, rows }, s) => rows.forEach((row, k) => {
    const odds = new Map(row.map(([t, y, n]) => [`${t}, ${y}`, [n, 0n]]));
    for (const [t, y, n] of h.laws[s].rows[k]) odds.set(`${t}, ${y}`, [odds.get(`${t}, ${y}`)?.[0] ?? 0n, n]);
    for (const [key, [p, q]] of odds) {
      if (p * h.laws[s].den !== q * den) words ||= `; with chances ${show({ n: p, d: den })} and ${show({ n: q, d: h.laws[s].den })} of [${s}, ${k}, ${key}]`;
    }
  }));
  if (!words && same(games[0].get("discount"), games[1].get("discount"))) deny("the games do not differ");
  return `${told[0]}${words}; but ${told[1]}`;
}

// ---- one file ------------------------------------------------------------------------------------------------------------

const CLAIMS = {
  nash: [nash, "stage", "profile"], correlated: [correlated, "stage", "profile"],
  perfect: [perfect, "dynamic", "profile witness"], refused: [refusedProfile, "dynamic", "profile witness"],
  bayesian: [bayesian, "dynamic", "profile witness"], inner: [innerSet, "dynamic", "witness"], outer: [outerSet, "dynamic", "witness"],
  zero_sum: [zeroSum, "dynamic", "profile"], sequential: [sequential, "tree", "profile witness"],
  threshold: [threshold, "dynamic", "profile witness"], bracket: [bracket, "", "witness"],
};

function proved(x) {
  const version = x instanceof Map ? x.get("format") : undefined;
  if (version !== FORMAT) deny(`its format is ${typeof version === "string" ? version : "not stated"}, not ${FORMAT}`);
  const claim = x.get("claim"), kind = claim instanceof Map ? claim.get("kind") : undefined;
  if (typeof kind !== "string" || !Object.hasOwn(CLAIMS, kind)) deny(`claim.kind is none of ${Object.keys(CLAIMS).join(", ")}`);
  const [test, game, parts] = CLAIMS[kind];
  const shape = { format: label, claim: any, "made_by?": list(label), witness: parts.includes("witness") ? any : object({}) };
  if (parts.includes("profile")) shape.profile = any;
  if (game) shape.game = any;
  const file = object(shape)(x, "the file");
  if (game && !(file.game instanceof Map && file.game.get("kind") === game)) deny(`${kind} needs a game of kind ${game}`);
  return test(file);
}

/** What the bytes of a file prove: {code: 0, 1 or 2, text: one line}. */
export function verdict(bytes) {
  const line = (code, text) => ({ code, text: text.slice(0, 1000).replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "?") });
  try {
    if (bytes.length > BYTES) deny(`the file has more than ${BYTES} bytes`);
    let opened = 0, commas = 0;
    for (const byte of bytes) {
      if (byte === 0x5b || byte === 0x7b) opened++;
      else if (byte === 0x2c) commas++;
    }
    if (16 * opened > BYTES || 4 * commas > BYTES) deny("the file has more lists or numbers than it may hold");
    let text;
    try {
      text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      deny("it is not UTF-8");
    }
    return line(0, `proved: ${proved(parse(text))}.`);
  } catch (fault) {
    if (fault instanceof Refused) return line(1, `refused: ${fault.message}`);
    if (fault instanceof NoProof) return line(2, `no proof: ${fault.message}`);
    if (fault instanceof RangeError) return line(2, "no proof: its numbers are too large");
    throw fault;
  }
}

if (typeof process !== "undefined" && process.argv?.[1]?.endsWith("check.mjs")) {
  const { readFileSync } = await import("node:fs");
  let worst = process.argv.length > 2 ? 0 : 2;
  for (const name of process.argv.slice(2)) {
    let found;
    try {
      found = verdict(readFileSync(name));
    } catch (fault) {
      if (!fault.code) throw fault;
      found = { code: 2, text: `no proof: it cannot be read (${fault.code})` };
    }
    worst = Math.max(worst, found.code);
    console.log(`${name}: ${found.text}`);
  }
  process.exitCode = worst;
}
