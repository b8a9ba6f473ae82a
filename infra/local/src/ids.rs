//! The secret that ids are drawn with, as the local desk keeps it: beside the database, made at the first start.

use anyhow::Context;
use contract::{IdSecrets, id_secret::NO_FORMER};
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use std::{
    fs,
    io::{ErrorKind, Write},
    path::Path,
};
use tempfile::NamedTempFile;

/// The file's name.
pub const FILE: &str = "ids.json";

/// What is in the file, as in the cloud's secret.
#[derive(Serialize, Deserialize)]
struct Kept {
    current: String,
    former: String,
}

/// The secret in a folder of data; a new one where there is none yet.
///
/// # Errors
/// When the file can be neither read nor written, or its secret can be guessed.
pub fn kept_in(folder: &Path) -> anyhow::Result<IdSecrets> {
    let path = folder.join(FILE);
    let kept = match fs::read_to_string(&path) {
        Ok(text) => serde_json::from_str(&text).map_err(anyhow::Error::from),
        Err(error) if error.kind() == ErrorKind::NotFound => made(&path, folder),
        Err(error) => Err(error.into()),
    };
    let read = |Kept { current, former }: Kept| Ok(IdSecrets::new(&current, &former)?);
    kept.and_then(read).with_context(|| format!("the secret of ids in {}", path.display()))
}

/// Makes a secret, and writes it whole or not at all, for the owner's eyes alone: a temporary file is created so.
fn made(path: &Path, folder: &Path) -> anyhow::Result<Kept> {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).map_err(|_| anyhow::anyhow!("the system has no random numbers"))?;
    let kept = Kept { current: hex::encode(bytes), former: NO_FORMER.to_owned() };
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(serde_json::to_string(&kept)?.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(kept)
}
