// A real CSMS for the tests and for trying the page: npm `ocpp-rpc` in strict mode, for ocpp1.6, ocpp2.0.1 and ocpp2.1.
//
// It answers every message a station may send, and does what the identity of the station tells it: the identity
// `CP-call-TriggerMessage` makes it send a TriggerMessage, `CP-late-1500` makes it answer late. `behaviours.mjs` lists
// all the words; `handlers.mjs` holds the healthy answers.
//
//   node tests/csms/server.mjs --port 9220        then connect to ws://127.0.0.1:9220 with any identity
//
// In a test: `const csms = await startCsms(); … csms.url … await csms.close();`. `csms.log` holds every frame.

import { createServer } from "node:http";
import { createRequire } from "node:module";
import { argv, exit, stdin } from "node:process";
import { fileURLToPath } from "node:url";

import ocppRpc from "ocpp-rpc";

import { Station, parseIdentity } from "./behaviours.mjs";

const { RPCServer, createValidator } = ocppRpc;

/** Sub-protocols in the order of our preference: the newest version that the station offers is chosen. */
export const PROTOCOLS = ["ocpp2.1", "ocpp2.0.1", "ocpp1.6"];

/**
 * Starts the CSMS on 127.0.0.1.
 *
 * @param {{port?: number, say?: (line: string) => void}} options port 0 takes a free one; `say` hears what happens
 * @returns {Promise<{url: string, port: number, log: LogEntry[], stations: Set<Station>, close: () => Promise<void>}>}
 */
export async function startCsms({ port = 0, say = () => {} } = {}) {
  /** @typedef {{at: number, identity: string, direction: "to-csms"|"to-station"|"event", text: string}} LogEntry */
  /** @type {LogEntry[]} */
  const log = [];
  const note = (identity, direction, text) => {
    log.push({ at: Date.now(), identity, direction, text });
    say(`${identity} ${{ "to-csms": "→", "to-station": "←", event: "·" }[direction]} ${shortened(text)}`);
  };

  const rpc = new RPCServer({
    protocols: PROTOCOLS,
    strictMode: true,
    strictModeValidators: [validatorOf21()],
    callTimeoutMs: 10_000,
    // A ping that is not answered would end connections that a test holds up on purpose.
    pingIntervalMs: 0,
  });
  const stations = new Set();
  rpc.auth((accept, reject, handshake) => {
    const plan = parseIdentity(handshake.identity);
    if (plan.http) return reject(plan.http, "told by the identity");
    return accept({ plan }, plan.agree);
  });
  rpc.on("client", (client) => {
    const station = new Station(client, client.session.plan, note);
    stations.add(station);
    client.once("close", () => stations.delete(station));
    station.start();
  });
  rpc.on("error", (error) => note("-", "event", `server error: ${error.message}`));
  rpc.on("upgradeAborted", ({ identity, error }) => note(identity ?? "-", "event", `refused: ${error?.message ?? "no reason"}`));

  const http = createServer((_request, response) => {
    response.writeHead(404, { "Content-Type": "text/plain" });
    response.end("This is a CSMS: connect by WebSocket.\n");
  });
  const sockets = new Set();
  http.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  http.on("upgrade", (request, socket, head) => {
    if (demandsPassword(request)) {
      // The library cannot send this header, and without it a browser never sends the password.
      socket.end("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"csms\"\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    // The library reads the URL before it begins to catch: an identity such as `%` would end the process.
    rpc.handleUpgrade(request, socket, head).catch((error) => {
      note("-", "event", `bad request: ${error.message}`);
      socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
    });
  });
  await new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen({ port, host: "127.0.0.1" }, resolve);
  });
  http.on("error", (error) => note("-", "event", `server error: ${error.message}`));

  const taken = http.address().port;
  return {
    url: `ws://127.0.0.1:${taken}`,
    port: taken,
    log,
    stations,
    close: async () => {
      for (const station of stations) station.stop();
      const closed = new Promise((resolve) => http.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
      await rpc.close({ force: true });
    },
  };
}

/**
 * The library's own schemas of OCPP 2.1, made usable.
 *
 * ocpp-rpc 2.2.1 names them `urn:HeartbeatRequest` but looks for `urn:Heartbeat.req`, so that its strict mode refuses every
 * 2.1 message. They also say `additionalProperties` of strings, which means nothing and makes Ajv print warnings.
 */
export function validatorOf21() {
  const schemas = createRequire(import.meta.url)("ocpp-rpc/lib/schemas/ocpp2_1.json");
  const mended = JSON.parse(JSON.stringify(schemas), (_key, value) => {
    if (value?.type === "string") delete value.additionalProperties;
    if (value?.$id) value.$id = value.$id.replace(/Request$/, ".req").replace(/Response$/, ".conf");
    return value;
  });
  return createValidator("ocpp2.1", mended);
}

/** Whether the identity wants a password (`CP-basic-secret`) and the request does not carry it. */
function demandsPassword(request) {
  const identity = lastSegment(request.url);
  const wanted = parseIdentity(identity).basic;
  if (wanted === undefined) return false;
  const given = Buffer.from((request.headers.authorization ?? "").replace(/^Basic /i, ""), "base64").toString();
  return given !== `${identity}:${wanted}`;
}

function lastSegment(url) {
  try {
    return decodeURIComponent(new URL(`http://localhost${url}`).pathname.split("/").pop());
  } catch {
    return "";
  }
}

function shortened(text) {
  return text.length > 400 ? `${text.slice(0, 400)}… (${text.length} characters)` : text;
}

/** Runs the CSMS from the command line. */
async function main() {
  const option = (name, otherwise) => {
    const at = argv.indexOf(name);
    return at < 0 ? otherwise : argv[at + 1];
  };
  const port = Number(option("--port", "9220"));
  // Whatever a station does, the CSMS of the person trying the page stays up.
  process.on("unhandledRejection", (error) => console.error(`unhandled: ${error?.stack ?? error}`));
  process.on("uncaughtException", (error) => console.error(`uncaught: ${error?.stack ?? error}`));
  try {
    const csms = await startCsms({ port, say: console.log });
    console.log(`listening on ${csms.url}`);
  } catch (error) {
    const why = error.code === "EADDRINUSE" ? `port ${port} is taken by another program` : error.message;
    console.error(`The CSMS cannot start: ${why}`);
    exit(1);
  }
  if (argv.includes("--until-stdin-ends")) {
    stdin.resume();
    stdin.once("end", () => exit(0));
    stdin.once("error", () => exit(0));
  }
}

if (argv[1] === fileURLToPath(import.meta.url)) await main();
