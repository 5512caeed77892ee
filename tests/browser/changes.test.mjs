// Protects the page of a comparison, and the same as a section of a report: it says what `compare` says, asks for nothing, and can be
// read and used by keyboard, on a phone and in the dark.
import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { betadrift, isNear, json, launch, log, open, report, screenshot, tabbed, violations } from "./browser.mjs";

let browser;
let a, b, alone, within;
before(async () => {
  browser = await launch();
  const rates = { "docs/a": [420, 580], "docs/b": [150, 350], "docs/<i>c": [33, 67] };
  const rows = (day, more) => Object.entries({ ...rates, ...more }).map(([edge, counts]) => [day, edge, ...counts]);
  a = log("before.csv", rows("2026-02-02", { gone: [1, 2] }));
  b = log("after.csv", rows("2026-02-09", { "docs/a": [350, 650] }));
  alone = path.join(path.dirname(a), "changes.html");
  betadrift("compare", a, b, "--page", alone, "--quiet", "--fail-on", "p_best < 0.1");
  within = report("against", b, "--against", a);
});
after(() => browser.close());

const withPage = async (file, options, act) => {
  const opened = await open(browser, file, options);
  try {
    await act(opened.page);
    assert.deepEqual([opened.complaints, opened.requests], [[], []]);
  } finally {
    await opened.context.close();
  }
};

for (const [name, file] of [["alone", () => alone], ["within a report", () => within]]) {
  test(`${name}: the table has the numbers of the command line`, () =>
    withPage(file(), {}, async (page) => {
      const known = Object.fromEntries(json("compare", a, b).edges.map((edge) => [edge.edge, edge]));
      const rows = await page.locator("#changed-table tbody tr").all();
      assert.equal(rows.length, 4);
      for (const row of rows) {
        const edge = known[await row.locator("th").innerText()];
        const [change, ...numbers] = await row.locator("td").evaluateAll((cells) => cells.map((cell) => cell.dataset.v ?? cell.textContent));
        assert.equal(change, edge.change);
        const right = [edge.before?.mean, edge.after?.mean, edge.difference, edge.lower, edge.p_greater, edge.kl, edge.hellinger, edge.before?.pulls, edge.after?.pulls];
        right.forEach((value, place) => assert.ok(value === undefined || value === null ? numbers[place] === "" : isNear(Number(numbers[place]), value), `${edge.edge} ${place}: ${numbers[place]}, not ${value}`));
      }
      assert.equal(await page.locator("#figure-changes svg").count(), 1);
      assert.match(await page.locator("#changes li").first().innerText(), /^1 edge fell \(docs\/a by -0\.0699\)/);
    }));

  test(`${name}: it sorts, and finds`, () =>
    withPage(file(), {}, async (page) => {
      await page.waitForSelector("#changed-table .sort");
      const head = page.locator("#changed-table thead th").nth(4);
      await head.getByRole("button").click();
      await head.getByRole("button").click();
      assert.equal(await head.getAttribute("aria-sort"), "ascending");
      const names = await page.locator("#changed-table tbody th").allInnerTexts();
      assert.deepEqual([names[0], names.at(-1)], ["docs/a", "gone"]);
      await page.getByLabel("Find edges by name or change").fill("fell");
      assert.deepEqual(await page.locator("#changed-table tbody tr:visible th").allInnerTexts(), ["docs/a"]);
    }));
}

for (const width of [1280, 390]) {
  for (const colorScheme of ["light", "dark"]) {
    test(`at ${width} px, ${colorScheme}: axe-core finds nothing, and all of it is on the screen`, () =>
      withPage(alone, { colorScheme, viewport: { width, height: 850 } }, async (page) => {
        assert.deepEqual(await violations(page), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
        const reached = await tabbed(page);
        assert.deepEqual(reached.filter(({ isSeen }) => !isSeen), []);
        assert.ok(reached.length > 10, `${reached.length}`);
        await screenshot(page, `changes-${width}-${colorScheme}`);
      }));
  }
}
