//! Charging profiles as text: what is set, and what the station then allows.

use super::*;
use crate::object::Object;
use crate::testing::schemas;
use ocpp_wire::json;
use proptest::prelude::*;
use std::fmt::Write as _;

const V16: Running<'static> = Running { is_v16: true, n_outlets: 2, transaction: Some("7") };
const V2: Running<'static> = Running { is_v16: false, n_outlets: 2, transaction: Some("tx-1") };

/// 2026-11-23T00:00:00Z, a Monday.
const MIDNIGHT: f64 = 1_795_392_000_000.0;
const HOUR: f64 = 3_600_000.0;

/// A profile in one line: `id outlet level purpose kind unit [start=H] [lasts=H] [from=H] [to=H] [tx=T] | 0:16 8:10/1`,
/// with hours since midnight, periods in hours and limits with their phases.
fn payload(line: &str, is_v16: bool) -> (String, i64) {
    let (head, periods) = line.split_once('|').unwrap();
    let words: Vec<&str> = head.split_whitespace().collect();
    let [id, outlet, level, purpose, kind, unit] = words[..6] else { panic!("{line}") };
    let option =
        |name: &str| words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('=')).map(str::to_owned);
    let hours = |text: &str| text.parse::<f64>().unwrap() * HOUR;
    let periods: Vec<String> = periods
        .split_whitespace()
        .map(|period| {
            let (start, limit) = period.split_once(':').unwrap();
            let (limit, phases) = limit.split_once('/').map_or((limit, None), |(limit, n)| (limit, Some(n)));
            Object::new()
                .decimal("startPeriod", hours(start) / 1_000.0, 0)
                .raw("limit", limit)
                .maybe(phases, |object, n| object.raw("numberPhases", n))
                .done()
        })
        .collect();
    let start = option("start").map(|text| MIDNIGHT + hours(&text));
    let schedule = Object::new()
        .maybe(Some(1).filter(|_| !is_v16), |object, id| object.integer("id", id))
        .maybe(start, |object, at| object.instant("startSchedule", at))
        .maybe(option("lasts"), |object, text| object.decimal("duration", hours(&text) / 1_000.0, 0))
        .text("chargingRateUnit", unit)
        .list("chargingSchedulePeriod", &periods)
        .done();
    let purpose = match (purpose, is_v16) {
        ("max", true) => "ChargePointMaxProfile",
        ("max", false) => "ChargingStationMaxProfile",
        ("default", _) => "TxDefaultProfile",
        ("tx", _) => "TxProfile",
        ("external", _) => "ChargingStationExternalConstraints",
        (other, _) => other,
    };
    let (kind, recurrency) = match kind {
        "daily" => ("Recurring", Some("Daily")),
        "weekly" => ("Recurring", Some("Weekly")),
        kind => (kind, None),
    };
    let json = Object::new()
        .raw(if is_v16 { "chargingProfileId" } else { "id" }, id)
        .raw("stackLevel", level)
        .text("chargingProfilePurpose", purpose)
        .text("chargingProfileKind", kind)
        .maybe(recurrency, |object, kind| object.text("recurrencyKind", kind))
        .maybe(option("from"), |object, text| object.instant("validFrom", MIDNIGHT + hours(&text)))
        .maybe(option("to"), |object, text| object.instant("validTo", MIDNIGHT + hours(&text)))
        .maybe(
            option("tx"),
            |object, id| if is_v16 { object.raw("transactionId", &id) } else { object.text("transactionId", &id) },
        )
        .raw("chargingSchedule", &if is_v16 { schedule } else { format!("[{schedule}]") })
        .done();
    (json, outlet.parse().unwrap())
}

fn profile(line: &str, is_v16: bool) -> Result<ChargingProfile, Refusal> {
    let (text, outlet) = payload(line, is_v16);
    let tree = json::parse(&text).unwrap();
    if is_v16 { read_v16(&tree, tree.root(), outlet) } else { read_v2(&tree, tree.root(), outlet) }
}

fn install(store: &mut ProfileStore, line: &str, running: &Running<'_>) -> Result<(), Refusal> {
    store.install(profile(line, running.is_v16)?, running)
}

fn store(lines: &str, running: &Running<'_>) -> ProfileStore {
    let mut store = ProfileStore::default();
    for line in lines.lines().map(str::trim).filter(|line| !line.is_empty()) {
        install(&mut store, line, running).unwrap_or_else(|refusal| panic!("{line}: {refusal:?}"));
    }
    store
}

/// The limit at each change of a day, as `hour: limit`.
fn day(store: &ProfileStore, outlet: u8, started: Option<f64>) -> String {
    let mut out = String::new();
    let mut at = MIDNIGHT;
    let mut last = String::new();
    while at < MIDNIGHT + 24.0 * HOUR {
        let limit = store.limit_at(outlet, at, started).map_or_else(
            || "free".to_owned(),
            |limit| {
                let amount = match (limit.amperes, limit.watts) {
                    (Some(a), Some(w)) => format!("{a} A and {w} W"),
                    (Some(a), None) => format!("{a} A"),
                    (None, Some(w)) => format!("{w} W"),
                    (None, None) => "nothing said".to_owned(),
                };
                limit.n_phases.map_or_else(|| amount.clone(), |n| format!("{amount} on {n}"))
            },
        );
        if limit != last {
            writeln!(out, "{:.1}: {limit}", (at - MIDNIGHT) / HOUR).unwrap();
            last = limit;
        }
        let Some(next) = store.next_change_after(outlet, at, started) else { break };
        assert!(next > at);
        at = next;
    }
    out
}

#[test]
fn a_day_of_stacked_profiles() {
    for (is_v16, running, tx) in [(true, V16, "7"), (false, V2, "tx-1")] {
        let lines = format!(
            "1 0 0 max Absolute A start=-24 | 0:32 42:16
             2 0 0 default daily A start=-48 lasts=6 | 0:10 3:8/1
             3 1 1 default Absolute W start=0 from=4 to=10 lasts=12 | 0:11000 5:4000
             4 1 0 tx Relative A tx={tx} lasts=2 | 0:6 1:20"
        );
        let mut store = store(&lines, &running);
        assert_eq!(
            day(&store, 1, Some(MIDNIGHT + 7.0 * HOUR)),
            "0.0: 10 A\n3.0: 8 A on 1\n4.0: 32 A and 11000 W\n5.0: 32 A and 4000 W\n7.0: 6 A\n8.0: 20 A\n\
             9.0: 32 A and 4000 W\n10.0: 32 A\n18.0: 16 A\n",
            "1.6: {is_v16}"
        );
        assert_eq!(day(&store, 2, None), "0.0: 10 A\n3.0: 8 A on 1\n6.0: 32 A\n18.0: 16 A\n");
        assert_eq!(day(&store, 0, None), "0.0: 32 A\n18.0: 16 A\n");
        store.transaction_ended(2);
        assert_eq!(store.len(), 4);
        store.transaction_ended(1);
        assert_eq!(store.iter().map(|profile| profile.id).collect::<Vec<_>>(), [1, 2, 3]);
    }
}

#[test]
fn a_weekly_profile_and_one_that_has_not_begun() {
    let week = store("1 1 0 default weekly A start=12 lasts=6 | 0:7", &V2);
    assert_eq!(day(&week, 1, None), "0.0: free\n12.0: 7 A\n18.0: free\n");
    let next = week.next_change_after(1, MIDNIGHT + 20.0 * HOUR, None);
    assert_eq!(next, Some(MIDNIGHT + (12.0 + 7.0 * 24.0) * HOUR));
    assert_eq!(week.next_change_after(2, MIDNIGHT, None), None);
}

#[test]
fn what_is_refused() {
    for (line, v16, v2) in [
        ("1 3 0 default Absolute A start=0 | 0:16", Some(Refusal::UnknownOutlet), Some(Refusal::UnknownOutlet)),
        ("1 -1 0 default Absolute A start=0 | 0:16", Some(Refusal::UnknownOutlet), Some(Refusal::UnknownOutlet)),
        ("1 1 0 max Absolute A start=0 | 0:16", Some(Refusal::NeedsStation), Some(Refusal::NeedsStation)),
        ("1 0 0 max Relative A | 0:16", Some(Refusal::RelativeMaximum), Some(Refusal::RelativeMaximum)),
        ("1 0 0 tx Relative A | 0:16", Some(Refusal::NeedsOutlet), Some(Refusal::NeedsOutlet)),
        ("1 0 0 external Absolute A start=0 | 0:16", Some(Refusal::SetByOthers), Some(Refusal::SetByOthers)),
        (
            "1 1 0 PriorityCharging Relative A | 0:16",
            Some(Refusal::UnsupportedPurpose),
            Some(Refusal::UnsupportedPurpose),
        ),
        ("1 1 0 default Dynamic A | 0:16", Some(Refusal::UnsupportedKind), Some(Refusal::UnsupportedKind)),
        ("1 1 0 tx Relative A | 0:16", None, Some(Refusal::MissingTransaction)),
        ("1 1 0 tx Relative A tx=8 | 0:16", Some(Refusal::OtherTransaction), Some(Refusal::OtherTransaction)),
        ("1 1 10 default Relative A | 0:16", Some(Refusal::StackLevel), Some(Refusal::StackLevel)),
        ("1 1 -1 default Relative A | 0:16", Some(Refusal::StackLevel), Some(Refusal::StackLevel)),
        ("1 1 0 default Relative A | 1:16", Some(Refusal::PeriodOrder), Some(Refusal::PeriodOrder)),
        ("1 1 0 default Relative A | 0:16 2:8 2:9", Some(Refusal::PeriodOrder), Some(Refusal::PeriodOrder)),
        ("1 1 0 default Relative A | ", Some(Refusal::PeriodOrder), Some(Refusal::PeriodOrder)),
        ("1 1 0 default Absolute A | 0:16", Some(Refusal::MissingStart), Some(Refusal::MissingStart)),
        ("1 1 0 default Relative A start=0 | 0:16", None, Some(Refusal::UnwantedStart)),
        (
            "1 1 0 default Recurring A start=0 | 0:16",
            Some(Refusal::MissingRecurrency),
            Some(Refusal::MissingRecurrency),
        ),
        ("1 1 0 default Relative A | 0:-1", Some(Refusal::InvalidValue), Some(Refusal::InvalidValue)),
        ("1 1 0 default Relative A | 0:16/4", Some(Refusal::InvalidValue), Some(Refusal::InvalidValue)),
        ("1 1 0 default Relative A | 0:1e400", Some(Refusal::InvalidValue), Some(Refusal::InvalidValue)),
        ("1 1 0 default Relative VA | 0:16", Some(Refusal::InvalidValue), Some(Refusal::InvalidValue)),
    ] {
        let mut store = ProfileStore::default();
        assert_eq!(install(&mut store, line, &V16).err(), v16, "1.6 {line}");
        assert_eq!(store.is_empty(), v16.is_some());
        let mut store = ProfileStore::default();
        assert_eq!(install(&mut store, line, &V2).err(), v2, "2.x {line}");
        assert_eq!(store.is_empty(), v2.is_some());
    }
    for running in [V16, V2] {
        let idle = Running { transaction: None, ..running };
        let tx = if running.is_v16 { "7" } else { "tx-1" };
        let line = format!("1 1 0 tx Relative A tx={tx} | 0:16");
        assert_eq!(install(&mut ProfileStore::default(), &line, &idle), Err(Refusal::NoTransaction));
    }
    let mut full = ProfileStore::default();
    for id in 0..MAX_PROFILES {
        let (level, hour) = (id % 8, id / 8);
        let line = format!("{id} 1 {level} default Relative A from={hour} to={} | 0:16", hour + 1);
        install(&mut full, &line, &V2).unwrap();
    }
    assert_eq!(install(&mut full, "99 2 9 default Relative A | 0:16", &V2), Err(Refusal::TooManyProfiles));
    assert_eq!(install(&mut full, "1 2 9 default Relative A | 0:16", &V2), Ok(()));
    let many: String = (0..=MAX_PERIODS).map(|n| format!("{n}:16 ")).collect();
    let line = format!("1 1 0 default Relative A | {many}");
    assert_eq!(install(&mut ProfileStore::default(), &line, &V16), Err(Refusal::TooManyPeriods));
}

#[test]
fn what_is_replaced_and_what_contradicts() {
    let first = "1 1 0 default Relative A from=0 to=12 | 0:16";
    for (line, ids_v16, v2) in [
        ("1 2 3 default Relative A | 0:9", vec![1], Ok(())),
        ("2 1 0 default Relative A | 0:9", vec![2], Err(Refusal::Duplicate)),
        ("2 1 0 default Relative A from=12 | 0:9", vec![2], Ok(())),
        ("2 1 0 default Relative A from=11 | 0:9", vec![2], Err(Refusal::Duplicate)),
        ("2 1 1 default Relative A | 0:9", vec![1, 2], Ok(())),
        ("2 2 0 default Relative A | 0:9", vec![1, 2], Ok(())),
        ("2 0 0 default Relative A | 0:9", vec![1, 2], Err(Refusal::Duplicate)),
        ("2 0 1 default Relative A | 0:9", vec![1, 2], Ok(())),
        ("2 0 0 max Absolute A start=0 | 0:9", vec![1, 2], Ok(())),
    ] {
        let mut old = store(first, &V16);
        install(&mut old, line, &V16).unwrap();
        assert_eq!(old.iter().map(|profile| profile.id).collect::<Vec<_>>(), ids_v16, "{line}");
        assert_eq!(install(&mut store(first, &V2), line, &V2), v2, "{line}");
    }
    let tx = store("1 1 0 tx Relative A tx=tx-1 from=0 to=12 | 0:16", &V2);
    let again = "2 1 0 tx Relative A tx=tx-1 from=12 | 0:9";
    assert_eq!(install(&mut tx.clone(), again, &V2), Err(Refusal::Duplicate));
}

#[test]
fn what_is_cleared_and_selected() {
    let lines = "1 0 0 max Absolute A start=0 | 0:32
                 2 0 0 default Relative A | 0:16
                 3 1 1 default Relative A | 0:16
                 4 2 1 default Relative A | 0:16";
    for (v16, v2, left) in [
        (r#"{"id":3}"#, r#"{"chargingProfileId":3,"chargingProfileCriteria":{"stackLevel":0}}"#, "1 2 4"),
        (r#"{"id":9}"#, r#"{"chargingProfileId":9}"#, "1 2 3 4"),
        (r#"{"connectorId":0}"#, r#"{"chargingProfileCriteria":{"evseId":0}}"#, "3 4"),
        (r#"{"stackLevel":1,"connectorId":2}"#, r#"{"chargingProfileCriteria":{"evseId":2,"stackLevel":1}}"#, "1 2 3"),
        (
            r#"{"chargingProfilePurpose":"ChargePointMaxProfile"}"#,
            r#"{"chargingProfileCriteria":{"chargingProfilePurpose":"ChargingStationMaxProfile"}}"#,
            "2 3 4",
        ),
        ("{}", "{}", ""),
    ] {
        for (text, is_v16) in [(v16, true), (v2, false)] {
            let mut store = store(lines, if is_v16 { &V16 } else { &V2 });
            let tree = json::parse(text).unwrap();
            let root = tree.root();
            let filter = if is_v16 { Filter::clear_v16(&tree, root) } else { Filter::clear_v2(&tree, root) };
            let n_cleared = store.clear(&filter);
            let ids: Vec<String> = store.iter().map(|profile| profile.id.to_string()).collect();
            assert_eq!((ids.join(" "), n_cleared), (left.to_owned(), 4 - ids.len()), "{text}");
        }
    }
    let store = store(lines, &V2);
    for (text, ids) in [
        (r#"{"requestId":1,"chargingProfile":{"chargingProfileId":[1,4]}}"#, vec![1, 4]),
        (r#"{"requestId":1,"evseId":1,"chargingProfile":{}}"#, vec![3]),
        (r#"{"requestId":1,"chargingProfile":{"chargingProfilePurpose":"TxDefaultProfile","stackLevel":0}}"#, vec![2]),
    ] {
        let tree = json::parse(text).unwrap();
        let found = store.select(&Filter::get_v2(&tree, tree.root()));
        assert_eq!(found.iter().map(|profile| profile.id).collect::<Vec<_>>(), ids, "{text}");
    }
}

#[test]
fn a_composite_schedule_in_each_version() {
    let lines = "1 0 0 max Absolute A start=-24 | 0:32 42:16
                 3 1 1 default Absolute W start=0 lasts=12 | 0:11000 5:4000/1";
    let question = Question {
        outlet: 1,
        n_outlets: 2,
        from: MIDNIGHT,
        seconds: 86_400.0,
        unit: None,
        started_at: [None; 8],
        n_sharing: 1,
    };
    let composite = store(lines, &V16).composite(&question).unwrap();
    let periods = r#"[{"startPeriod":0,"limit":15.9},{"startPeriod":18000,"limit":17.3,"numberPhases":1},{"startPeriod":43200,"limit":32},{"startPeriod":64800,"limit":16}]"#;
    assert_eq!(
        composite.payload_v16(),
        format!(
            r#"{{"status":"Accepted","connectorId":1,"scheduleStart":"2026-11-23T00:00:00.000Z","chargingSchedule":{{"duration":86400,"startSchedule":"2026-11-23T00:00:00.000Z","chargingRateUnit":"A","chargingSchedulePeriod":{periods}}}}}"#
        )
    );
    assert_eq!(
        composite.payload_v2(),
        format!(
            r#"{{"status":"Accepted","schedule":{{"evseId":1,"duration":86400,"scheduleStart":"2026-11-23T00:00:00.000Z","chargingRateUnit":"A","chargingSchedulePeriod":{periods}}}}}"#
        )
    );
    let limits = |question: Question| {
        let composite = store(lines, &V16).composite(&question).unwrap();
        composite.steps.iter().map(|step| step.limit).collect::<Vec<_>>()
    };
    let watts = Some(Unit::Watt);
    assert_eq!(limits(Question { unit: watts, ..question }), [11_000.0, 4_000.0, 22_080.0, 11_040.0]);
    assert_eq!(limits(Question { n_sharing: 2, unit: watts, ..question })[2..], [11_040.0, 5_520.0]);
    assert_eq!(limits(Question { outlet: 0, ..question }), [32.0, 16.0]);
    assert_eq!(limits(Question { outlet: 2, seconds: 60.0, ..question }), [32.0]);
    // The whole station allows no more than its outlets together.
    let low = store("1 0 0 default Absolute A start=0 | 0:10 1:20 2:40", &V16);
    let steps = low.composite(&Question { outlet: 0, ..question }).unwrap().steps;
    assert_eq!(steps.iter().map(|step| step.limit).collect::<Vec<_>>(), [20.0, 40.0, 64.0]);
    // A relative schedule counts from the start of the transaction of its outlet.
    let mut started_at = [None; 8];
    started_at[0] = Some(MIDNIGHT - HOUR);
    let relative = store("1 0 0 default Relative A | 0:10 1:20 2:40", &V16);
    let steps = relative.composite(&Question { outlet: 0, started_at, ..question }).unwrap().steps;
    assert_eq!(steps.iter().map(|step| step.limit).collect::<Vec<_>>(), [30.0, 52.0, 64.0]);
    let free = ProfileStore::default();
    assert!(free.composite(&Question { outlet: 0, ..question }).unwrap().payload_v16().contains(r#""limit":64}"#));
    assert_eq!(free.composite(&Question { outlet: 3, ..question }), None);
    assert_eq!(free.composite(&Question { seconds: 0.0, ..question }), None);
    // Years of days are cut, and say so.
    let daily = store("1 1 0 default daily A start=0 lasts=6 | 0:10", &V16);
    let years = daily.composite(&Question { seconds: 2e9, ..question }).unwrap();
    assert_eq!((years.steps.len(), years.seconds), (1_024, 512.0 * 86_400.0));
}

#[test]
fn the_outlets_follow() {
    let setup = crate::station::core::Setup { n_outlets: 2, ..Default::default() };
    let mut core = crate::station::core::Core::new(setup, 1);
    core.profiles = store(
        "1 0 0 max Absolute A start=0 | 0:24
         2 1 0 tx Relative A tx=7 | 0:10 1:20",
        &V16,
    );
    // Our clock is an hour behind.
    core.ahead_millis = HOUR;
    let now = MIDNIGHT - HOUR;
    let started = |outlet: u8| (outlet == 1).then_some(now);
    for outlet in &mut core.outlets {
        outlet.plug_in(now);
        outlet.is_closed = true;
    }
    core.apply_profiles(now, &started);
    let offered = |core: &crate::station::core::Core| -> Vec<f64> {
        core.outlets.iter().map(|outlet| (outlet.offered_a() * 10.0).round() / 10.0).collect()
    };
    assert_eq!(offered(&core), [10.0, 12.0]);
    assert_eq!(core.profiles_due(now, &started), Some(now + HOUR));
    core.apply_profiles(now + HOUR, &started);
    assert_eq!(offered(&core), [12.0, 12.0]);
    core.outlets[1].is_closed = false;
    core.apply_profiles(now + HOUR, &started);
    assert_eq!(offered(&core), [20.0, 0.0]);
    let composite = core.composite(now + 400.0, 1, 7_200.0, None, &started).unwrap();
    let periods = r#""chargingSchedulePeriod":[{"startPeriod":0,"limit":10},{"startPeriod":3600,"limit":20}]"#;
    assert!(composite.payload_v16().contains(periods), "{}", composite.payload_v16());
    assert!(composite.payload_v16().contains("2026-11-23T00:00:00.000Z"));
    assert_eq!(core.composite(now, 3, 60.0, None, &started), None);
    assert_eq!(core.composite(now, 999, 60.0, None, &started), None);
}

#[test]
fn the_profile_of_a_request_to_start_names_its_transaction_then() {
    let profile = profile("1 1 0 tx Relative A | 0:16", false).unwrap().for_transaction("tx \"1\"");
    assert_eq!(profile.transaction.as_deref(), Some("tx \"1\""));
    let tree = json::parse(&profile.json).unwrap();
    assert_eq!(tree.get_string(tree.root(), "transactionId").as_deref(), Some("tx \"1\""));
    assert_eq!(tree.get(tree.root(), "id").map(|id| tree.raw(id)), Some("1"));
}

fn any_line() -> impl Strategy<Value = String> {
    let periods = proptest::collection::vec((1_u32..40, 0_u32..400, proptest::option::of(1_u8..4)), 0..5);
    let hours = || proptest::option::of(-50_i32..50);
    let purposes = proptest::sample::select(vec!["max", "default", "tx"]);
    let kinds = proptest::sample::select(vec!["Absolute", "daily", "weekly", "Relative"]);
    let head = (0_u8..9, 0_u8..3, 0_u8..4, purposes, kinds, proptest::sample::select(vec!["A", "W"]));
    (head, periods, hours(), hours(), hours(), proptest::option::of(0_u32..60)).prop_map(
        |((id, outlet, level, purpose, kind, unit), periods, start, from, to, lasts)| {
            let outlet = match purpose {
                "max" => 0,
                "tx" => 1,
                _ => outlet,
            };
            let mut line = format!("{id} {outlet} {level} {purpose} {kind} {unit}");
            if purpose == "tx" {
                line += " tx=7";
            }
            if kind != "Relative" {
                write!(line, " start={}", start.unwrap_or(0)).unwrap();
            }
            for (name, value) in [("from", from), ("to", to), ("lasts", lasts.map(|n| n as i32))] {
                if let Some(value) = value {
                    write!(line, " {name}={value}").unwrap();
                }
            }
            let scale = if unit == "W" { 60.0 } else { 0.1 };
            let mut at = 0.0;
            line += " |";
            for (gap, limit, phases) in std::iter::once((0, 160, None)).chain(periods) {
                at += f64::from(gap) / 4.0;
                write!(line, " {at}:{:.1}", f64::from(limit) * scale).unwrap();
                if let Some(n) = phases {
                    write!(line, "/{n}").unwrap();
                }
            }
            line
        },
    )
}

fn any_store() -> impl Strategy<Value = ProfileStore> {
    proptest::collection::vec(any_line(), 0..7).prop_map(|lines| {
        let mut store = ProfileStore::default();
        for line in lines {
            let _ = install(&mut store, &line, &V16);
        }
        store
    })
}

proptest! {
    #[test]
    fn the_composite_is_what_holds_at_each_instant(
        store in any_store(),
        outlet in 0_u8..3,
        from in -40.0_f64..40.0,
        hours in 0.1_f64..100.0,
        started in proptest::option::of(-40.0_f64..40.0),
        part in 0.0_f64..1.0,
        is_watt: bool,
    ) {
        let from = MIDNIGHT + from * HOUR;
        let started = started.map(|hour| MIDNIGHT + hour * HOUR);
        let unit = if is_watt { Unit::Watt } else { Unit::Ampere };
        let question = Question {
            outlet, n_outlets: 2, from, seconds: hours * 3_600.0, unit: Some(unit), started_at: [started; 8], n_sharing: 1,
        };
        let composite = store.composite(&question).unwrap();
        prop_assert!((composite.seconds - question.seconds).abs() < 1e-6, "nothing was cut");
        prop_assert!(composite.steps.windows(2).all(|pair| pair[0].start_millis < pair[1].start_millis));
        let at = from + part * hours * HOUR * 0.999;
        let allowed = composite.limit_at(at).unwrap();
        let started = started.or(Some(from));
        let limit = store.limit_at(outlet, at, started);
        let exact = limit.and_then(|limit| if is_watt { limit.power_w() } else { limit.current_a() });
        // The whole station allows no more than its outlets together.
        let of_one = |outlet| {
            let mut one = question;
            one.outlet = outlet;
            store.composite(&one).and_then(|composite| composite.limit_at(at)).unwrap()
        };
        let exact = if outlet == 0 { Some(exact.unwrap_or(f64::MAX).min(of_one(1) + of_one(2))) } else { exact };
        match exact {
            Some(exact) => prop_assert!(allowed <= exact + 1e-6 && (allowed >= exact - 1e-6 || exact > 31.9), "{allowed} {exact}"),
            None => prop_assert!(allowed > 31.9),
        }
        // The leading profile of each purpose is respected, and nobody allows more than the lowest of them.
        let leaders = store.iter().filter(|one| one.outlet == 0 && one.purpose == Purpose::StationMax);
        let top = leaders.filter_map(|one| Some((one.stack_level, one.limit_at(at, None)?))).max_by_key(|it| it.0);
        if let Some((_, top)) = top {
            let top = top.and(Limit { n_phases: limit.and_then(|limit| limit.n_phases), ..Limit::default() });
            let most = if is_watt { top.power_w() } else { top.current_a() };
            prop_assert!(most.is_none_or(|most| allowed <= most + 1e-6));
        }
    }

    #[test]
    fn nothing_changes_before_the_next_change(store in any_store(), hour in -60.0_f64..60.0, part in 0.0_f64..0.999) {
        let at = MIDNIGHT + hour * HOUR;
        let started = Some(MIDNIGHT);
        let next = store.next_change_after(1, at, started);
        prop_assert!(next.is_none_or(|next| next > at));
        let span = next.map_or(1e11, |next| next - at);
        prop_assert_eq!(store.limit_at(1, at + part * span, started), store.limit_at(1, at, started));
    }

    #[test]
    fn no_tree_stops_it(line in any_line(), is_v16: bool, cut in 0_usize..60, text in r#"[0-9eE.:+\-"a-zA-Z{}\[\],]{0,12}"#) {
        let (whole, outlet) = payload(&line, is_v16);
        // A value is replaced by something else.
        let at = whole.match_indices(':').nth(cut % 14).map_or(1, |(at, _)| at + 1);
        let end = whole[at..].find([',', '}', ']']).map_or(whole.len(), |end| at + end);
        for broken in [format!("{}{text}{}", &whole[..at], &whole[end..]), text] {
            let Ok(tree) = json::parse(&broken) else { continue };
            for node in tree.within(tree.root()) {
                for (read, running) in [(read_v16(&tree, node, outlet), V16), (read_v2(&tree, node, outlet), V2)] {
                    let Ok(profile) = read else { continue };
                    let mut store = ProfileStore::default();
                    let _ = store.install(profile.clone(), &running);
                    store.profiles.push(profile.for_transaction("7"));
                    let question = Question {
                        outlet: 1, n_outlets: 2, from: MIDNIGHT, seconds: 1e6, unit: None, started_at: [None; 8], n_sharing: 0,
                    };
                    let _ = store.composite(&question).map(|composite| composite.payload_v2());
                }
                let _ = (Filter::clear_v16(&tree, node), Filter::clear_v2(&tree, node), Filter::get_v2(&tree, node));
            }
        }
    }

    #[test]
    fn what_is_written_fits_its_schema(store in any_store(), hours in 1.0_f64..60.0, is_watt: bool) {
        thread_local!(static SCHEMAS: crate::records::Schemas = schemas());
        let unit = if is_watt { Unit::Watt } else { Unit::Ampere };
        let question = Question {
            outlet: 1, n_outlets: 2, from: MIDNIGHT + 0.5, seconds: (hours * 3_600.0).floor(), unit: Some(unit),
            started_at: [Some(MIDNIGHT - 1.0); 8], n_sharing: 2,
        };
        let composite = store.composite(&question).unwrap();
        for (version, payload) in [("1.6", composite.payload_v16()), ("2.0.1", composite.payload_v2()), ("2.1", composite.payload_v2())] {
            let request = if version == "1.6" { r#"{"connectorId":1,"duration":9}"# } else { r#"{"evseId":1,"duration":9}"# };
            let text = format!("{version}\n<[2,\"1\",\"GetCompositeSchedule\",{request}]\n>[3,\"1\",{payload}]");
            let findings = SCHEMAS.with(|schemas| {
                let records = crate::testing::records_of(schemas, &text);
                records.transcript.frames().map(|(number, _)| records.findings(number)).collect::<Vec<_>>()
            });
            prop_assert!(findings[1].is_empty(), "{payload} {:?}", findings[1]);
        }
    }
}
