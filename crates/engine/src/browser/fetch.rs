//! Loading files of this page's own host. The only HTTP requests of the engine are made here.

use gloo_net::http::Request;

/// Loads a text file.
///
/// # Errors
/// A sentence part: what went wrong.
pub(crate) async fn text(url: &str) -> Result<String, String> {
    let response = Request::get(url).send().await.map_err(|error| error.to_string())?;
    if !response.ok() {
        return Err(format!("the server answered with status {}", response.status()));
    }
    response.text().await.map_err(|error| error.to_string())
}
