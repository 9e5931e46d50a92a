// Connections that fail: each has a sentence of its own with what to check, none hangs, and the next attempt works.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { barePeer, hangingUp, nobody, refusing, silent, withSubProtocol, withoutSubProtocol } from "../csms/peers.mjs";
import {
  DIST, connect, eventually, fillForm, heard, openCsms, openPage, openPeer, rows, state, waitForCount, waitForRow, waitForState,
} from "./harness.mjs";

/** Presses Connect and waits for the text of the state; the page must also say each of the `words`. */
async function refused(page, form, until, ...words) {
  await connect(page, { ...form, until });
  for (const text of words) await page.getByText(text).first().waitFor();
}

test("what ends before it opens is said to be that, with the causes that a browser cannot tell apart", async (t) => {
  const { page } = await openPage(t, { allow: [/status of 4\d\d/] });
  const peers = {
    "nobody listens": await openPeer(t, nobody()),
    "404": await openPeer(t, refusing(404)),
    "401": await openPeer(t, refusing(401)),
    "no sub-protocol": await openPeer(t, withoutSubProtocol()),
    "wrong sub-protocol": await openPeer(t, withSubProtocol("soap")),
    "another version": await openPeer(t, withSubProtocol("ocpp1.6")),
    "hangs up": await openPeer(t, hangingUp()),
  };
  let attempts = 0;
  for (const [name, { url }] of Object.entries(peers)) {
    await t.test(name, async () => {
      await refused(page, { url, identity: "CP-1", version: "2.0.1", alsoOffer: ["2.1"] }, /^Failed · closed before it opened$/,
        "Offered sub-protocols: ocpp2.0.1, ocpp2.1.",
        "Nothing listens at this host and port",
        "404 (path or identity unknown), 401 or 403 (credentials)",
        "echoes none of the sub-protocols",
        "the certificate is expired, self-signed, or for another name",
        "refuses requests with an Origin header");
      attempts += 1;
      await eventually(page, async () => (await rows(page)).length, (n) => n === attempts);
      const last = (await rows(page)).at(-1);
      assert.deepEqual([last.kind, last.severity, last.frame], ["connection", "error", null]);
      assert.match(last.text, /Not opened code 1006/);
    });
  }
  await waitForCount(page, "0 frames");
  const csms = await openCsms(t);
  await connect(page, { url: csms.url, identity: "CP-1" });
  await waitForRow(page, { frame: 2, kind: "result", severity: "ok" });
});

test("a host that never answers is given up after 15 seconds", async (t) => {
  const { url } = await openPeer(t, silent());
  const { page } = await openPage(t);
  await connect(page, { url, identity: "CP-1", until: /^Connecting$/ });
  const begun = Date.now();
  page.setDefaultTimeout(20_000);
  await waitForState(page, /^Failed · no answer within 15 s$/);
  const seconds = (Date.now() - begun) / 1000;
  assert.ok(seconds > 14 && seconds < 17, `after ${seconds} s`);
  await page.getByText("a firewall that drops packets looks exactly like this").waitFor();
  await waitForRow(page, { kind: "connection", severity: "error", text: "nothing came within 15 s" });
});

test("connecting can be given up at any moment, and the next attempt works", async (t) => {
  const { url } = await openPeer(t, silent());
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await connect(page, { url, identity: "CP-1", until: /^Connecting$/ });
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await waitForState(page, /^Disconnected · given up before it opened$/);
  await connect(page, { url: csms.url, identity: "CP-1" });
  await waitForRow(page, { frame: 2, kind: "result" });
});

test("closed right after opening: code, reason and what to check", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await refused(page, { url: csms.url, identity: "CP-closeopen-4001" }, /^Failed · closed right after opening, code 4001$/,
    /Code 4001 .*, reason "told by the identity \(4001\)"/,
    "Is this identity known to the CSMS, spelled exactly like this?");
  await waitForRow(page, { kind: "connection", severity: "error", text: /Closed.*by the CSMS · code 4001 .*reason "told by the identity \(4001\)"/ });
});

test("closed later: code with its meaning, reason and duration", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  // The second frame is the first Heartbeat, a second after the boot.
  await refused(page, { url: csms.url, identity: "CP-interval-1-close-1011-2" }, /^Disconnected · closed by the CSMS, code 1011$/,
    /Code 1011 .*, reason "told by the identity \(1011\)"/,
    "Look at the last frames before the close");
  await waitForRow(page, { kind: "connection", text: /Closed.*by the CSMS · code 1011 .* after [\d.,\s]+(s|ms)/ });
});

test("a line that is cut is said to be lost", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await refused(page, { url: csms.url, identity: "CP-drop" }, /^Failed · connection lost$/, "It ended without a close frame");
  await waitForRow(page, { kind: "connection", severity: "error", text: /Connection lost.*code 1006/ });
  await waitForCount(page, "1 unanswered");
});

test("a server that breaks the WebSocket protocol is said to do that", async (t) => {
  const peer = await openPeer(t, barePeer({ subProtocol: "ocpp1.6" }));
  const { page } = await openPage(t);
  await connect(page, { url: peer.url, identity: "CP-1", version: "1.6" });
  await waitForRow(page, { frame: 2, kind: "result" });
  // A text message whose one byte is no UTF-8.
  for (const socket of peer.sockets.clients) socket._socket.write(Buffer.from([0x81, 0x01, 0xff]));
  await waitForState(page, /^Failed · WebSocket protocol fault$/);
  await page.getByText("such as invalid UTF-8 in a text message").waitFor();
});

test("an address that cannot work is refused with the reason, and no socket is opened", async (t) => {
  const { page, seen } = await openPage(t);
  const addresses = [
    ["http://127.0.0.1:9", /begins with http:\/\/; .* write ws:\/\/ instead/],
    ["https://csms.example.com/ocpp", /begins with https:\/\/; .* write wss:\/\/ instead/],
    ["", /Type the address of the CSMS/],
    ["csms.example.com", /must begin with wss:\/\//],
    ["ws://a b/", /cannot be read/],
    ["wss://", /cannot be read|names no host/],
    ["ws://127.0.0.1:9/#CP", /no part after #/],
    ["ws://127.0.0.1:99999", /cannot be read/],
  ];
  for (const [url, reason] of addresses) {
    await fillForm(page, { url, identity: "CP-1" });
    await page.getByText(reason).first().waitFor();
    await page.getByRole("button", { name: "Connect", exact: true }).click();
    assert.equal(await state(page).textContent(), "Disconnected", url);
  }
  assert.deepEqual(seen.webSockets, []);
});

test("an identity with space, colon, slash and umlaut is one percent-encoded segment, shown before and seen by the CSMS", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t);
  await fillForm(page, { url: `${csms.url}/ocpp/`, identity: "Säule 1:a/b", version: "1.6" });
  await page.getByText(`${csms.url}/ocpp/S%C3%A4ule%201%3Aa%2Fb`, { exact: true }).waitFor();
  await page.getByText("The identity has a space in it; it is sent as %20").waitFor();
  await page.getByText("OCPP 1.6 does not forbid a colon in an identity").waitFor();
  await page.getByText("it is sent as %2F").waitFor();
  await connect(page, {});
  await heard(page, csms, ({ identity, text }) => identity === "Säule 1:a/b" && text.endsWith("at /ocpp/S%C3%A4ule%201%3Aa%2Fb"));
  await waitForRow(page, { frame: 2, kind: "result", severity: "ok" });
});

test("a password is typed unseen, masked wherever the address is shown, and stored nowhere", async (t) => {
  const csms = await openCsms(t);
  const { page, site } = await openPage(t);
  const secret = "hunter2-&ü";
  await fillForm(page, { url: csms.url, identity: "CP-1", user: "CP-1", password: secret });
  assert.equal(await page.getByLabel("Password", { exact: true }).getAttribute("type"), "password");
  await page.getByText(/^ws:\/\/CP-1:•+@127\.0\.0\.1:\d+\/CP-1$/).first().waitFor();
  const leaks = async () => {
    const places = await page.evaluate(() => [
      document.documentElement.outerHTML, location.href, document.title, JSON.stringify(localStorage), JSON.stringify(sessionStorage), document.cookie,
    ]);
    return places.filter((text) => /hunter2/.test(text));
  };
  assert.deepEqual(await leaks(), []);
  await connect(page, {});
  await waitForRow(page, { kind: "connection", text: /ws:\/\/CP-1:•+@127/ });
  await waitForRow(page, { frame: 2, kind: "result" });
  assert.deepEqual(await leaks(), []);
  await page.getByRole("button", { name: "Disconnect", exact: true }).click();
  await waitForState(page, /^Disconnected/);
  assert.deepEqual(await leaks(), []);
  // Typed into the address instead of the field it is no less a password.
  await fillForm(page, { url: csms.url.replace("//", "//CP-1:hunter2@"), user: "", password: "" });
  await page.getByText(/^ws:\/\/CP-1:•+@127\.0\.0\.1:\d+\/CP-1$/).first().waitFor();
  assert.deepEqual(await leaks(), []);
  await page.goto(site.url);
  await page.reload();
  const value = (name) => page.getByRole("textbox", { name, exact: true }).inputValue();
  assert.equal(await value("Station identity"), "CP-1");
  assert.equal(await value("CSMS URL"), csms.url);
  assert.equal(await page.getByLabel("Password", { exact: true }).inputValue(), "");
});

test("user name and password are sent when the CSMS asks for them", async (t) => {
  const csms = await openCsms(t);
  const { page } = await openPage(t, { allow: [/status of 401/] });
  const identity = "CP-basic-s3cret";
  await connect(page, { url: csms.url, identity, password: "wrong", until: /^Failed · closed before it opened$/ });
  await page.getByText("the browser sends them only after a 401 with WWW-Authenticate").waitFor();
  await connect(page, { url: csms.url, identity, user: "", password: "s3cret" });
  await waitForRow(page, { frame: 2, kind: "result" });
});

test("a page loaded over https says that the browser does not let it open ws://", async (t) => {
  // No server has a certificate here, so the browser's requests to this host are answered from the folder.
  const { page } = await openPage(t, { allow: [/Mixed Content|insecure WebSocket/i] });
  await page.context().route("https://ocppscope.test/**", async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1) || "index.html";
    const types = { html: "text/html", js: "text/javascript", wasm: "application/wasm", css: "text/css", txt: "text/plain" };
    await route.fulfill({ body: await readFile(join(DIST, name)), contentType: types[name.split(".").pop()] });
  });
  await page.goto("https://ocppscope.test/");
  await fillForm(page, { url: "ws://csms.example", identity: "CP-1" });
  await page.getByText("a browser does not let such a page open ws:// to another machine").waitFor();
  await refused(page, {}, /^Failed · refused by the browser$/, "A page loaded over https may not open ws:// to another machine", "Use wss://");
});
