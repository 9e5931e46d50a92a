// Nothing that arrives can stop the page, and nothing that arrives becomes markup.

import assert from "node:assert/strict";
import { test } from "node:test";

import { HOSTILE } from "../csms/behaviours.mjs";
import {
  VERSIONS, connect, connectByHand, eventually, filter, inspect, inspector, openCsms, openPage, openView, rows, sendRaw, tellCsms, timeline, waitForPanel,
  waitForRow, waitForState,
} from "./harness.mjs";

const TABS = ["Fields", "Raw", "Exchange", "Findings", "Explain"];

/** Elements that frame text could have created: by name, with their number. */
function elements(page) {
  return page.evaluate(() => {
    const counts = {};
    for (const name of ["img", "script", "iframe", "object", "embed", "link", "meta", "base", "style", "form"]) {
      counts[name] = document.querySelectorAll(name).length;
    }
    return { ...counts, handlers: document.querySelectorAll("[onerror], [onload], [onclick]").length };
  });
}

for (const version of VERSIONS) {
  test(`OCPP ${version}: every hostile frame is a row that can be inspected, and the page goes on`, async (t) => {
    const csms = await openCsms(t);
    const { page } = await openPage(t);
    const dialogs = [];
    page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
    await connectByHand(page, { url: csms.url, identity: "CP-1", version });
    const before = await elements(page);
    await tellCsms(page, "raw-all");
    await filter(page, "dir:to-station");
    // The answers to BootNotification and DataTransfer, then each hostile frame.
    const rowCount = 2 + Object.keys(HOSTILE).length;
    await eventually(page, () => timeline(page).getAttribute("aria-rowcount"), (count) => Number(count) === rowCount + 1);

    // With every row the inspector goes along. All tabs are looked at in one version, where they cost the most time.
    const tabs = version === "2.1" ? TABS : ["Explain"];
    await timeline(page).focus();
    await page.keyboard.press("Home");
    const heading = inspector(page).getByRole("heading", { level: 2 });
    const seen = new Set();
    for (let at = 0; at < rowCount; at += 1) {
      const number = await eventually(page, async () => (await heading.textContent()).split(" ")[0], (number) => !seen.has(number));
      seen.add(number);
      for (const name of tabs) {
        const tab = inspector(page).getByRole("tab", { name, exact: true });
        await tab.click();
        await eventually(page, () => tab.getAttribute("aria-selected"), (is) => is === "true");
        assert.ok((await inspector(page).getByRole("tabpanel").textContent()).length > 20, `${number}, ${name}`);
      }
      await timeline(page).focus();
      await page.keyboard.press("ArrowDown");
    }

    // Further frames work as before.
    await filter(page, "");
    await sendRaw(page, '[2,"alive","Heartbeat",{}]');
    await waitForRow(page, { kind: "result", direction: "to-station", severity: "ok", text: "Heartbeat" });
    assert.deepEqual(dialogs, []);
    assert.deepEqual(await elements(page), before);
  });
}

test("the text of a frame is shown as text: markup as it stands, control and direction characters visibly", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-raw-markup-raw-controls-raw-numericid", version: "1.6" });
  await inspect(page, { kind: "call", text: "<script>alert(1)</script>" }, "Explain");
  await waitForPanel(page, "<img src=x onerror=alert(1)>", "<script>alert(1)</script>");
  await inspect(page, { kind: "call", text: "⟨U+202E⟩" }, "Fields");
  await waitForPanel(page, "⟨U+0000⟩", "⟨U+202E⟩", "⟨U+0007⟩");
});

test("10 MB, 100,000 brackets and 20,000 keys arrive in time, and only a part of them is drawn", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connectByHand(page, { url: csms.url, identity: "CP-raw-huge-raw-hugetext-raw-deep-raw-manykeys-raw-deepobject", version: "1.6" });
  await openView(page, "Timeline");
  const received = async () => (await rows(page)).filter(({ direction }) => direction === "to-station");
  for (const { frame } of await eventually(page, received, (all) => all.length === 6)) {
    await inspect(page, { frame }, "Raw");
    await waitForPanel(page, `#${frame} `, "As received");
    const drawn = await page.evaluate(() => document.documentElement.outerHTML.length);
    assert.ok(drawn < 5_000_000, `${drawn} characters are drawn for #${frame}`);
  }
});

test("an engine that does not answer is noticed: it may come back, or be restarted", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url: csms.url, identity: "CP-1", version: "1.6" });
  const silent = page.getByRole("alert").filter({ hasText: "The engine has not answered" });

  // A thread that is busy hears nothing.
  const block = (millis) => page.workers()[0].evaluate((millis) => {
    const until = performance.now() + millis;
    while (performance.now() < until);
  }, millis).catch(() => {});
  const blocked = block(13_000);
  await silent.waitFor();
  await blocked;
  await silent.waitFor({ state: "detached" });
  await openView(page, "Send");
  await sendRaw(page, '[2,"back","Heartbeat",{}]');
  await waitForRow(page, { kind: "result", direction: "to-station", text: "Heartbeat" });

  // What is saved while it hears nothing is not lost with it.
  const replies = page.getByRole("region", { name: "Replies", exact: true });
  const save = replies.getByRole("button", { name: "Save rule", exact: true });
  await openView(page, "Replies");
  await replies.getByRole("button", { name: "New rule", exact: true }).click();
  await eventually(page, () => save.isEnabled());
  void block(600_000);
  await save.click();
  await silent.getByRole("button", { name: "Restart engine", exact: true }).click();
  await silent.waitFor({ state: "detached" });
  await eventually(page, () => save.isEnabled());
  await save.click();
  await replies.getByRole("button", { name: "Edit rule 1", exact: true }).waitFor();
  await waitForState(page, /^Disconnected/);
  await connect(page, { url: csms.url, identity: "CP-2", version: "1.6" });
});
