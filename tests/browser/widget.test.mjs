// Protects the page of the Beta widget, as people use it: its numbers are those of the command line, it asks for nothing, and
// it can be used by keyboard, with a screen reader, on a phone, on paper and without JavaScript.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { betadrift, changed, isNear, json, launch, open, screenshot, tabbed, violations, write } from "./browser.mjs";

let browser;
const pages = {};
before(async () => {
  browser = await launch();
  pages.alone = write("beta.html", "widget");
  pages.pair = write("pair.html", "widget", "--alpha", "12", "--beta", "30", "--vs", "4,3", "--prior", "2,8", "--level", "0.9");
  pages.log = write("log.html", "widget", "data/feedback.csv");
});
after(() => browser.close());

// Opens a page, waits until it computes, and sees to it that it was silent to the end.
const withPage = async (file, options, act) => {
  const opened = await open(browser, file, options);
  try {
    await opened.page.waitForSelector("#beta-widget[data-ready]", { state: "attached", timeout: 20_000 });
    await act(opened.page, opened.context);
    assert.deepEqual(opened.complaints, []);
    assert.deepEqual(opened.requests, []);
  } finally {
    await opened.context.close();
  }
};

const value = (page, name) => page.locator(`#beta-${name}`).inputValue();
const type = (page, name, number) => page.locator(`#beta-${name}`).fill(String(number));

// Every number that the page shows, by its name, with all digits.
const shown = (page) =>
  page.evaluate(() => Object.fromEntries([...document.querySelectorAll("#beta-widget data")].filter((cell) => cell.checkVisibility()).map((cell) => [cell.id.slice(5), cell.value === "" ? null : Number(cell.value)])));

// What the command line says of the same.
const expected = (one, other, level) => {
  const law = (key, parameters) => {
    const known = json("beta", parameters.join(","), "--level", String(level));
    const [interval, hpd] = [known.interval, known.hpd ?? { lower: null, upper: null }];
    return { [`${key}-mean`]: known.mean, [`${key}-mode`]: known.mode, [`${key}-median`]: known.median, [`${key}-sd`]: Math.sqrt(known.variance), [`${key}-lower`]: interval.lower, [`${key}-upper`]: interval.upper, [`${key}-hpd-lower`]: hpd.lower, [`${key}-hpd-upper`]: hpd.upper };
  };
  if (other === null) return law("a", one);
  const { vs } = json("beta", one.join(","), "--vs", other.join(","), "--level", String(level));
  const { mean, lower, upper, p_greater } = vs.difference;
  return { ...law("a", one), ...law("b", other), kl: vs.kl, "kl-reverse": vs.kl_reverse, hellinger: vs.hellinger, "p-greater": p_greater, difference: mean, "difference-lower": lower, "difference-upper": upper };
};

// What the page shows otherwise than the command line.
const faults = (got, right) =>
  Object.entries(right).filter(([name, number]) => !(number === null ? got[name] === null : typeof got[name] === "number" && isNear(got[name], number))).map(([name, number]) => `${name}: ${got[name]}, not ${number}`);

const compare = async (page, one, other, level) => assert.deepEqual(faults(await shown(page), expected(one, other, level)), []);

test("the numbers are those of the command line", () =>
  withPage(pages.pair, {}, async (page) => {
    await compare(page, [12, 30], [4, 3], 0.9);
    for (const [one, other, level] of [[[4, 3], [1, 1], 0.95], [[0.5, 0.5], [0.3, 2.5], 0.8], [[3422, 6257], [237, 583], 0.99], [[1, 1], [40, 1], 0.5], [[1e6, 2e6], [1.001e6, 2e6], 0.95]]) {
      for (const [name, number] of [["alpha-a", one[0]], ["beta-a", one[1]], ["alpha-b", other[0]], ["beta-b", other[1]], ["level", level]]) await type(page, name, number);
      await compare(page, one, other, level);
    }
  }));

test("a slider moves a parameter", () =>
  withPage(pages.alone, {}, async (page) => {
    await page.locator("#beta-slide-alpha-a").focus();
    for (let press = 0; press < 60; press += 1) await page.keyboard.press("ArrowRight");
    const alpha = Number(await value(page, "alpha-a"));
    assert.ok(alpha > 6 && alpha < 10, `${alpha}`);
    await compare(page, [alpha, 3], null, 0.95);
    await page.locator("#beta-slide-beta-a").fill("2");
    assert.equal(await value(page, "beta-a"), "100");
    await compare(page, [alpha, 100], null, 0.95);
  }));

test("answers move the posterior", () =>
  withPage(pages.alone, {}, async (page) => {
    const parameters = async () => [Number(await value(page, "alpha-a")), Number(await value(page, "beta-a"))];
    await page.getByRole("button", { name: "Accept" }).click();
    assert.deepEqual(await parameters(), [5, 3]);
    await page.getByRole("button", { name: "Reject" }).click();
    assert.deepEqual(await parameters(), [5, 4]);
    await page.getByRole("button", { name: "Partial 0.5" }).click();
    assert.deepEqual(await parameters(), [5.5, 4.5]);
    await type(page, "share", 0.1);
    await page.getByRole("button", { name: "Partial 0.1" }).click();
    assert.deepEqual(await parameters(), [5.6, 5.4]);
    await compare(page, [5.6, 5.4], null, 0.95);
    assert.match(await page.locator("#beta-sentence").innerText(), /the prior Beta\(1, 1\) and 4.6 successes, 4.4 failures/);
    await page.getByRole("button", { name: "Back to the prior" }).click();
    assert.deepEqual(await parameters(), [1, 1]);
    await compare(page, [1, 1], null, 0.95);
  }));

test("what is no parameter is refused where it stands", () =>
  withPage(pages.alone, {}, async (page) => {
    for (const wrong of ["", "0", "-1", "1e13"]) {
      await type(page, "alpha-a", wrong);
      assert.equal(await page.locator("#beta-alpha-a").getAttribute("aria-invalid"), "true", wrong);
    }
    await compare(page, [4, 3], null, 0.95);
    await page.locator("#beta-beta-a").fill("7");
    assert.equal(await value(page, "alpha-a"), "4");
    assert.equal(await page.locator("#beta-alpha-a").getAttribute("aria-invalid"), null);
  }));

test("the days of a log are those of replay", () =>
  withPage(pages.log, {}, async (page) => {
    const edges = await page.locator("#beta-edge-a option").allInnerTexts();
    assert.equal(edges.length - 1, json("replay", "data/feedback.csv").edges.length);
    const last = Number(await page.locator("#beta-day").getAttribute("max"));
    for (const [day, edge] of [[0, edges[1]], [7, edges.at(-1)], [last, edges[3]]]) {
      await page.locator("#beta-day").fill(String(day));
      await page.locator("#beta-edge-a").selectOption(edge);
      const date = await page.locator("#beta-day-name").innerText();
      const known = json("replay", "data/feedback.csv", "--until", date).edges.find((row) => row.edge === edge);
      assert.deepEqual([Number(await value(page, "alpha-a")), Number(await value(page, "beta-a"))], [known?.alpha ?? 1, known?.beta ?? 1], `${edge} on ${date}`);
    }
    await page.locator("#beta-day").focus();
    await page.keyboard.press("ArrowLeft");
    assert.equal(await value(page, "day"), String(last - 1));
    const [one, other] = [[Number(await value(page, "alpha-a")), Number(await value(page, "beta-a"))], [Number(await value(page, "alpha-b")), Number(await value(page, "beta-b"))]];
    await compare(page, one, other, 0.95);
    await page.getByRole("button", { name: "Accept" }).click();
    assert.match(await page.locator("#beta-edge-a option:checked").innerText(), /set by hand/);
  }));

test("the command that is copied prints the same numbers", () =>
  withPage(pages.pair, { permissions: ["clipboard-read", "clipboard-write"] }, async (page) => {
    await page.getByRole("button", { name: "Copy" }).click();
    await page.getByRole("button", { name: "Copied" }).waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(command, "betadrift beta 12,30 --vs 4,3 --level 0.9");
    const numbers = await shown(page);
    const printed = json(...command.split(" ").slice(1));
    assert.ok(isNear(numbers["a-mean"], printed.mean) && isNear(numbers["p-greater"], printed.vs.difference.p_greater));
  }));

test("a second edge is there when it is asked for", () =>
  withPage(pages.alone, {}, async (page) => {
    assert.equal("kl" in (await shown(page)), false);
    await page.getByLabel("Compare with a second edge").check();
    await type(page, "alpha-b", 2);
    await type(page, "beta-b", 5);
    await compare(page, [4, 3], [2, 5], 0.95);
    await page.getByLabel("Compare with a second edge").uncheck();
    assert.equal("kl" in (await shown(page)), false);
  }));

test("everything is reached by the keyboard, and seen when it is", () =>
  withPage(pages.log, {}, async (page) => {
    const reached = await tabbed(page);
    assert.deepEqual(reached.filter(({ isSeen }) => !isSeen), []);
    const all = await page.evaluate(() => [...document.querySelectorAll("button, input, select, [tabindex='0']")].filter((element) => element.checkVisibility()).length);
    assert.equal(reached.length, all, reached.map(({ name }) => name).join(" "));
  }));

test("what changes is said to a screen reader", () =>
  withPage(pages.alone, {}, async (page) => {
    await page.getByRole("button", { name: "Accept" }).click();
    await page.waitForFunction(() => document.getElementById("beta-live").textContent.includes("its mean is 0.625"));
    assert.equal(await page.locator("#beta-slide-alpha-a").getAttribute("aria-valuetext"), "5");
    assert.match(await page.locator("#beta-figure svg").getAttribute("aria-label"), /Densities of Prior: Beta\(1, 1\), A: Beta\(5, 3\)/);
  }));

for (const name of ["alone", "pair", "log"]) {
  for (const width of [1280, 390]) {
    for (const colorScheme of ["light", "dark"]) {
      test(`${name} at ${width} px, ${colorScheme}: axe-core finds nothing, and all of it is on the screen`, () =>
        withPage(pages[name], { colorScheme, viewport: { width, height: 850 } }, async (page) => {
          assert.deepEqual(await violations(page), []);
          assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
          await screenshot(page, `${name}-${width}-${colorScheme}`);
        }));
    }
  }
}

test("the colours change at a button", () =>
  withPage(pages.alone, { colorScheme: "light" }, async (page) => {
    const paper = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    const light = await paper();
    await page.locator("#theme").click();
    assert.notEqual(await paper(), light);
    assert.deepEqual(await violations(page), []);
    await page.locator("#theme").click();
    assert.equal(await paper(), light);
  }));

test("on paper stand the figure and the tables, and no control", () =>
  withPage(pages.pair, { colorScheme: "dark" }, async (page) => {
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator("#beta-form").isVisible(), false);
    assert.equal(await page.locator("#beta-figure svg").isVisible(), true);
    await screenshot(page, "pair-print");
  }));

test("who wants no motion sees none", () =>
  withPage(pages.log, { reducedMotion: "reduce" }, async (page) => {
    const moving = await page.evaluate(() => [...document.querySelectorAll("*")].filter((element) => { const { animationName, transitionDuration } = getComputedStyle(element); return animationName !== "none" || parseFloat(transitionDuration) > 0; }).length);
    assert.equal(moving, 0);
  }));

test("without JavaScript the sentence and the tables stand", async () => {
  const { context, page, complaints } = await open(browser, pages.pair, { javaScriptEnabled: false });
  const cells = await page.locator("#beta-widget data").all();
  const numbers = Object.fromEntries(await Promise.all(cells.map(async (cell) => [(await cell.getAttribute("id")).slice(5), Number(await cell.getAttribute("value"))])));
  assert.deepEqual(faults(numbers, expected([12, 30], [4, 3], 0.9)), []);
  assert.match(await page.locator("#beta-sentence").innerText(), /^With 90 % probability the rate of A lies between 0\.1784 and 0\.4048; its mean is 0\.2857/);
  assert.equal(await page.locator("#beta-form").isVisible(), false);
  assert.equal(await page.locator("#theme").isVisible(), false);
  await screenshot(page, "pair-without-javascript");
  await context.close();
  assert.deepEqual(complaints, []);
});

test("the same words give the same bytes", () => {
  assert.equal(betadrift("widget", "data/feedback.csv", "--out", "-", "-q"), betadrift("widget", "data/feedback.csv", "--out", "-", "-q", "--threads", "2"));
});

// Negative controls: pages that are wrong on purpose are found to be.

test("a module with another digit is found out", async () => {
  const half = Buffer.from(Float64Array.of(0.5).buffer);
  const wrong = changed(pages.alone, "wrong-digit.html", (html) =>
    html.replace(/(id="beta-module">)([^<]+)/, (_, tag, text) => {
      const bytes = Buffer.from(text, "base64");
      let at = 0;
      while ((at = bytes.indexOf(half, at)) >= 0) bytes[at + 4] = 1;
      return tag + bytes.toString("base64");
    }));
  await withPage(wrong, {}, async (page) => assert.notDeepEqual(faults(await shown(page), expected([4, 3], null, 0.95)), []));
});

test("a page that asks for a picture from elsewhere is found out", async () => {
  const wrong = changed(pages.alone, "asks.html", (html) => html.replace("<main>", '<main><img alt="" src="http://127.0.0.1:9/picture.png">'));
  await assert.rejects(withPage(wrong, {}, async () => {}), /Content Security Policy|picture\.png/);
});

test("a script that nobody wrote does not run", async () => {
  const wrong = changed(pages.alone, "scripted.html", (html) => html.replace("<main>", "<main><script>document.title = 'changed'</script>"));
  await assert.rejects(withPage(wrong, {}, async (page) => assert.notEqual(await page.title(), "changed")), /Content Security Policy/);
});

test("a control without a name is found out", async () => {
  const wrong = changed(pages.alone, "nameless.html", (html) => html.replace('<label for="beta-share">Partial is</label>', ""));
  await withPage(wrong, {}, async (page) => assert.match((await violations(page)).join(), /label/));
});
