//! Meter values of 1.6: the measurands that the meter knows, and how a reading is written.
//!
//! # Source
//! OCPP 1.6 edition 2 sections 4.7, 7.31 to 7.35, 7.43, 9.1.17; errata v4 3.86.

use super::configuration::items;
use crate::object::{self, Object};
use crate::quantity;
use crate::station::outlet::Reading;

/// A measurand that the meter knows.
struct Measurand {
    name: &'static str,
    /// Unit; empty where 1.6 has none.
    unit: &'static str,
    /// Phases it is told by, as the end of an item of the configuration; empty when it is one value for all.
    phases: &'static [&'static str],
}

const LINES: &[&str] = &["L1", "L2", "L3"];

/// Voltage is measured against neutral.
const LINES_TO_NEUTRAL: &[&str] = &["L1-N", "L2-N", "L3-N"];

const MEASURANDS: &[Measurand] = &[
    Measurand { name: "Energy.Active.Import.Register", unit: "Wh", phases: &[] },
    Measurand { name: "Power.Active.Import", unit: "W", phases: LINES },
    Measurand { name: "Power.Offered", unit: "W", phases: &[] },
    Measurand { name: "Power.Factor", unit: "", phases: &[] },
    Measurand { name: "Current.Import", unit: "A", phases: LINES },
    Measurand { name: "Current.Offered", unit: "A", phases: &[] },
    Measurand { name: "Voltage", unit: "V", phases: LINES_TO_NEUTRAL },
    Measurand { name: "Frequency", unit: "", phases: &[] },
    Measurand { name: "Temperature", unit: "Celsius", phases: &[] },
    Measurand { name: "SoC", unit: "Percent", phases: &[] },
];

/// Item of a list of measurands as the measurand and, when it names one, the index of its phase.
fn find(item: &str) -> Option<(&'static Measurand, Option<usize>)> {
    MEASURANDS.iter().find_map(|measurand| {
        let rest = item.strip_prefix(measurand.name)?;
        if rest.is_empty() {
            return Some((measurand, None));
        }
        let phase = rest.strip_prefix('.')?;
        // L1 is understood where the value is measured between L1 and neutral.
        let index = measurand.phases.iter().position(|own| *own == phase || own.strip_suffix("-N") == Some(phase))?;
        Some((measurand, Some(index)))
    })
}

/// The meter knows this item of a list of measurands.
pub(super) fn is_known(item: &str) -> bool {
    find(item).is_some()
}

/// The register as whole watt hours, cut: what StartTransaction, StopTransaction and meter values tell agrees.
pub(super) fn whole_wh(reading: &Reading) -> i64 {
    reading.energy_wh as i64
}

/// One value for the whole outlet; `None` when there is nothing to measure.
fn overall(name: &str, reading: &Reading) -> Option<String> {
    Some(match name {
        "Energy.Active.Import.Register" => whole_wh(reading).to_string(),
        "Power.Active.Import" => quantity::fixed(reading.power_w, 0),
        "Power.Offered" => quantity::fixed(reading.offered_w, 0),
        "Power.Factor" => object::decimal(reading.power_factor, 2),
        "Temperature" => quantity::fixed(reading.temperature_c, 1),
        "Current.Offered" => quantity::fixed(reading.offered_a, 1),
        "Frequency" => object::decimal(reading.frequency_hz, 2),
        "SoC" => quantity::fixed(reading.soc_percent?, 0),
        _ => return None,
    })
}

/// The value of one phase, from 0. A car that uses one phase uses the first.
fn of_phase(name: &str, reading: &Reading, phase: usize) -> String {
    let is_used = phase < usize::from(reading.n_phases);
    match name {
        "Voltage" => quantity::fixed(reading.voltage_v, 1),
        _ if !is_used => "0".to_owned(),
        "Current.Import" => quantity::fixed(reading.current_a, 2),
        _ => quantity::fixed(reading.power_w / f64::from(reading.n_phases), 0),
    }
}

/// A `MeterValue` with the measurands of a list, as JSON; `None` when there is nothing to tell. Voltage and current are
/// told phase by phase.
pub(super) fn meter_value(list: &str, context: &str, clock: f64, reading: &Reading) -> Option<String> {
    let mut values = Vec::new();
    for (measurand, phase) in items(list).filter_map(find) {
        let is_split = matches!(measurand.name, "Voltage" | "Current.Import");
        match phase {
            None if is_split => {
                for (index, name) in measurand.phases.iter().enumerate() {
                    values.push(sampled(measurand, context, Some(name), &of_phase(measurand.name, reading, index)));
                }
            }
            None => {
                if let Some(value) = overall(measurand.name, reading) {
                    values.push(sampled(measurand, context, None, &value));
                }
                // Beside the sum of a value that has phases those that are in use.
                for (index, name) in measurand.phases.iter().enumerate().take(reading.n_phases.into()) {
                    values.push(sampled(measurand, context, Some(name), &of_phase(measurand.name, reading, index)));
                }
            }
            Some(index) => {
                let name = measurand.phases.get(index).copied();
                values.push(sampled(measurand, context, name, &of_phase(measurand.name, reading, index)));
            }
        }
    }
    (!values.is_empty())
        .then(|| Object::new().instant("timestamp", clock).raw("sampledValue", &object::list(&values)).done())
}

fn sampled(measurand: &Measurand, context: &str, phase: Option<&str>, value: &str) -> String {
    let unit = Some(measurand.unit).filter(|unit| !unit.is_empty());
    Object::new()
        .text("value", value)
        .text("context", context)
        .text("measurand", measurand.name)
        .maybe(phase, |object, phase| object.text("phase", phase))
        .text("location", if measurand.name == "SoC" { "EV" } else { "Outlet" })
        .maybe(unit, |object, unit| object.text("unit", unit))
        .done()
}

#[cfg(test)]
mod tests {
    use super::*;

    const READING: Reading = Reading {
        energy_wh: 1_234.9,
        power_w: 3_680.0,
        current_a: 16.0,
        n_phases: 1,
        voltage_v: 230.0,
        offered_w: 11_040.0,
        offered_a: 16.0,
        frequency_hz: 50.0,
        power_factor: 1.0,
        temperature_c: 30.12,
        soc_percent: None,
    };

    fn told(list: &str) -> String {
        let Some(json) = meter_value(list, "Sample.Periodic", 0.0, &READING) else { return "nothing".to_owned() };
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        let item = |value: &serde_json::Value| {
            let member = |name: &str| value.get(name).and_then(|value| value.as_str()).unwrap_or("-").to_owned();
            format!("{} {} {}", member("value"), member("unit"), member("phase"))
        };
        value["sampledValue"].as_array().unwrap().iter().map(item).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn readings_in_words() {
        for (list, expected) in [
            ("Energy.Active.Import.Register", "1234 Wh -"),
            ("Power.Active.Import, Power.Offered", "3680 W -, 3680 W L1, 11040 W -"),
            ("Power.Active.Import.L1,Power.Active.Import.L2", "3680 W L1, 0 W L2"),
            ("Current.Import", "16.00 A L1, 0 A L2, 0 A L3"),
            ("Current.Offered", "16.0 A -"),
            ("Voltage.L2", "230.0 V L2-N"),
            ("Frequency,Power.Factor", "50 - -, 1 - -"),
            ("Temperature", "30.1 Celsius -"),
            ("SoC", "nothing"),
            ("", "nothing"),
            ("RPM", "nothing"),
        ] {
            assert_eq!(told(list), expected, "{list}");
        }
    }
}
