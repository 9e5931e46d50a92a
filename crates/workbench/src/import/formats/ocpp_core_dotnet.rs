//! The console of OCPP.Core, a CSMS.

use super::Format;
use crate::import::learn::Perspective;

pub(super) static FORMAT: Format = Format {
    id: "ocpp-core-dotnet",
    title: "OCPP.Core",
    perspective: Some(Perspective::Csms),
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"      OCPPMiddleware.Receive16 => OCPP-Message: Type=2 / Msg: [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    line.contains("OCPPMiddleware")
}
