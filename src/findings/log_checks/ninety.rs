//! `MS-90D` `MS-90D-SIGNIN`: Microsoft asks that emergency access accounts be validated every 90
//! days, and that they are seen to sign in.

use crate::findings::Check;
use crate::findings::Finding;
use crate::findings::Subject;
use crate::findings::Verdict;
use crate::findings::judged::Judged;
use crate::findings::words::counted;
use crate::plan::Account;
use crate::primitives::UtcTime;

/// Microsoft's own number; the policy's `verify-every-days` may be less.
const DAYS: i64 = 90;
const SECONDS_A_DAY: i64 = 86_400;

/// `MS-90D`: a key of the account answered with PIN and touch, on record.
pub(super) fn validated(judged: &Judged<'_>, account: &Account) -> Finding {
    let alias = &account.alias;
    let signed_in = judged
        .book
        .sign_ins
        .iter()
        .filter(|one| one.account == *alias)
        .map(|one| (one.at, one.label.as_str()));
    let last = judged
        .book
        .keys_of(alias)
        .filter_map(|key| Some((key.pin_proven?, key.label.as_str())))
        .chain(signed_in)
        .max();
    let subject = Subject::account(alias);
    if last.is_none() && judged.book.keys_of(alias).next().is_none() {
        let detail = "no key is registered for it";
        return Finding::new(Check::Ms90d, Verdict::NotRun, subject, detail);
    }
    judge(
        judged,
        Check::Ms90d,
        subject,
        last,
        &Words {
            did: "answered with PIN and touch",
            never: "no record has a key of it that answered with PIN and touch",
            fix: "glasskey verify --due",
        },
    )
}

/// `MS-90D-SIGNIN`: the account signed in with a key, on record.
pub(super) fn signed_in(judged: &Judged<'_>, account: &Account) -> Finding {
    let alias = &account.alias;
    let last = judged
        .book
        .sign_ins
        .iter()
        .filter(|one| one.account == *alias)
        .map(|one| (one.at, one.label.as_str()))
        .max();
    let subject = Subject::account(alias);
    let Some(began) = judged.book.keys_of(alias).map(|key| key.registered).min() else {
        let detail = "no key is registered for it";
        return Finding::new(Check::Ms90dSignin, Verdict::NotRun, subject, detail);
    };
    let fix = "glasskey verify KEY --sign-in, with the key that signed in longest ago";
    let never = "no record tells of a sign-in with a key of it";
    let days = judged.as_of.unix().saturating_sub(began.unix()) / SECONDS_A_DAY;
    if last.is_none() && days <= DAYS {
        // Its first 90 days are not over: asked for, and not missed yet.
        let due = began.plus_days(DAYS).day();
        let detail = format!("{never} yet; the first one is due by {due}");
        return Finding::new(Check::Ms90dSignin, Verdict::Warn, subject, detail).fix(fix);
    }
    let words = Words {
        did: "signed in",
        never,
        fix,
    };
    judge(judged, Check::Ms90dSignin, subject, last, &words)
}

struct Words {
    did: &'static str,
    never: &'static str,
    fix: &'static str,
}

fn judge(
    judged: &Judged<'_>,
    check: Check,
    subject: Subject,
    last: Option<(UtcTime, &str)>,
    words: &Words,
) -> Finding {
    let Some((at, label)) = last else {
        return Finding::new(check, Verdict::Fail, subject, words.never).fix(words.fix);
    };
    let seconds = judged.as_of.unix().saturating_sub(at.unix());
    let detail = format!("{label} {} on {}", words.did, at.day());
    if seconds < 0 {
        let detail = format!("{detail}, which is in the future");
        return Finding::new(check, Verdict::Unknown, subject, detail)
            .fix("correct this computer's clock, or find out how the record came by its time");
    }
    let days = seconds / SECONDS_A_DAY;
    let ago = counted(usize::try_from(days).unwrap_or_default(), "day", "days");
    let detail = format!("{detail}, {ago} ago");
    let warn_from = DAYS.saturating_sub(i64::from(judged.policy.remind_days));
    let verdict = match days {
        days if days > DAYS => Verdict::Fail,
        days if days >= warn_from => Verdict::Warn,
        _ => Verdict::Pass,
    };
    let finding = Finding::new(check, verdict, subject, detail);
    if verdict == Verdict::Pass {
        finding
    } else {
        finding.fix(words.fix)
    }
}
