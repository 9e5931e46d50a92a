//! Leptos with one element type, to keep the page small.
//!
//! Leptos compiles every combination of element, attribute and closure as a type of its own, each with its own code to
//! build, update, mount and drop it; and every type of value in a signal likewise. This crate takes Leptos's place in the
//! page under Leptos's name: all of Leptos is here, but what the macro `view!` calls leads to one type of element with
//! plain data inside, and signals share one type behind them. What is written with Leptos stays as it is; only what the
//! page uses of HTML and SVG is listed.

mod child;
mod element;
mod live;
pub mod show;
mod signal;
mod value;

pub use ::leptos::*;

#[doc(hidden)]
pub use crate::live::live as __as_shared_reactive_fn;
pub use crate::live::{Live, live};

/// What a page imports: Leptos's own, with the parts of this crate in place of those they stand in for.
pub mod prelude {
    pub use ::leptos::prelude::*;

    pub use crate::child::{IntoRender, View, WithViewMarker};
    pub use crate::live::{Live, live};
    pub use crate::show::Show;
    pub use crate::signal::{Effect, Memo, NodeRef, RwSignal};
    pub use crate::value::IntoAttributeValue;
}

/// Where the macro `view!` looks for elements.
pub mod tachys {
    pub use ::leptos::tachys::*;

    /// HTML.
    pub mod html {
        pub use ::leptos::tachys::html::*;

        /// The elements of HTML that the page uses.
        pub mod element {
            pub use crate::element::{Element, html::*};
        }
    }

    /// SVG.
    pub mod svg {
        pub use ::leptos::tachys::svg::InertElement;

        pub use crate::element::svg::*;
    }
}
