//! Text → [`Plan`]. Every fault is found in one pass: the walk goes on past each of them.

use super::Account;
use super::Azure;
use super::Book;
use super::ConditionalAccess;
use super::Groups;
use super::Person;
use super::PinCustody;
use super::Plan;
use super::PlanFault;
use super::PlannedKey;
use super::Policy;
use super::Role;
use super::Safe;
use super::SignIn;
use super::SignInMethod;
use super::TenantEntry;
use super::What;
use super::found::Found;
use super::parse_policy::policy;
use super::reader::Reader;
use crate::primitives::Cloud;
use crate::primitives::Guid;
use crate::webauthn::Aaguid;
use toml::de::DeTable;

/// The largest plan that is read, in bytes.
pub const MAX_PLAN_BYTES: usize = 1 << 20;

impl Plan {
    /// Reads a plan. [`super::read()`] also lints it, with lines.
    ///
    /// # Errors
    /// Every fault of the text, in the order of its lines: TOML, names, types, forms of ids.
    pub fn parse(text: &str) -> Result<Self, Vec<PlanFault>> {
        let mut found = Found::new(text);
        match draft(text, &mut found) {
            Some(plan) if found.faults().is_empty() => Ok(plan),
            Some(_) | None => Err(found.into_faults()),
        }
    }
}

/// A plan as far as the text could be read; a member that could not is empty, zero or its default.
/// `None` if nothing could.
pub(super) fn draft(text: &str, found: &mut Found) -> Option<Plan> {
    if text.len() > MAX_PLAN_BYTES {
        let bytes = text.len();
        found.fault(None, "", What::TooLarge { bytes });
        return None;
    }
    let (table, errors) = DeTable::parse_recoverable(text);
    let plan = plan(Reader::new(String::new(), table.get_ref()), found);
    if !errors.is_empty() {
        syntax(found, &errors);
    }
    Some(plan)
}

/// Adds the parser's errors, and drops what they may have caused.
fn syntax(found: &mut Found, errors: &[toml::de::Error]) {
    let lines: Vec<Option<u32>> = errors
        .iter()
        .map(|error| error.span().map(|span| found.line(span.start)))
        .collect();
    found.retain(|fault| fault.what != What::Missing && !lines.contains(&fault.line));
    for (error, line) in errors.iter().zip(lines) {
        found.fault(line, "", What::Syntax(error.message().to_owned()));
    }
}

/// Reads the whole plan.
fn plan(mut root: Reader<'_, '_>, found: &mut Found) -> Plan {
    let plan = Plan {
        book: book(root.table(found, "book"), found),
        tenant: tenant(&mut root, found),
        sign_in: sign_in(root.table(found, "sign-in"), found),
        groups: root
            .table(found, "groups")
            .map_or_else(Groups::default, |table| groups(table, found)),
        policy: root
            .table(found, "policy")
            .map_or_else(Policy::default, |table| policy(table, found)),
        azure: root.table(found, "azure").map(|table| azure(table, found)),
        safes: each(root.tables(found, "safe"), found, safe),
        accounts: each(root.tables(found, "account"), found, account),
        people: each(root.tables(found, "person"), found, person),
    };
    root.finish(found);
    plan
}

/// Reads the entries of an array of tables, and reports what is unknown in each.
fn each<'a, 't, T>(
    tables: Vec<Reader<'a, 't>>,
    found: &mut Found,
    read: fn(&mut Reader<'a, 't>, &mut Found) -> T,
) -> Vec<T> {
    tables
        .into_iter()
        .map(|mut table| {
            let entry = read(&mut table, found);
            table.finish(found);
            entry
        })
        .collect()
}

fn book(table: Option<Reader<'_, '_>>, found: &mut Found) -> Book {
    let mut book = Book {
        name: "emergency-access".to_owned(),
        ledger: "ledger".to_owned(),
        call: String::new(),
    };
    let Some(mut table) = table else { return book };
    if let Some(name) = table.text(found, "name") {
        book.name = name;
    }
    if let Some(ledger) = table.text(found, "ledger") {
        book.ledger = ledger;
    }
    if let Some(call) = table.text(found, "call") {
        book.call = call;
    }
    table.finish(found);
    book
}

fn tenant(root: &mut Reader<'_, '_>, found: &mut Found) -> TenantEntry {
    root.demand(found, "tenant");
    let mut entry = TenantEntry {
        id: Guid([0; 16]),
        cloud: Cloud::Global,
    };
    let Some(mut table) = root.table(found, "tenant") else {
        return entry;
    };
    table.demand(found, "id");
    if let Some(id) = table.guid(found, "id") {
        entry.id = id;
    }
    if let Some(cloud) = table.word(found, "cloud", CLOUDS) {
        entry.cloud = cloud;
    }
    table.finish(found);
    entry
}

const CLOUDS: &[(&str, Cloud)] = &[
    ("global", Cloud::Global),
    ("us-gov", Cloud::UsGov),
    ("us-gov-dod", Cloud::UsGovDod),
    ("china", Cloud::China),
];

fn sign_in(table: Option<Reader<'_, '_>>, found: &mut Found) -> SignIn {
    let mut entry = SignIn {
        method: SignInMethod::Browser,
        client_id: None,
    };
    let Some(mut table) = table else { return entry };
    if let Some(method) = table.word(found, "method", METHODS) {
        entry.method = method;
    }
    entry.client_id = table.guid(found, "client-id");
    table.finish(found);
    entry
}

const METHODS: &[(&str, SignInMethod)] = &[
    ("browser", SignInMethod::Browser),
    ("device-code", SignInMethod::DeviceCode),
    ("azure-cli", SignInMethod::AzureCli),
    ("client-secret", SignInMethod::ClientSecret),
    ("client-certificate", SignInMethod::ClientCertificate),
    ("managed-identity", SignInMethod::ManagedIdentity),
    ("workload-identity", SignInMethod::WorkloadIdentity),
];

fn groups(mut table: Reader<'_, '_>, found: &mut Found) -> Groups {
    let groups = Groups {
        ca_exclusion: table.guid(found, "ca-exclusion"),
        passkey: table.guid(found, "passkey"),
        tap: table.guid(found, "tap"),
    };
    table.finish(found);
    groups
}

fn azure(mut table: Reader<'_, '_>, found: &mut Found) -> Azure {
    table.demand(found, "subscription");
    let subscription = table.guid(found, "subscription").unwrap_or(Guid([0; 16]));
    table.finish(found);
    Azure { subscription }
}

fn safe(table: &mut Reader<'_, '_>, found: &mut Found) -> Safe {
    Safe {
        id: table.required(found, "id"),
        site: table.required(found, "site"),
        location: table.text(found, "location"),
    }
}

fn account(table: &mut Reader<'_, '_>, found: &mut Found) -> Account {
    table.demand(found, "roles");
    table.demand(found, "conditional-access");
    Account {
        alias: table.required(found, "alias"),
        object_id: table.guid(found, "object-id"),
        upn: table.required(found, "upn"),
        roles: table.texts(found, "roles").unwrap_or_default(),
        conditional_access: table
            .word(found, "conditional-access", ACCESS)
            .unwrap_or(ConditionalAccess::Excluded),
        keys: each(table.tables(found, "key"), found, key),
    }
}

const ACCESS: &[(&str, ConditionalAccess)] = &[
    ("excluded", ConditionalAccess::Excluded),
    ("phishing-resistant", ConditionalAccess::PhishingResistant),
];

fn key(table: &mut Reader<'_, '_>, found: &mut Found) -> PlannedKey {
    PlannedKey {
        label: table.required(found, "label"),
        safe: table.required(found, "safe"),
        shelf: table.text(found, "shelf"),
        pin: pin(table, found),
        aaguid: table.guid(found, "aaguid").map(Aaguid),
        serial: table.text(found, "serial"),
    }
}

fn pin(key: &mut Reader<'_, '_>, found: &mut Found) -> PinCustody {
    let mut custody = PinCustody {
        envelope: String::new(),
        held_by: Vec::new(),
    };
    key.demand(found, "pin");
    let Some(mut table) = key.table(found, "pin") else {
        return custody;
    };
    custody.envelope = table.required(found, "envelope");
    table.demand(found, "held-by");
    custody.held_by = table.texts(found, "held-by").unwrap_or_default();
    table.finish(found);
    custody
}

fn person(table: &mut Reader<'_, '_>, found: &mut Found) -> Person {
    table.demand(found, "roles");
    Person {
        reference: table.required(found, "ref"),
        roles: table.words(found, "roles", ROLES),
        key: two_words(&table.required(found, "key")),
    }
}

const ROLES: &[(&str, Role)] = &[
    ("operator", Role::Operator),
    ("witness", Role::Witness),
    ("custodian", Role::Custodian),
    ("safe-controller", Role::SafeController),
    ("auditor", Role::Auditor),
    ("reviewer", Role::Reviewer),
];

/// An OpenSSH public key without its comment, which may be anyone's name.
fn two_words(key: &str) -> String {
    key.split_whitespace()
        .take(2)
        .collect::<Vec<&str>>()
        .join(" ")
}

#[cfg(test)]
mod tests;
