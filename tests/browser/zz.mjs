import { test } from "node:test";
import * as h from "./harness.mjs";
import { setTimeout as sleep } from "node:timers/promises";
test("x", async (t) => {
  const csms = await h.openCsms(t);
  const { page } = await h.openPage(t);
  await h.connect(page, { url: csms.url, identity: "CP-raw-huge-raw-hugetext-raw-deep-raw-manykeys-raw-deepobject", version: "1.6" });
  const t0=Date.now();
  for (let i=0;i<40;i++){ await sleep(200); const r=await h.rows(page); console.log(Date.now()-t0, r.length, r.filter(x=>x.direction==="to-station").map(x=>x.cells[1]+x.cells[4].slice(0,20)).join("|")); if(i>8&&r.length>11)break; }
  for (const e of csms.log) console.log(e.at%100000, e.direction, e.text.length, e.text.slice(0,100));
  for (const { frame } of (await h.rows(page)).filter(({ direction }) => direction === "to-station")) {
    for (const tab of ["Explain","Fields","Raw","Exchange","Findings"]) {
    const t1=Date.now();
    await h.inspect(page, { frame }, tab);
    await h.waitForPanel(page, `#${frame} `);
    const t2=Date.now();
    console.log(frame, tab, t2-t1, await page.evaluate(() => document.documentElement.outerHTML.length));
    }
  }
});
test("y", async (t) => {
  const csms = await h.openCsms(t);
  const { page } = await h.openPage(t);
  await h.connect(page, { url: csms.url, identity: "CP-raw-all", version: "2.0.1" });
  await sleep(4000);
  for (const e of csms.log) console.log(e.at%100000, e.direction, e.text.length, e.text.slice(0,100));
});
