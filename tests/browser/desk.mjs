// A local desk of its own for the browser's tests, and the acts that fill its pages.

import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
export const TICKETS = "/tmf-api/troubleTicket/v4/troubleTicket";
export const PROBLEMS = "/tmf-api/serviceProblemManagement/v4/serviceProblem";

/** A port that is free; the engine takes the next one, or another one where that is taken. */
async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/** Starts a desk at an instant, with a clock that stands until it is turned. */
export async function start(now) {
  const data = await mkdtemp(join(tmpdir(), "desk-"));
  const port = await freePort();
  const program = process.env.LOCAL_DESK ?? join(ROOT, "target/debug/local-desk");
  const child = spawn(program, ["--port", String(port), "--data", data, "--now", now, "--speed", "0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith("desk ready on ")) break;
  }
  child.stdout.resume();
  const address = `http://127.0.0.1:${port}`;
  const tokens = new Map();
  async function token(client) {
    if (!tokens.has(client)) {
      const body = new URLSearchParams({ grant_type: "client_credentials", client_id: client, client_secret: "local" });
      const answer = await fetch(`${address}/oauth2/token`, { method: "POST", body });
      tokens.set(client, (await answer.json()).access_token);
    }
    return tokens.get(client);
  }
  async function call(client, method, path, body) {
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const headers = { authorization: `Bearer ${await token(client)}`, "content-type": type };
    const answer = await fetch(address + path, { method, headers, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  }
  return {
    address,
    call,
    async now() {
      return (await (await fetch(`${address}/local/clock`)).json()).now;
    },
    async turn(by) {
      const answer = await fetch(`${address}/local/clock`, { method: "POST", body: JSON.stringify({ advance: by }) });
      if (!answer.ok) throw new Error(await answer.text());
    },
    /** Has all files of the public sites made anew. */
    async remade() {
      const answer = await fetch(`${address}/local/sites`, { method: "POST" });
      if (!answer.ok) throw new Error(await answer.text());
    },
    async event(description, severity, system, more = {}) {
      const report = { description: "internal words", severity, ticketType: "systems", event: true };
      const told = { eventDescription: description, systemAffected: system, ...more };
      return (await call("desk", "POST", TICKETS, { ...report, ...told })).id;
    },
    async stop() {
      child.kill("SIGKILL");
      await rm(data, { recursive: true, force: true });
    },
  };
}
