//! Signing in, against a loopback host that answers as Entra does: `azure_identity` over our transport,
//! the browser's and the device's flow.

use crate::https::Asked;
use crate::https::Server;
use crate::https::Setup;
use crate::https::Told;
use crate::https::token;
use glasskey::entra::Claims;
use glasskey::entra::Service;
use glasskey::io::SystemEntropy;
use glasskey::io::Tokens;
use glasskey::io::Waiting;
use glasskey::io::https::Bounds;
use glasskey::io::sign_in::AppSecret;
use glasskey::io::sign_in::AzureSignIn;
use glasskey::io::sign_in::Certificate;
use glasskey::io::sign_in::CertificateFault;
use glasskey::io::sign_in::Endpoint;
use glasskey::io::sign_in::PersonSignIn;
use glasskey::io::sign_in::Show;
use glasskey::io::sign_in::SignInFault;
use glasskey::io::sign_in::TokenSource;
use glasskey::io::sign_in::Way;
use glasskey::primitives::Cloud;
use glasskey::primitives::Digest;
use glasskey::primitives::Guid;
use glasskey::primitives::Secret;
use glasskey::primitives::UtcTime;
use glasskey::primitives::bytes;
use serde_json::Value;
use serde_json::json;
use std::io::Read;
use std::io::Write;
use std::net::TcpStream;
use std::sync::mpsc;
use std::time::Duration;

const TENANT: &str = "9c2a4e10-5b7d-4c1f-9a36-0d2f8e6b7c55";
const APP: &str = "0f4c9d3e-2b61-4a8f-8d57-61c3e9a0b7f2";
const REFRESH: &str = "a-refresh-token-of-this-test";

fn id(text: &str) -> Guid {
    Guid::parse(text).unwrap()
}

fn access() -> String {
    token(&json!({"tid": TENANT, "scp": "User.Read.All", "upn": "op@contoso.com"}))
}

fn granted() -> Told {
    Told::json(
        200,
        &json!({"token_type": "Bearer", "expires_in": 3599, "access_token": access(), "refresh_token": REFRESH}),
    )
}

fn refused(status: u16, error: &str, description: &str) -> Told {
    Told::json(
        status,
        &json!({"error": error, "error_description": description}),
    )
}

fn entra(answer: impl FnMut(&Asked) -> Told + Send + 'static) -> Server {
    Server::start(Setup::default(), move || Box::new(answer))
}

fn now() -> UtcTime {
    UtcTime::parse("2026-11-22T12:00:00Z").unwrap()
}

fn first_token(source: impl TokenSource + 'static) -> Result<String, SignInFault> {
    let mut tokens = Tokens::new(Box::new(source), Cloud::Global);
    let token = tokens.token(Service::Graph, &Waiting::new())?;
    Ok(token.expose().clone())
}

fn with_secret(server: &Server) -> AzureSignIn {
    let secret = AppSecret::Secret(Secret::new("a-client-secret".to_owned()));
    let client = server.client(Bounds::default());
    AzureSignIn::app(client, Cloud::Global, id(TENANT), id(APP), secret).unwrap()
}

#[test]
fn an_apps_secret_is_posted_to_the_plans_authority_and_the_token_kept() {
    let server = entra(|_| granted());
    let mut tokens = Tokens::new(Box::new(with_secret(&server)), Cloud::Global);
    let waiting = Waiting::new();
    for _ in 0..3 {
        let token = tokens.token(Service::Graph, &waiting).ok().unwrap();
        assert_eq!(token.expose(), &access());
    }
    tokens.token(Service::Arm, &waiting).ok().unwrap();
    let seen = server.seen();
    assert_eq!(seen.len(), 2, "one for Graph, one for Azure");
    let asked = &seen[0].asked;
    assert_eq!(asked.host, "login.microsoftonline.com");
    assert_eq!(asked.target, format!("/{TENANT}/oauth2/v2.0/token"));
    let form = |name: &str| asked.form(name).unwrap();
    assert_eq!(form("grant_type"), "client_credentials");
    assert_eq!(form("client_id"), APP);
    assert_eq!(form("client_secret"), "a-client-secret");
    assert_eq!(form("scope"), "https://graph.microsoft.com/.default");
    assert_eq!(
        seen[1].asked.form("scope").unwrap(),
        "https://management.azure.com/.default"
    );
}

#[test]
fn entras_refusal_of_an_app_is_told_by_its_code_also_where_its_words_have_line_ends() {
    let server = entra(|_| {
        let words = "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: x\r\nTimestamp: y";
        refused(401, "invalid_client", words)
    });
    let fault = first_token(with_secret(&server)).err().unwrap();
    assert_eq!(
        fault.words(),
        "the client secret is wrong: the value is needed, not its id (AADSTS7000215)"
    );
    assert!(fault.next().contains("docs/sign-in.md"));
    assert_eq!(server.seen().len(), 1, "not tried again");
}

#[test]
fn html_a_redirect_and_a_flood_from_the_sign_in_host_are_no_token() {
    for (told, words) in [
        (Told::reply(200, "text/html", "<html>"), ""),
        (
            Told::reply(302, "text/html", "").with("location", "https://evil.example/"),
            "status 302",
        ),
        (Told::Endless(1 << 30), "longer than"),
        (
            Told::reply(403, "text/html", "<html>Forbidden"),
            "status 403",
        ),
    ] {
        let server = entra(move |_| told.clone());
        let fault = first_token(with_secret(&server)).err().unwrap();
        assert!(fault.words().contains(words), "{}", fault.words());
        assert!(
            server
                .connected()
                .iter()
                .all(|host| host == "login.microsoftonline.com")
        );
    }
}

/// A certificate with a P-256 key, made now.
fn p256() -> (String, Vec<u8>, Vec<u8>) {
    let key = rcgen::KeyPair::generate().unwrap();
    let certificate = rcgen::CertificateParams::new(vec!["glasskey.example".to_owned()])
        .unwrap()
        .self_signed(&key)
        .unwrap();
    let pem = format!("{}{}", key.serialize_pem(), certificate.pem());
    let public = rcgen::PublicKeyData::der_bytes(&key).to_vec();
    (pem, certificate.der().to_vec(), public)
}

/// A certificate with an RSA key of 2048 bits: `openssl req -x509 -newkey rsa:2048 -nodes`.
const RSA: &str = include_str!("../vectors/sign-in/rsa.pem");

fn with_certificate(server: &Server, pem: &str) -> AzureSignIn {
    let certificate = Certificate::parse(pem.as_bytes(), now()).unwrap();
    let secret = AppSecret::Certificate(Box::new(certificate));
    let client = server.client(Bounds::default());
    AzureSignIn::app(client, Cloud::Global, id(TENANT), id(APP), secret).unwrap()
}

/// The assertion's header, claims, what was signed, and the signature.
fn assertion(asked: &Asked) -> (Value, Value, String, Vec<u8>) {
    let jwt = asked.form("client_assertion").unwrap();
    let parts: Vec<&str> = jwt.split('.').collect();
    let part = |at: usize| -> Value {
        serde_json::from_slice(&bytes::from_base64url(parts[at]).unwrap()).unwrap()
    };
    let signature = bytes::from_base64url(parts[2]).unwrap();
    (
        part(0),
        part(1),
        format!("{}.{}", parts[0], parts[1]),
        signature,
    )
}

#[test]
fn a_certificate_signs_an_assertion_that_verifies_with_its_own_key() {
    let (pem, der, public) = p256();
    let server = entra(|_| granted());
    assert_eq!(first_token(with_certificate(&server, &pem)), Ok(access()));
    let seen = server.seen();
    let asked = &seen[0].asked;
    assert_eq!(
        asked.form("client_assertion_type").unwrap(),
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    );
    let (header, claims, signed, signature) = assertion(asked);
    let thumbprint = bytes::base64url(&Digest::of(&der).0);
    assert_eq!(
        header,
        json!({"alg": "ES256", "typ": "JWT", "x5t#S256": thumbprint})
    );
    let audience = format!("https://login.microsoftonline.com/{TENANT}/oauth2/v2.0/token");
    assert_eq!(claims["aud"], audience);
    assert_eq!((&claims["iss"], &claims["sub"]), (&json!(APP), &json!(APP)));
    assert_eq!(
        claims["exp"].as_i64().unwrap() - claims["nbf"].as_i64().unwrap(),
        600
    );
    assert!(Guid::parse(claims["jti"].as_str().unwrap()).is_some());
    ring::signature::UnparsedPublicKey::new(&ring::signature::ECDSA_P256_SHA256_FIXED, &public)
        .verify(signed.as_bytes(), &signature)
        .unwrap();
}

#[test]
fn an_rsa_certificate_signs_with_pss() {
    let server = entra(|_| granted());
    assert_eq!(first_token(with_certificate(&server, RSA)), Ok(access()));
    let (header, _, signed, signature) = assertion(&server.seen()[0].asked);
    assert_eq!(header["alg"], "PS256");
    let der = rustls_pem(RSA);
    let certificate = <x509_cert::Certificate as der::Decode>::from_der(&der).unwrap();
    let public = certificate.tbs_certificate().subject_public_key_info();
    let public = public.subject_public_key.raw_bytes();
    ring::signature::UnparsedPublicKey::new(&ring::signature::RSA_PSS_2048_8192_SHA256, public)
        .verify(signed.as_bytes(), &signature)
        .unwrap();
}

fn rustls_pem(pem: &str) -> Vec<u8> {
    use pki_types::pem::PemObject;
    pki_types::CertificateDer::from_pem_slice(pem.as_bytes())
        .unwrap()
        .to_vec()
}

#[test]
fn a_certificate_that_cannot_serve_is_refused_before_anybody_is_asked() {
    let fault = |pem: &str, now: UtcTime| Certificate::parse(pem.as_bytes(), now).err();
    let (pem, ..) = p256();
    let (other, ..) = p256();
    let at = pem.find("-----BEGIN CERTIFICATE").unwrap();
    let other_at = other.find("-----BEGIN CERTIFICATE").unwrap();
    let mixed = format!("{}{}", &pem[..at], &other[other_at..]);
    assert_eq!(fault(&pem, now()), None);
    assert_eq!(fault(&mixed, now()), Some(CertificateFault::OtherKey));
    assert_eq!(
        fault(&pem[..at], now()),
        Some(CertificateFault::NoCertificate)
    );
    assert_eq!(fault(&pem[at..], now()), Some(CertificateFault::NoKey));
    assert_eq!(fault("", now()), Some(CertificateFault::NoCertificate));
    let locked = RSA.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY");
    assert_eq!(fault(&locked, now()), Some(CertificateFault::Encrypted));
    let late = UtcTime::parse("2136-01-01T00:00:00Z").unwrap();
    assert!(matches!(
        fault(RSA, late),
        Some(CertificateFault::Expired(_))
    ));
}

/// Hands what is shown to the test.
struct Telling(mpsc::Sender<String>);

impl Show for Telling {
    fn show(&self, text: &str) -> Result<(), String> {
        self.0
            .send(text.to_owned())
            .map_err(|error| error.to_string())
    }
}

fn person(server: &Server, way: Way, shown: mpsc::Sender<String>) -> PersonSignIn {
    let client = server.client(Bounds::default());
    let endpoint = Endpoint::new(client, Cloud::Global, id(TENANT), id(APP));
    let entropy = Box::new(SystemEntropy::open().unwrap());
    PersonSignIn::new(endpoint, way, Box::new(Telling(shown)), entropy)
        .patient_for(Duration::from_secs(10))
}

/// A browser: takes the address that was shown and answers on the loopback port. `says` makes the
/// queries, one a request, from the state.
fn browser(
    shown: mpsc::Receiver<String>,
    says: impl Fn(&str) -> Vec<String> + Send + 'static,
) -> std::thread::JoinHandle<(String, Vec<String>)> {
    std::thread::spawn(move || {
        let text = shown.recv().unwrap();
        let address = text
            .lines()
            .find(|line| line.starts_with("https://"))
            .unwrap()
            .to_owned();
        let query =
            glasskey::entra::Target::parse(&address["https://login.microsoftonline.com".len()..])
                .unwrap();
        let redirect = query.option("redirect_uri").unwrap();
        let port: u16 = redirect.rsplit(':').next().unwrap().parse().unwrap();
        let pages = says(query.option("state").unwrap())
            .into_iter()
            .map(|target| {
                // As browsers do: one connection too many, which stays silent.
                let _early = TcpStream::connect(("127.0.0.1", port)).unwrap();
                let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
                write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
                let mut page = String::new();
                stream.read_to_string(&mut page).unwrap();
                page
            })
            .collect();
        (address, pages)
    })
}

#[test]
fn a_browser_brings_a_code_that_is_exchanged_with_its_verifier() {
    let server = entra(|_| granted());
    let (tell, shown) = mpsc::channel();
    let browser = browser(shown, |state| {
        vec![
            "/favicon.ico".to_owned(),
            "/?code=stolen&state=somebody-elses".to_owned(),
            format!("/?code=0.the%2Bcode&state={state}&session_state=x"),
        ]
    });
    let source = person(&server, Way::Browser { open: false }, tell);
    let mut tokens = Tokens::new(Box::new(source), Cloud::Global);
    let waiting = Waiting::new();
    let graph = tokens.token(Service::Graph, &waiting).ok().unwrap();
    assert_eq!(
        Claims::read(graph.expose()).unwrap().who(),
        "op@contoso.com"
    );
    tokens.token(Service::Arm, &waiting).ok().unwrap();
    let (address, pages) = browser.join().unwrap();
    assert!(pages[0].starts_with("HTTP/1.1 404"), "{}", pages[0]);
    assert!(pages[1].starts_with("HTTP/1.1 400"), "{}", pages[1]);
    assert!(pages[2].contains("You are signed in"), "{}", pages[2]);
    assert!(pages.iter().all(|page| page.contains("default-src 'none'")));

    let seen = server.seen();
    let first = &seen[0].asked;
    let form = |name: &str| first.form(name).unwrap();
    assert_eq!(form("grant_type"), "authorization_code");
    assert_eq!(form("code"), "0.the+code");
    assert_eq!(
        form("scope"),
        "https://graph.microsoft.com/.default offline_access"
    );
    let challenge = bytes::base64url(&Digest::of(form("code_verifier").as_bytes()).0);
    assert!(address.contains(&format!("code_challenge={challenge}&")));
    assert!(address.contains("code_challenge_method=S256"));
    assert!(!address.contains(&form("code_verifier")));
    let second = &seen[1].asked;
    assert_eq!(second.form("grant_type").unwrap(), "refresh_token");
    assert_eq!(second.form("refresh_token").unwrap(), REFRESH);
    assert_eq!(seen.len(), 2, "no second browser for Azure");
}

#[test]
fn an_error_in_the_redirect_is_told_in_words() {
    for (error, words) in [
        (
            "access_denied&error_description=AADSTS65004%3a+User+declined",
            "the person declined to consent (AADSTS65004)",
        ),
        (
            "invalid_request&error_description=AADSTS53003%3a+blocked",
            "Conditional Access refused this sign-in (AADSTS53003)",
        ),
        ("access_denied", "the sign-in was declined"),
    ] {
        let server = entra(|_| granted());
        let (tell, shown) = mpsc::channel();
        let browser = browser(shown, move |state| {
            vec![format!("/?error={error}&state={state}")]
        });
        let fault = first_token(person(&server, Way::Browser { open: false }, tell));
        assert_eq!(fault.err().unwrap().words(), words);
        let (_, pages) = browser.join().unwrap();
        assert!(pages[0].contains("The sign-in was refused"));
        assert!(server.seen().is_empty(), "nothing was exchanged");
    }
}

#[test]
fn nobody_who_comes_back_is_not_waited_for_for_ever() {
    let server = entra(|_| granted());
    let (tell, shown) = mpsc::channel();
    let source =
        person(&server, Way::Browser { open: false }, tell).patient_for(Duration::from_millis(300));
    assert_eq!(first_token(source), Err(SignInFault::TooLate));
    drop(shown);
}

/// A device's host: hands out a code, then answers each question with the next of `answers`.
fn device(answers: Vec<Told>) -> Server {
    let mut answers = answers.into_iter();
    entra(move |asked| {
        if asked.path().ends_with("/devicecode") {
            Told::json(
                200,
                &json!({
                    "user_code": "EA2B7RXJT",
                    "device_code": "a-device-code",
                    "verification_uri": "https://microsoft.com/devicelogin",
                    "expires_in": 900,
                    "interval": 1,
                }),
            )
        } else {
            answers.next().unwrap()
        }
    })
}

fn pending() -> Told {
    refused(400, "authorization_pending", "AADSTS70016: pending")
}

#[test]
fn a_device_code_is_shown_and_asked_about_until_the_person_is_done() {
    let server = device(vec![pending(), pending(), granted()]);
    let (tell, shown) = mpsc::channel();
    assert_eq!(
        first_token(person(&server, Way::DeviceCode, tell)),
        Ok(access())
    );
    let text = shown.recv().unwrap();
    assert!(text.contains("https://microsoft.com/devicelogin"), "{text}");
    assert!(
        text.contains("EA2B7RXJT") && !text.contains("a-device-code"),
        "{text}"
    );
    let seen = server.seen();
    let last = &seen[3].asked;
    assert_eq!(last.form("device_code").unwrap(), "a-device-code");
    assert_eq!(
        last.form("grant_type").unwrap(),
        "urn:ietf:params:oauth:grant-type:device_code"
    );
}

#[test]
fn a_device_that_asks_too_often_asks_five_seconds_slower() {
    let server = device(vec![refused(400, "slow_down", ""), granted()]);
    let (tell, _shown) = mpsc::channel();
    assert_eq!(
        first_token(person(&server, Way::DeviceCode, tell)),
        Ok(access())
    );
    let seen = server.seen();
    let gap = seen[2].began - seen[1].began;
    assert!(gap >= Duration::from_secs(6), "{gap:?}");
}

#[test]
fn a_code_that_is_too_old_declined_or_blocked_ends_the_wait() {
    for (error, words) in [
        (
            refused(400, "expired_token", ""),
            "nobody finished the sign-in in time",
        ),
        (
            refused(400, "authorization_declined", ""),
            "the sign-in was declined",
        ),
        (
            refused(400, "invalid_grant", "AADSTS530036: blocked"),
            "Conditional Access blocks this way of signing in (authentication flows) (AADSTS530036)",
        ),
        (
            Told::reply(200, "text/html", "<html>"),
            "something that is no token",
        ),
    ] {
        let server = device(vec![error]);
        let (tell, _shown) = mpsc::channel();
        let fault = first_token(person(&server, Way::DeviceCode, tell))
            .err()
            .unwrap();
        assert!(fault.words().contains(words), "{}", fault.words());
    }
}
