// The view Send: actions of the version, checked while typing, sent byte for byte, one call at a time.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ANSWERS } from "../csms/handlers.mjs";
import { barePeer } from "../csms/peers.mjs";
import {
  VERSIONS, connect, connectByHand, eventually, fillForm, heard, openCsms, openPage, openPeer, openView, sendCall, sendRaw, tellCsms, waitForRow,
} from "./harness.mjs";

/** A connected station with the view Send open. */
async function station(t, { identity = "CP-1", version = "1.6" } = {}) {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connectByHand(page, { url: csms.url, identity, version });
  return { page, csms };
}

const send = (page) => page.getByRole("region", { name: "Send", exact: true });
const action = (page) => send(page).getByRole("combobox", { name: "Action", exact: true });
const payload = (page) => send(page).getByRole("textbox", { name: "Payload", exact: true });

for (const version of VERSIONS) {
  test(`OCPP ${version}: the list of actions is that of the version, those of the CSMS apart`, async (t) => {
    const { page } = await openPage(t);
    await fillForm(page, { version });
    await openView(page, "Send");
    const names = () => action(page).locator("> option").evaluateAll((options) => options.map((option) => option.value));
    const wanted = Object.keys(ANSWERS[version]);
    await eventually(page, names, (all) => wanted.every((name) => all.includes(name)));
    const ours = await names();
    assert.equal(new Set(ours).size, ours.length);
    assert.equal(ours.includes("StartTransaction"), version === "1.6");
    assert.equal(ours.includes("TransactionEvent"), version !== "1.6");
    assert.equal(ours.includes("BatterySwap"), version === "2.1");
    assert.ok(!ours.includes("Reset"));
    const theirs = await action(page).locator("optgroup option").evaluateAll((options) => options.map((option) => option.value));
    assert.ok(theirs.includes("Reset") && theirs.includes("TriggerMessage") && !theirs.includes("Heartbeat"));
  });
}

test("without a connection nothing can be sent, and the reason stands there", async (t) => {
  const { page } = await openPage(t);
  await openView(page, "Send");
  for (const name of ["Send call", "Send raw"]) {
    const button = send(page).getByRole("button", { name, exact: true });
    assert.ok(await button.isDisabled());
    assert.match(await page.locator(`[id="${await button.getAttribute("aria-describedby")}"]`).textContent(), /Not connected/);
  }
});

test("what is wrong with a payload is said while it is typed, at its place", async (t) => {
  const { page } = await station(t);
  await action(page).selectOption("Authorize");
  const issue = (text) => send(page).getByRole("button", { name: text });
  await payload(page).fill('{\n  "idTag": 7\n}');
  await issue("2:12 idTag is the number 7, but must be a string, in quotes").waitFor();
  assert.equal(await issue("idTag is the number 7").getAttribute("title"), "/idTag");
  await payload(page).press("End");
  await issue("idTag is the number 7").click();
  // The caret stands at the value.
  assert.deepEqual(await payload(page).evaluate((area) => [area === document.activeElement, area.selectionStart]), [true, '{\n  "idTag": '.length]);
  await payload(page).fill("{}");
  await issue("idTag is missing").waitFor();
  await payload(page).fill('{"idTag":"A"');
  await issue(/^\d+:\d+/).waitFor();
  await payload(page).fill('{"idTag":"A"}');
  await send(page).getByText("Valid", { exact: true }).waitFor();
  assert.equal(await issue(/^\d+:\d+/).count(), 0);
});

test("a payload that was typed stays when another action is chosen, and is checked against that", async (t) => {
  const { page } = await station(t);
  await action(page).selectOption("Authorize");
  await payload(page).fill('{"idTag":"A"}');
  await send(page).getByText("Valid", { exact: true }).waitFor();
  await action(page).selectOption("Heartbeat");
  await send(page).getByRole("button", { name: "idTag is not a field of Heartbeat" }).waitFor();
  assert.equal(await payload(page).inputValue(), '{"idTag":"A"}');
});

test("a call goes out byte for byte as it stands, faults included", async (t) => {
  const { page, csms } = await station(t);
  for (const text of ['{ "idTag" :\n\t"Ä\\u00e4 \u{1f50c}" }', '{"idTag":1e400}', "{}", '{"idTag":"A","idTag":"B"}']) {
    await sendCall(page, "Authorize", text);
    await heard(page, csms, ({ direction, text: sent }) => direction === "to-csms" && /^\[2,"[^"]+","Authorize",/.test(sent) && sent.endsWith(`,${text}]`));
  }
  // By key as well.
  await payload(page).fill('{"idTag":"by key"}');
  await payload(page).press("Control+Enter");
  await heard(page, csms, ({ text }) => text.endsWith(',{"idTag":"by key"}]'));
});

test("a raw frame goes out byte for byte, also when it is broken on purpose", async (t) => {
  // A peer that keeps every text: the CSMS's library drops empty ones.
  const peer = await openPeer(t, barePeer({ subProtocol: "ocpp1.6" }));
  const { page } = await openPage(t);
  await connect(page, { url: peer.url, identity: "CP-1", version: "1.6", boot: false });
  await openView(page, "Send");
  const frames = [
    '[2,"plain","Heartbeat",{}]', '[2, "spaced" ,"Heartbeat", {} ]', "not JSON at all", '[2,"cut-off","Authorize",{"idTag":"A"', "{}", "",
    '[2,"twice","Heartbeat",{}][2,"twice","Heartbeat",{}]', '[9,"type","Heartbeat",{}]', '\u{1f50c}\n\t"\\ud800"',
    `[2,"long","Authorize",{"idTag":"${"x".repeat(100_000)}"}]`,
  ];
  for (const [index, frame] of frames.entries()) {
    await sendRaw(page, frame);
    await eventually(page, () => peer.received.length, (n) => n > index);
  }
  assert.deepEqual(peer.received, frames);
  await waitForRow(page, { kind: "unreadable", direction: "to-csms", severity: "error", text: "not JSON at all" });
  await waitForRow(page, { kind: "unreadable", direction: "to-csms", severity: "error", text: "Empty frame" });
});

test("one call at a time: the next waits until the one before is answered", async (t) => {
  const { page, csms } = await station(t);
  await tellCsms(page, "late-1500");
  await waitForRow(page, { frame: 4, kind: "result" });
  await sendCall(page, "Heartbeat", "{}");
  await sendCall(page, "Authorize", '{"idTag":"A"}');
  await sendCall(page, "Authorize", '{"idTag":"B"}');
  await page.getByText("2 calls waiting to be sent").waitFor();
  await heard(page, csms, ({ text }) => text.endsWith('{"idTag":"B"}]'));
  const at = (words) => csms.log.find(({ text }) => text.includes(words)).at;
  assert.ok(at('"idTag":"A"') - at('"Heartbeat"') >= 1450, "the second waits for the first");
  assert.ok(at('"idTag":"B"') - at('"idTag":"A"') >= 1450, "the third waits for the second");
  await page.getByText("waiting to be sent").waitFor({ state: "detached" });
});

test("an answer to a request of the CSMS does not wait for a call of ours", async (t) => {
  const { page, csms } = await station(t);
  await tellCsms(page, "never");
  await waitForRow(page, { frame: 4, kind: "result" });
  await sendCall(page, "Heartbeat", "{}");
  await waitForRow(page, { frame: 5, kind: "call" });
  await tellCsms(page, "call-TriggerMessage");
  await heard(page, csms, ({ direction, text }) => direction === "event" && text.startsWith("TriggerMessage was answered"));
});


