// The timeline: virtual rows, following the end, keyboard, selection, inspector tabs, addresses and theme.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  connect, eventually, filter, inspect, inspector, openCsms, openPage, openView, row, rows, sendRaw, timeline, waitForCount, waitForPanel, waitForRow,
} from "./harness.mjs";
import { scene, station } from "./scene.mjs";

/** Number of the selected frame; null when a connection event or nothing is selected. */
async function selected(page) {
  const found = await row(page).and(page.locator('[aria-selected="true"]')).evaluateAll((elements) => elements.map((element) => element.dataset.frame));
  assert.ok(found.length <= 1, "only one row is selected");
  return found[0] === undefined ? null : Number(found[0]);
}

/** Presses a key in the timeline and waits until this frame is selected. */
async function press(page, key, frame) {
  await page.keyboard.press(key);
  await eventually(page, () => selected(page), (now) => now === frame);
}

test("of thousands of rows only some are drawn, and the grid says how many there are", async (t) => {
  const { page } = await station(t, { identity: "CP-flood-1500" });
  await waitForCount(page, "3002 frames");
  // Header, connection event, two frames of the boot, a call and an answer each.
  await eventually(page, () => timeline(page).getAttribute("aria-rowcount"), (count) => count === "3004");
  const drawn = await rows(page);
  assert.ok(drawn.length > 10 && drawn.length < 200, `${drawn.length} rows are drawn`);
  assert.equal(drawn.at(-1).frame, 3002);
  assert.equal(drawn.at(-1).index, 3004);
  await timeline(page).focus();
  await press(page, "Home", null);
  await press(page, "ArrowDown", 1);
  await waitForRow(page, { frame: 1 });
  assert.equal(await row(page, { frame: 3002 }).count(), 0);
  await press(page, "End", 3002);
  await waitForRow(page, { frame: 3002 });
});

test("the timeline follows the end, until the reader scrolls away; a button tells of new frames and leads back", async (t) => {
  const { page } = await station(t, { identity: "CP-flood-40-interval-1" });
  const isInView = (frame) => row(page, { frame }).evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const view = element.closest('[role="grid"]').getBoundingClientRect();
    return top >= view.top && bottom <= view.bottom + 1;
  }, null, { timeout: 100 }).catch(() => false);
  const last = async () => (await rows(page)).at(-1).frame;
  await eventually(page, last, (frame) => frame >= 84);
  await eventually(page, async () => isInView(await last()));

  await timeline(page).hover();
  await page.mouse.wheel(0, -3000);
  await eventually(page, () => isInView(1));
  const button = page.getByRole("button", { name: /new frames?/ });
  await button.waitFor();
  assert.ok(await isInView(1), "new frames do not move what is read");
  await button.click();
  await eventually(page, async () => isInView(await last()));
  await eventually(page, () => button.count(), (n) => n === 0);
  // And from here on it follows again.
  const before = await last();
  await eventually(page, last, (frame) => frame > before);
  await eventually(page, async () => isInView(await last()));
});

test("an answer stands under its call with the time it took, also when other frames came between", async (t) => {
  const { page } = await station(t, { identity: "CP-call-GetConfiguration-late-700" });
  await openView(page, "Send");
  await sendRaw(page, '[2,"slow","Heartbeat",{}]');
  const answer = await waitForRow(page, { kind: "result", direction: "to-station", text: "Heartbeat" });
  assert.match((await answer.getByRole("gridcell").nth(5).textContent()).replace(/\s/g, " "), /^7\d\d ms$/);
  await inspect(page, { kind: "result", direction: "to-station", text: "Heartbeat" }, "Exchange");
  await waitForPanel(page, "Message id slow", "ms after the call");
});

test("a row says what matters in its message: status, connector, transaction, energy with unit", async (t) => {
  const { page } = await station(t);
  await openView(page, "Send");
  const time = "2026-11-22T09:22:07Z";
  await sendRaw(page, JSON.stringify([2, "a", "StatusNotification", { connectorId: 2, errorCode: "NoError", status: "Charging" }]));
  await waitForRow(page, { kind: "call", text: /StatusNotification.*connector\s*2.*Charging/ });
  await sendRaw(page, JSON.stringify([2, "b", "StopTransaction", { transactionId: 4711, meterStop: 15300, timestamp: time, reason: "Local" }]));
  await waitForRow(page, { kind: "call", text: /StopTransaction.*4711.*15.3\s*kWh/ });
});

test("the keyboard does all of it: rows, problems, pairs, filter and back", async (t) => {
  const { page } = await scene(t);
  await timeline(page).focus();
  await press(page, "Home", null);
  await press(page, "ArrowDown", 1);
  await press(page, "ArrowDown", 2);
  await press(page, "ArrowUp", 1);
  await press(page, "m", 2);
  await press(page, "Alt+ArrowUp", 1);
  // Problems: the faulty Authorize and the refusals.
  await press(page, "n", 5);
  await press(page, "n", 6);
  await press(page, "p", 5);
  await press(page, "End", 10);
  await press(page, "Home", null);
  await press(page, "F8", 5);
  await press(page, "F8", 6);
  await press(page, "Shift+F8", 5);

  await page.keyboard.press("/");
  const box = page.getByRole("searchbox", { name: "Filter frames", exact: true });
  await eventually(page, () => box.evaluate((element) => element === document.activeElement));
  await page.keyboard.type("action:Authorize");
  await eventually(page, async () => (await rows(page)).map(({ frame }) => frame), (frames) => String(frames) === "5,6");
  await page.keyboard.press("Escape");
  await eventually(page, async () => (await rows(page)).length, (n) => n === 11);
  await eventually(page, () => timeline(page).evaluate((element) => element === document.activeElement));
  assert.equal(await box.inputValue(), "");
});

test("the selected row is the active one of the grid, and the inspector shows it", async (t) => {
  const { page } = await scene(t);
  await inspect(page, { frame: 5 });
  await eventually(page, () => selected(page), (frame) => frame === 5);
  await waitForPanel(page, /^#5 CALL Authorize/);
  const active = await timeline(page).getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`[id="${active}"]`).getAttribute("data-frame"), "5");
});

/** Does something, and waits until these frames are selected, a connection event as "e", and this one is the current. */
async function select(page, act, wanted, current) {
  await act();
  const name = ({ frame }) => frame ?? "e";
  const now = async () => {
    const drawn = await rows(page);
    return `${drawn.filter(({ isSelected }) => isSelected).map(name)}; ${drawn.filter(({ isCurrent }) => isCurrent).map(name)}`;
  };
  await eventually(page, now, (found) => found === `${wanted}; ${current}`);
}

test("several rows are selected by mouse and keys, and the inspector stays with the current one", async (t) => {
  const { page } = await scene(t);
  const click = (frame, ...modifiers) => async () => (await waitForRow(page, { frame })).click({ modifiers });
  const key = (name) => () => page.keyboard.press(name);
  const status = page.getByRole("contentinfo");
  assert.equal(await timeline(page).getAttribute("aria-multiselectable"), "true");
  await select(page, click(3), "3", "3");
  assert.ok(!(await status.innerText()).includes("selected"));
  await select(page, click(6, "Shift"), "3,4,5,6", "6");
  assert.equal(await page.evaluate(() => getSelection().toString()), "", "no text is marked");
  await status.getByText(/^4 selected · \d/).waitFor();
  await waitForPanel(page, "#6 CALLERROR");
  const active = await timeline(page).getAttribute("aria-activedescendant");
  assert.equal(await page.locator(`[id="${active}"]`).getAttribute("data-frame"), "6");
  await select(page, click(9, "ControlOrMeta"), "3,4,5,6,9", "9");
  await select(page, click(4, "ControlOrMeta"), "3,5,6,9", "4");
  await select(page, click(2, "Shift"), "2,3,4", "2");
  await select(page, click(6, "Shift", "ControlOrMeta"), "2,3,4,5,6", "6");
  await select(page, key("Escape"), "6", "6");
  await select(page, key("Shift+ArrowUp"), "5,6", "5");
  await select(page, key("Shift+ArrowUp"), "4,5,6", "4");
  await select(page, key("Shift+Home"), "e,1,2,3,4,5,6", "e");
  await status.getByText(/^6 frames, 1 event selected · \d/).waitFor();
  await select(page, key("Shift+End"), "6,7,8,9,10", "10");
  await select(page, key("ArrowUp"), "9", "9");
  await select(page, key("Control+a"), "e,1,2,3,4,5,6,7,8,9,10", "9");
  await waitForPanel(page, "#9 CALL");
  // Another filter leaves the current row, and so does a plain click.
  await select(page, () => filter(page, "kind:call"), "9", "9");
  await timeline(page).focus();
  await select(page, key("Control+a"), "1,3,5,7,9", "9");
  await select(page, () => filter(page, ""), "9", "9");
  await select(page, click(7, "Shift"), "7,8,9", "7");
  await select(page, click(8), "8", "8");
  assert.ok(!(await status.innerText()).includes("selected"));
});

test("frames that arrive do not join what is selected", async (t) => {
  const { page } = await scene(t);
  await timeline(page).focus();
  await select(page, () => page.keyboard.press("Control+a"), "e,1,2,3,4,5,6,7,8,9,10", "");
  await openView(page, "Send");
  await sendRaw(page, '[2,"later","Heartbeat",{}]');
  await waitForRow(page, { frame: 12 });
  await select(page, () => {}, "e,1,2,3,4,5,6,7,8,9,10", "");
});

test("Ctrl C copies the selected frames, raw, one to a line; marked text is copied by the browser", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t, { context: { permissions: ["clipboard-read", "clipboard-write"] } });
  await connect(page, { url: csms.url, identity: "CP-1", version: "1.6" });
  await openView(page, "Send");
  const raw = '[2, "spaced",  "Heartbeat", {} ]';
  await sendRaw(page, raw);
  await waitForRow(page, { frame: 6 });
  await openView(page, "Timeline");
  const clipboard = () => page.evaluate(() => navigator.clipboard.readText());
  const copied = async (said) => {
    await page.keyboard.press("Control+c");
    await page.getByText(said, { exact: true }).waitFor();
    return clipboard();
  };
  const sent = (await rows(page)).find(({ kind, text }) => kind === "call" && text.includes("Heartbeat")).frame;
  await (await waitForRow(page, { frame: sent })).click();
  assert.equal(await copied("1 frame copied"), raw);
  await page.keyboard.press("Control+a");
  const n = await eventually(page, async () => (await rows(page)).filter(({ isSelected, frame }) => isSelected && frame !== null).length, (n) => n > 1);
  const lines = (await copied(`${n} frames copied`)).split("\n");
  assert.equal(lines.length, n);
  assert.ok(lines.includes(raw) && lines.every((line) => Array.isArray(JSON.parse(line))), lines.join("\n"));
  // A word marked by the mouse is what the browser copies.
  await (await waitForRow(page, { frame: 1 })).getByText("BootNotification", { exact: true }).dblclick();
  await page.keyboard.press("Control+c");
  await eventually(page, clipboard, (text) => text.trim() === "BootNotification");
  // With Shift the rows are meant again.
  await (await waitForRow(page, { frame: 2 })).click({ modifiers: ["Shift"] });
  assert.equal((await copied("2 frames copied")).split("\n").length, 2);
  // In a field the keys are those of the field.
  const box = page.getByRole("searchbox", { name: "Filter frames", exact: true });
  await box.fill("kind:call");
  await box.press("Control+a");
  await box.press("Control+c");
  await eventually(page, clipboard, (text) => text === "kind:call");
});

test("the tabs of the inspector are reached and changed by keys", async (t) => {
  const { page } = await scene(t);
  await inspect(page, { frame: 5 });
  await waitForPanel(page, "#5");
  await timeline(page).focus();
  await page.keyboard.press("Enter");
  const tabs = inspector(page).getByRole("tablist", { name: "Frame", exact: true }).getByRole("tab");
  assert.equal(await tabs.count(), 5);
  for (const name of ["Explain", "Fields", "Raw", "Exchange", "Findings", "Explain"]) {
    const tab = inspector(page).getByRole("tab", { name, exact: true });
    await eventually(page, () => tab.evaluate((element) => element === document.activeElement && element.ariaSelected === "true"));
    await waitForPanel(page, "#5 CALL Authorize");
    await page.keyboard.press("ArrowRight");
  }
  await page.keyboard.press("Escape");
  await eventually(page, () => timeline(page).evaluate((element) => element === document.activeElement));
});

test("an address opens with its filter and its frame, and the address bar follows", async (t) => {
  const { page, site } = await scene(t);
  const open = (fragment) => page.evaluate((fragment) => (location.hash = fragment), fragment);
  await open("#/timeline?filter=kind%3Aerror&frame=10");
  await eventually(page, async () => (await rows(page)).map(({ frame }) => frame), (frames) => String(frames) === "6,10");
  await waitForPanel(page, "#10 CALLERROR GenericError");
  assert.equal(await page.getByRole("searchbox", { name: "Filter frames", exact: true }).inputValue(), "kind:error");
  await filter(page, "");
  await inspect(page, { frame: 5 });
  await page.waitForURL(`${site.url}#/timeline?frame=5`);
  await open("#/guide/1.6/FormationViolation");
  await page.getByRole("heading", { name: "FormationViolation" }).first().waitFor();
  await page.goBack();
  await waitForPanel(page, "#5 CALL Authorize");
});

test("an address of the timeline works on the first visit too", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t, { path: "#/timeline?filter=kind%3Aresult&frame=2" });
  assert.equal(await page.getByRole("searchbox", { name: "Filter frames", exact: true }).inputValue(), "kind:result");
  await connect(page, { url: csms.url, identity: "CP-1", version: "2.0.1" });
  await eventually(page, async () => (await rows(page)).map(({ frame }) => frame), (frames) => String(frames) === "2,4");
});

test("each view has its address and its link in the rail", async (t) => {
  const { page, site } = await scene(t);
  for (const [name, address] of [["Findings", "#/findings"], ["Send", "#/send"], ["Guide", "#/guide"], ["Timeline", "#/timeline"]]) {
    await openView(page, name);
    assert.equal(page.url(), site.url + address);
    const link = page.getByRole("navigation", { name: "Views" }).getByRole("link", { name, exact: true });
    await eventually(page, () => link.getAttribute("aria-current"), (current) => current === "page");
  }
});

test("the view Findings lists what was found by rule, and each leads to its frame", async (t) => {
  const { page } = await scene(t);
  await openView(page, "Findings");
  const findings = page.getByRole("region", { name: "Findings", exact: true });
  const fault = findings.getByRole("button", { name: "idTag has 23 characters, at most 20 are allowed" });
  await fault.click();
  await waitForPanel(page, "#5 CALL Authorize");
});

test("the button Theme goes from system over light to dark, and the choice outlives a visit", async (t) => {
  const { page } = await openPage(t, { context: { colorScheme: "dark" } });
  const button = page.getByRole("button", { name: "Theme", exact: true });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const brightness = async () => (await background()).match(/[\d.]+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
  await button.waitFor();
  const dark = await brightness();
  await button.click();
  await eventually(page, brightness, (now) => now > dark + 100);
  await button.click();
  await eventually(page, brightness, (now) => now === dark);
  await button.click();
  await page.emulateMedia({ colorScheme: "light" });
  await eventually(page, brightness, (now) => now > dark + 100);
  await button.click();
  await button.click();
  await eventually(page, brightness, (now) => now === dark);
  await page.reload();
  await button.waitFor();
  await eventually(page, brightness, (now) => now === dark);
});
