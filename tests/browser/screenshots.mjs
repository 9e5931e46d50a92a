// Takes the pictures of README.md: a charge that goes wrong, played by the real page against the CSMS of the tests.
//
//   cargo xtask build && node tests/browser/screenshots.mjs
//
// writes docs/timeline-dark.png and docs/timeline-light.png. Not a test: nothing is asserted, nothing runs it by itself.

import { fileURLToPath } from "node:url";

import { connectByHand, inspect, openCsms, openPage, openView, sendCall, waitForCount } from "./harness.mjs";

const FOLDER = fileURLToPath(new URL("../../docs/", import.meta.url));

const time = (seconds) => new Date(Date.UTC(2026, 10, 22, 9, 22, seconds)).toISOString();

const meterValues = (seconds, wattHours, watts) => ({
  connectorId: 1,
  transactionId: 1,
  meterValue: [
    {
      timestamp: time(seconds),
      sampledValue: [
        { value: String(wattHours), measurand: "Energy.Active.Import.Register", unit: "Wh" },
        { value: String(watts), measurand: "Power.Active.Import", unit: "W" },
        { value: "57", measurand: "SoC", unit: "Percent" },
      ],
    },
  ],
});

/** A charge in OCPP 1.6; the token of the first start is longer than 1.6 allows. */
const CALLS = [
  ["StatusNotification", { connectorId: 0, errorCode: "NoError", status: "Available" }],
  ["StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Preparing" }],
  ["Authorize", { idTag: "04A2B3C4D5E6F7" }],
  ["StartTransaction", { connectorId: 1, idTag: "RFID-XYZ789-00000000042", meterStart: 1204330, timestamp: time(7) }],
  ["StartTransaction", { connectorId: 1, idTag: "04A2B3C4D5E6F7", meterStart: 1204330, timestamp: time(9) }],
  ["StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Charging" }],
  ["MeterValues", meterValues(15, 1204378, 7200)],
  ["MeterValues", meterValues(30, 1204408, 7100)],
  ["MeterValues", { connectorId: 1, transactionId: 1, meterValue: [] }],
  ["Heartbeat", {}],
  ["StopTransaction", { transactionId: 1, meterStop: 1204430, timestamp: time(45), reason: "EVDisconnected", idTag: "04A2B3C4D5E6F7" }],
  ["StatusNotification", { connectorId: 1, errorCode: "NoError", status: "Finishing" }],
];

for (const colorScheme of ["dark", "light"]) {
  const ends = [];
  const t = { after: (end) => ends.unshift(end) };
  const csms = await openCsms(t);
  const { page } = await openPage(t, { context: { colorScheme } });
  // By hand: what the station would report by itself is not part of this story.
  await connectByHand(page, { url: csms.url, identity: "CP-call-GetLocalListVersion-call-GetConfiguration", version: "1.6" });
  await waitForCount(page, "6 frames");
  let n = 6;
  for (const [action, payload] of CALLS) {
    await sendCall(page, action, JSON.stringify(payload));
    n += 2;
    await waitForCount(page, `${n} frames`);
  }
  await openView(page, "Timeline");
  await inspect(page, { kind: "error", text: "FormationViolation" }, "Explain");
  await page.getByRole("heading", { name: "Most likely cause in this exchange" }).or(page.getByText("Most likely cause in this exchange")).first().waitFor();
  await page.screenshot({ path: `${FOLDER}timeline-${colorScheme}.png` });
  for (const end of ends) await end();
}
