// The main way: connect as a station, see the exchange, be called, disconnect and come again.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  VERSIONS, connect, heard, inspect, openCsms, openPage, openView, row, rows, sendRaw, state, timeline, waitForCount, waitForPanel, waitForRow,
  waitForState,
} from "./harness.mjs";

for (const version of VERSIONS) {
  test(`OCPP ${version}: the station connects, and its BootNotification and the answer stand on the timeline, checked`, async (t) => {
    const csms = await openCsms(t);
    const { page } = await openPage(t);
    await connect(page, { url: csms.url, identity: "CP-1", version });
    assert.equal(await state(page).textContent(), `Connected · ocpp${version}`);
    await waitForRow(page, { frame: 2, direction: "to-station", kind: "result", severity: "ok", text: "BootNotification" });
    await waitForRow(page, { frame: 1, direction: "to-csms", kind: "call", severity: "ok", text: "BootNotification" });
    // The station itself and its connector, or in 2.x its EVSE.
    const frames = version === "1.6" ? 6 : 4;
    await waitForRow(page, { frame: 3, direction: "to-csms", kind: "call", severity: "ok", text: "StatusNotification" });
    await waitForCount(page, `${frames} frames`);
    await waitForCount(page, "0 errors");
    await waitForCount(page, "0 warnings");
    await waitForCount(page, "0 unanswered");

    const [opened, call, answer] = await rows(page);
    assert.deepEqual([opened.kind, opened.frame, opened.index], ["connection", null, 2]);
    assert.match(opened.text, new RegExp(`ws://127\\.0\\.0\\.1:\\d+/CP-1 · agreed ocpp${version.replaceAll(".", "\\.")}`));
    assert.deepEqual([call.index, answer.index], [3, 4]);
    assert.equal(await timeline(page).getAttribute("aria-rowcount"), String(frames + 2));
    for (const name of ["#", "Time", "Since previous", "Direction", "Message", "Answer after", "Verdict"]) {
      assert.equal(await timeline(page).getByRole("columnheader", { name, exact: true }).count(), 1, name);
    }
    for (const { cells } of [opened, call, answer]) {
      assert.equal(cells.length, 7);
    }
    assert.equal(call.cells[0], "1");
    assert.match(call.cells[1], /^\d\d:\d\d:\d\d\.\d\d\d$/);
    assert.match(call.cells[3], /to CSMS$/);
    assert.match(answer.cells[3], /to station$/);
    assert.match(answer.cells[4], /Accepted · interval=?\s*300/);
    assert.match(answer.cells[5], /\d\sms$/);
    assert.match(call.cells[6], /ok/i);

    // What the page shows is what the CSMS got, byte for byte.
    const sent = csms.log.find(({ direction }) => direction === "to-csms").text;
    await inspect(page, { frame: 1 }, "Raw");
    await waitForPanel(page, sent);
  });

  test(`OCPP ${version}: requests of the CSMS are answered so that a strict CSMS accepts the answers`, async (t) => {
    const csms = await openCsms(t);
    const { page } = await openPage(t);
    const actions =
      version === "1.6"
        ? ["TriggerMessage", "GetConfiguration", "ChangeConfiguration", "RemoteStartTransaction", "RemoteStopTransaction", "UnlockConnector"]
        : ["TriggerMessage", "GetVariables", "SetVariables", "RequestStartTransaction", "RequestStopTransaction", "UnlockConnector"];
    await connect(page, { url: csms.url, identity: `CP-${actions.map((action) => `call-${action}`).join("-")}`, version });
    for (const action of actions) {
      await heard(page, csms, ({ direction, text }) => direction === "event" && text.startsWith(`${action} was answered: {`));
      await waitForRow(page, { direction: "to-station", kind: "call", severity: "ok", text: action });
      await waitForRow(page, { direction: "to-csms", kind: "result", severity: "ok", text: action });
    }
    const complaints = csms.log.filter(({ direction, text }) => direction === "event" && /bad message|strict mode|failed/.test(text));
    assert.deepEqual(complaints, []);
    await waitForCount(page, "0 errors");
    await waitForCount(page, "0 warnings");
  });
}

test("of several versions offered the CSMS picks one, and the station speaks that", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-agree-1.6", version: "2.0.1", alsoOffer: ["1.6", "2.1"] });
  assert.equal(await state(page).textContent(), "Connected · ocpp1.6");
  await waitForRow(page, { frame: 2, kind: "result", severity: "ok", text: "Accepted" });
  const boot = csms.log.find(({ direction }) => direction === "to-csms").text;
  assert.match(boot, /chargePointVendor/);
  // The first preference, then the others, newest first.
  assert.match(csms.log[0].text, /opened, ocpp1\.6, offered ocpp2\.0\.1 ocpp2\.1 ocpp1\.6,/);
});

test("without a BootNotification on connect, nothing is sent until somebody sends it", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-1", version: "1.6", boot: false });
  await openView(page, "Send");
  await sendRaw(page, '[2,"first","Heartbeat",{}]');
  await waitForRow(page, { frame: 2, kind: "result", text: "Heartbeat" });
  assert.deepEqual(csms.log.filter(({ direction }) => direction === "to-csms").map(({ text }) => text), ['[2,"first","Heartbeat",{}]']);
});

test("disconnecting says the close code and keeps the timeline; the next connection goes on counting", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-1", version: "1.6" });
  await waitForRow(page, { frame: 6, kind: "result" });
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  assert.match(await waitForState(page, /^Disconnected/), /1000/);
  await waitForRow(page, { kind: "connection", text: /Closed.*by you.*1000/ });
  await heard(page, csms, ({ text }) => text.startsWith("closed, 1000"));
  assert.equal(await row(page, { frame: 1 }).count(), 1);

  await connect(page, { url: csms.url, identity: "CP-2", version: "2.0.1" });
  await waitForRow(page, { frame: 7, direction: "to-csms", kind: "call", text: "BootNotification" });
  await waitForRow(page, { frame: 10, direction: "to-station", kind: "result", severity: "ok" });
  assert.deepEqual((await rows(page)).map(({ frame }) => frame), [null, 1, 2, 3, 4, 5, 6, null, null, 7, 8, 9, 10]);
  await waitForCount(page, "10 frames");
  // The old frames are still read in the version they were spoken in.
  await inspect(page, { frame: 1 }, "Explain");
  await waitForPanel(page, "This request is valid OCPP 1.6.");
  await inspect(page, { frame: 7 }, "Explain");
  await waitForPanel(page, "This request is valid OCPP 2.0.1.");
});

test("a station that is not accepted says so and asks again after the interval", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-boot-Pending-interval-1", version: "2.0.1" });
  await waitForRow(page, { frame: 2, kind: "result", text: "Pending" });
  await waitForRow(page, { frame: 7, direction: "to-csms", kind: "call", text: "BootNotification" });
  const boots = csms.log.filter(({ direction, text }) => direction === "to-csms" && text.includes('"BootNotification"'));
  assert.ok(boots[1].at - boots[0].at >= 950, "not before the interval");
});
