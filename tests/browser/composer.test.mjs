// The composer of the view Send: the form beside the JSON, examples, variables, history, favourites, edit and resend.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";

import { connect, eventually, fillForm, heard, inspect, openCsms, openPage, openView, waitForRow } from "./harness.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const send = (page) => page.getByRole("region", { name: "Send", exact: true });
const action = (page) => send(page).getByRole("combobox", { name: "Action", exact: true });
const payload = (page) => send(page).getByRole("textbox", { name: "Payload", exact: true });
const raw = (page) => send(page).getByRole("textbox", { name: "Raw frame", exact: true });
const fields = (page) => send(page).getByRole("group", { name: "Fields", exact: true });
const text = (page, name) => fields(page).getByRole("textbox", { name, exact: true });
const choice = (page, name) => fields(page).getByRole("combobox", { name, exact: true });
const press = (page, name) => send(page).getByRole("button", { name, exact: true }).click();
const isValid = (page) => send(page).getByText("Valid", { exact: true }).waitFor();
const payloadIs = (page, wanted) => eventually(page, () => payload(page).inputValue(), (now) => now === wanted);

/** A page with the view Send open, not connected. */
async function composer(t, { version = "1.6", ...options } = {}) {
  const opened = await openPage(t, options);
  await fillForm(opened.page, { version });
  await openView(opened.page, "Send");
  // Actions of the same name exist in several versions.
  await send(opened.page).getByText(`OCPP ${version}`, { exact: true }).waitFor();
  return opened;
}

/** A connected station with the view Send open. */
async function station(t, version = "1.6", options = {}) {
  const csms = await openCsms(t);
  const { page } = await openPage(t, options);
  await connect(page, { url: csms.url, identity: "CP-1", version });
  await waitForRow(page, { frame: 2 });
  await openView(page, "Send");
  return { page, csms };
}

/** Waits until the CSMS has heard a call that ends so. */
const heardCall = (page, csms, end) => heard(page, csms, ({ direction, text: sent }) => direction === "to-csms" && sent.endsWith(end));

test("a call is filled in by the form alone, and goes out as the JSON shows it", async (t) => {
  const { page, csms } = await station(t);
  await action(page).selectOption("StatusNotification");
  await text(page, "connectorId").fill("2");
  await choice(page, "errorCode").selectOption("GroundFailure");
  await choice(page, "status").selectOption("Faulted");
  await press(page, "Add info");
  // What was added has the focus, so typing goes on there.
  await text(page, "info").and(page.locator(":focus")).waitFor();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("water inside");
  const wanted = '{\n  "connectorId": 2,\n  "errorCode": "GroundFailure",\n  "status": "Faulted",\n  "info": "water inside"\n}';
  await payloadIs(page, wanted);
  await isValid(page);
  await press(page, "Send call");
  await heardCall(page, csms, `,"StatusNotification",${wanted}]`);
});

test("the JSON follows the form: only the value that was typed changes, and the caret stays", async (t) => {
  const { page } = await composer(t);
  await action(page).selectOption("Authorize");
  await payload(page).fill('{ "note":"a\\u0062",\n\t"idTag" : "A" }');
  await text(page, "idTag").fill("AC");
  await text(page, "idTag").press("ArrowLeft");
  await page.keyboard.type("Bx");
  await page.keyboard.press("Backspace");
  await payloadIs(page, '{ "note":"a\\u0062",\n\t"idTag" : "ABC" }');
  assert.deepEqual(await text(page, "idTag").evaluate((input) => [input.value, input.selectionStart]), ["ABC", 2]);
  // What is no number stays JSON, and the fault stands at the field.
  await action(page).selectOption("StartTransaction");
  await press(page, "Required fields");
  await text(page, "meterStart").fill("12 Wh");
  await eventually(page, () => payload(page).inputValue(), (now) => now.includes('"meterStart": "12 Wh"'));
  await eventually(page, () => text(page, "meterStart").getAttribute("aria-invalid"), (is) => is === "true");
  const about = await text(page, "meterStart").getAttribute("aria-describedby");
  assert.match(await page.locator(`[id="${about}"]`).textContent(), /Wh.*integer.*required.*must be an integer/s);
  await text(page, "meterStart").fill("12");
  await isValid(page);
  assert.match(await payload(page).inputValue(), /"meterStart": 12,/);
});

test("the form follows the JSON, and waits while that cannot be read", async (t) => {
  const { page } = await composer(t);
  await action(page).selectOption("Authorize");
  await payload(page).fill('{"idTag":"from JSON"}');
  await eventually(page, () => text(page, "idTag").inputValue(), (now) => now === "from JSON");
  await fields(page).getByText("9 of 20").waitFor();
  await payload(page).fill('{"idTag":"cut');
  await fields(page).getByText("The JSON cannot be read").waitFor();
  assert.ok(await text(page, "idTag").isDisabled());
  assert.equal(await text(page, "idTag").inputValue(), "from JSON");
  await payload(page).fill('{"idTag":"0123456789012345678901"}');
  await fields(page).getByText("22 of 20").waitFor();
  await fields(page).getByText("at most 20 are allowed").waitFor();
  assert.ok(await text(page, "idTag").isEnabled());
  await payload(page).fill("{}");
  await press(page, "Add idTag");
  await isValid(page);
});

test("lists and objects of OCPP 2.0.1 grow and shrink", async (t) => {
  const { page } = await composer(t, { version: "2.0.1" });
  await action(page).selectOption("MeterValues");
  await press(page, "Required fields");
  await press(page, "Add item to meterValue");
  // The first field of what was added has the focus.
  await text(page, "meterValue[1].sampledValue[0].value").and(page.locator(":focus")).waitFor();
  await press(page, "Add item to meterValue[1].sampledValue");
  await text(page, "meterValue[1].sampledValue[1].value").fill("7.5");
  await fields(page).getByText("Add field to meterValue[1].sampledValue[1]…").click();
  await press(page, "Add meterValue[1].sampledValue[1].measurand");
  await choice(page, "meterValue[1].sampledValue[1].measurand").selectOption("SoC");
  await isValid(page);
  const made = JSON.parse(await payload(page).inputValue());
  assert.deepEqual(made.meterValue[1].sampledValue[1], { value: 7.5, measurand: "SoC" });
  await press(page, "Remove meterValue[0]");
  await eventually(page, async () => JSON.parse(await payload(page).inputValue()).meterValue, (list) => list.length === 1 && list[0].sampledValue.length === 2);
  await press(page, "Remove evseId");
  await fields(page).getByText("evseId is missing").waitFor();
  // The time of now by a button.
  await text(page, "meterValue[0].timestamp").fill("soon");
  await press(page, "Set meterValue[0].timestamp to now");
  await eventually(page, () => text(page, "meterValue[0].timestamp").inputValue(), (now) => /^\d{4}-\d\d-\d\dT.*Z$/.test(now));
});

test("an action chosen before the schemas have come gets its fields when they are there", async (t) => {
  const slow = [];
  const { page } = await openPage(t, { path: "#/send" });
  await page.route(/schemas-.*\.txt$/, (route) => slow.push(route));
  await page.reload();
  await action(page).selectOption("Authorize");
  await eventually(page, () => slow.length > 0);
  for (const route of slow) await route.continue();
  await text(page, "idTag").fill("ABC");
  await isValid(page);
});

test("open enumerations of OCPP 2.1 are typed, with suggestions", async (t) => {
  const { page } = await composer(t, { version: "2.1" });
  await action(page).selectOption("Authorize");
  const kind = choice(page, "idToken.type");
  await kind.fill("MyOwnType");
  await isValid(page);
  const options = await kind.evaluate((input) => [...input.list.options].map((option) => option.value));
  assert.ok(options.includes("eMAID") && options.includes("ISO14443"));
});

test("examples fit what the station does: its transaction and its connector", async (t) => {
  const { page, csms } = await station(t);
  await openView(page, "Station");
  await page.getByRole("button", { name: "Plug in", exact: true }).click();
  await page.getByRole("button", { name: "Present token", exact: true }).click();
  await heard(page, csms, ({ direction, text: sent }) => direction === "to-csms" && sent.includes('"StartTransaction"'));
  const started = await heard(page, csms, ({ direction, text: sent }) => direction === "to-station" && sent.includes('"transactionId"'));
  const { transactionId } = JSON.parse(started.text)[2];
  await openView(page, "Send");
  await action(page).selectOption("StopTransaction");
  const example = send(page).getByRole("combobox", { name: "Example", exact: true });
  await example.selectOption("Cable unplugged");
  await eventually(page, async () => (await payload(page).inputValue()).includes(`"transactionId": ${transactionId},`));
  await isValid(page);
  assert.equal(await example.inputValue(), "Cable unplugged");
  await text(page, "meterStop").fill("5");
  await eventually(page, () => example.inputValue(), (name) => name === "");
});

test("variables are shown as they go out, in payload and raw frame, and unknown ones are said", async (t) => {
  const { page, csms } = await station(t);
  await action(page).selectOption("StartTransaction");
  await eventually(page, async () => (await payload(page).inputValue()).includes("meterStart"));
  const typed = '{"connectorId":{{connectorId}},"idTag":"{{uuid}}","meterStart":0,"timestamp":"{{now}}"}';
  await payload(page).fill(typed);
  await send(page).getByText(/idTag has 36 characters/).first().waitFor();
  await payload(page).fill(typed.replace("{{uuid}}", "T"));
  await isValid(page);
  const shown = send(page).getByRole("group", { name: "Payload goes out as" });
  await eventually(page, () => shown.textContent(), (words) => words.includes('{"connectorId":1,"idTag":"T","meterStart":0,"timestamp":"2'));
  await press(page, "Send call");
  const sent = await heard(page, csms, ({ direction, text: out }) => direction === "to-csms" && out.includes('"idTag":"T"'));
  assert.match(sent.text, /"connectorId":1,"idTag":"T","meterStart":0,"timestamp":"\d{4}-[^"{]+Z"/);
  // What the composer shows keeps the variables.
  assert.match(await payload(page).inputValue(), /\{\{connectorId\}\}/);
  await payload(page).fill('{"idTag":"{{color}}"}');
  await send(page).getByText("There is no variable {{color}}, so it goes out as it stands.").waitFor();
  await raw(page).fill('[2,"{{uuid}}","Heartbeat",{}]');
  const rawShown = send(page).getByRole("group", { name: "Raw frame goes out as" });
  const words = await eventually(page, () => rawShown.textContent(), (all) => /"[0-9a-f-]{36}"/.test(all));
  await press(page, "Send raw");
  await heardCall(page, csms, words.slice(words.indexOf("[")));
});

test("the history says what became of each, sends again and takes back for a change", async (t) => {
  const { page, csms } = await station(t);
  await action(page).selectOption("Authorize");
  await payload(page).fill('{"idTag":"first"}');
  await press(page, "Send call");
  await raw(page).fill('[2,"raw-1","Nonsense",{}]');
  await heardCall(page, csms, '{"idTag":"first"}]');
  await press(page, "Send raw");
  await press(page, "History");
  const history = send(page).getByRole("region", { name: "History", exact: true });
  await history.getByRole("listitem").filter({ hasText: "Authorize" }).getByText("CALLRESULT").waitFor();
  await history.getByRole("listitem").filter({ hasText: "Raw frame" }).getByText("CALLERROR ProtocolError").waitFor();
  await history.getByRole("button", { name: /^Send again: Authorize/ }).click();
  await eventually(page, () => csms.log.filter(({ text: sent }) => sent.endsWith('{"idTag":"first"}]')).length, (n) => n === 2);
  await eventually(page, () => history.getByRole("listitem").count(), (n) => n === 3);
  await payload(page).fill("{}");
  await history.getByRole("button", { name: /^Edit: Authorize/ }).first().click();
  await payloadIs(page, '{"idTag":"first"}');
});

test("a favourite is there after a reload, without its password", async (t) => {
  const { page } = await composer(t);
  await action(page).selectOption("DataTransfer");
  await payload(page).fill('{"vendorId":"{{idTag}}","data":"kept"}');
  await press(page, "Favourites");
  const favourites = send(page).getByRole("region", { name: "Favourites", exact: true });
  await favourites.getByRole("textbox", { name: "Favourite name" }).fill("My data");
  await press(page, "Keep call");
  await favourites.getByText("My data").waitFor();
  await action(page).selectOption("ChangeConfiguration");
  await payload(page).fill('{"key":"AuthorizationKey","value":"hunter2hunter2"}');
  await favourites.getByRole("textbox", { name: "Favourite name" }).fill("Secret");
  await press(page, "Keep call");
  await favourites.getByText("Secret").waitFor();
  await page.reload();
  await openView(page, "Send");
  await press(page, "Favourites");
  await favourites.getByRole("button", { name: "Edit favourite My data" }).click();
  await payloadIs(page, '{"vendorId":"{{idTag}}","data":"kept"}');
  assert.equal(await action(page).inputValue(), "DataTransfer");
  const stored = await page.evaluate(() => Object.values(localStorage).join("\n"));
  assert.ok(stored.includes("AuthorizationKey") && !stored.includes("hunter2"));
  await favourites.getByRole("button", { name: "Remove favourite Secret" }).click();
  await favourites.getByText("Secret").waitFor({ state: "detached" });
});

test("a frame to the CSMS is taken from the inspector into the composer", async (t) => {
  const { page, csms } = await station(t);
  await openView(page, "Timeline");
  const inspector = await inspect(page, { frame: 1 });
  await inspector.getByRole("button", { name: "Edit and resend", exact: true }).click();
  await payload(page).and(page.locator(":focus")).waitFor();
  assert.equal(await action(page).inputValue(), "BootNotification");
  await text(page, "chargePointModel").fill("Changed");
  await press(page, "Send call");
  await heard(page, csms, ({ direction, text: sent }) => direction === "to-csms" && sent.includes('"BootNotification"') && sent.includes('"Changed"'));
  // What is no call goes into the raw frame.
  await raw(page).fill("not JSON at all");
  await press(page, "Send raw");
  await inspect(page, { kind: "unreadable", direction: "to-csms" });
  await raw(page).fill("");
  await inspector.getByRole("button", { name: "Edit and resend", exact: true }).click();
  await eventually(page, () => raw(page).inputValue(), (now) => now === "not JSON at all");
  // A frame of the CSMS cannot be sent by the station.
  await inspect(page, { frame: 2 });
  await inspector.getByRole("button", { name: "Edit and resend", exact: true }).waitFor({ state: "detached" });
});

test("nothing serious for axe: a form with faults, both drawers, in both themes", async (t) => {
  const { page } = await station(t, "2.0.1");
  await action(page).selectOption("TransactionEvent");
  await send(page).getByRole("combobox", { name: "Example", exact: true }).selectOption("Updated: meter values");
  await text(page, "seqNo").fill("many");
  await fields(page).getByText("must be an integer").waitFor();
  await page.evaluate(AXE);
  for (const drawer of ["History", "Favourites"]) {
    await press(page, drawer);
    await send(page).getByRole("region", { name: drawer, exact: true }).waitFor();
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme });
      const found = await page.evaluate(async () => {
        const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
        return violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.slice(0, 5).map(({ target, failureSummary }) => `${target}: ${failureSummary}`) }));
      });
      assert.deepEqual(found.filter(({ impact }) => impact === "serious" || impact === "critical"), [], `${drawer}, ${colorScheme}`);
    }
  }
});
