//! The server: a proxy that answers CONNECT and then is the host that was asked for.

use super::Answering;
use super::Asked;
use super::Leaf;
use super::Seen;
use super::Told;
use super::authority::Authority;
use glasskey::io::https::Bounds;
use glasskey::io::https::HttpsClient;
use glasskey::io::https::Trust;
use http_body_util::BodyExt;
use hyper::Request;
use hyper::Response;
use hyper::body::Body;
use hyper::body::Bytes;
use hyper::body::Frame;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioExecutor;
use hyper_util::rt::TokioIo;
use std::convert::Infallible;
use std::future::Future;
use std::io::Write;
use std::path::PathBuf;
use std::pin::Pin;
use std::process::Command;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering;
use std::sync::mpsc;
use std::task::Context;
use std::task::Poll;
use std::thread;
use std::thread::JoinHandle;
use std::time::Duration;
use std::time::Instant;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::version::TLS12;
use tokio_rustls::rustls::version::TLS13;

/// What the proxy does with a CONNECT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ProxyDoes {
    /// It connects.
    #[default]
    Connect,
    /// 407: it wants a name and a password.
    WantPassword,
    /// 403: the host is not allowed.
    Refuse,
    /// It connects and then says nothing, not even TLS.
    Stall,
}

/// How the server is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Setup {
    /// How long each answer takes, beside each other.
    pub(crate) latency: Duration,
    /// The certificate.
    pub(crate) leaf: Leaf,
    /// TLS 1.2 alone.
    pub(crate) old_tls: bool,
    /// HTTP/1.1 alone.
    pub(crate) old_http: bool,
    /// The proxy.
    pub(crate) proxy: ProxyDoes,
}

type Question = (Asked, oneshot::Sender<Told>);

#[derive(Clone)]
struct Shared {
    questions: mpsc::Sender<Question>,
    seen: Arc<Mutex<Vec<Seen>>>,
    connected: Arc<Mutex<Vec<String>>>,
    latency: Duration,
    endless: Arc<AtomicU64>,
}

/// A server that runs until this is dropped.
pub(crate) struct Server {
    port: u16,
    authority: PathBuf,
    der: Vec<u8>,
    seen: Arc<Mutex<Vec<Seen>>>,
    connected: Arc<Mutex<Vec<String>>>,
    endless: Arc<AtomicU64>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts it; `make` makes what answers, in the thread where it lives.
    pub(crate) fn start(
        setup: Setup,
        make: impl FnOnce() -> Box<dyn Answering> + Send + 'static,
    ) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let authority = Authority::new(setup.leaf);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("glasskey-authority-{}-{number}.pem", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::File::create(&path)
            .unwrap()
            .write_all(authority.pem.as_bytes())
            .unwrap();
        let versions: &[_] = if setup.old_tls {
            &[&TLS12]
        } else {
            &[&TLS13, &TLS12]
        };
        let mut tls = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_protocol_versions(versions)
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(authority.chain, authority.key)
            .unwrap();
        tls.alpn_protocols = if setup.old_http {
            vec![b"http/1.1".to_vec()]
        } else {
            vec![b"h2".to_vec(), b"http/1.1".to_vec()]
        };
        let (questions, asked) = mpsc::channel::<Question>();
        thread::spawn(move || {
            let mut answering = make();
            for (question, told) in asked {
                let _ = told.send(answering.answer(&question));
            }
        });
        let seen = Arc::new(Mutex::new(Vec::new()));
        let connected = Arc::new(Mutex::new(Vec::new()));
        let shared = Shared {
            questions,
            seen: Arc::clone(&seen),
            connected: Arc::clone(&connected),
            latency: setup.latency,
            endless: Arc::new(AtomicU64::new(0)),
        };
        let endless = Arc::clone(&shared.endless);
        let (stop, stopped) = oneshot::channel();
        let (tell, port) = mpsc::channel();
        let acceptor = TlsAcceptor::from(Arc::new(tls));
        let thread = thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async move {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap().port()).unwrap();
                let serving = async move {
                    loop {
                        let (stream, _) = listener.accept().await.unwrap();
                        let connection =
                            serve(stream, acceptor.clone(), shared.clone(), setup.proxy);
                        tokio::spawn(connection);
                    }
                };
                tokio::select! {
                    () = serving => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            port: port.recv().unwrap(),
            authority: path,
            der: authority.der,
            seen,
            connected,
            endless,
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// What `HTTPS_PROXY` is set to.
    pub(crate) fn proxy(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// A client of the port that trusts this server alone.
    pub(crate) fn client(&self, bounds: Bounds) -> HttpsClient {
        let trust = Trust::Only {
            roots: vec![self.der.clone()],
            proxy: Some(self.proxy()),
        };
        HttpsClient::new(&trust, bounds).unwrap()
    }

    /// The program, set up to reach this server by the real names and nothing else.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_glasskey"));
        for name in [
            "NO_PROXY",
            "no_proxy",
            "https_proxy",
            "ALL_PROXY",
            "all_proxy",
            "SSL_CERT_DIR",
        ] {
            command.env_remove(name);
        }
        command
            .args(arguments)
            .env("HTTPS_PROXY", self.proxy())
            .env("SSL_CERT_FILE", &self.authority)
            .stdin(Stdio::null());
        command
    }

    /// Every request so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().clone()
    }

    /// Bytes of endless bodies that left.
    pub(crate) fn endless(&self) -> u64 {
        self.endless.load(Ordering::Relaxed)
    }

    /// Every host that a connection was asked for, in order.
    pub(crate) fn connected(&self) -> Vec<String> {
        self.connected.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
        let _ = std::fs::remove_file(&self.authority);
    }
}

async fn serve(mut stream: TcpStream, tls: TlsAcceptor, shared: Shared, proxy: ProxyDoes) {
    let Some(host) = connect(&mut stream).await else {
        return;
    };
    shared.connected.lock().unwrap().push(host.clone());
    let answer = match proxy {
        ProxyDoes::Connect | ProxyDoes::Stall => "HTTP/1.1 200 Connection established\r\n\r\n",
        ProxyDoes::WantPassword => {
            "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\n\r\n"
        }
        ProxyDoes::Refuse => "HTTP/1.1 403 Forbidden\r\n\r\n",
    };
    if stream.write_all(answer.as_bytes()).await.is_err() {
        return;
    }
    match proxy {
        ProxyDoes::Connect => {}
        ProxyDoes::WantPassword | ProxyDoes::Refuse => return,
        ProxyDoes::Stall => {
            tokio::time::sleep(Duration::from_mins(10)).await;
            return;
        }
    }
    let Ok(stream) = tls.accept(stream).await else {
        return;
    };
    let second = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let stream = TokioIo::new(stream);
    let service = service_fn(move |request| {
        let (host, shared) = (host.clone(), shared.clone());
        async move { answer_one(request, host, shared, if second { 2 } else { 1 }).await }
    });
    let _ = if second {
        hyper::server::conn::http2::Builder::new(TokioExecutor::new())
            .serve_connection(stream, service)
            .await
    } else {
        hyper::server::conn::http1::Builder::new()
            .serve_connection(stream, service)
            .await
    };
}

/// Reads a CONNECT; the host without its port.
async fn connect(stream: &mut TcpStream) -> Option<String> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > 8_192 || stream.read(&mut byte).await.ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let place = head.strip_prefix("CONNECT ")?.split(' ').next()?;
    Some(place.rsplit_once(':')?.0.to_owned())
}

#[derive(Debug)]
struct Cut;

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("cut")
    }
}

impl std::error::Error for Cut {}

async fn answer_one(
    request: Request<Incoming>,
    host: String,
    shared: Shared,
    http: u8,
) -> Result<Response<Sent>, Cut> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| Cut)?.to_bytes().to_vec();
    let target = head.uri.path_and_query().map_or("/", |text| text.as_str());
    let asked = Asked {
        host,
        method: head.method.to_string(),
        target: target.to_owned(),
        headers: head
            .headers
            .iter()
            .map(|(name, value)| {
                let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
                (name.as_str().to_owned(), value)
            })
            .collect(),
        body,
        http,
    };
    let began = Instant::now();
    let (tell, told) = oneshot::channel();
    shared
        .questions
        .send((asked.clone(), tell))
        .map_err(|_| Cut)?;
    let told = told.await.map_err(|_| Cut)?;
    tokio::time::sleep(shared.latency).await;
    let ended = Instant::now();
    shared.seen.lock().unwrap().push(Seen {
        asked,
        began,
        ended,
    });
    let plain = |sent| Ok(Response::builder().status(200).body(sent).unwrap());
    match told {
        Told::Reply {
            status,
            headers,
            body,
        } => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            Ok(response.body(Sent::Whole(Some(Bytes::from(body)))).unwrap())
        }
        Told::Silence => {
            tokio::time::sleep(Duration::from_mins(10)).await;
            Err(Cut)
        }
        Told::Drip(every) => plain(Sent::Drip(every, Box::pin(tokio::time::sleep(every)))),
        Told::Endless(bytes) => plain(Sent::Endless(bytes, shared.endless)),
        Told::Cut => Err(Cut),
    }
}

/// A body.
enum Sent {
    Whole(Option<Bytes>),
    Drip(Duration, Pin<Box<tokio::time::Sleep>>),
    Endless(u64, Arc<AtomicU64>),
}

impl Body for Sent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        static PIECE: [u8; 65_536] = [b' '; 65_536];
        match &mut *self {
            Self::Whole(bytes) => Poll::Ready(bytes.take().map(|bytes| Ok(Frame::data(bytes)))),
            Self::Drip(every, sleep) => {
                std::task::ready!(sleep.as_mut().poll(context));
                *sleep = Box::pin(tokio::time::sleep(*every));
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b" ")))))
            }
            Self::Endless(0, _) => Poll::Ready(None),
            Self::Endless(left, sent) => {
                let piece = usize::try_from(*left).unwrap().min(PIECE.len());
                *left -= u64::try_from(piece).unwrap();
                sent.fetch_add(u64::try_from(piece).unwrap(), Ordering::Relaxed);
                Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(&PIECE[..piece])))))
            }
        }
    }
}
