//! Charging days: what a station with two connectors and its CSMS say to each other, the same in every run.

use ocpp_wire::catalog;
use ocpp_wire::date_time;
use ocpp_wire::sample::{self, Context, Fields};
use ocpp_wire::schema::{Part, SchemaSet};
use ocpp_wire::version::Version;

/// Frames of one day.
pub const N_FRAMES: usize = 2_000;

/// One frame in this many is made faulty in a faulty day.
const FAULTY_ONE_IN: usize = 20;

/// Values per meter reading: energy, power, currents and voltages per phase, state of charge, power offered.
const MEASURANDS: [(&str, &str, &str); 10] = [
    ("Energy.Active.Import.Register", "", "Wh"),
    ("Power.Active.Import", "", "W"),
    ("Current.Import", "L1", "A"),
    ("Current.Import", "L2", "A"),
    ("Current.Import", "L3", "A"),
    ("Voltage", "L1-N", "V"),
    ("Voltage", "L2-N", "V"),
    ("Voltage", "L3-N", "V"),
    ("SoC", "", "Percent"),
    ("Power.Offered", "", "W"),
];

/// Requests of a CSMS, sent one after the other through the day.
const REQUESTS_16: [&str; 10] = [
    "GetConfiguration",
    "ChangeConfiguration",
    "TriggerMessage",
    "SetChargingProfile",
    "RemoteStartTransaction",
    "GetLocalListVersion",
    "SendLocalList",
    "ChangeAvailability",
    "GetCompositeSchedule",
    "DataTransfer",
];
const REQUESTS_2: [&str; 10] = [
    "GetVariables",
    "SetVariables",
    "TriggerMessage",
    "SetChargingProfile",
    "RequestStartTransaction",
    "GetLocalListVersion",
    "SendLocalList",
    "ChangeAvailability",
    "GetCompositeSchedule",
    "DataTransfer",
];

/// One frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Frame {
    /// From the station.
    pub is_to_csms: bool,
    /// Milliseconds since 1970.
    pub at: f64,
    /// Its text.
    pub text: String,
}

/// All frames between one station and its CSMS.
#[derive(Clone, Debug, PartialEq)]
pub struct Day {
    /// Version in force.
    pub version: Version,
    /// One frame in twenty has a fault.
    pub is_faulty: bool,
    /// In the order of their times.
    pub frames: Vec<Frame>,
}

impl Day {
    /// Words for a table.
    pub fn name(&self) -> String {
        format!("{}, {}", self.version.number(), if self.is_faulty { "5 % faulty" } else { "healthy" })
    }
}

/// A healthy and a faulty day of every version.
pub fn days(sets: &[SchemaSet]) -> Vec<Day> {
    let mut days = Vec::new();
    for is_faulty in [false, true] {
        for set in sets {
            let mut maker = Maker::new(set);
            maker.day();
            if is_faulty {
                maker.spoil();
            }
            days.push(Day { version: set.version(), is_faulty, frames: maker.frames });
        }
    }
    days
}

/// Says the frames of a day.
struct Maker<'s> {
    set: &'s SchemaSet,
    version: Version,
    /// Milliseconds since 1970.
    now: i64,
    random: u64,
    n_requests: usize,
    frames: Vec<Frame>,
}

/// A day that begins at another time; `seed` gives it other ids and readings.
pub fn day_from(set: &SchemaSet, is_faulty: bool, start_epoch_millis: i64, seed: u64) -> Day {
    let mut maker = Maker::new(set);
    maker.now = start_epoch_millis;
    maker.random = seed;
    // The first numbers of two seeds that are near each other are near each other too.
    for _ in 0..16 {
        maker.random(2);
    }
    maker.day();
    if is_faulty {
        maker.spoil();
    }
    Day { version: set.version(), is_faulty, frames: maker.frames }
}

/// When the days of [`days`] begin: 2026-11-22T00:00:00Z.
pub const START_EPOCH_MILLIS: i64 = 1_795_305_600_000;

impl<'s> Maker<'s> {
    fn new(set: &'s SchemaSet) -> Self {
        let now = START_EPOCH_MILLIS;
        Self { set, version: set.version(), now, random: 20_261_122, n_requests: 0, frames: Vec::new() }
    }

    fn day(&mut self) {
        self.boot();
        let mut transaction = 0;
        while self.frames.len() < N_FRAMES {
            transaction += 1;
            for _ in 0..6 {
                self.wait(300);
                self.heartbeat();
            }
            self.request();
            if self.version == Version::V16 {
                self.transaction_16(transaction);
            } else {
                self.transaction_2(transaction);
            }
        }
        // The frames come in pairs, but for the messages of 2.1 without an answer.
        self.frames.truncate(N_FRAMES);
    }

    fn boot(&mut self) {
        let answer = format!(r#"{{"currentTime":"{}","interval":300,"status":"Accepted"}}"#, self.time());
        if self.version == Version::V16 {
            self.call("BootNotification", r#"{"chargePointVendor":"ExampleVendor","chargePointModel":"Duo 22","chargePointSerialNumber":"CP-004711","chargeBoxSerialNumber":"CB-004711","firmwareVersion":"2.4.1","iccid":"8931000000000000001","imsi":"204080000000001","meterType":"EM340","meterSerialNumber":"M0815"}"#, &answer);
        } else {
            self.call("BootNotification", r#"{"chargingStation":{"serialNumber":"CP-004711","model":"Duo 22","modem":{"iccid":"8931000000000000001","imsi":"204080000000001"},"vendorName":"ExampleVendor","firmwareVersion":"2.4.1"},"reason":"PowerUp"}"#, &answer);
        }
        for connector in 0..=2 {
            self.status(connector, "Available");
        }
        let security = format!(r#"{{"type":"StartupOfTheDevice","timestamp":"{}"}}"#, self.time());
        self.call("SecurityEventNotification", &security, "{}");
        if self.version == Version::V16 {
            let keys: Vec<String> = (1..=40)
                .map(|n| format!(r#"{{"key":"Vendor.Setting{n}","readonly":{},"value":"{}"}}"#, n % 3 == 0, n * 37))
                .collect();
            self.csms_call("GetConfiguration", "{}", &format!(r#"{{"configurationKey":[{}]}}"#, keys.join(",")));
        } else {
            self.csms_call(
                "GetBaseReport",
                r#"{"requestId":42,"reportBase":"FullInventory"}"#,
                r#"{"status":"Accepted"}"#,
            );
            for part in 0..5 {
                let variables: Vec<String> = (1..=12)
                    .map(|n| format!(r#"{{"component":{{"name":"Connector","evse":{{"id":1,"connectorId":1}}}},"variable":{{"name":"Setting{n}"}},"variableAttribute":[{{"type":"Actual","value":"{}","mutability":"ReadWrite"}}],"variableCharacteristics":{{"dataType":"integer","supportsMonitoring":true}}}}"#, n * 37 + part))
                    .collect();
                let report = format!(
                    r#"{{"requestId":42,"generatedAt":"{}","tbc":{},"seqNo":{part},"reportData":[{}]}}"#,
                    self.time(),
                    part < 4,
                    variables.join(",")
                );
                self.call("NotifyReport", &report, "{}");
            }
        }
    }

    fn heartbeat(&mut self) {
        let answer = format!(r#"{{"currentTime":"{}"}}"#, self.time());
        self.call("Heartbeat", "{}", &answer);
    }

    fn status(&mut self, connector: usize, status: &str) {
        let time = self.time();
        let payload = if self.version == Version::V16 {
            format!(r#"{{"connectorId":{connector},"errorCode":"NoError","status":"{status}","timestamp":"{time}"}}"#)
        } else {
            let status = if status == "Available" { "Available" } else { "Occupied" };
            format!(r#"{{"timestamp":"{time}","connectorStatus":"{status}","evseId":{connector},"connectorId":1}}"#)
        };
        self.call("StatusNotification", &payload, "{}");
    }

    /// A request of the CSMS with an answer that fits, both as the composer offers them.
    fn request(&mut self) {
        let requests = if self.version == Version::V16 { REQUESTS_16 } else { REQUESTS_2 };
        let Some(&name) = requests.get(self.n_requests % requests.len()) else { return };
        self.n_requests += 1;
        let Some(action) = catalog::find(self.version, name) else { return };
        let payload = |part: Part, fields: Fields| {
            let schema = self.set.for_action(action, part);
            let context = Context { now_epoch_millis: self.now, preferred: &[] };
            schema.map_or("{}".to_owned(), |schema| sample::compact(&schema, fields, &context))
        };
        let (request, answer) = (payload(Part::Request, Fields::All), payload(Part::Response, Fields::Required));
        self.csms_call(name, &request, &answer);
    }

    fn transaction_16(&mut self, transaction: usize) {
        let connector = 1 + transaction % 2;
        self.status(connector, "Preparing");
        let tag = format!("04A2{:06X}B1C2", transaction * 7_919);
        let info = r#"{"idTagInfo":{"expiryDate":"2027-11-22T00:00:00.000Z","status":"Accepted"}}"#;
        self.call("Authorize", &format!(r#"{{"idTag":"{tag}"}}"#), info);
        let meter = 1_204_330 + transaction * 20_000;
        let start = format!(
            r#"{{"connectorId":{connector},"idTag":"{tag}","meterStart":{meter},"timestamp":"{}"}}"#,
            self.time()
        );
        self.call(
            "StartTransaction",
            &start,
            &format!(r#"{{"idTagInfo":{{"status":"Accepted"}},"transactionId":{transaction}}}"#),
        );
        self.status(connector, "Charging");
        for reading in 0..20 {
            self.wait(60);
            let values = self.meter_value(meter, reading);
            let payload =
                format!(r#"{{"connectorId":{connector},"transactionId":{transaction},"meterValue":[{values}]}}"#);
            self.call("MeterValues", &payload, "{}");
        }
        self.status(connector, "Finishing");
        let data = self.meter_value(meter, 20);
        let stop = format!(
            r#"{{"idTag":"{tag}","meterStop":{},"timestamp":"{}","transactionId":{transaction},"reason":"EVDisconnected","transactionData":[{data}]}}"#,
            meter + 20 * 180,
            self.time()
        );
        self.call("StopTransaction", &stop, r#"{"idTagInfo":{"status":"Accepted"}}"#);
        self.status(connector, "Available");
    }

    fn transaction_2(&mut self, transaction: usize) {
        let evse = 1 + transaction % 2;
        self.status(evse, "Occupied");
        let tag = format!(r#"{{"idToken":"04A2{:06X}B1C2","type":"ISO14443"}}"#, transaction * 7_919);
        let info = r#"{"idTokenInfo":{"status":"Accepted","cacheExpiryDateTime":"2027-11-22T00:00:00.000Z"}}"#;
        self.call("Authorize", &format!(r#"{{"idToken":{tag}}}"#), info);
        let id = self.uuid();
        let meter = 1_204_330 + transaction * 20_000;
        let event = |maker: &mut Self, kind: &str, trigger: &str, reading: usize, rest: &str| {
            let values = maker.meter_value(meter, reading);
            let time = maker.time();
            let state = if kind == "Ended" { "Idle" } else { "Charging" };
            let payload = format!(
                r#"{{"eventType":"{kind}","timestamp":"{time}","triggerReason":"{trigger}","seqNo":{reading},"transactionInfo":{{"transactionId":"{id}","chargingState":"{state}"}},"evse":{{"id":{evse},"connectorId":1}},"meterValue":[{values}]{rest}}}"#
            );
            let answer = if kind == "Started" { info } else { "{}" };
            maker.call("TransactionEvent", &payload, answer);
        };
        event(self, "Started", "Authorized", 0, &format!(r#","idToken":{tag}"#));
        for reading in 1..=20 {
            self.wait(60);
            event(self, "Updated", "MeterValuePeriodic", reading, "");
            if self.version == Version::V21 && reading % 5 == 0 {
                self.stream(reading);
            }
        }
        event(self, "Ended", "EVDeparted", 21, "");
        let notify = format!(
            r#"{{"generatedAt":"{}","seqNo":0,"eventData":[{{"eventId":{transaction},"timestamp":"{}","trigger":"Delta","actualValue":"Available","eventNotificationType":"HardWiredNotification","component":{{"name":"Connector","evse":{{"id":{evse},"connectorId":1}}}},"variable":{{"name":"AvailabilityState"}}}}]}}"#,
            self.time(),
            self.time()
        );
        self.call("NotifyEvent", &notify, "{}");
        self.status(evse, "Available");
    }

    fn stream(&mut self, reading: usize) {
        let time = self.time();
        let id = self.uuid();
        let payload = format!(
            r#"{{"id":1,"pending":0,"basetime":"{time}","data":[{{"t":0,"v":"{}"}},{{"t":1.5,"v":"{}"}}]}}"#,
            230 + reading,
            231 + reading
        );
        self.push(true, format!(r#"[6,"{id}","NotifyPeriodicEventStream",{payload}]"#));
    }

    fn meter_value(&mut self, meter: usize, reading: usize) -> String {
        let mut values = Vec::new();
        for (measurand, phase, unit) in MEASURANDS {
            let jitter = self.random(100);
            let (whole, tenths) = match measurand {
                "Energy.Active.Import.Register" => (meter + reading * 180, 0),
                "Power.Active.Import" => (10_800 + jitter, 0),
                "Current.Import" => (15, jitter % 10),
                "Voltage" => (228 + jitter % 5, jitter / 10),
                "SoC" => (40 + reading, 0),
                _ => (11_000, 0),
            };
            let value = if tenths == 0 { whole.to_string() } else { format!("{whole}.{tenths}") };
            let phase = if phase.is_empty() { String::new() } else { format!(r#""phase":"{phase}","#) };
            values.push(if self.version == Version::V16 {
                format!(r#"{{"value":"{value}","context":"Sample.Periodic","format":"Raw","measurand":"{measurand}",{phase}"location":"Outlet","unit":"{unit}"}}"#)
            } else {
                format!(r#"{{"value":{value},"context":"Sample.Periodic","measurand":"{measurand}",{phase}"location":"Outlet","unitOfMeasure":{{"unit":"{unit}"}}}}"#)
            });
        }
        format!(r#"{{"timestamp":"{}","sampledValue":[{}]}}"#, self.time(), values.join(","))
    }

    fn call(&mut self, action: &str, payload: &str, answer: &str) {
        self.exchange(true, action, payload, answer);
    }

    fn csms_call(&mut self, action: &str, payload: &str, answer: &str) {
        self.exchange(false, action, payload, answer);
    }

    fn exchange(&mut self, is_to_csms: bool, action: &str, payload: &str, answer: &str) {
        let id = self.uuid();
        self.push(is_to_csms, format!(r#"[2,"{id}","{action}",{payload}]"#));
        self.now += 20 + self.random(180) as i64;
        self.push(!is_to_csms, format!(r#"[3,"{id}",{answer}]"#));
        self.now += 5;
    }

    fn push(&mut self, is_to_csms: bool, text: String) {
        self.frames.push(Frame { is_to_csms, at: self.now as f64, text });
    }

    fn wait(&mut self, seconds: i64) {
        self.now += seconds * 1_000;
    }

    fn time(&self) -> String {
        date_time::format_utc(self.now)
    }

    /// The next number below `end`.
    fn random(&mut self, end: usize) -> usize {
        // The constants of Knuth's MMIX.
        self.random = self.random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.random >> 33) as usize) % end
    }

    fn uuid(&mut self) -> String {
        let [first, second, third, fourth, last] = [31, 16, 12, 12, 31].map(|n_bits| self.random(1 << n_bits));
        format!("{first:08x}-{second:04x}-4{third:03x}-8{fourth:03x}-{last:012x}")
    }

    /// Breaks one frame in twenty, each in its own way.
    fn spoil(&mut self) {
        // Not the first: the station stays accepted.
        let spoils: [fn(&str) -> String; 6] =
            [spoil_type, spoil_missing, spoil_unknown, spoil_time, spoil_length, spoil_cut];
        for n in 0..N_FRAMES / FAULTY_ONE_IN {
            // Calls and answers in turn.
            let Some(frame) = self.frames.get_mut(7 + n * FAULTY_ONE_IN + n % 2) else { break };
            let is_broken = |text: &String| *text != frame.text;
            let first = n % spoils.len();
            let turns = spoils.iter().cycle().skip(first).take(spoils.len());
            if let Some(text) = turns.map(|spoil| spoil(&frame.text)).find(is_broken) {
                frame.text = text;
            }
        }
    }
}

/// A number where a string belongs.
fn spoil_type(text: &str) -> String {
    text.replacen(r#""status":"Accepted""#, r#""status":1"#, 1).replacen(
        r#""connectorId":1"#,
        r#""connectorId":"1""#,
        1,
    )
}

/// The first member under another name: one is missing and one is unknown.
fn spoil_missing(text: &str) -> String {
    match text.split_once(r#"{""#) {
        Some((head, rest)) => format!(r#"{head}{{"x{rest}"#),
        None => text.to_owned(),
    }
}

/// A member too many.
fn spoil_unknown(text: &str) -> String {
    match text.strip_suffix("{}]") {
        Some(head) => format!(r#"{head}{{"foo":"bar"}}]"#),
        None => text.strip_suffix("}]").map_or(text.to_owned(), |head| format!(r#"{head},"foo":"bar"}}]"#)),
    }
}

/// A time without its zone.
fn spoil_time(text: &str) -> String {
    text.replacen(r#"Z""#, r#"""#, 1)
}

/// A tag of 46 characters.
fn spoil_length(text: &str) -> String {
    text.replacen("B1C2", &"B1C2".repeat(9), 1)
}

/// The end is missing.
fn spoil_cut(text: &str) -> String {
    text.get(..text.len() - 2).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Contestant;

    fn bundles() -> String {
        Version::ALL
            .map(|version| SchemaSet::bundle(version, &schema_files::read(version.schema_set()).unwrap()))
            .concat()
    }

    #[test]
    fn days_are_as_their_names_say_and_always_the_same() {
        let bundles = bundles();
        let days = days(&SchemaSet::from_bundles(&bundles).unwrap());
        assert_eq!(days, super::days(&SchemaSet::from_bundles(&bundles).unwrap()));
        assert_eq!(days.len(), 6);
        for day in &days {
            assert_eq!(day.frames.len(), N_FRAMES, "{}", day.name());
            let mut contestant = Contestant::new(&bundles, day.version.number()).unwrap();
            let refused: Vec<&str> = day
                .frames
                .iter()
                .filter(|frame| contestant.ingest(&frame.text, frame.is_to_csms, frame.at))
                .map(|frame| frame.text.as_str())
                .collect();
            if day.is_faulty {
                // A call that is cut leaves its answer without a call.
                let expected = N_FRAMES / FAULTY_ONE_IN;
                assert!((expected..expected * 4 / 3).contains(&refused.len()), "{}: {}", day.name(), refused.len());
            } else {
                assert_eq!(refused.first(), None, "{}", day.name());
            }
        }
    }
}
