//! The command line.

use ocpp_wire::version::Version;
use workbench::import::{Options, Perspective, Swap, formats};

/// What is wanted.
#[derive(Debug, PartialEq)]
pub(crate) enum Args {
    Help,
    Version,
    Formats,
    Check(Check),
}

/// `check`
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Check {
    pub(crate) files: Vec<String>,
    pub(crate) format: Format,
    pub(crate) options: Options,
}

/// How to print.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
    Junit,
}

/// Reads the arguments, without the program's name.
///
/// # Errors
/// A sentence that says what is wrong with them.
pub(crate) fn parse(args: &[String]) -> Result<Args, String> {
    let (command, rest) = match args.split_first() {
        None => return Err("say what to do, such as `check FILE`".into()),
        Some((command, rest)) => (command.as_str(), rest),
    };
    match command {
        "-h" | "--help" | "help" => return Ok(Args::Help),
        "-V" => return Ok(Args::Version),
        "formats" => return Ok(Args::Formats),
        "check" => {}
        other => return Err(format!("{other:?} is not a command; there is `check`")),
    }
    let mut check = Check::default();
    let mut rest = rest.iter();
    let mut are_files = false;
    while let Some(arg) = rest.next() {
        if are_files || arg == "-" || !arg.starts_with('-') {
            check.files.push(arg.clone());
            continue;
        }
        let (name, inline) = match arg.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (arg.as_str(), None),
        };
        if name == "--" {
            are_files = true;
            continue;
        }
        if matches!(name, "-h" | "--help") {
            return Ok(Args::Help);
        }
        let mut value = || inline.clone().or_else(|| rest.next().cloned()).ok_or(format!("{name} needs a value"));
        match name {
            "--format" => {
                check.format = match value()?.as_str() {
                    "text" => Format::Text,
                    "json" => Format::Json,
                    "junit" => Format::Junit,
                    other => return Err(format!("--format is text, json or junit, not {other:?}")),
                };
            }
            "--version" => {
                let value = value()?;
                let version = Version::from_number(&value);
                check.options.version = Some(version.ok_or(format!("--version is 1.6, 2.0.1 or 2.1, not {value:?}"))?);
            }
            "--direction" => match value()?.as_str() {
                "auto" => {}
                "csms" => check.options.perspective = Some(Perspective::Csms),
                "station" => check.options.perspective = Some(Perspective::Station),
                "swap" => check.options.swap = Swap::Yes,
                other => return Err(format!("--direction is auto, csms, station or swap, not {other:?}")),
            },
            "--zone" => {
                let value = value()?;
                check.options.zone_minutes = Some(zone(&value).ok_or(format!("--zone is like +01:00, not {value:?}"))?);
            }
            "--log-format" => {
                let value = value()?;
                let format = formats::find(&value);
                check.options.format =
                    Some(format.ok_or(format!("there is no log format {value:?}; `formats` lists them"))?.id);
            }
            other => return Err(format!("{other:?} is not an option of check")),
        }
    }
    if check.files.is_empty() {
        return Err("name at least one file, or - for standard input".into());
    }
    Ok(Args::Check(check))
}

fn zone(text: &str) -> Option<i32> {
    if matches!(text, "Z" | "z" | "UTC" | "utc") {
        return Some(0);
    }
    let (sign, rest) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.strip_prefix('+').unwrap_or(text)),
    };
    let (hours, minutes) = rest.split_once(':').unwrap_or((rest, "0"));
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    ((0..=14).contains(&hours) && (0..60).contains(&minutes)).then_some(sign * (hours * 60 + minutes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Args, String> {
        parse(&line.split_whitespace().map(str::to_owned).collect::<Vec<_>>())
    }

    #[test]
    fn options() {
        let Ok(Args::Check(check)) = read("check a.log --format=json --version 2.0.1 --direction csms --zone -03:30 b")
        else {
            panic!()
        };
        assert_eq!(check.files, ["a.log", "b"]);
        assert_eq!(check.format, Format::Json);
        assert_eq!(check.options.version, Some(Version::V201));
        assert_eq!(check.options.perspective, Some(Perspective::Csms));
        assert_eq!(check.options.zone_minutes, Some(-210));
        assert_eq!(read("--help"), Ok(Args::Help));
    }

    #[test]
    fn what_is_wrong_is_said() {
        for line in
            ["", "chek a", "check", "check --format xml a", "check --zone 99 a", "check --version", "check --what a"]
        {
            assert!(read(line).is_err_and(|error| !error.is_empty()), "{line}");
        }
    }
}
