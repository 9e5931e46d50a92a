// Small servers that each do one thing a CSMS, a proxy or a host may do: refuse, stay silent, agree on the wrong
// sub-protocol, speak OCPP 2.1's newer message types, or serve the page's files.
//
// Each function starts one server on 127.0.0.1 and gives `{url, close}` and what else is of use.

import { createReadStream, readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { extname, join, normalize, sep } from "node:path";

import { WebSocketServer } from "ws";

/** Answers the handshake with this HTTP status instead of opening, such as 401, 404 or 503. */
export async function refusing(status, headers = {}) {
  const http = createHttpServer((_request, response) => response.writeHead(status, headers).end());
  http.on("upgrade", (_request, socket) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.end(`HTTP/1.1 ${status} Refused\r\n${lines.join("")}Content-Length: 0\r\nConnection: close\r\n\r\n`);
  });
  return listen(http);
}

/** Opens the WebSocket without naming any sub-protocol, as servers do that ignore the header. */
export function withoutSubProtocol() {
  return webSocketServer({ handleProtocols: () => false });
}

/** Opens the WebSocket with a sub-protocol that was not offered. */
export async function withSubProtocol(subProtocol) {
  const server = await webSocketServer({ handleProtocols: () => false });
  server.sockets.on("headers", (headers) => headers.push(`Sec-WebSocket-Protocol: ${subProtocol}`));
  return server;
}

/** Accepts the TCP connection and never says a word. */
export async function silent() {
  return listen(createTcpServer(() => {}));
}

/** Reads the request and closes without an answer, as a TLS port or another protocol does. */
export async function hangingUp() {
  return listen(createTcpServer((socket) => socket.once("data", () => socket.destroy())));
}

/** An address where nobody listens: the port was free a moment ago. */
export async function nobody() {
  const server = await listen(createTcpServer(() => {}));
  await server.close();
  return { url: server.url, port: server.port, close: async () => {} };
}

/**
 * A bare OCPP peer that sends and receives any text, also the message types 5 and 6 of OCPP 2.1, which `ocpp-rpc` does not
 * know. Calls get `{}`, BootNotification and Heartbeat what they need; `received` holds every text.
 *
 * @param {{subProtocol?: string, onText?: (text: string, send: (text: string) => void) => boolean|void}} options
 *   `onText` may answer by itself and returns true then
 */
export async function barePeer({ subProtocol = "ocpp2.1", onText = () => false } = {}) {
  const server = await webSocketServer({ handleProtocols: (offered) => (offered.has(subProtocol) ? subProtocol : false) });
  const received = [];
  const waiting = new Set();
  server.sockets.on("connection", (socket) => {
    socket.on("message", (data) => {
      const text = data.toString();
      received.push(text);
      for (const look of waiting) look();
      const send = (answer) => socket.send(answer);
      if (onText(text, send)) return;
      const [type, id, action] = parsed(text);
      if (type !== 2) return;
      const currentTime = new Date().toISOString();
      const answers = { BootNotification: { currentTime, interval: 300, status: "Accepted" }, Heartbeat: { currentTime } };
      send(JSON.stringify([3, id, answers[action] ?? {}]));
    });
    socket.on("error", () => {});
  });
  return {
    ...server,
    received,
    /** Sends a text to every station. */
    send: (text) => server.sockets.clients.forEach((socket) => socket.send(text)),
    /** Resolves with the first text that fits, also one that came before. */
    waitFor: (fits) =>
      new Promise((resolve) => {
        const look = () => {
          const found = received.find(fits);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
  };
}

/** The headers README.md recommends, with the policy that the page itself carries. */
export function recommendedHeaders(dir) {
  const page = readFileSync(join(dir, "index.html"), "utf8");
  const policy = /<meta\s+http-equiv="Content-Security-Policy"\s+content="([^"]*)"/.exec(page)?.[1];
  if (!policy) throw new Error(`no Content-Security-Policy in ${dir}/index.html`);
  return {
    "Content-Security-Policy": `${policy}; frame-ancestors 'none'`,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  };
}

/**
 * A plain file server, as any static host is.
 *
 * @param {string} dir folder to serve
 * @param {{prefix?: string, headers?: Record<string, string>, replace?: (path: string, body: Buffer) => Buffer}} options
 *   `prefix` is the path the folder appears under, such as `/a/b/`; `replace` may change a body, to test what notices it
 */
export async function serveDir(dir, { prefix = "/", headers = {}, replace } = {}) {
  const requests = [];
  const http = createHttpServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname);
    requests.push(path);
    const file = normalize(join(dir, path.slice(prefix.length) || "index.html"));
    const isInside = path.startsWith(prefix) && file.startsWith(normalize(dir + sep));
    const found = isInside ? await stat(file).catch(() => undefined) : undefined;
    if (!found?.isFile()) {
      response.writeHead(404, { "Content-Type": "text/plain" }).end("There is no such file.\n");
      return;
    }
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream", ...headers });
    if (replace) response.end(replace(path, readFileSync(file)));
    else createReadStream(file).pipe(response);
  });
  const server = await listen(http);
  return { ...server, url: `http://127.0.0.1:${server.port}${prefix}`, requests };
}

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".wasm": "application/wasm",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".txt": "text/plain; charset=utf-8",
};

async function webSocketServer(options) {
  const http = createHttpServer((_request, response) => response.writeHead(426).end());
  const sockets = new WebSocketServer({ ...options, server: http });
  return { ...(await listen(http)), sockets };
}

/** Listens on a free port; `close` also cuts what is still open. */
async function listen(server) {
  const open = new Set();
  server.on("connection", (socket) => {
    open.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => open.delete(socket));
  });
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  return {
    port,
    url: `ws://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}

function parsed(text) {
  try {
    const message = JSON.parse(text);
    return Array.isArray(message) ? message : [];
  } catch {
    return [];
  }
}
