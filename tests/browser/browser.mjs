// What the browser's tests have in common: Chromium, and what each page is held against.

import { AxeBuilder } from "@axe-core/playwright";
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { chromium } from "playwright-core";

/** Where the pictures of the pages come. */
export const PICTURES = new URL("../../target/browser/", import.meta.url).pathname;
const WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** Debian's Chromium, or the one that CHROMIUM names. */
export async function launched() {
  await mkdir(PICTURES, { recursive: true });
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: FLAGS });
}

/** A page that takes note of what it must not do: say that something is wrong, or ask another host. */
export async function opened(browser, desk, path, { width = 1280, dark = false, scripts = true, cookies = [] } = {}) {
  const colorScheme = dark ? "dark" : "light";
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, javaScriptEnabled: scripts });
  await context.addCookies(cookies);
  const page = await context.newPage();
  const faults = [];
  page.on("console", (said) => ["error", "warning"].includes(said.type()) && faults.push(said.text()));
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("request", (asked) => {
    if (!asked.url().startsWith(desk.address) && !asked.url().startsWith("data:")) faults.push(`asked ${asked.url()}`);
  });
  const answer = await page.goto(desk.address + path);
  // A page that says what was refused has a status that the browser takes note of.
  return { page, context, answer, faults: () => faults.filter((fault) => !/Failed to load resource: .* 4\d\d/.test(fault)) };
}

/** Holds a page against WCAG 2.2 AA, that nothing stands out on its right, and takes its picture. */
export async function held(page, name) {
  await page.screenshot({ path: `${PICTURES}${name}.png`, fullPage: true });
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  assert.deepEqual(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), []);
  const beyond = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(beyond <= 0, `${beyond} pixels stand out on the right`);
}
