// Which answer belongs to which call: answers that are missing, late, doubled or lost, and the message types of OCPP 2.1.

import assert from "node:assert/strict";
import { test } from "node:test";

import { barePeer } from "../csms/peers.mjs";
import {
  connect, connectByHand, eventually, filter, inspect, inspector, openCsms, openPage, openPeer, openView, row, rows, sendRaw, tellCsms, waitForCount, waitForPanel,
  waitForRow, waitForState,
} from "./harness.mjs";

/** A connected station with the view Send open. */
async function station(t, { version }) {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connectByHand(page, { url: csms.url, identity: "CP-1", version });
  return { page, csms };
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
  assert.match(answer.cells[5], /^1\s?[.,]?[5-9]\d\d\sms$|^[12][.,]\d+\ss$/);
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
