// The picture: densities, and the intervals below their axis. Marks of a law carry its class: p(rior), a, b.
const draw = (name, attributes, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

const line = (x1, y1, x2, y2, className) => draw("line", { x1, y1, x2, y2, class: className });
const words = (x, y, text, className, anchor = "start") => draw("text", { x, y, class: className, "text-anchor": anchor }, text);
const path = (points) => `M${points.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`).join("L")}`;

// A step that people count in, of which about `count` cover `span`.
const niceStep = (span, count) => {
  const power = 10 ** Math.floor(Math.log10(span / count));
  return power * [1, 2, 5, 10].find((factor) => factor * power >= (span / count) * 0.999);
};

// The rates to show: all of them, or those near the posteriors where these are narrow.
const span = (engine, laws, isWhole) => {
  const ends = laws.filter((law) => law.key !== "p").map(({ alpha, beta }) => [engine.lower(alpha, beta, 0.9998), engine.upper(alpha, beta, 0.9998)]);
  const low = Math.min(...ends.map((end) => end[0]));
  const high = Math.max(...ends.map((end) => end[1]));
  if (isWhole || !(high - low < 0.4)) return [0, 1];
  const step = niceStep(Math.max(high - low, 1e-12), 4);
  return [Math.max(0, Math.floor((low - step / 4) / step) * step), Math.min(1, Math.ceil((high + step / 4) / step) * step)];
};

// Points of a density: evenly over what is shown, and closer where its mass lies.
const curve = (engine, { alpha, beta }, [low, high]) => {
  const [from, to] = [engine.lower(alpha, beta, 0.9998), engine.upper(alpha, beta, 0.9998)];
  const rates = new Set();
  for (let i = 0; i <= 240; i += 1) {
    rates.add(low + ((high - low) * i) / 240).add(clamp(from + ((to - from) * i) / 240, low, high));
  }
  return [...rates].sort((x, y) => x - y).map((rate) => [rate, Math.min(engine.density(alpha, beta, rate), 1e9)]);
};

// The height to show a density to: its peak, or where it has none inside, what it is where its mass begins.
const height = (engine, { alpha, beta }, [low, high]) => {
  const density = (rate) => engine.density(alpha, beta, clamp(rate, Math.max(low, 1e-9), Math.min(high, 1 - 1e-9)));
  if (alpha > 1 && beta > 1) return density(engine.mode(alpha, beta));
  const tails = Math.max(density(engine.lower(alpha, beta, 0.9)), density(engine.upper(alpha, beta, 0.9)));
  return alpha < 1 || beta < 1 ? tails : Math.max(density(low), density(high));
};

// A place for a name above its peak that lies on no other name.
const place = (taken, x, y, text, width) => {
  const half = text.length * 3.7;
  const at = clamp(x, half + 2, width - half - 2);
  let top = Math.max(y - 10, 14);
  const isTaken = () => taken.some((other) => Math.abs(other.at - at) < other.half + half + 6 && Math.abs(other.top - top) < 17);
  for (let step = 0; isTaken() && step < 40; step += 1) top = step < 3 && y - 10 - 17 * (step + 1) >= 14 ? y - 10 - 17 * (step + 1) : top + 17;
  taken.push({ at, top, half });
  return [at, top];
};

const axis = ([low, high], x, bottom, top, count) => {
  const step = niceStep(high - low, count);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const marks = [];
  for (let i = Math.ceil(low / step - 1e-6); i * step <= high * (1 + 1e-12); i += 1) {
    const at = x(i * step);
    marks.push(line(at, top, at, bottom, "rule"), words(at, bottom + 18, (i * step).toFixed(decimals), "tick", "middle"));
  }
  return marks;
};

// One law's two intervals: equal-tailed with the mean, of highest density with the mode.
const lanes = (law, level, x, top, [low, high], width) => {
  const percent = `${Number((100 * level).toPrecision(6))} %`;
  const inside = (rate) => rate >= low && rate <= high;
  const bar = (from, to, y) => (to < low || from > high ? [] : [line(x(clamp(from, low, high)), y, x(clamp(to, low, high)), y, `bar ${law.key}`)]);
  const label = (text, y) => {
    const half = text.length * 3.6;
    return words(clamp(x(clamp((law.lower + law.upper) / 2, low, high)), half, width - half), y, text, `name ${law.key}`, "middle");
  };
  const marks = [label(`${law.name} · ${percent} equal-tailed ${brief(law.lower)} to ${brief(law.upper)}`, top + 12), ...bar(law.lower, law.upper, top + 24)];
  if (inside(law.mean)) marks.push(draw("circle", { cx: x(law.mean), cy: top + 24, r: 5.5, class: `sign ${law.key}` }));
  const hasHpd = Number.isFinite(law.hpdLower);
  const dense = hasHpd ? `${brief(law.hpdLower)} to ${brief(law.hpdUpper)}` : "none";
  marks.push(label(`${law.name} · ${percent} highest density ${dense}`, top + 48));
  if (hasHpd) marks.push(...bar(law.hpdLower, law.hpdUpper, top + 60));
  if (inside(law.mode)) marks.push(draw("path", { d: `M${x(law.mode)},${top + 53}l7,7l-7,7l-7,-7z`, class: `sign ${law.key}` }));
  return marks;
};

// All of it. `laws` in the order prior, A, B; what is drawn last lies on top.
const figure = (engine, holder, laws, level, isWhole, description) => {
  const width = Math.max(holder.clientWidth, 260);
  const shown = span(engine, laws, isWhole);
  const posteriors = laws.filter((law) => law.key !== "p");
  const [top, bottom, left, right] = [52, width < 500 ? 250 : 330, 12, width - 12];
  const x = (rate) => left + ((rate - shown[0]) / (shown[1] - shown[0])) * (right - left);
  const tallest = Math.max(...laws.map((law) => height(engine, law, shown)));
  const y = (density) => bottom - Math.min(density / tallest, 1.25) * (bottom - top);
  const total = bottom + 48 + 80 * posteriors.length;
  const picture = draw("svg", { viewBox: `0 0 ${width} ${total}`, height: total, role: "img", "aria-label": description });
  const clip = draw("clipPath", { id: "beta-clip" }, draw("rect", { x: left, y: 0, width: right - left, height: bottom }));
  picture.append(clip, ...axis(shown, x, bottom, top, width < 500 ? 4 : 8), line(left, bottom, right, bottom, "axis"));
  const taken = [];
  const names = [];
  for (const law of laws) {
    const points = curve(engine, law, shown);
    const drawn = points.map(([rate, density]) => [x(rate), y(density)]);
    const inside = points.filter(([rate]) => rate >= law.lower && rate <= law.upper).map(([rate, density]) => [x(rate), y(density)]);
    const group = draw("g", { "clip-path": "url(#beta-clip)" });
    if (law.key !== "p" && inside.length > 1) group.append(draw("path", { d: `${path([[inside[0][0], bottom], ...inside, [inside.at(-1)[0], bottom]])}Z`, class: `area ${law.key}` }));
    group.append(draw("path", { d: path(drawn), class: `curve ${law.key}` }));
    picture.append(group);
    const peak = drawn.reduce((best, point) => (point[1] < best[1] - 1e-6 ? point : best));
    // A flat density is named near its end, where it is in nobody's way.
    const isFlat = law.alpha === 1 && law.beta === 1;
    names.push({ law, peak: isFlat ? [right, drawn[0][1]] : [peak[0], Math.max(peak[1], top - 30)] });
  }
  for (const { law, peak } of names.sort((one, other) => one.peak[1] - other.peak[1])) {
    const [at, above] = place(taken, peak[0], peak[1], law.title, width);
    picture.append(words(at, above, law.title, `name ${law.key}`, "middle"));
  }
  picture.append(words((left + right) / 2, bottom + 36, "success rate", "tick", "middle"));
  posteriors.forEach((law, index) => picture.append(...lanes(law, level, x, bottom + 44 + 80 * index, shown, width)));
  holder.replaceChildren(picture);
};

// The days of the log: means, their intervals, and the day that is looked at.
const history = (engine, holder, rows, level, day) => {
  const [width, tall] = [Math.max(holder.clientWidth, 200), 96];
  const [left, right, top, bottom] = [6, width - 6, 8, tall - 4];
  const bands = rows.map(({ key, days }) => ({ key, days: days.map(([alpha, beta]) => [engine.lower(alpha, beta, level), alpha / (alpha + beta), engine.upper(alpha, beta, level)]) }));
  const values = bands.flatMap(({ days }) => days.flat());
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const last = Math.max(rows[0].days.length - 1, 1);
  const x = (index) => left + (index / last) * (right - left);
  const y = (rate) => bottom - ((rate - low) / Math.max(high - low, 1e-12)) * (bottom - top);
  const picture = draw("svg", { viewBox: `0 0 ${width} ${tall}`, height: tall, "aria-hidden": "true" });
  for (const { key, days } of bands) {
    const outline = [...days.map((band, index) => [x(index), y(band[2])]), ...days.map((band, index) => [x(index), y(band[0])]).reverse()];
    picture.append(draw("path", { d: `${path(outline)}Z`, class: `area ${key}` }));
    picture.append(draw("path", { d: path(days.map((band, index) => [x(index), y(band[1])])), class: `curve thin ${key}` }));
    picture.append(draw("circle", { cx: x(day), cy: y(days[day][1]), r: 4.5, class: `sign ${key}` }));
  }
  picture.append(line(x(day), top - 6, x(day), bottom, "now"));
  holder.replaceChildren(picture);
};
