// Opens the built page in a real Chromium, with a fresh profile and everything it does on record, and drives it by the
// roles, names and attributes that assistive technology goes by: nothing here knows a class name or an id.
//
// A test that opened a page fails at its end when the page threw, logged an error, or broke its Content-Security-Policy.

import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process, { env } from "node:process";
import { fileURLToPath } from "node:url";

import { chromium } from "playwright-core";

import { serveDir } from "../csms/peers.mjs";
import { startCsms } from "../csms/server.mjs";

/** The built page; OCPPSCOPE_DIST names another one. */
export const DIST = env.OCPPSCOPE_DIST ?? fileURLToPath(new URL("../../dist", import.meta.url));

/** The browser's program. */
export const CHROMIUM = env.CHROMIUM ?? "/usr/bin/chromium";

/** Without a display, without background traffic of its own, and able to run as root in a container. */
export const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Longest wait for anything; generous, because a wait that succeeds ends at once. */
export const PATIENCE_MILLIS = 30_000;

// `node --test` ends a file that takes too long by this signal. Playwright would only close its browser and let the file go on.
process.once("SIGTERM", () => process.exit(143));

/** What Chromium logs by itself about connections that fail; the tests look at what the page says about them instead. */
const EXPECTED_CONSOLE = [/^WebSocket connection to /, /`integrity` attribute is currently ignored for preload/];

/**
 * Serves `dist/` and opens it.
 *
 * @param {import("node:test").TestContext} t
 * @param {object} options
 * @param {string} [options.path] what follows the page's URL, such as `#/guide`
 * @param {string} [options.prefix] path the page is hosted under, such as `/a/b/`
 * @param {Record<string, string>} [options.headers] response headers of the host
 * @param {(path: string, body: Buffer) => Buffer} [options.replace] changes files on their way
 * @param {RegExp[]} [options.allow] console errors and page errors that this test provokes
 * @param {boolean} [options.breaksPolicy] this test provokes violations of the Content-Security-Policy
 * @param {object} [options.context] further options of Playwright's context, such as `colorScheme`
 * @returns {Promise<{page: import("playwright-core").Page, seen: Seen, site: {url: string}}>}
 */
export async function openPage(t, { path = "", prefix = "/", headers, replace, allow = [], breaksPolicy = false, context: further = {} } = {}) {
  assert.ok(existsSync(join(DIST, "index.html")), "dist/ is empty: run `cargo xtask build`");
  const site = await serveDir(DIST, { prefix, headers, replace });
  const profile = mkdtempSync(join(tmpdir(), "ocppscope-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM,
    headless: true,
    args: FLAGS,
    viewport: { width: 1440, height: 900 },
    locale: "en-US",
    timezoneId: "UTC",
    ...further,
  });
  const page = context.pages()[0] ?? (await context.newPage());
  page.setDefaultTimeout(PATIENCE_MILLIS);
  const seen = await watch(context, page);
  t.after(async () => {
    await context.close();
    await site.close();
    removeProfile(profile);
    const isExpected = (text) => [...EXPECTED_CONSOLE, ...allow].some((pattern) => pattern.test(text));
    const errors = seen.errors.filter((text) => !isExpected(text));
    assert.deepEqual({ errors, violations: breaksPolicy ? [] : seen.violations }, { errors: [], violations: [] });
  });
  await page.goto(site.url + path);
  return { page, seen, site };
}

/** Removes a profile. The last of the browser's processes may still write to it; then it is left to the system. */
export function removeProfile(profile) {
  try {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  } catch (error) {
    if (error.code !== "ENOTEMPTY" && error.code !== "EBUSY") throw error;
  }
}

/** A CSMS that ends with the test. */
export async function openCsms(t) {
  const csms = await startCsms();
  t.after(() => csms.close());
  return csms;
}

/** Starts one of the servers of `peers.mjs` and ends it with the test. */
export async function openPeer(t, starting) {
  const peer = await starting;
  t.after(() => peer.close());
  return peer;
}

/** The versions with what the page calls them. */
const LABELS = { 1.6: "OCPP 1.6", "2.0.1": "OCPP 2.0.1", 2.1: "OCPP 2.1" };

/** The versions, oldest first. */
export const VERSIONS = ["1.6", "2.0.1", "2.1"];

/** Fills in the connect form; leaves alone what is not given. */
export async function fillForm(page, { url, identity, version, alsoOffer, user, password, boot } = {}) {
  const text = (name) => page.getByRole("textbox", { name, exact: true });
  if (url !== undefined) await text("CSMS URL").fill(url);
  if (identity !== undefined) await text("Station identity").fill(identity);
  if (version !== undefined) await page.getByRole("combobox", { name: "OCPP version", exact: true }).selectOption({ label: LABELS[version] });
  if (alsoOffer !== undefined) {
    const group = page.getByRole("group", { name: "Also offer" });
    for (const [known, label] of Object.entries(LABELS)) {
      if (known !== version) await group.getByRole("checkbox", { name: label, exact: true }).setChecked(alsoOffer.includes(known));
    }
  }
  if (user !== undefined) await text("User name").fill(user);
  // A password field has no role, so its label is what assistive technology goes by.
  if (password !== undefined) await page.getByLabel("Password", { exact: true }).fill(password);
  if (boot !== undefined) await page.getByRole("checkbox", { name: "Send BootNotification on connect" }).setChecked(boot);
}

/**
 * Connects as a station and waits for the outcome.
 *
 * @param {import("playwright-core").Page} page
 * @param {object} options
 * @param {string} options.url of the CSMS
 * @param {string} options.identity also tells the CSMS of the tests what to do
 * @param {"1.6"|"2.0.1"|"2.1"} [options.version]
 * @param {string[]} [options.alsoOffer] further versions
 * @param {string} [options.user]
 * @param {string} [options.password]
 * @param {boolean} [options.boot] send a BootNotification on connect
 * @param {RegExp} [options.until] state to wait for; null does not wait
 */
export async function connect(page, { until = /^Connected/, ...form }) {
  await fillForm(page, form);
  await page.getByRole("button", { name: "Connect", exact: true }).click();
  if (until) await waitForState(page, until);
}

/** BootNotification of a station of the tests, by version. */
const BOOTS = {
  "1.6": { chargePointVendor: "Tests", chargePointModel: "By hand" },
  "2.0.1": { reason: "PowerUp", chargingStation: { model: "By hand", vendorName: "Tests" } },
};

/**
 * Connects and boots the station by hand, in the view Send. Such a station reports nothing by itself: frames 1 and 2 are its
 * BootNotification and the answer, and what follows is the test's.
 */
export async function connectByHand(page, { version = "1.6", ...form }) {
  await connect(page, { ...form, version, boot: false });
  await openView(page, "Send");
  await sendRaw(page, JSON.stringify([2, "boot", "BootNotification", BOOTS[version] ?? BOOTS["2.0.1"]]));
  // The header, the connection, the call, its answer.
  await eventually(page, () => timeline(page).getAttribute("aria-rowcount"), (count) => Number(count) >= 4);
}

/** The element that tells the state of the connection. */
export function state(page) {
  return page.getByRole("status", { name: "Connection" });
}

/** Waits for a state of the connection and gives its text. */
export async function waitForState(page, pattern) {
  const found = state(page).filter({ hasText: pattern });
  await found.waitFor().catch(async (error) => {
    const now = await state(page).textContent({ timeout: 100 }).catch(() => "(not there)");
    throw new Error(`the connection should be ${pattern} and is ${JSON.stringify(now)}`, { cause: error });
  });
  return found.textContent();
}

/** The timeline. */
export function timeline(page) {
  return page.getByRole("grid", { name: "Timeline" });
}

/**
 * Rows of the timeline that fit, as a locator: `row(page, { kind: "call", text: "BootNotification" })`.
 * `frame`, `direction`, `kind` and `severity` are the row's own attributes.
 */
export function row(page, { text, ...attributes } = {}) {
  const selector = Object.entries(attributes).map(([name, value]) => `[data-${name}="${value}"]`);
  const found = timeline(page).locator(`[role="row"]${selector.join("") || "[data-kind]"}`);
  return text === undefined ? found : found.filter({ hasText: text });
}

/** Waits for the first row that fits. */
export async function waitForRow(page, wanted) {
  const found = row(page, wanted).first();
  await found.waitFor().catch(async (error) => {
    const now = (await rows(page)).slice(-40).map(({ direction, kind, severity, cells }) => [direction, kind, severity, cells.join(" | ")].join(" "));
    throw new Error(`no row ${JSON.stringify(wanted, (_, v) => (v instanceof RegExp ? String(v) : v))} among\n${now.join("\n")}`, { cause: error });
  });
  return found;
}

/**
 * The rows that are drawn now, in the order of the screen, without the header.
 *
 * @returns {Promise<{index: number, frame: number|null, direction: string|null, kind: string, severity: string|null,
 *   isSelected: boolean, isCurrent: boolean, cells: string[], text: string}[]>}
 */
export async function rows(page) {
  return timeline(page)
    .locator('[role="row"][data-kind]')
    .evaluateAll((elements) =>
      elements
        .map((element) => {
          const cells = [...element.querySelectorAll('[role="gridcell"]')].map((cell) => cell.textContent.trim());
          return {
            index: Number(element.getAttribute("aria-rowindex")),
            frame: element.dataset.frame === undefined ? null : Number(element.dataset.frame),
            direction: element.dataset.direction ?? null,
            kind: element.dataset.kind,
            severity: element.dataset.severity ?? null,
            isSelected: element.getAttribute("aria-selected") === "true",
            isCurrent: element.dataset.current === "true",
            cells,
            text: cells.join(" "),
          };
        })
        .sort((a, b) => a.index - b.index),
    );
}

/** Selects a row and opens a tab of the inspector; gives the inspector. */
export async function inspect(page, wanted, tab) {
  await (await waitForRow(page, wanted)).click();
  if (tab) await inspector(page).getByRole("tab", { name: tab, exact: true }).click();
  return inspector(page);
}

/** The region of what is selected. */
export function inspector(page) {
  return page.getByRole("region", { name: "Inspector", exact: true });
}

/** Waits until the open tab of the inspector says all of this, each a text or a pattern; gives what it says. */
export async function waitForPanel(page, ...wanted) {
  const panel = inspector(page).getByRole("tabpanel");
  const text = async () => (await panel.textContent()).replace(/\s+/g, " ");
  const isThere = (said) => wanted.every((words) => (words instanceof RegExp ? words.test(said) : said.includes(words)));
  return eventually(page, text, isThere);
}

/** Waits until the counts over the whole transcript say this, such as `1 unanswered`. */
export async function waitForCount(page, words) {
  const summary = page.getByRole("group", { name: "Summary", exact: true });
  await summary.getByText(words, { exact: true }).waitFor().catch(async (error) => {
    throw new Error(`no ${words} in ${JSON.stringify(await summary.innerText())}`, { cause: error });
  });
}

/** Types a filter. */
export async function filter(page, text) {
  await page.getByRole("searchbox", { name: "Filter frames", exact: true }).fill(text);
}

/** Sends a text as it stands; the view Send must be open. */
export async function sendRaw(page, text) {
  await page.getByRole("textbox", { name: "Raw frame", exact: true }).fill(text);
  await page.getByRole("button", { name: "Send raw", exact: true }).click();
}

/** Sends a call by the composer, with the payload that is given or else the template; the view Send must be open. */
export async function sendCall(page, action, payload) {
  await page.getByRole("combobox", { name: "Action", exact: true }).selectOption(action);
  if (payload !== undefined) await page.getByRole("textbox", { name: "Payload", exact: true }).fill(payload);
  await page.getByRole("button", { name: "Send call", exact: true }).click();
}

/** Tells the CSMS by a DataTransfer what to do from now on, in the words of an identity (see behaviours.mjs). */
export async function tellCsms(page, words) {
  const id = `tell-${words}`.slice(0, 36);
  await sendRaw(page, JSON.stringify([2, id, "DataTransfer", { vendorId: "ocppscope.tests", messageId: words }]));
}

/** Waits until the CSMS has this in its log: an entry that fits gives itself. */
export async function heard(page, csms, fits) {
  return eventually(page, () => csms.log.find(fits));
}

/** Opens a view of the rail. */
export async function openView(page, name) {
  await page.getByRole("navigation", { name: "Views" }).getByRole("link", { name, exact: true }).click();
}

/** Waits until a question has the answer that is wanted, asking again whenever the page has drawn. */
export async function eventually(page, ask, isRight = Boolean) {
  const end = Date.now() + PATIENCE_MILLIS;
  for (;;) {
    const answer = await ask();
    if (isRight(answer)) return answer;
    if (Date.now() > end) {
      const alerts = await page.getByRole("alert").allTextContents();
      const said = alerts.length > 0 ? `; the page says ${JSON.stringify(alerts)}` : "";
      throw new Error(`still ${JSON.stringify(answer)} after ${PATIENCE_MILLIS} ms${said}`);
    }
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  }
}

/**
 * @typedef {object} Seen
 * @property {string[]} errors uncaught errors and console errors, of the page and its workers
 * @property {string[]} console every console message
 * @property {object[]} violations of the Content-Security-Policy
 * @property {Set<string>} requests URL of every HTTP request, of the page and its workers
 * @property {string[]} webSockets URL of every WebSocket, of the page and its workers
 */

/** Records what the page does. */
async function watch(context, page) {
  /** @type {Seen} */
  const seen = { errors: [], console: [], violations: [], requests: new Set(), webSockets: [] };
  page.on("pageerror", (error) => seen.errors.push(String(error?.stack ?? error)));
  page.on("crash", () => seen.errors.push("the page crashed"));
  page.on("console", (message) => {
    seen.console.push(`${message.type()}: ${message.text()}`);
    if (message.type() === "error") seen.errors.push(message.text());
    // A worker has no document to listen on, but what it breaks is logged.
    if (/Content Security Policy/i.test(message.text())) seen.violations.push({ logged: message.text() });
  });
  await context.exposeBinding("reportPolicyViolation", (_source, violation) => seen.violations.push(violation));
  await context.addInitScript(() => {
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile, lineNumber, sample }) => {
      globalThis.reportPolicyViolation({ violatedDirective, blockedURI, sourceFile, lineNumber, sample });
    });
  });
  context.on("request", (request) => seen.requests.add(request.url()));
  await watchNetwork(context, page, seen);
  return seen;
}

/**
 * Records requests by the DevTools protocol, because Playwright does not show the sockets of workers.
 * A worker waits at its start until it is watched.
 */
async function watchNetwork(context, page, seen) {
  const session = await context.newCDPSession(page);
  const take = ({ method, params }) => {
    if (method === "Network.requestWillBeSent") seen.requests.add(params.request.url);
    if (method === "Network.webSocketCreated") seen.webSockets.push(params.url);
  };
  for (const method of ["Network.requestWillBeSent", "Network.webSocketCreated"]) {
    session.on(method, (params) => take({ method, params }));
  }
  session.on("Target.attachedToTarget", ({ sessionId }) => {
    const send = (id, method, params = {}) =>
      // The worker may be gone already.
      session.send("Target.sendMessageToTarget", { sessionId, message: JSON.stringify({ id, method, params }) }).catch(() => {});
    send(1, "Network.enable");
    send(2, "Runtime.runIfWaitingForDebugger");
  });
  session.on("Target.receivedMessageFromTarget", ({ message }) => take(JSON.parse(message)));
  await session.send("Network.enable");
  await session.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: true, flatten: false });
}
