// Protects the page of a report, as people use it: it says what the files beside it say, asks for nothing, and can be read and used
// by keyboard, with a screen reader, on a phone, on paper and without JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { changed, isNear, json, launch, log, open, report, screenshot, tabbed, violations } from "./browser.mjs";

let browser;
const pages = {};
before(async () => {
  browser = await launch();
  pages.feedback = report("feedback", "data/feedback.csv");
  pages.abrupt = report("abrupt", "simulations/abrupt.toml");
  const rows = [];
  for (const day of ["2026-01-01", "2026-01-02"]) for (let edge = 0; edge < 720; edge += 1) rows.push([day, `docs/section-${edge}`, 40 - (edge % 37), 20 + (edge % 23)]);
  pages.many = report("many", log("many.csv", rows));
});
after(() => browser.close());

// Opens a page, waits until it is ready, and sees to it that it was silent to the end.
const withPage = async (file, options, act) => {
  const opened = await open(browser, file, options);
  try {
    await opened.page.waitForSelector("html[data-report='ready']", { state: "attached", timeout: 20_000 });
    await opened.page.waitForSelector("#beta-widget[data-ready]", { state: "attached", timeout: 20_000 });
    await act(opened.page);
    assert.deepEqual(opened.complaints, []);
    assert.deepEqual(opened.requests, []);
  } finally {
    await opened.context.close();
  }
};

const brief = (number) => String(Number(number.toPrecision(4))).replace("-", "−");
const beside = (file) => JSON.parse(readFileSync(path.join(path.dirname(file), "report.json"), "utf8"));
const column = (page, place) => page.locator(`#edges-table tbody tr:not(.opened) > :nth-child(${place})`).evaluateAll((cells) => cells.filter((cell) => cell.checkVisibility()).map((cell) => (cell.dataset.v === undefined ? cell.textContent : Number(cell.dataset.v))));

test("the verdict and its numbers come first, and are those of report.json", () =>
  withPage(pages.feedback, {}, async (page) => {
    const { verdict, edges } = beside(pages.feedback);
    const title = await page.locator("#verdict-title").innerText();
    assert.equal(title.toLowerCase().replace(/\s+/g, " "), `${verdict.state} on ${verdict.leader} since ${verdict.since}`);
    assert.match(await page.locator("#verdict .advice").innerText(), /^Serve docs\/faq\./);
    assert.match(await page.locator("#verdict .rule").innerText(), /^By this rule: the leader's P\(best\)/);
    const cards = await page.locator(".card .value").allInnerTexts();
    assert.equal(cards.length, 4);
    assert.ok(cards[0].startsWith(`${verdict.leader} ${verdict.p_best.toFixed(3)}`), cards[0]);
    assert.ok(isNear(Number(cards[1]), Number(verdict.value_remaining.toPrecision(3))), cards[1]);
    assert.equal(await page.locator("#edges-table tbody tr").count(), edges.length);
    const first = await page.evaluate(() => document.querySelector("main").firstElementChild.id);
    assert.equal(first, "verdict");
  }));

test("a table is sorted by its heads, by mouse and by keyboard", () =>
  withPage(pages.feedback, {}, async (page) => {
    const isSorted = (values, sign) => values.every((value, index) => index === 0 || sign * (values[index - 1] - value) <= 0);
    const head = page.locator("#edges-table thead th").nth(2);
    await head.getByRole("button").click();
    assert.equal(await head.getAttribute("aria-sort"), "descending");
    assert.ok(isSorted(await column(page, 3), -1));
    await head.getByRole("button").press("Enter");
    assert.equal(await head.getAttribute("aria-sort"), "ascending");
    const means = await column(page, 3);
    assert.ok(isSorted(means, 1) && means.length === 12, means.join());
    assert.equal(await page.locator("#edges-table [aria-sort]").count(), 1);
    await page.locator("#edges-table thead th").first().getByRole("button").click();
    const names = await column(page, 1);
    assert.deepEqual(names, [...names].sort((one, other) => one.localeCompare(other)));
  }));

test("a table shows what is looked for", () =>
  withPage(pages.feedback, {}, async (page) => {
    await page.getByLabel("Find edges by name or state").fill("docs starved");
    const names = await column(page, 1);
    assert.ok(names.length > 0 && names.every((name) => name.includes("docs")), names.join());
    assert.equal(await page.locator("#edges-count").innerText(), `${names.length} of 12`);
    await page.getByLabel("Find edges by name or state").fill("");
    assert.equal((await column(page, 1)).length, 12);
  }));

test("a row opens the history of its edge, which is that of replay", () =>
  withPage(pages.feedback, {}, async (page) => {
    const row = page.locator("#edges-table tbody tr").nth(2);
    const edge = await row.locator("th").innerText();
    const button = row.getByRole("button");
    await button.press("Enter");
    assert.equal(await button.getAttribute("aria-expanded"), "true");
    const opened = page.locator("#edges-table tr.opened");
    await opened.getByText("As a table").click();
    const cells = await opened.locator("tbody tr").nth(9).locator("th, td").allInnerTexts();
    const known = json("replay", "data/feedback.csv", "--until", cells[0], "--level", "0.95").edges.find((other) => other.edge === edge);
    assert.deepEqual(cells.slice(1, 4), [known.alpha, known.beta, known.mean].map(brief));
    assert.equal(cells[4], `${brief(known.lower)} … ${brief(known.upper)}`);
    assert.match(await opened.locator("svg").getAttribute("aria-label"), new RegExp(`^Rate of ${edge} by day`));
    await screenshot(page, "report-history");
    await row.locator("td").first().click();
    assert.equal(await opened.count(), 0);
  }));

test("the slider goes through the evenings", () =>
  withPage(pages.feedback, {}, async (page) => {
    const slider = page.locator("#evening-day");
    for (const [place, press] of [[7, null], [6, "ArrowLeft"]]) {
      if (press === null) await slider.fill(String(place));
      else await slider.press(press);
      const date = await page.locator("#evening-name").innerText();
      const known = json("replay", "data/feedback.csv", "--until", date, "--level", "0.95").edges;
      assert.equal(date, `2026-01-0${place + 1}`);
      const names = await page.locator("#evening-figure .name").allTextContents();
      const values = await page.locator("#evening-figure .value").allTextContents();
      assert.equal(names.length, 12);
      names.forEach((name, index) => {
        const edge = known.find((other) => other.edge === name);
        assert.equal(values[index], edge === undefined ? "not seen yet" : `${brief(edge.mean)} (${brief(edge.lower)} … ${brief(edge.upper)})`, name);
      });
      assert.equal(await slider.getAttribute("aria-valuetext"), date);
    }
  }));

test("the widget begins with the leader, and accept moves it", () =>
  withPage(pages.feedback, {}, async (page) => {
    const { verdict, edges } = beside(pages.feedback);
    const leader = edges.find(({ edge }) => edge === verdict.leader);
    assert.equal(await page.locator("#beta-edge-a option:checked").innerText(), verdict.leader);
    assert.equal(Number(await page.locator("#beta-alpha-a").inputValue()), leader.alpha);
    await page.getByRole("button", { name: "Accept" }).click();
    assert.equal(Number(await page.locator("#beta-alpha-a").inputValue()), leader.alpha + 1);
    const shown = Number(await page.locator("#beta-a-mean").getAttribute("value"));
    const known = json("beta", `${leader.alpha + 1},${leader.beta}`);
    assert.ok(isNear(shown, known.mean), `${shown}`);
    const upper = Number(await page.locator("#beta-a-upper").getAttribute("value"));
    assert.ok(isNear(upper, known.interval.upper), `${upper}`);
  }));

test("edges without a row are found further down", () =>
  withPage(pages.many, {}, async (page) => {
    assert.equal(await page.locator("#edges-table tbody tr").count(), 500);
    const rows = await column(page, 1);
    const lost = [...Array(720).keys()].map((edge) => `docs/section-${edge}`).find((edge) => !rows.some((row) => row.includes(edge)));
    await page.getByLabel("Find edges by name or state").fill(lost);
    assert.match(await page.locator("#edges-count").innerText(), /further down$/);
    assert.match(await page.locator("#edges-found li").first().innerText(), new RegExp(`^${lost}: rank \\d+, in the band 501 to 720$`));
    await page.getByLabel("Find edges by name or state").fill("");
    assert.equal(await page.locator("#edges-found").isVisible(), false);
  }));

test("everything is reached by the keyboard, and seen when it is", () =>
  withPage(pages.feedback, {}, async (page) => {
    const all = await page.evaluate(() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")].filter((element) => element.checkVisibility()).length);
    const reached = await tabbed(page, all + 50);
    assert.deepEqual(reached.filter(({ isSeen }) => !isSeen), []);
    assert.equal(reached.length, all, reached.map(({ name }) => name).join(" "));
  }));

for (const name of ["feedback", "abrupt", "many"]) {
  for (const width of [1280, 390]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`${name} at ${width} px, ${colorScheme}: axe-core finds nothing, and all of it is on the screen`, () =>
        withPage(pages[name], { colorScheme, viewport: { width, height: 850 } }, async (page) => {
          assert.deepEqual(await violations(page), []);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
          await screenshot(page, `report-${name}-${width}-${colorScheme}`);
        }));
    }
  }
}

test("with everything open axe-core finds nothing either", () =>
  withPage(pages.feedback, {}, async (page) => {
    await page.evaluate(() => { for (const details of document.querySelectorAll("details")) details.open = true; });
    await page.locator("#edges-table tbody tr").first().getByRole("button").click();
    assert.deepEqual(await violations(page), []);
  }));

// What a colour of the figures is on the screen.
const colorOf = (page, hex) => page.evaluate((hex) => getComputedStyle(document.querySelector(`.plot svg [fill="${hex}"]`)).fill, hex);

test("in the dark ink is light and hues stay", () =>
  withPage(pages.feedback, { colorScheme: "dark" }, async (page) => {
    const [red, green, blue] = (await colorOf(page, "#222222")).match(/\d+/g).map(Number);
    assert.ok(Math.min(red, green, blue) > 180, `${red} ${green} ${blue}`);
    assert.equal(await colorOf(page, "#E69F00"), "rgb(230, 159, 0)");
    await page.getByRole("button", { name: "Light" }).click();
    assert.equal(await colorOf(page, "#222222"), "rgb(34, 34, 34)");
  }));

test("on paper stand the figures and the tables, and no control", () =>
  withPage(pages.feedback, { colorScheme: "dark" }, async (page) => {
    await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
    await page.emulateMedia({ media: "print" });
    for (const hidden of ["#evening", ".contents", "#edges-filter", "#theme", "#beta-form"]) assert.equal(await page.locator(hidden).isVisible(), false, hidden);
    for (const shown of ["#verdict", "#figure-convergence svg", "#edges-table", "#days-table"]) assert.equal(await page.locator(shown).isVisible(), true, shown);
    assert.equal(await colorOf(page, "#222222"), "rgb(34, 34, 34)");
    await screenshot(page, "report-print");
  }));

test("who wants no motion sees none", () =>
  withPage(pages.feedback, { reducedMotion: "reduce" }, async (page) => {
    const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((element) => { const { animationName, transitionDuration } = getComputedStyle(element); return animationName !== "none" || parseFloat(transitionDuration) > 0; }).length);
    assert.equal(moving, 0);
  }));

test("without JavaScript it is a document with its figures in it", async () => {
  const { context, page, complaints, requests } = await open(browser, pages.feedback, { javaScriptEnabled: false });
  try {
    const figures = page.locator("figure.plot svg");
    assert.equal(await figures.count(), 16);
    for (const figure of await figures.all()) assert.equal(await figure.isVisible(), true);
    for (const shown of ["#verdict .advice", ".cards", "#edges-table", "#beta-sentence"]) assert.equal(await page.locator(shown).isVisible(), true, shown);
    assert.equal(await page.locator(".scripted-only:visible").count(), 0);
    assert.deepEqual([complaints, requests], [[], []]);
    await screenshot(page, "report-static");
  } finally {
    await context.close();
  }
});

test("what asks for something is found out", async () => {
  const wrong = changed(pages.feedback, "asking.html", (html) => html.replace("</main>", '<img alt="" src="https://example.invalid/x.png"></main>'));
  const { context, page, complaints, requests } = await open(browser, wrong);
  await page.waitForTimeout(200);
  await context.close();
  assert.match([...complaints, ...requests].join(), /example\.invalid/);
});

test("a figure without words for it is found out", async () => {
  const wrong = changed(pages.feedback, "wordless.html", (html) => html.replace(/role="img" aria-label="[^"]*"/, 'role="img"'));
  await withPage(wrong, {}, async (page) => assert.match((await violations(page)).join(), /svg-img-alt/));
});
