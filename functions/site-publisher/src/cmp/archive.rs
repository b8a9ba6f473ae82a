//! What is over: change requests by the year of their receipt and by product.

use super::{CmpSite, RequestRow, with_known};
use crate::{Unfinished, layout::slug};
use chrono::Datelike;
use domain::change_request::{ChangeRequest, OVER};
use platform::{
    sites::File,
    store::{RecordIndex, TimeRange},
};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A link with how much is behind it.
#[derive(Serialize)]
struct Counted {
    name: String,
    href: String,
    count: usize,
}

impl CmpSite<'_> {
    /// What is over, by the year of its receipt and by product: all lists of it, or those that one change request is in, or was.
    pub(crate) async fn archive(&self, of: Option<&ChangeRequest>) -> Result<Vec<File>, Unfinished> {
        #[derive(Serialize)]
        struct Page {
            title: String,
            requests: Vec<RequestRow>,
        }
        #[derive(Serialize)]
        struct Archive {
            years: Vec<Counted>,
            products: Vec<Counted>,
        }
        let mut over = self.all(&RecordIndex::requests_over(), TimeRange::default()).await?;
        with_known(&mut over, of, &[OVER]);
        let mut by_year: BTreeMap<i32, Vec<&ChangeRequest>> = BTreeMap::new();
        let mut by_product: BTreeMap<String, (String, Vec<&ChangeRequest>)> = BTreeMap::new();
        for request in &over {
            let year = self.received(request).map_or(0, |on| on.year());
            by_year.entry(year).or_default().push(request);
            for product in &request.form.products {
                let of = by_product.entry(slug(product)).or_insert_with(|| (product.clone(), Vec::new()));
                of.1.push(request);
            }
        }
        let year_name = |year: i32| if year == 0 { "Without a date".to_owned() } else { year.to_string() };
        let year_path = |year: i32| format!("cmp/archive/year/{year}/");
        let product_path = |slug: &str| format!("cmp/archive/product/{slug}/");
        let counted = |name: String, path: String, count: usize| Counted { name, href: format!("/{path}"), count };
        let archive = Archive {
            years: by_year
                .iter()
                .rev()
                .map(|(year, of)| counted(year_name(*year), year_path(*year), of.len()))
                .collect(),
            products: by_product
                .iter()
                .map(|(slug, (name, of))| counted(name.clone(), product_path(slug), of.len()))
                .collect(),
        };
        let mut files = vec![self.layout.page("cmp/archive/", "cmp-archive.html", "/cmp/archive/", archive)?];
        let lists =
            by_year.into_iter().map(|(year, of)| (year_path(year), format!("Received in {}", year_name(year)), of));
        let products = by_product.into_iter().map(|(slug, (name, of))| (product_path(&slug), name, of));
        let year = of.map(|of| year_path(self.received(of).map_or(0, |on| on.year())));
        let wanted = of.map(|of| {
            let products = of.form.products.iter().map(|product| product_path(&slug(product)));
            products.chain(year).collect::<BTreeSet<String>>()
        });
        let is_wanted = |path: &String| wanted.as_ref().is_none_or(|wanted| wanted.contains(path));
        for (path, title, of) in lists.chain(products).filter(|(path, ..)| is_wanted(path)) {
            let page = Page { title, requests: of.into_iter().map(|of| self.row(of)).collect() };
            files.push(self.layout.page(&path, "cmp-requests.html", "/cmp/archive/", page)?);
        }
        Ok(files)
    }
}
