// The worker of one contestant in the browser. First message: which one, and the day; it is answered when all is loaded.
// Every further message is a number of passes, answered by what they took.

import { measure } from "./ajv.mjs";

const json = async (name) => (await fetch(name)).json();

async function ours(day) {
  const [{ default: init, Contestant }, bundles] = await Promise.all([import("./bench.js"), fetch("schemas.txt").then((r) => r.text())]);
  await init();
  return new Contestant(bundles, day.version);
}

async function ajv(day) {
  const [{ AjvContestant }, library, schemas] = await Promise.all([import("./ajv.mjs"), import("./ajv-bundle.mjs"), json("schemas.json")]);
  return new AjvContestant(library, schemas[day.version], day.version, day.isFaulty);
}

self.onmessage = async ({ data: [name, index] }) => {
  try {
    const day = (await json("days.json"))[index];
    const contestant = await { ours, ajv }[name](day);
    self.onmessage = ({ data: nPasses }) => self.postMessage(measure(contestant, day, nPasses));
    self.postMessage("ready");
  } catch (error) {
    self.postMessage({ error: `${name}: ${error.stack}` });
  }
};
