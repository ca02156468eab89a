//! A code that a person types into a browser elsewhere (RFC 8628).

use super::Endpoint;
use super::Show;
use super::SignInFault;
use super::person::told;
use crate::entra::DeviceCode;
use crate::entra::TokenAnswer;
use crate::entra::TokenFault;
use std::time::Duration;
use std::time::Instant;

/// What an interval grows by when it was too short (RFC 8628 §3.5).
const SLOWER: Duration = Duration::from_secs(5);
/// Answers in a row that may be lost.
const LOST: u32 = 5;

pub(super) async fn sign_in(
    endpoint: &Endpoint,
    scope: &str,
    show: &dyn Show,
) -> Result<TokenAnswer, SignInFault> {
    let asked = endpoint
        .ask("devicecode", &[("scope", scope)], DeviceCode::read)
        .await?;
    let code = asked.map_err(told)?;
    let text = format!(
        "\nSign in, on any device:\n\n  1. open   {}\n  2. type   {}\n\n\
         The code is good for {} minutes. Never type a code that somebody sent you.\n",
        code.address,
        code.user_code,
        code.life.as_secs() / 60
    );
    show.show(&text).map_err(SignInFault::NoAnswer)?;
    poll(endpoint, &code).await
}

/// Asks, in the interval that is wished for, until the person is done or the code too old.
async fn poll(endpoint: &Endpoint, code: &DeviceCode) -> Result<TokenAnswer, SignInFault> {
    let until = Instant::now() + code.life;
    let mut interval = code.interval;
    let mut lost = 0;
    let form = [
        ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
        ("device_code", code.device_code.expose().as_str()),
    ];
    while Instant::now() < until {
        tokio::time::sleep(interval).await;
        match endpoint.ask("token", &form, TokenAnswer::read).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(TokenFault::Pending)) => lost = 0,
            Ok(Err(TokenFault::SlowDown)) => interval += SLOWER,
            Ok(Err(fault)) => return Err(told(fault)),
            // The person may be done meanwhile; RFC 8628 §3.5 asks for a longer interval.
            Err(SignInFault::NoAnswer(_)) if lost < LOST => {
                lost += 1;
                interval += SLOWER;
            }
            Err(fault) => return Err(fault),
        }
    }
    Err(SignInFault::TooLate)
}
