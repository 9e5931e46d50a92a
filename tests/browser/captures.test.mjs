// Captures in: by file, drop and paste; what is said about them; reading them in another way; files out again.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { eventually, filter, inspect, openPage, row, rows, state, waitForCount, waitForPanel, waitForRow } from "./harness.mjs";

/** A log of a CSMS with two stations and a frame that breaks its schema. */
const LOG = [
  "2026-03-01 10:00:00.000 INFO starting",
  '2026-03-01 10:00:01.000 INFO (MainThread) [ocpp] CP-1: receive message [2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]',
  '2026-03-01 10:00:01.050 INFO (MainThread) [ocpp] CP-1: send [3,"1",{"currentTime":"2026-03-01T09:00:01Z","interval":300,"status":"Accepted"}]',
  '2026-03-01 10:00:02.000 INFO (MainThread) [ocpp] CP-2: receive message [2,"1","Authorize",{"idTag":"RFID-XYZ789-00000000042"}]',
  '2026-03-01 10:00:02.100 INFO (MainThread) [ocpp] CP-2: send [3,"1",{"idTagInfo":{"status":"Invalid"}}]',
  '2026-03-01 10:00:03.000 INFO (MainThread) [ocpp] CP-1: send [2,"x","RemoteStartTransaction",{"idTag":"A","connectorId":1}]',
  '2026-03-01 10:00:03.200 INFO (MainThread) [ocpp] CP-1: receive message [3,"x",{"status":"Accepted"}]',
  "",
].join("\n");

/** Gives files to the page as its own file dialog would. */
export async function chooseFiles(page, ...files) {
  await page.getByLabel("Capture files").setInputFiles(files.map(([name, content]) => ({ name, mimeType: "text/plain", buffer: Buffer.from(content) })));
}

const outcome = (page) => page.getByRole("region", { name: "About the capture" });

async function waitForLog(page) {
  await waitForCount(page, "6 frames");
  await waitForRow(page, { frame: 1, kind: "call", direction: "to-csms", severity: "ok", text: "BootNotification" });
  await waitForRow(page, { frame: 3, kind: "call", direction: "to-csms", severity: "error", text: "CP-2" });
  await waitForRow(page, { frame: 5, kind: "call", direction: "to-station", text: "RemoteStartTransaction" });
}

test("a chosen file becomes frames, with stations, directions, times and findings", async (t) => {
  const { page } = await openPage(t);
  await chooseFiles(page, ["csms.log", LOG]);
  await waitForLog(page);
  assert.match(await outcome(page).innerText(), /csms\.log · 6 frames · Home Assistant, ocpp integration/);
  await page.getByRole("columnheader", { name: "Station" }).waitFor();
  // The answers name the time, so the log's zone is known: 10:00:01 there is 09:00:01 UTC.
  assert.ok((await rows(page))[0].text.includes("09:00:01"));
  await outcome(page).getByRole("button", { name: "Details" }).click();
  await outcome(page).getByText("UTC+01:00, learned from the answers that name the time").waitFor();
  await inspect(page, { frame: 3 }, "Findings");
  await waitForPanel(page, "idTag has 23 characters, at most 20 are allowed");
  await inspect(page, { frame: 3 }, "Raw");
  await waitForPanel(page, "Line 4 of the log");
  assert.match(await state(page).textContent(), /^Disconnected/);
});

test("a dropped file, a pasted text and a gzipped file are opened as well", async (t) => {
  const { page } = await openPage(t);
  await page.getByRole("button", { name: "Open capture", exact: true }).waitFor();
  await page.evaluate((log) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([log], "dropped.log"));
    const event = (name) => new DragEvent(name, { dataTransfer: transfer, bubbles: true, cancelable: true });
    document.body.dispatchEvent(event("dragover"));
    document.body.dispatchEvent(event("drop"));
  }, LOG);
  await waitForLog(page);
  await page.getByText("dropped.log").first().waitFor();

  // There are frames now: the page asks, and nothing is lost by saying no.
  const paste = (text) =>
    page.evaluate((text) => {
      const transfer = new DataTransfer();
      transfer.setData("text/plain", text);
      document.body.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
    }, text);
  const dialog = page.getByRole("dialog", { name: "Open capture" });
  await paste('[2,"9","Heartbeat",{}]');
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  await waitForCount(page, "6 frames");
  await paste('[2,"9","Heartbeat",{}]');
  await dialog.getByRole("button", { name: "Add after them" }).click();
  await waitForCount(page, "7 frames");
  await waitForRow(page, { frame: 7, text: "Heartbeat" });

  await chooseFiles(page, ["packed.log.gz", gzipSync(LOG)]);
  await dialog.getByRole("button", { name: "Replace the frames" }).click();
  await waitForCount(page, "6 frames");
  await waitForRow(page, { frame: 8, text: "BootNotification" });
});

test("what holds no frames is said to, and the present frames stay", async (t) => {
  const { page } = await openPage(t);
  await chooseFiles(page, ["nothing.log", "just a line\nand another\n"]);
  await outcome(page).getByText("No OCPP-J frame was found", { exact: false }).waitFor();
  await chooseFiles(page, ["empty.log", ""]);
  await outcome(page).getByText("The file is empty.").waitFor();
  const image = Buffer.from(Array.from({ length: 5_000 }, (_, n) => (n * 197 + 128) % 256));
  await chooseFiles(page, ["picture.png", image]);
  await outcome(page).getByText("This does not look like text", { exact: false }).waitFor();
  await chooseFiles(page, ["broken.log.gz", gzipSync(LOG).subarray(0, 60)]);
  await outcome(page).getByText("damaged or cut off", { exact: false }).first().waitFor();
  // A small file that expands to very much.
  await chooseFiles(page, ["bomb.gz", gzipSync(Buffer.alloc(200 << 20, 32), { level: 9 })]);
  await outcome(page).getByText("expands to more than 200 times its size", { exact: false }).first().waitFor({ timeout: 60_000 });
});

test("the log can be read in another way", async (t) => {
  const { page } = await openPage(t);
  await chooseFiles(page, ["csms.log", LOG]);
  await waitForLog(page);
  await outcome(page).getByRole("button", { name: "Details" }).click();
  await outcome(page).getByLabel("Direction").selectOption("Turn all around");
  await waitForRow(page, { kind: "call", direction: "to-station", text: "BootNotification" });
  await waitForRow(page, { kind: "call", severity: "error", text: "BootNotification" });
  // The details stay, and the keyboard where it was.
  await eventually(page, () => outcome(page).getByLabel("Direction").evaluate((element) => element === document.activeElement));
  await outcome(page).getByLabel("Time zone of the log").selectOption("UTC+05:00");
  await eventually(page, () => rows(page), (found) => found[0]?.text.includes("05:00:01"));
});

test("filters find fields, stations and transactions; values of the inspector become filters", async (t) => {
  const { page } = await openPage(t);
  await chooseFiles(page, ["csms.log", LOG]);
  await waitForLog(page);
  const passes = async (text, frames) => {
    await filter(page, text);
    await eventually(page, async () => (await rows(page)).map(({ frame }) => frame), (found) => String(found) === String(frames));
  };
  await passes("station:CP-2", [3, 4]);
  await passes("idTag=RFID*", [3]);
  await passes("status!=Accepted", [4]);
  await passes("interval>=300", [2]);
  await passes("(station:CP-2 or idTag=A) kind:call", [3, 5]);
  await passes("exchange:5", [5, 6]);
  await passes("time:09:00:02-09:00:02", [3, 4]);
  await passes("", [1, 2, 3, 4, 5, 6]);
  await inspect(page, { frame: 5 }, "Fields");
  await page.getByRole("button", { name: /^Show only idTag="?A"?$/ }).first().click({ force: true });
  await eventually(page, async () => (await rows(page)).map(({ frame }) => frame), (found) => String(found) === "5");
  // Completion, by key.
  const box = page.getByRole("searchbox", { name: "Filter frames" });
  await box.fill("");
  await box.pressSequentially("act");
  await box.press("ArrowDown");
  await page.getByRole("option", { name: /^action:/ }).waitFor();
  await box.press("ArrowDown");
  await box.press("Enter");
  assert.equal(await box.inputValue(), "action:");
});

test("a span marked on the overview shows its frames only", async (t) => {
  const { page } = await openPage(t);
  await chooseFiles(page, ["csms.log", LOG]);
  await waitForLog(page);
  const strip = await page.getByRole("img", { name: "Traffic over time" }).boundingBox();
  const y = strip.y + strip.height / 2;
  await page.mouse.move(strip.x + strip.width - 20, y);
  await page.mouse.down();
  // Two seconds of traffic stand at the left of thirty.
  await page.mouse.move(strip.x + 14 + strip.width * 0.055, y, { steps: 5 });
  await page.mouse.up();
  await eventually(page, async () => (await rows(page)).map(({ frame }) => frame), (found) => String(found) === "5,6");
  assert.match(await page.getByRole("searchbox", { name: "Filter frames" }).inputValue(), /^time>=2026-03-01T09:00:0/);
});

test("frames go out as JSON lines and come back the same", async (t) => {
  const { page } = await openPage(t);
  await chooseFiles(page, ["csms.log", LOG]);
  await waitForLog(page);
  await page.getByRole("button", { name: "Export", exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: /Ocppscope JSON lines/ }).click(),
  ]);
  const text = await readFile(await download.path(), "utf8");
  assert.equal(text.trim().split("\n").length, 7);
  assert.ok(text.includes(String.raw`[2,\"1\",\"Authorize\",{\"idTag\":\"RFID-XYZ789-00000000042\"}]`));
  const { page: other } = await openPage(t);
  await chooseFiles(other, ["export.jsonl", text]);
  await waitForLog(other);
  assert.ok((await rows(other))[0].text.includes("09:00:01"));

  await page.getByRole("button", { name: "Export", exact: true }).click();
  const [trace] = await Promise.all([page.waitForEvent("download"), page.getByRole("menuitem", { name: /Open OCPP Trace/ }).click()]);
  const lines = (await readFile(await trace.path(), "utf8")).trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(lines.map(({ direction }) => direction), ["cp-to-csms", "csms-to-cp", "cp-to-csms", "csms-to-cp", "csms-to-cp", "cp-to-csms"]);
});

test("several files become one timeline in order of time", async (t) => {
  const { page } = await openPage(t);
  const line = (second, what) => `2026-03-01 10:00:${second}.000 INFO (MainThread) [ocpp] ${what}\n`;
  const oldest = line("01", 'CP-1: receive message [2,"a","Heartbeat",{}]');
  // The answer to the last call of the part before stands in the next one.
  const middle = line("02", 'CP-1: send [3,"a",{"currentTime":"2026-03-01T10:00:02Z"}]') + line("05", 'CP-1: receive message [2,"b","Heartbeat",{}]');
  const newest = line("06", 'CP-1: send [3,"b",{"currentTime":"2026-03-01T10:00:06Z"}]');
  const other = line("04", 'CP-2: receive message [2,"a","Authorize",{"idTag":"X"}]') + line("07", 'CP-2: send [3,"a",{"idTagInfo":{"status":"Invalid"}}]');
  await chooseFiles(page, ["ocpp.log", newest], ["other.log", other], ["ocpp.log.1", middle], ["ocpp.log.2.gz", gzipSync(oldest)]);
  await waitForCount(page, "6 frames");
  const expected = ["10:00:01", "10:00:02", "10:00:04", "10:00:05", "10:00:06", "10:00:07"];
  const found = await eventually(page, () => rows(page), (found) => found.length === expected.length);
  // An answer stands under its call, so the times are looked for by frame.
  const times = Object.fromEntries(found.map(({ frame, text }) => [frame, text]));
  expected.forEach((time, index) => assert.ok(times[index + 1].includes(time), `frame ${index + 1}: ${times[index + 1]}`));
  assert.match(await outcome(page).innerText(), /4 files · 6 frames · put in order of time/);
  await outcome(page).getByRole("button", { name: "Details" }).click();
  await outcome(page).getByText("The files overlap in time; their frames were put in order of time.").waitFor();
  await page.getByRole("group", { name: "Summary" }).getByText("0 unanswered").waitFor();
});

test("the logs of a station and of its CSMS show each frame once", async (t) => {
  const { page } = await openPage(t);
  const call = '[2,"5b1e9a60-0c2f-4a51-9a3e-7f10c1d2e3f4","Heartbeat",{}]';
  const answer = '[3,"5b1e9a60-0c2f-4a51-9a3e-7f10c1d2e3f4",{"currentTime":"2026-03-01T10:00:01Z"}]';
  const station = `2026-03-01T10:00:01.000Z send ${call}\n2026-03-01T10:00:01.300Z recv ${answer}\n`;
  const csms = `2026-03-01T10:00:01.100Z CP-1: receive message ${call}\n2026-03-01T10:00:01.200Z CP-1: send ${answer}\n`;
  await chooseFiles(page, ["trace.txt", station], ["csms.log", csms]);
  await waitForCount(page, "2 frames");
  await waitForRow(page, { frame: 1, kind: "call", direction: "to-csms", text: "Heartbeat" });
  await outcome(page).getByRole("button", { name: "Details" }).click();
  await outcome(page).getByText("that another of the files holds as well, shown once", { exact: false }).first().waitFor();
});

test("a large log shows its first rows while it is read, and reading can be stopped", async (t) => {
  const { page } = await openPage(t);
  const lines = Array.from({ length: 60_000 }, (_, n) => `2026-03-01 10:00:00.000 INFO (MainThread) [ocpp] CP-1: receive message [2,"${n}","Heartbeat",{}]`);
  await chooseFiles(page, ["long.log", lines.join("\n")]);
  await waitForRow(page, { frame: 1, text: "Heartbeat" });
  await page.getByRole("region", { name: "Reading capture" }).getByRole("button", { name: "Cancel" }).click();
  await outcome(page).getByText("stopped; what was read is kept", { exact: false }).waitFor();
  assert.ok((await row(page, { kind: "call" }).count()) > 0);
});
