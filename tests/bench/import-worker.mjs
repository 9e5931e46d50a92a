// The other contestant of `cargo xtask bench import`: reads a log as a stream, line by line, and does `JSON.parse`, the
// envelope and Ajv for each frame. It keeps the texts with their verdicts, as a page must that shows them. It knows the
// grammar of the log, and each station's version by its name.

import { Ajv, addFormats } from "./ajv-bundle.mjs";
import { AjvContestant } from "./ajv.mjs";

const LINE = /^\[INFO \] (\S+ \S+) \S+ - \[chargeBoxId=(CP(16|201|21)-\d+), sessionId=\d+\] (Received|Sending): /;
const VERSIONS = { 16: "1.6", 201: "2.0.1", 21: "2.1" };

const schemas = await (await fetch("schemas.json")).json();
const stations = new Map();
// Validators are compiled once per version; what is open is each station's own.
const first = new Map();

function stationOf(name, version) {
  let station = stations.get(name);
  if (station === undefined) {
    station = new AjvContestant({ Ajv, addFormats }, schemas[version], version, true);
    const known = first.get(version) ?? station;
    first.set(version, known);
    Object.assign(station, { requests: known.requests, responses: known.responses });
    stations.set(name, station);
  }
  return station;
}

const frames = [];
let nRefused = 0;

function take(line) {
  const found = LINE.exec(line);
  if (found === null) return;
  const [head, at, name, version, verb] = found;
  const text = line.slice(head.length);
  const isRefused = stationOf(name, VERSIONS[version]).ingest(text, verb === "Received");
  if (isRefused) nRefused += 1;
  frames.push({ at: Date.parse(`${at.replace(",", ".")}Z`), text, isRefused });
}

self.onmessage = async ({ data: file }) => {
  try {
    let rest = "";
    for await (const piece of file.stream().pipeThrough(new TextDecoderStream())) {
      const lines = (rest + piece).split("\n");
      rest = lines.pop();
      for (const line of lines) take(line);
    }
    if (rest !== "") take(rest);
    self.postMessage({ nFrames: frames.length, nRefused });
  } catch (error) {
    self.postMessage({ error: String(error.stack) });
  }
};
self.postMessage("ready");
