//! The password is in the one request that sets it, and nowhere else.

use super::site::Site;
use super::site::wish;
use crate::ceremony::Prompt;
use crate::ceremony::provision::Wish;
use crate::primitives::bytes;
use crate::rehearsal::tenant::Fault;
use crate::rehearsal::tenant::Trouble;
use crate::rehearsal::tenant::Verb;

/// The spellings of a secret that are looked for.
fn spellings(secret: &str) -> Vec<Vec<u8>> {
    let utf16 = |bytes: fn(u16) -> [u8; 2]| secret.encode_utf16().flat_map(bytes).collect();
    vec![
        secret.as_bytes().to_vec(),
        bytes::hex(secret.as_bytes()).into_bytes(),
        bytes::hex(secret.as_bytes()).to_uppercase().into_bytes(),
        bytes::base64(secret.as_bytes())[..80].into(),
        bytes::base64url(secret.as_bytes())[..80].into(),
        bytes::base32(secret.as_bytes())[..80].into(),
        utf16(u16::to_le_bytes),
        utf16(u16::to_be_bytes),
    ]
}

fn everything(site: &Site, ran: &super::site::Ran) -> Vec<u8> {
    let mut all = site.exchanges.clone().into_bytes();
    for (name, bytes) in site.desk.files.iter().chain(site.store.files()) {
        all.extend(name.as_bytes());
        all.extend(bytes);
    }
    for line in &ran.seen.said {
        all.extend(line.as_bytes());
    }
    for prompt in &ran.seen.asked {
        all.extend(prompt.words().as_bytes());
        all.extend(format!("{prompt:?}").as_bytes());
    }
    all.extend(format!("{:?}", ran.outcome).as_bytes());
    all
}

#[test]
fn the_password_is_in_no_output_file_saved_exchange_or_debug() {
    for trouble in [
        None,
        Some(Trouble::AnswerLost),
        Some(Trouble::Garbled),
        Some(Trouble::Throttled(Some(1))),
    ] {
        let mut site = Site::new();
        if let Some(trouble) = trouble {
            site.world.tenant.inject(Fault {
                verb: Verb::Post,
                path: "/users".to_owned(),
                trouble,
                times: 1,
            });
        }
        let ran = site.run();
        let secrets: Vec<String> = site.world.tenant.secrets().map(str::to_owned).collect();
        assert_eq!(secrets.len(), 1, "{trouble:?}");
        assert_eq!(secrets[0].len(), 68);
        let all = everything(&site, &ran);
        for spelling in spellings(&secrets[0]) {
            let found = all.windows(spelling.len()).any(|window| window == spelling);
            assert!(
                !found,
                "{trouble:?}: {}",
                String::from_utf8_lossy(&spelling)
            );
        }
        // The searcher's proof: the request itself was saved, blanked.
        assert!(site.exchanges.contains(r#""password":"(blanked)""#) || trouble.is_some());
        assert!(site.exchanges.contains("userPrincipalName"));
    }
}

#[test]
fn a_declined_or_dry_run_draws_no_password_that_the_tenant_sees() {
    let mut site = Site::new();
    site.run_as(&wish(), &|prompt| {
        matches!(prompt, Prompt::TenantChange { .. })
    });
    let dry = Wish {
        mode: crate::ceremony::Mode::DryRun,
        ..wish()
    };
    site.run_as(&dry, &|_| false);
    assert_eq!(site.world.tenant.secrets().count(), 0);
}

#[test]
fn two_accounts_never_get_one_password() {
    let mut all = std::collections::BTreeSet::new();
    let mut site = Site::new();
    for _ in 0..3 {
        site.run();
        let account = site.account();
        site.world.tenant.remove(account);
        let pinned = format!("object-id = \"{account}\"\n");
        let text = site.text().replacen(&pinned, "", 1);
        site.desk.files.insert("glasskey.toml".into(), text.into());
    }
    all.extend(site.world.tenant.secrets().map(str::to_owned));
    assert_eq!(all.len(), 3);
}
