//! What the person does at the portal, step by step.

use super::Course;
use super::pass::Made;
use crate::ceremony::Room;
use crate::ceremony::looks::security_info;

/// Says what to do with a pass that was just shown.
pub(super) fn say(room: &mut Room<'_>, course: &Course<'_>, made: &Made) {
    let (upn, label) = (&course.account.upn, &course.planned.label);
    let address = security_info(room.plan.tenant.cloud);
    for line in [
        format!("1. Open {address} in a new private browser window."),
        format!(
            "2. Type {upn}, then the pass. It counts for one sign-in, until {}; right after it was \
             made it may take half a minute.",
            made.until
        ),
        "3. Choose \"Add sign-in method\", then \"Passkey\" or \"Security key\", then \"USB device\"."
            .to_owned(),
        format!(
            "4. Take {label}, and no other key: its PIN, and a touch for each time it blinks. Each \
             wrong PIN spends one of its few tries."
        ),
        format!("5. Name it {label}, exactly so, and finish."),
        "6. Sign out and close that window.".to_owned(),
    ] {
        room.operator.say(&line);
    }
}
