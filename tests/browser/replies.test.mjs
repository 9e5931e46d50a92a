// The view Replies: every kind of rule, seen from the CSMS's side, and calls that wait for the user.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  VERSIONS, connect, eventually, filter, fillForm, heard, inspect, openCsms, openPage, openView, row, rows, waitForPanel, waitForRow,
  waitForState,
} from "./harness.mjs";

const replies = (page) => page.getByRole("region", { name: "Replies", exact: true });
const editor = (page) => page.getByRole("region", { name: "Reply editor", exact: true });
const button = (page, name) => replies(page).getByRole("button", { name, exact: true });
const textbox = (page, name) => editor(page).getByRole("textbox", { name, exact: true });
const choose = (page, name, label) => editor(page).getByRole("combobox", { name, exact: true }).selectOption({ label });
const rules = (page) => replies(page).getByRole("table", { name: "Reply rules" }).getByRole("row");
const waiting = (page) => replies(page).getByRole("list", { name: "Waiting calls" }).getByRole("listitem");

/** Makes a rule by hand; `fill` takes the editor's fields that are particular to the kind of answer. */
async function makeRule(page, { action, condition, answer, delay, times, chance, fill }) {
  await openView(page, "Replies");
  await button(page, "New rule").click();
  if (action) await choose(page, "Request", action);
  if (condition) await textbox(page, "Condition").fill(condition);
  await choose(page, "Answer", answer);
  const number = (name) => editor(page).getByRole("spinbutton", { name });
  if (delay) await number("Delay in ms").fill(String(delay));
  if (times) await number("Times").fill(String(times));
  if (chance) await number("Chance in %").fill(String(chance));
  if (fill) await fill();
  await button(page, "Save rule").click();
  await editor(page).waitFor({ state: "detached" });
}

/** A station with these rules, whose CSMS asks for these actions once it is up. */
async function station(t, { version = "1.6", calls, made = [] }) {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  if (version !== "1.6") await fillForm(page, { version });
  for (const rule of made) await makeRule(page, { ...rule, fill: rule.fill && (() => rule.fill(page)) });
  await connect(page, { url: csms.url, identity: `CP-${calls.map((action) => `call-${action}`).join("-")}`, version });
  const outcome = (action) =>
    heard(page, csms, ({ direction, text }) => direction === "event" && text.startsWith(`${action} `)).then(({ text }) => text);
  return { page, csms, outcome };
}

/** Message id of the CSMS's first request of this action. */
async function idOf(page, csms, action) {
  const asked = await heard(page, csms, ({ direction, text }) => direction === "to-station" && text.includes(`"${action}"`));
  return JSON.parse(asked.text)[1];
}

/** What the station sent about this message id. */
const answersTo = (csms, id) =>
  csms.log.filter(({ direction, text }) => direction === "to-csms" && text.includes(id)).map(({ text }) => text);

for (const version of VERSIONS) {
  test(`OCPP ${version}: a fixed status is what the CSMS gets, and its frame says that it was on purpose`, async (t) => {
    const made = [{ action: "DataTransfer", answer: "Fixed status", fill: (page) => choose(page, "Status", "Accepted") }];
    const { page, outcome } = await station(t, { version, calls: ["DataTransfer", "ClearCache"], made });
    assert.match(await outcome("DataTransfer"), /was answered: \{"status":"Accepted"\}/);
    await outcome("ClearCache");
    await openView(page, "Timeline");
    const marked = await waitForRow(page, { direction: "to-csms", kind: "result", text: "on purpose" });
    assert.match(await marked.textContent(), /DataTransfer/);
    await filter(page, "is:on-purpose");
    await eventually(page, async () => (await rows(page)).length, (n) => n === 1);
    await inspect(page, { text: "on purpose" }, "Raw");
    await waitForPanel(page, "Sent on purpose", "Reply rule 1: Status Accepted");
  });
}

test("an edited payload is checked while it is typed and goes out byte for byte", async (t) => {
  const text = '{ "status":\n  "Accepted" ,"data": "ä\\u00e4" }';
  const fill = async (page) => {
    const payload = textbox(page, "Answer payload");
    // The template comes from the schema of the answer.
    await eventually(page, () => payload.inputValue(), (value) => /"status": "/.test(value));
    await editor(page).getByText("Valid", { exact: true }).waitFor();
    await payload.fill('{"status":"Maybe"}');
    await editor(page).getByText(/^1:11/).waitFor();
    await payload.fill(text);
    await editor(page).getByText("Valid", { exact: true }).waitFor();
  };
  const made = [{ action: "DataTransfer", answer: "Edited payload", fill }];
  const { page, csms, outcome } = await station(t, { calls: ["DataTransfer"], made });
  assert.match(await outcome("DataTransfer"), /was answered/);
  const id = await idOf(page, csms, "DataTransfer");
  assert.deepEqual(answersTo(csms, id), [`[3,"${id}",${text}]`]);
});

test("a CALLERROR goes out with the chosen code, those of the version first, wrong ones too", async (t) => {
  const fill = async (page) => {
    const codes = await editor(page).getByRole("combobox", { name: "Error code" }).locator("option").allTextContents();
    assert.ok(codes.indexOf("FormationViolation") >= 0 && codes.indexOf("FormationViolation") < codes.indexOf("FormatViolation"));
    await choose(page, "Error code", "FormatViolation");
    await editor(page).getByText("OCPP 1.6 spells this code FormationViolation").waitFor();
    await textbox(page, "Description").fill('say "no"');
    await textbox(page, "Details").fill('{"why": 1}');
  };
  const other = async (page) => {
    await choose(page, "Error code", "Another code…");
    await textbox(page, "Code").fill("OutOfCoffee");
  };
  const made = [
    { action: "DataTransfer", answer: "CALLERROR", fill },
    { action: "ClearCache", answer: "CALLERROR", fill: other },
  ];
  const { page, csms, outcome } = await station(t, { calls: ["DataTransfer", "ClearCache"], made });
  await outcome("DataTransfer");
  const id = await idOf(page, csms, "DataTransfer");
  assert.deepEqual(answersTo(csms, id), [`[4,"${id}","FormatViolation","say \\"no\\"",{"why": 1}]`]);
  await outcome("ClearCache");
  const second = await idOf(page, csms, "ClearCache");
  assert.deepEqual(answersTo(csms, second), [`[4,"${second}","OutOfCoffee","",{}]`]);
  await openView(page, "Timeline");
  await waitForRow(page, { direction: "to-csms", kind: "error", severity: "error", text: "on purpose" });
});

test("an answer comes late, twice, as raw text or never", async (t) => {
  const raw = "[3,\"{{id}}\",{\"status\":\"Accepted\"}";
  const made = [
    { action: "GetLocalListVersion", answer: "Automatic answer", delay: 1500 },
    { action: "ClearCache", answer: "Automatic answer, twice" },
    { action: "DataTransfer", answer: "Fixed status", fill: (page) => choose(page, "Status", "Rejected") },
    { action: "UnlockConnector", answer: "No answer" },
  ];
  const { page, csms, outcome } = await station(t, {
    calls: ["GetLocalListVersion", "ClearCache", "DataTransfer", "UnlockConnector"], made,
  });
  await outcome("GetLocalListVersion");
  const at = (words, direction) => csms.log.find((entry) => entry.direction === direction && entry.text.includes(words)).at;
  const late = await idOf(page, csms, "GetLocalListVersion");
  assert.ok(at(late, "to-csms") - at(late, "to-station") >= 1450, "the answer was kept back");

  await outcome("DataTransfer");
  const twice = await idOf(page, csms, "ClearCache");
  const answers = answersTo(csms, twice);
  assert.equal(answers.length, 2);
  assert.equal(answers[0], answers[1]);

  const never = await idOf(page, csms, "UnlockConnector");
  await openView(page, "Timeline");
  const left = await waitForRow(page, { direction: "to-station", kind: "call", text: "UnlockConnector" });
  await left.getByText("on purpose").waitFor();
  await inspect(page, { kind: "call", text: "UnlockConnector" }, "Raw");
  await waitForPanel(page, "Left unanswered on purpose", "Reply rule 4: No answer");
  assert.deepEqual(answersTo(csms, never), []);

  // The fourth rule, changed, answers with a broken text.
  await openView(page, "Replies");
  await button(page, "Edit rule 4").click();
  await choose(page, "Answer", "Raw text");
  await textbox(page, "Raw answer").fill(raw);
  await button(page, "Save rule").click();
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await waitForState(page, /^Disconnected/);
  const known = csms.log.length;
  await connect(page, { identity: "CP-2-call-UnlockConnector" });
  const sent = await eventually(page, () => csms.log.slice(known).find(({ direction, text }) => direction === "to-csms" && text.endsWith('"Accepted"}')));
  assert.match(sent.text, /^\[3,"[^"{}]+",\{"status":"Accepted"\}$/);
});

test("rules are tried from the top, as often as they may, if their condition holds", async (t) => {
  const error = (code) => async (page) => {
    await choose(page, "Error code", "Another code…");
    await textbox(page, "Code").fill(code);
  };
  const made = [
    { action: "DataTransfer", condition: "messageId=nobody", answer: "CALLERROR", fill: error("Never") },
    { action: "DataTransfer", condition: "..data~wor", answer: "CALLERROR", times: 2, fill: error("Twice") },
    { answer: "CALLERROR", chance: 100, fill: error("Rest") },
  ];
  const { page, csms } = await station(t, { calls: ["DataTransfer", "DataTransfer", "DataTransfer", "ClearCache"], made });
  const codes = () => csms.log.filter(({ direction, text }) => direction === "to-csms" && text.startsWith("[4,")).map(({ text }) => JSON.parse(text)[2]);
  await eventually(page, codes, (all) => all.length === 4);
  assert.deepEqual(codes(), ["Twice", "Twice", "Rest", "Rest"]);
  await rules(page).filter({ hasText: "CALLERROR Twice" }).filter({ hasText: "2 of 2, used up" }).waitFor();
  await rules(page).filter({ hasText: "CALLERROR Never" }).filter({ hasText: "not yet" }).waitFor();

  // Order, switching off, taking out.
  await button(page, "Move rule 3 up").click();
  await eventually(page, () => rules(page).nth(2).textContent(), (text) => text.includes("Rest"));
  // The focus goes with the rule.
  await eventually(page, () => button(page, "Move rule 3 up").evaluate((element) => element === document.activeElement));
  await replies(page).getByRole("checkbox", { name: "Rule 3 on" }).uncheck();
  await button(page, "Delete rule 1").click();
  await eventually(page, () => rules(page).count(), (n) => n === 3);

  // A reload brings the rules back, with what they have counted.
  await page.reload();
  await rules(page).filter({ hasText: "CALLERROR Twice" }).filter({ hasText: "2 of 2, used up" }).waitFor();
  assert.equal(await rules(page).count(), 3);
  assert.equal(await replies(page).getByRole("checkbox", { name: /^Rule . on$/ }).first().isChecked(), false);
  await button(page, "Start over").click();
  await rules(page).filter({ hasText: "CALLERROR Twice" }).filter({ hasText: "0 of 2" }).waitFor();
});

test("a chance repeats with its seed", async (t) => {
  const calls = Array(8).fill("ClearCache");
  const made = [{ answer: "CALLERROR", chance: 50 }];
  const { page, csms } = await station(t, { calls, made });
  const kinds = (from) => csms.log.slice(from).filter(({ direction, text }) => direction === "to-csms" && /^\[[34],/.test(text)).map(({ text }) => text[1]).join("");
  await eventually(page, () => kinds(0), (all) => all.length === 8);
  const run = async (seed, name) => {
    await page.getByRole("button", { name: "Disconnect", exact: true }).click();
    await waitForState(page, /^Disconnected/);
    await replies(page).getByRole("textbox", { name: "Seed" }).fill(seed);
    await button(page, "Start over").click();
    await rules(page).filter({ hasText: "not yet" }).waitFor();
    const known = csms.log.length;
    await connect(page, { identity: `${name}-${calls.map((action) => `call-${action}`).join("-")}` });
    return eventually(page, () => kinds(known), (all) => all.length === 8);
  };
  const first = await run("7", "CP-2");
  assert.ok(first.includes("3") && first.includes("4"), first);
  assert.equal(await run("7", "CP-3"), first);
});

test("a call waits for the user: announced everywhere, answered in the view", async (t) => {
  const made = [{ action: "DataTransfer", answer: "Ask me" }];
  const { page, csms, outcome } = await station(t, { calls: ["DataTransfer"], made });
  await waiting(page).filter({ hasText: "DataTransfer" }).waitFor();
  assert.equal(await page.getByRole("status", { name: "Calls waiting" }).textContent(), "1 call waits for your answer");
  await openView(page, "Timeline");
  await page.getByText("DataTransfer waits for your answer").waitFor();
  await page.getByRole("link", { name: "Answer", exact: true }).click();
  assert.match(await waiting(page).getByRole("timer", { name: "Time left" }).textContent(), /^(1\d|2[0-5]) s$/);
  const id = await idOf(page, csms, "DataTransfer");
  assert.deepEqual(answersTo(csms, id), []);
  await waiting(page).getByRole("button", { name: "Choose answer" }).click();
  await choose(page, "Answer", "CALLERROR");
  await choose(page, "Error code", "GenericError");
  await button(page, "Send answer").click();
  await outcome("DataTransfer");
  assert.deepEqual(answersTo(csms, id), [`[4,"${id}","GenericError","",{}]`]);
  await waiting(page).waitFor({ state: "detached" });
  await inspect(await openTimeline(page), { kind: "error", text: "on purpose" }, "Raw");
  await waitForPanel(page, "Reply rule 1 asked you; your answer after");
});

test("when the countdown ends the station answers by itself, and with the connection the wait ends", async (t) => {
  const seconds = (page) => editor(page).getByRole("spinbutton", { name: "Seconds to wait" }).fill("2");
  const made = [
    { action: "ClearCache", answer: "Ask me", fill: seconds },
    { action: "DataTransfer", answer: "Ask me" },
  ];
  const { page, csms, outcome } = await station(t, { calls: ["ClearCache", "DataTransfer"], made });
  await waiting(page).filter({ hasText: "ClearCache" }).waitFor();
  assert.match(await outcome("ClearCache"), /was answered/);
  await waiting(page).filter({ hasText: "DataTransfer" }).waitFor();
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await waitForState(page, /^Disconnected/);
  await waiting(page).waitFor({ state: "detached" });
  assert.deepEqual(answersTo(csms, await idOf(page, csms, "DataTransfer")), []);
});

test("from a request in the inspector to a rule about its action", async (t) => {
  const { page, outcome } = await station(t, { calls: ["ClearCache"] });
  await outcome("ClearCache");
  const inspector = await inspect(page, { direction: "to-station", kind: "call", text: "ClearCache" });
  await inspector.getByRole("button", { name: "Reply differently" }).click();
  assert.equal(await editor(page).getByRole("combobox", { name: "Request", exact: true }).inputValue(), "ClearCache");
  assert.match(page.url(), /#\/replies$/);
  await page.keyboard.press("Escape");
  await editor(page).waitFor({ state: "detached" });
  await replies(page).getByText("Without a rule the station answers every request by itself.").waitFor();
  // Answers and our own calls have no such button.
  await openView(page, "Timeline");
  const other = await inspect(page, { direction: "to-csms", kind: "result", text: "ClearCache" });
  await waitForPanel(page, "CALLRESULT ClearCache");
  assert.equal(await other.getByRole("button", { name: "Reply differently" }).count(), 0);
});

test("a condition that cannot be read is said while it is typed, and no such rule is saved", async (t) => {
  const { page } = await openPage(t);
  await openView(page, "Replies");
  await button(page, "New rule").click();
  const condition = textbox(page, "Condition");
  await condition.fill("is:unanswered");
  await editor(page).getByText("It can ask for what stands in the request only").waitFor();
  assert.equal(await condition.getAttribute("aria-invalid"), "true");
  assert.ok(await button(page, "Save rule").isDisabled());
  await condition.fill("connectorId>1");
  await eventually(page, () => button(page, "Save rule").isEnabled());
  await choose(page, "Request", "GetConfiguration");
  await choose(page, "Answer", "Fixed status");
  await editor(page).getByText("The answer to GetConfiguration has no status in OCPP 1.6.").waitFor();
  assert.ok(await button(page, "Save rule").isDisabled());
});

async function openTimeline(page) {
  await openView(page, "Timeline");
  await row(page).first().waitFor();
  return page;
}
