use crate::detail::detail;
use crate::testing::{records_of, schemas};
use std::time::Instant;

#[test]
fn tmp_times() {
    let schemas = schemas();
    let n: usize = std::env::var("N").ok().and_then(|n| n.parse().ok()).unwrap_or(20_000);
    let join = |f: &dyn Fn(usize) -> String| (0..n).map(f).collect::<Vec<_>>().join(",");
    let frames = [
        ("manykeys16", format!("1.6\n< [2,\"k\",\"DataTransfer\",{{\"vendorId\":\"v\",{}}}]", join(&|i| format!("\"k{i}\":{i}")))),
        ("manykeys201", format!("2.0.1\n< [2,\"k\",\"DataTransfer\",{{\"vendorId\":\"v\",{}}}]", join(&|i| format!("\"k{i}\":{i}")))),
        ("dupkeys", format!("2.0.1\n< [2,\"k\",\"DataTransfer\",{{\"vendorId\":\"v\",{}}}]", join(&|_| "\"k\":1".to_owned()))),
        ("floats in data", format!("2.0.1\n< [2,\"k\",\"DataTransfer\",{{\"vendorId\":\"v\",\"data\":[{}]}}]", join(&|_| "1.0".to_owned()))),
        ("empty objects", format!("2.0.1\n< [2,\"k\",\"DataTransfer\",{{\"vendorId\":\"v\",\"data\":[{}]}}]", join(&|_| "{}".to_owned()))),
        ("wrong items", format!("1.6\n> [2,\"k\",\"MeterValues\",{{\"connectorId\":1,\"meterValue\":[{}]}}]", join(&|_| "1".to_owned()))),
        ("wrong deep items", format!("2.0.1\n> [2,\"k\",\"MeterValues\",{{\"evseId\":1,\"meterValue\":[{{\"timestamp\":\"2026-11-22T09:22:07Z\",\"sampledValue\":[{}]}}]}}]", join(&|_| "{\"value\":\"1\"}".to_owned()))),
        ("many times", format!("2.0.1\n> [2,\"k\",\"MeterValues\",{{\"evseId\":1,\"meterValue\":[{}]}}]", join(&|_| "{\"timestamp\":\"2026-11-22T09:22:07.123456+01:00\",\"sampledValue\":[{\"value\":1.0}]}".to_owned()))),
        ("big ints", format!("2.0.1\n> [2,\"k\",\"NotifyReport\",{{\"requestId\":1,\"seqNo\":0,\"generatedAt\":\"2026-11-22T09:22:07Z\",\"reportData\":[{}]}}]", join(&|_| "{\"a\":99999999999}".to_owned()))),
        ("getvars", format!("2.0.1\n< [2,\"k\",\"GetVariables\",{{\"getVariableData\":[{}]}}]", join(&|_| "{\"component\":{\"name\":\"a\"},\"variable\":{\"name\":\"b\"}}".to_owned()))),
        ("envelope", format!("2.0.1\n< [2,\"k\",{}]", join(&|_| "[]".to_owned()))),
        ("bad json", format!("2.0.1\n< {}", join(&|_| "[".to_owned()))),
        ("error details", format!("1.6\n< [4,\"k\",\"X\",\"\",{{{}}}]", join(&|i| format!("\"k{i}\":{i}")))),
    ];
    for (name, text) in frames {
        let t = Instant::now();
        let records = records_of(&schemas, &text);
        let taken = t.elapsed();
        let t = Instant::now();
        let d = detail(&records, &schemas, records.transcript.last_frame().unwrap());
        eprintln!("{name}: ingest {taken:?}, detail {:?}, findings {}", t.elapsed(), d.unwrap().findings.len());
    }
}
