// A small scene with healthy, faulty and refused frames, for the tests of the timeline.

import { connectByHand, openCsms, openPage, openView, sendRaw, tellCsms, waitForRow } from "./harness.mjs";

/** A connected station. */
export async function station(t, { identity = "CP-1", version = "1.6" } = {}) {
  const csms = await openCsms(t);
  const { page, site } = await openPage(t);
  await connectByHand(page, { url: csms.url, identity, version });
  await openView(page, "Timeline");
  return { page, csms, site };
}

/**
 * Ten frames: 1 and 2 the boot, 3 and 4 a Heartbeat, 5 a faulty Authorize that 6 refuses, 7 and 8 the order to refuse,
 * 9 a Heartbeat that 10 refuses.
 */
export async function scene(t) {
  const { page, csms, site } = await station(t);
  await openView(page, "Send");
  await sendRaw(page, '[2,"beat-1","Heartbeat",{}]');
  await waitForRow(page, { frame: 4 });
  await sendRaw(page, '[2,"too-long","Authorize",{"idTag":"RFID-XYZ789-00000000042"}]');
  await waitForRow(page, { frame: 6, kind: "error" });
  await tellCsms(page, "error-GenericError");
  await waitForRow(page, { frame: 8, kind: "result" });
  await sendRaw(page, '[2,"beat-2","Heartbeat",{}]');
  await waitForRow(page, { frame: 10, kind: "error" });
  await openView(page, "Timeline");
  return { page, csms, site };
}
