//! Every personality of the virtual key: the ceremony survives it, and the audit says what it is.

use crate::table::Table;
use glasskey::findings::Check;
use glasskey::findings::Verdict;
use glasskey::ledger::audit::AuditReport;
use glasskey::ledger::audit::Standing;
use glasskey::rehearsal::key::Personality;

fn verdict(report: &AuditReport, check: Check) -> Vec<Verdict> {
    let of = report.findings.iter().filter(|one| one.check == check);
    of.map(|one| one.verdict).collect()
}

fn registered(personality: Personality) -> Table {
    let mut table = Table::new(personality);
    table.genesis().unwrap();
    for label in ["BG1-A", "BG1-B"] {
        table
            .register(label)
            .unwrap_or_else(|error| panic!("{personality:?} {label}: {error:?}\n{}", table.seen.0));
    }
    table
}

#[test]
fn a_key_that_attests_is_registered_and_audited_clean_whatever_its_habits() {
    for personality in Personality::ALL {
        if matches!(
            personality,
            Personality::SelfAttestation | Personality::NoAttestation
        ) {
            continue;
        }
        let table = registered(personality);
        let report = table.audit();
        assert_eq!(
            report.standing(),
            Standing::Clean,
            "{personality:?}: {:?}",
            report.findings
        );
        assert_eq!(table.posts(), 2, "{personality:?}");
        for check in [
            Check::Up,
            Check::Uv,
            Check::PresSig,
            Check::PresBind,
            Check::CredMatch,
        ] {
            let passes = verdict(&report, check);
            assert_eq!(passes, [Verdict::Pass; 2], "{personality:?} {check}");
        }
        for label in ["BG1-A", "BG1-B"] {
            let statistics = table.world.key(label).unwrap().statistics();
            assert_eq!(statistics.pin_tries_spent, 0, "{personality:?}");
        }
    }
}

#[test]
fn a_key_without_attestation_of_its_model_is_never_called_genuine() {
    for personality in [Personality::SelfAttestation, Personality::NoAttestation] {
        let mut table = Table::new(personality);
        table.genesis().unwrap();
        // A tenant that enforces attestation does not take it: nothing is recorded.
        let refused = table.register("BG1-A");
        assert!(refused.is_err(), "{personality:?}");
        assert_eq!(
            table.audit().records.len(),
            1,
            "{personality:?}: {refused:?}"
        );
        assert_eq!(table.audit().standing(), Standing::Clean, "{personality:?}");
        // One that does not takes it, and the audit says what it is worth.
        let policy = table.world.tenant.policy_mut();
        policy.legacy.attested = false;
        for profile in &mut policy.profiles {
            profile.rules.attested = false;
        }
        let taken = table.register("BG1-A");
        assert!(
            taken.is_ok(),
            "{personality:?}: {taken:?}\n{}",
            table.seen.0
        );
        let report = table.audit();
        let chain = verdict(&report, Check::AttChain);
        assert!(
            chain.iter().all(|one| *one != Verdict::Pass),
            "{personality:?}: {chain:?}"
        );
        assert_eq!(report.records.len(), 2, "{personality:?}");
        assert_ne!(report.standing(), Standing::Clean, "{personality:?}");
    }
}

#[test]
fn a_key_with_the_legacy_token_alone_is_said_to_be_one() {
    let said = "This key gives only a token without limits: unplug it right after the touch.";
    let table = registered(Personality::Fido20Only);
    assert_eq!(table.seen.0.matches(said).count(), 2, "{}", table.seen.0);
    let standard = registered(Personality::Standard);
    assert!(!standard.seen.0.contains(said));
}
