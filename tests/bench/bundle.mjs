// Makes one module of npm packages in CommonJS, for a browser: every file that is named by a `require` with a plain text,
// each as a function, and a `require` that looks them up.

import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { extname } from "node:path";

/** The text of a module with one export per package: `{ Ajv: "ajv", … }`. */
export function bundle(packages) {
  const numbers = new Map();
  const modules = [];
  const add = (path) => {
    if (numbers.has(path)) return numbers.get(path);
    const number = modules.push("") - 1;
    numbers.set(path, number);
    const text = readFileSync(path, "utf8");
    if (extname(path) === ".json") {
      modules[number] = `(module) => { module.exports = ${text}; }`;
      return number;
    }
    const resolve = createRequire(path).resolve;
    const names = {};
    for (const [, , name] of text.matchAll(/\brequire\((["'])([^"']+)\1\)/g)) {
      const found = resolved(resolve, name);
      // Optional packages, which Ajv only loads when it is told to.
      if (found !== undefined) names[name] = add(found);
    }
    modules[number] = `(module, exports, require) => { const __names = ${JSON.stringify(names)}; ((require) => {\n${text}\n})((name) => require(__names[name])); }`;
    return number;
  };
  const entries = Object.entries(packages).map(([name, from]) => [name, add(createRequire(import.meta.url).resolve(from))]);
  const exports_ = entries.map(([name, number]) => `export const ${name} = load(${number}).default ?? load(${number});`);
  return `const modules = [\n${modules.join(",\n")}\n];
const loaded = [];
function load(number) {
  if (loaded[number] === undefined) {
    const module = (loaded[number] = { exports: {} });
    modules[number](module, module.exports, load);
  }
  return loaded[number].exports;
}
${exports_.join("\n")}
`;
}

function resolved(resolve, name) {
  try {
    const path = resolve(name);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
