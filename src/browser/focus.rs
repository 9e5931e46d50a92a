//! Where the keyboard is.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement, Node};

/// Moves the focus to the first element that `selector` finds, without scrolling.
pub(crate) fn focus_first(selector: &str) {
    let found =
        document().query_selector(selector).ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok());
    if let Some(element) = found {
        // An element that cannot take the focus leaves it where it is.
        let _ = element.focus();
    }
}

/// The attribute `name` of what has the focus.
pub(crate) fn focused_attribute(name: &str) -> Option<String> {
    document().active_element()?.get_attribute(name)
}

/// The event comes from a place where letters are typed.
pub(crate) fn is_typing(event: &Event) -> bool {
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    match target.tag_name().as_str() {
        "TEXTAREA" | "SELECT" => true,
        "INPUT" => !matches!(target.get_attribute("type").as_deref(), Some("checkbox" | "button" | "radio")),
        _ => false,
    }
}

/// The event comes from inside an element that `selector` finds.
pub(crate) fn is_inside(event: &Event, selector: &str) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Node>().ok());
    let element = target.and_then(|node| node.dyn_into::<Element>().ok());
    element.is_some_and(|element| element.closest(selector).is_ok_and(|found| found.is_some()))
}
