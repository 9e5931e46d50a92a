// The demo CSMS: from the first screen to understanding a fault, with no network, and never mistaken for a real one.

import assert from "node:assert/strict";
import { test } from "node:test";

import { isAccessible } from "./axe.mjs";
import {
  VERSIONS, eventually, fillForm, filter, inspect, inspector, openPage, openView, row, rows, sendCall, state, waitForPanel, waitForRow, waitForState,
} from "./harness.mjs";

/** Opens the demo; gives what the page recorded. */
async function openDemo(t, version, { scene = true, ...options } = {}) {
  const opened = await openPage(t, options);
  const { page } = opened;
  await fillForm(page, { version });
  await page.getByRole("button", { name: "Try the demo CSMS", exact: true }).click();
  assert.equal(await waitForState(page, /^Connected/), "Connected · demo CSMS in this page");
  await banner(page).waitFor();
  if (!scene) await panel(page).getByRole("button", { name: "Skip", exact: true }).click();
  return opened;
}

function panel(page) {
  return page.getByRole("region", { name: "Demo CSMS", exact: true });
}

function banner(page) {
  return page.getByText("Demo CSMS — no network, nothing real", { exact: true });
}

/** The caption of the scene. */
function caption(page, words) {
  return page.getByRole("status", { name: "Guided scene", exact: true }).filter({ hasText: words });
}

function order(page, name) {
  return panel(page).getByRole("button", { name, exact: true }).click();
}

for (const version of VERSIONS) {
  test(`OCPP ${version}: the scene leads from the first screen to the field at fault in less than a minute`, async (t) => {
    const { page, seen } = await openDemo(t, version);
    const requests = [...seen.requests];
    await caption(page, "The station starts").waitFor();
    await waitForRow(page, { direction: "to-csms", kind: "call", text: "BootNotification" });
    await waitForRow(page, { direction: "to-station", kind: "result", severity: "ok", text: "Accepted" });
    await caption(page, "A car plugs in").waitFor();
    await waitForRow(page, { direction: "to-csms", kind: "call", severity: "ok", text: "Authorize" });
    await caption(page, "Charging starts").waitFor();
    await waitForRow(page, { kind: "call", severity: "ok", text: version === "1.6" ? "StartTransaction" : "TransactionEvent" });
    await caption(page, "The CSMS refused a message").waitFor();
    const refusal = await waitForRow(page, { direction: "to-station", kind: "error", severity: "error", text: "TypeConstraintViolation" });
    await waitForRow(page, { direction: "to-csms", kind: "call", severity: "error", text: version === "1.6" ? "MeterValues" : "TransactionEvent" });
    // Nothing else was refused or is wrong.
    assert.equal((await rows(page)).filter(({ severity }) => severity === "error" || severity === "warning").length, 2);

    // Another tab was open: the explanation is shown all the same.
    await inspector(page).getByRole("tab", { name: "Raw", exact: true }).click();
    await panel(page).getByRole("button", { name: "Show me", exact: true }).click();
    await eventually(page, () => refusal.getAttribute("aria-selected"), (selected) => selected === "true");
    const wrong = version === "1.6" ? /value.*(string|text)/i : /value.*number/i;
    await waitForPanel(page, "TypeConstraintViolation", "/meterValue/0/sampledValue/0/value", wrong);
    await caption(page, "Explain names the field").waitFor();

    await panel(page).getByRole("button", { name: "Done", exact: true }).click();
    await panel(page).getByRole("button", { name: "Play the guided scene again", exact: true }).waitFor();
    assert.deepEqual(seen.webSockets, []);
    assert.deepEqual([...seen.requests], requests);
  });
}

test("clicking the red row does what Show me does", async (t) => {
  const { page } = await openDemo(t, "1.6");
  await caption(page, "The CSMS refused a message").waitFor();
  await (await waitForRow(page, { direction: "to-csms", kind: "call", severity: "error" })).click();
  await waitForPanel(page, "/meterValue/0/sampledValue/0/value");
  await inspect(page, { direction: "to-csms", kind: "call", severity: "error" }, "Raw");
  await waitForPanel(page, "on purpose", "no network, nothing real");
  await caption(page, "Explain names the field").waitFor();
});

test("the scene can be hurried, skipped and seen again; another version is another connection", async (t) => {
  const { page, seen } = await openDemo(t, "1.6");
  for (const title of ["A car plugs in", "Charging starts"]) {
    await panel(page).getByRole("button", { name: "Next", exact: true }).click();
    await caption(page, title).waitFor();
  }
  await panel(page).getByRole("button", { name: "Skip", exact: true }).click();
  await panel(page).getByRole("combobox", { name: "Version of the demo CSMS", exact: true }).selectOption({ label: "OCPP 2.1" });
  await waitForRow(page, { kind: "connection", text: "agreed ocpp2.1" });
  await waitForRow(page, { kind: "call", severity: "ok", text: /BootNotification.*PowerUp/ });
  await panel(page).getByRole("button", { name: "Play the guided scene again", exact: true }).click();
  await caption(page, "The station starts").waitFor();
  await eventually(page, () => row(page, { kind: "connection", text: "Opened" }).count(), (n) => n === 3);
  assert.deepEqual(seen.webSockets, []);
});

test("it is marked all over, and gone after Disconnect", async (t) => {
  const { page } = await openDemo(t, "2.0.1", { scene: false });
  await waitForRow(page, { kind: "connection", text: "demo CSMS (no network)" });
  await page.getByText("demo CSMS (no network) · station DEMO-1").waitFor();
  await page.getByRole("contentinfo").getByText("demo CSMS (no network)").waitFor();
  assert.equal(await page.getByRole("textbox", { name: "CSMS URL" }).count(), 0);
  await inspect(page, { frame: 1 }, "Raw");
  await waitForPanel(page, "no network, nothing real");
  for (const view of ["Findings", "Send", "Guide", "Station"]) {
    await openView(page, view);
    await banner(page).waitFor();
  }
  await openView(page, "Timeline");
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  assert.equal(await waitForState(page, /^Disconnected/), "Disconnected · demo CSMS closed");
  await waitForRow(page, { kind: "connection", text: /Closed.*by you.*demo CSMS/ });
  await banner(page).waitFor({ state: "detached" });
  await panel(page).waitFor({ state: "detached" });
  await page.getByRole("textbox", { name: "CSMS URL" }).waitFor();
});

test("it asks what it is told to ask, and the station answers", async (t) => {
  const { page } = await openDemo(t, "1.6", { scene: false });
  await waitForRow(page, { frame: 2, kind: "result", text: "Accepted" });
  for (const [button, action] of [
    ["Ask for configuration", "GetConfiguration"],
    ["Ask for status", "TriggerMessage"],
    ["Send charging profile", "SetChargingProfile"],
  ]) {
    await order(page, button);
    await waitForRow(page, { direction: "to-station", kind: "call", severity: "ok", text: action });
    await waitForRow(page, { direction: "to-csms", kind: "result", severity: "ok", text: action });
  }
  assert.ok(await panel(page).getByRole("button", { name: "Stop charging", exact: true }).isDisabled());
  await panel(page).getByRole("link", { name: "Station", exact: true }).click();
  await page.getByRole("region", { name: "Station", exact: true }).getByRole("button", { name: "Plug in", exact: true }).click();
  await openView(page, "Timeline");
  await waitForRow(page, { direction: "to-csms", kind: "call", severity: "ok", text: "Preparing" });
  await order(page, "Start charging");
  await waitForRow(page, { direction: "to-csms", kind: "call", severity: "ok", text: "StartTransaction" });
  await order(page, "Stop charging");
  await waitForRow(page, { direction: "to-csms", kind: "call", severity: "ok", text: "StopTransaction" });
  await order(page, "Reset");
  // The station comes back by itself, to the same CSMS.
  await eventually(page, () => row(page, { kind: "connection", text: "Opened" }).count(), (n) => n === 2);
  await waitForState(page, /^Connected · demo/);
});

test("told to misbehave, it does, and the page finds it", async (t) => {
  const { page } = await openDemo(t, "2.1", { scene: false });
  await waitForRow(page, { frame: 2, kind: "result", text: "Accepted" });
  const heartbeat = async () => {
    await openView(page, "Send");
    await sendCall(page, "Heartbeat");
  };
  for (const [fault, act, rule] of [
    ["Invalid answers", heartbeat, "RPC-SCHEMA-RESULT"],
    ["Second call before the answer", () => order(page, "Ask for status"), "RPC-PENDING"],
    ["Every answer twice", heartbeat, "RPC-DOUBLE"],
  ]) {
    const box = panel(page).getByRole("group", { name: "Misbehave" }).getByRole("checkbox", { name: fault, exact: true });
    await box.check();
    await act();
    await filter(page, `rule:${rule}`);
    await inspect(page, { direction: "to-station", severity: "error" }, "Findings");
    await waitForPanel(page, rule);
    await filter(page, "");
    await openView(page, "Timeline");
    await box.uncheck();
  }
});

test("nothing serious for assistive technology, in both themes", async (t) => {
  const { page } = await openDemo(t, "1.6");
  await caption(page, "The station starts").waitFor();
  await isAccessible(page, "the scene");
  await caption(page, "The CSMS refused a message").waitFor();
  await isAccessible(page, "the refusal");
  await panel(page).getByRole("button", { name: "Show me", exact: true }).click();
  await isAccessible(page, "the explanation");
  assert.match(await state(page).textContent(), /^Connected/);
});
