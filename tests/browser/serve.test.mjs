// `cargo xtask serve` as somebody types it: what it says, what it serves, and that it ends with everything it started.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import { WebSocket } from "ws";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** Starts the command; `lines` grows with what it says. */
function serve(t, ...options) {
  const command = spawn("cargo", ["xtask", "serve", ...options], { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
  const lines = [];
  const ended = once(command, "close").then(([code, signal]) => ({ code, signal }));
  const looks = new Set();
  for (const stream of [command.stdout, command.stderr]) {
    createInterface({ input: stream }).on("line", (line) => {
      lines.push(line);
      looks.forEach((look) => look());
    });
  }
  t.after(async () => {
    command.kill("SIGKILL");
    await ended;
  });
  const waitFor = (pattern) =>
    new Promise((resolve, reject) => {
      const look = () => lines.map((line) => pattern.exec(line)).find(Boolean);
      const check = () => look() && resolve(look()[1]);
      looks.add(check);
      check();
      ended.then(() => reject(new Error(`ended without ${pattern}:\n${lines.join("\n")}`)));
    });
  return { command, lines, ended, waitFor };
}

test("serve says where the page and the CSMS are, serves both, and ends both", async (t) => {
  const { command, ended, waitFor } = serve(t, "--port", "0", "--csms-port", "0");
  const page = await waitFor(/Ocppscope is at (http:\S+) \(ready after /);
  const csms = await waitFor(/A CSMS is at (ws:\S+)/);

  const response = await fetch(page);
  assert.equal(response.headers.get("Content-Type"), "text/html; charset=utf-8");
  const policy = response.headers.get("Content-Security-Policy");
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /worker-src 'self' blob:/);
  assert.match(policy, /frame-ancestors 'none'$/);
  const html = await response.text();
  const [, schemas] = /<meta name="schemas"[^>]* content="([^"]*)"/.exec(html);
  assert.match(schemas, /^schemas-[0-9a-f]{16}\.txt$/);
  assert.equal((await fetch(new URL(schemas, page))).status, 200);
  assert.equal((await fetch(new URL("missing.js", page))).status, 404);

  const station = new WebSocket(`${csms}/CP`, ["ocpp1.6"]);
  await once(station, "open");
  const closed = once(station, "close");
  command.kill("SIGINT");
  await ended;
  // The CSMS goes with it, also when the page's server is ended by force.
  await closed;
});

test("serve says in a sentence that the port is taken", async (t) => {
  const first = serve(t, "--port", "0");
  const url = await first.waitFor(/Ocppscope is at (http:\S+)/);
  const second = serve(t, "--port", new URL(url).port);
  assert.equal((await second.ended).code, 1);
  assert.match(second.lines.join("\n"), /Port \d+ is taken by another program\n.*choose another port: cargo xtask serve --port \d+/);
});
