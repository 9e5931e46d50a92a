// A hidden tab: browsers slow its timers down, and the station's heartbeats must come on time all the same.

import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { openTabs } from "/work/main/tests/browser/cdp.mjs";
import { openCsms } from "/work/main/tests/browser/harness.mjs";

test("heartbeats keep their time while the tab is hidden", async (t) => {
  const csms = await openCsms(t);
  const { tab, openTab } = await openTabs(t);
  (await import("node:fs")).appendFileSync("/tmp/steps.log", Date.now()+" step\n"); await tab.fill("textbox", "CSMS URL", csms.url);
  (await import("node:fs")).appendFileSync("/tmp/steps.log", Date.now()+" step\n"); await tab.fill("textbox", "Station identity", "CP-interval-1");
  (await import("node:fs")).appendFileSync("/tmp/steps.log", Date.now()+" step\n"); await tab.click("button", "Connect");
  (await import("node:fs")).appendFileSync("/tmp/steps.log", Date.now()+" step\n"); await tab.waitFor(`document.querySelector('[role="status"][aria-label="Connection"]')?.textContent.startsWith("Connected")`);
  const other = await openTab("about:blank");
  (await import("node:fs")).appendFileSync("/tmp/steps.log", Date.now()+" step\n"); await other.activate();
  (await import("node:fs")).appendFileSync("/tmp/steps.log", Date.now()+" step\n"); await tab.waitFor('document.visibilityState === "hidden"');

  const hiddenAt = Date.now();
  const beats = () => csms.log.filter(({ at, direction, text }) => at > hiddenAt && direction === "to-csms" && text.includes('"Heartbeat"')).map(({ at }) => at);
  while (beats().length < 9) {
    assert.ok(Date.now() - hiddenAt < 12_000, `only ${beats().length} heartbeats in 12 s`);
    await sleep(50);
  }
  const gaps = beats().slice(1).map((at, index) => at - beats()[index]);
  assert.ok(gaps.every((gap) => gap > 500 && gap < 1_500), `gaps in ms: ${gaps}`);
  // No drift: after so many beats the last is still on time.
  const off = Math.abs(beats()[8] - beats()[0] - 8_000);
  assert.ok(off < 1_000, `${off} ms off after 8 beats`);
  assert.equal(await tab.evaluate("document.visibilityState"), "hidden");

  // Seen again, the page shows what happened meanwhile.
  (await import("node:fs")).appendFileSync("/tmp/steps.log", Date.now()+" step\n"); await tab.activate();
  (await import("node:fs")).appendFileSync("/tmp/steps.log", Date.now()+" step\n"); await tab.waitFor(`[...document.querySelectorAll('[role="row"][data-frame]')].some((row) => Number(row.dataset.frame) >= 18)`);
});
