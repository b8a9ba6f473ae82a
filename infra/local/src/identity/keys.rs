//! The key that tokens are signed with: ES256 by ring, which is there for TLS; each of `jsonwebtoken`'s own backends is a second library
//! of cryptography to build.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, Header, Validation,
    crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils},
    errors::{Error, ErrorKind},
    signature::{self, Signer, Verifier},
};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair, UnparsedPublicKey},
};
use serde::Serialize;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The name of the key: there is one.
const ID: &str = "local";

pub(super) struct Keys {
    sign: EncodingKey,
    verify: DecodingKey,
    public: Vec<u8>,
}

static ON_RING: CryptoProvider = CryptoProvider {
    signer_factory: |_, key| {
        let pair = pair(key.as_bytes()).ok_or(ErrorKind::InvalidEcdsaKey)?;
        Ok(Box::new(Signs(Arc::new(pair))))
    },
    verifier_factory: |_, key| Ok(Box::new(Verifies(key.try_get_as_bytes()?.to_vec()))),
    key_utils: KeyUtils::new_unimplemented(),
};

fn pair(pkcs8: &[u8]) -> Option<EcdsaKeyPair> {
    EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &SystemRandom::new()).ok()
}

struct Signs(Arc<EcdsaKeyPair>);

impl Signer<Vec<u8>> for Signs {
    fn try_sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let signed = self.0.sign(&SystemRandom::new(), message).map_err(|_| signature::Error::new())?;
        Ok(signed.as_ref().to_vec())
    }
}

struct Verifies(Vec<u8>);

impl Verifier<Vec<u8>> for Verifies {
    fn verify(&self, message: &[u8], signature: &Vec<u8>) -> Result<(), signature::Error> {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0);
        key.verify(message, signature).map_err(|_| signature::Error::new())
    }
}

impl JwtSigner for Signs {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

impl JwtVerifier for Verifies {
    fn algorithm(&self) -> Algorithm {
        Algorithm::ES256
    }
}

impl Keys {
    pub(super) fn new() -> Option<Self> {
        let _installed_before = ON_RING.install_default();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new()).ok()?;
        let public = pair(pkcs8.as_ref())?.public_key().as_ref().to_vec();
        Some(Self { sign: EncodingKey::from_ec_der(pkcs8.as_ref()), verify: DecodingKey::from_ec_der(&public), public })
    }

    pub(super) fn signed(&self, claims: &impl Serialize) -> anyhow::Result<String> {
        let header = Header { kid: Some(ID.to_owned()), ..Header::new(Algorithm::ES256) };
        Ok(jsonwebtoken::encode(&header, claims, &self.sign)?)
    }

    /// The claims of a token that is signed, of this issuer, and not expired.
    pub(super) fn verified(&self, token: &str, issuer: &str) -> Option<Map<String, Value>> {
        let mut validation = Validation::new(Algorithm::ES256);
        validation.set_issuer(&[issuer]);
        validation.leeway = 0;
        validation.validate_nbf = true;
        validation.validate_aud = false;
        let decoded: Result<_, Error> = jsonwebtoken::decode::<Map<String, Value>>(token, &self.verify, &validation);
        Some(decoded.ok()?.claims)
    }

    /// The key that others verify with, as a JSON Web Key: behind the first byte, which says so, the point's two coordinates.
    pub(super) fn public(&self) -> Value {
        let (x, y) = self.public[1..].split_at(32);
        let [x, y] = [x, y].map(|of| URL_SAFE_NO_PAD.encode(of));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": ID, "x": x, "y": y })
    }
}
