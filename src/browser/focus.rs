//! Where the keyboard is.

use super::clock;
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

/// For a part of the page that is about to be made anew: the keyboard will be at the control of the same `data-tool`, and
/// `scroller`, an element in that part, will show the same place. Names of controls are letters, digits and hyphens.
pub(crate) fn keep_place(scroller: &'static str) {
    let find = move || document().query_selector(scroller).ok().flatten();
    let tool = document().active_element().and_then(|element| element.get_attribute("data-tool"));
    let top_px = find().map_or(0, |element| element.scroll_top());
    clock::before_next_paint(move || {
        if let Some(tool) = tool {
            focus_first(&format!("[data-tool=\"{tool}\"]"));
        }
        if let Some(element) = find() {
            element.set_scroll_top(top_px);
        }
    });
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
