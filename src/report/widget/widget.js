// The widget: what is set, and everything that follows from it.
const field = (name) => document.getElementById(`beta-${name}`);
const given = JSON.parse(field("state").textContent);
const state = {
  p: { alpha: given.prior[0], beta: given.prior[1] },
  a: { alpha: given.one[0], beta: given.one[1], edge: null },
  b: { alpha: (given.other ?? given.prior)[0], beta: (given.other ?? given.prior)[1], edge: null },
  level: given.level,
  isCompared: given.other !== null,
  isWhole: false,
  day: 0,
};
const PARAMETERS = ["alpha", "beta"];
const TRUSTED = [1e-9, 1e12];
const isTrusted = (value) => value >= TRUSTED[0] && value <= TRUSTED[1];

// Sums of rewards such as 0.1 show as people add them.
const tidy = (value) => Number(value.toPrecision(12));
const inBrackets = ({ alpha, beta }) => `Beta(${brief(alpha)}, ${brief(beta)})`;
const short = (text) => (text.length > 28 ? `${text.slice(0, 27)}…` : text);
const nameOf = (key) => state[key].edge ?? key.toUpperCase();
const percent = (level) => `${Number((100 * level).toPrecision(6))} %`;

const law = (engine, key, name) => {
  const { alpha, beta, edge } = state[key];
  const at = (quantity, ...more) => engine[quantity](alpha, beta, ...more);
  return {
    key, name, alpha, beta,
    title: `${name}${edge ? ` ${short(edge)}` : ""}: ${inBrackets({ alpha, beta })}`,
    mean: at("mean"), mode: at("mode"), sd: at("sd"), median: at("median"),
    lower: at("lower", state.level), upper: at("upper", state.level),
    hpdLower: at("hpd_lower", state.level), hpdUpper: at("hpd_upper", state.level),
  };
};

const show = (name, value) => {
  const cell = document.getElementById(`beta-${name}`);
  cell.value = Number.isFinite(value) ? String(value) : "";
  // The second end of an interval stands with its word, and not at all where there is no interval.
  const isUpper = name.endsWith("upper");
  cell.textContent = isUpper ? (Number.isFinite(value) ? ` to ${brief(value)}` : "") : brief(value);
};

const QUANTITIES = { mean: "mean", mode: "mode", median: "median", sd: "sd", lower: "lower", upper: "upper", "hpd-lower": "hpdLower", "hpd-upper": "hpdUpper" };

const pair = (engine, one, other) => {
  const numbers = [one.alpha, one.beta, other.alpha, other.beta];
  const back = [other.alpha, other.beta, one.alpha, one.beta];
  return {
    "p-greater": engine.p_greater(...numbers),
    difference: engine.difference_mean(...numbers, state.level),
    "difference-lower": engine.difference_lower(...numbers, state.level),
    "difference-upper": engine.difference_upper(...numbers, state.level),
    kl: engine.kl(...numbers),
    "kl-reverse": engine.kl(...back),
    hellinger: engine.hellinger(...numbers),
  };
};

// What the numbers say, in words; the same as plain text for a screen reader.
const sentence = (one, between) => {
  const strong = (text) => { const element = document.createElement("strong"); element.textContent = text; return element; };
  const asOf = state.a.edge ? `As of ${given.days[state.day]}, with` : "With";
  const parts = [`${asOf} ${percent(state.level)} probability the rate of ${nameOf("a")} lies between `, strong(`${brief(one.lower)} and ${brief(one.upper)}`), "; its mean is ", strong(brief(one.mean))];
  parts.push(Number.isFinite(one.mode) ? `, its likeliest value ${brief(one.mode)}.` : ", and no one value is the likeliest.");
  const [successes, failures] = [tidy(state.a.alpha - state.p.alpha), tidy(state.a.beta - state.p.beta)];
  if (successes >= 0 && failures >= 0) parts.push(` That is the prior ${inBrackets(state.p)} and ${brief(successes)} successes, ${brief(failures)} failures.`);
  if (between) parts.push(` It exceeds that of ${nameOf("b")} with probability `, strong(brief(between["p-greater"])), ".");
  return parts;
};

const command = () => {
  const numbers = ({ alpha, beta }) => `${alpha},${beta}`;
  const vs = state.isCompared ? ` --vs ${numbers(state.b)}` : "";
  return `betadrift beta ${numbers(state.a)}${vs}${state.level === 0.95 ? "" : ` --level ${state.level}`}`;
};

// Puts a parameter where it is shown, unless it is being typed there.
const place_parameter = (parameter, key) => {
  const value = state[key][parameter];
  const typed = field(`${parameter}-${key}`);
  if (typed !== document.activeElement || Number(typed.value) !== value) typed.value = value;
  typed.removeAttribute("aria-invalid");
  const slider = field(`slide-${parameter}-${key}`);
  if (slider) {
    if (slider !== document.activeElement || !slider.matches(":active")) slider.value = Math.log10(value);
    slider.setAttribute("aria-valuetext", brief(value));
  }
};

let speaking;
const speak = (text) => {
  clearTimeout(speaking);
  speaking = setTimeout(() => { field("live").textContent = text; }, 600);
};

const render = (engine) => {
  const laws = [law(engine, "p", "Prior"), law(engine, "a", "A"), ...(state.isCompared ? [law(engine, "b", "B")] : [])];
  for (const one of laws) for (const [name, key] of Object.entries(QUANTITIES)) show(`${one.key}-${name}`, one[key]);
  const between = state.isCompared ? pair(engine, laws[1], laws[2]) : null;
  for (const [name, value] of Object.entries(between ?? {})) show(name, value);
  for (const part of document.querySelectorAll("[data-second]")) part.hidden = !state.isCompared;
  for (const part of document.querySelectorAll("[data-level]")) part.textContent = percent(state.level);
  for (const key of ["p", "a", "b"]) for (const parameter of PARAMETERS) place_parameter(parameter, key);
  field("second").hidden = !state.isCompared;
  field("compare").checked = state.isCompared;
  field("partial").textContent = `Partial ${field("share").value}`;
  if (field("level") !== document.activeElement) field("level").value = state.level;
  field("command").textContent = command();
  field("sentence").replaceChildren(...sentence(laws[1], between));
  const spoken = field("sentence").textContent;
  figure(engine, field("figure"), laws, state.level, state.isWhole, `Densities of ${laws.map((one) => one.title).join(", ")}. ${spoken}`);
  if (given.days.length > 0) renderDays(engine);
  speak(spoken);
};

const renderDays = (engine) => {
  field("day").value = state.day;
  field("day").setAttribute("aria-valuetext", given.days[state.day]);
  field("day-name").textContent = given.days[state.day];
  for (const key of ["a", "b"]) field(`edge-${key}`).value = state[key].edge === null ? "" : String(state[key].index);
  const followed = ["a", "b"].filter((key) => state[key].index !== undefined && (key === "a" || state.isCompared));
  history(engine, field("history"), followed.map((key) => ({ key, days: given.edges[state[key].index].days })), state.level, state.day);
};

// What the log has of an edge on the day.
const take = (key) => {
  const { index } = state[key];
  if (index === undefined) return;
  const { edge, prior, days } = given.edges[index];
  Object.assign(state[key], { alpha: days[state.day][0], beta: days[state.day][1], edge });
  if (key === "a") state.p = { alpha: prior[0], beta: prior[1] };
};

// A rate that was changed by hand is no longer the log's.
const change = (key, parameters) => Object.assign(state[key], parameters, key === "p" ? {} : { edge: null });

const answer = (reward) => {
  const next = { alpha: tidy(state.a.alpha + reward), beta: tidy(state.a.beta + (1 - reward)) };
  if (isTrusted(next.alpha) && isTrusted(next.beta)) change("a", next);
};

const listen = (engine) => {
  const on = (name, event, act) => field(name).addEventListener(event, (happening) => { if (act(happening.currentTarget) !== false) render(engine); });
  const number = (input, isValid) => {
    const value = Number(input.value);
    const valid = input.value.trim() !== "" && isValid(value);
    if (valid) input.removeAttribute("aria-invalid");
    else input.setAttribute("aria-invalid", "true");
    return valid ? value : null;
  };
  for (const key of ["p", "a", "b"]) {
    for (const parameter of PARAMETERS) {
      on(`${parameter}-${key}`, "input", (input) => {
        const value = number(input, isTrusted);
        return value === null ? false : change(key, { [parameter]: value });
      });
      on(`${parameter}-${key}`, "change", () => {});
      if (key !== "p") on(`slide-${parameter}-${key}`, "input", (slider) => change(key, { [parameter]: Number((10 ** Number(slider.value)).toPrecision(3)) }));
    }
  }
  const isShare = (value) => value >= 0 && value <= 1;
  on("accept", "click", () => answer(1));
  on("reject", "click", () => answer(0));
  on("partial", "click", () => { const share = number(field("share"), isShare); return share === null ? false : answer(share); });
  on("share", "input", (input) => number(input, isShare) !== null);
  on("reset", "click", () => change("a", { ...state.p }));
  on("compare", "change", (input) => { state.isCompared = input.checked; });
  on("whole", "change", (input) => { state.isWhole = input.checked; });
  on("level", "input", (input) => { const level = number(input, (value) => value > 0 && value < 1); return level === null ? false : (state.level = level, true); });
  on("day", "input", (slider) => { state.day = Number(slider.value); take("a"); take("b"); });
  for (const key of ["a", "b"]) on(`edge-${key}`, "change", (select) => { state[key].index = Number(select.value); take(key); });
  field("form").addEventListener("submit", (submission) => submission.preventDefault());
  field("copy").addEventListener("click", copy);
  new ResizeObserver(() => render(engine)).observe(field("figure"));
};

const copy = async () => {
  try {
    await navigator.clipboard.writeText(command());
    field("copied").textContent = "Copied";
    field("copy").textContent = "Copied";
    setTimeout(() => { field("copy").textContent = "Copy"; field("copied").textContent = ""; }, 2000);
  } catch {
    // Not allowed here: what is selected can be copied by hand.
    getSelection().selectAllChildren(field("command"));
    field("copied").textContent = "Selected; copy it with the keyboard";
  }
};

const offerDays = () => {
  if (given.days.length === 0) return;
  field("days").hidden = false;
  for (const part of document.querySelectorAll(".beta-pick")) part.hidden = false;
  for (const key of ["a", "b"]) {
    const byHand = new Option("set by hand", "", true, true);
    byHand.disabled = true;
    field(`edge-${key}`).append(byHand, ...given.edges.map(({ edge }, index) => new Option(edge, String(index))));
  }
  state.day = given.days.length - 1;
  field("day").max = state.day;
  state.a.index = 0;
  take("a");
  if (given.edges.length > 1) {
    state.b.index = 1;
    state.isCompared = true;
    take("b");
  }
};

load().then((engine) => {
  offerDays();
  listen(engine);
  render(engine);
  document.getElementById("beta-widget").dataset.ready = "";
}).catch((problem) => {
  field("failed").hidden = false;
  for (const part of document.querySelectorAll(".beta-widget .scripted-only")) part.hidden = true;
  console.error(problem);
});
