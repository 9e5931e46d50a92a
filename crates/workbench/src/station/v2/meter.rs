//! What the meter shows, as the messages of 2.x write it.

use crate::object::Object;
use crate::station::outlet::Reading;
use ocpp_wire::date_time;

/// One `MeterValue` with these measurands, a comma between them; `None` when nothing of it can be told.
///
/// Numbers are numbers and not strings as in 1.6; a current is told for each phase.
pub(super) fn meter_value(reading: &Reading, measurands: &str, context: &str, clock: f64) -> Option<String> {
    let mut samples: Vec<String> = Vec::new();
    let mut add = |value: f64, n_decimals: u32, measurand: &str, phase: Option<&str>, place: &str, unit: &str| {
        samples.push(
            Object::new()
                .decimal("value", value, n_decimals)
                .text("context", context)
                .text("measurand", measurand)
                .maybe(phase, |object, phase| object.text("phase", phase))
                .text("location", place)
                .maybe(Some(unit).filter(|unit| !unit.is_empty()), |object, unit| {
                    object.raw("unitOfMeasure", &Object::new().text("unit", unit).done())
                })
                .done(),
        );
    };
    for measurand in measurands.split(',') {
        match measurand {
            "Energy.Active.Import.Register" => add(reading.energy_wh, 1, measurand, None, "Outlet", "Wh"),
            "Power.Active.Import" => add(reading.power_w, 1, measurand, None, "Outlet", "W"),
            "Power.Offered" => add(reading.offered_w, 1, measurand, None, "Outlet", "W"),
            // A ratio has no unit.
            "Power.Factor" => add(reading.power_factor, 2, measurand, None, "Outlet", ""),
            "Current.Import" => {
                for (phase, index) in ["L1", "L2", "L3"].into_iter().zip(0_u8..) {
                    let current = if index < reading.n_phases { reading.current_a } else { 0.0 };
                    add(current, 2, measurand, Some(phase), "Outlet", "A");
                }
            }
            "Current.Offered" => add(reading.offered_a, 2, measurand, None, "Outlet", "A"),
            "Voltage" => {
                for phase in ["L1-N", "L2-N", "L3-N"] {
                    add(reading.voltage_v, 1, measurand, Some(phase), "Outlet", "V");
                }
            }
            "Frequency" => add(reading.frequency_hz, 1, measurand, None, "Outlet", "Hz"),
            "SoC" => {
                if let Some(percent) = reading.soc_percent {
                    add(percent.clamp(0.0, 100.0), 1, measurand, None, "EV", "Percent");
                }
            }
            _ => {}
        }
    }
    if samples.is_empty() {
        return None;
    }
    let timestamp = date_time::format_utc(clock as i64);
    Some(Object::new().list("sampledValue", &samples).text("timestamp", &timestamp).done())
}
