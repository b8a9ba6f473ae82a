// WB-03, WB-07, WB-08, SB-05: the pages behind a sign-in as people have them: with scripts and without, at two widths, by keyboard alone;
// signed out, in another role, at another CLEC's address, with a session that ended, by a form of another site; and held against WCAG.

import { readFile } from "node:fs/promises";
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { held, launched, opened as openedOf, PICTURES } from "./browser.mjs";
import { PROBLEMS, start, TICKETS } from "./desk.mjs";

let desk, browser, numbers;
const sessions = {};
const opened = (path, how) => openedOf(browser, desk, path, how);

/** The cookies of a person who is signed in. */
async function signedIn(person) {
  if (!sessions[person]) {
    const { page, context } = await opened("/web/sign-in");
    await page.getByRole("button", { name: person, exact: true }).click();
    await page.waitForURL(/\/(portal|console)$/);
    sessions[person] = await context.cookies();
    await context.close();
  }
  return sessions[person];
}

/** A page as a person sees it. */
const as = async (person, path, how = {}) => opened(path, { ...how, cookies: await signedIn(person) });

before(async () => {
  browser = await launched();
  desk = await start("2026-03-06T18:30:00Z");
  for (const clec of ["alpha", "beta"]) {
    await desk.call("desk", "PUT", `/cmp/v1/clec/${clec}`, { name: `${clec} Communications` }).catch(() => {});
    const { id } = await desk.call(clec, "POST", "/cmp/v1/subscription", { channel: "email", endpoint: `noc@${clec}.example`, notices: ["event", "target"] });
    const sent = await (await fetch(`${desk.address}/local/deliveries`)).json();
    await desk.call(clec, "POST", `/cmp/v1/subscription/${id}/confirmation`, { token: sent.at(-1).token });
  }
  const report = (clec, description, severity, systemAffected) =>
    desk.call(clec, "POST", TICKETS, { description, severity, ticketType: "systems", systemAffected });
  const alpha = await report("alpha", "All our orders are rejected", 2, "IMA");
  const beta = await report("beta", "Orders bounce", 1, "IMA");
  const resolved = await report("alpha", "Address queries time out", 3, "EDI");
  await report("gamma", "FOCs are late", 4, "TAG");
  await desk.call("alpha", "POST", `${TICKETS}/${alpha.id}/severityChange`, { severity: 1, reason: "everything waits" });
  await desk.call("desk", "PATCH", `${TICKETS}/${resolved.id}`, { status: "resolved", resolution: "An index was rebuilt" });
  await desk.call("alpha", "POST", TICKETS, { description: "A wrong rate on the bill", severity: 3, ticketType: "process" });
  const outage = (start, stop) => ({ interface: "EDI", description: "Upgrade of the gateway", impact: { other: "EDI does not answer" }, start, stop });
  const planned = await desk.call("desk", "POST", "/cmp/v1/plannedOutage", outage("2026-03-20T04:00:00Z", "2026-03-20T08:00:00Z"));
  await desk.call("desk", "POST", "/cmp/v1/plannedOutage", outage("2026-03-20T06:00:00Z", "2026-03-20T10:00:00Z"));
  const form = { kind: "systems", title: "One document for EDI", description: "A single source document", contact: "Ann", company: "Alpha Communications", products: ["LNP"], interfaces: ["EDI"] };
  const request = await desk.call("alpha", "POST", "/cmp/v1/changeRequest", form);
  const release = await desk.call("desk", "POST", "/cmp/v1/release", { name: "IMA 20.0", productionDate: "2026-03-27" });
  const member = async (position, name, director) =>
    (await desk.call("desk", "POST", "/cmp/v1/teamMember", { position, name, pager: "+13035550101", telephone: "+13035550102", director })).id;
  const dana = await member("serviceDirector", "Dana Ruiz");
  const sam = await member("serviceManager", "Sam Ortiz", dana);
  const nora = await member("serviceManager", "Nora Lind", dana);
  const ella = await member("salesExecutive", "Ella Ray");
  for (const [team, responsible] of [["service", sam], ["sales", ella]]) {
    await desk.call("desk", "POST", "/cmp/v1/accountTeam/alpha/assignment", { team, member: responsible });
  }
  await desk.call("desk", "POST", "/cmp/v1/accountTeam/alpha/reassignment", { team: "service", to: nora, reason: "Sam moves" });
  await desk.call("desk", "POST", "/cmp/v1/accountTeam/alpha/reassignment/handover", { team: "service", subject: "network", note: "Two hubs in Denver" });
  const asked = await desk.call("alpha", "POST", "/cmp/v1/accountRequest", { kind: "escalation", topic: "repair", text: "Nobody calls back", ticket: alpha.id, contact: "Ann" });
  const closed = await report("alpha", "No FOCs since nine", 1, "TAG");
  await desk.call("desk", "POST", `${TICKETS}/${closed.id}/close`, { disposition: "resolved", resolution: "A table was enlarged" });
  const postMortem = await desk.call("alpha", "POST", "/cmp/v1/postMortem", { ticket: closed.id, reason: "It came back twice" });
  const loop = { name: "DS1 loop", family: "Unbundled loops", metrics: [{ name: "delay", kind: "technical", unit: "ms" }] };
  const offering = await desk.call("desk", "POST", "/cmp/v1/productOffering", loop);
  const circuit = { clec: "alpha", offering: offering.id, name: "circuit 7", area: "Denver", since: "2026-03-01T07:00:00Z" };
  const purchase = await desk.call("desk", "POST", "/cmp/v1/purchasedOffering", circuit);
  const relatedEntity = [{ id: offering.id, "@referredType": "ProductOffering" }];
  const objective = await desk.call("desk", "POST", "/tmf-api/serviceQualityManagement/v4/serviceLevelObjective", {
    name: "delay of a DS1 loop", conformanceTarget: "50", conformanceComparator: "lessThanOrEqual",
    validFor: { startDateTime: "2026-03-01T07:00:00Z" }, serviceLevelObjectiveParameter: { name: "delay", relatedEntity },
  });
  for (const [at, value] of [["2026-03-03T10:00:00Z", 42], ["2026-03-03T11:00:00Z", 44], ["2026-03-04T10:00:00Z", 63], ["2026-03-05T10:00:00Z", 48]]) {
    const measured = { purchasedOffering: purchase.id, metric: "delay", at, value, source: "probe-7" };
    await desk.call("desk", "POST", "/cmp/v1/measurement", measured);
  }
  await desk.call("desk", "POST", `/cmp/v1/productOffering/${offering.id}/analysis`, { from: "2026-03-01T07:00:00Z" });
  const ring = { name: "Metro Fiber", components: "The ring of Denver", channel: "email", contact: { email: "noc@metro.example" }, respondWithin: "PT4H" };
  const other = await desk.call("desk", "POST", "/cmp/v1/otherParty", ring);
  const problem = await desk.call("alpha", "POST", PROBLEMS, { description: "It is slow", metric: "delay", affectedService: [{ id: purchase.id }] });
  const does = (who, task, body) => desk.call(who, "POST", `${PROBLEMS}/${problem.id}/${task}`, body);
  await does("desk", "assignment", { member: sam, scheduled: "2026-03-10T17:00:00Z" });
  await does("desk", "task", { text: "Test the loop", owner: "Otto", due: "2026-03-10T17:00:00Z" });
  await does("desk", "task", { text: "Replace the card", owner: "Otto", after: [1], due: "2026-03-11T17:00:00Z" });
  await does("desk", "task/2/start", {});
  await does("desk", "partyRequest", { party: other.id, text: "Is the ring up?" });
  await does("desk", "troubleTicket", { severity: "minimal", systemAffected: "IMA" });
  await does("alpha", "comment", { text: "It began at noon" });
  await does("alpha", "escalation", { reason: "Nobody calls" });
  await desk.turn("PT90M");
  const quality = { offering: offering.id, purchase: purchase.id, objective: objective.id, other: other.id, problem: problem.id };
  const others = { ...quality, sam, asked: asked.id, closed: closed.id, postMortem: postMortem.id };
  numbers = { ...others, alpha: alpha.id, beta: beta.id, resolved: resolved.id, outage: planned.id, request: request.id, release: release.id };
});

after(async () => {
  await browser?.close();
  await desk?.stop();
});

/** Every page and state that is held, by who sees it. */
const pages = () => ({
  ann: {
    "portal-home": "/portal",
    "portal-tickets": "/portal/troubleTicket",
    "portal-narrowed": "/portal/troubleTicket?status=resolved&status=held",
    "portal-ticket": `/portal/troubleTicket/${numbers.resolved}`,
    "portal-forecast": `/portal/troubleTicket/${numbers.alpha}/forecast`,
    "portal-report": "/portal/do/report",
    "portal-proposed": "/portal/do/report?severityChecklist=1.4&description=Nothing+works",
    "portal-agreement": `/portal/do/agreement/${numbers.resolved}`,
    "portal-document": `/portal/do/attachTicketDocument/${numbers.alpha}`,
    "portal-outage": `/portal/plannedOutage/${numbers.outage}`,
    "portal-request": `/portal/changeRequest/${numbers.request}`,
    "portal-submit": "/portal/do/submitChangeRequest",
    "portal-subscriptions": "/portal/subscription",
    "portal-contacts": "/portal/contact",
    "portal-meetings": "/portal/meeting",
    "portal-search": "/portal/search?q=orders",
    "portal-account-team": "/portal/accountTeam/alpha",
    "portal-account-requests": "/portal/accountRequest",
    "portal-account-request": `/portal/accountRequest/${numbers.asked}`,
    "portal-ask": "/portal/do/bringAccountRequest",
    "portal-post-mortem": `/portal/postMortem/${numbers.postMortem}`,
    "portal-purchases": "/portal/purchasedOffering",
    "portal-purchase": `/portal/purchasedOffering/${numbers.purchase}`,
    "portal-problems": "/portal/serviceProblem",
    "portal-problem": `/portal/serviceProblem/${numbers.problem}`,
    "portal-raise": "/portal/do/createServiceProblem",
    "portal-measurements": `/portal/measurement?purchasedOffering=${numbers.purchase}`,
    "portal-performance": "/portal/performance",
    "portal-closed": `/portal/troubleTicket/${numbers.closed}`,
    "portal-nothing": "/portal/troubleTicket/AAAA-AAAA",
    "portal-console": "/console",
  },
  dora: {
    "console-home": "/console",
    "console-queue": "/console/queue/helpDesk?limit=2",
    "console-ticket": `/console/troubleTicket/${numbers.alpha}`,
    "console-recipients": `/console/troubleTicket/${numbers.alpha}/recipients`,
    "console-similar": `/console/troubleTicket/${numbers.alpha}/similar`,
    "console-close": `/console/do/close/${numbers.alpha}`,
    "console-change": `/console/do/update/${numbers.alpha}`,
    "console-calendar": "/console/calendar/2026-03",
    "console-clecs": "/console/clec",
    "console-unreached": "/console/unreachedNotice",
    "console-release": `/console/release/${numbers.release}`,
    "console-request": `/console/changeRequest/${numbers.request}`,
    "console-search": `/console/search?q=${numbers.beta}`,
    "console-members": "/console/teamMember",
    "console-member": `/console/teamMember/${numbers.sam}`,
    "console-register": "/console/do/registerTeamMember",
    "console-account-teams": "/console/accountTeam",
    "console-account-team": "/console/accountTeam/alpha",
    "console-account-queue": "/console/queue/accountTeam",
    "console-account-request": `/console/accountRequest/${numbers.asked}`,
    "console-answer": `/console/do/answerAccountRequest/${numbers.asked}`,
    "console-post-mortem": `/console/postMortem/${numbers.postMortem}`,
    "console-offerings": "/console/productOffering",
    "console-offering": `/console/productOffering/${numbers.offering}`,
    "console-offering-history": `/console/productOffering/${numbers.offering}/history`,
    "console-performance": "/console/performance?groupBy=clec",
    "console-record-offering": "/console/do/recordProductOffering",
    "console-threshold": `/console/serviceLevelObjective/${numbers.objective}`,
    "console-record-threshold": "/console/do/recordServiceLevelObjective",
    "console-problems": "/console/serviceProblem",
    "console-problem": `/console/serviceProblem/${numbers.problem}`,
    "console-task": `/console/do/planServiceProblemTask/${numbers.problem}`,
    "console-others": "/console/otherParty",
    "console-other": `/console/otherParty/${numbers.other}`,
    "console-purchase": `/console/purchasedOffering/${numbers.purchase}`,
    "console-draft": `/console/do/draftPostMortem/${numbers.postMortem}`,
  },
});

test("wb_08_no_page_behind_the_sign_in_fails_wcag_2_2_aa_wide_or_narrow", async (story) => {
  for (const [person, of] of Object.entries(pages())) {
    for (const [name, path] of Object.entries(of)) {
      for (const [width, dark] of [[320, true], [1280, false]]) {
        await story.test(`${name} ${width}`, async () => {
          const { page, context, answer, faults } = await as(person, path, { width, dark });
          const expected = { "portal-nothing": 404, "portal-console": 403 }[name] ?? 200;
          assert.equal(answer.status(), expected);
          await held(page, `${name}-${width}`);
          assert.deepEqual(faults(), []);
          await context.close();
        });
      }
    }
  }
});

test("wb_07_bad_input_is_refused_in_words", async () => {
  const { context } = await as("ann", "/portal");
  const get = async (path) => (await context.request.get(desk.address + path, { maxRedirects: 0 })).status();
  for (const month of ["-262143-01", "2026-3", "+2026-03", "2026-13", "x"]) {
    assert.equal(await get(`/portal/calendar/${month}`), 404, month);
  }
  for (const path of ["/portal/troubleTicket/..%2F..%2Fclec", "/portal/cmp/v1/clec", "/portal/do/none", "/portal/do/close", "/portal/do/close/a/b"]) {
    assert.equal(await get(path), 404, path);
  }
  assert.equal(await get(`/portal/search?q=${".".repeat(25_000)}`), 200);
  const post = async (path, data) => (await context.request.post(desk.address + path, { data, headers: { "content-type": "application/x-www-form-urlencoded" } }));
  const rows = Array.from({ length: 1_900 }, (_, at) => `note[${at}].text=`).join("&");
  const answer = await post("/portal/do/report", rows);
  assert.equal(answer.status(), 422);
  assert.ok((await answer.body()).length < 500_000);
  assert.equal((await post("/portal/do/report", rows + "&" + rows)).status(), 413);
  assert.equal((await post(`/portal/do/call/${numbers.alpha}`, "_key=%0d%0a&_version=%00&contact=&detail=")).status(), 422);
  await context.clearCookies();
  assert.equal((await post("/portal/do/report", `description=${"x".repeat(70_000)}`)).status(), 413);
  await context.close();
});

test("wb_07_what_people_write_leads_to_no_form_and_fills_in_none", async () => {
  const { id } = await desk.call("alpha", "POST", TICKETS, { description: `/cmp/v1/do/close/${numbers.beta}?x=1`, severity: 4, ticketType: "systems" });
  const { page, context } = await as("dora", `/console/troubleTicket/${id}`);
  assert.equal(await page.locator("main a", { hasText: "/cmp/v1/do" }).count(), 0);
  await page.goto(`${desk.address}/console/do/update/${id}?externalId=PREFILLED`);
  assert.equal(await page.locator("[name=externalId]").inputValue(), "");
  assert.equal(await page.locator("[name=severity]").inputValue(), "minimal");
  await page.goto(`${desk.address}/console/troubleTicket/${id}?done=You+were+hacked`);
  assert.equal(await page.getByRole("status").count(), 0);
  await context.close();
});

test("wb_07_a_sign_in_leads_to_a_page_of_ours_alone", async () => {
  for (const to of ["https://evil.example/", "//evil.example/", "/\\evil.example", "/portal/..//evil.example", "/portal/%00", "/portal/\tx", "/portal".padEnd(3_000, "x")]) {
    const { page, context } = await opened(`/web/sign-in?to=${encodeURIComponent(decodeURIComponent(to))}`);
    await page.getByRole("button", { name: "ann", exact: true }).click();
    assert.equal(page.url(), `${desk.address}/portal`, to);
    await context.close();
  }
});

test("wb_07_a_change_says_what_was_changed_and_nothing_else", async () => {
  const report = (clec) => desk.call(clec, "POST", TICKETS, { description: "Slow", severity: 3, ticketType: "systems", systemAffected: "CEMR", impact: { other: "some wait" }, requestedResolutionDate: "2026-11-01T07:30:00Z" });
  const [primary, linked] = [await report("beta"), await report("alpha")];
  await desk.call("desk", "POST", `${TICKETS}/${linked.id}/link`, { primary: primary.id });
  const before = await desk.call("alpha", "GET", `${TICKETS}/${linked.id}`);
  const { page, context } = await as("ann", `/portal/do/update/${linked.id}`);
  assert.equal(await page.locator("[name=severity]").count(), 0, "what the desk alone writes is not asked for");
  await page.locator("[name=externalId]").fill("A-17");
  await page.getByRole("button", { name: "Change" }).click();
  assert.match(await page.getByRole("status").textContent(), /Recorded: Change/);
  const { lastUpdate, ...after } = await desk.call("alpha", "GET", `${TICKETS}/${linked.id}`);
  assert.deepEqual({ ...after, externalId: undefined, lastUpdate: undefined }, { ...before, externalId: undefined, lastUpdate: undefined });
  assert.equal(after.externalId, "A-17");
  // What is emptied is taken back.
  await page.goto(`${desk.address}/portal/do/update/${linked.id}`);
  await page.locator("[name=externalId]").fill("");
  await page.getByRole("button", { name: "Change" }).click();
  assert.equal((await desk.call("alpha", "GET", `${TICKETS}/${linked.id}`)).externalId, undefined);
  await context.close();
});

test("ap_04_a_list_is_narrowed_by_instants_of_the_zone_and_by_several_words", async () => {
  const { page, context } = await as("dora", "/console/troubleTicket?status=acknowledged&status=resolved&creationDate.gt=2026-03-06T11%3A00");
  assert.equal(await page.locator("main .error").count(), 0);
  assert.ok((await page.locator("tbody tr").count()) > 1);
  assert.equal(await page.locator("[name=status]:checked").count(), 2);
  await page.goto(`${desk.address}/console/troubleTicket?creationDate.gt=2026-03-08T00%3A00`);
  assert.match(await page.locator("main").textContent(), /There is none of this/);
  await context.close();
});

test("sb_04_a_contact_is_verified_and_removed_by_its_page", async () => {
  await desk.call("alpha", "POST", "/cmp/v1/contact", { name: "Zoe", role: "severityEscalation", phone: "+13035550100", email: "zoe@alpha.example" });
  const { page, context } = await as("ann", "/portal/contact");
  await page.locator("tr", { hasText: "Zoe" }).getByRole("link").first().click();
  await page.getByRole("link", { name: "Verification" }).click();
  await page.getByRole("button", { name: "Verification" }).click();
  assert.match(await page.getByRole("status").textContent(), /Recorded: Verification/);
  await page.getByRole("link", { name: "Remove" }).click();
  await page.getByRole("button", { name: "Remove" }).click();
  assert.match(await page.getByRole("status").textContent(), /Recorded: Remove/);
  assert.equal(await page.locator("tr", { hasText: "Zoe" }).count(), 0);
  await context.close();
});

test("nt_01_a_call_for_a_notice_that_reached_nobody_is_recorded_from_its_row", async () => {
  const { page, context } = await as("dora", "/console");
  await page.getByRole("link", { name: "Call gamma" }).first().click();
  assert.equal(await page.getByLabel("CLEC").inputValue(), "gamma");
  await page.getByLabel("Contact").fill("Gina");
  await page.getByLabel("Detail").fill("Told of the ticket");
  await page.locator("button.send").click();
  assert.match(page.url(), /\/console\/unreachedNotice\?done=/);
  assert.match(await page.getByRole("status").textContent(), /Recorded/);
  await context.close();
});

test("tt_04_a_case_is_decided_with_what_it_says_in_sight", async () => {
  const { page, context } = await as("dora", `/console/troubleTicket/${numbers.alpha}`);
  await page.getByRole("link", { name: "Case 1: outcome" }).click();
  assert.match(await page.locator("main").textContent(), /everything waits/);
  assert.deepEqual(await page.locator("[name=decision] option").allTextContents(), ["", "Granted", "Declined", "Withdrawn"]);
  await page.locator("[name=decision]").selectOption("granted");
  await page.getByLabel("Reason").fill("All orders wait");
  await page.locator("button.send").click();
  assert.match(await page.getByRole("status").textContent(), /Recorded: Outcome/);
  assert.equal(await page.getByRole("link", { name: "Case 1: outcome" }).count(), 0);
  await context.close();
});

test("wb_03_the_readme_shows_the_console_as_it_is", async () => {
  // `cp target/browser/console.png tests/browser/` puts it where the README shows it.
  const { page, context } = await as("dora", "/console", { width: 1100 });
  await page.screenshot({ path: `${PICTURES}console.png`, clip: { x: 0, y: 0, width: 1100, height: 720 } });
  await context.close();
});

test("wb_08_a_first_page_behind_the_sign_in_is_small", async () => {
  for (const [person, path] of [["ann", "/portal"], ["dora", "/console"]]) {
    const { page, context } = await as(person, path);
    const sizes = await page.evaluate(() =>
      [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")].map((of) => of.decodedBodySize));
    const sum = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(sum < 50_000, `${path}: ${sum} bytes`);
    await context.close();
  }
});

test("wb_07_who_is_not_signed_in_is_led_to_the_sign_in_and_back", async () => {
  const { page, context, faults } = await opened(`/portal/troubleTicket/${numbers.alpha}`);
  assert.match(page.url(), /\/oauth2\/authorize\?/);
  await held(page, "sign-in");
  await page.getByRole("button", { name: "adam", exact: true }).click();
  assert.equal(page.url(), `${desk.address}/portal/troubleTicket/${numbers.alpha}`);
  const session = (await context.cookies()).find(({ name }) => name === "__Host-session");
  assert.ok(session.httpOnly && session.secure && session.sameSite === "Lax" && session.path === "/");
  await page.getByRole("button", { name: "Sign out" }).click();
  await held(page, "signed-out");
  assert.deepEqual((await context.cookies()).map(({ name }) => name), []);
  await page.goto(`${desk.address}/portal`);
  assert.match(page.url(), /\/oauth2\/authorize\?/);
  assert.deepEqual(faults(), []);
  await context.close();
});

test("wb_07_another_clecs_ticket_is_as_unknown_as_one_that_there_is_not", async () => {
  const { page, context } = await as("ann", `/portal/troubleTicket/${numbers.beta}`);
  const said = await page.locator("main").textContent();
  const none = await page.goto(`${desk.address}/portal/troubleTicket/AAAA-AAAA`);
  assert.equal(none.status(), 404);
  assert.equal(await page.locator("main").textContent(), said);
  for (const path of [`/portal/do/call/${numbers.beta}`, `/portal/troubleTicket/${numbers.beta}/timeline`]) {
    assert.equal((await page.goto(desk.address + path)).status(), 404, path);
  }
  await context.close();
});

test("wb_07_a_form_of_another_site_does_nothing", async () => {
  const { context } = await as("dora", "/console");
  const form = { description: "forged", severity: "critical", ticketType: "systems" };
  const before = await desk.call("desk", "GET", `${TICKETS}?limit=1`);
  for (const headers of [{ origin: "https://evil.example" }, { "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }]) {
    const answer = await context.request.post(`${desk.address}/console/do/report`, { form, headers });
    assert.equal(answer.status(), 403, JSON.stringify(headers));
  }
  assert.deepEqual(await desk.call("desk", "GET", `${TICKETS}?limit=1`), before);
  await context.close();
});

test("wb_07_who_was_signed_out_while_writing_loses_no_word", async () => {
  const { page, context } = await as("ann", `/portal/do/call/${numbers.alpha}`);
  await page.getByLabel("Contact").fill("Ann");
  await page.getByLabel("Detail").fill("It is worse now");
  const cookies = await context.cookies();
  await context.clearCookies();
  await page.getByRole("button", { name: "Call" }).click();
  assert.match(await page.getByRole("alert").textContent(), /no longer signed in/);
  assert.equal(await page.getByLabel("Detail").inputValue(), "It is worse now");
  await held(page, "no-longer-signed-in");
  await context.addCookies(cookies);
  await page.getByRole("button", { name: "Call" }).click();
  assert.match(await page.getByRole("status").textContent(), /Recorded: Call/);
  await context.close();
});

test("wb_07_a_refusal_stands_beside_its_field_and_what_was_written_stays", async () => {
  const { page, context } = await as("dora", "/console/do/schedule");
  await page.getByLabel("Interface").fill("EDI");
  await page.getByLabel("Start").fill("2026-03-11T03:00");
  await page.getByLabel("Stop").fill("2026-03-11T02:00");
  await page.getByRole("button", { name: "Planned outage" }).click();
  const stop = page.getByLabel("Stop");
  assert.equal(await stop.getAttribute("aria-invalid"), "true");
  assert.match(await page.locator(`#${await stop.getAttribute("id")}-error`).textContent(), /behind the start \(PO-01\)/);
  assert.equal(await page.getByLabel("Interface").inputValue(), "EDI");
  assert.equal(await stop.inputValue(), "2026-03-11T02:00");
  // It is told first, where the reader is, and leads to the field.
  assert.match(await page.title(), /^Refused: /);
  const summary = page.getByRole("alert");
  assert.ok(await summary.evaluate((of) => of === document.activeElement));
  await summary.getByRole("link", { name: /^Stop: .*behind the start/ }).press("Enter");
  assert.ok((await page.url()).endsWith(`#${await stop.getAttribute("id")}`));
  await held(page, "refused");
  await context.close();
});

test("wb_03_an_agent_works_a_call_by_keyboard_alone", async () => {
  const { page, context } = await as("hank", "/console");
  const press = async (...keys) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  /** Goes on with Tab until an element has the focus. */
  const reach = async (locator) => {
    for (let pressed = 0; pressed < 150; pressed += 1) {
      if (await locator.evaluate((element) => element === document.activeElement).catch(() => false)) return;
      await press("Tab");
    }
    assert.fail(`${locator} is not reached`);
  };
  await reach(page.getByRole("searchbox"));
  await page.keyboard.type(numbers.beta);
  await press("Enter");
  await page.waitForURL(/search/);
  await reach(page.getByRole("link", { name: numbers.beta }));
  await press("Enter");
  await page.waitForURL(/troubleTicket/);
  await reach(page.getByRole("link", { name: "Call", exact: true }));
  await press("Enter");
  await page.waitForURL(/do\/call/);
  await reach(page.getByLabel("Contact"));
  await page.keyboard.type("Beth of beta");
  await reach(page.getByLabel("Detail"));
  await page.keyboard.type("Asks when it will be resolved");
  await reach(page.getByRole("button", { name: "Call", exact: true }));
  await press("Enter");
  await page.waitForURL(/done=/);
  assert.match(await page.getByRole("status").textContent(), /Recorded: Call/);
  const ticket = await desk.call("desk", "GET", `${TICKETS}/${numbers.beta}`);
  assert.equal(ticket.call.at(-1).detail, "Asks when it will be resolved");
  await context.close();
});

test("tt_03_a_report_with_the_guidelines_of_12_5_without_scripts", async () => {
  const { page, context } = await as("ann", "/portal", { scripts: false, width: 320 });
  await page.getByRole("link", { name: "Report trouble" }).click();
  await page.getByText("Which severity?").click();
  await page.getByLabel("A single CLEC cannot submit its business transactions.").check();
  await page.getByRole("button", { name: "Propose a severity" }).click();
  assert.match(await page.getByRole("status").textContent(), /critical/);
  assert.equal(await page.getByLabel("Severity", { exact: false }).first().inputValue(), "critical");
  await page.locator("[name=description]").fill("No order of ours gets through");
  await page.locator("[name=ticketType]").selectOption("systems");
  await page.locator("[name=systemAffected]").fill("IMA");
  await page.getByRole("button", { name: "Report", exact: true }).click();
  assert.match(page.url(), /\/portal\/troubleTicket\/[0-9A-Z]{4}-[0-9A-Z]{4}\?done=/);
  const number = page.url().match(/[0-9A-Z]{4}-[0-9A-Z]{4}/)[0];
  const ticket = await desk.call("alpha", "GET", `${TICKETS}/${number}`);
  assert.deepEqual([ticket.severity, ticket.systemAffected], ["critical", "IMA"]);
  // The story of the ticket is on its page: the notice as it was sent, and the clock with its rule.
  const story = await page.locator("main").textContent();
  assert.match(story, /Initial/);
  assert.match(story, /No order of ours gets through/);
  assert.match(story, /Interval: 1 hour/);
  await context.close();
});

test("tt_10_what_is_resolved_is_closed_with_the_agreement_of_its_clec", async () => {
  const ann = await as("ann", "/portal");
  const row = ann.page.locator("tr", { hasText: numbers.resolved }).first();
  assert.match(await row.textContent(), /agreement/);
  await row.getByRole("link").first().click();
  await ann.page.getByRole("link", { name: "Agreement", exact: true }).click();
  await ann.page.locator("[name=agreed]").selectOption("true");
  await ann.page.getByRole("button", { name: "Agreement" }).click();
  assert.match(await ann.page.getByRole("status").textContent(), /Recorded: Agreement/);
  await ann.context.close();
  const dora = await as("dora", `/console/troubleTicket/${numbers.resolved}`);
  await dora.page.getByRole("link", { name: "Close", exact: true }).click();
  await dora.page.locator("[name=disposition]").selectOption("resolved");
  await dora.page.getByRole("button", { name: "Close", exact: true }).click();
  assert.match(await dora.page.getByRole("status").textContent(), /Recorded: Close/);
  assert.equal((await desk.call("alpha", "GET", `${TICKETS}/${numbers.resolved}`)).status, "closed");
  await dora.context.close();
});

test("sb_05_before_a_notice_goes_its_texts_and_recipients_are_shown", async () => {
  const { page, context } = await as("dora", `/console/do/update/${numbers.alpha}`);
  await page.getByRole("link", { name: "Who gets the next notice, and its texts" }).click();
  const said = await page.locator("main").textContent();
  assert.match(said, /noc@alpha\.example/);
  assert.match(said, /Subject: Ticket/);
  await context.close();
});

test("wb_07_a_row_that_is_emptied_leaves_the_others_as_they_are_and_texts_stand_as_they_were_written", async () => {
  const party = (id, name) => ({ id, name, "@referredType": "Individual" });
  const { id } = await desk.call("alpha", "POST", TICKETS, {
    description: "Rejects", severity: 4, ticketType: "systems", externalId: "poN4471", relatedParty: [party("A", "Ann"), party("B", "Bob")],
  });
  const { page, context } = await as("ann", `/portal/do/update/${id}`);
  await page.locator("summary", { hasText: "More fields" }).click();
  for (const name of ["id", "@referredType"]) await page.locator(`[name="relatedParty[0].${name}"]`).fill("");
  await page.getByRole("button", { name: "Change" }).click();
  assert.match(await page.getByRole("status").textContent(), /Recorded: Change/);
  assert.ok((await page.locator("main").textContent()).includes("poN4471"));
  const { relatedParty } = await desk.call("alpha", "GET", `${TICKETS}/${id}`);
  assert.deepEqual(relatedParty, [party("B", "Bob")]);
  await context.close();
});

/** Attaches a document as ann, and gets it from the page of its record. */
async function attached(form, content) {
  const { page, context } = await as("ann", form);
  await page.getByLabel("Document").setInputFiles({ name: "trace.txt", mimeType: "text/plain", buffer: Buffer.from(content) });
  await page.getByRole("button", { name: "Attachment" }).click();
  assert.match(await page.getByRole("status").textContent(), /Recorded: Attachment/);
  await downloaded(page, page.locator("tr", { hasText: "trace.txt" }).getByRole("link", { name: "Open" }), content);
  await context.close();
}

/** A link leads to a file with this name and content. */
async function downloaded(page, link, content) {
  const [download] = await Promise.all([page.waitForEvent("download"), link.click()]);
  assert.equal(download.suggestedFilename(), "trace.txt");
  assert.equal(await readFile(await download.path(), "utf8"), content);
}

test("cr_07_a_document_goes_up_and_comes_down", async () => {
  await attached(`/portal/do/attachTicketDocument/${numbers.alpha}`, "10:00 NAK");
  await attached(`/portal/do/attachDocument/${numbers.request}`, "LSR form 12");
});

test("wb_02_a_document_of_a_posted_change_request_comes_from_the_cmp_site", async () => {
  const form = { kind: "systems", title: "Another document", description: "A form", contact: "Ann" };
  const { id } = await desk.call("alpha", "POST", "/cmp/v1/changeRequest", form);
  await attached(`/portal/do/attachDocument/${id}`, "LSR form 13");
  const { number } = await desk.call("desk", "POST", `/cmp/v1/changeRequest/${id}/acknowledgment`, {});
  await desk.call("desk", "POST", `/cmp/v1/changeRequest/${id}/posting`, {});
  const { page, context } = await opened(`/cmp/${number}/`);
  await downloaded(page, page.getByRole("link", { name: "trace.txt" }), "LSR form 13");
  await context.close();
});

test("wb_03_planned_outages_that_overlap_are_marked_in_the_calendar", async () => {
  const { page, context } = await as("dora", "/console/calendar");
  assert.match(page.url(), /\/console\/calendar\/2026-03$/);
  assert.match(await page.locator("main").textContent(), /overlap on EDI/);
  await page.getByRole("link", { name: "Month after" }).click();
  assert.equal(await page.getByText(/overlap/).count(), 0);
  await context.close();
});

test("wb_07_the_first_page_of_the_local_desk_leads_to_all_and_turns_the_clock", async () => {
  const { page, context, faults } = await opened("/");
  await held(page, "local-desk");
  for (const name of ["Portal", "Console", "Event notification site", "CMP site"]) {
    assert.equal(await page.getByRole("link", { name }).count(), 1, name);
  }
  const now = async () => (await (await fetch(`${desk.address}/local/clock`)).json()).now;
  const before = Date.parse(await now());
  await page.getByRole("button", { name: "10 minutes" }).click();
  assert.equal(Date.parse(await now()) - before, 600_000);
  assert.deepEqual(faults(), []);
  await context.close();
});

test("wb_08_the_console_reads_in_order_to_who_does_not_see_it", async () => {
  const { page, context } = await as("dora", "/console");
  const told = await page.locator("body").ariaSnapshot();
  for (const expected of ["- link \"To the content\"", "- banner:", "- navigation \"Console\"", "- search:", "- main:", "- heading \"Queues\" [level=1]", "- heading \"Help desk\" [level=2]", "- region \"Help desk\"", "- contentinfo:"]) {
    assert.ok(told.includes(expected), `${expected} in\n${told}`);
  }
  await context.close();
});

test("at_04_a_post_mortem_is_asked_for_from_its_ticket_written_approved_and_read", async () => {
  const { id } = await desk.call("alpha", "POST", TICKETS, { description: "LSRs time out", severity: 1, ticketType: "systems" });
  await desk.call("desk", "POST", `${TICKETS}/${id}/close`, { disposition: "resolved", resolution: "A card was changed" });
  const ann = await as("ann", `/portal/troubleTicket/${id}`);
  await ann.page.getByRole("link", { name: "Ask for a post-mortem" }).click();
  assert.equal(await ann.page.locator("[name=ticket]").inputValue(), id);
  await ann.page.locator("[name=reason]").fill("It failed twice in a week");
  await ann.page.locator("main form button").first().click();
  assert.match(ann.page.url(), /\/portal\/postMortem\/PM-/);
  const number = ann.page.url().split("/").at(-1).split("?")[0];
  const dora = await as("dora", `/console/postMortem/${number}`);
  assert.match(await dora.page.locator("main").textContent(), /Resolution: A card was changed/);
  await dora.page.getByRole("link", { name: "Draft" }).click();
  for (const [name, text] of [["cause", "A card failed."], ["restoration", "It was changed."], ["prevention", "A spare is kept."]]) {
    await dora.page.locator(`[name=${name}]`).fill(text);
  }
  await dora.page.locator("main form button").first().click();
  await dora.page.getByRole("link", { name: "Approval" }).click();
  await dora.page.locator("main form button").first().click();
  assert.match(await dora.page.getByRole("status").textContent(), /Recorded: Approval/);
  await ann.page.goto(`${desk.address}/portal/postMortem/${number}`);
  assert.match(await ann.page.locator("main").textContent(), /A spare is kept\./);
  const printed = await ann.context.request.get(`${desk.address}/portal/postMortem/${number}/postMortem.html`);
  assert.match(await printed.text(), /Root cause analysis/);
  await ann.context.close();
  await dora.context.close();
});

test("at_03_a_request_to_the_account_team_is_brought_and_answered_by_its_pages", async () => {
  const ann = await as("ann", "/portal");
  await ann.page.getByRole("link", { name: "Ask the account team" }).click();
  await ann.page.locator("[name=kind]").selectOption("complaint");
  await ann.page.locator("[name=channel]").selectOption("pager");
  await ann.page.locator("[name=topic]").selectOption("repair");
  await ann.page.locator("[name=text]").fill("The third time this week");
  await ann.page.locator("main form button").first().click();
  const number = ann.page.url().split("/").at(-1).split("?")[0];
  assert.match(await ann.page.locator("main").textContent(), /Sam Ortiz/);
  const dora = await as("dora", "/console/queue/accountTeam");
  await dora.page.getByRole("link", { name: number }).click();
  await dora.page.getByRole("link", { name: "Answer", exact: true }).click();
  await dora.page.locator("[name=text]").fill("A line card is changed tonight");
  await dora.page.locator("main form button").first().click();
  await ann.page.goto(`${desk.address}/portal/accountRequest/${number}`);
  assert.match(await ann.page.locator("main").textContent(), /A line card is changed tonight/);
  await ann.context.close();
  await dora.context.close();
});
