//! A sign-in in this machine's browser: authorization code with PKCE, back on a loopback address.

use super::Endpoint;
use super::Show;
use super::SignInFault;
use super::loopback::Loopback;
use super::open_browser::open_browser;
use super::person::told;
use crate::entra::Authorization;
use crate::entra::Redirect;
use crate::entra::TokenAnswer;
use crate::primitives::Entropy;

pub(super) async fn sign_in(
    endpoint: &Endpoint,
    scope: &str,
    entropy: &mut dyn Entropy,
    show: &dyn Show,
    open: bool,
) -> Result<TokenAnswer, SignInFault> {
    let loopback = Loopback::listen()
        .await
        .map_err(|error| SignInFault::Lacks {
            what: format!("no port of this machine can be listened on: {error}"),
            next: "use method = \"device-code\" in the plan's [sign-in], or --sign-in device-code",
        })?;
    let authorization = Authorization::begin(entropy, loopback.port());
    let address = authorization.address(endpoint.cloud, endpoint.tenant, endpoint.app, scope);
    let opened = open && open_browser(&address);
    let text = format!(
        "\n{}\n\n{address}\n\n",
        if opened {
            "Sign in in the browser window that opens. If none does, open this address on this \
             machine:"
        } else {
            "Sign in: open this address in a browser on this machine:"
        }
    );
    show.show(&text).map_err(SignInFault::NoAnswer)?;
    let code = match loopback.answer(authorization.state()).await {
        Ok(Redirect::Code(code)) => code,
        Ok(Redirect::Refused(refusal))
            if refusal.error == "access_denied" && refusal.code.is_none() =>
        {
            return Err(SignInFault::Declined);
        }
        Ok(Redirect::Refused(refusal)) => return Err(SignInFault::Refused(refusal)),
        Err(error) => return Err(SignInFault::NoAnswer(error.to_string())),
    };
    let redirect = authorization.redirect_uri();
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code.expose().as_str()),
        ("redirect_uri", redirect.as_str()),
        ("code_verifier", authorization.verifier().expose().as_str()),
        ("scope", scope),
    ];
    let answer = endpoint.ask("token", &form, TokenAnswer::read).await?;
    answer.map_err(told)
}
