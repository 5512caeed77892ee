// A headless browser, pages written by betadrift, and what may be asked of any page.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const folder = path.join(root, "target/browser");
mkdirSync(folder, { recursive: true });

const program = process.env.BETADRIFT;
export const betadrift = (...words) => execFileSync(program, words, { cwd: root, encoding: "utf8", maxBuffer: 1 << 28 });
export const json = (...words) => JSON.parse(betadrift(...words, "--format", "json", "--quiet"));

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

// Without these Chromium speaks to its makers.
const SILENT = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
export const launch = () => chromium.launch({ executablePath: "/usr/bin/chromium", args: SILENT });

// Writes a page and gives its path.
export const write = (name, ...words) => {
  const file = path.join(folder, name);
  betadrift(...words, "--out", file, "--quiet");
  return file;
};

// Writes a report and gives the path of its page.
export const report = (name, ...words) => {
  betadrift("report", ...words, "--out", path.join(folder, name), "--scale", "0.25", "--quiet");
  return path.join(folder, name, "report.html");
};

// Writes a log of counts and gives its path.
export const log = (name, rows) => {
  const file = path.join(folder, name);
  writeFileSync(file, `day,edge,successes,failures\n${rows.map((row) => row.join(",")).join("\n")}\n`);
  return file;
};

// The same page, changed.
export const changed = (file, name, change) => {
  const copy = path.join(folder, name);
  writeFileSync(copy, change(readFileSync(file, "utf8")));
  return copy;
};

export const isNear = (got, right) => got === right || Math.abs(got - right) <= 1e-12 * Math.max(1, Math.abs(right));

// Opens a page from the disk, and keeps what it complains of and what it asks for.
export const open = async (browser, file, options = {}) => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const address = pathToFileURL(file).href;
  const complaints = [];
  const requests = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => request.url() !== address && !request.url().startsWith("data:") && requests.push(request.url()));
  await page.goto(address);
  return { context, page, complaints, requests };
};

// What axe-core finds wrong.
export const violations = async (page) => {
  await page.evaluate(`${axe}; undefined`);
  const { violations: found } = await page.evaluate(() => globalThis.axe.run(document));
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 120)} ${node.failureSummary}`));
};

// Goes through the page by the Tab key, and tells what was reached, and whether one sees it.
export const tabbed = async (page, most = 200) => {
  const reached = [];
  for (let step = 0; step < most; step += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === document.body || element === null) return null;
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      const box = element.getBoundingClientRect();
      const name = element.id || element.getAttribute("aria-labelledby") || element.tagName;
      return { name, isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 && box.width > 0 && box.height > 0 };
    });
    if (at === null) break;
    reached.push(at);
  }
  return reached;
};

export const screenshot = (page, name) => page.screenshot({ path: path.join(folder, `${name}.png`), fullPage: true });
