//! What stands on the station at this moment, for those who write messages by hand.

/// Values that fit a message into what the station is doing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Connector (1.6) or EVSE (2.x) in question, from 1.
    pub outlet: u32,
    /// The token that was presented there last, else the one of the setup.
    pub token: String,
    /// Running transaction: the number the CSMS gave (1.6, `-1` while it has not answered) or our identifier (2.x).
    pub transaction_id: Option<String>,
    /// Sequence number of the next TransactionEvent (2.x) of that transaction; 0 when there is none.
    pub seq_no: u32,
    /// Register of the energy meter, in Wh.
    pub meter_wh: i64,
    /// Status of the connector, in the version's spelling; empty before the first was reported.
    pub status: String,
    /// `remoteStartId` of the request that started the transaction (2.x).
    pub remote_start_id: Option<i64>,
    /// Request that a report or status notification belongs to, the newest there was.
    pub request_id: Option<i64>,
}
