//! The one element type: a tag, values by name, listeners, and what is inside.

use ::leptos::prelude::{AddAnyAttr, AnyView, IntoAny, Mountable, Owner, Render, RenderEffect, RenderHtml};
use ::leptos::tachys::html::attribute::Attribute;
use ::leptos::tachys::html::attribute::any_attribute::AnyAttribute;
use ::leptos::tachys::html::event::EventDescriptor;
use ::leptos::tachys::hydration::Cursor;
use ::leptos::tachys::renderer::{RemoveEventHandler, Rndr, types};
use ::leptos::tachys::view::{Position, PositionState};
use send_wrapper::SendWrapper;
use std::borrow::Cow;
use wasm_bindgen::JsValue;

use crate::signal::NodeRef;
use crate::value::{IntoAttributeValue, Source, Value};

const SVG: &str = "http://www.w3.org/2000/svg";

type Handler = Box<dyn FnMut(JsValue)>;

/// An element that is not in the page yet.
#[must_use]
pub struct Element(Box<Parts>);

struct Parts {
    tag: &'static str,
    namespace: Option<&'static str>,
    values: Vec<(Place, Source)>,
    listeners: Vec<(Cow<'static, str>, SendWrapper<Handler>)>,
    node_ref: Option<NodeRef<()>>,
    child: Option<AnyView>,
}

/// Where a value goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Attribute(&'static str),
    Property(&'static str),
    Style(&'static str),
}

/// An element in the page.
pub struct ElementState {
    tag: &'static str,
    node: types::Element,
    values: Vec<(Place, Kept)>,
    listeners: Vec<RemoveEventHandler<types::Element>>,
    child: Option<<AnyView as Render>::State>,
}

/// What became of a value.
enum Kept {
    Fixed(Value),
    Live(#[allow(dead_code, reason = "dropping it ends it")] RenderEffect<Value>),
}

/// An event with its target as a field of a form.
pub struct Targeted<E>(E);

/// A field of a form.
pub struct Field(JsValue);

impl Element {
    fn new(tag: &'static str, namespace: Option<&'static str>) -> Self {
        let (values, listeners) = (Vec::new(), Vec::new());
        Self(Box::new(Parts { tag, namespace, values, listeners, node_ref: None, child: None }))
    }

    fn with(mut self, place: Place, source: Source) -> Self {
        self.0.values.push((place, source));
        self
    }

    #[inline(never)]
    fn listen(mut self, name: Cow<'static, str>, mut handler: Handler) -> Self {
        // A handler works for the part of the page it was written in, so that what it makes ends with that part.
        let handler: Handler = match Owner::current() {
            Some(owner) => Box::new(move |event| owner.with(|| handler(event))),
            None => handler,
        };
        self.0.listeners.push((name, SendWrapper::new(handler)));
        self
    }

    /// Sets the attribute `name`.
    pub fn attr(self, name: &'static str, value: impl IntoAttributeValue) -> Self {
        value.set_attribute(self, name)
    }

    /// As [`Element::attr`] for texts that stand in the program, which most are: the call is as short as it can be.
    #[inline(never)]
    pub(crate) fn fixed_attr(self, name: &'static str, text: &'static str) -> Self {
        self.with(Place::Attribute(name), Source::Fixed(Value::from(text)))
    }

    #[inline(never)]
    pub(crate) fn source_attr(self, name: &'static str, source: Source) -> Self {
        self.with(Place::Attribute(name), source)
    }

    /// Sets the property `name` of the DOM object.
    pub fn prop(self, name: &'static str, value: impl IntoAttributeValue) -> Self {
        self.with(Place::Property(name), value.into_attribute_value())
    }

    /// Sets one property of the element's own style.
    pub fn style(self, (name, value): (&'static str, impl IntoAttributeValue)) -> Self {
        self.with(Place::Style(name), value.into_attribute_value())
    }

    /// Listens for `event`.
    pub fn on<E: EventDescriptor>(self, event: E, mut handler: impl FnMut(E::EventType) + 'static) -> Self
    where
        E::EventType: From<JsValue>,
    {
        self.listen(event.name(), Box::new(move |event| handler(event.into())))
    }

    /// Listens for `event` of a field of a form.
    pub fn on_target<E: EventDescriptor>(
        self,
        event: E,
        mut handler: impl FnMut(Targeted<E::EventType>) + 'static,
    ) -> Self
    where
        E::EventType: From<JsValue>,
    {
        self.listen(event.name(), Box::new(move |event| handler(Targeted(event.into()))))
    }

    /// Fills `node_ref` with the element once it is made.
    pub fn node_ref<E>(mut self, node_ref: NodeRef<E>) -> Self {
        self.0.node_ref = Some(node_ref.erased());
        self
    }

    /// Puts something inside.
    pub fn child<T: RenderHtml>(mut self, child: T) -> Self {
        self.0.child = Some(child.into_any());
        self
    }

    /// The state is that of an element of the same kind.
    fn fits(&self, state: &ElementState) -> bool {
        let (new, old) = (&self.0, state);
        new.tag == old.tag
            && new.child.is_some() == old.child.is_some()
            && new.listeners.is_empty() == old.listeners.is_empty()
            && new.values.iter().map(|(place, _)| place).eq(old.values.iter().map(|(place, _)| place))
    }
}

impl<E: AsRef<JsValue>> Targeted<E> {
    /// The field.
    pub fn target(&self) -> Field {
        Field(read(self.0.as_ref(), "target"))
    }
}

impl Field {
    /// What is typed or chosen.
    pub fn value(&self) -> String {
        read(&self.0, "value").as_string().unwrap_or_default()
    }

    /// It is ticked.
    pub fn checked(&self) -> bool {
        read(&self.0, "checked").is_truthy()
    }
}

fn read(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &name.into()).unwrap_or_default()
}

impl Value {
    fn to_js(&self) -> JsValue {
        match self {
            Self::Absent => JsValue::NULL,
            Self::Flag(flag) => JsValue::from_bool(*flag),
            Self::Text(text) => JsValue::from_str(text),
        }
    }
}

impl Place {
    fn put(self, node: &types::Element, value: &Value) {
        match (self, value.as_str()) {
            (Self::Attribute(name), Some(text)) => Rndr::set_attribute(node, name, text),
            (Self::Attribute(name), None) => Rndr::remove_attribute(node, name),
            (Self::Property(name), _) => Rndr::set_property_or_value(node, name, &value.to_js()),
            (Self::Style(name), Some(text)) => Rndr::set_css_property(&Rndr::style(node), name, text),
            (Self::Style(name), None) => Rndr::remove_css_property(&Rndr::style(node), name),
        }
    }

    /// Puts the value and keeps it up to date. Where `old` is the same nothing is touched.
    fn keep(self, node: &types::Element, source: Source, old: Option<&Value>) -> Kept {
        match source {
            Source::Fixed(value) => {
                if old.map_or(value != Value::Absent, |old| *old != value) {
                    self.put(node, &value);
                }
                Kept::Fixed(value)
            }
            Source::Live(mut source) => {
                let node = node.clone();
                Kept::Live(RenderEffect::new(move |old| {
                    let value = source.make();
                    if old.as_ref() != Some(&value) {
                        self.put(&node, &value);
                    }
                    value
                }))
            }
        }
    }
}

fn attach(
    node: &types::Element,
    listeners: Vec<(Cow<'static, str>, SendWrapper<Handler>)>,
) -> Vec<RemoveEventHandler<types::Element>> {
    let attach = |(name, handler): (Cow<'static, str>, SendWrapper<Handler>)| {
        Rndr::add_event_listener(node, &name, handler.take())
    };
    listeners.into_iter().map(attach).collect()
}

impl Render for Element {
    type State = ElementState;

    fn build(self) -> ElementState {
        let Parts { tag, namespace, values, listeners, node_ref, child } = *self.0;
        let node = Rndr::create_element(tag, namespace);
        let values = values.into_iter().map(|(place, source)| (place, place.keep(&node, source, None))).collect();
        let child = child.map(|child| {
            let mut state = child.build();
            state.mount(&node, None);
            state
        });
        let listeners = attach(&node, listeners);
        if let Some(node_ref) = node_ref {
            node_ref.load(&node);
        }
        ElementState { tag, node, values, listeners, child }
    }

    fn rebuild(self, state: &mut ElementState) {
        if !self.fits(state) {
            let mut new = self.build();
            state.insert_before_this(&mut new);
            state.unmount();
            *state = new;
            return;
        }
        let Parts { values, listeners, node_ref, child, .. } = *self.0;
        for ((place, source), (_, kept)) in values.into_iter().zip(&mut state.values) {
            let old = match kept {
                Kept::Fixed(value) => Some(&*value),
                Kept::Live(_) => None,
            };
            *kept = place.keep(&state.node, source, old);
        }
        // Dropping the old ones takes them off the element.
        state.listeners = attach(&state.node, listeners);
        if let (Some(child), Some(state)) = (child, &mut state.child) {
            child.rebuild(state);
        }
        if let Some(node_ref) = node_ref {
            node_ref.load(&state.node);
        }
    }
}

impl Mountable for ElementState {
    fn unmount(&mut self) {
        Rndr::remove(&self.node);
    }

    fn mount(&mut self, parent: &types::Element, marker: Option<&types::Node>) {
        Rndr::insert_node(parent, &self.node, marker);
    }

    fn insert_before_this(&self, child: &mut dyn Mountable) -> bool {
        match Rndr::get_parent(&self.node) {
            Some(parent) => {
                use wasm_bindgen::JsCast;
                child.mount(parent.unchecked_ref(), Some(&self.node));
                true
            }
            None => false,
        }
    }

    fn elements(&self) -> Vec<types::Element> {
        vec![self.node.clone()]
    }
}

// A page that is drawn in the browser only has no use for the rest; Leptos asks for it.

impl AddAnyAttr for Element {
    type Output<A: Attribute> = <AnyView as AddAnyAttr>::Output<A>;

    fn add_any_attr<A: Attribute>(self, attribute: A) -> Self::Output<A> {
        self.into_any().add_any_attr(attribute)
    }
}

impl RenderHtml for Element {
    type AsyncOutput = Self;
    type Owned = Self;

    const MIN_LENGTH: usize = 0;

    fn dry_resolve(&mut self) {}

    async fn resolve(self) -> Self {
        self
    }

    fn to_html_with_buf(self, _: &mut String, _: &mut Position, _: bool, _: bool, _: Vec<AnyAttribute>) {}

    fn hydrate<const FROM_SERVER: bool>(self, _: &Cursor, _: &PositionState) -> ElementState {
        self.build()
    }

    fn into_owned(self) -> Self {
        self
    }
}

macro_rules! attributes {
    ($($method:ident $name:literal)*) => {
        impl Element {
            $(
                #[doc = concat!("Sets the attribute `", $name, "`.")]
                pub fn $method(self, value: impl IntoAttributeValue) -> Self {
                    self.attr($name, value)
                }
            )*
        }
    };
}

macro_rules! elements {
    ($namespace:expr => $($tag:ident)*) => {
        use super::Element;

        $(
            #[doc = concat!("`<", stringify!($tag), ">`")]
            pub fn $tag() -> Element {
                Element::new(stringify!($tag), $namespace)
            }
        )*
    };
}

attributes! {
    class "class" id "id" role "role" title "title" tabindex "tabindex" hidden "hidden"
    href "href" download "download" rel "rel" target "target" open "open" name "name"
    r#type "type" value "value" placeholder "placeholder" autocomplete "autocomplete" autocapitalize "autocapitalize"
    spellcheck "spellcheck" disabled "disabled" readonly "readonly" required "required" checked "checked"
    selected "selected" label "label" r#for "for" min "min" max "max" step "step" rows "rows" cols "cols"
    form "form" maxlength "maxlength" multiple "multiple" accept "accept" novalidate "novalidate"
    scope "scope" colspan "colspan" rowspan "rowspan" width "width" height "height"
    aria_activedescendant "aria-activedescendant" aria_autocomplete "aria-autocomplete" aria_atomic "aria-atomic" aria_busy "aria-busy"
    aria_checked "aria-checked" aria_colcount "aria-colcount" aria_colindex "aria-colindex"
    aria_controls "aria-controls" aria_current "aria-current" aria_describedby "aria-describedby"
    aria_disabled "aria-disabled" aria_expanded "aria-expanded" aria_haspopup "aria-haspopup"
    aria_hidden "aria-hidden" aria_invalid "aria-invalid" aria_label "aria-label" aria_labelledby "aria-labelledby"
    aria_level "aria-level" aria_live "aria-live" aria_modal "aria-modal" aria_orientation "aria-orientation"
    aria_pressed "aria-pressed" aria_roledescription "aria-roledescription" aria_rowcount "aria-rowcount"
    aria_rowindex "aria-rowindex" aria_selected "aria-selected" aria_sort "aria-sort" aria_valuemax "aria-valuemax"
    aria_valuemin "aria-valuemin" aria_valuenow "aria-valuenow" aria_valuetext "aria-valuetext"
    list "list" inputmode "inputmode" aria_multiselectable "aria-multiselectable"
}

/// The elements of HTML that the page uses.
pub(crate) mod html {
    elements! { None =>
        a abbr article aside b bdi br button caption code col colgroup datalist dd details dialog div dl dt em fieldset
        footer form h1 h2 h3 h4 header hr i input kbd label legend li main mark meter nav ol optgroup option output p
        pre progress samp section select small span strong summary table tbody td textarea th thead time tr ul var
    }
}

/// The elements of SVG that the page uses.
pub(crate) mod svg {
    elements! { Some(super::SVG) => circle g line path polyline rect svg text }
}
