//! Values of attributes, properties and styles.

use std::borrow::Cow;

use ::leptos::prelude::{Get, Signal};

use crate::element::Element;
use crate::live::{Live, Make, live};
use crate::signal::{Memo, RwSignal};

/// A value as it stands in the page.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// There is none: the attribute is absent.
    Absent,
    /// An attribute that is there or not.
    Flag(bool),
    /// A text.
    Text(Cow<'static, str>),
}

/// A value that stays, or one that follows signals.
pub enum Source {
    /// Stays.
    Fixed(Value),
    /// Follows.
    Live(#[allow(private_interfaces, reason = "made by `live` only")] Box<dyn Make<Value> + Send>),
}

/// What can be the value of an attribute. `None` and `false` leave the attribute away.
pub trait IntoAttributeValue {
    /// As a value.
    fn into_attribute_value(self) -> Source;

    /// Sets an attribute of `element`.
    #[doc(hidden)]
    fn set_attribute(self, element: Element, name: &'static str) -> Element
    where
        Self: Sized,
    {
        element.source_attr(name, self.into_attribute_value())
    }
}

impl IntoAttributeValue for Source {
    fn into_attribute_value(self) -> Source {
        self
    }
}

impl IntoAttributeValue for &'static str {
    fn into_attribute_value(self) -> Source {
        Source::Fixed(self.into())
    }

    fn set_attribute(self, element: Element, name: &'static str) -> Element {
        element.fixed_attr(name, self)
    }
}

macro_rules! values {
    ($($value:ty),*) => {$(
        impl IntoAttributeValue for $value {
            fn into_attribute_value(self) -> Source {
                Source::Fixed(self.into())
            }
        }
    )*};
}

values!(String, bool, Option<&'static str>, Option<String>);

impl<T: Into<Value> + 'static> IntoAttributeValue for Live<T> {
    fn into_attribute_value(self) -> Source {
        let mut source = self.0;
        Source::Live(Box::new(move || source.make().into()))
    }
}

impl Value {
    /// The text of an attribute; `None` where there is no attribute.
    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Absent | Self::Flag(false) => None,
            Self::Flag(true) => Some(""),
            Self::Text(text) => Some(text),
        }
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

macro_rules! signals {
    ($($signal:ident),*) => {$(
        impl<T: Into<Value> + Clone + Send + Sync + 'static> IntoAttributeValue for $signal<T> {
            fn into_attribute_value(self) -> Source {
                live(move || self.get()).into_attribute_value()
            }
        }
    )*};
}

signals!(Memo, RwSignal, Signal);

#[cfg(test)]
mod tests {
    use super::*;

    fn fixed(value: impl IntoAttributeValue) -> Value {
        match value.into_attribute_value() {
            Source::Fixed(value) => value,
            Source::Live(_) => panic!("follows signals"),
        }
    }

    #[test]
    fn what_is_not_there_leaves_the_attribute_away() {
        assert_eq!(fixed("a"), Value::Text("a".into()));
        assert_eq!(fixed(Some("a".to_owned())), Value::Text("a".into()));
        assert_eq!(fixed(None::<String>), Value::Absent);
        assert_eq!((fixed(false).as_str(), fixed(true).as_str(), Value::Absent.as_str()), (None, Some(""), None));
    }

    #[test]
    fn a_live_value_is_made_when_asked() {
        let mut n = 0;
        let count = live(move || {
            n += 1;
            n.to_string()
        });
        let Source::Live(mut source) = count.into_attribute_value() else { panic!("stays") };
        assert_eq!([source.make(), source.make()], [Value::Text("1".into()), Value::Text("2".into())]);
    }
}
