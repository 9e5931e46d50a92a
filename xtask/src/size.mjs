// Prints name, bytes, gzip bytes and brotli bytes of every file in a folder, separated by tabs. Called by size.rs.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const folder = argv[2];
for (const name of readdirSync(folder, { recursive: true }).sort()) {
  const path = join(folder, name);
  if (!statSync(path).isFile()) continue;
  const bytes = readFileSync(path);
  const brotli = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  console.log([name, bytes.length, gzipSync(bytes, { level: 9 }).length, brotli.length].join("\t"));
}
