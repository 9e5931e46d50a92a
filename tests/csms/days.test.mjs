// What the station says on the charging days of the workbench, judged by the strict mode of `ocpp-rpc`: no call and no
// answer of ours may be refused by it. The days are text files, see crates/workbench/tests/days.rs.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

import ocppRpc from "ocpp-rpc";

import { validatorOf21 } from "./server.mjs";

const require = createRequire(import.meta.url);
const DAYS = fileURLToPath(new URL("../../crates/workbench/tests/days/", import.meta.url));

const VALIDATORS = {
  "1.6": ocppRpc.createValidator("ocpp1.6", require("ocpp-rpc/lib/schemas/ocpp1_6.json")),
  "2.0.1": ocppRpc.createValidator("ocpp2.0.1", require("ocpp-rpc/lib/schemas/ocpp2_0_1.json")),
  2.1: validatorOf21(),
};

/** The station's messages of a day: `{id, payload}` with the id of the library's schema. */
function messages(text) {
  const found = [];
  let asked = null;
  for (const line of text.split("\n")) {
    const [, direction, rest] = /^ {4}\d\d:\d\d:\d\d ([<>])(.*)$/.exec(line) ?? [];
    if (!direction) continue;
    const [, action, payload] = /^ (\w+) (\{.*)$/.exec(rest) ?? [];
    if (direction === "<") asked = action ?? asked;
    else if (action) found.push({ id: `urn:${action}.req`, payload, line });
    else if (rest.trim().startsWith("{")) found.push({ id: `urn:${asked}.conf`, payload: rest.trim(), line });
  }
  return found;
}

for (const folder of readdirSync(DAYS)) {
  for (const name of readdirSync(DAYS + folder)) {
    const text = readFileSync(`${DAYS}${folder}/${name}`, "utf8");
    const versions = /^versions? (.*)$/m.exec(text)[1].split(" ");
    for (const version of versions) {
      test(`OCPP ${version}, ${name}: the strict CSMS takes every message of the station`, () => {
        const all = messages(text);
        assert.ok(all.length > 3, `${all.length} messages`);
        for (const { id, payload, line } of all) {
          try {
            VALIDATORS[version].validate(id, JSON.parse(payload));
          } catch (error) {
            assert.fail(`${error.message} in ${line}`);
          }
        }
      });
    }
  }
}
