// The templates of the view Send: of every action, and judged by another implementation than ours.

import assert from "node:assert/strict";
import { test } from "node:test";

import { ANSWERS } from "../csms/handlers.mjs";
import { VERSIONS, connect, eventually, heard, openCsms, openPage, openView, row, waitForRow } from "./harness.mjs";

const send = (page) => page.getByRole("region", { name: "Send", exact: true });
const action = (page) => send(page).getByRole("combobox", { name: "Action", exact: true });
const payload = (page) => send(page).getByRole("textbox", { name: "Payload", exact: true });

/** Chooses an action, asks for a template and waits until it is there and valid. */
async function template(page, name, button) {
  // What was typed stays when the action changes, so only the button replaces it.
  await payload(page).fill("typed");
  await action(page).selectOption(name);
  await send(page).getByRole("button", { name: button, exact: true }).click();
  await eventually(page, () => payload(page).inputValue(), (text) => text.startsWith("{"));
  await send(page).getByText("Valid", { exact: true }).waitFor();
  return payload(page).inputValue();
}

for (const version of VERSIONS) {
  test(`OCPP ${version}: a strict CSMS accepts the templates of every action, with required and with all fields`, async (t) => {
    const csms = await openCsms(t);
    const { page } = await openPage(t);
    await connect(page, { url: csms.url, identity: "CP-1", version });
    await waitForRow(page, { frame: 2 });
    await openView(page, "Send");
    const names = Object.keys(ANSWERS[version]);
    for (const name of names) {
      for (const button of ["Required fields", "All fields"]) {
        const text = await template(page, name, button);
        await send(page).getByRole("button", { name: "Send call", exact: true }).click();
        await heard(page, csms, ({ direction, text: sent }) => direction === "to-csms" && sent.endsWith(`,"${name}",${text}]`));
      }
    }
    await eventually(page, () => csms.log.filter(({ direction }) => direction === "to-station").length, (n) => n > 2 * names.length);
    const refused = csms.log.filter(({ direction, text }) => direction === "to-station" && text.startsWith("[4,")).map(({ text }) => text);
    assert.deepEqual(refused, []);
    assert.equal(await row(page, { kind: "call", severity: "error" }).count(), 0);
  });
}
