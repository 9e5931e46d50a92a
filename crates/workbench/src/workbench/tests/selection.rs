//! Selecting several rows: what the user does in, rows and texts out.

use super::*;
use crate::port::{ExportFormat, Pick, Scope, SelectionCommand, SelectionView, ShareChoice};
use crate::workbench::selection::MOST_COPIED_BYTES;
use proptest::prelude::*;
use std::collections::BTreeSet;

/// A connection event and so many frames, half a second apart: 1 a Heartbeat, 2 an Authorize, 3 a Heartbeat, …
fn bench_with(n_frames: u32) -> Bench {
    let mut bench = Bench::connected("1.6", false);
    for _ in 0..n_frames {
        bench.frame();
    }
    bench
}

impl Bench {
    fn frame(&mut self) {
        let n = self.workbench.records.transcript.n_frames() + 1;
        let (action, payload) =
            if n.is_multiple_of(2) { ("Authorize", "{\"idTag\":\"A\"}") } else { ("Heartbeat", "{}") };
        self.now += 500.0;
        self.apply(Command::SendRaw { text: format!("[2,\"f{n}\",\"{action}\",{payload}]") });
    }

    fn select(&mut self, command: SelectionCommand) {
        self.apply(Command::Selection(command));
    }

    /// Key of the row of a frame, or of the first connection event.
    fn key(&self, frame: Option<u32>) -> u32 {
        let transcript = &self.workbench.records.transcript;
        frame.map_or(0, |frame| transcript.key(transcript.frame(frame).unwrap().entry))
    }

    /// One step in words, as `does` has them.
    fn does_step(&mut self, step: &str) {
        let (word, rest) = step.split_once(' ').unwrap_or((step, ""));
        let motion = match rest {
            "down" => Motion::By(1),
            "up" => Motion::By(-1),
            "page down" => Motion::By(3),
            "home" => Motion::First,
            _ => Motion::Last,
        };
        let mut pick = |how| {
            let key = self.key(rest.parse().ok());
            self.select(SelectionCommand::Pick { key, how });
        };
        match word {
            "click" => pick(Pick::Only),
            "shift-click" => pick(Pick::Extend),
            "ctrl-click" => pick(Pick::Toggle),
            "ctrl-shift-click" => pick(Pick::ExtendToo),
            "go" => self.apply(Command::Move(motion)),
            "shift" => self.select(SelectionCommand::Extend(motion)),
            "all" => self.select(SelectionCommand::All),
            "esc" => self.select(SelectionCommand::CurrentOnly),
            "filter" => self.apply(Command::Filter { text: rest.to_owned() }),
            "frame" => self.frame(),
            "look" => {}
            "clear" => self.apply(Command::Clear),
            _ => panic!("unknown step {step:?}"),
        }
    }

    /// Does steps such as `click 3, shift down`, and gives the rows: selected ones in brackets, the current one starred.
    fn does(&mut self, steps: &str) -> String {
        for step in steps.split(", ") {
            self.does_step(step);
        }
        let rows = self.screen().rows.unwrap();
        let shown = rows.rows.iter().map(|row| {
            let name = row.frame.map_or_else(|| "e".to_owned(), |frame| frame.to_string());
            let star = if row.is_current { "*" } else { "" };
            if row.is_selected { format!("[{name}{star}]") } else { format!("{name}{star}") }
        });
        let SelectionView { n_rows, n_frames, span } = &rows.selection;
        format!("{} | {n_rows} rows, {n_frames} frames, {span}", shown.collect::<Vec<_>>().join(" "))
    }

    fn copied(&mut self) -> (String, String) {
        self.select(SelectionCommand::Copy);
        let update = self.update();
        let said = update.notice.map(|notice| notice.text);
        update.copy.map_or_else(|| (String::new(), said.unwrap()), |copy| (copy.text, copy.said))
    }

    /// Frames of a link to the selection.
    fn shared(&mut self) -> (u32, Vec<String>) {
        self.apply(Command::Share(ShareChoice { scope: Scope::Selection, ..ShareChoice::default() }));
        let share = self.update().share.flatten().unwrap();
        let mut other = Workbench::new(2, Environment::default());
        other.load_schemas(schema_set(Version::V16));
        other.apply(self.now, Command::OpenLink { fragment: share.fragment });
        let transcript = &other.records.transcript;
        (share.n_frames, transcript.frames().map(|(number, _)| transcript.text(number).to_owned()).collect())
    }

    fn exported(&mut self, scope: Scope) -> Vec<String> {
        self.apply(Command::Export { format: ExportFormat::Jsonl, scope });
        let file: String = std::iter::from_fn(|| self.workbench.export_next()).collect();
        file.lines().skip(1).map(str::to_owned).collect()
    }
}

fn check(n_frames: u32, steps: &str, expected: &str) {
    let shown = bench_with(n_frames).does(steps).replace('\u{a0}', " ");
    assert_eq!(shown, expected, "{steps}");
}

#[test]
fn rows_are_selected_as_in_any_list() {
    check(4, "click 2", "e 1 [2*] 3 4 | 1 rows, 1 frames, ");
    check(4, "click 2, shift-click 4", "e 1 [2] [3] [4*] | 3 rows, 3 frames, 1.00 s");
    // The anchor stays where it was.
    check(4, "click 2, shift-click 4, shift-click 1", "e [1*] [2] 3 4 | 2 rows, 2 frames, 500 ms");
    check(4, "click 3, shift-click e", "[e*] [1] [2] [3] 4 | 4 rows, 3 frames, 1.50 s");
    check(6, "click 2, ctrl-click 4, ctrl-click 6", "e 1 [2] 3 [4] 5 [6*] | 3 rows, 3 frames, 2.00 s");
    check(6, "click 2, ctrl-click 4, ctrl-click 2", "e 1 2* 3 [4] 5 6 | 1 rows, 1 frames, ");
    check(6, "click 2, ctrl-click 2", "e 1 2* 3 4 5 6 | 0 rows, 0 frames, ");
    check(6, "click 2, shift-click 4, ctrl-click 3", "e 1 [2] 3* [4] 5 6 | 2 rows, 2 frames, 1.00 s");
    check(6, "click 1, ctrl-click 3, ctrl-shift-click 5", "e [1] 2 [3] [4] [5*] 6 | 4 rows, 4 frames, 2.00 s");
    check(6, "click 1, ctrl-click 3, shift-click 5", "e 1 2 [3] [4] [5*] 6 | 3 rows, 3 frames, 1.00 s");
    check(6, "click 1, ctrl-click 3, click 5", "e 1 2 3 4 [5*] 6 | 1 rows, 1 frames, ");
}

#[test]
fn keys_extend_from_the_anchor() {
    check(6, "click 3, shift down, shift down", "e 1 2 [3] [4] [5*] 6 | 3 rows, 3 frames, 1.00 s");
    check(6, "click 3, shift down, shift up, shift up", "e 1 [2*] [3] 4 5 6 | 2 rows, 2 frames, 500 ms");
    check(6, "click 3, shift page down", "e 1 2 [3] [4] [5] [6*] | 4 rows, 4 frames, 1.50 s");
    check(6, "click 3, shift home", "[e*] [1] [2] [3] 4 5 6 | 4 rows, 3 frames, 1.50 s");
    check(6, "click 3, shift end, esc", "e 1 2 3 4 5 [6*] | 1 rows, 1 frames, ");
    check(6, "click 3, shift down, go down", "e 1 2 3 4 [5*] 6 | 1 rows, 1 frames, ");
    // Without a current row they begin at the edge.
    check(2, "shift down", "[e*] 1 2 | 1 rows, 0 frames, ");
    check(2, "shift up, shift up", "e [1*] [2] | 2 rows, 2 frames, 500 ms");
    check(0, "clear, shift down, all, esc", " | 0 rows, 0 frames, ");
}

#[test]
fn all_are_those_that_pass_now() {
    check(3, "click 2, all", "[e] [1] [2*] [3] | 4 rows, 3 frames, 1.50 s");
    check(3, "click 2, all, frame, frame", "[e] [1] [2*] [3] 4 5 | 4 rows, 3 frames, 1.50 s");
    check(3, "click 2, all, esc", "e 1 [2*] 3 | 1 rows, 1 frames, ");
    check(6, "filter action:Heartbeat, all, frame", "[1] [3] [5] 7 | 3 rows, 3 frames, 2.00 s");
    check(3, "all, clear, frame", "4 | 0 rows, 0 frames, ");
    // Hidden rows between the ends are not selected.
    check(6, "filter action:Heartbeat, click 1, shift-click 5", "[1] [3] [5*] | 3 rows, 3 frames, 2.00 s");
}

#[test]
fn another_filter_leaves_the_current_row() {
    check(6, "click 1, shift-click 5, filter action:Heartbeat", "1 3 [5*] | 1 rows, 1 frames, ");
    check(6, "click 1, shift-click 4, filter action:Heartbeat", "1 3 5 | 0 rows, 0 frames, ");
    check(6, "click 1, shift-click 4, filter action:Heartbeat, filter ", "e 1 2 3 [4*] 5 6 | 1 rows, 1 frames, ");
    check(6, "all, filter kind:call", "1 2 3 4 5 6 | 0 rows, 0 frames, ");
    // One that cannot be read changes nothing.
    check(3, "all, filter kind:cal", "[e] [1] [2] [3] | 4 rows, 3 frames, 1.50 s");
}

#[test]
fn a_frame_that_comes_to_pass_does_not_join() {
    let mut bench = bench_with(4);
    bench.pass(1_500.0);
    // All four have waited for too long, the fifth has not, and then the second has its answer.
    bench.frame();
    assert_eq!(bench.does("filter -is:unanswered kind:call, all"), "[5] | 1 rows, 1 frames, ");
    bench.receive(r#"[3,"f2",{"idTagInfo":{"status":"Accepted"}}]"#);
    assert_eq!(bench.does("look"), "2 [5] | 1 rows, 1 frames, ");
    // The current one was selected by itself: it comes back as it went.
    bench.does("click 5");
    bench.pass(1_500.0);
    assert_eq!(bench.does("look"), "2 | 0 rows, 0 frames, ");
    bench.receive(r#"[3,"f5",{"currentTime":"2026-11-22T09:22:17Z"}]"#);
    assert_eq!(bench.does("look"), "2 [5*] | 1 rows, 1 frames, ");
}

#[test]
fn the_inspector_is_left_alone_while_the_current_row_stays() {
    let mut bench = bench_with(4);
    bench.does("click 2");
    for (steps, is_told) in
        [("shift down", true), ("all", false), ("click 3", false), ("ctrl-click 3", false), ("esc", false)]
    {
        bench.does_step(steps);
        assert_eq!(bench.update().detail.is_some(), is_told, "{steps}");
    }
}

#[test]
fn the_selected_frames_are_shared_and_exported() {
    let mut bench = bench_with(6);
    bench.does("click 2, ctrl-click 5, ctrl-shift-click 6");
    let texts = ["[2,\"f2\",\"Authorize\",{\"idTag\":\"A\"}]", "[2,\"f5\",\"Heartbeat\",{}]"];
    let (n_frames, shared) = bench.shared();
    assert_eq!((n_frames, shared.len()), (3, 3));
    assert_eq!(shared[..2], texts);
    let file = bench.exported(Scope::Selection);
    assert_eq!(file.len(), 3);
    assert!(
        file[0].contains(r#"\"f2\""#) && file[1].contains(r#"\"f5\""#) && file[2].contains(r#"\"f6\""#),
        "{file:?}"
    );
    assert_eq!(bench.exported(Scope::All).len(), 7);
    // Events between go along when they are shown.
    bench.does("click 1, shift-click e");
    assert_eq!(bench.exported(Scope::Selection).len(), 2);
    bench.does("filter kind:call, all");
    assert_eq!(bench.exported(Scope::Selection).len(), 6);
}

#[test]
fn the_selected_frames_are_copied_as_they_came() {
    let mut bench = bench_with(3);
    assert_eq!(bench.copied(), (String::new(), "Nothing is copied: no row is selected.".into()));
    bench.does("click 1");
    assert_eq!(bench.copied(), ("[2,\"f1\",\"Heartbeat\",{}]".into(), "1 frame copied".into()));
    bench.does("click e, shift-click 2");
    let (text, said) = bench.copied();
    assert_eq!(text, "[2,\"f1\",\"Heartbeat\",{}]\n[2,\"f2\",\"Authorize\",{\"idTag\":\"A\"}]");
    assert_eq!(said, "2 frames copied");
    bench.does("click e");
    assert!(bench.copied().1.starts_with("Nothing is copied: connection events"));
    // Also what is empty, or no JSON, is a frame.
    bench.receive("");
    bench.receive(" not\tJSON ");
    bench.socket(SocketEvent::Binary(vec![1, 2]));
    bench.does("click 3, shift end");
    let said = "3 frames copied, 1 binary message left out";
    assert_eq!(bench.copied(), ("[2,\"f3\",\"Heartbeat\",{}]\n\n not\tJSON ".into(), said.into()));
}

#[test]
fn passwords_are_not_copied() {
    let mut bench = bench_with(0);
    bench.receive(r#"[2,"k","ChangeConfiguration",{"key":"AuthorizationKey","value":"hunter2hunter2xx"}]"#);
    bench.does("all");
    let (text, said) = bench.copied();
    assert!(text.contains("AuthorizationKey") && !text.contains("hunter2"), "{text}");
    assert_eq!(said, "2 frames copied, passwords and keys masked");
}

#[test]
fn too_much_is_not_copied() {
    let mut bench = bench_with(0);
    let half = "x".repeat(MOST_COPIED_BYTES / 2 - 1);
    bench.receive(&half);
    bench.receive(&half);
    bench.does("all");
    assert_eq!(bench.copied().0.len(), MOST_COPIED_BYTES - 1);
    bench.receive("");
    bench.does("all");
    let (text, said) = bench.copied();
    assert!(text.is_empty() && said.contains("Export the selected frames instead"), "{said}");
}

/// The same with one flag per row.
#[derive(Default)]
struct Model {
    current: Option<u32>,
    anchor: Option<u32>,
    selected: BTreeSet<u32>,
    filter: &'static str,
}

const FILTERS: [&str; 4] = ["", "action:Heartbeat", "id:f1,f4,f5", "kind:connection or action:Authorize"];

impl Model {
    /// Entries that are shown: 0 is the event, the others are frames.
    fn shown(&self, n_frames: u32) -> Vec<u32> {
        (0..=n_frames)
            .filter(|entry| match self.filter {
                "" => true,
                "action:Heartbeat" => entry % 2 == 1,
                "id:f1,f4,f5" => matches!(entry, 1 | 4 | 5),
                _ => entry % 2 == 0,
            })
            .collect()
    }

    fn only(&mut self, entry: Option<u32>) {
        (self.current, self.anchor, self.selected) = (entry, entry, entry.into_iter().collect());
    }

    fn extend(&mut self, entry: u32) {
        let anchor = *self.anchor.get_or_insert(entry);
        self.current = Some(entry);
        self.selected = (anchor.min(entry)..=anchor.max(entry)).collect();
    }

    /// The row after the current one, or the first.
    fn below(&self, n_frames: u32) -> Option<u32> {
        let shown = self.shown(n_frames);
        let after = shown.iter().find(|&&entry| self.current.is_none_or(|current| entry > current));
        after.or(shown.last()).copied()
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// Of the rows shown, this one.
    Pick(prop::sample::Index, Pick),
    Down,
    ShiftDown,
    ShiftHome,
    All,
    Escape,
    Filter(usize),
    Frame,
}

fn step() -> impl Strategy<Value = Step> {
    let how = prop::sample::select(vec![Pick::Only, Pick::Extend, Pick::Toggle, Pick::Toggle]);
    prop_oneof![
        4 => (any::<prop::sample::Index>(), how).prop_map(|(row, how)| Step::Pick(row, how)),
        1 => Just(Step::Down),
        2 => Just(Step::ShiftDown),
        1 => Just(Step::ShiftHome),
        1 => Just(Step::All),
        1 => Just(Step::Escape),
        1 => (0..FILTERS.len()).prop_map(Step::Filter),
        1 => Just(Step::Frame),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn what_is_selected_is_what_a_flag_per_row_says(steps in prop::collection::vec(step(), 1..30)) {
        let mut bench = bench_with(8);
        let (mut model, mut n_frames) = (Model::default(), 8);
        for step in steps {
            let shown = model.shown(n_frames);
            match &step {
                Step::Pick(row, how) => {
                    let entry = *row.get(&shown);
                    bench.select(SelectionCommand::Pick { key: entry, how: *how });
                    match how {
                        Pick::Only => model.only(Some(entry)),
                        Pick::Extend | Pick::ExtendToo => model.extend(entry),
                        Pick::Toggle => {
                            (model.current, model.anchor) = (Some(entry), Some(entry));
                            if !model.selected.remove(&entry) {
                                model.selected.insert(entry);
                            }
                        }
                    }
                }
                Step::Down => {
                    bench.apply(Command::Move(Motion::By(1)));
                    let below = model.below(n_frames);
                    model.only(below);
                }
                Step::ShiftDown => {
                    bench.select(SelectionCommand::Extend(Motion::By(1)));
                    if let Some(below) = model.below(n_frames) {
                        model.extend(below);
                    }
                }
                Step::ShiftHome => {
                    bench.select(SelectionCommand::Extend(Motion::First));
                    model.extend(shown[0]);
                }
                Step::All => {
                    bench.select(SelectionCommand::All);
                    model.selected = (0..=n_frames).collect();
                }
                Step::Escape => {
                    bench.select(SelectionCommand::CurrentOnly);
                    let current = model.current;
                    model.only(current);
                }
                Step::Filter(which) => {
                    bench.apply(Command::Filter { text: FILTERS[*which].into() });
                    if FILTERS[*which] != model.filter {
                        model.filter = FILTERS[*which];
                        let current = model.current;
                        model.only(current);
                    }
                }
                Step::Frame => {
                    bench.frame();
                    n_frames += 1;
                }
            }
            let shown = model.shown(n_frames);
            let wanted: Vec<u32> = shown.into_iter().filter(|entry| model.selected.contains(entry)).collect();
            let rows = bench.screen().rows.unwrap();
            let marked: Vec<u32> = rows.rows.iter().filter(|row| row.is_selected).map(|row| row.key).collect();
            prop_assert_eq!(&marked, &wanted, "{:?}", &step);
            prop_assert_eq!(&bench.workbench.entries_of(Scope::Selection), &wanted);
            let n_events = usize::from(wanted.contains(&0));
            prop_assert_eq!(rows.selection.n_rows as usize, wanted.len());
            prop_assert_eq!(rows.selection.n_frames as usize, wanted.len() - n_events);
            let current = rows.rows.iter().find(|row| row.is_current).map(|row| row.key);
            prop_assert_eq!(current, model.current.filter(|entry| model.shown(n_frames).contains(entry)));
        }
    }
}
