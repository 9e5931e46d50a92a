//! The ways in and out of the page: opening captures, writing files, sharing a link.

mod export;
mod import_panel;
mod link_banner;
mod open;
mod share;

pub(crate) use self::export::ExportButton;
pub(crate) use self::import_panel::ImportPanel;
pub(crate) use self::link_banner::LinkBanner;
pub(crate) use self::open::{DropTarget, OpenButton, OpenDialog};
pub(crate) use self::share::{ShareButton, ShareDialog};
