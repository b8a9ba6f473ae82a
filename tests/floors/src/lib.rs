//! Reads the sources of a crate and tells which of its modules need one another in a circle.
//!
//! A name that is re-exported is followed to the module that defines it: a `pub use` at the root of a crate hides no import.
//! A module is held against its siblings; what stands in the file of their common parent is that parent's, and neither above
//! nor below its children. Code in a macro's arguments is read as paths.

use proc_macro2::{TokenStream, TokenTree};
use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    path::Path,
};
use syn::{
    Attribute, Item, UseTree,
    visit::{self, Visit},
};

/// A module's place in its crate: `["ticket", "case"]`; the root is empty.
pub type Place = Vec<String>;

/// The modules of a crate.
#[derive(Debug, Default)]
pub struct Krate {
    modules: BTreeMap<Place, Module>,
}

/// One module, as far as its paths tell.
#[derive(Debug, Default)]
struct Module {
    /// How many lines its file has.
    lines: usize,
    /// What it defines.
    items: BTreeSet<String>,
    /// What it imports: the name that it gets here, and the path. A name of `*` is a glob.
    uses: Vec<(String, Place)>,
    /// The paths that its code names.
    paths: BTreeSet<Place>,
}

/// Modules that need one another, and the paths by which they do: "record needs ticket: crate::ticket::Ticket".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Circle {
    /// The modules, by their paths in the crate.
    pub modules: Vec<String>,
    /// By what.
    pub because: Vec<String>,
}

impl Circle {
    /// Whether its modules are the children of one.
    #[must_use]
    pub fn is_in(&self, parent: &str) -> bool {
        self.modules.iter().all(|of| of.rsplit_once("::").is_some_and(|(above, _)| above == parent))
    }
}

impl Krate {
    /// Reads the crate whose root is `src/lib.rs` or `src/main.rs` in a folder.
    ///
    /// # Errors
    /// When a file cannot be read, or is no Rust.
    pub fn read(folder: &Path) -> io::Result<Self> {
        let mut sources = BTreeMap::new();
        gather(&folder.join("src"), &mut Vec::new(), &mut sources)?;
        Self::of(&sources)
    }

    /// The crate of these sources, by their modules' places; the root's place is empty.
    ///
    /// # Errors
    /// When one is no Rust.
    pub fn of(sources: &BTreeMap<Place, String>) -> io::Result<Self> {
        let mut modules = BTreeMap::new();
        for (place, source) in sources {
            let file =
                syn::parse_file(source).map_err(|error| io::Error::other(format!("{}: {error}", place.join("::"))))?;
            let mut reader = Reader { module: Module { lines: source.lines().count(), ..Module::default() } };
            reader.visit_file(&file);
            modules.insert(place.clone(), reader.module);
        }
        Ok(Self { modules })
    }

    /// How many files, and how many lines, its modules at one of these paths have.
    #[must_use]
    pub fn size(&self, paths: &[String]) -> (usize, usize) {
        let within = |place: &Place| paths.iter().any(|path| starts_with(place, path));
        let sizes = self.modules.iter().filter(|(place, _)| within(place)).map(|(_, module)| module.lines);
        sizes.fold((0, 0), |(files, lines), more| (files + 1, lines + more))
    }

    /// The circles among siblings, everywhere in the crate.
    #[must_use]
    pub fn circles(&self) -> Vec<Circle> {
        let mut needs: BTreeMap<(Place, Place), BTreeSet<String>> = BTreeMap::new();
        for (place, module) in &self.modules {
            let named = module.uses.iter().map(|(_, path)| path).chain(&module.paths);
            for path in named {
                let Some(target) = self.resolve(place, path, 0) else { continue };
                let common = place.iter().zip(&target).take_while(|(one, other)| one == other).count();
                if place.len() > common && target.len() > common {
                    let because = format!("{} needs {}: {}", place.join("::"), target.join("::"), path.join("::"));
                    let siblings = (place[..=common].to_vec(), target[..=common].to_vec());
                    needs.entry(siblings).or_default().insert(because);
                }
            }
        }
        let edges: BTreeSet<&(Place, Place)> = needs.keys().collect();
        let circles = circles_of(&edges);
        let told = |circle: Vec<Place>| {
            let inside = |(from, to): &&(Place, Place)| circle.contains(from) && circle.contains(to);
            let because = needs.keys().filter(inside).flat_map(|edge| &needs[edge]).cloned().collect();
            Circle { modules: circle.iter().map(|place| place.join("::")).collect(), because }
        };
        circles.into_iter().map(told).collect()
    }

    /// The module that defines what a path names from a module; none of another crate's.
    fn resolve(&self, from: &Place, path: &[String], depth: usize) -> Option<Place> {
        // A re-export of a re-export ends; two globs that name each other do not.
        if depth > 20 {
            return None;
        }
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(Vec::new(), rest, depth),
            "self" => self.walk(from.clone(), rest, depth),
            "super" => {
                let parent = from.split_last()?.1.to_vec();
                if rest.first().is_some_and(|next| next == "super") {
                    self.resolve(&parent, rest, depth + 1)
                } else {
                    self.walk(parent, rest, depth)
                }
            }
            _ => self.walk(from.clone(), path, depth).filter(|target| target != from),
        }
    }

    /// From a module down a path.
    fn walk(&self, at: Place, path: &[String], depth: usize) -> Option<Place> {
        let Some((name, rest)) = path.split_first() else { return Some(at) };
        let child = [at.as_slice(), std::slice::from_ref(name)].concat();
        if self.modules.contains_key(&child) {
            return self.walk(child, rest, depth);
        }
        let module = self.modules.get(&at)?;
        if module.items.contains(name) || name == "*" {
            return Some(at);
        }
        if let Some((_, import)) = module.uses.iter().find(|(of, _)| of == name) {
            let whole = [import.as_slice(), rest].concat();
            return if whole == path { None } else { self.resolve(&at, &whole, depth + 1) };
        }
        let globs = module.uses.iter().filter(|(of, _)| of == "*");
        globs.filter_map(|(_, import)| self.resolve(&at, &import[..import.len() - 1], depth + 1)).find_map(|of| {
            let whole = if of == at { return None } else { path };
            self.walk(of, whole, depth + 1)
        })
    }
}

fn starts_with(place: &Place, path: &str) -> bool {
    place.join("::") == path || place.join("::").starts_with(&format!("{path}::"))
}

/// The files of a folder, by their modules' places.
fn gather(folder: &Path, place: &mut Place, sources: &mut BTreeMap<Place, String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Some(stem) = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned) else { continue };
        if path.is_dir() {
            place.push(stem);
            gather(&path, place, sources)?;
            place.pop();
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let of_folder = ["lib", "main", "mod"].contains(&stem.as_str());
            let own = if of_folder { place.clone() } else { [place.as_slice(), &[stem]].concat() };
            sources.insert(own, std::fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

/// Takes from a file what it defines, imports and names. A module that is written inside it is a part of it.
struct Reader {
    module: Module,
}

impl Reader {
    fn import(&mut self, before: &Place, tree: &UseTree) {
        match tree {
            UseTree::Path(path) => {
                let before = [before.as_slice(), &[path.ident.to_string()]].concat();
                self.import(&before, &path.tree);
            }
            UseTree::Name(name) if name.ident == "self" => {
                self.module.uses.push((before.last().cloned().unwrap_or_default(), before.clone()));
            }
            UseTree::Name(name) => {
                let name = name.ident.to_string();
                self.module.uses.push((name.clone(), [before.as_slice(), &[name]].concat()));
            }
            UseTree::Rename(rename) => {
                let path = match rename.ident.to_string() {
                    own if own == "self" => before.clone(),
                    name => [before.as_slice(), &[name]].concat(),
                };
                self.module.uses.push((rename.rename.to_string(), path));
            }
            UseTree::Glob(_) => {
                self.module.uses.push(("*".to_owned(), [before.as_slice(), &["*".to_owned()]].concat()));
            }
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(before, tree)),
        }
    }

    /// The paths in tokens that are no syntax yet: a macro's arguments.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Place = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.name(&mut path);
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Group(group) => {
                    self.name(&mut path);
                    colons = 0;
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.name(&mut path);
                    colons = 0;
                }
            }
        }
        self.name(&mut path);
    }

    fn name(&mut self, path: &mut Place) {
        let path = std::mem::take(path);
        // One word in small letters is a variable, more often than a function that a glob brings.
        if path.len() > 1 || path.iter().any(|name| name.starts_with(char::is_uppercase)) {
            self.module.paths.insert(path);
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        let defined = match item {
            Item::Const(of) => Some(&of.ident),
            Item::Enum(of) => Some(&of.ident),
            Item::Fn(of) => Some(&of.sig.ident),
            Item::Static(of) => Some(&of.ident),
            Item::Struct(of) => Some(&of.ident),
            Item::Trait(of) => Some(&of.ident),
            Item::Type(of) => Some(&of.ident),
            Item::Union(of) => Some(&of.ident),
            Item::Macro(of) => of.ident.as_ref(),
            _ => None,
        };
        self.module.items.extend(defined.map(ToString::to_string));
        if let Item::Macro(of) = item
            && of.ident.is_none()
        {
            // What a macro at this level makes is named in its arguments: `numbered! { OutageNumber, "PO-" }`.
            let names = of.mac.tokens.clone().into_iter().filter_map(|token| match token {
                TokenTree::Ident(ident) => Some(ident.to_string()),
                _ => None,
            });
            self.module.items.extend(names.filter(|name| name.starts_with(char::is_uppercase)));
        }
        visit::visit_item(self, item);
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        self.import(&Vec::new(), &item.tree);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let mut names: Place = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.name(&mut names);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, of: &'ast syn::Macro) {
        self.tokens(of.tokens.clone());
        visit::visit_macro(self, of);
    }

    /// `#[serde(with = "crate::duration")]` names a module too.
    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let syn::Meta::List(list) = &attribute.meta else { return };
        for token in list.tokens.clone() {
            let TokenTree::Literal(literal) = token else { continue };
            let text = literal.to_string();
            if let Some(path) = text.trim_matches('"').strip_prefix("crate::") {
                let mut path: Place = std::iter::once("crate").chain(path.split("::")).map(str::to_owned).collect();
                self.name(&mut path);
            }
        }
    }
}

/// The strongly connected parts of more than one node.
fn circles_of(edges: &BTreeSet<&(Place, Place)>) -> Vec<Vec<Place>> {
    fn reached<'a>(from: &'a Place, edges: &BTreeSet<&'a (Place, Place)>) -> BTreeSet<&'a Place> {
        let mut reached = BTreeSet::new();
        let mut next: Vec<&Place> = vec![from];
        while let Some(at) = next.pop() {
            let further = edges.iter().filter(|(of, _)| of == at).map(|(_, to)| to);
            next.extend(further.filter(|to| reached.insert(*to)));
        }
        reached
    }
    let nodes: BTreeSet<&Place> = edges.iter().map(|(from, _)| from).collect();
    let all: BTreeMap<&Place, BTreeSet<&Place>> = nodes.iter().map(|node| (*node, reached(node, edges))).collect();
    let mut circles: BTreeSet<Vec<Place>> = BTreeSet::new();
    for (node, reached) in &all {
        let circle = reached.iter().filter(|other| all.get(*other).is_some_and(|back| back.contains(node)));
        let circle: Vec<Place> = circle.map(|place| (*place).clone()).collect();
        if circle.len() > 1 {
            circles.insert(circle);
        }
    }
    circles.into_iter().collect()
}
