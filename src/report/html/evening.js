// One evening, chosen by a slider: the rates of the first edges as they were believed then.
const EVENING_EDGES = 12;
const LONGEST_NAME = 34;
const shorter = (name) => { const letters = [...name]; return letters.length > LONGEST_NAME ? `${letters.slice(0, LONGEST_NAME - 1).join("")}…` : name; };

const eveningChart = (shown, day, scale, width) => {
  const [left, right, top, tall] = [8, width - 8, 8, 38];
  const bottom = top + shown.length * tall;
  const x = (rate) => left + ((rate - scale[0]) / Math.max(scale[1] - scale[0], 1e-12)) * (right - left);
  const spoken = shown.map(({ edge, bands }) => `${edge} ${brief(bands[day][1])} (${brief(bands[day][0])} to ${brief(bands[day][2])})`).join("; ");
  const picture = draw("svg", { viewBox: `0 0 ${width} ${bottom + 24}`, height: bottom + 24, role: "img", "aria-label": `Rates on ${given.days[day]}: ${spoken}` });
  for (const [rate, text] of ticksOf(scale, width < 500 ? 4 : 8)) picture.append(line(x(rate), top, x(rate), bottom, "rule"), words(x(rate), bottom + 17, text, "tick", "middle"));
  shown.forEach(({ edge, prior, days, bands }, place) => {
    const [lower, mean, upper] = bands[day];
    const isPrior = days[day][0] === prior[0] && days[day][1] === prior[1];
    const y = top + place * tall;
    picture.append(words(left, y + 14, shorter(edge), "name"));
    picture.append(words(right, y + 14, isPrior ? "not seen yet" : `${brief(mean)} (${brief(lower)} … ${brief(upper)})`, "value", "end"));
    picture.append(line(x(lower), y + 25, x(upper), y + 25, isPrior ? "bar prior" : "bar"));
    picture.append(draw("circle", { cx: x(mean), cy: y + 25, r: 5, class: isPrior ? "dot prior" : "dot" }));
  });
  return picture;
};

const offerEvening = (engine) => {
  const slider = document.getElementById("evening-day");
  if (!slider || given.days.length === 0) return;
  document.getElementById("evening").hidden = false;
  const shown = given.edges.slice(0, EVENING_EDGES).map((one) => ({ ...one, bands: bandsOf(engine, one.days) }));
  const ends = shown.flatMap(({ bands }) => bands);
  const scale = [Math.min(...ends.map((band) => band[0])), Math.max(...ends.map((band) => band[2]))];
  const holder = document.getElementById("evening-figure");
  const render = () => {
    const day = Number(slider.value);
    slider.setAttribute("aria-valuetext", given.days[day]);
    document.getElementById("evening-name").textContent = given.days[day];
    holder.replaceChildren(eveningChart(shown, day, scale, Math.max(holder.clientWidth, 240)));
  };
  slider.max = given.days.length - 1;
  slider.value = slider.max;
  slider.addEventListener("input", render);
  new ResizeObserver(render).observe(holder);
  render();
};

load().then((engine) => {
  offerHistories(engine);
  offerEvening(engine);
  document.documentElement.dataset.report = "ready";
}).catch(() => {
  // The widget says that nothing moves; the tables and figures stand as they were written.
});
