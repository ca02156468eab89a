use super::*;
use crate::facts::evidence::CredentialPart;
use crate::facts::evidence::ProbeEvidence;
use crate::facts::evidence::RpIdFact;
use crate::primitives::Digest;

fn presence() -> PresenceEvidence {
    PresenceEvidence {
        user_present: true,
        user_verified: true,
        rp_id_hash_matches: Some(true),
        binds_statement: true,
        signature: Some(SignatureCheck::Good),
        counter: 8,
        counter_before: Some(7),
    }
}

fn facts(presence: PresenceEvidence) -> EvidenceFacts {
    EvidenceFacts {
        record: 1,
        registration: Shown::NotNeeded,
        presence: Shown::Shown(presence),
        attest: Shown::NotNeeded,
        probe: Shown::NotNeeded,
        credential: CredentialMatch::Compared {
            registration: 1,
            differs: Vec::new(),
        },
        firmware_stated: None,
        rp_id: Some(RpIdFact {
            rp_id: "login.microsoft.com".into(),
            is_entra: true,
        }),
    }
}

fn verdict(check: Check, facts: &EvidenceFacts) -> Verdict {
    let all = evidence(facts);
    let of: Vec<&Finding> = all.iter().filter(|one| one.check == check).collect();
    assert_eq!(of.len(), 1, "{check}");
    of[0].verdict
}

#[test]
fn a_good_presence_passes_every_check() {
    for finding in evidence(&facts(presence())) {
        assert_eq!(finding.verdict, Verdict::Pass, "{finding:?}");
    }
}

#[test]
fn each_flaw_of_a_presence_fails_its_own_check_alone() {
    let good = presence();
    for (check, presence) in [
        (
            Check::Up,
            PresenceEvidence {
                user_present: false,
                ..good
            },
        ),
        (
            Check::Uv,
            PresenceEvidence {
                user_verified: false,
                ..good
            },
        ),
        (
            Check::PresSig,
            PresenceEvidence {
                signature: Some(SignatureCheck::Bad),
                ..good
            },
        ),
        (
            Check::PresBind,
            PresenceEvidence {
                binds_statement: false,
                ..good
            },
        ),
        (
            Check::RpHash,
            PresenceEvidence {
                rp_id_hash_matches: Some(false),
                ..good
            },
        ),
        (Check::CtrMono, PresenceEvidence { counter: 7, ..good }),
        (Check::CtrMono, PresenceEvidence { counter: 0, ..good }),
    ] {
        let failed: Vec<Check> = evidence(&facts(presence))
            .into_iter()
            .filter(|finding| finding.verdict == Verdict::Fail)
            .map(|finding| finding.check)
            .collect();
        assert_eq!(failed, [check]);
    }
}

#[test]
fn pres_sig_unknown_when_the_algorithm_is_not_checked() {
    let facts = facts(PresenceEvidence {
        signature: Some(SignatureCheck::UnknownAlgorithm(-47)),
        ..presence()
    });
    assert_eq!(verdict(Check::PresSig, &facts), Verdict::Unknown);
}

#[test]
fn a_key_without_a_counter_is_not_judged_by_it() {
    for (before, now) in [(Some(0), 0), (None, 9)] {
        let facts = facts(PresenceEvidence {
            counter: now,
            counter_before: before,
            ..presence()
        });
        assert_eq!(verdict(Check::CtrMono, &facts), Verdict::NotRun);
        assert_eq!(verdict(Check::CtrDelta, &facts), Verdict::NotRun);
    }
}

#[test]
fn a_presence_that_is_missing_or_unreadable_fails() {
    for absent in [Shown::Missing, Shown::Malformed] {
        let facts = EvidenceFacts {
            presence: absent,
            ..facts(presence())
        };
        for check in [Check::Up, Check::Uv, Check::PresSig, Check::PresBind] {
            assert_eq!(verdict(check, &facts), Verdict::Fail, "{check}");
        }
    }
}

#[test]
fn a_level_without_presence_is_not_run() {
    let facts = EvidenceFacts {
        presence: Shown::NotNeeded,
        ..facts(presence())
    };
    for check in [Check::Up, Check::Uv, Check::PresSig, Check::PresBind] {
        assert_eq!(verdict(check, &facts), Verdict::NotRun, "{check}");
    }
}

#[test]
fn a_silent_probe_is_no_presence_and_each_of_its_flaws_fails() {
    let good = ProbeEvidence {
        user_present: false,
        rp_id_hash_matches: Some(true),
        is_probe: true,
        signature: Some(SignatureCheck::Good),
    };
    let of = |probe| EvidenceFacts {
        presence: Shown::NotNeeded,
        probe: Shown::Shown(probe),
        ..facts(presence())
    };
    assert_eq!(verdict(Check::CredMatch, &of(good)), Verdict::Pass);
    assert_eq!(verdict(Check::RpHash, &of(good)), Verdict::Pass);
    assert_eq!(verdict(Check::Up, &of(good)), Verdict::NotRun);
    let flawed = [
        (
            Check::Up,
            ProbeEvidence {
                user_present: true,
                ..good
            },
        ),
        (
            Check::RpHash,
            ProbeEvidence {
                rp_id_hash_matches: Some(false),
                ..good
            },
        ),
        (
            Check::CredMatch,
            ProbeEvidence {
                is_probe: false,
                ..good
            },
        ),
        (
            Check::CredMatch,
            ProbeEvidence {
                signature: Some(SignatureCheck::Bad),
                ..good
            },
        ),
        (
            Check::CredMatch,
            ProbeEvidence {
                signature: None,
                ..good
            },
        ),
    ];
    for (check, probe) in flawed {
        assert_eq!(verdict(check, &of(probe)), Verdict::Fail, "{probe:?}");
    }
    let unknown = SignatureCheck::UnknownAlgorithm(-6);
    let probe = ProbeEvidence {
        signature: Some(unknown),
        ..good
    };
    assert_eq!(verdict(Check::CredMatch, &of(probe)), Verdict::Unknown);
    let unreadable = EvidenceFacts {
        probe: Shown::Malformed,
        ..facts(presence())
    };
    assert_eq!(verdict(Check::CredMatch, &unreadable), Verdict::Fail);
}

#[test]
fn a_registration_that_is_missing_or_unreadable_fails_att_fmt() {
    for absent in [Shown::Missing, Shown::Malformed] {
        let facts = EvidenceFacts {
            registration: absent,
            ..facts(presence())
        };
        assert_eq!(verdict(Check::AttFmt, &facts), Verdict::Fail);
    }
}

#[test]
fn rp_hash_unknown_when_the_rp_id_is_not_known_to_be_entras() {
    let facts = EvidenceFacts {
        rp_id: Some(RpIdFact {
            rp_id: "login.example.com".into(),
            is_entra: false,
        }),
        ..facts(presence())
    };
    assert_eq!(verdict(Check::RpHash, &facts), Verdict::Unknown);
}

#[test]
fn cred_match_fails() {
    for credential in [
        CredentialMatch::NotStated,
        CredentialMatch::NotRegistered,
        CredentialMatch::Compared {
            registration: 1,
            differs: vec![CredentialPart::PublicKey],
        },
    ] {
        let facts = EvidenceFacts {
            credential,
            ..facts(presence())
        };
        assert_eq!(verdict(Check::CredMatch, &facts), Verdict::Fail);
    }
}

#[test]
fn a_record_without_a_key_has_no_findings_of_one() {
    let facts = EvidenceFacts {
        presence: Shown::NotNeeded,
        credential: CredentialMatch::NotNeeded,
        ..facts(presence())
    };
    assert_eq!(evidence(&facts), []);
}

#[test]
fn trust_root_passes_fails_and_is_unknown_without_a_trust_file() {
    let (one, two) = (Digest::of(b"1"), Digest::of(b"2"));
    for (genesis, genesis_trusted, expected) in [
        (Some(one), Some(one), Verdict::Pass),
        (Some(one), Some(two), Verdict::Fail),
        (None, Some(two), Verdict::Fail),
        (Some(one), None, Verdict::Unknown),
    ] {
        let found = trust_root(&TrustFacts {
            genesis,
            genesis_trusted,
            heads: Vec::new(),
        });
        assert_eq!(found.verdict, expected);
    }
}

#[test]
fn ledger_head_is_not_run_without_heads_and_says_what_that_means() {
    let found = ledger_head(&TrustFacts::default());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].verdict, Verdict::NotRun);
    assert!(found[0].detail.contains("a cut tail or an older copy"));
}

#[test]
fn ledger_head_judges_every_head() {
    let head = |size, found| RememberedHead {
        size,
        root: Digest::of(b"root"),
        found,
    };
    let verdicts: Vec<Verdict> = ledger_head(&TrustFacts {
        heads: vec![
            head(1, HeadMatch::Same),
            head(2, HeadMatch::OtherRoot),
            head(9, HeadMatch::Shorter { has: 2 }),
            head(1, HeadMatch::OtherLedger),
        ],
        ..TrustFacts::default()
    })
    .into_iter()
    .map(|finding| finding.verdict)
    .collect();
    assert_eq!(
        verdicts,
        [
            Verdict::Pass,
            Verdict::Fail,
            Verdict::Fail,
            Verdict::Unknown
        ]
    );
}
