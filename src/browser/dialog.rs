//! Modal dialogs.

use web_sys::HtmlDialogElement;

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
