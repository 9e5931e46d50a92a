//! What can stand inside an element.

use std::sync::{Arc, Mutex};

use ::leptos::prelude::{AnyView, Get, IntoAny, RenderHtml, Signal};
use ::leptos::tachys::html::InertElement;
use ::leptos::tachys::reactive_graph::SharedReactiveFunction;

use crate::element::Element;
use crate::live::{Live, live};
use crate::signal::Memo;

/// What can stand inside an element, as the one type of all views.
pub trait IntoRender {
    /// As a view.
    fn into_render(self) -> AnyView;
}

/// What `view!` gives.
pub struct View;

impl View {
    /// As the one type of all views.
    #[allow(clippy::new_ret_no_self, reason = "the macro calls it by this name")]
    pub fn new<T: RenderHtml>(view: T) -> AnyView {
        view.into_any()
    }
}

/// While developing, `view!` names the place of each view; nothing reads that here.
pub trait WithViewMarker: Sized {
    /// Changes nothing.
    #[must_use]
    fn with_view_marker(self, _place: &str) -> Self {
        self
    }
}

impl WithViewMarker for AnyView {}

impl IntoRender for AnyView {
    fn into_render(self) -> AnyView {
        self
    }
}

impl<T: IntoRender> IntoRender for Option<T> {
    fn into_render(self) -> AnyView {
        self.map_or_else(|| ().into_any(), IntoRender::into_render)
    }
}

impl<T: IntoRender> IntoRender for Vec<T> {
    fn into_render(self) -> AnyView {
        self.into_iter().map(IntoRender::into_render).collect::<Vec<AnyView>>().into_any()
    }
}

impl<T: IntoRender + 'static> Live<T> {
    /// As the one type of all views.
    pub fn into_any(self) -> AnyView {
        let mut source = self.0;
        let shared: SharedReactiveFunction<AnyView> = Arc::new(Mutex::new(move || source.make().into_render()));
        shared.into_any()
    }
}

impl<T: IntoRender + 'static> IntoRender for Live<T> {
    fn into_render(self) -> AnyView {
        self.into_any()
    }
}

macro_rules! views {
    ($($view:ty),*) => {$(
        impl IntoRender for $view {
            fn into_render(self) -> AnyView {
                self.into_any()
            }
        }
    )*};
}

macro_rules! numbers {
    ($($number:ty),*) => {$(
        impl IntoRender for $number {
            fn into_render(self) -> AnyView {
                self.to_string().into_any()
            }
        }
    )*};
}

macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl<T: IntoRender + Clone + Send + Sync + 'static> IntoRender for $signal<T> {
            fn into_render(self) -> AnyView {
                live(move || self.get()).into_render()
            }
        }
    )*};
}

views!(&'static str, String, Element, InertElement);
numbers!(u32, usize);
signals!(Memo, Signal);
