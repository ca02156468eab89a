//! The loopback address that a browser comes back to (RFC 8252 §7.3): on this machine alone, for one
//! answer.

use crate::entra::Redirect;
use crate::entra::RedirectFault;
use std::io;
use std::net::Ipv4Addr;
use std::net::Ipv6Addr;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// The longest head of a request that is read, in bytes.
const LONGEST: usize = 32_768;
/// How long one connection may take.
const PATIENCE: Duration = Duration::from_secs(20);
/// Connections that are read at once; a browser opens some in advance.
const AT_ONCE: usize = 16;

/// A listener on a port of this machine.
pub(super) struct Loopback {
    v4: TcpListener,
    v6: Option<TcpListener>,
    port: u16,
}

impl Loopback {
    /// Listens on a free port of 127.0.0.1, and on the same of ::1 where it can be had: `localhost`
    /// is either.
    pub(super) async fn listen() -> io::Result<Self> {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let port = v4.local_addr()?.port();
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok();
        Ok(Self { v4, v6, port })
    }

    /// The port.
    pub(super) const fn port(&self) -> u16 {
        self.port
    }

    /// Waits for the answer that carries `state`; everything else is sent away.
    pub(super) async fn answer(&self, state: &str) -> io::Result<Redirect> {
        let mut under_way = JoinSet::new();
        loop {
            let room = under_way.len() < AT_ONCE;
            let next = next(&self.v4, self.v6.as_ref(), &mut under_way, room).await?;
            match next {
                Next::Came(stream) => {
                    under_way.spawn(read(stream, state.to_owned()));
                }
                Next::Read(Some(redirect)) => return Ok(redirect),
                Next::Read(None) => {}
            }
        }
    }
}

enum Next {
    Came(TcpStream),
    Read(Option<Redirect>),
}

/// The next connection, or the next that was read.
async fn next(
    v4: &TcpListener,
    v6: Option<&TcpListener>,
    under_way: &mut JoinSet<Option<Redirect>>,
    room: bool,
) -> io::Result<Next> {
    std::future::poll_fn(|context| {
        use std::task::Poll;
        if let Poll::Ready(Some(done)) = under_way.poll_join_next(context) {
            return Poll::Ready(Ok(Next::Read(done.ok().flatten())));
        }
        if room {
            for listener in [Some(v4), v6].into_iter().flatten() {
                if let Poll::Ready(came) = listener.poll_accept(context) {
                    return Poll::Ready(came.map(|(stream, _)| Next::Came(stream)));
                }
            }
        }
        Poll::Pending
    })
    .await
}

async fn read(mut stream: TcpStream, state: String) -> Option<Redirect> {
    let line = tokio::time::timeout(PATIENCE, first_line(&mut stream))
        .await
        .ok()??;
    let redirect = Redirect::read(&line, &state);
    let (status, text) = match &redirect {
        Ok(Redirect::Code(_)) => (
            "200 OK",
            "You are signed in. Close this window and go back to the terminal.",
        ),
        Ok(Redirect::Refused(_)) => (
            "200 OK",
            "The sign-in was refused. Close this window; the terminal says why.",
        ),
        Err(RedirectFault::OtherState) => (
            "400 Bad Request",
            "This is not the sign-in that was asked for. Nothing was taken.",
        ),
        Err(RedirectFault::NotIt | RedirectFault::Empty) => ("404 Not Found", "Nothing is here."),
    };
    let page = page(status, text);
    let told = async {
        stream.write_all(page.as_bytes()).await?;
        stream.shutdown().await
    };
    // A browser that does not read its page has still brought the answer.
    let _ = tokio::time::timeout(PATIENCE, told).await;
    redirect.ok()
}

/// The first line of a request, once its head is whole; `None` if it is too long or cut.
async fn first_line(stream: &mut TcpStream) -> Option<String> {
    let mut head = zeroize::Zeroizing::new(Vec::with_capacity(LONGEST));
    let mut piece = zeroize::Zeroizing::new([0; 2_048]);
    loop {
        let read = stream.read(&mut *piece).await.ok()?;
        head.extend_from_slice(piece.get(..read)?);
        if head.windows(4).any(|window| window == b"\r\n\r\n") {
            break;
        }
        if read == 0 || head.len() > LONGEST - piece.len() {
            return None;
        }
    }
    let line = head.split(|byte| *byte == b'\r').next()?;
    std::str::from_utf8(line).ok().map(str::to_owned)
}

fn page(status: &str, text: &str) -> String {
    let body = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>glasskey</title>\
         <p>{text}</p></html>"
    );
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         cache-control: no-store\r\ncontent-security-policy: default-src 'none'\r\n\
         referrer-policy: no-referrer\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}
