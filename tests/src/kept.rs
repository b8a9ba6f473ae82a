//! What outlives a process: the engine's database, and the files beside it.

use dynoxide::Database;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::TempDir;

/// The engine's database and the folder of attachments, which outlive a process.
#[derive(Clone)]
pub struct Kept(Database, Arc<TempDir>);

impl Kept {
    /// Of a desk that has not begun.
    #[must_use]
    pub fn nothing() -> Self {
        Self(Database::memory().unwrap(), Arc::new(TempDir::new().unwrap()))
    }

    /// The same in a file, as `cargo run` keeps it.
    #[must_use]
    pub fn nothing_in_a_file() -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("desk.sqlite").display().to_string();
        Self(Database::new(&file).unwrap(), Arc::new(folder))
    }

    /// The engine's database.
    #[must_use]
    pub fn database(&self) -> &Database {
        &self.0
    }

    /// The folder of attachments.
    #[must_use]
    pub fn attachments(&self) -> &Path {
        self.1.path()
    }

    /// The folder of the public sites.
    #[must_use]
    pub fn sites(&self) -> PathBuf {
        self.1.path().join("sites")
    }

    /// The same once more: what happens to one changes nothing in the other.
    #[must_use]
    pub fn copied(&self) -> Self {
        let copy = Self::nothing();
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("desk.sqlite").display().to_string();
        self.0.vacuum_into(&file).unwrap();
        copy.0.restore_from(&file).unwrap();
        let files = std::fs::read_dir(self.attachments()).unwrap().map(Result::unwrap);
        for entry in files.filter(|entry| entry.path().is_file()) {
            std::fs::copy(entry.path(), copy.attachments().join(entry.file_name())).unwrap();
        }
        copy
    }
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Database")
    }
}
