// Proves that the CSMS of the tests does what `behaviours.mjs` says, with the library's own client and no browser.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import Ajv from "ajv";
import addFormats from "ajv-formats";
import ocppRpc from "ocpp-rpc";
import { WebSocket } from "ws";

import { HOSTILE, parseIdentity } from "./behaviours.mjs";
import { ANSWERS, REQUESTS } from "./handlers.mjs";
import { barePeer, hangingUp, nobody, refusing, silent, withSubProtocol, withoutSubProtocol } from "./peers.mjs";
import { startCsms, validatorOf21 } from "./server.mjs";

const { RPCClient } = ocppRpc;

const VERSIONS = ["1.6", "2.0.1", "2.1"];

const BOOT = {
  "1.6": { chargePointVendor: "Ocppscope", chargePointModel: "Test" },
  "2.0.1": { reason: "PowerUp", chargingStation: { vendorName: "Ocppscope", model: "Test" } },
  "2.1": { reason: "PowerUp", chargingStation: { vendorName: "Ocppscope", model: "Test" } },
};

/** A CSMS that ends with the test. */
async function csmsFor(t) {
  const csms = await startCsms();
  t.after(() => csms.close());
  return csms;
}

/** A raw station: sends texts, keeps what arrives, and waits for it. */
async function stationFor(t, url, identity, version = "1.6") {
  const socket = new WebSocket(`${url}/${encodeURIComponent(identity)}`, [`ocpp${version}`]);
  const received = [];
  const looks = new Set();
  socket.on("message", (data, isBinary) => {
    received.push(isBinary ? data : data.toString());
    looks.forEach((look) => look());
  });
  socket.on("error", () => {});
  const closed = once(socket, "close").then(([code, reason]) => ({ code, reason: reason.toString() }));
  t.after(() => socket.terminate());
  await once(socket, "open");
  const station = {
    socket,
    received,
    closed,
    waitFor: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const found = received.find(fits);
          if (found !== undefined) {
            looks.delete(look);
            resolve(found);
          }
        };
        looks.add(look);
        look();
      }),
    call: async (id, action, payload) => {
      socket.send(JSON.stringify([2, id, action, payload]));
      return JSON.parse(await station.waitFor((text) => typeof text === "string" && text.includes(`"${id}"`)));
    },
  };
  return station;
}

for (const version of VERSIONS) {
  test(`OCPP ${version}: the library's client boots, beats and is called`, async (t) => {
    const csms = await csmsFor(t);
    const client = new RPCClient({
      endpoint: csms.url,
      identity: "CP-call-TriggerMessage",
      protocols: [`ocpp${version}`],
      strictMode: true,
      strictModeValidators: version === "2.1" ? [validatorOf21()] : [],
      reconnect: false,
    });
    const triggered = new Promise((resolve) => {
      client.handle("TriggerMessage", ({ params }) => {
        resolve(params);
        return { status: "Accepted" };
      });
    });
    t.after(() => client.close({ force: true }));
    await client.connect();
    assert.equal(client.protocol, `ocpp${version}`);
    const boot = await client.call("BootNotification", BOOT[version]);
    assert.equal(boot.status, "Accepted");
    assert.equal(boot.interval, 300);
    assert.ok((await client.call("Heartbeat", {})).currentTime);
    assert.equal((await triggered).requestedMessage, "StatusNotification");
  });

  test(`OCPP ${version}: every healthy answer and request fits its schema`, () => {
    const set = { "1.6": "v16", "2.0.1": "v201", "2.1": "v21" }[version];
    const folder = new URL(`../../schemas/${set}/`, import.meta.url);
    const names = readdirSync(folder);
    const check = (name, payload) => {
      const ajv = addFormats(new Ajv({ strict: false, validateSchema: false, logger: false }));
      const schema = JSON.parse(readFileSync(new URL(`${name}.json`, folder), "utf8"));
      delete schema.$schema;
      delete schema.$id;
      delete schema.id;
      assert.ok(ajv.validate(schema, payload), `${name}: ${ajv.errorsText()}`);
    };
    const hash = { hashAlgorithm: "SHA256", issuerNameHash: "a", issuerKeyHash: "b", serialNumber: "c" };
    const request = { certificateStatusRequests: [{ source: "OCSP", urls: ["u"], certificateHashData: hash }], vatNumber: "DE1" };
    for (const [action, answer] of Object.entries(ANSWERS[version])) {
      const name = `${action}Response`;
      assert.ok(names.includes(`${name}.json`), `${action} is an action of OCPP ${version}`);
      check(name, answer(request, { interval: 300 }));
    }
    for (const [action, payload] of Object.entries(REQUESTS[version])) {
      check(version === "1.6" ? action : `${action}Request`, payload);
    }
  });

  test(`OCPP ${version}: strict mode finds a wrong field by itself`, async (t) => {
    const csms = await csmsFor(t);
    const station = await stationFor(t, csms.url, "CP", version);
    const [type, , code] = await station.call("m1", "BootNotification", { ...BOOT[version], colour: "red" });
    assert.equal(type, 4);
    assert.equal(code, "PropertyConstraintViolation");
  });

  for (const name of ["GetConfiguration", "GetVariables", "RemoteStartTransaction", "RequestStartTransaction"]) {
    test(`OCPP ${version}: call-${name} sends the version's own request`, async (t) => {
      const csms = await csmsFor(t);
      const station = await stationFor(t, csms.url, `CP-call-${name}`, version);
      await station.call("m1", "BootNotification", BOOT[version]);
      const [, id, action] = JSON.parse(await station.waitFor((text) => text.startsWith("[2,")));
      const isConfiguration = name.startsWith("Get");
      const wanted = version === "1.6" ? ["GetConfiguration", "RemoteStartTransaction"] : ["GetVariables", "RequestStartTransaction"];
      assert.equal(action, wanted[isConfiguration ? 0 : 1]);
      station.socket.send(JSON.stringify([4, id, "NotSupported", "", {}]));
      await until(() => csms.log.some(({ text }) => text.includes("failed: NotSupported")));
    });
  }
}

test("the newest offered version is agreed on, or the one the identity names", async (t) => {
  const csms = await csmsFor(t);
  for (const [identity, agreed] of [["CP", "ocpp2.0.1"], ["CP-agree-1.6", "ocpp1.6"]]) {
    const socket = new WebSocket(`${csms.url}/${identity}`, ["ocpp1.6", "ocpp2.0.1"]);
    await once(socket, "open");
    assert.equal(socket.protocol, agreed);
    socket.terminate();
  }
});

test("error-CODE sends every code as it is spelt, also wrongly, and for a faulty request too", async (t) => {
  const csms = await csmsFor(t);
  for (const code of ["FormationViolation", "FormatViolation", "OccurenceConstraintViolation", "OccurrenceConstraintViolation", "Nonsense"]) {
    for (const version of VERSIONS) {
      const station = await stationFor(t, csms.url, `CP-error-${code}`, version);
      assert.equal((await station.call("m1", "BootNotification", BOOT[version]))[2].status, "Accepted");
      assert.deepEqual((await station.call("m2", "Heartbeat", {})).slice(0, 3), [4, "m2", code]);
      const [, , answered, description, details] = await station.call("m3", "StatusNotification", { colour: "red" });
      assert.equal(answered, code);
      assert.ok(description.length > 0);
      assert.deepEqual(details, { action: "StatusNotification" });
    }
  }
});

test("booterror, boot and interval change the answer to BootNotification", async (t) => {
  const csms = await csmsFor(t);
  const boot = async (identity) => (await stationFor(t, csms.url, identity)).call("m1", "BootNotification", BOOT["1.6"]);
  assert.equal((await boot("CP-booterror-SecurityError"))[2], "SecurityError");
  assert.equal((await boot("CP-boot-Pending"))[2].status, "Pending");
  assert.equal((await boot("CP-interval-1"))[2].interval, 1);
});

test("late answers late, never and bootnever do not answer", async (t) => {
  const csms = await csmsFor(t);
  const late = await stationFor(t, csms.url, "CP-late-300");
  await late.call("m1", "BootNotification", BOOT["1.6"]);
  const before = Date.now();
  await late.call("m2", "Heartbeat", {});
  assert.ok(Date.now() - before >= 290);

  const never = await stationFor(t, csms.url, "CP-never");
  await never.call("m1", "BootNotification", BOOT["1.6"]);
  never.socket.send('[2,"m2","Heartbeat",{}]');
  const bootNever = await stationFor(t, csms.url, "CP-bootnever");
  bootNever.socket.send(JSON.stringify([2, "m1", "BootNotification", BOOT["1.6"]]));
  // An answer to a later call proves that the earlier one was passed over.
  await bootNever.call("m2", "Heartbeat", {});
  assert.equal(bootNever.received.length, 1);
  await until(() => csms.log.some(({ identity, text }) => identity === "CP-never" && text.includes('"m2"')));
  await roundTrip(never.socket);
  assert.equal(never.received.length, 1);
});

test("invalidresult breaks the schema of each answer", async (t) => {
  const csms = await csmsFor(t);
  const station = await stationFor(t, csms.url, "CP-invalidresult");
  const boot = (await station.call("m1", "BootNotification", BOOT["1.6"]))[2];
  assert.equal(boot.heartbeatInterval, 300);
  assert.ok(!("interval" in boot));
  assert.equal((await station.call("m2", "Heartbeat", {}))[2].currentTime, "yesterday");
});

test("wrongid and twice", async (t) => {
  const csms = await csmsFor(t);
  const wrong = await stationFor(t, csms.url, "CP-wrongid");
  await wrong.call("m1", "BootNotification", BOOT["1.6"]);
  wrong.socket.send('[2,"m2","Heartbeat",{}]');
  await wrong.waitFor((text) => text.startsWith('[3,"m2-other"'));
  const twice = await stationFor(t, csms.url, "CP-twice");
  await twice.call("m1", "BootNotification", BOOT["1.6"]);
  await twice.call("m2", "Heartbeat", {});
  await until(() => twice.received.filter((text) => text.includes('"m2"')).length === 2);
});

test("closing: right after opening, after some frames, and without a close frame", async (t) => {
  const csms = await csmsFor(t);
  const atOnce = await stationFor(t, csms.url, "CP-closeopen-4001");
  assert.deepEqual(await atOnce.closed, { code: 4001, reason: "told by the identity (4001)" });

  const later = await stationFor(t, csms.url, "CP-close-1011-3");
  await later.call("m1", "BootNotification", BOOT["1.6"]);
  await later.call("m2", "Heartbeat", {});
  later.socket.send('[2,"m3","Heartbeat",{}]');
  assert.equal((await later.closed).code, 1011);

  const dropped = await stationFor(t, csms.url, "CP-drop");
  dropped.socket.send(JSON.stringify([2, "m1", "BootNotification", BOOT["1.6"]]));
  assert.equal((await dropped.closed).code, 1006);
});

for (const version of VERSIONS) {
  test(`OCPP ${version}: every hostile frame goes out, and the CSMS lives on`, async (t) => {
    const csms = await csmsFor(t);
    const station = await stationFor(t, csms.url, "CP-raw-all", version);
    await station.call("m1", "BootNotification", BOOT[version]);
    const n = Object.keys(HOSTILE).length;
    await until(() => station.received.length === n + 1);
    assert.ok(station.received.some((frame) => Buffer.isBuffer(frame)));
    assert.ok(station.received.some((frame) => frame.length > 10_000_000));
    // The same frames the other way round, one by one.
    for (const frame of Object.values(HOSTILE)) station.socket.send(frame(version));
    const other = await stationFor(t, csms.url, "CP", version);
    assert.equal((await other.call("m1", "Heartbeat", {}))[0], 3);
  });
}

test("rawhex, badcall and flood", async (t) => {
  const csms = await csmsFor(t);
  const station = await stationFor(t, csms.url, "CP-rawhex-5b325d-badcall-flood-50");
  await station.call("m1", "BootNotification", BOOT["1.6"]);
  await station.waitFor((text) => text === "[2]");
  await station.waitFor((text) => text.includes("idTagg"));
  await station.waitFor((text) => text.includes("flood-49"));
});

test("a DataTransfer changes the behaviour of an open connection", async (t) => {
  const csms = await csmsFor(t);
  const station = await stationFor(t, csms.url, "CP");
  await station.call("m1", "BootNotification", BOOT["1.6"]);
  await station.call("m2", "DataTransfer", { vendorId: "ocppscope.tests", messageId: "error-GenericError-call-GetConfiguration" });
  await station.waitFor((text) => text.includes("GetConfiguration"));
  assert.equal((await station.call("m3", "Heartbeat", {}))[2], "GenericError");
  await station.call("m4", "DataTransfer", { vendorId: "ocppscope.tests", messageId: "close-4000-1" });
  station.socket.send('[2,"m5","Heartbeat",{}]');
  assert.equal((await station.closed).code, 4000);
});

test("refusing: http status, password, and bad addresses", async (t) => {
  const csms = await csmsFor(t);
  assert.equal(await refusal(`${csms.url}/CP-http-403`), 403);
  assert.equal(await refusal(`${csms.url}/CP-basic-secret`), 401);
  assert.equal(await refusal(`${csms.url}/%`), 400);
  const address = csms.url.replace("ws://", "ws://CP-basic-secret:secret@");
  const socket = new WebSocket(`${address}/CP-basic-secret`, ["ocpp1.6"]);
  await once(socket, "open");
  socket.terminate();
});

test("an identity is read word by word", () => {
  assert.deepEqual(parseIdentity("CP 01:a"), { interval: 300, calls: [], raws: [] });
  assert.equal(parseIdentity("my-call").calls.length, 0);
  const plan = parseIdentity("CP-call-Reset-late-20-close-1011-3");
  assert.deepEqual(plan, { interval: 300, calls: ["Reset"], raws: [], late: 20, close: { code: 1011, afterFrames: 3 } });
});

test("the small servers do what they say", async (t) => {
  const start = async (promise) => {
    const server = await promise;
    t.after(() => server.close());
    return server;
  };
  assert.equal(await refusal((await start(refusing(404))).url), 404);
  assert.equal(await refusal((await start(withoutSubProtocol())).url), "Server sent no subprotocol");
  assert.equal(await refusal((await start(withSubProtocol("mqtt"))).url), "Server sent an invalid subprotocol");
  assert.equal(await refusal((await start(hangingUp())).url), "socket hang up");
  assert.match(await refusal((await nobody()).url), /ECONNREFUSED/);
  const mute = new WebSocket((await start(silent())).url, ["ocpp1.6"], { handshakeTimeout: 200 });
  assert.match((await once(mute, "error"))[0].message, /timed out/);

  const peer = await start(barePeer());
  const station = await stationFor(t, peer.url, "CP", "2.1");
  assert.equal((await station.call("m1", "BootNotification", BOOT["2.1"]))[2].status, "Accepted");
  peer.send('[6,"s1","NotifyPeriodicEventStream",{}]');
  await station.waitFor((text) => text.startsWith("[6,"));
  station.socket.send('[5,"m1","FormatViolation","",{}]');
  await peer.waitFor((text) => text.startsWith("[5,"));
});

/** Status or message of a handshake that must fail. */
async function refusal(url) {
  const socket = new WebSocket(url, ["ocpp1.6"]);
  const seen = await new Promise((resolve) => {
    socket.on("unexpected-response", (_request, { statusCode }) => resolve(statusCode));
    socket.on("error", ({ message }) => resolve(message));
  });
  socket.terminate();
  return seen;
}

/** Waits for the pong to a ping: whatever the server sent before has arrived then. */
async function roundTrip(socket) {
  socket.ping();
  await once(socket, "pong");
}

/** Waits until the condition holds; the test runner's own time limit ends it. */
async function until(holds) {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
