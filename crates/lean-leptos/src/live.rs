//! What follows signals, as one type whatever closure it comes from.

/// A text, an attribute or a part of the page that is made again whenever a signal it reads has changed.
pub struct Live<T>(pub(crate) Box<dyn Make<T> + Send>);

/// Makes `make` live.
pub fn live<T: 'static>(make: impl FnMut() -> T + Send + 'static) -> Live<T> {
    Live(Box::new(make))
}

/// A closure behind a pointer. The standard `FnMut` would bring a second way to call each of them.
pub(crate) trait Make<T> {
    /// Makes it as it is now.
    fn make(&mut self) -> T;
}

impl<T, F: FnMut() -> T> Make<T> for F {
    fn make(&mut self) -> T {
        self()
    }
}
