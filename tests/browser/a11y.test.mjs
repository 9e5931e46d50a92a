// Accessible: axe-core finds nothing serious in any state of the page, in both themes, and the keyboard alone connects.

import assert from "node:assert/strict";
import { test } from "node:test";

import { nobody } from "../csms/peers.mjs";
import { isAccessible } from "./axe.mjs";
import {
  connect, eventually, fillForm, filter, inspect, openCsms, openPage, openPeer, openView, sendRaw, state, tellCsms, timeline, waitForPanel,
  waitForRow, waitForState,
} from "./harness.mjs";

test("nothing serious before a connection: empty, form with remarks, failure, Send, Findings, Guide", async (t) => {
  const { url } = await openPeer(t, nobody());
  const { page } = await openPage(t);
  await state(page).waitFor();
  await isAccessible(page, "empty");
  await fillForm(page, { url, identity: "CP 1:ü" });
  await page.getByText("The identity has a space in it").waitFor();
  await isAccessible(page, "form with remarks");
  await connect(page, { until: /^Failed/ });
  await isAccessible(page, "failed");
  await openView(page, "Send");
  await page.getByRole("combobox", { name: "Action", exact: true }).waitFor();
  await isAccessible(page, "Send without a connection");
  await openView(page, "Findings");
  await isAccessible(page, "Findings, none");
  await openView(page, "Guide");
  await page.getByRole("navigation", { name: "Guide" }).getByRole("link").first().waitFor();
  await isAccessible(page, "Guide");
  await page.getByRole("navigation", { name: "Guide" }).getByRole("link", { name: "GenericError" }).first().click();
  await page.getByRole("heading", { name: "GenericError" }).first().waitFor();
  await isAccessible(page, "Guide, an error code");
});

test("nothing serious while connected: rows of every kind, each tab, Send with faults, a wrong filter, Findings", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-raw-notjson-call-TriggerMessage", version: "1.6" });
  await openView(page, "Send");
  await tellCsms(page, "error-GenericError");
  await sendRaw(page, '[2,"wrong","Authorize",{"idTag":"RFID-XYZ789-00000000042"}]');
  await inspect(page, { kind: "error", severity: "error", text: "GenericError" }, "Explain");
  await waitForPanel(page, "CALLERROR GenericError");
  await isAccessible(page, "Send, Explain");
  await page.getByRole("textbox", { name: "Payload", exact: true }).fill('{"idTag":7}');
  await page.getByRole("button", { name: /^\d+:\d+/ }).first().waitFor();
  await isAccessible(page, "Send with faults");
  await openView(page, "Timeline");
  for (const tab of ["Fields", "Raw", "Exchange", "Findings", "Explain"]) {
    await inspect(page, { kind: "call", severity: "error", text: "Authorize" }, tab);
    await waitForPanel(page, "CALL Authorize");
    await isAccessible(page, tab);
  }
  await (await waitForRow(page, { frame: 1 })).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Export", exact: true }).click();
  await page.getByRole("menuitemradio", { name: /selected frames/ }).waitFor();
  await isAccessible(page, "several rows selected, the menu of Export");
  await page.keyboard.press("Escape");
  await filter(page, "severity:bad");
  await page.getByRole("alert").waitFor({ state: "attached" });
  await isAccessible(page, "a wrong filter");
  await filter(page, "no such text anywhere");
  await page.getByText("No frame passes the filter").waitFor();
  await isAccessible(page, "nothing passes");
  await openView(page, "Findings");
  await isAccessible(page, "Findings");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await isAccessible(page, "the list of shortcuts");
});

test("nothing serious in Replies: empty, the editor with a fault, a rule, a call that waits", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await openView(page, "Replies");
  const button = (name) => page.getByRole("button", { name, exact: true });
  const choose = (name, label) => page.getByRole("combobox", { name, exact: true }).selectOption({ label });
  await button("New rule").waitFor();
  await isAccessible(page, "no rule");
  await button("New rule").click();
  await choose("Answer", "Edited payload");
  await choose("Request", "DataTransfer");
  await page.getByRole("textbox", { name: "Answer payload" }).fill('{"status":7}');
  await page.getByRole("textbox", { name: "Condition" }).fill("is:x");
  await page.getByText(/^1:11/).first().waitFor();
  await isAccessible(page, "the editor with faults");
  await page.getByRole("textbox", { name: "Condition" }).fill("");
  await choose("Answer", "CALLERROR");
  await page.getByRole("textbox", { name: "Details" }).waitFor();
  await isAccessible(page, "the editor of a CALLERROR");
  await choose("Answer", "Ask me");
  await button("Save rule").click();
  await page.getByRole("checkbox", { name: "Rule 1 on" }).waitFor();
  await connect(page, { url: csms.url, identity: "CP-call-DataTransfer" });
  await button("Choose answer").click();
  await button("Send answer").waitFor();
  await isAccessible(page, "a call waits");
  await openView(page, "Timeline");
  await page.getByText("DataTransfer waits for your answer").waitFor();
  await isAccessible(page, "word of it elsewhere");
});

test("nothing serious in Station: before the first connection, while it charges, broken", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  const station = page.getByRole("region", { name: "Station", exact: true });
  const press = (name) => station.getByRole("button", { name, exact: true }).click();
  await openView(page, "Station");
  await station.getByText("Not connected").waitFor();
  await isAccessible(page, "Station, none");
  await connect(page, { url: csms.url, identity: "CP-1", version: "1.6" });
  await press("Start");
  await station.getByText("Charging", { exact: true }).waitFor();
  await isAccessible(page, "Station, charging");
  await press("Set fault");
  await station.getByText("Faulted", { exact: true }).waitFor();
  await isAccessible(page, "Station, broken");
});

test("the keyboard alone types the address, connects and reads the first frame", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await state(page).waitFor();
  const field = (name) => page.getByRole("textbox", { name, exact: true });
  const tabTo = async (target, name) => {
    for (let presses = 0; presses < 60; presses += 1) {
      if (await target.evaluate((element) => element === document.activeElement)) return;
      await page.keyboard.press("Tab");
    }
    throw new Error(`Tab does not lead to ${name}`);
  };
  await tabTo(field("CSMS URL"), "the address");
  await page.keyboard.type(csms.url);
  await tabTo(field("Station identity"), "the identity");
  await page.keyboard.type("CP-1");
  await page.keyboard.press("Enter");
  await waitForState(page, /^Connected/);
  // The boot, and what the station reports because of it.
  await waitForRow(page, { frame: 6 });
  await tabTo(timeline(page), "the timeline");
  await page.keyboard.press("End");
  await waitForPanel(page, "#6 CALLRESULT StatusNotification");
});

test("the state of the connection is announced only when it changes: the time that passes stands outside it", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-interval-1" });
  await state(page).evaluate((element) => {
    globalThis.changes = 0;
    new MutationObserver(() => (globalThis.changes += 1)).observe(element, { subtree: true, childList: true, characterData: true });
  });
  await waitForRow(page, { frame: 6 });
  assert.equal(await page.evaluate(() => globalThis.changes), 0);
  assert.equal(await state(page).textContent(), "Connected · ocpp1.6");
  await eventually(page, async () => csms.log.length, (n) => n > 5);
});
