// Links: what they carry, what is replaced in them, what happens when one is opened.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

import { eventually, filter, inspect, openCsms, openPage, connectByHand, rows, state, waitForCount, waitForRow } from "./harness.mjs";

const FRAMES = [
  '10:00:00 INFO: S: [2,"1","Authorize",{"idTag":"SECRETTAG1"}]',
  '10:00:00 INFO: R: [3,"1",{"idTagInfo":{"status":"Accepted"}}]',
  '10:00:01 INFO: S: [2,"2","StartTransaction",{"connectorId":1,"idTag":"SECRETTAG1","meterStart":"x","timestamp":"2026-03-01T10:00:01Z"}]',
  '10:00:02 INFO: R: [4,"2","FormationViolation","",{}]',
].join("\n");

async function capture(t) {
  const opened = await openPage(t);
  await opened.page.getByLabel("Capture files").setInputFiles([{ name: "station.log", mimeType: "text/plain", buffer: Buffer.from(FRAMES) }]);
  await waitForCount(opened.page, "4 frames");
  return opened;
}

const dialog = (page) => page.getByRole("dialog", { name: "Share link" });

async function link(page) {
  await page.getByRole("button", { name: "Share link", exact: true }).click();
  return currentLink(page);
}

const currentLink = (page) => eventually(page, () => dialog(page).getByRole("textbox", { name: "Link" }).inputValue());

test("a link opened in a second browser shows the same frames, filter and selected frame, redacted", async (t) => {
  const { page } = await capture(t);
  await filter(page, "kind:call,error");
  await inspect(page, { frame: 4 }, "Explain");
  const address = await link(page);
  assert.match(address, /#1\.[A-Za-z0-9_-]+$/);
  assert.ok(await dialog(page).getByRole("checkbox", { name: "Redact" }).isChecked());
  await dialog(page).getByText("SECRETTAG1").first().waitFor();
  const fragment = address.slice(address.indexOf("#"));

  const { page: other, seen } = await openPage(t, { path: fragment });
  await waitForCount(other, "4 frames");
  await eventually(other, async () => (await rows(other)).map(({ frame }) => frame), (found) => String(found) === "1,3,4");
  assert.equal(await other.getByRole("searchbox", { name: "Filter frames" }).inputValue(), "kind:call,error");
  await eventually(other, async () => (await rows(other)).find(({ isSelected }) => isSelected)?.frame, (frame) => frame === 4);
  // The same findings, other values.
  await waitForRow(other, { frame: 3, severity: "error", text: "StartTransaction" });
  assert.ok(!(await other.locator("body").innerText()).includes("SECRETTAG1"));
  await other.getByRole("region", { name: "About the link" }).getByText("4 frames from a link").waitFor();
  assert.match(await state(other).textContent(), /^Disconnected/);
  // What was shared does not stay in the address, and no socket was opened.
  await eventually(other, () => other.url(), (url) => !url.includes("#1."));
  assert.deepEqual(seen.webSockets, []);
});

test("a link to frames of a live connection opens no socket, and has the same findings", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connectByHand(page, { url: csms.url, identity: "CP-1", version: "2.0.1" });
  await waitForCount(page, "2 frames");
  await page.getByRole("button", { name: "Share link", exact: true }).click();
  const redacted = await currentLink(page);
  await dialog(page).getByRole("checkbox", { name: "Redact" }).uncheck();
  const address = await eventually(page, () => currentLink(page), (now) => now !== redacted);
  const n_connections = csms.log.filter(({ direction }) => direction === "event").length;
  const { page: other, seen } = await openPage(t, { path: address.slice(address.indexOf("#")) });
  await waitForCount(other, "2 frames");
  await waitForRow(other, { kind: "connection", text: "Opened" });
  await waitForRow(other, { frame: 1, severity: "ok", text: "BootNotification" });
  assert.deepEqual(seen.webSockets, []);
  assert.equal(csms.log.filter(({ direction }) => direction === "event").length, n_connections);
});

test("without redaction the values are there", async (t) => {
  const { page } = await capture(t);
  const redacted = await link(page);
  await dialog(page).getByRole("checkbox", { name: "Redact" }).uncheck();
  const plain = await eventually(page, () => currentLink(page), (address) => address !== redacted);
  const { page: other } = await openPage(t, { path: plain.slice(plain.indexOf("#")) });
  await waitForRow(other, { frame: 1, text: "SECRETTAG1" });
});

test("a single value is kept by the keyboard, which stays where it is", async (t) => {
  const { page } = await capture(t);
  const redacted = await link(page);
  const value = dialog(page).getByRole("checkbox", { name: "Replace SECRETTAG1", exact: true });
  await value.focus();
  await page.keyboard.press("Space");
  const kept = await eventually(page, () => currentLink(page), (address) => address !== redacted);
  const hasFocus = () => value.evaluate((element) => element === document.activeElement && element.isConnected);
  await eventually(page, hasFocus);
  assert.equal(await value.isChecked(), false);
  const { page: other } = await openPage(t, { path: kept.slice(kept.indexOf("#")) });
  await waitForRow(other, { frame: 1, text: "SECRETTAG1" });
  await page.keyboard.press("Space");
  await eventually(page, () => currentLink(page), (address) => address === redacted);
  await eventually(page, hasFocus);
});

test("several selected frames are what a link carries at first, and what Export writes", async (t) => {
  const { page } = await capture(t);
  const choice = (name) => dialog(page).getByRole("radio", { name, exact: true });
  await inspect(page, { frame: 1 });
  await page.getByRole("button", { name: "Share link", exact: true }).click();
  assert.ok(await choice("All frames").isChecked());
  assert.equal(await dialog(page).getByRole("radio", { name: /selected frame/ }).count(), 0);
  await dialog(page).getByRole("button", { name: "Close" }).click();

  await (await waitForRow(page, { frame: 2 })).click({ modifiers: ["Shift"] });
  await (await waitForRow(page, { frame: 4 })).click({ modifiers: ["ControlOrMeta"] });
  await page.getByRole("contentinfo").getByText("3 selected · 2.00 s").waitFor();
  const address = await link(page);
  assert.ok(await choice("The 3 selected frames").isChecked());
  await dialog(page).getByText(/^3 frames · /).waitFor();
  const { page: other } = await openPage(t, { path: address.slice(address.indexOf("#")) });
  await waitForCount(other, "3 frames");
  const told = (found) => found.map(({ kind, cells }) => [kind, cells.at(-3).split(" ")[0]].join(" "));
  assert.deepEqual(told(await rows(other)), told((await rows(page)).filter(({ isSelected }) => isSelected)));
  await eventually(other, async () => (await rows(other)).find(({ isCurrent }) => isCurrent)?.frame, (frame) => frame === 3);
  await choice("All frames").check();
  await dialog(page).getByText(/^4 frames · /).waitFor();
  await dialog(page).getByRole("button", { name: "Close" }).click();

  const exported = async (...chosen) => {
    await page.getByRole("button", { name: "Export", exact: true }).click();
    const menu = page.getByRole("menu", { name: "Export" });
    assert.ok(await menu.getByRole("menuitemradio", { name: "The 3 selected frames", exact: true, checked: true }).isVisible());
    for (const name of chosen) await menu.getByRole("menuitemradio", { name, exact: true }).click();
    const download = page.waitForEvent("download");
    await menu.getByRole("menuitem", { name: /^Ocppscope JSON lines/ }).click();
    const lines = (await readFile(await (await download).path(), "utf8")).trim().split("\n").slice(1);
    return lines.map((line) => JSON.parse(JSON.parse(line).frame ?? JSON.parse(line).text)[1]).join();
  };
  assert.equal(await exported(), "1,1,2");
  assert.equal(await exported("All frames"), "1,1,2,2");
  // The next time it is the selection again.
  assert.equal(await exported(), "1,1,2");
});

test("a link does not take the place of frames that are there until it is told to", async (t) => {
  const { page } = await capture(t);
  const address = await link(page);
  const { page: other } = await openPage(t);
  const csms = await openCsms(t);
  await connectByHand(other, { url: csms.url, identity: "CP-1", version: "1.6" });
  await waitForCount(other, "2 frames");
  await other.evaluate((fragment) => (location.hash = fragment), address.slice(address.indexOf("#")));
  const offer = other.getByRole("region", { name: "About the link" });
  await offer.getByText("The present frames stay until you say otherwise.").waitFor();
  await waitForCount(other, "2 frames");
  await offer.getByRole("button", { name: "Show its frames instead" }).click();
  await waitForCount(other, "4 frames");
  assert.match(await state(other).textContent(), /^Connected/);
});

test("a link that is cut, damaged or of a newer version is explained", async (t) => {
  const { page } = await capture(t);
  const address = await link(page);
  const fragment = address.slice(address.indexOf("#"));
  for (const [path, words] of [
    [fragment.slice(0, -9), /cut|complete|end/i],
    [`#1.${"A".repeat(200)}`, /.+/],
    ["#9.AAAA", /newer/i],
  ]) {
    const { page: other } = await openPage(t, { path });
    const said = other.getByRole("region", { name: "About the link" });
    await said.getByText("This link cannot be opened").waitFor();
    assert.match(await said.innerText(), words);
  }
});
