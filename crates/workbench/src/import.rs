//! Import: frames out of any text.

use ocpp_wire::envelope::Envelope;

/// What can be read of a frame that the log cut: type, id and action.
pub(crate) fn cut_envelope(_text: &str) -> Envelope {
    Envelope::default()
}
