// The other contestant: `JSON.parse`, the envelope, and Ajv, doing the work that both sides do. Runs in Node and in a worker
// of the browser.

/** Types of messages: number of elements, and the place of the payload, where there is one. */
const TYPES = new Map([
  [2, { length: 4, payload: 3 }],
  [3, { length: 3, payload: 2 }],
  [4, { length: 5 }],
  [5, { length: 5, only: "2.1" }],
  [6, { length: 4, payload: 3, only: "2.1" }],
]);

/** Takes frames of one version in, one after the other. */
export class AjvContestant {
  /**
   * @param {{Ajv: Function, addFormats: Function}} library
   * @param {Record<string, object>} schemas by file name without `.json`
   * @param {string} version
   * @param {boolean} allErrors also look on after the first fault of a payload, as a tool must that shows them all
   */
  constructor({ Ajv, addFormats }, schemas, version, allErrors) {
    this.version = version;
    // `multipleOf: 0.1` of 1.6 is only right with a tolerance.
    const ajv = new Ajv({ strict: false, allErrors, validateFormats: true, multipleOfPrecision: 6, logger: false });
    addFormats(ajv);
    this.ajv = ajv;
    this.schemas = schemas;
    this.requests = new Map();
    this.responses = new Map();
    this.restart();
  }

  /** Forgets all frames; the schemas stay compiled. */
  restart() {
    this.fromStation = new Map();
    this.fromCsms = new Map();
  }

  /** Takes one frame in. Gives whether it was refused. */
  ingest(text, isToCsms) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      return true;
    }
    if (!Array.isArray(frame)) return true;
    const type = TYPES.get(frame[0]);
    if (type === undefined || frame.length !== type.length || (type.only ?? this.version) !== this.version) return true;
    const id = frame[1];
    if (typeof id !== "string" || id.length === 0 || id.length > 36) return true;
    const isRequest = frame[0] === 2 || frame[0] === 6;
    let action = frame[2];
    if (isRequest) {
      if (typeof action !== "string") return true;
      (isToCsms ? this.fromStation : this.fromCsms).set(id, action);
    } else {
      const open = isToCsms ? this.fromCsms : this.fromStation;
      action = open.get(id);
      if (action === undefined) return true;
      open.delete(id);
      if (frame[0] !== 3) return typeof frame[2] !== "string" || typeof frame[3] !== "string" || typeof frame[4] !== "object";
    }
    const payload = frame[type.payload];
    if (typeof payload !== "object" || Array.isArray(payload)) return true;
    const validate = isRequest
      ? (this.requests.get(action) ?? this.compile(this.requests, action, ["Request", ""]))
      : (this.responses.get(action) ?? this.compile(this.responses, action, ["Response"]));
    if (validate === undefined) return isRequest;
    return !validate(payload ?? {});
  }

  /** Compiles a schema when it is first needed, which is before the clock runs. */
  compile(validators, action, endings) {
    const schema = endings.map((ending) => this.schemas[action + ending]).find((schema) => schema !== undefined);
    if (schema === undefined) return undefined;
    // Ajv 8 knows neither draft-04 nor draft-06 by itself, but every keyword that OCPP uses of them.
    const { $schema: _schema, $id: _$id, id: _id, ...bare } = schema;
    const validate = this.ajv.compile(bare);
    validators.set(action, validate);
    return validate;
  }
}

/**
 * Takes a day in several times and measures it.
 *
 * @param {{restart(): void, ingest(text: string, isToCsms: boolean, at: number): boolean}} contestant
 * @param {{frames: [boolean, number, string][]}} day direction, time and text of each frame
 * @param {number} nPasses
 * @returns {{micros: number, nRefused: number}} microseconds per frame, refused frames per pass
 */
export function measure(contestant, { frames }, nPasses) {
  let nRefused = 0;
  const start = performance.now();
  for (let pass = 0; pass < nPasses; pass++) {
    contestant.restart();
    for (const [isToCsms, at, text] of frames) if (contestant.ingest(text, isToCsms, at)) nRefused += 1;
  }
  const millis = performance.now() - start;
  return { micros: (millis * 1000) / (nPasses * frames.length), nRefused: nRefused / nPasses };
}
