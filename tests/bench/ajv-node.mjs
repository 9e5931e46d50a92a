// Ajv in Node, with the same words as `bench-native run`: reads lines `<day> <passes>`, answers
// `<microseconds per frame> <refused>`.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdin } from "node:process";
import { createInterface } from "node:readline";

import { Ajv } from "ajv";
import addFormats from "ajv-formats";

import { AjvContestant, measure } from "./ajv.mjs";

const json = (name) => JSON.parse(readFileSync(join(argv[2], name), "utf8"));
const days = json("days.json");
const schemas = json("schemas.json");
const contestants = new Map();

for await (const line of createInterface({ input: stdin })) {
  const [index, nPasses] = line.split(" ").map(Number);
  const day = days[index];
  if (!contestants.has(index)) {
    contestants.set(index, new AjvContestant({ Ajv, addFormats: addFormats.default }, schemas[day.version], day.version, day.isFaulty));
    measure(contestants.get(index), day, 1);
  }
  const { micros, nRefused } = measure(contestants.get(index), day, nPasses);
  console.log(`${micros} ${nRefused}`);
}
