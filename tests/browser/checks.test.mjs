// What is wrong is found at its place: fields in both directions and in answers, and answers that are missing, late, doubled or lost.

import assert from "node:assert/strict";
import { test } from "node:test";

import { barePeer } from "../csms/peers.mjs";
import {
  VERSIONS, connect, eventually, filter, inspect, inspector, openCsms, openPage, openPeer, openView, row, rows, sendRaw, tellCsms, waitForCount,
  waitForPanel, waitForRow, waitForState,
} from "./harness.mjs";

/** A connected station with the view Send open. */
async function station(t, { version, identity = "CP-1" }) {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity, version });
  await waitForRow(page, { frame: 2 });
  await openView(page, "Send");
  return { page, csms };
}

/** The frame has this fault at this field, in every tab that shows faults. `marked` is the part of the text it is about. */
async function hasFault(page, wanted, { pointer, says, marked }) {
  await inspect(page, { severity: "error", ...wanted }, "Explain");
  await waitForPanel(page, "What was found", "What to check");
  const fault = inspector(page).getByRole("button", { name: pointer }).filter({ hasText: says });
  await fault.first().waitFor();
  await inspect(page, wanted, "Findings");
  await waitForPanel(page, pointer, says);
  await inspect(page, wanted, "Fields");
  await waitForPanel(page, says);
  await inspect(page, wanted, "Raw");
  const marks = () => inspector(page).getByRole("mark").evaluateAll((elements) => elements.map((element) => [element.textContent, element.title]));
  await eventually(page, marks, (all) => all.some(([text, title]) => text.includes(marked) && title.includes(says)));
}

const REQUESTS = {
  1.6: {
    action: "Authorize", payload: { idTag: "RFID-XYZ789-00000000042" },
    pointer: "/idTag", says: "idTag has 23 characters, at most 20 are allowed", marked: "RFID-XYZ789-00000000042",
  },
  "2.0.1": {
    action: "Authorize", payload: { idToken: { idToken: "04A2B3C4", type: "Magic" } },
    pointer: "/idToken/type", says: "type is \"Magic\"", marked: "Magic",
  },
  2.1: {
    action: "TransactionEvent",
    payload: {
      eventType: "Updated", timestamp: "2026-11-22T09:22:07Z", triggerReason: "MeterValuePeriodic", seqNo: 1, transactionInfo: { transactionId: "T-1" },
      meterValue: [{ timestamp: "2026-11-22T09:22:07Z", sampledValue: [{ value: "17.5" }] }],
    },
    pointer: "/meterValue/0/sampledValue/0/value", says: "value is the text \"17.5\"", marked: "17.5",
  },
};

const BAD_CALLS = {
  1.6: [
    { pointer: "/idTagg", says: "idTagg is not a field of RemoteStartTransaction; idTag is probably meant", marked: "04A2B3C4" },
    { pointer: "/idTag", says: "idTag is missing", marked: "{" },
  ],
  "2.0.1": [
    { pointer: "/remoteStartID", says: "remoteStartID is not a field of RequestStartTransaction; remoteStartId is probably meant", marked: "42" },
    { pointer: "/remoteStartId", says: "remoteStartId is missing", marked: "{" },
  ],
};
BAD_CALLS[2.1] = BAD_CALLS["2.0.1"];

for (const version of VERSIONS) {
  test(`OCPP ${version}: a wrong field of a request to the CSMS is found at its pointer`, async (t) => {
    const { page } = await station(t, { version });
    const { action, payload, ...fault } = REQUESTS[version];
    await sendRaw(page, JSON.stringify([2, "wrong", action, payload]));
    await hasFault(page, { direction: "to-csms", kind: "call", text: action }, fault);
  });

  test(`OCPP ${version}: wrong fields of a request of the CSMS are found at their pointers, and the answer refuses it`, async (t) => {
    const { page } = await station(t, { version, identity: "CP-badcall" });
    const action = version === "1.6" ? "RemoteStartTransaction" : "RequestStartTransaction";
    for (const fault of BAD_CALLS[version]) {
      await hasFault(page, { direction: "to-station", kind: "call", text: action }, fault);
    }
    await waitForRow(page, { direction: "to-csms", kind: "error", severity: "error" });
  });

  test(`OCPP ${version}: wrong fields of answers are found at their pointers`, async (t) => {
    const { page } = await station(t, { version, identity: "CP-invalidresult" });
    const answer = { direction: "to-station", kind: "result" };
    const boot = { ...answer, text: "BootNotification" };
    await hasFault(page, boot, { pointer: "/heartbeatInterval", says: "heartbeatInterval is not a field of the BootNotification response", marked: "300" });
    await hasFault(page, boot, { pointer: "/interval", says: "interval is missing", marked: "{" });
    await sendRaw(page, '[2,"beat","Heartbeat",{}]');
    await hasFault(page, { ...answer, text: "Heartbeat" }, { pointer: "/currentTime", says: "yesterday", marked: "yesterday" });
    const [action, payload] = version === "1.6" ? ["Authorize", { idTag: "A" }] : ["Authorize", { idToken: { idToken: "A", type: "Central" } }];
    await sendRaw(page, JSON.stringify([2, "who", action, payload]));
    const pointer = version === "1.6" ? "/idTagInfo/status" : "/idTokenInfo/status";
    await hasFault(page, { ...answer, text: "Authorize" }, { pointer, says: "Maybe", marked: "Maybe" });
    // The requests themselves were right.
    assert.equal(await row(page, { direction: "to-csms", kind: "call", severity: "error" }).count(), 0);
  });
}

test("a call that is not answered is counted, shown and found by the filter; at the end of the connection it is a finding", async (t) => {
  const { page } = await station(t, { version: "1.6" });
  await tellCsms(page, "never");
  await sendRaw(page, '[2,"void","Heartbeat",{}]');
  await waitForCount(page, "1 unanswered");
  await filter(page, "is:unanswered");
  await eventually(page, async () => (await rows(page)).map(({ kind, text }) => `${kind} ${text.includes("Heartbeat")}`), (all) => String(all) === "call true");
  const [waiting] = await rows(page);
  assert.match(waiting.cells[5], /\ds …$|\d s …$/);
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await waitForState(page, /^Disconnected/);
  await inspect(page, { kind: "call", severity: "info" }, "Explain");
  await waitForPanel(page, "This request is valid OCPP 1.6, but nothing answered it.", "No answer has come", "The connection ended before an answer came");
  assert.equal((await rows(page))[0].cells[5], "none");
  await waitForCount(page, "1 unanswered");
  // Who hangs up cannot blame the other side.
  await waitForCount(page, "0 errors");
});

test("a late answer ends the waiting and shows how long it took", async (t) => {
  const { page } = await station(t, { version: "2.0.1" });
  await tellCsms(page, "late-1500");
  await sendRaw(page, '[2,"slow","Heartbeat",{}]');
  await waitForCount(page, "1 unanswered");
  await waitForCount(page, "0 unanswered");
  await filter(page, "latency>1400");
  const kinds = async () => (await rows(page)).map(({ kind }) => kind);
  await eventually(page, kinds, (all) => String(all) === "call,result");
  const [, answer] = await rows(page);
  assert.match(answer.cells[5], /^1\s?[.,]?5\d\d\sms$|^1[.,]\d+\ss$/);
});

test("a second answer to the same call, and an answer with another id, are found", async (t) => {
  const { page } = await station(t, { version: "1.6" });
  await tellCsms(page, "twice");
  await sendRaw(page, '[2,"once","Heartbeat",{}]');
  await eventually(page, () => row(page, { kind: "result", text: "Heartbeat" }).count(), (n) => n === 2);
  const second = row(page, { kind: "result", text: "Heartbeat" }).nth(1);
  assert.match(await second.getAttribute("data-severity"), /warning|error/);
  await second.click();
  await inspector(page).getByRole("tab", { name: "Findings", exact: true }).click();
  await waitForPanel(page, /was answered already, by #\d+/);
});

test("an answer whose id nobody asked with is found, and the call stays unanswered", async (t) => {
  const { page } = await station(t, { version: "2.1" });
  await tellCsms(page, "wrongid");
  await sendRaw(page, '[2,"mine","Heartbeat",{}]');
  await inspect(page, { kind: "result", severity: "error", text: "CALLRESULT" }, "Explain");
  await waitForPanel(page, "No CALL with this message id");
  await waitForCount(page, "1 unanswered");
});

test("OCPP 2.1: a SEND needs no answer, and CALLRESULTERROR goes both ways", async (t) => {
  // The peer breaks the answer to Heartbeat, and complains about the answer to its own request.
  const peer = await openPeer(t, barePeer({
    onText: (text, send) => {
      if (text.includes('"Heartbeat"')) return send('[3,"beat",{"currentTime":5}]'), true;
      if (text.startsWith('[3,"clear"')) return send('[5,"clear","FormatViolation","not what was asked for",{}]'), true;
      return false;
    },
  }));
  const { page } = await openPage(t);
  await connect(page, { url: peer.url, identity: "CP-1", version: "2.1" });
  await openView(page, "Send");
  const stream = { id: 1, pending: 0, basetime: "2026-11-22T09:22:07Z", data: [{ t: 0, v: "1" }] };
  await sendRaw(page, JSON.stringify([6, "stream", "NotifyPeriodicEventStream", stream]));
  await waitForRow(page, { direction: "to-csms", kind: "send", severity: "ok", text: "NotifyPeriodicEventStream" });

  await sendRaw(page, '[2,"beat","Heartbeat",{}]');
  await waitForRow(page, { direction: "to-station", kind: "result", severity: "error", text: "Heartbeat" });
  await inspect(page, { direction: "to-csms", kind: "result-error", severity: "error", text: "TypeConstraintViolation" }, "Explain");
  await waitForPanel(page, "/currentTime");
  await peer.waitFor((text) => text.startsWith('[5,"beat","TypeConstraintViolation"'));

  peer.send('[2,"clear","ClearCache",{}]');
  await inspect(page, { direction: "to-station", kind: "result-error", severity: "error", text: "FormatViolation" }, "Explain");
  await waitForPanel(page, "The answer #", "not what was asked for");
  await inspect(page, { direction: "to-station", kind: "result-error" }, "Exchange");
  await eventually(page, () => inspector(page).getByRole("button", { name: /^#\d+/ }).count(), (n) => n === 3);
  await waitForCount(page, "0 unanswered");
});
