// What axe-core says of the page as it is.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Fails when axe finds something serious on the page as it is. */
export async function isAccessible(page, what) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  for (const colorScheme of ["dark", "light"]) {
    await page.emulateMedia({ colorScheme });
    const found = await page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, { resultTypes: ["violations"] });
      const where = (nodes) => nodes.slice(0, 5).map(({ target, failureSummary }) => `${target}: ${failureSummary}`);
      return violations.map(({ id, impact, help, nodes }) => ({ id, impact, help, where: where(nodes) }));
    });
    const serious = found.filter(({ impact }) => impact === "serious" || impact === "critical");
    assert.deepEqual(serious, [], `${what}, ${colorScheme}`);
  }
}
