// Opens a large capture in the built page and in a page that does `JSON.parse` and Ajv per frame in a worker, and prints what
// both took. Called by xtask/src/bench/import.rs:
//
//   node import.mjs FOLDER FRAMES
//
// FOLDER holds `import.log` and `schemas.json`. Lines on the output: `fact <text>` and `number <name> <value>`, by tabs.

import { copyFileSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";
import { argv, platform } from "node:process";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { CHROMIUM, DIST, FLAGS, connect, openView } from "../browser/harness.mjs";
import { serveDir } from "../csms/peers.mjs";
import { startCsms } from "../csms/server.mjs";
import { bundle } from "./bundle.mjs";

const folder = argv[2];
const nFrames = Number(argv[3]);
const log = join(folder, "import.log");
const MINUTES = 60_000;
/** Steps by which the whole list is scrolled through. */
const N_SCROLLS = 200;
/** Frames the CSMS sends at once. */
const N_LIVE = 2_000;

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const say = (...words) => console.log(words.join("\t"));
const seconds = (millis) => millis / 1_000;

/** A browser of its own for each side: what one leaves behind is not counted with the other. */
async function openBrowser(url, use) {
  const browser = await chromium.launch({ executablePath: CHROMIUM, headless: true, args: FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    page.setDefaultTimeout(20 * MINUTES);
    page.on("pageerror", (error) => console.error(error));
    page.on("crash", () => console.error("the page crashed"));
    await page.addInitScript(() => {
      globalThis.longTasks = [];
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) globalThis.longTasks.push(entry.duration);
      }).observe({ type: "longtask", buffered: true });
    });
    await page.goto(url);
    say("fact", `Chromium ${browser.version()}`);
    return await use(page, browser);
  } finally {
    await browser.close();
  }
}

/** Memory of the page's process in bytes, with what the worker holds; 0 where the system does not tell. */
async function memory(browser) {
  if (platform !== "linux") return 0;
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))?.[1] ?? 0) * 1024);
  return Math.max(0, ...sizes);
}

/** Bytes of the WebAssembly memories of the page's worker, asked by the DevTools protocol. */
async function wasmMemory(page) {
  const session = await page.context().newCDPSession(page);
  let answer;
  const answers = new Map();
  session.on("Target.receivedMessageFromTarget", ({ message }) => {
    const { id, result, error } = JSON.parse(message);
    answers.get(id)?.(result ?? Promise.reject(new Error(error?.message)));
  });
  const attached = new Promise((resolve) => session.on("Target.attachedToTarget", resolve));
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: false });
  const { sessionId } = await attached;
  let number = 0;
  const ask = (method, params) =>
    new Promise((resolve, reject) => {
      number += 1;
      answers.set(number, (result) => Promise.resolve(result).then(resolve, reject));
      session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id: number, method, params }) }).catch(reject);
    });
  const { result } = await ask("Runtime.evaluate", { expression: "WebAssembly.Memory.prototype" });
  const { objects } = await ask("Runtime.queryObjects", { prototypeObjectId: result.objectId });
  answer = await ask("Runtime.callFunctionOn", {
    objectId: objects.objectId,
    functionDeclaration: "function () { return this.reduce((sum, memory) => sum + memory.buffer.byteLength, 0); }",
    returnByValue: true,
  });
  await session.detach();
  return answer.result.value;
}

/** Runs something, and gives how long the longest task of the main thread took meanwhile, and how many took over 50 ms. */
async function withTasks(name, page, browser, act) {
  await page.evaluate(() => (globalThis.longTasks.length = 0));
  await browser.startTracing(page, { categories: ["toplevel"] });
  const result = await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const main = new Set(traceEvents.filter((e) => e.name === "thread_name" && e.args.name === "CrRendererMain").map((e) => `${e.pid} ${e.tid}`));
  const tasks = traceEvents.filter((e) => e.ph === "X" && /RunTask|SimpleWatcher|OnHandleReady/.test(e.name) && main.has(`${e.pid} ${e.tid}`));
  const worst = tasks.reduce((most, e) => ((e.dur ?? 0) > (most?.dur ?? -1) ? e : most), undefined);
  const long = await page.evaluate(() => globalThis.longTasks.slice());
  say("number", `worst task ${name}`, Math.max(...long, (worst?.dur ?? 0) / 1_000));
  // On a busy machine a task waits for a processor; this is what it took of one.
  say("number", `worst run ${name}`, tasks.reduce((most, e) => Math.max(most, e.tdur ?? 0), 0) / 1_000);
  if (worst) say("fact", `${name}: longest task ${(worst.dur / 1_000).toFixed(1)} ms, of which it ran ${((worst.tdur ?? 0) / 1_000).toFixed(1)} ms; over 50 ms: ${long.length} of ${tasks.length}`);
  return result;
}

/** Scrolls from one end to the other in steps, one per drawn frame, and waits for the rows at each tenth. */
function scrollThrough(nSteps) {
  const grid = document.querySelector('[role="grid"][aria-label="Timeline"]');
  const drawn = () => new Promise((resolve) => requestAnimationFrame(resolve));
  return (async () => {
    for (let step = nSteps; step >= 0; step -= 1) {
      grid.scrollTop = (step / nSteps) * (grid.scrollHeight - grid.clientHeight);
      await drawn();
    }
    // The first row is there.
    while (!grid.querySelector('[aria-rowindex="2"]')) await drawn();
  })();
}

async function ours() {
  const site = await serveDir(DIST);
  const csms = await startCsms();
  await openBrowser(site.url, async (page, browser) => {
    const grid = page.getByRole("grid", { name: "Timeline" });
    const summary = page.getByRole("group", { name: "Summary", exact: true });
    const countOf = (n) => summary.getByText(n === 1 ? "1 frame" : `${n} frames`, { exact: true });
    // The count grows while a filter is tried; it is there when the grid is no longer busy.
    const isDone = (isAll) =>
      page.waitForFunction(
        ([isAll, nAll]) => {
          const grid = document.querySelector('[role="grid"]');
          return grid.getAttribute("aria-busy") !== "true" && (Number(grid.getAttribute("aria-rowcount")) - 1 === nAll) === isAll;
        },
        [isAll, nFrames],
      );
    await page.getByRole("button", { name: "Connect", exact: true }).waitFor();

    const before = await memory(browser);
    await page.evaluate(() => {
      const started = performance.now();
      globalThis.times = {};
      const look = () => {
        const rows = document.querySelectorAll('[role="row"][data-frame]').length;
        globalThis.times.firstRow ??= rows > 0 ? performance.now() - started : undefined;
        const isReading = document.querySelector('[role="progressbar"][aria-label="Reading capture"]') !== null;
        if (rows > 0 && !isReading && document.querySelector('[aria-label="About the capture"]')) globalThis.times.all = performance.now() - started;
        else requestAnimationFrame(look);
      };
      document.querySelector('input[type="file"]').addEventListener("change", look, { once: true, capture: true });
    });
    await withTasks("while reading", page, browser, async () => {
      await page.getByLabel("Capture files").setInputFiles(log);
      await page.waitForFunction(() => globalThis.times.all !== undefined, undefined, { polling: 250 });
    });
    const times = await page.evaluate(() => globalThis.times);
    say("number", "first row", seconds(times.firstRow));
    say("number", "import", seconds(times.all));
    await countOf(nFrames).waitFor();
    say("number", "memory", (await memory(browser)) - before);
    say("number", "wasm memory", await wasmMemory(page));
    say("fact", `summary: ${(await summary.innerText()).replace(/\s+/g, " ")}`);

    await withTasks("while scrolling", page, browser, () => page.evaluate(scrollThrough, N_SCROLLS));
    await withTasks("going to the end", page, browser, async () => {
      const started = Date.now();
      await grid.press("End");
      await grid.locator(`[data-frame="${nFrames}"]`).waitFor();
      say("number", "jump to the end", seconds(Date.now() - started));
    });
    const box = page.getByRole("searchbox", { name: "Filter frames", exact: true });
    for (const [name, text] of [["cheap filter", "severity:error"], ["text filter", "UnlockConnector"], ["field filter", "meterValue..value>7000"]]) {
      await withTasks(name, page, browser, async () => {
        const started = Date.now();
        await box.fill(text);
        await isDone(false);
        say("number", name, seconds(Date.now() - started));
      });
      say("fact", `${text}: ${Number(await grid.getAttribute("aria-rowcount")) - 1} rows`);
      await box.fill("");
      await isDone(true);
    }
    say("number", "memory at the end", (await memory(browser)) - before);
    await live(page, csms, nFrames, "behind");
  });
  await openBrowser(site.url, (page) => live(page, csms, 0, "at the beginning"));
  await csms.close();
  await site.close();
}

/** What each of many live frames takes until the page has all of them. */
async function live(page, csms, nBefore, name) {
  const count = () => page.getByRole("group", { name: "Summary", exact: true }).innerText().then((text) => Number(/(\d+)\s+frames?/.exec(text)?.[1] ?? 0));
  await connect(page, { url: csms.url, identity: `CP-live`, boot: true });
  await openView(page, "Send");
  while ((await count()) < nBefore + 2) await page.waitForTimeout(20);
  const started = Date.now();
  await page.getByRole("textbox", { name: "Raw frame", exact: true }).fill(JSON.stringify([2, "flood", "DataTransfer", { vendorId: "ocppscope.tests", messageId: `flood-${N_LIVE}` }]));
  await page.getByRole("button", { name: "Send raw", exact: true }).click();
  // Each call is answered.
  while ((await count()) < nBefore + 2 * N_LIVE) await page.waitForTimeout(20);
  say("number", `live ${name}`, ((Date.now() - started) * 1_000) / (2 * N_LIVE));
}

async function theirs() {
  for (const name of ["ajv.mjs", "import-worker.mjs"]) copyFileSync(here(name), join(folder, name));
  writeFileSync(join(folder, "ajv-bundle.mjs"), bundle({ Ajv: "ajv", addFormats: "ajv-formats" }));
  writeFileSync(join(folder, "index.html"), '<!DOCTYPE html><title>bench</title><input type="file">');
  const site = await serveDir(folder);
  await openBrowser(site.url, async (page, browser) => {
    await page.evaluate(
      () =>
        new Promise((resolve, reject) => {
          globalThis.worker = new Worker("import-worker.mjs", { type: "module" });
          globalThis.worker.onmessage = resolve;
          globalThis.worker.onerror = (event) => reject(new Error(event.message));
        }),
    );
    const before = await memory(browser);
    await page.evaluate(() => {
      const input = document.querySelector("input");
      globalThis.done = new Promise((resolve, reject) => {
        input.onchange = () => {
          const started = performance.now();
          globalThis.worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve({ ...data, millis: performance.now() - started }));
          globalThis.worker.postMessage(input.files[0]);
        };
      });
    });
    await page.locator("input").setInputFiles(log);
    const { nFrames: nSeen, nRefused, millis } = await page.evaluate(() => globalThis.done);
    if (nSeen !== nFrames) throw new Error(`JSON.parse and Ajv saw ${nSeen} frames of ${nFrames}`);
    say("number", "Ajv import", seconds(millis));
    say("number", "Ajv memory", (await memory(browser)) - before);
    say("fact", `JSON.parse + Ajv refused ${nRefused} frames`);
  });
  await site.close();
}

say("fact", `${cpus().length} × ${cpus()[0]?.model.trim() ?? "unknown processor"}; ${nFrames} frames, ${(statSync(log).size / 1e6).toFixed(0)} MB; load ${loadavg()[0].toFixed(2)}`);
say("number", "file bytes", statSync(log).size);
if (!readdirSync(DIST).includes("index.html")) throw new Error("dist/ is empty: run `cargo xtask build`");
await theirs();
await ours();
