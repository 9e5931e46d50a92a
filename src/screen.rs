//! What the engine has told so far: one signal per part of an update. Only this file writes them.

use leptos::prelude::*;
use workbench::port::{
    self, CompletionView, ComposerView, ConnectionView, DemoView, Detail, DraftView, FilterView, FindingGroup,
    GuidePage, ImportView, Notice, OfferView, Overview, RepliesView, ReplyDraft, RowsView, ShareView, StationView,
    Summary,
};

/// The signals.
#[derive(Clone, Copy)]
pub(crate) struct Screen {
    /// State of the connection; `None` before the engine's first word.
    pub(crate) connection: RwSignal<Option<ConnectionView>>,
    /// The form being typed.
    pub(crate) draft: RwSignal<DraftView>,
    /// Counts over the whole transcript.
    pub(crate) summary: RwSignal<Summary>,
    /// The rows of the viewport.
    pub(crate) rows: RwSignal<RowsView>,
    /// State of the filter.
    pub(crate) filter: RwSignal<FilterView>,
    /// The selected frame.
    pub(crate) detail: RwSignal<Option<Detail>>,
    /// Traffic over time.
    pub(crate) overview: RwSignal<Overview>,
    /// The composer.
    pub(crate) composer: RwSignal<ComposerView>,
    /// The findings by rule.
    pub(crate) findings: RwSignal<Vec<FindingGroup>>,
    /// The page of the guide.
    pub(crate) guide: RwSignal<Option<GuidePage>>,
    /// What is answered to the CSMS.
    pub(crate) replies: RwSignal<RepliesView>,
    /// What is to be said of the reply that is written.
    pub(crate) reply_draft: RwSignal<ReplyDraft>,
    /// The station we play.
    pub(crate) station: RwSignal<Option<StationView>>,
    /// Files that are read or were read.
    pub(crate) import: RwSignal<Option<ImportView>>,
    /// A link that was opened.
    pub(crate) offer: RwSignal<Option<OfferView>>,
    /// The link that was asked for.
    pub(crate) share: RwSignal<Option<ShareView>>,
    /// What can be written at the caret of the filter.
    pub(crate) completions: RwSignal<Vec<CompletionView>>,
    /// The demo CSMS while something is connected to it.
    pub(crate) demo: RwSignal<Option<DemoView>>,
    /// The last notice, until it is dismissed.
    pub(crate) notice: RwSignal<Option<Notice>>,
}

impl Screen {
    /// An empty screen.
    pub(crate) fn new() -> Self {
        Self {
            connection: RwSignal::new(None),
            draft: RwSignal::default(),
            summary: RwSignal::default(),
            rows: RwSignal::default(),
            filter: RwSignal::default(),
            detail: RwSignal::new(None),
            overview: RwSignal::default(),
            composer: RwSignal::default(),
            findings: RwSignal::default(),
            guide: RwSignal::new(None),
            replies: RwSignal::default(),
            reply_draft: RwSignal::default(),
            station: RwSignal::new(None),
            import: RwSignal::new(None),
            offer: RwSignal::new(None),
            share: RwSignal::new(None),
            completions: RwSignal::default(),
            demo: RwSignal::new(None),
            notice: RwSignal::new(None),
        }
    }

    /// Takes over what changed.
    pub(crate) fn apply(self, update: port::Update) {
        put(self.draft, update.draft);
        put(self.summary, update.summary);
        put(self.rows, update.rows);
        put(self.filter, update.filter);
        put(self.detail, update.detail);
        put(self.overview, update.overview);
        put(self.composer, update.composer);
        put(self.findings, update.findings);
        put(self.connection, update.connection.map(Some));
        if let Some(mut replies) = update.replies {
            put(self.reply_draft, replies.draft.take());
            self.replies.set(replies);
        }
        put(self.station, update.station);
        put(self.import, update.import);
        put(self.offer, update.offer);
        put(self.share, update.share);
        put(self.completions, update.completions);
        put(self.demo, update.demo);
        put(self.guide, update.guide.map(Some));
        put(self.notice, update.notice.map(Some));
    }

    /// Shows a sentence of the page's own.
    pub(crate) fn notify(self, notice: Notice) {
        self.notice.set(Some(notice));
    }

    /// Takes the notice away.
    pub(crate) fn dismiss_notice(self) {
        self.notice.set(None);
    }

    /// Forgets everything: a new engine starts empty.
    pub(crate) fn reset(self) {
        self.apply(port::Update {
            draft: Some(DraftView::default()),
            summary: Some(Summary::default()),
            rows: Some(RowsView::default()),
            filter: Some(FilterView::default()),
            detail: Some(None),
            overview: Some(Overview::default()),
            composer: Some(ComposerView::default()),
            findings: Some(Vec::new()),
            replies: Some(RepliesView::default()),
            station: Some(None),
            import: Some(None),
            offer: Some(None),
            share: Some(None),
            completions: Some(Vec::new()),
            demo: Some(None),
            ..port::Update::default()
        });
        self.connection.set(None);
        self.guide.set(None);
        self.notice.set(None);
    }
}

fn put<T: Send + Sync + 'static>(signal: RwSignal<T>, value: Option<T>) {
    if let Some(value) = value {
        signal.set(value);
    }
}
