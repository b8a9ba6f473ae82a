// WB-01, WB-02, WB-05, WB-06, WB-08: the public sites as a reader has them: at two widths, in light and dark, with scripts and without,
// by keyboard alone, and held against WCAG 2.2 AA by axe-core. `node --test tests/browser` with a local desk that was built; Chromium is
// CHROMIUM, or /usr/bin/chromium. Pictures of the pages come into target/browser.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { held, launched, opened as openedOf, PICTURES } from "./browser.mjs";
import { start, TICKETS } from "./desk.mjs";

let desk, browser, pages;

before(async () => {
  browser = await launched();
  desk = await start("2026-06-02T16:00:00Z");
  const problems = ["Address queries time out", "LSRs are rejected with a wrong edit", "FOCs are late", "The gateway drops connections"];
  const systems = ["IMA", "EDI", "TAG", "CEMR"];
  for (const at of [0, 1, 2, 3, 4, 5]) {
    const number = await desk.event(problems[at % 4], (at % 4) + 1, systems[at % 4]);
    await desk.turn(`PT${50 + 70 * at}M`);
    await desk.call("desk", "PATCH", `${TICKETS}/${number}`, { status: "resolved", resolution: "An index was rebuilt" });
    await desk.call("desk", "POST", `${TICKETS}/${number}/close`, { disposition: "resolved" });
    await desk.turn("P2D");
  }
  const outage = (start, stop) => ({ interface: "EDI", description: "Upgrade of the gateway", impact: { other: "EDI does not answer" }, start, stop });
  await desk.call("desk", "POST", "/cmp/v1/plannedOutage", outage("2026-06-20T04:00:00Z", "2026-06-20T08:00:00Z"));
  const cancelled = await desk.call("desk", "POST", "/cmp/v1/plannedOutage", outage("2026-06-25T04:00:00Z", "2026-06-25T08:00:00Z"));
  await desk.call("desk", "POST", `/cmp/v1/plannedOutage/${cancelled.id}/cancellation`, { reason: "not needed" });
  const impact = { geographicArea: "Colorado", productsAffected: ["LNP", "UNE-P"], businessImplications: "Orders wait" };
  const open = await desk.event("IMA rejects every LSR that supplements an order.", 1, "IMA", { impact });
  await desk.event("Slow answers to address queries", 3, "CEMR");
  await desk.turn("PT2H");
  await desk.call("desk", "POST", `${TICKETS}/${open}/notice/1/correction`, { correction: "Orders for LNP alone are rejected", reason: "misread" });
  const numbers = { outage: cancelled.id, open };
  // The CMP site: one change request that is posted, and the archive of real ones.
  const archive = JSON.parse(await readFile(new URL("../data/change-requests.json", import.meta.url)));
  await desk.call("desk", "POST", "/cmp/v1/archive", archive);
  const form = { kind: "systems", title: "One document for EDI", description: "A single source document", contact: "Ann", company: "Alpha Communications", products: ["LNP"], interfaces: ["EDI"] };
  const request = await desk.call("alpha", "POST", "/cmp/v1/changeRequest", form);
  const { number } = await desk.call("desk", "POST", `/cmp/v1/changeRequest/${request.id}/acknowledgment`, {});
  await desk.call("desk", "POST", `/cmp/v1/changeRequest/${request.id}/posting`, {});
  await desk.call("desk", "POST", "/cmp/v1/release", { name: "IMA 20.0", productionDate: "2026-06-22" });
  const meeting = (await desk.call("alpha", "GET", "/cmp/v1/monthlyMeeting"))[0].date;
  await desk.call("desk", "POST", `/cmp/v1/monthlyMeeting/${meeting}/distribution`, {});
  const today = (await desk.now()).slice(0, 10);
  await desk.call("desk", "POST", "/cmp/v1/meeting", { kind: "systems", date: today, purpose: "One topic" });
  await desk.call("desk", "POST", `/cmp/v1/monthlyMeeting/${today}/distribution`, {});
  await desk.remade();
  pages = {
    home: "/events/",
    event: `/events/${numbers.open}/`,
    past: "/events/past/",
    month: "/events/past/2026-06/",
    "month-system": "/events/past/2026-06/system/ima/",
    outages: "/events/outages/",
    outage: `/events/outages/${numbers.outage}/`,
    availability: "/events/availability/",
    subscribe: "/events/subscribe/",
    "not-found": "/events/none/",
    "cmp-home": "/cmp/",
    "cmp-request": `/cmp/${number}/`,
    "cmp-archived": "/cmp/PC030504-1/",
    "cmp-archive": "/cmp/archive/",
    "cmp-year": "/cmp/archive/year/2004/",
    "cmp-date-tbd": "/cmp/date-tbd/",
    "cmp-releases": "/cmp/releases/",
    "cmp-meetings": "/cmp/meetings/",
    "cmp-meeting": `/cmp/meetings/${meeting}/`,
    "cmp-package": `/cmp/meetings/${today}/package.html`,
  };
});

after(async () => {
  await browser?.close();
  await desk?.stop();
});

const opened = (path, how) => openedOf(browser, desk, path, how);

test("wb_08_no_page_fails_wcag_2_2_aa_in_light_or_dark_wide_or_narrow", async (story) => {
  for (const [name, path] of Object.entries(pages)) {
    for (const width of [320, 1280]) {
      for (const dark of [false, true]) {
        await story.test(`${name} ${width} ${dark ? "dark" : "light"}`, async () => {
          const { page, context, answer, faults } = await opened(path, { width, dark });
          assert.equal(answer.status(), name === "not-found" ? 404 : 200);
          await held(page, `${name}-${width}-${dark ? "dark" : "light"}`);
          assert.deepEqual(faults(), []);
          await context.close();
        });
      }
    }
  }
});

test("wb_06_the_cache_finds_the_file_of_an_address_as_the_local_desk_does", async () => {
  const template = await readFile(new URL("../../infra/template.yaml", import.meta.url), "utf8");
  const [, code] = template.match(/FunctionCode: \|\n((?: {8}.*\n)+)/);
  const handler = new Function(`${code}; return handler;`)();
  for (const path of [...Object.values(pages), "/cmp", "/events/past", "/cmp/PC030504-1", "/cmp/PC030504-1/documents/1.bin", "/events/all.ics", "/cmp/none"]) {
    const told = handler({ request: { uri: path } });
    const local = await fetch(desk.address + path, { redirect: "manual" });
    assert.equal(told.headers?.location.value ?? null, local.headers.get("location"), path);
    assert.equal(told.statusCode === 301, local.status === 301, path);
  }
});

test("wb_01_the_readme_shows_the_site_as_it_is", async () => {
  // `cp target/browser/event-site.png tests/browser/` puts it where the README shows it.
  const { page, context } = await opened("/events/", { width: 1000 });
  const clip = { x: 0, y: 0, width: 1000, height: 560 };
  await page.screenshot({ path: `${PICTURES}event-site.png`, clip });
  await context.close();
});

test("wb_08_a_first_page_is_small_and_loads_nothing_from_elsewhere", async () => {
  const { page, context } = await opened("/events/");
  const sizes = await page.evaluate(() =>
    [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((of) => of.decodedBodySize));
  const sum = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(sum < 50_000, `${sum} bytes`);
  await context.close();
});

test("wb_01_without_scripts_the_past_is_found_by_month_system_and_severity", async () => {
  const { page, context } = await opened("/events/", { scripts: false });
  await page.getByRole("link", { name: "All past events, by month" }).click();
  await page.getByRole("link", { name: "June 2026" }).click();
  assert.equal(await page.getByRole("searchbox").isVisible(), false);
  await page.getByRole("link", { name: "EDI" }).click();
  assert.deepEqual(await page.locator("#events tbody td[data-column=System]").allTextContents(), ["EDI", "EDI"]);
  await page.getByRole("link", { name: "1 critical" }).click();
  assert.deepEqual([...new Set(await page.locator("#events tbody td[data-column=System]").allTextContents())], ["IMA"]);
  await context.close();
});

test("wb_01_with_scripts_a_list_is_narrowed_as_one_types", async () => {
  const { page, context, faults } = await opened("/events/past/2026-06/");
  const rows = page.locator("#events tbody tr:visible");
  assert.equal(await rows.count(), 8);
  await page.getByRole("searchbox").fill("edi wrong");
  assert.equal(await rows.count(), 2);
  assert.equal(await page.getByRole("status").textContent(), "2 of 8 shown");
  await page.getByRole("searchbox").fill("");
  assert.equal(await rows.count(), 8);
  assert.deepEqual(faults(), []);
  await context.close();
});

test("wb_08_by_keyboard_alone_from_the_first_page_to_a_notice", async () => {
  const { page, context } = await opened("/events/");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "To the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/events\/[0-9A-Z]{4}-[0-9A-Z]{4}\/$/);
  const summary = page.locator("summary").last();
  for (let pressed = 0; pressed < 60; pressed += 1) {
    await page.keyboard.press("Tab");
    if (await summary.evaluate((element) => element === document.activeElement)) break;
  }
  await page.keyboard.press("Enter");
  assert.match(await page.locator("details[open] pre").textContent(), /Description: IMA rejects every LSR/);
  await context.close();
});

test("wb_08_a_page_reads_in_order_to_who_does_not_see_it", async () => {
  const { page, context } = await opened("/events/");
  const told = await page.locator("body").ariaSnapshot();
  for (const expected of ["- link \"To the content\"", "- banner:", "- navigation \"Event notifications\"", "- main:", "- heading \"Events now\" [level=1]", "- table \"What is open, the gravest first\"", "- contentinfo:"]) {
    assert.ok(told.includes(expected), `${expected} in\n${told}`);
  }
  await context.close();
});
