// The history of an edge, below its row: what was believed of it in the evening of each day.
const bandsOf = (engine, days) => days.map(([alpha, beta]) => [engine.lower(alpha, beta, given.level), alpha / (alpha + beta), engine.upper(alpha, beta, given.level)]);

// Ticks of a scale, with their words.
const ticksOf = ([low, high], count) => {
  const step = niceStep(high - low, count);
  const decimals = Math.max(0, Math.ceil(-Math.log10(step) - 1e-9));
  const ticks = [];
  for (let i = Math.ceil(low / step - 1e-6); i * step <= high * (1 + 1e-12); i += 1) ticks.push([i * step, (i * step).toFixed(decimals)]);
  return ticks;
};

const historyChart = (edge, bands, width) => {
  const [left, right, top, bottom] = [46, width - 10, 12, 188];
  const scale = [Math.max(0, Math.min(...bands.map((band) => band[0]))), Math.min(1, Math.max(...bands.map((band) => band[2])))];
  const last = Math.max(bands.length - 1, 1);
  const x = (index) => left + (index / last) * (right - left);
  const y = (rate) => bottom - ((rate - scale[0]) / Math.max(scale[1] - scale[0], 1e-12)) * (bottom - top);
  const end = bands.at(-1);
  const label = `Rate of ${edge} by day: mean and ${percent(given.level)} interval, at last ${brief(end[1])} (${brief(end[0])} to ${brief(end[2])})`;
  const picture = draw("svg", { viewBox: `0 0 ${width} 214`, height: 214, role: "img", "aria-label": label });
  for (const [rate, text] of ticksOf(scale, 4)) picture.append(line(left, y(rate), right, y(rate), "rule"), words(left - 6, y(rate) + 4, text, "tick", "end"));
  const outline = [...bands.map((band, index) => [x(index), y(band[2])]), ...bands.map((band, index) => [x(index), y(band[0])]).reverse()];
  picture.append(draw("path", { d: `${path(outline)}Z`, class: "band" }), draw("path", { d: path(bands.map((band, index) => [x(index), y(band[1])])), class: "mean" }));
  picture.append(draw("circle", { cx: x(bands.length - 1), cy: y(end[1]), r: 4, class: "dot" }));
  picture.append(words(left, bottom + 20, given.days[0], "tick"), words(right, bottom + 20, given.days.at(-1), "tick", "end"));
  return picture;
};

// The same as a table.
const historyTable = (days, bands) => {
  const table = document.createElement("table");
  const add = (parent, kind, text) => { const cell = document.createElement(kind); cell.textContent = text; parent.append(cell); return cell; };
  const head = table.createTHead().insertRow();
  for (const text of ["Day", "α", "β", "Mean", "Interval"]) add(head, "th", text).scope = "col";
  const body = table.createTBody();
  days.forEach(([alpha, beta], index) => {
    const row = body.insertRow();
    add(row, "th", given.days[index]).scope = "row";
    const [lower, mean, upper] = bands[index];
    for (const text of [brief(alpha), brief(beta), brief(mean), `${brief(lower)} … ${brief(upper)}`]) add(row, "td", text);
  });
  return table;
};

const showHistory = (engine, row, index) => {
  const region = row.closest(".scrolls");
  const opened = document.createElement("tr");
  opened.className = "opened";
  opened.id = `history-${index}`;
  const cell = opened.insertCell();
  cell.colSpan = row.cells.length;
  const holder = document.createElement("div");
  holder.className = "history";
  holder.style.width = `${Math.max(region.clientWidth - 2, 240)}px`;
  const { edge, days } = given.edges[index];
  const bands = bandsOf(engine, days);
  const more = document.createElement("p");
  more.textContent = row.dataset.more;
  const table = document.createElement("details");
  const summary = document.createElement("summary");
  summary.textContent = "As a table";
  table.append(summary, historyTable(days, bands));
  holder.append(historyChart(edge, bands, Math.max(region.clientWidth - 34, 220)), more, table);
  cell.append(holder);
  row.after(opened);
};

const offerHistories = (engine) => {
  const table = document.getElementById("edges-table");
  if (!table) return;
  [...table.tBodies[0].rows].slice(0, given.edges.length).forEach((row, index) => {
    const head = row.cells[0];
    const button = document.createElement("button");
    button.type = "button";
    button.className = "open";
    button.setAttribute("aria-expanded", "false");
    button.append(...head.childNodes);
    head.append(button);
    const toggle = () => {
      const isOpen = button.getAttribute("aria-expanded") === "true";
      button.setAttribute("aria-expanded", String(!isOpen));
      if (isOpen) {
        button.removeAttribute("aria-controls");
        document.getElementById(`history-${index}`)?.remove();
      } else {
        showHistory(engine, row, index);
        button.setAttribute("aria-controls", `history-${index}`);
      }
    };
    row.classList.add("opens");
    row.addEventListener("click", () => { if (getSelection().isCollapsed) toggle(); });
  });
};
