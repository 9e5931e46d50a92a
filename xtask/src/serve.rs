//! `cargo xtask serve`: a small static file server for `dist/`, with the headers that a good host would send.
//!
//! For looking at the page on one machine: it listens on 127.0.0.1 only and knows GET and HEAD.

use std::io::{self, BufRead as _, BufReader};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::build;
use crate::csms;
use crate::files;
use crate::html;
use crate::steps::{Failure, Outcome, Stopwatch, in_words};

const DEFAULT_PORT: u16 = 8080;
const DEFAULT_CSMS_PORT: u16 = 9220;

/// `serve [--port N] [--csms] [--csms-port N]`.
pub(crate) fn command(arguments: &[String]) -> Outcome<()> {
    let options = Options::from_arguments(arguments)?;
    let watch = Stopwatch::start();
    // First of all, so that a taken port is said at once and not after a build of minutes.
    let listener = listen(options.port)?;
    build::build()?;
    let site = Arc::new(Site::open(build::dist())?);
    let csms = options.csms_port.map(csms::start).transpose()?;

    let port = listener.local_addr().map_or(options.port, |address| address.port());
    println!("\nOcppscope is at http://127.0.0.1:{port} (ready after {})", in_words(watch.elapsed()));
    if let Some(csms) = &csms {
        println!("A CSMS is at {}", csms.url());
        println!("Type that address as CSMS URL, with any station identity.");
    }
    println!("Ctrl-C ends it.");

    for connection in listener.incoming() {
        let Ok(connection) = connection else { continue };
        let site = Arc::clone(&site);
        // A browser that goes away in the middle of an answer is nothing to report.
        thread::spawn(move || drop(site.answer(connection)));
    }
    Ok(())
}

struct Options {
    port: u16,
    /// Port of the CSMS that was asked for.
    csms_port: Option<u16>,
}

impl Options {
    fn from_arguments(arguments: &[String]) -> Outcome<Self> {
        let mut options = Self { port: DEFAULT_PORT, csms_port: None };
        let mut words = arguments.iter().flat_map(|argument| argument.splitn(2, '='));
        while let Some(word) = words.next() {
            match word {
                "--csms" => options.csms_port = options.csms_port.or(Some(DEFAULT_CSMS_PORT)),
                "--csms-port" => options.csms_port = Some(port(words.next())?),
                "--port" => options.port = port(words.next())?,
                other => return Err(crate::unknown_option(other)),
            }
        }
        Ok(options)
    }
}

/// The number behind an option.
fn port(word: Option<&str>) -> Outcome<u16> {
    let word = word.unwrap_or_default();
    word.parse().map_err(|_| {
        Failure::new(format!("{word:?} is not a port"))
            .hint("write a number up to 65535, such as --port 8081; 0 takes a free one")
    })
}

fn listen(port: u16) -> Outcome<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(|error| {
        if error.kind() == io::ErrorKind::AddrInUse {
            Failure::new(format!("Port {port} is taken by another program")).hint(format!(
                "end that program, or choose another port: cargo xtask serve --port {}",
                port.saturating_add(1)
            ))
        } else {
            Failure::new(format!("Port {port} cannot be opened: {error}"))
                .hint("choose another port: cargo xtask serve --port 8081")
        }
    })
}

/// The folder that is served, and what goes with every answer.
struct Site {
    folder: PathBuf,
    policy: String,
}

impl Site {
    fn open(folder: PathBuf) -> Outcome<Self> {
        let page = files::read_text(&folder.join("index.html"))?;
        // The page's own policy, so that the two can never differ; `frame-ancestors` works in a header only.
        let policy = html::attribute(&page, "meta", "http-equiv=\"Content-Security-Policy\"", "content")
            .unwrap_or("default-src 'none'");
        let policy = format!("{}; frame-ancestors 'none'", policy.trim().trim_end_matches(';'));
        Ok(Self { folder, policy })
    }

    /// Answers the requests of one connection until the browser closes it.
    fn answer(&self, connection: TcpStream) -> io::Result<()> {
        connection.set_nodelay(true)?;
        // Ends the thread of a connection that a browser opens ahead and never uses.
        connection.set_read_timeout(Some(Duration::from_mins(1)))?;
        let mut output = connection.try_clone()?;
        let mut input = BufReader::new(connection);
        while let Some(request) = read_request(&mut input)? {
            self.respond(&request, &mut output)?;
        }
        Ok(())
    }

    fn respond(&self, request: &Request, output: &mut impl io::Write) -> io::Result<()> {
        if request.method != "GET" && request.method != "HEAD" {
            return self.send(
                request,
                "405 Method Not Allowed",
                "text/plain; charset=utf-8",
                b"Only GET and HEAD work here.\n",
                output,
            );
        }
        let Some(path) = self.file_for(&request.target) else {
            return self.send(
                request,
                "404 Not Found",
                "text/plain; charset=utf-8",
                b"There is no such file.\n",
                output,
            );
        };
        match std::fs::read(&path) {
            Ok(bytes) => self.send(request, "200 OK", content_type(&path), &bytes, output),
            Err(_) => {
                self.send(request, "404 Not Found", "text/plain; charset=utf-8", b"There is no such file.\n", output)
            }
        }
    }

    /// The file for a request target; `None` for anything outside the folder.
    fn file_for(&self, target: &str) -> Option<PathBuf> {
        let path = target.split(['?', '#']).next()?.trim_start_matches('/');
        let path = Path::new(if path.is_empty() { "index.html" } else { path });
        // Names in dist/ need no percent-encoding; a name with it is simply not there.
        path.components().all(|part| matches!(part, Component::Normal(_))).then(|| self.folder.join(path))
    }

    fn send(
        &self,
        request: &Request,
        status: &str,
        content_type: &str,
        body: &[u8],
        output: &mut impl io::Write,
    ) -> io::Result<()> {
        // Rebuilding must show at once, so nothing is kept without asking; a real host caches hashed names for ever.
        let head = format!(
            "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nCache-Control: no-cache\r\n\
             Content-Security-Policy: {}\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\n\r\n",
            body.len(),
            self.policy,
        );
        output.write_all(head.as_bytes())?;
        if request.method != "HEAD" {
            output.write_all(body)?;
        }
        output.flush()
    }
}

/// The part of a request that matters here.
struct Request {
    method: String,
    target: String,
}

/// Reads one request and its headers; `None` at the end of the connection.
fn read_request(input: &mut impl io::BufRead) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if io::Read::take(&mut *input, 16_384).read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace();
    let (Some(method), Some(target)) = (words.next(), words.next()) else { return Ok(None) };
    let request = Request { method: method.to_owned(), target: target.to_owned() };
    loop {
        let mut header = String::new();
        let n_bytes = io::Read::take(&mut *input, 65_536).read_line(&mut header)?;
        if n_bytes == 0 || header.trim().is_empty() {
            return Ok(Some(request));
        }
    }
}

/// The type a browser needs to take the file for what it is.
fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site() -> Site {
        let folder = std::env::temp_dir().join(format!("ocppscope-serve-{}", std::process::id()));
        files::write(
            &folder.join("index.html"),
            b"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\">",
        )
        .unwrap();
        files::write(&folder.join("app.wasm"), b"\0asm").unwrap();
        Site::open(folder).unwrap()
    }

    fn answer(request: &str) -> String {
        let mut output = Vec::new();
        let request = read_request(&mut request.as_bytes()).unwrap().unwrap();
        site().respond(&request, &mut output).unwrap();
        String::from_utf8_lossy(&output).into_owned()
    }

    #[test]
    fn the_page_comes_with_its_policy_as_a_header() {
        let answer = answer("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\nContent-Type: text/html"), "{answer}");
        assert!(
            answer.contains("\r\nContent-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n"),
            "{answer}"
        );
    }

    #[test]
    fn types_and_methods() {
        assert!(answer("GET /app.wasm?x HTTP/1.1\r\n\r\n").contains("Content-Type: application/wasm"));
        assert!(answer("HEAD /app.wasm HTTP/1.1\r\n\r\n").ends_with("\r\n\r\n"));
        assert!(answer("POST / HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 405"));
    }

    #[test]
    fn nothing_outside_the_folder_is_served() {
        for target in ["/../Cargo.toml", "/%2e%2e/Cargo.toml", "//etc/passwd", "/missing.js", "/./../x"] {
            assert!(answer(&format!("GET {target} HTTP/1.1\r\n\r\n")).starts_with("HTTP/1.1 404"), "{target}");
        }
    }

    #[test]
    fn a_taken_port_is_said_with_another_to_try() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let failure = listen(taken.local_addr().unwrap().port()).unwrap_err().to_string();
        assert!(failure.contains("is taken") && failure.contains("--port"), "{failure}");
    }

    #[test]
    fn options() {
        let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let options = Options::from_arguments(&words("--port 9000 --csms")).unwrap();
        assert_eq!((options.port, options.csms_port), (9000, Some(9220)));
        let options = Options::from_arguments(&words("--port=81 --csms-port 0 --csms")).unwrap();
        assert_eq!((options.port, options.csms_port), (81, Some(0)));
        assert!(Options::from_arguments(&words("--port many")).is_err());
        assert!(Options::from_arguments(&words("--open")).is_err());
    }
}
