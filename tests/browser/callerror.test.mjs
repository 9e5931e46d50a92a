// CALLERROR explained: what each code means in its version, whether it belongs there, and which field of the request caused it.

import assert from "node:assert/strict";
import { test } from "node:test";

import { VERSIONS, connect, inspect, inspector, openCsms, openPage, openView, row, sendRaw, tellCsms, waitForPanel, waitForRow } from "./harness.mjs";

/** The codes of OCPP 1.6 with words of what they mean there. */
const CODES_16 = {
  NotImplemented: "does not know an action of this name",
  NotSupported: "knows the action but does not support it",
  InternalError: "failed inside and could not finish the action",
  ProtocolError: "The payload is incomplete",
  SecurityError: "for a reason of security",
  FormationViolation: "The form of the payload is wrong",
  PropertyConstraintViolation: "the value of a field is not one that the field allows",
  OccurenceConstraintViolation: "a field occurs too seldom or too often",
  TypeConstraintViolation: "a field holds another data type than it should",
  GenericError: "none of the other nine codes describes",
};

/** The codes of OCPP 2.0.1 and 2.1: they are not those of 1.6. */
const CODES_2 = {
  NotImplemented: "does not know an action of this name",
  NotSupported: "knows the action but does not support it",
  InternalError: "failed inside and could not finish the action",
  ProtocolError: "does not have the structure of the action's message",
  SecurityError: "for a reason of security",
  FormatViolation: "The syntax of the payload is wrong",
  PropertyConstraintViolation: "the value of a field is not one that the field allows",
  OccurrenceConstraintViolation: "a field occurs too seldom or too often",
  TypeConstraintViolation: "a field holds another data type than it should",
  GenericError: "none of the more specific codes describes",
  MessageTypeNotSupported: "a message type number that the receiver does not support",
  RpcFrameworkError: "not a valid request of the RPC layer",
};

/** Codes that do not belong there, by version, with words of what is said about them. */
const FOREIGN = {
  1.6: {
    FormatViolation: ["OCPP 1.6 spells this code FormationViolation; FormatViolation is the spelling of OCPP 2.0.1 and 2.1.", "The form of the payload is wrong"],
    OccurrenceConstraintViolation: ["OCPP 1.6 spells this code OccurenceConstraintViolation; OccurrenceConstraintViolation is the spelling of OCPP 2.0.1 and 2.1."],
    RpcFrameworkError: ["RpcFrameworkError does not exist in OCPP 1.6; OCPP 2.0.1 and 2.1 have it.", "OCPP 1.6 has no such code. In OCPP 2.0.1 it means"],
    MessageTypeNotSupported: ["MessageTypeNotSupported does not exist in OCPP 1.6"],
    OutOfCoffee: ["is in no version's table", "known to its sender only"],
  },
  "2.0.1": {
    FormationViolation: ["OCPP 2.0.1 spells this code FormatViolation; FormationViolation is the spelling of OCPP 1.6.", "The syntax of the payload is wrong"],
    OccurenceConstraintViolation: ["OCPP 2.0.1 spells this code OccurrenceConstraintViolation; OccurenceConstraintViolation is the spelling of OCPP 1.6."],
    formatviolation: ["OCPP 2.0.1 writes FormatViolation, not formatviolation"],
  },
  2.1: {
    FormationViolation: ["OCPP 2.1 spells this code FormatViolation; FormationViolation is the spelling of OCPP 1.6."],
    OccurenceConstraintViolation: ["OCPP 2.1 spells this code OccurrenceConstraintViolation; OccurenceConstraintViolation is the spelling of OCPP 1.6."],
  },
};

/** A connected station with the view Send open. */
async function station(t, version) {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-1", version });
  await openView(page, "Send");
  return page;
}

/** Has a request refused with this code and opens the explanation of the refusal. */
async function refuse(page, code, request = '"Heartbeat",{}') {
  await tellCsms(page, `error-${code}`);
  await sendRaw(page, `[2,"ask-${code}",${request}]`);
  await inspect(page, { direction: "to-station", kind: "error", severity: "error", text: `refuse this with ${code}` }, "Explain");
}

for (const version of VERSIONS) {
  const codes = version === "1.6" ? CODES_16 : CODES_2;
  const count = version === "1.6" ? "ten" : "twelve";

  test(`OCPP ${version}: each of the ${count} codes is explained: meaning, causes, checks, repeating, example`, async (t) => {
    const page = await station(t, version);
    const names = Object.keys(codes);
    assert.equal(names.length, version === "1.6" ? 10 : 12);
    for (const code of names) {
      await refuse(page, code);
      await waitForPanel(
        page, `CALLERROR ${code}`, codes[code], `One of the ${count} codes of OCPP ${version}`, "Most likely cause in this exchange",
        `The CSMS was told to refuse this with ${code}`, "What to check", "Likely causes", "Does repeating help?", "An example", `"${code}"`,
      );
      await inspector(page).getByRole("link", { name: `${code} in the guide` }).waitFor();
    }
    assert.equal(await row(page, { kind: "error", severity: "ok" }).count(), 0);
  });

  test(`OCPP ${version}: a code of another version, or in its spelling, is said to be that`, async (t) => {
    const page = await station(t, version);
    for (const [code, words] of Object.entries(FOREIGN[version])) {
      await refuse(page, code);
      const said = await waitForPanel(page, `CALLERROR ${code}`, ...words);
      assert.doesNotMatch(said, /spelled correctly|One of the (ten|twelve) codes/);
    }
  });
}

test("the field of the request that caused the refusal is named with its rule, and leads there", async (t) => {
  const page = await station(t, "1.6");
  const request = { connectorId: 1, idTag: "RFID-XYZ789-00000000042", meterStart: 0, timestamp: "2026-11-22T09:22:07Z" };
  await refuse(page, "PropertyConstraintViolation", `"StartTransaction",${JSON.stringify(request)}`);
  await waitForPanel(page, "A Charge Point repeats StartTransaction after any CALLERROR");
  const fault = inspector(page).getByRole("button", { name: "/idTag" }).first();
  assert.match(await fault.textContent(), /\/idTag"RFID-XYZ789-00000000042"idTag has 23 characters, at most 20 are allowed/);
  await fault.click();
  const call = await waitForRow(page, { kind: "call", severity: "error", text: "StartTransaction" });
  await waitForPanel(page, "This request breaks the rules of OCPP 1.6.", "Refused in #", "idTag has 23 characters, at most 20 are allowed");
  assert.equal(await call.getAttribute("aria-selected"), "true");
});

test("of several faults the one that fits the code comes first", async (t) => {
  const page = await station(t, "2.0.1");
  const request = { timestamp: "2026-11-22T09:22:07Z", connectorStatus: "Busy", evseId: "1", connectorId: 1 };
  await refuse(page, "TypeConstraintViolation", `"StatusNotification",${JSON.stringify(request)}`);
  const faults = inspector(page).getByRole("button", { name: /^#\d+/ });
  assert.match(await faults.first().textContent(), /\/evseId"1"evseId is/);
  await refuse(page, "PropertyConstraintViolation", `"StatusNotification",${JSON.stringify(request)}`);
  await waitForPanel(page, "CALLERROR PropertyConstraintViolation");
  assert.match(await faults.first().textContent(), /\/connectorStatus"Busy"connectorStatus/);
});

test("where the request is healthy, that is said instead of a fault", async (t) => {
  const page = await station(t, "2.1");
  await refuse(page, "PropertyConstraintViolation");
  await waitForPanel(page, /The request #\d+ is valid OCPP 2\.1: no field breaks its schema\. Either the CSMS checks more than the schema does/);
  await refuse(page, "NotImplemented");
  await waitForPanel(page, "The CSMS does not know the action Heartbeat.");
});
