// A list that is longer than a browser can make an element.

import assert from "node:assert/strict";
import { test } from "node:test";

import { eventually, openPage, row, rows, timeline, waitForCount, waitForRow } from "./harness.mjs";

const N = 20_000;

/** A log of so many frames, each call with its answer. */
function logOf(nFrames) {
  const lines = Array.from({ length: nFrames / 2 }, (_, n) => {
    const at = new Date(Date.UTC(2026, 0, 1) + n * 1_000).toISOString();
    return `${at} CP-1: receive message [2,"${n}","Heartbeat",{}]\n${at} CP-1: send [3,"${n}",{"currentTime":"${at}"}]\n`;
  });
  return Buffer.from(lines.join(""));
}

const choose = (page, buffer) => page.getByLabel("Capture files").setInputFiles([{ name: "long.log", mimeType: "text/plain", buffer }]);

/** Frames at the upper and the lower edge of what is seen. */
const edges = (page) =>
  timeline(page).evaluate((grid) => {
    const head = grid.querySelector('[aria-rowindex="1"]').getBoundingClientRect().bottom;
    const { bottom } = grid.getBoundingClientRect();
    const seen = [...grid.querySelectorAll("[data-frame]")]
      .map((element) => ({ frame: Number(element.dataset.frame), rect: element.getBoundingClientRect() }))
      .filter(({ rect }) => rect.bottom > head + 1 && rect.top < bottom - 1)
      .map(({ frame }) => frame)
      .sort((a, b) => a - b);
    return [seen[0], seen.at(-1)];
  });

test("in a list that is too long for the browser the wheel goes by rows, and the scroll bar covers everything", async (t) => {
  const { page } = await openPage(t);
  // As if this browser could hold no taller element: 20,000 rows would be half a million pixels.
  await page.evaluate(() => document.documentElement.style.setProperty("--size-list-most", "60000px"));
  await page.setViewportSize({ width: 1400, height: 880 });
  await choose(page, logOf(N));
  await waitForCount(page, `${N} frames`);
  const grid = timeline(page);
  const scroll = (part) => grid.evaluate((element, part) => (element.scrollTop = part * (element.scrollHeight - element.clientHeight)), part);
  assert.ok((await grid.evaluate((element) => element.scrollHeight)) < 61_000);

  await scroll(0.5);
  await eventually(page, () => edges(page), ([first]) => first > N * 0.4 && first < N * 0.6);
  const [before] = await edges(page);
  const rowPx = await row(page).first().evaluate((element) => element.getBoundingClientRect().height);
  await grid.hover();
  for (let n = 1; n <= 10; n += 1) {
    await page.mouse.wheel(0, rowPx * 4);
    await eventually(page, () => edges(page), ([first]) => first === before + 4 * n);
  }
  // The scroll bar follows, the rows do not move.
  await page.waitForTimeout(500);
  assert.equal((await edges(page))[0], before + 40);

  await scroll(1);
  await eventually(page, () => edges(page), ([, last]) => last === N);
  await scroll(0);
  await eventually(page, () => edges(page), ([first]) => first === 1);

  await grid.focus();
  await page.keyboard.press("End");
  await waitForRow(page, { frame: N });
  await eventually(page, () => edges(page), ([, last]) => last === N);
  await page.keyboard.press("PageUp");
  const selected = () => rows(page).then((all) => all.find((each) => each.isSelected)?.frame);
  const above = await eventually(page, selected, (frame) => frame < N && frame > N - 60);
  await page.keyboard.press("PageUp");
  await eventually(page, selected, (frame) => frame === above - (N - above));
  await page.keyboard.press("Home");
  await eventually(page, () => edges(page), ([first]) => first === 1);
});
