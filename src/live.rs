//! What follows signals, as one type whatever closure it comes from: every closure that the view knows by its own type
//! adds about a kilobyte to the page.

use std::sync::{Arc, Mutex};

/// A text, an attribute or a part of the page that is made again whenever a signal it reads has changed.
pub(crate) type Live<T> = Arc<Mutex<dyn FnMut() -> T + Send>>;

/// Makes `make` live.
pub(crate) fn live<T: 'static>(make: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Arc::new(Mutex::new(make))
}
