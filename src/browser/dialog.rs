//! Modal dialogs.

use leptos::html::Dialog;
use leptos::prelude::*;
use web_sys::HtmlDialogElement;

/// Opens and closes the dialog whenever what `is_asked` says changes.
pub(crate) fn follow(node: NodeRef<Dialog>, is_asked: impl Fn() -> bool + Send + Sync + 'static) {
    let is_asked = Memo::new(move |_| is_asked());
    Effect::new(move || {
        let is_asked = is_asked.get();
        if let Some(dialog) = node.get() {
            if is_asked { show(&dialog) } else { close(&dialog) }
        }
    });
}

/// Opens the dialog above everything else; one that is open stays so.
pub(crate) fn show(dialog: &HtmlDialogElement) {
    if !dialog.open() {
        // Fails only when the element is not in the page.
        let _ = dialog.show_modal();
    }
}

/// Closes the dialog.
pub(crate) fn close(dialog: &HtmlDialogElement) {
    dialog.close();
}
