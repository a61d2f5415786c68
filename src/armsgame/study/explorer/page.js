// Reads the sliders, looks the answers up, and hands their rows to the charts; it computes nothing.
const data = JSON.parse(document.getElementById("payload").textContent);
const specs = JSON.parse(document.getElementById("charts").textContent);
const { axes } = data;
const own = axes.map(axis => axis.default);
let at = own.slice();
const views = {};

const input = k => document.getElementById("axis-" + axes[k].name);
const place = (names, levels) =>
  axes.flatMap((axis, k) => (names(axis.name) ? [levels[k]] : [])).join(",");
const cellOf = levels => data.cells[place(name => name !== "prior", levels)];
const sharedOf = levels => data.shared[place(name => data.closed.includes(name), levels)];
const priorLevel = levels => levels[axes.findIndex(axis => axis.name === "prior")];

function chance(p) {
  if (p === 0 || p === 1) return String(p);
  if (p < 0.001) return "below 0.001";
  if (p > 0.999) return "above 0.999";
  return p.toFixed(3);
}
const range = (low, high) => (chance(low) === chance(high) ? chance(low) : chance(low) + " to " + chance(high));
const number = v => (typeof v === "number" ? String(Number(v.toFixed(3))) : v);

function element(tag, text, parent, attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  parent.append(made);
  return made;
}

// Where a combination was not computed, other sliders go back to the dossier's values, and the page says which.
function settle(levels, moved) {
  if (cellOf(levels)) return [];
  const goesBack = kept => {
    const next = levels.map((level, k) => (k === moved || axes[k].name === "prior" || kept(k) ? level : own[k]));
    return cellOf(next) && next;
  };
  const next = goesBack(k => data.together.includes(axes[k].name)) || goesBack(() => false);
  if (!next) return [];
  const back = axes.filter((_, k) => next[k] !== levels[k]).map(axis => axis.label.toLowerCase());
  at = next;
  return back;
}

const priorText = (party, answer, level) =>
  party + " is " + Object.entries(answer.prior[party]).map(([kind, own]) => kind + " with " + chance(own[level])).join(", ");

function trustText(account, answer, shared, level) {
  const lines = new Map();
  for (const party of data.parties) {
    const needed = shared.trust[account][party];
    const other = data.parties.find(name => name !== party);
    const held = answer.prior[other][data.first]?.[level] ?? 0;
    let told = "there is none, because this condition fails: " + shared.unmet[account][party];
    if (needed === "none") told = "no type of the account is tempted more than " + data.first;
    else if (needed !== "never")
      told = "P(" + other + " is " + data.first + ") of at least " + number(needed) + ", where " + chance(held) + " is held";
    lines.set(told, [...(lines.get(told) || []), party]);
  }
  return [...lines].map(([told, who]) => "for " + who.join(" and ") + " " + told).join("; ") + ".";
}

function accountText(title, answer, level) {
  const holding = answer.profiles.filter(one => one.holds[level]);
  if (!answer.profiles.length)
    return title + ": no profile was certified; the least gain of a deviation is " + number(answer.gain) + ".";
  if (!holding.length) return title + ": none of the " + answer.profiles.length + " profiles holds at this prior.";
  const last = holding.map(one => one.survival[level].at(-1));
  const low = Math.min(...holding.map(one => one.low[level].at(-1)));
  const high = Math.max(...holding.map(one => one.high[level].at(-1)));
  const told = range(Math.min(...last), Math.max(...last)), open = range(low, high);
  const many = holding.length === 1 ? "1 certified profile" : holding.length + " certified profiles";
  return title + ": " + many + "; the treaty is not left within " + data.horizon + " with probability " +
    told + (open === told ? ", ties included." : " (ties leave open " + open + ").");
}

function fillTable(table, title, answer, level) {
  table.replaceChildren();
  element("caption", title + ", within " + data.horizon, table);
  if (!answer.profiles.length) {
    element("td", "no certified profile", table.createTBody().insertRow());
    return;
  }
  const head = element("tr", "", table.createTHead());
  element("th", "Profile found from", head, { scope: "col" });
  for (const one of answer.profiles) element("th", one.name, head, { scope: "col" });
  const body = table.createTBody();
  const row = (name, cell) => {
    const line = element("tr", "", body);
    element("th", name, line, { scope: "row" });
    for (const one of answer.profiles) element("td", one.holds[level] ? cell(one) : "–", line);
  };
  const holds = element("tr", "", body);
  element("th", "equilibrium at this prior", holds, { scope: "row" });
  for (const one of answer.profiles) element("td", one.holds[level] ? "yes" : "no", holds);
  row("treaty not left", one => chance(one.survival[level].at(-1)));
  row("over ties, certified again", one => (level === data.own ? range(...one.inner) : "own prior only"));
  row("over ties, at most", one => range(one.low[level].at(-1), one.high[level].at(-1)));
  for (const outcome of Object.keys(answer.profiles[0].shares))
    row(outcome, one => chance(one.shares[outcome][level]));
}

function draw(account, answer, level) {
  const holding = answer.profiles.filter(one => one.holds[level]);
  const survival = holding.flatMap(one =>
    data.years.map((year, t) => ({
      start: one.start, year, survival: one.survival[level][t], low: one.low[level][t], high: one.high[level][t],
    })));
  const shares = holding.flatMap(one =>
    Object.entries(one.shares).map(([outcome, own]) => ({ start: one.start, outcome, share: own[level] })));
  for (const [name, rows] of [["survival", survival], ["shares", shares]])
    views[account]?.[name]?.data("rows", rows).resize().runAsync();
}

function showShared(shared) {
  const body = document.getElementById("shared");
  body.replaceChildren();
  const row = (name, text) => {
    const line = element("tr", "", body);
    element("th", name, line, { scope: "row" });
    element("td", text, line);
  };
  row("What enforces compliance", shared.regime);
  row("Negotiated point", data.parties.map((party, i) => party + " " + number(shared.point[i])).join(", ") +
    " (utility per period, among public equilibria of conduct alone)");
}

function render(back = []) {
  axes.forEach((axis, k) => {
    const slider = input(k);
    if (!slider) return;
    slider.value = at[k];
    slider.setAttribute("aria-valuetext", axis.texts[at[k]]);
    document.getElementById("value-" + axis.name).textContent = axis.texts[at[k]];
  });
  const cell = cellOf(at), shared = sharedOf(at), level = priorLevel(at);
  document.getElementById("moved").textContent = back.length
    ? "This combination was not computed, so these went back to the dossier's values: " + back.join(", ") + "." : "";
  const summary = document.getElementById("summary");
  summary.replaceChildren();
  element("p", shared.regime, summary);
  if (!cell) element("p", "Profiles were not computed for this combination. Move a slider, or go back to the dossier's values.", summary);
  showShared(shared);
  for (const [account, title] of Object.entries(data.accounts)) {
    const section = document.querySelector('[data-account="' + account + '"]');
    const answer = cell ? cell[account] : { prior: {}, profiles: [], gain: "none" };
    if (cell) element("p", accountText(title, answer, level), summary);
    section.querySelector(".prior").textContent = cell
      ? "Prior: " + data.parties.map(p => priorText(p, answer, level)).join("; ") + "."
      : "";
    section.querySelector(".trust").textContent = cell ? "Trust threshold: " + trustText(account, answer, shared, level) : "";
    fillTable(section.querySelector("table"), title, answer, level);
    section.querySelectorAll(".chart").forEach(chart => {
      const what = chart.dataset.chart === "survival" ? "Survival" : "Outcomes";
      chart.setAttribute("aria-label", what + ". " + (cell ? accountText(title, answer, level) : "Not computed.") +
        " The table below has the numbers.");
    });
    draw(account, answer, level);
  }
  document.getElementById("link").href = fragment();
}

function fragment() {
  const moved = axes.flatMap((axis, k) => (at[k] === own[k] ? [] : [axis.name + "=" + axis.keys[at[k]]]));
  return "#" + (moved.length ? moved.join("&") : "main");
}

function restore() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  at = axes.map((axis, k) => {
    const level = axis.keys.indexOf(wanted.get(axis.name));
    return level < 0 ? own[k] : level;
  });
  render();
}

axes.forEach((_, k) => {
  const slider = input(k);
  slider?.addEventListener("input", () => {
    at[k] = Number(slider.value);
    render(settle(at, k));
    history.replaceState(null, "", fragment());
  });
});
document.getElementById("sliders").addEventListener("reset", event => {
  event.preventDefault();
  at = own.slice();
  render();
  history.replaceState(null, "", fragment());
});
window.addEventListener("hashchange", () => { if (location.hash !== "#main") restore(); });

restore();
for (const account of Object.keys(data.accounts)) {
  views[account] = {};
  for (const chart of document.querySelectorAll('[data-account="' + account + '"] .chart')) {
    const name = chart.dataset.chart;
    views[account][name] = (await window.vegaEmbed(chart, specs[name], { actions: false, renderer: "svg" })).view;
    // the element around it bears the text; what is inside would be read mark by mark
    chart.querySelector("svg").setAttribute("aria-hidden", "true");
  }
}
render();
document.documentElement.dataset.ready = "yes";
