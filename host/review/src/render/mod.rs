//! A review for people and for programs.

mod html;
mod json;
mod sarif;
mod text;
mod unread;
mod words;

pub use html::html;
pub use json::json;
pub use sarif::sarif;
pub use text::text;
pub use unread::Unread;
