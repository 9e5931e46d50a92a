//! Signals, memos, effects and references to elements, with one type behind each instead of one per value.
//!
//! They behave as Leptos's and are used alike; values are kept behind a shared pointer.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;

use ::leptos::prelude as full;
use ::leptos::prelude::{GetUntracked, Set, Track};
use ::leptos::tachys::html::element::ElementType;
use ::leptos::tachys::renderer::types;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;

/// What every signal and every memo holds; the type inside never changes.
#[derive(Clone)]
struct Shared(Arc<dyn Any + Send + Sync>);

/// Makes the value of a memo from the last one.
type MakeShared = Box<dyn Fn(Option<&Shared>) -> Shared + Send + Sync>;

/// A value that tells those who read it when it changes.
pub struct RwSignal<T>(full::RwSignal<Shared>, PhantomData<fn() -> T>);

/// A value made of others, which tells those who read it when it has become another.
pub struct Memo<T>(full::Memo<Shared>, PhantomData<fn() -> T>);

/// Work that is done again whenever a signal it reads has changed.
pub struct Effect;

/// The element it was given to, once that is in the page.
pub struct NodeRef<E>(RwSignal<Option<SendWrapper<types::Element>>>, PhantomData<fn() -> E>);

impl Shared {
    fn new<T: Send + Sync + 'static>(value: T) -> Self {
        Self(Arc::new(value))
    }

    fn value<T: 'static>(&self) -> Option<&T> {
        self.0.downcast_ref()
    }
}

impl<T: Send + Sync + 'static> RwSignal<T> {
    /// A signal with its first value.
    pub fn new(value: T) -> Self {
        Self(full::RwSignal::new(Shared::new(value)), PhantomData)
    }

    /// Reads the value without hearing of changes.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let shared = value_of_signal(self.0);
        read(shared.value().unwrap_or_else(|| gone()))
    }

    /// Reads the value.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.track();
        self.with_untracked(read)
    }

    /// Hears of changes without reading.
    pub fn track(self) {
        track_signal(self.0);
    }

    /// Gives it another value and tells.
    pub fn set(self, value: T) {
        set_signal(self.0, Shared::new(value));
    }
}

impl<T: Clone + Send + Sync + 'static> RwSignal<T> {
    /// A copy of the value without hearing of changes.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }

    /// A copy of the value.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// Changes the value and tells, also when nothing changed.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }
}

impl<T: Default + Send + Sync + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

impl<T: PartialEq + Send + Sync + 'static> Memo<T> {
    /// Makes the value with `make` from the last one, again whenever a signal it reads has changed.
    pub fn new(make: impl Fn(Option<&T>) -> T + Send + Sync + 'static) -> Self {
        let memo = new_memo(Box::new(move |old| {
            let value = make(old.and_then(Shared::value));
            match old {
                Some(old) if old.value() == Some(&value) => old.clone(),
                _ => Shared::new(value),
            }
        }));
        Self(memo, PhantomData)
    }
}

impl<T: 'static> Memo<T> {
    /// Reads the value.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let shared = value_of_memo(self.0);
        read(shared.value().unwrap_or_else(|| gone()))
    }

    /// Reads the value without hearing of changes.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        let shared = self.0.get_untracked();
        read(shared.value().unwrap_or_else(|| gone()))
    }

    /// Hears of changes without reading.
    pub fn track(self) {
        self.0.track();
    }
}

impl<T: Clone + 'static> Memo<T> {
    /// A copy of the value.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy of the value without hearing of changes.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

impl Effect {
    /// Does `work` soon, and again whenever a signal it reads has changed.
    #[allow(clippy::new_ret_no_self, reason = "as Leptos has it; an effect lives as long as the part it belongs to")]
    pub fn new(work: impl FnMut() + 'static) {
        let work: Box<dyn FnMut()> = Box::new(work);
        full::Effect::new(work);
    }
}

impl<E> NodeRef<E> {
    /// Of no element yet.
    pub fn new() -> Self {
        Self(RwSignal::new(None), PhantomData)
    }

    /// The same without the kind of element.
    pub(crate) fn erased(self) -> NodeRef<()> {
        NodeRef(self.0, PhantomData)
    }

    pub(crate) fn load(self, node: &types::Element) {
        self.0.set(Some(SendWrapper::new(node.clone())));
    }
}

impl<E> Default for NodeRef<E> {
    fn default() -> Self {
        Self::new()
    }
}

impl<E: ElementType<Output: JsCast>> NodeRef<E> {
    /// The element, if it is in the page.
    pub fn get(self) -> Option<E::Output> {
        self.0.track();
        self.get_untracked()
    }

    /// The element, if it is in the page, without hearing of changes.
    pub fn get_untracked(self) -> Option<E::Output> {
        element_of(self.0).map(JsCast::unchecked_into)
    }
}

// These are what would otherwise be compiled anew for every type of value.

#[inline(never)]
fn value_of_signal(signal: full::RwSignal<Shared>) -> Shared {
    signal.get_untracked()
}

#[inline(never)]
fn track_signal(signal: full::RwSignal<Shared>) {
    signal.track();
}

#[inline(never)]
fn set_signal(signal: full::RwSignal<Shared>, value: Shared) {
    signal.set(value);
}

#[inline(never)]
fn new_memo(make: MakeShared) -> full::Memo<Shared> {
    full::Memo::new_with_compare(make, |old, new| match (old, new) {
        (Some(old), Some(new)) => !Arc::ptr_eq(&old.0, &new.0),
        _ => true,
    })
}

#[inline(never)]
fn value_of_memo(memo: full::Memo<Shared>) -> Shared {
    full::Get::get(&memo)
}

#[inline(never)]
fn element_of(signal: RwSignal<Option<SendWrapper<types::Element>>>) -> Option<types::Element> {
    signal.with_untracked(|element| element.as_deref().cloned())
}

/// A signal holds the type it was made with, and is read only while what made it lives; Leptos stops here as well.
#[cold]
#[inline(never)]
fn gone() -> ! {
    panic!("a signal was read after its part of the page had gone")
}

macro_rules! copied {
    ($($signal:ident),*) => {$(
        impl<T> Clone for $signal<T> {
            fn clone(&self) -> Self {
                *self
            }
        }

        impl<T> Copy for $signal<T> {}
    )*};
}

copied!(RwSignal, Memo, NodeRef);

#[cfg(test)]
mod tests {
    use super::*;
    use ::leptos::prelude::Owner;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[test]
    fn a_memo_is_made_again_only_when_what_it_reads_is_another() {
        Owner::new().with(|| {
            let n_made = Arc::new(AtomicU32::new(0));
            let number = RwSignal::new(3);
            let is_even = Memo::new(move |_| number.get() % 2 == 0);
            let counts = Arc::clone(&n_made);
            let word = Memo::new(move |_| {
                counts.fetch_add(1, Ordering::Relaxed);
                if is_even.get() { "even" } else { "odd" }
            });
            assert_eq!((word.get(), n_made.load(Ordering::Relaxed)), ("odd", 1));
            number.set(5);
            assert_eq!((word.get(), n_made.load(Ordering::Relaxed)), ("odd", 1));
            number.update(|number| *number += 1);
            assert_eq!((word.get(), n_made.load(Ordering::Relaxed)), ("even", 2));
            assert_eq!(number.with_untracked(ToString::to_string), "6");
        });
    }

    #[test]
    fn a_memo_sees_its_last_value() {
        Owner::new().with(|| {
            let word = RwSignal::new("a".to_owned());
            let all = Memo::new(move |last: Option<&String>| {
                word.with(|word| format!("{}{word}", last.map_or("", |last| last)))
            });
            assert_eq!(all.get(), "a");
            word.set("b".to_owned());
            assert_eq!(all.get_untracked(), "ab");
        });
    }
}
