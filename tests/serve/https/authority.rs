//! An authority of one test, and the certificates it signs.

use rcgen::BasicConstraints;
use rcgen::CertificateParams;
use rcgen::DnType;
use rcgen::ExtendedKeyUsagePurpose;
use rcgen::IsCa;
use rcgen::Issuer;
use rcgen::KeyPair;
use rcgen::KeyUsagePurpose;
use rcgen::date_time_ymd;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;
use tokio_rustls::rustls::pki_types::PrivatePkcs8KeyDer;

/// Every host that the program may ask.
const NAMES: [&str; 9] = [
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "login.chinacloudapi.cn",
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
    "management.azure.com",
    "localhost",
];

/// What the server shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Leaf {
    /// A good certificate for every name.
    #[default]
    Good,
    /// One that ended in 2020.
    Expired,
    /// One for `other.example` alone.
    OtherName,
    /// One of an authority that nobody trusts.
    Stranger,
}

/// An authority with one certificate.
pub(crate) struct Authority {
    /// The authority, for `SSL_CERT_FILE`.
    pub(crate) pem: String,
    /// The same, for the port.
    pub(crate) der: Vec<u8>,
    pub(super) chain: Vec<CertificateDer<'static>>,
    pub(super) key: PrivateKeyDer<'static>,
}

impl Authority {
    pub(super) fn new(leaf: Leaf) -> Self {
        let (known, known_pem, known_der) = issuer("glasskey test authority");
        let (stranger, ..) = issuer("nobody's authority");
        let names: Vec<String> = if leaf == Leaf::OtherName {
            vec!["other.example".to_owned()]
        } else {
            NAMES.map(str::to_owned).to_vec()
        };
        let mut params = CertificateParams::new(names).unwrap();
        params
            .distinguished_name
            .push(DnType::CommonName, "glasskey test server");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.not_before = date_time_ymd(2019, 1, 1);
        params.not_after = if leaf == Leaf::Expired {
            date_time_ymd(2020, 1, 1)
        } else {
            date_time_ymd(2090, 1, 1)
        };
        let key = KeyPair::generate().unwrap();
        let by = if leaf == Leaf::Stranger {
            &stranger
        } else {
            &known
        };
        let certificate = params.signed_by(&key, by).unwrap();
        Self {
            pem: known_pem,
            der: known_der,
            chain: vec![certificate.der().clone()],
            key: PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der())),
        }
    }
}

fn issuer(name: &str) -> (Issuer<'static, KeyPair>, String, Vec<u8>) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = date_time_ymd(2019, 1, 1);
    params.not_after = date_time_ymd(2090, 1, 1);
    let key = KeyPair::generate().unwrap();
    let certificate = params.self_signed(&key).unwrap();
    let (pem, der) = (certificate.pem(), certificate.der().to_vec());
    (Issuer::new(params, key), pem, der)
}
