// Profiles of the user: kept in the browser, exported, imported, carried by a link; never with a password.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { test } from "node:test";

import { connect, eventually, fillForm, openCsms, openPage, state, waitForRow } from "./harness.mjs";

const dialog = (page) => page.getByRole("dialog", { name: "Profile", exact: true });
const button = (page, name) => dialog(page).getByRole("button", { name, exact: true });
const field = (page, name) => dialog(page).getByRole("textbox", { name, exact: true });
const profiles = (page) => page.getByRole("combobox", { name: "Profile", exact: true });
const said = (page, text) => dialog(page).getByRole("status").getByText(text).waitFor();

async function openDialog(page) {
  await page.getByRole("button", { name: "Edit profile…", exact: true }).click();
  await dialog(page).waitFor();
}

async function close(page) {
  await button(page, "Close").click();
  await dialog(page).waitFor({ state: "hidden" });
}

const typed = async (page) => ({
  url: await page.getByRole("textbox", { name: "CSMS URL", exact: true }).inputValue(),
  identity: await page.getByRole("textbox", { name: "Station identity", exact: true }).inputValue(),
  version: await page.getByRole("combobox", { name: "OCPP version", exact: true }).inputValue(),
  user: await page.getByRole("textbox", { name: "User name", exact: true }).inputValue(),
  password: await page.getByLabel("Password", { exact: true }).inputValue(),
});

const DEPOT = { url: "wss://csms.example.com/ocpp", identity: "CP-7", version: "2.0.1" };

/** Saves what stands in the form under a name. */
async function save(page, name) {
  await openDialog(page);
  await field(page, "Profile name").fill(name);
  await button(page, "Save profile").click();
  await said(page, `“${name}” is saved.`);
}

test("a profile is there again after a reload, and no password with it", async (t) => {
  const { page, seen } = await openPage(t);
  await fillForm(page, { ...DEPOT, url: "wss://me:hunter2@csms.example.com/ocpp", user: "me", password: "hunter2", alsoOffer: ["1.6"] });
  await openDialog(page);
  await field(page, "Profile name").fill("Depot");
  await field(page, "Vendor").fill("ACME");
  await dialog(page).getByRole("spinbutton", { name: "Connectors", exact: true }).fill("3");
  await field(page, "Tokens").fill("TAG-1\nTAG-2");
  await field(page, "Configuration").fill("HeartbeatInterval=60\nAuthorizationKey=hunter2");
  await button(page, "Save profile").click();
  await said(page, "“Depot” is saved.");
  await page.evaluate(readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8"));
  const violations = await page.evaluate(async () => {
    const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]);
  });
  assert.deepEqual(violations, []);
  await close(page);

  await page.reload();
  await eventually(page, () => profiles(page).inputValue(), (name) => name === "Depot");
  const stored = await page.evaluate(() => JSON.stringify(localStorage));
  assert.ok(stored.includes("csms.example.com"));
  assert.ok(!stored.includes("hunter2"), stored);

  await fillForm(page, { url: "wss://other.example.com", identity: "X", version: "1.6", user: "u", password: "secret" });
  await profiles(page).selectOption({ label: "No profile" });
  assert.equal((await typed(page)).identity, "X");
  await profiles(page).selectOption({ label: "Depot" });
  // User and password were meant for another CSMS.
  await eventually(page, () => typed(page), (now) => JSON.stringify(now) === JSON.stringify({ ...DEPOT, user: "", password: "" }));
  assert.ok(await page.getByRole("group", { name: "Also offer" }).getByRole("checkbox", { name: "OCPP 1.6", exact: true }).isChecked());
  await openDialog(page);
  assert.equal(await field(page, "Vendor").inputValue(), "ACME");
  assert.equal(await field(page, "Tokens").inputValue(), "TAG-1\nTAG-2");
  assert.equal(await field(page, "Configuration").inputValue(), "HeartbeatInterval=60");
  assert.deepEqual(seen.webSockets, []);
});

test("a profile is renamed, is not saved over another, and is deleted", async (t) => {
  const { page } = await openPage(t);
  await openDialog(page);
  await button(page, "Save profile").click();
  await said(page, "Give the profile a name.");
  await close(page);
  await save(page, "One");
  await field(page, "Profile name").fill("Two");
  await button(page, "Save profile").click();
  await said(page, "“Two” is saved.");
  await close(page);
  await profiles(page).selectOption({ label: "No profile" });
  await openDialog(page);
  await field(page, "Profile name").fill("Two");
  await button(page, "Save profile").click();
  await said(page, "There is a profile “Two” already");
  assert.ok(await button(page, "Delete profile").isDisabled());
  await close(page);
  assert.deepEqual(await profiles(page).getByRole("option").allTextContents(), ["No profile", "Two"]);
  await profiles(page).selectOption({ label: "Two" });
  await openDialog(page);
  await button(page, "Delete profile").click();
  await said(page, "“Two” is deleted.");
  await close(page);
  assert.deepEqual(await profiles(page).getByRole("option").allTextContents(), ["No profile"]);
});

test("profiles are exported, and imported in another browser", async (t) => {
  const { page } = await openPage(t);
  await fillForm(page, DEPOT);
  await save(page, "Depot");
  const [download] = await Promise.all([page.waitForEvent("download"), button(page, "Export profiles").click()]);
  assert.equal(download.suggestedFilename(), "ocppscope-profiles.json");
  const buffer = await readFile(await download.path());

  const { page: other } = await openPage(t);
  await openDialog(other);
  const file = dialog(other).getByLabel("Profile file");
  await file.setInputFiles([{ name: "profiles.json", mimeType: "application/json", buffer }]);
  await said(other, "1 profile imported.");
  const edited = JSON.parse(buffer.toString());
  edited.profiles[0].name = "Second";
  edited.profiles[0].password = "x";
  await file.setInputFiles([{ name: "profiles.json", mimeType: "application/json", buffer: Buffer.from(JSON.stringify(edited)) }]);
  await said(other, "“Second”: “password” is not known and was left out.");
  await file.setInputFiles([{ name: "cat.png", mimeType: "image/png", buffer: Buffer.alloc(2_000_000) }]);
  await said(other, "larger than profiles can be");
  await close(other);
  await profiles(other).selectOption({ label: "Depot" });
  await eventually(other, () => typed(other), (now) => JSON.stringify(now) === JSON.stringify({ ...DEPOT, user: "", password: "" }));
});

test("a link with a profile fills the form and opens no socket", async (t) => {
  const { page } = await openPage(t);
  await fillForm(page, { ...DEPOT, user: "me", password: "hunter2" });
  await save(page, "Depot");
  await button(page, "Share profile…").click();
  const share = page.getByRole("dialog", { name: "Share link" });
  const link = () => eventually(page, () => share.getByRole("textbox", { name: "Link" }).inputValue());
  const redacted = await link();
  assert.ok(await share.getByRole("checkbox", { name: "Include the profile" }).isChecked());
  await share.getByRole("checkbox", { name: "Redact" }).uncheck();
  const plain = await eventually(page, link, (text) => text !== redacted);

  const { page: other, seen } = await openPage(t, { path: plain.slice(plain.indexOf("#")) });
  await other.getByRole("region", { name: "About the link" }).getByText("From a link: the profile “Depot”").waitFor();
  await eventually(other, () => typed(other), (now) => JSON.stringify(now) === JSON.stringify({ ...DEPOT, user: "", password: "" }));
  assert.match(await state(other).textContent(), /^Disconnected/);
  assert.deepEqual(seen.webSockets, []);

  const { page: third } = await openPage(t, { path: redacted.slice(redacted.indexOf("#")) });
  await third.getByRole("region", { name: "About the link" }).getByText("put your own in their place").waitFor();
  assert.notEqual((await typed(third)).identity, DEPOT.identity);
});

test("the station is made of what the profile says", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await fillForm(page, { url: csms.url, identity: "CP-1", version: "1.6" });
  await openDialog(page);
  await field(page, "Vendor").fill("ACME");
  await field(page, "Model").fill("Wallbox 9");
  await close(page);
  await connect(page, {});
  await waitForRow(page, { text: "ACME" });
  await waitForRow(page, { text: "Wallbox 9" });
});
