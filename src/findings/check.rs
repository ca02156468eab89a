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
    CredForeign "CRED-FOREIGN" "no credential of anybody else";
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
    PageDrawn "PAGE-DRAWN" "a page is what it holds";
    PageSigned "PAGE-SIGNED" "a page's record is signed";
    PageRecord "PAGE-RECORD" "the ledger has what a page shows";
    PagePlan "PAGE-PLAN" "the plan has what a page shows";
    Fido2Enabled "FIDO2-ENABLED" "the tenant allows security keys";
    AaguidAllowed "AAGUID-ALLOWED" "the tenant allows this model for this account";
    SelfServiceOn "SELF-SERVICE-ON" "the tenant lets keys be provisioned";
    AccountEnabled "ACCOUNT-ENABLED" "the account can sign in";
    MethodUnexpected "METHOD-UNEXPECTED" "methods that no record knows";
    MethodMissing "METHOD-MISSING" "recorded methods the tenant still has";
    PasskeyType "PASSKEY-TYPE" "the tenant takes no synced passkey for it";
    AttestationEnforced "ATTESTATION-ENFORCED" "registration demands attestation";
    MfaReady "MFA-READY" "a method that satisfies mandatory MFA";
    AccountCount "ACCOUNT-COUNT" "as many accounts as intended";
    AccountUndeclared "ACCOUNT-UNDECLARED" "no emergency access outside the plan";
    AccountCloudOnly "ACCOUNT-CLOUD-ONLY" "not synced, not federated";
    AccountDomain "ACCOUNT-DOMAIN" "in the tenant's initial domain";
    RolePermanent "ROLE-PERMANENT" "its role is active and permanent";
    CaExclusion "CA-EXCLUSION" "Conditional Access lets it in";
    CaReportOnly "CA-REPORT-ONLY" "nor will it shut it out when switched on";
    CaRegistration "CA-REGISTRATION" "security information can be registered";
    CaGroupProtected "CA-GROUP-PROTECTED" "the exclusion group is out of reach";
    SecurityDefaults "SECURITY-DEFAULTS" "security defaults are as intended";
    MethodsOnlyStrong "METHODS-ONLY-STRONG" "nothing weaker than a key";
    MethodAttested "METHOD-ATTESTED" "the tenant saw the attestation";
    SsprOff "SSPR-OFF" "no self-service password reset";
    TapLeft "TAP-LEFT" "no Temporary Access Pass is left";
    TapExcluded "TAP-EXCLUDED" "and none can be used outside a ceremony";
    Rmau "RMAU" "restricted management is as intended";
    PasswordChanged "PASSWORD-CHANGED" "its password was not changed";
    SessionsRevoked "SESSIONS-REVOKED" "no session from before the sealing";
    EnrolPaths "ENROL-PATHS" "who else could enrol a key";
    SigninSince "SIGNIN-SINCE" "no sign-in outside a ceremony";
    SigninFido2 "SIGNIN-FIDO2" "the last sign-in used a key";
    AlertRule "ALERT-RULE" "an alert watches each account";
    LogExport "LOG-EXPORT" "sign-in logs are kept";
    Ms90d "MS-90D" "validated within 90 days";
    Ms90dSignin "MS-90D-SIGNIN" "with a real sign-in";
    RestoreOpen "RESTORE-OPEN" "what a ceremony loosened is back";
    BagContinuity "BAG-CONTINUITY" "the bag is the one last recorded";
    BagUnique "BAG-UNIQUE" "a bag number is used once";
    SitePair "SITE-PAIR" "an account's keys lie at separate sites";
    CommonMode "COMMON-MODE" "what falls together";
    Recovery "RECOVERY" "every loss leaves a way in";
    PinCustody "PIN-CUSTODY" "each PIN is held, apart from its key";
    PinProven "PIN-PROVEN" "each PIN was proven lately";
    PinChange "PIN-CHANGE" "no PIN is known to who should not know it";
    RoleSeparation "ROLE-SEPARATION" "nobody signs in two roles";
    WitnessCount "WITNESS-COUNT" "enough witnesses";
    TimeOrder "TIME-ORDER" "records follow one another in time";
    TimeSkew "TIME-SKEW" "this clock and the tenant's agree";
    Due "DUE" "each key verified in time";
    IncidentReview "INCIDENT-REVIEW" "each incident is reviewed";
    LossRevoked "LOSS-REVOKED" "the tenant let go of each lost key";
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
