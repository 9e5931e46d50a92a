import { openPage, waitForState } from "./harness.mjs";
for (const [colorScheme, width, height] of [["dark", 1440, 900], ["light", 1024, 768]]) {
  const ends = [];
  const t = { after: (end) => ends.unshift(end) };
  const { page } = await openPage(t, { context: { colorScheme, viewport: { width, height } } });
  const shot = (name) => page.screenshot({ path: `/tmp/e-${colorScheme}-${name}.png` });
  await page.getByRole("button", { name: "Try the demo CSMS", exact: true }).waitFor();
  await waitForState(page, /^Disconnected/);
  await shot("1");
  await page.getByRole("button", { name: "Try the demo CSMS", exact: true }).click();
  await page.getByText("A car plugs in").waitFor();
  await shot("2");
  await page.getByText("The CSMS refused a message").waitFor();
  await shot("3");
  await page.getByRole("button", { name: "Show me", exact: true }).click();
  await page.getByText("Explain names the field").waitFor();
  await page.getByRole("tabpanel").getByText("Most likely cause").first().waitFor();
  await shot("4");
  await page.getByRole("button", { name: "Done", exact: true }).click();
  await shot("5");
  for (const end of ends) await end();
}
