// The station we play, against the real CSMS: charges from plug to plug, and what a reload of the page leaves of it.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  VERSIONS, connect, eventually, heard, openCsms, openPage, openView, row, tellCsms, waitForCount, waitForState,
} from "./harness.mjs";

const panel = (page) => page.getByRole("region", { name: "Station", exact: true });
const press = (page, name) => panel(page).getByRole("button", { name, exact: true }).click();

/** Messages of a charge in the order of the version: what begins it, what goes on, what ends it. */
const CHARGE = {
  "1.6": { begin: /"StartTransaction"/, meter: /"MeterValues"/, end: /"StopTransaction"/ },
  "2.0.1": { begin: /"eventType":"Started"/, meter: /"triggerReason":"MeterValuePeriodic"/, end: /"eventType":"Ended"/ },
  2.1: { begin: /"eventType":"Started"/, meter: /"triggerReason":"MeterValuePeriodic"/, end: /"eventType":"Ended"/ },
};

const sent = (page, csms, pattern) => heard(page, csms, (entry) => entry.direction === "to-csms" && pattern.test(entry.text));

/** Nothing the station sent may be refused, by the strict CSMS or by our own checks. */
async function assertHealthy(page, csms) {
  const refused = csms.log.filter((entry) => entry.direction === "to-station" && /^\[4,/.test(entry.text));
  assert.deepEqual(refused, []);
  assert.deepEqual(csms.log.filter((entry) => entry.direction === "event" && /strict mode|bad message/.test(entry.text)), []);
  await waitForCount(page, "0 errors");
}

for (const version of VERSIONS) {
  test(`OCPP ${version}: a charge that the CSMS starts and stops, with meter values`, async (t) => {
    const csms = await openCsms(t);
    const { page } = await openPage(t);
    await connect(page, { url: csms.url, identity: "CP-call-MeterEverySecond-call-RemoteStartTransaction", version });
    await openView(page, "Station");
    await heard(page, csms, (entry) => /StartTransaction was answered: .*Accepted/.test(entry.text));
    await press(page, "Plug in");
    await sent(page, csms, CHARGE[version].begin);
    await sent(page, csms, CHARGE[version].meter);
    await openView(page, "Send");
    await tellCsms(page, "call-RemoteStopTransaction");
    const { text } = await sent(page, csms, CHARGE[version].end);
    assert.match(text, /"Remote"/);
    await openView(page, "Station");
    await press(page, "Unplug");
    const status = version === "1.6" ? /"status":"Available"/ : /"connectorStatus":"Available"/;
    await eventually(page, () => csms.log.filter((entry) => entry.direction === "to-csms" && status.test(entry.text)).length > 1);
    await assertHealthy(page, csms);
  });

  test(`OCPP ${version}: a charge by the buttons of the view Station`, async (t) => {
    const csms = await openCsms(t);
    const { page } = await openPage(t);
    await connect(page, { url: csms.url, identity: "CP-1", version });
    await openView(page, "Station");
    await press(page, "Plug in");
    await panel(page).getByRole("textbox", { name: "Token", exact: true }).fill("04DEADBEEF0180");
    await press(page, "Present token");
    await sent(page, csms, CHARGE[version].begin);
    await press(page, "Pause");
    await sent(page, csms, /"SuspendedEV"/);
    await press(page, "Resume");
    await press(page, "Stop");
    await sent(page, csms, CHARGE[version].end);
    await press(page, "Unplug");
    await assertHealthy(page, csms);
  });
}

for (const version of ["1.6", "2.0.1"]) {
  test(`OCPP ${version}: a reload of the page in the middle of a transaction brings the station back as it was`, async (t) => {
    const csms = await openCsms(t);
    const { page } = await openPage(t);
    await connect(page, { url: csms.url, identity: "CP-1", version });
    await openView(page, "Station");
    await press(page, "Start");
    await sent(page, csms, CHARGE[version].begin);
    await page.reload();
    await waitForState(page, /^Disconnected/);
    await openView(page, "Station");
    const boots = () => csms.log.filter((entry) => entry.direction === "to-csms" && /"BootNotification"/.test(entry.text)).length;
    const before = boots();
    await connect(page, { url: csms.url, identity: "CP-1", version });
    await press(page, "Stop");
    await sent(page, csms, CHARGE[version].end);
    assert.equal(boots(), before, "the line was away, not the station");
    await assertHealthy(page, csms);
  });
}

test("offline: what belongs to a transaction waits and is sent when the line is back, without another BootNotification", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-1", version: "2.0.1" });
  await openView(page, "Station");
  await press(page, "Start");
  await sent(page, csms, /"eventType":"Started"/);
  await panel(page).getByRole("spinbutton", { name: "Seconds offline", exact: true }).fill("3");
  await press(page, "Go offline");
  await waitForState(page, /^Disconnected/);
  await press(page, "Stop");
  await panel(page).getByText(/transaction messages? waits?/).waitFor();
  await waitForState(page, /^Connected/);
  const { text } = await sent(page, csms, /"eventType":"Ended"/);
  assert.match(text, /"offline":true/);
  assert.equal(csms.log.filter((entry) => entry.direction === "to-csms" && /"BootNotification"/.test(entry.text)).length, 1);
  await assertHealthy(page, csms);
});

test("a Reset is answered, then the station is gone and comes back with a BootNotification", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  // It is told to reset each time it comes: the state changes faster than a test can look.
  await connect(page, { url: csms.url, identity: "CP-call-Reset", version: "2.0.1", until: null });
  await heard(page, csms, (entry) => /Reset was answered: .*Accepted/.test(entry.text));
  await eventually(page, () => csms.log.filter((entry) => /"BootNotification"/.test(entry.text)).length >= 2);
  const { text } = csms.log.findLast((entry) => /"BootNotification"/.test(entry.text));
  assert.match(text, /"reason":"RemoteReset"/);
});

test("before the first connection the view says how to begin, and nothing can be pressed", async (t) => {
  const { page } = await openPage(t, { path: "#/station" });
  await panel(page).getByText("Not connected").waitFor();
  assert.equal(await panel(page).getByRole("button", { name: "Plug in", exact: true }).isDisabled(), true);
  assert.equal(await row(page, {}).count(), 0);
});
