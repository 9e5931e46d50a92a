// The healthy CSMS: a valid answer for every message a station may send, and valid requests of its own, per version.

/** Sub-protocol to the version's short name, as used in this folder. */
export const VERSIONS = { "ocpp1.6": "1.6", "ocpp2.0.1": "2.0.1", "ocpp2.1": "2.1" };

const now = () => new Date().toISOString();
const accepted = () => ({ status: "Accepted" });
const nothing = () => ({});

let transactionId = 1000;

const ANSWERS_16 = {
  Authorize: () => ({ idTagInfo: { status: "Accepted" } }),
  BootNotification: (_params, { interval }) => ({ currentTime: now(), interval, status: "Accepted" }),
  DataTransfer: accepted,
  DiagnosticsStatusNotification: nothing,
  FirmwareStatusNotification: nothing,
  Heartbeat: () => ({ currentTime: now() }),
  LogStatusNotification: nothing,
  MeterValues: nothing,
  SecurityEventNotification: nothing,
  SignCertificate: accepted,
  SignedFirmwareStatusNotification: nothing,
  StartTransaction: () => ({ idTagInfo: { status: "Accepted" }, transactionId: ++transactionId }),
  StatusNotification: nothing,
  StopTransaction: (params) => (params.idTag ? { idTagInfo: { status: "Accepted" } } : {}),
};

const ANSWERS_201 = {
  Authorize: () => ({ idTokenInfo: { status: "Accepted" } }),
  BootNotification: (_params, { interval }) => ({ currentTime: now(), interval, status: "Accepted" }),
  ClearedChargingLimit: nothing,
  DataTransfer: accepted,
  FirmwareStatusNotification: nothing,
  Get15118EVCertificate: () => ({ status: "Accepted", exiResponse: "gAAA" }),
  GetCertificateStatus: () => ({ status: "Accepted", ocspResult: "MAoKAQA=" }),
  Heartbeat: () => ({ currentTime: now() }),
  LogStatusNotification: nothing,
  MeterValues: nothing,
  NotifyChargingLimit: nothing,
  NotifyCustomerInformation: nothing,
  NotifyDisplayMessages: nothing,
  NotifyEVChargingNeeds: accepted,
  NotifyEVChargingSchedule: accepted,
  NotifyEvent: nothing,
  NotifyMonitoringReport: nothing,
  NotifyReport: nothing,
  PublishFirmwareStatusNotification: nothing,
  ReportChargingProfiles: nothing,
  ReservationStatusUpdate: nothing,
  SecurityEventNotification: nothing,
  SignCertificate: accepted,
  StatusNotification: nothing,
  TransactionEvent: (params) => ({
    ...(params.idToken ? { idTokenInfo: { status: "Accepted" } } : {}),
    ...(params.eventType === "Ended" ? { totalCost: 4.35 } : {}),
  }),
};

const ANSWERS_21 = {
  ...ANSWERS_201,
  BatterySwap: nothing,
  ClosePeriodicEventStream: nothing,
  GetCertificateChainStatus: ({ certificateStatusRequests }) => ({
    certificateStatus: certificateStatusRequests.map(({ certificateHashData, source }) => ({
      certificateHashData,
      source,
      status: "Good",
      nextUpdate: now(),
    })),
  }),
  NotifyDERAlarm: nothing,
  NotifyDERStartStop: nothing,
  NotifyPriorityCharging: nothing,
  NotifySettlement: nothing,
  OpenPeriodicEventStream: accepted,
  PullDynamicScheduleUpdate: accepted,
  ReportDERControl: nothing,
  VatNumberValidation: ({ vatNumber }) => ({ vatNumber, status: "Accepted" }),
};

/** Answers by version and action. Each takes the request and `{interval}` and gives the payload. */
export const ANSWERS = { "1.6": ANSWERS_16, "2.0.1": ANSWERS_201, "2.1": ANSWERS_21 };

const token = { idToken: "04A2B3C4D5E6F7", type: "ISO14443" };

const REQUESTS_2X = {
  TriggerMessage: { requestedMessage: "StatusNotification", evse: { id: 1, connectorId: 1 } },
  GetVariables: { getVariableData: [{ component: { name: "OCPPCommCtrlr" }, variable: { name: "HeartbeatInterval" } }] },
  SetVariables: {
    setVariableData: [{ attributeValue: "60", component: { name: "OCPPCommCtrlr" }, variable: { name: "HeartbeatInterval" } }],
  },
  GetBaseReport: { requestId: 7, reportBase: "SummaryInventory" },
  RequestStartTransaction: { remoteStartId: 42, idToken: token, evseId: 1 },
  RequestStopTransaction: { transactionId: "7d0f5f4e-2a2b-4c33-9d6c-0c5f6b6a1f10" },
  ChangeAvailability: { operationalStatus: "Inoperative" },
  UnlockConnector: { evseId: 1, connectorId: 1 },
  Reset: { type: "OnIdle" },
  ClearCache: {},
  DataTransfer: { vendorId: "org.example", messageId: "hello", data: "world" },
};

/** Valid requests of the CSMS by version and action. */
export const REQUESTS = {
  "1.6": {
    TriggerMessage: { requestedMessage: "StatusNotification", connectorId: 1 },
    GetConfiguration: { key: ["HeartbeatInterval", "MeterValueSampleInterval"] },
    ChangeConfiguration: { key: "HeartbeatInterval", value: "60" },
    RemoteStartTransaction: { connectorId: 1, idTag: "04A2B3C4D5E6F7" },
    RemoteStopTransaction: { transactionId: 1001 },
    ChangeAvailability: { connectorId: 0, type: "Inoperative" },
    UnlockConnector: { connectorId: 1 },
    Reset: { type: "Soft" },
    ClearCache: {},
    DataTransfer: { vendorId: "org.example", messageId: "hello", data: "world" },
    GetLocalListVersion: {},
    ExtendedTriggerMessage: { requestedMessage: "Heartbeat" },
  },
  "2.0.1": REQUESTS_2X,
  "2.1": REQUESTS_2X,
};

const METER_EVERY_SECOND_2X = {
  setVariableData: [{ attributeValue: "1", component: { name: "SampledDataCtrlr" }, variable: { name: "TxUpdatedInterval" } }],
};

/**
 * The request behind a name: an action of either version, or `MeterEverySecond`, which sets the interval of meter values.
 * A request to stop is about the transaction the station began last.
 *
 * @returns {{action: string, payload: object}}
 */
export function requestFor(version, name, transaction) {
  if (name === "MeterEverySecond") {
    return version === "1.6"
      ? { action: "ChangeConfiguration", payload: { key: "MeterValueSampleInterval", value: "1" } }
      : { action: "SetVariables", payload: METER_EVERY_SECOND_2X };
  }
  const action = actionFor(version, name);
  const payload = REQUESTS[version][action] ?? {};
  const isStop = action === "RemoteStopTransaction" || action === "RequestStopTransaction";
  return { action, payload: isStop && transaction !== undefined ? { ...payload, transactionId: transaction } : payload };
}

/** The request of the same purpose in the version at hand, so that a test can use one name for all versions. */
export function actionFor(version, action) {
  const pairs = [
    ["GetConfiguration", "GetVariables"],
    ["ChangeConfiguration", "SetVariables"],
    ["RemoteStartTransaction", "RequestStartTransaction"],
    ["RemoteStopTransaction", "RequestStopTransaction"],
  ];
  const pair = pairs.find((names) => names.includes(action));
  return pair ? pair[version === "1.6" ? 0 : 1] : action;
}

/** Answers that break the schema of the action, one fault each, by action. */
export const INVALID_ANSWERS = {
  BootNotification: (_params, { interval }) => ({ currentTime: now(), heartbeatInterval: interval, status: "Accepted" }),
  Heartbeat: () => ({ currentTime: "yesterday" }),
  StatusNotification: () => ({ status: "Accepted" }),
  MeterValues: () => null,
  StartTransaction: () => ({ idTagInfo: { status: "Accepted" }, transactionId: "1001" }),
  Authorize: (_params, { version }) =>
    version === "1.6" ? { idTagInfo: { status: "Maybe" } } : { idTokenInfo: { status: "Maybe" } },
  TransactionEvent: () => ({ totalCost: "4.35" }),
};
