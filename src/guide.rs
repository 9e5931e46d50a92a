//! The view Guide: the list of its pages, and the page asked for.

use leptos::html::Article;
use leptos::prelude::*;
use workbench::port::GuideEntry;

use crate::blocks::blocks;
use crate::browser::geometry;
use crate::handle::Handle;
use crate::live::live;
use crate::route::View;

/// The view.
#[component]
pub(crate) fn GuideView() -> impl IntoView {
    let handle = Handle::from_context();
    // A page is asked for when its address is opened; the view may open without one.
    if handle.screen.guide.with_untracked(Option::is_none) {
        handle.send(workbench::port::Command::Guide { path: wanted(handle.view.get_untracked()) });
    }
    let page = move || {
        handle.screen.guide.with(|page| {
            page.as_ref().map_or_else(
                || view! { <p class="block-text">"Loading"</p> }.into_any(),
                |page| {
                    view! { <h2 class="guide__title">{page.title.clone()}</h2>{blocks(handle, &page.blocks)} }
                        .into_any()
                },
            )
        })
    };
    let index = Memo::new(move |_| {
        handle.screen.guide.with(|page| page.as_ref().map(|page| page.index.clone()).unwrap_or_default())
    });
    let article = NodeRef::<Article>::new();
    let path = Memo::new(move |_| handle.screen.guide.with(|page| page.as_ref().map(|page| page.path.clone())));
    // Another page begins at its top.
    Effect::new(move || {
        path.track();
        if let Some(article) = article.get() {
            geometry::scroll_to(&article, 0.0);
        }
    });
    view! {
        <div class="guide">
            <nav class="guide__index" aria-label="Guide">{live(move || index.with(|index| index_view(handle, index)))}</nav>
            <article class="guide__page blocks" node_ref=article>{live(page)}</article>
        </div>
    }
}

fn index_view(handle: Handle, index: &[GuideEntry]) -> AnyView {
    index
        .chunk_by(|one, next| one.group == next.group)
        .map(|entries| group_view(handle, entries))
        .collect_view()
        .into_any()
}

fn group_view(handle: Handle, entries: &[GuideEntry]) -> AnyView {
    let title = entries.first().map(|entry| entry.group.clone());
    let link = |entry: &GuideEntry| {
        let path = entry.path.clone();
        let is_current =
            move || handle.view.with(|view| matches!(view, View::Guide(open) if *open == path)).then_some("page");
        view! { <li><a class="guide__link" href=format!("#/guide/{}", entry.path) aria-current=live(is_current)>{entry.title.clone()}</a></li> }
    };
    view! {
        <h2 class="block-heading">{title}</h2>
        <ul class="guide__list">{entries.iter().map(link).collect_view()}</ul>
    }
    .into_any()
}

fn wanted(view: View) -> String {
    match view {
        View::Guide(path) => path,
        _ => String::new(),
    }
}
