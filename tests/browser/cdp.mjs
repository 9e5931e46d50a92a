// Drives Chromium by the bare DevTools protocol, for what Playwright hides: it keeps every tab visible and switches off the
// browser's throttling of hidden tabs. Here a tab behind another is hidden, as it is for a user.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";

import { WebSocket } from "ws";

import { serveDir } from "../csms/peers.mjs";
import { CHROMIUM, DIST, FLAGS, PATIENCE_MILLIS, removeProfile } from "./harness.mjs";

/**
 * Serves `dist/`, starts a browser and opens the page in a tab.
 *
 * @returns {Promise<{tab: Tab, openTab: (url: string) => Promise<Tab>, site: {url: string}}>}
 */
export async function openTabs(t, { path = "", flags = [] } = {}) {
  assert.ok(existsSync(join(DIST, "index.html")), "dist/ is empty: run `cargo xtask build`");
  const site = await serveDir(DIST);
  const profile = mkdtempSync(join(tmpdir(), "ocppscope-"));
  const browser = spawn(
    CHROMIUM,
    ["--headless", ...FLAGS, ...flags, "--window-size=1440,900", "--remote-debugging-port=0", `--user-data-dir=${profile}`, "about:blank"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const ended = once(browser, "exit");
  const kill = () => browser.kill("SIGKILL");
  process.once("exit", kill);
  let connection;
  t.after(async () => {
    connection?.socket.terminate();
    browser.kill();
    await ended;
    process.off("exit", kill);
    await site.close();
    removeProfile(profile);
  });
  connection = await Connection.open(await addressOf(browser));
  const openTab = async (url) => Tab.open(connection, url);
  return { tab: await openTab(site.url + path), openTab, site };
}

/** Chromium says on its standard error where it listens. */
async function addressOf(browser) {
  for await (const line of createInterface({ input: browser.stderr })) {
    const found = /^DevTools listening on (ws:.*)$/.exec(line);
    // Reading goes on, so that a full pipe never stops the browser.
    if (found) {
      browser.stderr.resume();
      return found[1];
    }
  }
  throw new Error("Chromium ended before it listened");
}

/** One connection to the browser; commands are matched with their answers by number. */
class Connection {
  static async open(address) {
    const socket = new WebSocket(address, { maxPayload: 0 });
    await once(socket, "open");
    return new Connection(socket);
  }

  constructor(socket) {
    this.socket = socket;
    this.last = 0;
    this.waiting = new Map();
    socket.on("message", (data) => {
      const { id, result, error } = JSON.parse(data);
      const waiter = this.waiting.get(id);
      if (!waiter) return;
      this.waiting.delete(id);
      if (error) waiter.reject(new Error(error.message));
      else waiter.resolve(result);
    });
    socket.on("error", () => {});
    socket.once("close", () => this.waiting.forEach(({ reject }) => reject(new Error("the browser ended"))));
  }

  send(method, params = {}, sessionId = undefined) {
    const id = (this.last += 1);
    this.socket.send(JSON.stringify({ id, method, params, sessionId }));
    return new Promise((resolve, reject) => {
      const late = () => reject(new Error(`the browser did not answer ${method} in ${PATIENCE_MILLIS} ms`));
      const timer = setTimeout(late, PATIENCE_MILLIS);
      this.waiting.set(id, {
        resolve: (result) => (clearTimeout(timer), resolve(result)),
        reject: (error) => (clearTimeout(timer), reject(error)),
      });
    });
  }
}

/** One tab. */
class Tab {
  static async open(connection, url) {
    const { targetId } = await connection.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await connection.send("Target.attachToTarget", { targetId, flatten: true });
    const tab = new Tab(connection, targetId, sessionId);
    // A command that is under way while the tab changes its process is never answered, so nothing is asked before it is there.
    await tab.send("Page.navigate", { url });
    await tab.waitFor(`location.href !== "about:blank" || ${JSON.stringify(url)} === "about:blank"`);
    await tab.waitFor('document.readyState === "complete"');
    return tab;
  }

  constructor(connection, targetId, sessionId) {
    Object.assign(this, { connection, targetId, sessionId });
  }

  send(method, params) {
    return this.connection.send(method, params, this.sessionId);
  }

  /** Brings the tab to the front; the one that was there is hidden from then on. */
  activate() {
    return this.connection.send("Target.activateTarget", { targetId: this.targetId });
  }

  /** Value of a JavaScript expression in the page; promises are awaited. */
  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  /** Types into the field with this role and accessible name, in place of what stands there. */
  async fill(role, name, text) {
    const backendNodeId = await this.#find(role, name);
    await this.send("DOM.focus", { backendNodeId });
    await this.evaluate("document.activeElement.select()");
    await this.send("Input.insertText", { text });
  }

  /** Clicks the element with this role and accessible name. */
  async click(role, name) {
    const backendNodeId = await this.#find(role, name);
    await this.send("DOM.scrollIntoViewIfNeeded", { backendNodeId });
    const { model } = await this.send("DOM.getBoxModel", { backendNodeId });
    const [left, top, , , right, bottom] = model.content;
    const at = { x: (left + right) / 2, y: (top + bottom) / 2, button: "left", clickCount: 1 };
    await this.send("Input.dispatchMouseEvent", { type: "mousePressed", ...at });
    await this.send("Input.dispatchMouseEvent", { type: "mouseReleased", ...at });
  }

  /** Waits for the element and gives its number in the browser. */
  async #find(role, name) {
    const end = Date.now() + PATIENCE_MILLIS;
    for (;;) {
      const { root } = await this.send("DOM.getDocument");
      const { nodes } = await this.send("Accessibility.queryAXTree", { backendNodeId: root.backendNodeId, role, accessibleName: name });
      const found = nodes.find(({ ignored, backendDOMNodeId }) => !ignored && backendDOMNodeId);
      if (found) return found.backendDOMNodeId;
      if (Date.now() > end) throw new Error(`there is no ${role} ${JSON.stringify(name)}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Waits until an expression is true. Asks from outside, because a hidden page's own timers are slow. */
  async waitFor(expression, patienceMillis = PATIENCE_MILLIS) {
    const end = Date.now() + patienceMillis;
    for (;;) {
      const value = await this.evaluate(expression).catch(() => undefined);
      if (value) return value;
      if (Date.now() > end) throw new Error(`not true after ${patienceMillis} ms: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
