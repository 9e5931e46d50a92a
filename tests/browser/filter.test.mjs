// The filter: its words, frames that arrive while it is set, and what happens when it is wrong.

import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually, filter, openView, rows, sendRaw, waitForCount, waitForRow } from "./harness.mjs";
import { scene } from "./scene.mjs";

/** Waits until exactly these frames pass the filter. */
async function passes(page, text, frames) {
  await filter(page, text);
  const now = async () => (await rows(page)).map(({ frame }) => frame).filter((frame) => frame !== null);
  await eventually(page, now, (found) => String(found) === String(frames)).catch((error) => {
    throw new Error(`${text}: wanted ${frames}, ${error.message}`);
  });
}

test("the filter knows its words", async (t) => {
  const { page } = await scene(t);
  await passes(page, "action:Authorize", [5, 6]);
  await passes(page, "action:Heartbeat,Authorize", [3, 4, 5, 6, 9, 10]);
  await passes(page, "dir:to-station", [2, 4, 6, 8, 10]);
  await passes(page, "kind:call -dir:to-station", [1, 3, 5, 7, 9]);
  await passes(page, "kind:error", [6, 10]);
  await passes(page, "id:beat-1", [3, 4]);
  await passes(page, "code:GenericError", [10]);
  await passes(page, "severity:error", [5, 6, 10]);
  await passes(page, "frame:2", [2]);
  await passes(page, "RFID-XYZ789", [5, 6]);
  await passes(page, "rfid-xyz789 kind:call", [5]);
  await passes(page, "action:Authorize or code:GenericError", [5, 6, 10]);
  await passes(page, "(kind:error or kind:call) action:Heartbeat", [3, 9, 10]);
  await passes(page, "-action:Heartbeat -action:DataTransfer", [1, 2, 5, 6]);
  await passes(page, "is:unanswered", []);
  await passes(page, "latency>60000", []);
  await page.getByText("No frame passes the filter").waitFor();
  await passes(page, "latency<60000 dir:to-station", [2, 4, 6, 8, 10]);
  await passes(page, "", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  await waitForCount(page, "10 frames");
});

test("frames that arrive pass through the filter that is set", async (t) => {
  const { page } = await scene(t);
  await passes(page, "kind:error", [6, 10]);
  await openView(page, "Send");
  await sendRaw(page, '[2,"beat-3","Heartbeat",{}]');
  await waitForRow(page, { frame: 12, kind: "error" });
  assert.deepEqual((await rows(page)).map(({ frame }) => frame), [6, 10, 12]);
  await waitForCount(page, "12 frames");
});

test("a wrong filter is marked at once, announced once half a second later, and the last good one stays in force", async (t) => {
  const { page } = await scene(t);
  const box = page.getByRole("searchbox", { name: "Filter frames", exact: true });
  await passes(page, "action:Authorize", [5, 6]);
  assert.equal(await box.getAttribute("aria-invalid"), "false");
  // When the mark and the alert come is noted in the page.
  await box.evaluate((element) => {
    globalThis.noted = { alerts: [] };
    element.addEventListener("input", () => (globalThis.noted.typed = performance.now()));
    new MutationObserver(() => {
      if (element.ariaInvalid === "true") globalThis.noted.marked ??= performance.now();
      const alert = document.querySelector('[role="alert"]');
      if (alert && !globalThis.noted.alerts.includes(alert)) globalThis.noted.alerts.push(alert), (globalThis.noted.alerted = performance.now());
    }).observe(document.body, { subtree: true, childList: true, attributes: true });
  });
  // Two keys, one right after the other however busy the machine is.
  await box.evaluate((element) => {
    const set = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set;
    for (const text of ["action:Authorize severity:ba", "action:Authorize severity:bad"]) {
      set.call(element, text);
      element.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  await page.getByRole("alert").waitFor({ state: "attached" });
  const { typed, marked, alerted, count } = await page.evaluate(() => ({ ...globalThis.noted, count: globalThis.noted.alerts.length, alerts: 0 }));
  assert.ok(marked < alerted && alerted - typed >= 490, JSON.stringify({ typed, marked, alerted }));
  assert.equal(count, 1);
  assert.equal(await box.getAttribute("aria-invalid"), "true");
  const words = await page.locator(`[id="${await box.getAttribute("aria-describedby")}"]`).textContent();
  assert.match(words, /ok, info, warning/);
  assert.deepEqual((await rows(page)).map(({ frame }) => frame), [5, 6]);

  await passes(page, "action:Heartbeat", [3, 4, 9, 10]);
  await eventually(page, () => page.getByRole("alert").count(), (n) => n === 0);
  assert.equal(await box.getAttribute("aria-invalid"), "false");
  assert.equal(await box.getAttribute("aria-describedby"), null);
});
