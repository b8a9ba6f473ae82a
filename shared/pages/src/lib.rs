//! Renders pages, documents and calendars from data that was loaded before. The crate knows the domain's records. It knows neither
//! the store nor HTTP: the caller loads everything, decides who may read it, and answers the result or writes it to a file.
//!
//! A page is a *model*, plain data, and a *template*, which only lays the model out. Headings and tables are a [`Document`]: its
//! template is here, and [`docx`] renders the same data, so that page and document cannot differ. Any other page brings its own
//! [`html::Template`], which extends `layout.html`, or as a page of a site `site.html`, and may include `section.html`.

pub mod assets;
pub mod calendar;
pub mod document;
pub mod docx;
pub mod html;
pub mod plot;
pub mod site;

pub use document::Document;
