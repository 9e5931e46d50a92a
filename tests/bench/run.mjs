// Lets the contestants take the same days in, round about, and prints what each round took. Called by xtask/src/bench.rs:
//
//   node run.mjs FOLDER PROGRAM ROUNDS MILLISECONDS-PER-ROUND
//
// FOLDER holds what `bench-native write` and `wasm-bindgen` made, PROGRAM is `bench-native`. Lines on the output:
// `fact <text>`, and `rounds <day> <contestant> <refused> <microseconds per frame> …`, separated by tabs.

import { spawn } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { argv, env, execPath, version as nodeVersion } from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { serveDir } from "../csms/peers.mjs";
import { bundle } from "./bundle.mjs";

const [folder, program] = argv.slice(2, 4);
const [nRounds, roundMillis] = argv.slice(4).map(Number);

/** Rounds before the ones that count: compilers need some time until they have seen what is hot. */
const N_WARM_UP = 4;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const say = (...words) => console.log(words.join("\t"));
const load = () => loadavg().map((n) => n.toFixed(2)).join(" ");

/** A program that reads `<day> <passes>` and answers `<microseconds> <refused>`. */
function programOf(command, args) {
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    async open(index) {
      return async (nPasses) => {
        child.stdin.write(`${index} ${nPasses}\n`);
        const { value, done } = await lines.next();
        if (done) throw new Error(`${command} ended early`);
        const [micros, nRefused] = value.split(" ").map(Number);
        return { micros, nRefused };
      };
    },
    async close() {},
    end: () => child.stdin.end(),
  };
}

/** A worker of the page, made anew for each day, as a page has one version in force. */
function workerOf(page, name) {
  return {
    async open(index) {
      await page.evaluate(([name, index]) => window.openWorker(name, index), [name, index]);
      return (nPasses) => page.evaluate(([name, nPasses]) => window.ask(name, nPasses), [name, nPasses]);
    },
    close: () => page.evaluate((name) => window.closeWorker(name), name),
    end() {},
  };
}

/** Runs in the page. */
function definePage() {
  const workers = {};
  const next = (worker) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
      worker.onerror = (event) => reject(new Error(event.message || "a worker could not be loaded"));
    });
  window.openWorker = (name, index) => {
    workers[name] = new Worker("worker.mjs", { type: "module" });
    const ready = next(workers[name]);
    workers[name].postMessage([name, index]);
    return ready;
  };
  window.ask = (name, nPasses) => {
    const answer = next(workers[name]);
    workers[name].postMessage(nPasses);
    return answer;
  };
  window.closeWorker = (name) => workers[name].terminate();
}

for (const name of ["ajv.mjs", "worker.mjs"]) copyFileSync(here(name), join(folder, name));
writeFileSync(join(folder, "ajv-bundle.mjs"), bundle({ Ajv: "ajv", addFormats: "ajv-formats" }));
writeFileSync(join(folder, "index.html"), "<!DOCTYPE html><title>bench</title>");

// Isolated pages get a finer clock.
const headers = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
const site = await serveDir(folder, { headers });
const profile = mkdtempSync(join(tmpdir(), "ocppscope-bench-"));
const context = await chromium.launchPersistentContext(profile, {
  executablePath: env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update"],
});
const page = context.pages()[0] ?? (await context.newPage());
await page.goto(site.url);
await page.evaluate(definePage);

const contestants = {
  "ours, native": programOf(program, ["run", folder]),
  "Ajv, Node": programOf(execPath, [here("ajv-node.mjs"), folder]),
  "ours, Chromium": workerOf(page, "ours"),
  "Ajv, Chromium": workerOf(page, "ajv"),
};
const { version: ajvVersion } = JSON.parse(readFileSync(here("../node_modules/ajv/package.json"), "utf8"));
say("fact", `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}; Chromium ${context.browser()?.version() ?? (await page.evaluate(() => navigator.userAgent))}; Node ${nodeVersion}; Ajv ${ajvVersion}`);
say("fact", `load at the start: ${load()}`);
try {
  const days = JSON.parse(readFileSync(join(folder, "days.json"), "utf8"));
  for (const [index, day] of days.entries()) {
    const runs = [];
    for (const [name, contestant] of Object.entries(contestants)) {
      const ask = await contestant.open(index);
      await ask(3);
      const { micros } = await ask(3);
      const nPasses = Math.max(1, Math.round((roundMillis * 1000) / (micros * day.frames.length)));
      runs.push({ name, contestant, ask, nPasses, micros: [], nRefused: 0 });
    }
    for (let round = -N_WARM_UP; round < nRounds; round++) {
      for (const run of runs) {
        const { micros, nRefused } = await run.ask(run.nPasses);
        run.nRefused = nRefused;
        if (round >= 0) run.micros.push(micros);
      }
    }
    for (const { name, nRefused, micros } of runs) say("rounds", day.name, name, nRefused, ...micros);
    for (const { contestant } of runs) await contestant.close();
  }
  say("fact", `load at the end: ${load()}`);
} finally {
  for (const contestant of Object.values(contestants)) contestant.end();
  await context.close();
  await site.close();
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}
