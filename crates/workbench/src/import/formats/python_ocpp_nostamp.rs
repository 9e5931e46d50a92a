//! A program with the Python library ocpp and a handler that writes the message only.

use super::Format;

pub(super) static FORMAT: Format = Format {
    id: "python-ocpp-nostamp",
    title: "Python ocpp, message only",
    perspective: None,
    needs: None,
    is_line,
    #[cfg(test)]
    example: r##"CP1: receive message [2,"a","Heartbeat",{}]"##,
};

fn is_line(line: &str) -> bool {
    let Some((station, rest)) = line.split_once(": ") else { return false };
    let is_verb = ["send [", "send message [", "receive message ["].iter().any(|verb| rest.starts_with(verb));
    is_verb && !station.is_empty() && !station.contains([' ', ':', '['])
}
