//! What the language means, row by row; its faults; its properties.

mod fields;
mod properties;

use super::pattern::{Case, MAX_BYTES_IN_PLACE, Needle, lower_cased};
use super::*;
use std::cell::Cell;

/// A row of the transcript in words: the columns of [`TRANSCRIPT`].
#[derive(Clone, Debug)]
struct Row {
    kind: RowKind,
    direction: Option<Direction>,
    severity: Severity,
    frame: Option<u32>,
    action: String,
    id: String,
    code: String,
    is_unanswered: bool,
    latency_millis: Option<u32>,
    rules: Vec<String>,
    title: String,
    raw: String,
    n_raw_looked_at: Cell<u32>,
    station: String,
    at: f64,
    partner: Option<(u32, RowKind, String)>,
}

/// frame; kind; direction; severity; action; id; code; latency (`?` unanswered); rules; title; raw.
const TRANSCRIPT: &str = r#"
-; connection; -; info; -; -; -; -; -; Connected, ocpp1.6; -
1; call; to-csms; ok; BootNotification; b1; -; 84; -; BootNotification Wallbox AG; [2,"b1","BootNotification",{"chargePointVendor":"Wallbox AG"}]
2; result; to-station; ok; BootNotification; b1; -; 84; -; BootNotification Accepted, every 300 s; [3,"b1",{"status":"Accepted"}]
3; call; to-csms; error; StartTransaction; c 2; -; 1204; RPC-SCHEMA-CALL RPC-ID; StartTransaction connector 1; [2,"c 2","StartTransaction",{"idTag":"ÄÖ-09:21"}]
4; error; to-station; error; StartTransaction; c 2; FormationViolation; 1204; -; FormationViolation; [4,"c 2","FormationViolation","",{}]
5; call; to-station; warning; GetConfiguration; C*; -; ?; RPC-LATE; GetConfiguration all keys; [2,"C*","GetConfiguration",{}]
6; send; to-csms; ok; NotifyPeriodicEventStream; s1; -; -; -; NotifyPeriodicEventStream 12; [6,"s1","NotifyPeriodicEventStream",{"say":"a \"b\" or (c)"}]
7; unreadable; to-csms; error; -; -; -; -; RPC-JSON; Not JSON, 5 bytes; hello ws://x urn:x -
8; call; to-csms; ok; MeterValues; m1; -; 500; -; MeterValues 1204.33 kWh; [2,"m1","MeterValues",{"value":"1204330"}]
9; result-error; to-csms; error; MeterValues; m1; GenericError; 500; -; GenericError; [5,"m1","GenericError","",{}]
"#;

fn transcript() -> Vec<Row> {
    let text = |cell: &str| if cell == "-" { String::new() } else { cell.to_owned() };
    let row = |line: &str| {
        let cells: Vec<&str> = line.splitn(11, "; ").collect();
        let kinds =
            [RowKind::Call, RowKind::Result, RowKind::Error, RowKind::ResultError, RowKind::Send, RowKind::Unreadable];
        let severities = [Severity::Ok, Severity::Info, Severity::Warning, Severity::Error];
        Row {
            frame: cells[0].parse().ok(),
            kind: kinds.into_iter().find(|kind| kind.as_str() == cells[1]).unwrap_or(RowKind::Connection),
            direction: [Direction::ToCsms, Direction::ToStation].into_iter().find(|way| way.as_str() == cells[2]),
            severity: severities.into_iter().find(|severity| severity.as_str() == cells[3]).unwrap(),
            action: text(cells[4]),
            id: text(cells[5]),
            code: text(cells[6]),
            is_unanswered: cells[7] == "?",
            latency_millis: cells[7].parse().ok(),
            rules: cells[8].split(' ').map(text).collect(),
            title: cells[9].to_owned(),
            raw: text(cells[10]),
            n_raw_looked_at: Cell::new(0),
            station: if cells[0] == "-" { String::new() } else { format!("CP {}", cells[2].len()) },
            // A minute for each frame.
            at: crate::testing::START + 60_000.0 * cells[0].parse::<f64>().unwrap_or_default(),
            partner: None,
        }
    };
    let mut rows: Vec<Row> = TRANSCRIPT.trim().lines().map(row).collect();
    for at in 0..rows.len() {
        let is_partner =
            |other: &&Row| other.id == rows[at].id && other.frame != rows[at].frame && !other.id.is_empty();
        let partner = rows.iter().find(is_partner);
        rows[at].partner = partner.and_then(|row| Some((row.frame?, row.kind, row.raw.clone())));
    }
    rows
}

impl Facts for Row {
    fn kind(&self) -> RowKind {
        self.kind
    }
    fn direction(&self) -> Option<Direction> {
        self.direction
    }
    fn severity(&self) -> Severity {
        self.severity
    }
    fn frame(&self) -> Option<u32> {
        self.frame
    }
    fn action(&self) -> &str {
        &self.action
    }
    fn message_id(&self) -> &str {
        &self.id
    }
    fn error_code(&self) -> &str {
        &self.code
    }
    fn is_unanswered(&self) -> bool {
        self.is_unanswered
    }
    fn latency_millis(&self) -> Option<u32> {
        self.latency_millis
    }
    fn raw(&self) -> &str {
        self.n_raw_looked_at.set(self.n_raw_looked_at.get() + 1);
        &self.raw
    }
    fn row_text(&self) -> Cow<'_, str> {
        Cow::Borrowed(&self.title)
    }
    fn has_rule(&self, pattern: &Pattern) -> bool {
        self.rules.iter().any(|rule| pattern.matches(rule))
    }
    fn station(&self) -> &str {
        &self.station
    }
    fn at(&self) -> f64 {
        self.at
    }
    fn pair(&self) -> Option<u32> {
        self.partner.as_ref().map(|(frame, ..)| *frame)
    }
    fn partner_raw(&self) -> Option<(&str, RowKind)> {
        self.partner.as_ref().map(|(_, kind, raw)| (raw.as_str(), *kind))
    }
}

/// The frames that pass, the connection row being 0; or the fault with the text marked.
fn answer(text: &str) -> String {
    match parse(text) {
        Ok(query) => {
            let passed = transcript().into_iter().filter(|row| query.matches(row));
            passed.map(|row| row.frame.unwrap_or(0).to_string()).collect::<Vec<_>>().join(" ")
        }
        Err(QueryIssue { start, end, message }) => {
            format!("{}»{}«{} {message}", &text[..start], &text[start..end], &text[end..])
        }
    }
}

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(answer(text), expected, "{text}");
}

#[track_caller]
fn check_fault(text: &str, marked: &str, part_of_message: &str) {
    let answer = answer(text);
    let message = answer.strip_prefix(marked).unwrap_or_else(|| panic!("{text}: {answer}"));
    assert!(message.contains(part_of_message), "{text}: {answer}");
}

#[test]
fn free_text_is_found_in_frame_and_row() {
    check("", "0 1 2 3 4 5 6 7 8 9");
    check(" \t\u{a0}", "0 1 2 3 4 5 6 7 8 9");
    check("WALLBOX", "1");
    check("wallbox ag", "1");
    check("\"wallbox ag\"", "1");
    check("\"AG wallbox\"", "");
    check("connected", "0");
    check("kwh", "8");
    check("1204330", "8");
    check("[2,\"b1\"", "1");
    check("äö", "3");
    check("ÄÖ-09", "3");
    check("09:21", "3");
    check("ws://x", "7");
    check("urn:x", "7");
    check(":\"accepted", "2");
    check("-", "3 7");
    check("hello -", "7");
    check("\"say\\\":\"", "6");
    check("\"(c)\"", "6");
    check("\"\\\\\\\"b\"", "6");
    check("\"or\" \"kind:call\"", "");
}

#[test]
fn fields_choose() {
    check("action:bootnotification", "1 2");
    check("action:Boot", "");
    check("action:*", "1 2 3 4 5 6 8 9");
    check("action:boot*,METER*", "1 2 8 9");
    check("action:*t*t*o*", "1 2 3 4 5");
    check("-action:*", "0 7");
    check("dir:to-csms", "1 3 6 7 8 9");
    check("DIR:To-Station", "2 4 5");
    check("dir:to-csms,to-station", "1 2 3 4 5 6 7 8 9");
    check("kind:call", "1 3 5 8");
    check("kind:result,error,result-error", "2 4 9");
    check("kind:send,unreadable,connection", "0 6 7");
    check("severity:ok", "1 2 6 8");
    check("severity:info,warning", "0 5");
    check("severity:error", "3 4 7 9");
    check("is:unanswered", "5");
    check("is:problem", "3 4 5 7 9");
    check("is:problem,unanswered", "3 4 5 7 9");
    check("id:b1", "1 2");
    check("id:B1", "");
    check("id:\"c 2\"", "3 4");
    check("id:\"c *\",m1", "3 4 8 9");
    check("id:c*", "3 4");
    check("id:C*", "5");
    check("code:formationviolation", "4");
    check("code:*", "4 9");
    check("code:*violation,generic*", "4 9");
    check("frame:3", "3");
    check("frame:3-5,8", "3 4 5 8");
    check("frame:0", "");
    check("-frame:1-9", "0");
    check("rule:RPC-SCHEMA-CALL", "3");
    check("rule:rpc-*", "3 5 7");
    check("rule:*-id,*-JSON", "3 7");
    check("latency>500", "3 4");
    check("latency>=500", "3 4 8 9");
    check("latency<500", "1 2");
    check("latency<=500ms", "1 2 8 9");
    check("latency=84", "1 2");
    check("Latency>1.2s", "3 4");
    check("latency>1.204s", "");
    check("latency>499.999", "3 4 8 9");
    check("latency > 500", "3 4");
    check("latency >= 0.5s dir:to-csms", "3 8 9");
    check("-latency>=0", "0 5 6 7");
}

#[test]
fn exchanges_and_stations_are_followed() {
    check("exchange:3", "3 4");
    check("exchange:4", "3 4");
    check("exchange:5", "5");
    check("exchange:1-2,9", "1 2 8 9");
    check("station:\"cp 7\"", "1 3 6 7 8 9");
    check("station:CP*", "1 2 3 4 5 6 7 8 9");
    check("-station:*", "0");
    // Frame 1 came at 09:23:07, each other one a minute later.
    check("time:09:23", "1");
    check("time:09:23-09:25", "1 2 3");
    check("time:09:23:08-09:25:06.9", "2");
    check("time:09:29-", "7 8 9");
    check("time:-09:23", "0 1");
    check("time:09:30-09:22", "0 8 9");
    check("time:2026-11-22", "0 1 2 3 4 5 6 7 8 9");
    check("time:2026-11-21,2026-11-23-", "");
    check("time:2026-11-22T10:30+01:00-09:31,09:23:07", "1 8 9");
    check("time:2026-11-22T09:31-2026-11-23", "9");
    check("time>=2026-11-22T09:30:07Z", "8 9");
    check("time>2026-11-22T09:30:07Z", "9");
    check("time>2026-11-22T04:30:00-05:00", "8 9");
    check("time<=09:23", "0 1");
    check("time<09:23", "0");
    check("time>2026-11-22", "");
}

#[test]
fn the_transcript_answers() {
    let records = crate::testing::records_of(
        &crate::testing::schemas(),
        r#"1.6
>[2,"1","StartTransaction",{"connectorId":1,"idTag":"A","meterStart":0,"timestamp":"2026-11-22T09:22:07Z"}]
+60000
<[3,"1",{"transactionId":55,"idTagInfo":{"status":"Accepted"}}]
>[2,"2","StopTransaction",{"transactionId":55,"meterStop":9,"timestamp":"2026-11-22T09:23:07Z"}]
>[2,"3","Heartbeat",{}]
"#,
    );
    let mut view = crate::view::View::default();
    for (filter, expected) in [
        ("transaction:55", 3),
        ("connector:1", 2),
        ("exchange:2", 2),
        ("exchange:4", 1),
        ("time:09:23", 3),
        ("meterStop>8", 1),
        ("station:*", 0),
    ] {
        view.set_filter(&records, filter);
        assert_eq!(view.filter_view(&records).n_passed, expected, "{filter}");
    }
}

#[test]
fn terms_are_joined() {
    check("kind:call dir:to-csms", "1 3 8");
    check("kind:call -dir:to-csms", "5");
    check("kind:call or kind:send", "1 3 5 6 8");
    check("kind:call dir:to-station OR is:unanswered Or kind:send", "5 6");
    check("kind:call (dir:to-station or severity:error)", "3 5");
    check("(kind:call dir:to-station)or(severity:error)", "3 4 5 7 9");
    check("(kind:call or kind:send)(severity:ok)", "1 6 8");
    check("-(kind:call or kind:send)", "0 2 4 7 9");
    check("-(kind:call dir:to-csms)", "0 2 4 5 6 7 9");
    check("--kind:call", "1 3 5 8");
    check("---(kind:call)", "0 2 4 6 7 9");
    check("-b1 -m1 -hello", "0 3 4 5 6");
    check("-or", "0 2 5 7 8");
    check("-(-)", "0 1 2 4 5 6 8 9");
}

#[test]
fn faults_have_a_place_and_a_remedy() {
    check_fault(
        "foo:bar",
        "»foo«:bar ",
        "\"foo\" is not a field of the filter; fields are action:, dir:, kind:, severity:, is:, id:, code:, frame:, rule:, exchange:, station:, connector:, transaction:, time: and latency>; those of the payload take =, such as idTag=ABC; to search for the text put it in quotes: \"foo:bar\"",
    );
    check_fault("kind:call -acton:x", "kind:call -»acton«:x ", "; action is probably meant;");
    check_fault("direction:up", "»direction«:up ", "; dir is probably meant;");
    check_fault("ser:x", "»ser«:x ", "quotes");
    check_fault("dir:up", "dir:»up« ", "dir: takes to-csms or to-station, not \"up\"; dir:to-csms is probably meant");
    check_fault(
        "kind:call,foo x",
        "kind:call,»foo« x ",
        "takes call, result, error, result-error, send, unreadable or connection, not \"foo\"",
    );
    check_fault("kind:reslut", "kind:»reslut« ", "kind:result is probably meant");
    check_fault("kind:CallError", "kind:»CallError« ", "kind:error is probably meant");
    check_fault("severity:\"b ad\"", "severity:»\"b ad\"« ", "takes ok, info, warning or error, not \"b ad\"");
    check_fault("severity:warn", "severity:»warn« ", "severity:warning is probably meant");
    check_fault("is:foo", "is:»foo« ", "is: takes unanswered, problem or on-purpose, not \"foo\"");
    check_fault("latency>abc", "latency>»abc« ", "\"abc\" is not such a number");
    check_fault("latency>1,000", "latency>»1,000« ", "latency>500");
    check_fault("latency>-5", "latency>»-5« ", "latency>500");
    check_fault("latency>0.0001", "latency>»0.0001« ", "latency>500");
    check_fault("latency>99999999999999999999", "latency>»99999999999999999999« ", "such a number");
    check_fault("latency:500", "»latency:«500 ", "compared");
    check_fault("latency!=500", "latency»!=«500 ", "-latency=500");
    check_fault("a -latency", "a -»latency« ", "the word itself is written \"latency\"");
    check_fault("latency>", "latency>»« ", "needs a number");
    check_fault("latency>= )", "latency>=»« ) ", "needs a number");
    check_fault("frame:x", "frame:»x« ", "frame:213 or frame:200-220, not \"x\"");
    check_fault("frame:7-", "frame:»7-« ", "frame:200-220");
    check_fault("frame:+7", "frame:»+7« ", "frame:200-220");
    check_fault("frame:4294967296", "frame:»4294967296« ", "frame:200-220");
    check_fault("frame:20-10", "frame:»20-10« ", "frame:10-20 is probably meant");
    check_fault("severity=error", "»severity=error« ", "severity takes a colon");
    check_fault("action:", "action:»« ", "action: needs a value directly behind it, such as action:BootNotification");
    check_fault("(action: x)", "(action:»« x) ", "needs a value");
    check_fault("kind:call,", "kind:call,»« ", "needs a value");
    check_fault("id:(a or b)", "id:»«(a or b) ", "needs a value");
    check_fault("id:\"\"", "id:»\"\"« ", "between the quotes");
    check_fault("(a", "»(«a ", "not closed");
    check_fault("x (a (b)", "x »(«a (b) ", "not closed");
    check_fault("a)", "a»)« ", "closes nothing");
    check_fault(") a", "»)« a ", "closes nothing");
    check_fault("a ()", "a »()« ", "Nothing stands");
    check_fault("(", "»(« ", "not closed");
    check_fault("or", "»or« ", "\"or\"");
    check_fault("or a", "»or« a ", "between two terms");
    check_fault("a OR ", "a »OR«  ", "between two terms");
    check_fault("(a or) b", "(a »or«) b ", "between two terms");
    check_fault("a or or b", "a »or« or b ", "between two terms");
    check_fault("a \"b c", "a »\"b c« ", "has no end");
    check_fault("\"a\\\"", "»\"a\\\"« ", "has no end");
    check_fault("\"idTag\":\"AB\" x", "\"idTag\"»:\"AB\"« x ", "a space is needed");
    check_fault("id:\"a\"b", "id:\"a\"»b« ", "a comma is needed");
    check_fault("\"\"", "»\"\"« ", "between the quotes");
    check_fault("severity=error", "»severity=error« ", "is written ..severity;");
    check_fault("cp:x", "»cp«:x ", "; station is probably meant;");
    check_fault("status = Accepted", "status »=« Accepted ", "No space stands before and behind =");
    check_fault("a -<= b", "a -»<=« b ", "the sign itself is written \"<=\"");
    check_fault("status=", "status=»« ", "such as status=ABC");
    check_fault("-a.b!=Accepted,", "-a.b!=Accepted,»« ", "a.b!= needs a value");
    check_fault("a=b=c \"a\"=\"b\"c", "a=b=c \"a\"=\"b\"»c« ", "a comma is needed");
    check_fault("a==", "a==»« ", "needs a value");
    check_fault("a===b", "a»===«b ", "= != < <= > >= or ~");
    check_fault("a<>b", "a»<>«b ", "such as a!=ABC");
    check_fault("value>", "value>»« ", "such as value>7000");
    check_fault("value>1,000", "value>1,»000« ", "without commas, such as value>7000");
    check_fault("value>=12kWh", "value>=»12kWh« ", ">= compares numbers and times, such as value>=7000");
    check_fault("value<\"a b\"", "value<»\"a b\"« ", "not \"a b\"");
    check_fault("idTag!=*", "idTag!=»*« ", "-idTag=*");
    check_fault("idTag~\"\"", "idTag~»\"\"« ", "between the quotes");
    check_fault("a[x].b=1", "a»[x]«.b=1 ", "sampledValue[0]");
    check_fault("a[]=1", "a»[]«=1 ", "an index");
    check_fault("a...b=1", "a..»«.b=1 ", "meterValue..value");
    check_fault("a.=1", "a.»«=1 ", "A name is missing");
    check_fault(".=1", ".»«=1 ", "A name is missing");
    check_fault("a[0]b=1", "a[0]»«b=1 ", "A point is missing");
    check_fault("a.\"b c", "a.»\"b c« ", "has no end");
    check_fault("x=1 a.\"b c\" d", "x=1 a.\"b c\"»« d ", "= != < <= > >= or ~");
    let long = ["a"; 17].join(".");
    check_fault(&format!("{long}=1"), &format!("»{long}«=1 "), "more than 16 names");
    check_fault("connector:x", "connector:»x« ", "connector:1 or connector:1.2, not \"x\"");
    check_fault("connector:1.", "connector:»1.« ", "not \"1.\"");
    check_fault("exchange:a", "exchange:»a« ", "exchange:213 or exchange:200-220");
    check_fault("exchange:9-1", "exchange:»9-1« ", "exchange:1-9 is probably meant");
    check_fault("time:9:21", "time:»9:21« ", "time:09:21-09:25");
    check_fault("time:-", "time:»-« ", "time of UTC or a range");
    check_fault("time:25:00", "time:»25:00« ", "time of UTC");
    check_fault("time:2026-02-30", "time:»2026-02-30« ", "time of UTC");
    check_fault("time:09:21-2026-11-22", "time:»09:21-2026-11-22« ", "before its beginning");
    check_fault("time:2026-11-23-2026-11-22T23:59", "time:»2026-11-23-2026-11-22T23:59« ", "swap");
    check_fault("time>=soon", "time>=»soon« ", "such as time>=09:21 or time>=2026-11-22T09:21:30Z, not \"soon\"");
    check_fault("time<", "time<»« ", "such as time<09:21");
    check_fault("time=09:21", "»time=09:21« ", "time takes a colon");
}

#[test]
fn size_and_depth_are_bounded() {
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(parse(&nested(MAX_DEPTH)).is_ok());
    let issue = parse(&nested(MAX_DEPTH + 1)).unwrap_err();
    assert_eq!((issue.start, issue.end), (MAX_DEPTH, MAX_DEPTH + 1));
    assert!(parse(&"(".repeat(MAX_CHARS)).is_err());
    assert!(parse(&"-(".repeat(MAX_CHARS / 2)).is_err());
    assert!(parse(&"-".repeat(MAX_CHARS)).is_ok());
    assert!(parse(&"ä ".repeat(MAX_CHARS)).is_ok());
    let issue = parse(&"ä ".repeat(MAX_CHARS + 1)).unwrap_err();
    assert_eq!((issue.start, issue.end), (3 * MAX_CHARS, 3 * MAX_CHARS + 3));
}

#[test]
fn the_text_of_a_query_is_canonical() {
    for (text, expected) in [
        ("  ", ""),
        ("A  b", "A b"),
        ("((a) (b)) c", "a b c"),
        ("(a or b) or c d", "a or b or c d"),
        ("a (b or c)", "a (b or c)"),
        ("-(-(a))", "a"),
        ("-((a b))", "-(a b)"),
        ("\"a\" \"a b\" \"or\" -\"or\" -or", "a \"a b\" \"or\" -or -or"),
        (
            "\"-a\" \"-\" -- \"kind:x\" \"09:21\" \"latency\" \"latency>5\"",
            "\"-a\" - -- \"kind:x\" 09:21 \"latency\" \"latency>5\"",
        ),
        (r#""\a\\\"\\""#, r#"\a\"\"#),
        (r#""\a \\\" \\" a"b"#, r#""\a \\\" \\" a"b"#),
        ("ID:\"a\",\"b,c\",\"d*\" KIND:Call", "kind:call id:a,\"b,c\",d*"),
        ("frame:007,5-5,5-6", "frame:7,5,5-6"),
        (
            "latency > 2000 latency<1.50 latency=0.25s latency>=0 latency<=0.0010s",
            "latency>2s latency<1.5 latency=250 latency>=0 latency<=1",
        ),
        (
            "..status=A .status!=\"b\",c a==1 a[0].b..c~x ..severity=5 \"a b\".0=* \"x\"=\"\" \"0\"=y \"-\"<1",
            "status=A .status!=\"b\",c a=1 a.0.b..c~x ..severity=5 \"a b\".0=* x=\"\" \"0\"=y \"-\"<1",
        ),
        (
            "time:2026-11-22T09:21:30Z-2026-11-22T10:00 time:2026-11-22-2026-11-22 time>=2026-11-22T10:00:00.5+01:00",
            "time:2026-11-22T09:21:30-10:00 time:2026-11-22 time>=2026-11-22T09:00:00.5",
        ),
        ("CONNECTOR:01,1.02 exchange:3-3 text -a=b", "exchange:3 connector:1,1.2 -a=b text"),
        ("\"a=b\" \"=\" \"a.\\\"b\" a=b,\"c\"", "a=b,\"c\" \"a=b\" \"=\" \"a.\\\"b\""),
        ("text severity:ok or action:x or is:problem", "is:problem or action:x or severity:ok text"),
    ] {
        assert_eq!(parse(text).unwrap().to_text(), expected);
    }
    assert!(parse("").unwrap().is_everything());
    assert!(!parse("a").unwrap().is_everything());
}

#[test]
fn texts_are_looked_at_last() {
    let rows = transcript();
    let query = parse("wallbox (b1 or dir:to-csms) action:boot*").unwrap();
    assert!(query.matches(&rows[1]));
    assert_eq!(rows[1].n_raw_looked_at.get(), 1);
    assert!(!query.matches(&rows[3]));
    assert_eq!(rows[3].n_raw_looked_at.get(), 0);
}

#[test]
fn patterns_are_compared_from_end_to_end() {
    for (pattern, fitting, unfitting) in [
        ("abc", "ABC", "abcd"),
        ("a*c", "aXXc", "aXXcd"),
        ("a*a", "aa", "a"),
        ("*ab*ba*", "xabbay", "xaba"),
        ("a**b", "ab", "ba"),
        ("*", "x", ""),
        ("Ä*é", "äxÉ", "axe"),
        ("*", "ä", ""),
        ("ab*", "abä", "äab"),
    ] {
        let pattern = Pattern::ignoring_case(pattern);
        assert!(pattern.matches(fitting), "{pattern:?} {fitting}");
        assert!(!pattern.matches(unfitting), "{pattern:?} {unfitting}");
    }
}

#[test]
fn long_needles_are_found_too() {
    let long = "aB".repeat(MAX_BYTES_IN_PLACE);
    let needle = Needle::new(&long, Case::Ignored);
    assert!(needle.is_in(&format!("ä{}", "Ab".repeat(MAX_BYTES_IN_PLACE + 1))));
    assert!(!needle.is_in(&"Ab".repeat(MAX_BYTES_IN_PLACE - 1)));
}
