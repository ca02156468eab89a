//! A plan as text, as `init` writes it: every setting stands in it, also where it is the default.

use super::Account;
use super::ConditionalAccess;
use super::Plan;
use super::PlannedKey;
use super::Policy;
use super::SignInMethod;
use super::people_file::quoted;
use super::person_edit::entry;
use crate::primitives::Cloud;
use std::fmt::Write as _;

impl Plan {
    /// The plan's text; it reads back as this plan.
    #[must_use]
    pub fn text(&self) -> String {
        let mut out = String::from(
            "# The plan of a book: docs/formats/plan.md says what each key is. No secret belongs here.\n\n",
        );
        let _ = write!(
            out,
            "[book]\nname = {}\nledger = {}\n",
            quoted(&self.book.name),
            quoted(&self.book.ledger)
        );
        if !self.book.call.is_empty() {
            let _ = writeln!(out, "call = {}", quoted(&self.book.call));
        }
        let cloud = match self.tenant.cloud {
            Cloud::Global => "global",
            Cloud::UsGov => "us-gov",
            Cloud::UsGovDod => "us-gov-dod",
            Cloud::China => "china",
        };
        let _ = write!(
            out,
            "\n[tenant]\nid = \"{}\"\ncloud = \"{cloud}\"\n\n[sign-in]\nmethod = \"{}\"\n",
            self.tenant.id,
            method(self.sign_in.method)
        );
        if let Some(id) = self.sign_in.client_id {
            let _ = writeln!(out, "client-id = \"{id}\"");
        }
        let groups = [
            ("ca-exclusion", self.groups.ca_exclusion),
            ("passkey", self.groups.passkey),
            ("tap", self.groups.tap),
        ];
        if groups.iter().any(|(_, id)| id.is_some()) {
            out.push_str("\n[groups]\n");
        }
        for (name, id) in groups {
            if let Some(id) = id {
                let _ = writeln!(out, "{name} = \"{id}\"");
            }
        }
        policy(&self.policy, &mut out);
        if let Some(azure) = &self.azure {
            let _ = write!(
                out,
                "\n[azure]\nsubscription = \"{}\"\n",
                azure.subscription
            );
        }
        for safe in &self.safes {
            let (id, site) = (quoted(&safe.id), quoted(&safe.site));
            let _ = write!(out, "\n[[safe]]\nid = {id}\nsite = {site}\n");
            if let Some(location) = &safe.location {
                let _ = writeln!(out, "location = {}", quoted(location));
            }
        }
        for one in &self.accounts {
            account(one, &mut out);
        }
        for person in &self.people {
            out.push_str(&entry(person));
        }
        out
    }
}

const fn method(method: SignInMethod) -> &'static str {
    match method {
        SignInMethod::Browser => "browser",
        SignInMethod::DeviceCode => "device-code",
        SignInMethod::AzureCli => "azure-cli",
        SignInMethod::ClientSecret => "client-secret",
        SignInMethod::ClientCertificate => "client-certificate",
        SignInMethod::ManagedIdentity => "managed-identity",
        SignInMethod::WorkloadIdentity => "workload-identity",
    }
}

fn policy(policy: &Policy, out: &mut String) {
    let witnesses = &policy.witnesses;
    let (proven, stale) = (&policy.pin_proven_days, &policy.metadata_stale_days);
    let portals: Vec<String> = policy.portals.iter().map(|one| quoted(one)).collect();
    let firmware: Vec<String> = policy
        .min_firmware
        .iter()
        .map(|(vendor, version)| format!("{} = {}", quoted(vendor), quoted(version)))
        .collect();
    let _ = write!(
        out,
        "\n[policy]\nkeys-per-account = {}\nsites-per-account = {}\nmax-emergency-accounts = {}\n\
         verify-every-days = {}\nremind-days = {}\n\
         witnesses = {{ registration = {}, loss = {}, other = {} }}\nmin-pin-length = {}\n\
         pin-retries-floor = {}\npin-proven-days = {{ warn = {}, fail = {} }}\nportals = [{}]\n\
         outside-anchors = {}\nsecond-opinion = {}\nmin-firmware = {{ {} }}\n\
         time-skew-seconds = {}\nmetadata-stale-days = {{ warn = {}, fail = {} }}\n",
        policy.keys_per_account,
        policy.sites_per_account,
        policy.max_emergency_accounts,
        policy.verify_every_days,
        policy.remind_days,
        witnesses.registration,
        witnesses.loss,
        witnesses.other,
        policy.min_pin_length,
        policy.pin_retries_floor,
        proven.warn,
        proven.fail,
        portals.join(", "),
        policy.outside_anchors,
        policy.second_opinion,
        firmware.join(", "),
        policy.time_skew_seconds,
        stale.warn,
        stale.fail,
    );
}

fn account(account: &Account, out: &mut String) {
    let roles: Vec<String> = account.roles.iter().map(|one| quoted(one)).collect();
    let _ = write!(out, "\n[[account]]\nalias = {}\n", quoted(&account.alias));
    if let Some(id) = account.object_id {
        let _ = writeln!(out, "object-id = \"{id}\"");
    }
    let access = match account.conditional_access {
        ConditionalAccess::Excluded => "excluded",
        ConditionalAccess::PhishingResistant => "phishing-resistant",
    };
    let _ = write!(
        out,
        "upn = {}\nroles = [{}]\nconditional-access = \"{access}\"\n",
        quoted(&account.upn),
        roles.join(", ")
    );
    for one in &account.keys {
        key(one, out);
    }
}

fn key(key: &PlannedKey, out: &mut String) {
    let holders: Vec<String> = key.pin.held_by.iter().map(|one| quoted(one)).collect();
    let _ = write!(
        out,
        "\n[[account.key]]\nlabel = {}\nsafe = {}\n",
        quoted(&key.label),
        quoted(&key.safe)
    );
    if let Some(shelf) = &key.shelf {
        let _ = writeln!(out, "shelf = {}", quoted(shelf));
    }
    let _ = writeln!(
        out,
        "pin = {{ envelope = {}, held-by = [{}] }}",
        quoted(&key.pin.envelope),
        holders.join(", ")
    );
    if let Some(aaguid) = &key.aaguid {
        let _ = writeln!(out, "aaguid = \"{aaguid}\"");
    }
    if let Some(serial) = &key.serial {
        let _ = writeln!(out, "serial = {}", quoted(serial));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_written_plan_reads_back_as_it_was() {
        let page = include_str!("../../docs/formats/plan.md");
        let plans: Vec<Plan> = page
            .split("```toml\n")
            .skip(1)
            .map(|rest| Plan::parse(rest.split("```").next().unwrap()).unwrap())
            .collect();
        assert_eq!(plans.len(), 2);
        for mut plan in plans {
            assert_eq!(Plan::parse(&plan.text()), Ok(plan.clone()));
            plan.book.call = "\"quoted\" \\ call".to_owned();
            plan.policy.portals.clear();
            plan.policy.min_firmware.clear();
            plan.policy
                .min_firmware
                .insert("a.b".to_owned(), "1.2".to_owned());
            plan.policy.second_opinion = true;
            assert_eq!(Plan::parse(&plan.text()), Ok(plan));
        }
    }
}
