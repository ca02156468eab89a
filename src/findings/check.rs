//! The checks' permanent ids; `docs/checks.md` has a page for each, equal by test.

use serde::Deserialize;
use serde::Serialize;

macro_rules! checks {
    ($($variant:ident $id:literal $title:literal;)*) => {
        /// A check. Its id is a word, permanent, and never means anything else.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Check {
            $(
                #[doc = concat!("`", $id, "`: ", $title)]
                #[serde(rename = $id)]
                $variant,
            )*
        }

        impl Check {
            /// Every check, in the order of `docs/checks.md`.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The id.
            #[must_use]
            pub const fn id(self) -> &'static str {
                match self { $(Self::$variant => $id,)* }
            }

            /// What it asks, in a few words.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)* }
            }
        }
    };
}

checks! {
    PinSet "PIN-SET" "the key has a PIN";
    PinRetries "PIN-RETRIES" "PIN tries left";
    PinPowerCycle "PIN-POWER-CYCLE" "PIN blocked until replugged";
    PinMinLength "PIN-MIN-LENGTH" "shortest PIN the key accepts";
    PinForceChange "PIN-FORCE-CHANGE" "PIN must be changed first";
    UvRetries "UV-RETRIES" "fingerprint tries left";
    TouchSensor "TOUCH-SENSOR" "a touch is felt";
    AlwaysUv "ALWAYS-UV" "verification demanded at every use";
    SlotsLeft "SLOTS-LEFT" "free slots for credentials";
    FwMin "FW-MIN" "lowest firmware accepted";
    FwAdvisory "FW-ADVISORY" "nothing published against the firmware";
    SerialBasis "SERIAL-BASIS" "where the serial number is from";
    OneKey "ONE-KEY" "exactly one key is plugged in";
    SameKey "SAME-KEY" "the key the plan expects";
    CredPresent "CRED-PRESENT" "the recorded credential answers";
    KeyShared "KEY-SHARED" "one physical key under one label";
    SecondOpinion "SECOND-OPINION" "an independent client reads the same";
    AttFmt "ATT-FMT" "attestation format";
    AttSig "ATT-SIG" "attestation signature";
    AttChain "ATT-CHAIN" "attestation chain to the vendor";
    AttAaguidExt "ATT-AAGUID-EXT" "model named by the certificate";
    AttCertReq "ATT-CERT-REQ" "attestation certificate form";
    FwAttested "FW-ATTESTED" "firmware named by the certificate";
    MdsSig "MDS-SIG" "metadata is FIDO's";
    MdsStale "MDS-STALE" "metadata is recent";
    MdsStatus "MDS-STATUS" "nothing reported against the model";
    MdsRollback "MDS-ROLLBACK" "metadata never gets older";
    Up "UP" "a person touched the key";
    Uv "UV" "the key verified that person";
    PresSig "PRES-SIG" "the key signed the statement";
    PresBind "PRES-BIND" "that signature is for this statement";
    RpHash "RP-HASH" "signed for the right relying party";
    CredMatch "CRED-MATCH" "one credential throughout";
    CtrMono "CTR-MONO" "signature counter rises";
    CtrDelta "CTR-DELTA" "signature counter's steps";
    TrustRoot "TRUST-ROOT" "genesis known from outside";
    LedgerHead "LEDGER-HEAD" "heads remembered outside";
    Fido2Enabled "FIDO2-ENABLED" "the tenant allows security keys";
    AaguidAllowed "AAGUID-ALLOWED" "the tenant allows this model for this account";
    SelfServiceOn "SELF-SERVICE-ON" "the tenant lets keys be provisioned";
    AccountEnabled "ACCOUNT-ENABLED" "the account can sign in";
    MethodUnexpected "METHOD-UNEXPECTED" "methods that no record knows";
    MethodMissing "METHOD-MISSING" "recorded methods the tenant still has";
    BagContinuity "BAG-CONTINUITY" "the bag is the one last recorded";
    BagUnique "BAG-UNIQUE" "a bag number is used once";
    SitePair "SITE-PAIR" "an account's keys lie at separate sites";
    RoleSeparation "ROLE-SEPARATION" "nobody signs in two roles";
    WitnessCount "WITNESS-COUNT" "enough witnesses";
    TimeOrder "TIME-ORDER" "records follow one another in time";
    TimeSkew "TIME-SKEW" "this clock and the tenant's agree";
    Due "DUE" "each key verified in time";
}

impl std::fmt::Display for Check {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_check_has_its_page_in_the_same_order() {
        let page = include_str!("../../docs/checks.md");
        let headings: Vec<&str> = page
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        let ids: Vec<&str> = Check::ALL.iter().map(|check| check.id()).collect();
        assert_eq!(headings, ids);
        for part in page.split("\n## ").skip(1) {
            for word in ["*standing*", "*readiness*"]
                .iter()
                .filter(|word| part.contains(**word))
            {
                assert!(
                    part.contains("Claim: ") && part.contains("- Why: "),
                    "{word}: {part}"
                );
                assert!(
                    part.contains("- Reads: ") && part.contains("- Fix: "),
                    "{word}: {part}"
                );
            }
            assert!(
                part.contains("*standing*") != part.contains("*readiness*"),
                "{part}"
            );
        }
    }
}
