// What is wrong with a field is found at its place, in both directions and in answers, in every version.

import assert from "node:assert/strict";
import { test } from "node:test";

import { VERSIONS, connectByHand, eventually, inspect, inspector, openCsms, openPage, openView, row, sendRaw, waitForPanel, waitForRow } from "./harness.mjs";

/** A connected station with the view Send open. */
async function station(t, { version, identity = "CP-1" }) {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connectByHand(page, { url: csms.url, identity, version });
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
