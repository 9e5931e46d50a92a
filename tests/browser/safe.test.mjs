// Safe: the policy holds over a whole scenario, no other host is contacted, the page works under any path, and a changed file is noticed.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { recommendedHeaders } from "../csms/peers.mjs";
import {
  DIST, connect, eventually, filter, inspect, openCsms, openPage, openView, sendCall, sendRaw, waitForPanel, waitForRow, waitForState,
} from "./harness.mjs";

/** Goes through everything the page can do. */
async function goThrough(page, csms) {
  for (const version of ["1.6", "2.0.1", "2.1"]) {
    await connect(page, { url: csms.url, identity: "CP-raw-markup-badcall-call-TriggerMessage", version });
    await waitForRow(page, { direction: "to-station", kind: "call", text: "TriggerMessage" });
    await openView(page, "Send");
    await sendCall(page, "Heartbeat");
    await sendRaw(page, '[2,"<img src=x onerror=alert(1)>","Heartbeat",{"<script>":"</script>"}]');
    await waitForRow(page, { direction: "to-csms", kind: "call", severity: "error" });
    for (const tab of ["Explain", "Fields", "Raw", "Exchange", "Findings"]) {
      await inspect(page, { kind: "call", text: "<img src=x" }, tab);
      await waitForPanel(page, "DataTransfer");
    }
    await filter(page, "severity:<b>");
    await filter(page, "kind:call");
    await openView(page, "Findings");
    await openView(page, "Guide");
    await page.getByRole("navigation", { name: "Guide" }).getByRole("link", { name: "GenericError" }).first().click();
    await openView(page, "Timeline");
    await filter(page, "");
    await page.getByRole("button", { name: "Theme", exact: true }).click();
    await page.getByRole("button", { name: "Disconnect", exact: true }).click();
    await waitForState(page, /^Disconnected/);
  }
}

/** Everything the page asked for came from its own host, and it opened no socket but those to the CSMS. */
function staysAtHome(seen, site, csms) {
  const strangers = [...seen.requests].filter((url) => !/^(data|blob):/.test(url) && !url.startsWith(site.url) && !url.startsWith(csms.url));
  assert.deepEqual(strangers, []);
  assert.deepEqual(seen.webSockets.filter((url) => !url.startsWith(`${csms.url}/`)), []);
  // What records it sees the worker too.
  assert.equal(seen.webSockets.length, 3);
  assert.ok([...seen.requests].some((url) => /schemas.*\.txt$/.test(url)), "the worker loads the schemas");
}

for (const [how, options] of Object.entries({
  "without response headers": {},
  "with the recommended response headers": { headers: recommendedHeaders(DIST) },
  "under /a/b/, without response headers": { prefix: "/a/b/" },
  "under /a/b/, with the recommended response headers": { prefix: "/a/b/", headers: recommendedHeaders(DIST) },
})) {
  test(`${how}: the page works, breaks no policy and contacts no other host`, async (t) => {
    const csms = await openCsms(t);
    const { page, seen, site } = await openPage(t, options);
    const dialogs = [];
    page.on("dialog", (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
    await goThrough(page, csms);
    staysAtHome(seen, site, csms);
    assert.deepEqual(seen.violations, []);
    assert.deepEqual(dialogs, []);
    assert.equal(await page.evaluate(() => document.querySelectorAll("img, iframe, script:not([src]), style").length), 0);
  });
}

test("the policy is strict: no inline script, no eval, no other host's scripts, trusted types", () => {
  const html = readFileSync(join(DIST, "index.html"), "utf8");
  const policy = recommendedHeaders(DIST)["Content-Security-Policy"];
  for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "base-uri 'none'", "form-action 'none'", "object-src 'none'"]) {
    assert.ok(policy.split(/;\s*/).includes(part), part);
  }
  assert.match(policy, /require-trusted-types-for 'script'/);
  assert.doesNotMatch(policy, /'unsafe-inline'|'unsafe-eval'|\*/);
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)/i);
  assert.doesNotMatch(html, /\sstyle=|\son[a-z]+=/i);
  assert.doesNotMatch(html.replace(/<meta[^>]*>/g, "").replace(/<link\s+rel="icon"[^>]*>/s, ""), /https?:\/\//);
});

test("the recorder of the tests notices a broken policy: without wasm-unsafe-eval the app does not start", async (t) => {
  const replace = (path, body) => (path.endsWith("index.html") || path.endsWith("/") ? Buffer.from(body.toString().replace(" 'wasm-unsafe-eval'", "")) : body);
  const { page, seen } = await openPage(t, { replace, allow: [/./], breaksPolicy: true });
  await page.getByRole("alert").waitFor();
  await eventually(page, () => seen.violations.length, (n) => n > 0);
  assert.equal(await page.getByRole("button", { name: "Connect", exact: true }).count(), 0);
});

for (const name of readdirSync(DIST).filter((name) => /\.(js|wasm)$/.test(name))) {
  test(`one changed byte in ${name.replace(/-[0-9a-f]{15,}/, "")} is noticed, and the app does not work with it`, async (t) => {
    const csms = await openCsms(t);
    const replace = (path, body) => {
      if (path.endsWith(`/${name}`)) body[body.length - 2] ^= 1;
      return body;
    };
    const { page } = await openPage(t, { replace, allow: [/./] });
    if (name.startsWith("boot")) {
      // Nothing runs that could say it; the browser does not run the file.
      await page.getByText("Loading").waitFor();
    } else {
      await page.getByRole("alert").filter({ hasText: /integrity|is not the file that was published/i }).waitFor();
    }
    const button = page.getByRole("button", { name: "Connect", exact: true });
    if (await button.isEnabled({ timeout: 1_000 }).catch(() => false)) {
      // The engine is missing: the page is there to say so, and connecting does nothing.
      await connect(page, { url: csms.url, identity: "CP-1", until: null });
      assert.equal(csms.log.length, 0);
    } else {
      assert.equal(await button.count(), 0);
    }
  });
}

test("a file that is missing on the host is named", async (t) => {
  const missing = readdirSync(DIST).find((name) => /^ocppscope.*\.wasm$/.test(name));
  const { page } = await openPage(t, { allow: [/./] });
  await page.context().route(`**/${missing}`, (route) => route.fulfill({ status: 404, body: "" }));
  await page.reload();
  await page.getByRole("alert").filter({ hasText: `${missing} is missing` }).waitFor();
});
