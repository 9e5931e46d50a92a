// What the CSMS does beyond healthy answers, told by the identity that connects.
//
// An identity is words with dashes between them; words that are not in this list are just a name. Several may be joined,
// such as `CP-interval-1-late-1500`. "Answers" below means to every Call but BootNotification, so that a test gets a
// connected station first.
//
//   call-ACTION            after the boot, sends this request with a valid payload (see REQUESTS in handlers.mjs);
//                          MeterEverySecond sets the interval of meter values; RemoteStartTransaction and RequestStartTransaction mean each other in the other version
//   badcall                after the boot, sends a request with a misspelt and a missing field
//   error-CODE             answers a CALLERROR with exactly this code, however it is spelt
//   booterror-CODE         answers BootNotification with that CALLERROR
//   boot-STATUS            answers BootNotification with Pending or Rejected
//   interval-SECONDS       heartbeat interval in the answer to BootNotification (else 300)
//   late-MILLISECONDS      answers after that time
//   never                  never answers
//   bootnever              never answers BootNotification
//   invalidresult          answers everything, BootNotification too, with a payload that breaks its schema
//   wrongid                answers with another message id
//   twice                  answers each Call twice
//   closeopen-CODE         closes right after opening
//   close-CODE-N           closes when the Nth frame has come
//   drop                   cuts the TCP connection after the first frame, without a close frame
//   raw-NAME               after the boot, sends a hostile frame (see HOSTILE); `raw-all` sends each of them
//   rawhex-DIGITS          after the boot, sends a text frame with these bytes
//   flood-N                after the boot, sends N GetLocalListVersion calls without waiting for answers
//   http-STATUS            refuses the WebSocket with this HTTP status
//   basic-PASSWORD         wants HTTP Basic authentication with the identity as user name
//   agree-VERSION          agrees on this version only: 1.6, 2.0.1 or 2.1
//
// The same words in a DataTransfer with vendorId `ocppscope.tests`, as its messageId, take force from then on.

import { setTimeout as sleep } from "node:timers/promises";

import ocppRpc from "ocpp-rpc";

import { ANSWERS, INVALID_ANSWERS, VERSIONS, requestFor } from "./handlers.mjs";

const { NOREPLY, createRPCError } = ocppRpc;

/** Number of words that follow each word of an identity. */
const WORDS = {
  call: 1, badcall: 0, error: 1, booterror: 1, boot: 1, interval: 1, late: 1, never: 0, bootnever: 0, invalidresult: 0, wrongid: 0,
  twice: 0, closeopen: 1, close: 2, drop: 0, raw: 1, rawhex: 1, flood: 1, http: 1, basic: 1, agree: 1,
};

/** What an identity asks for. Lists keep the order of the words. */
export function parseIdentity(identity) {
  const plan = { interval: 300, calls: [], raws: [] };
  const words = identity.split("-");
  while (words.length > 0) {
    const word = words.shift();
    if (!Object.hasOwn(WORDS, word) || words.length < WORDS[word]) continue;
    const [value, second] = words.splice(0, WORDS[word]);
    if (word === "call") plan.calls.push(value);
    else if (word === "raw") plan.raws.push(...(value === "all" ? Object.keys(HOSTILE) : [value]));
    else if (word === "rawhex") plan.raws.push(Buffer.from(value, "hex"));
    else if (word === "close") plan.close = { code: Number(value), afterFrames: Number(second) };
    else if (word === "agree") plan.agree = `ocpp${value}`;
    else if (word === "error" || word === "booterror" || word === "boot" || word === "basic") plan[word] = value;
    else plan[word] = WORDS[word] === 0 ? true : Number(value);
  }
  return plan;
}

/** Frames that no CSMS should send, by name. Each is a text, or a Buffer for a binary frame, made for the version. */
export const HOSTILE = {
  binary: () => Buffer.from([0x5b, 0x32, 0x2c, 0x00, 0xff, 0xfe]),
  emptybinary: () => Buffer.alloc(0),
  empty: () => "",
  spaces: () => " \n\t ",
  object: () => "{}",
  null: () => "null",
  emptyarray: () => "[]",
  shortarray: () => "[2]",
  notjson: () => "GET / HTTP/1.1",
  truncated: () => '[2,"cut-off","Reset",{"type":"So',
  trailing: () => '[2,"trailing","ClearCache",{}] and more',
  markup: (version) =>
    call("<b>id</b>", "DataTransfer", { vendorId: "<script>alert(1)</script>", messageId: "<img src=x onerror=alert(1)>" }, version),
  unknowntype: () => '[7,"type-seven","Reset",{}]',
  texttype: () => '["2","text-type","Reset",{"type":"Soft"}]',
  fractiontype: () => '[2.0,"fraction-type","ClearCache",{}]',
  numericid: () => '[2,17,"ClearCache",{}]',
  emptyid: () => '[2,"","ClearCache",{}]',
  longid: () => `[2,"${"i".repeat(37)}","ClearCache",{}]`,
  nullpayload: () => '[2,"null-payload","ClearCache",null]',
  arraypayload: () => '[2,"array-payload","ClearCache",[]]',
  nopayload: () => '[2,"no-payload","ClearCache"]',
  extraelement: () => '[2,"extra-element","ClearCache",{},true]',
  direction: () => '[2,"wrong-direction","Heartbeat",{}]',
  unknownaction: () => '[2,"unknown-action","MakeCoffee",{"cups":2}]',
  caseaction: () => '[2,"case-action","triggermessage",{}]',
  toolong: (version) =>
    version === "1.6"
      ? call("too-long", "RemoteStartTransaction", { idTag: "12345678901234567890123" })
      : call("too-long", "RequestStartTransaction", { remoteStartId: 1, idToken: { idToken: "x".repeat(256), type: "ISO14443" } }),
  duplicatekeys: (version) =>
    version === "1.6" ? '[2,"duplicate-keys","UnlockConnector",{"connectorId":1,"connectorId":2}]'
      : '[2,"duplicate-keys","UnlockConnector",{"evseId":1,"connectorId":1,"connectorId":2}]',
  bignumber: (version) =>
    version === "1.6" ? '[2,"big-number","RemoteStopTransaction",{"transactionId":1e400}]'
      : '[2,"big-number","RequestStartTransaction",{"remoteStartId":1e400,"idToken":{"idToken":"a","type":"ISO14443"}}]',
  surrogate: () => '[2,"lone-surrogate","DataTransfer",{"vendorId":"\\ud800"}]',
  controls: () => '[2,"control-characters","DataTransfer",{"vendorId":"a\\u0000b\\u202Ec\\u0007"}]',
  proto: () => '[2,"__proto__","DataTransfer",{"vendorId":"v","__proto__":{"a":1},"constructor":1}]',
  bom: () => '\ufeff[2,"byte-order-mark","ClearCache",{}]',
  unmatchedresult: () => '[3,"nobody-asked",{}]',
  unmatchederror: () => '[4,"nobody-asked","InternalError","",{}]',
  errorwithoutdetails: () => '[4,"nobody-asked","GenericError"]',
  resulterror: () => '[5,"nobody-answered","FormatViolation","",{}]',
  send: () => '[6,"sent","NotifyPeriodicEventStream",{"id":1,"pending":0,"basetime":"2025-01-01T00:00:00Z","data":[{"t":0,"v":"1"}]}]',
  deep: () => "[".repeat(100_000),
  deepobject: () => `[2,"deep-object","DataTransfer",{"vendorId":"v","data":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}]`,
  manykeys: () => `[2,"many-keys","DataTransfer",{"vendorId":"v",${Array.from({ length: 20_000 }, (_, i) => `"k${i}":${i}`).join(",")}}]`,
  huge: () => `[2,"huge","DataTransfer",{"vendorId":"v","data":"${"x".repeat(10_000_000)}"}]`,
  hugetext: () => "x".repeat(10_000_000),
};

function call(id, action, payload) {
  return JSON.stringify([2, id, action, payload]);
}

/** One connected station and what this CSMS does to it. */
export class Station {
  constructor(client, plan, note) {
    this.client = client;
    this.plan = plan;
    this.version = VERSIONS[client.protocol] ?? "1.6";
    this.frames = 0;
    this.isGreeted = false;
    /** Number or identifier of the transaction the station began last. */
    this.transaction = undefined;
    this.ending = new AbortController();
    this.note = (direction, text) => note(client.identity, direction, text);
  }

  /** Begins; called once, before the first frame can arrive. */
  start() {
    const { client, plan } = this;
    const { protocols, request } = client.handshake;
    this.note("event", `opened, ${client.protocol ?? "no sub-protocol"}, offered ${[...protocols].join(" ")}, at ${request.url}`);
    client.on("message", ({ message, outbound }) => this.#seen(message.toString(), outbound));
    client.on("badMessage", ({ error }) => this.note("event", `bad message: ${error.message}`));
    client.on("strictValidationFailure", ({ error }) => this.note("event", `strict mode: ${error.message}`));
    client.on("socketError", (error) => this.note("event", `socket error: ${error.message}`));
    client.once("close", ({ code, reason }) => {
      this.stop();
      this.note("event", `closed, ${code} ${reason}`);
    });
    client.handle((request) => this.#answer(request));
    // Strict mode would answer a faulty request itself, with its own code instead of the one that was asked for.
    if (plan.error || plan.never) client.reconfigure({ strictMode: false });
    if (plan.closeopen) this.#close(plan.closeopen);
  }

  /** Ends everything that still waits. */
  stop() {
    this.ending.abort();
  }

  #seen(text, outbound) {
    this.note(outbound ? "to-station" : "to-csms", text);
    if (outbound) {
      // The first answer is on its way, so the station is up: now come our own frames.
      if (!this.isGreeted && /^\[[34],/.test(text)) {
        this.isGreeted = true;
        setImmediate(() => this.#greet());
      }
      return;
    }
    this.frames += 1;
    if (this.plan.drop) this.#force();
    if (this.plan.close?.afterFrames === this.frames) this.#close(this.plan.close.code);
  }

  /** Answers a Call; what it returns goes out as the library sends it, NOREPLY means we sent it or do not answer. */
  async #answer({ messageId, method, params, signal }) {
    const { plan, version } = this;
    const isBoot = method === "BootNotification";
    if (method === "DataTransfer" && params?.vendorId === "ocppscope.tests") return this.#instruct(params.messageId ?? "");
    if (isBoot ? plan.bootnever : plan.never) return NOREPLY;
    const code = isBoot ? plan.booterror : plan.error;
    // The library rewrites codes it holds for misspelt, and answers that break a schema; so these go out by hand.
    if (code) return this.#send([4, messageId, code, `The CSMS was told to refuse this with ${code}`, { action: method }]);
    if (plan.late && !isBoot) await sleep(plan.late, null, { signal: AbortSignal.any([signal, this.ending.signal]) });

    const invalid = plan.invalidresult && INVALID_ANSWERS[method];
    if (invalid) return this.#send([3, messageId, invalid(params, { version, interval: plan.interval })]);
    const answer = ANSWERS[version][method];
    if (!answer) throw createRPCError("NotImplemented", `This CSMS does not know ${method}`, {});
    const payload = answer(params, plan);
    if (isBoot && plan.boot) payload.status = plan.boot;
    this.transaction = payload.transactionId ?? params.transactionInfo?.transactionId ?? this.transaction;
    if (plan.wrongid && !isBoot) return this.#send([3, `${messageId.slice(0, 30)}-other`, payload]);
    if (plan.twice && !isBoot) this.#send([3, messageId, payload]);
    return payload;
  }

  /** Sends what the identity asked for, once the station is up. */
  async #greet() {
    const { plan, version, client } = this;
    try {
      for (const name of plan.raws) this.#raw(Buffer.isBuffer(name) ? name.toString() : this.#hostile(name));
      if (plan.badcall) {
        const [action, payload] = version === "1.6" ? ["RemoteStartTransaction", { idTagg: "04A2B3C4" }]
          : ["RequestStartTransaction", { remoteStartID: 42, idToken: { idToken: "04A2B3C4", type: "ISO14443" } }];
        this.#raw(call("bad-call", action, payload));
      }
      for (let n = 0; n < (plan.flood ?? 0); n += 1) {
        this.#raw(call(`flood-${n}`, "GetLocalListVersion", {}));
      }
      for (const name of plan.calls) {
        const { action, payload } = requestFor(version, name, this.transaction);
        try {
          const result = await client.call(action, payload);
          this.note("event", `${action} was answered: ${JSON.stringify(result)}`);
        } catch (error) {
          this.note("event", `${action} failed: ${error.rpcErrorCode ?? error.name} ${error.message}`);
        }
      }
    } catch (error) {
      // The station may go away in the middle of it.
      this.note("event", `could not send: ${error.message}`);
    }
    plan.raws = [];
    plan.calls = [];
    plan.badcall = false;
    plan.flood = 0;
  }

  /** Takes the words of a DataTransfer as if they stood in the identity. */
  #instruct(words) {
    const wanted = parseIdentity(words);
    const mentioned = Object.fromEntries(Object.entries(wanted).filter(([key]) => key !== "interval" || /(^|-)interval-/.test(words)));
    Object.assign(this.plan, mentioned);
    if (wanted.error || wanted.never) this.client.reconfigure({ strictMode: false });
    if (wanted.close) this.plan.close.afterFrames += this.frames;
    setImmediate(() => this.#greet());
    return { status: "Accepted" };
  }

  #hostile(name) {
    const frame = HOSTILE[name];
    if (!frame) throw new Error(`there is no hostile frame ${name}`);
    return frame(this.version);
  }

  #raw(frame) {
    this.client.sendRaw(frame);
  }

  #send(message) {
    this.#raw(JSON.stringify(message));
    return NOREPLY;
  }

  #close(code) {
    this.client.close({ code, reason: `told by the identity (${code})` }).catch((error) => this.note("event", `close: ${error.message}`));
  }

  #force() {
    this.client.close({ force: true }).catch((error) => this.note("event", `drop: ${error.message}`));
  }
}
