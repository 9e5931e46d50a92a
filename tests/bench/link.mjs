// The other contestant of `cargo xtask bench link`: pako at its highest level and base64url over the same frames, as a JSON
// array of time, direction and frame.
//
//   node link.mjs FOLDER
//
// FOLDER holds the `link.json` of `bench-native link`. A line for each capture: its name, a tab, the characters.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";

import { deflate } from "pako";

const captures = JSON.parse(readFileSync(join(argv[2], "link.json"), "utf8"));
for (const { name, rows } of captures) {
  const bytes = deflate(JSON.stringify(rows), { level: 9 });
  console.log(`${name}\t${Buffer.from(bytes).toString("base64url").length}`);
}
