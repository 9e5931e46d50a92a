//! Sizes and positions of elements, in CSS pixels.

use js_sys::Array;
use leptos::prelude::{document, window};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, PointerEvent, ResizeObserver};

/// The scroll state of an element.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[allow(clippy::struct_field_names, reason = "the unit belongs to the name")]
pub(crate) struct Scroll {
    /// Distance from the top.
    pub(crate) top_px: f64,
    /// Height of the window on the content.
    pub(crate) view_px: f64,
    /// Height of the content.
    pub(crate) content_px: f64,
}

/// Reads the scroll state.
pub(crate) fn scroll(element: &Element) -> Scroll {
    Scroll {
        top_px: f64::from(element.scroll_top()),
        view_px: f64::from(element.client_height()),
        content_px: f64::from(element.scroll_height()),
    }
}

/// Scrolls; beyond the end is the end.
pub(crate) fn scroll_to(element: &Element, top_px: f64) {
    element.set_scroll_top(top_px.round() as i32);
}

/// A length token in pixels: `26px`, or `1.625rem` times the size of the root's letters.
pub(crate) fn length_token_px(token: &str) -> Option<f64> {
    let root = document().document_element()?;
    let style = window().get_computed_style(&root).ok()??;
    let value = style.get_property_value(token).ok()?;
    let value = value.trim();
    if let Some(px) = value.strip_suffix("px") {
        return number(px);
    }
    let rem = number(value.strip_suffix("rem")?)?;
    let root_px = number(style.get_property_value("font-size").ok()?.trim().strip_suffix("px")?)?;
    Some(rem * root_px)
}

/// The number of a text.
pub(crate) fn number(text: &str) -> Option<f64> {
    let number = js_sys::parse_float(text);
    number.is_finite().then_some(number)
}

/// Where the pointer is across `element`: 0 at its left edge, 1 at its right edge.
pub(crate) fn pointer_fraction_x(element: &Element, client_x: i32) -> f64 {
    let rect = element.get_bounding_client_rect();
    if rect.width() <= 0.0 {
        return 0.0;
    }
    ((f64::from(client_x) - rect.left()) / rect.width()).clamp(0.0, 1.0)
}

/// Where the pointer is across the parent of the element the event is bound to.
pub(crate) fn pointer_fraction_in_parent(event: &PointerEvent) -> Option<f64> {
    let element = event.current_target()?.dyn_into::<Element>().ok()?;
    Some(pointer_fraction_x(&element.parent_element()?, event.client_x()))
}

/// Sends all further moves of this pointer to the element the event is bound to.
pub(crate) fn capture_pointer(event: &PointerEvent) {
    if let Some(element) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) {
        // Fails only when the pointer is already gone.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// Tells the size of an element whenever it changes, until dropped.
pub(crate) struct SizeWatch {
    observer: ResizeObserver,
    _on_change: Closure<dyn FnMut(Array)>,
}

impl SizeWatch {
    /// Watches `element`.
    pub(crate) fn new(element: &Element, on_change: impl Fn() + 'static) -> Option<Self> {
        let on_change = Closure::<dyn FnMut(Array)>::new(move |_: Array| on_change());
        let observer = ResizeObserver::new(on_change.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _on_change: on_change })
    }
}

impl Drop for SizeWatch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}
