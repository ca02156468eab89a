//! A `check` of four accounts and fifty policies, 200 ms away: how deep, how many, how long. `cargo
//! bench --bench check` prints it; nothing fails.
//!
//! Goal (DESIGN §10): at most 4 round trips deep after the sign-in, outside the throttled buckets, and
//! never over Graph's published throttles. The waits for those buckets are in the time.

use std::io::Write;

#[expect(dead_code, unused_imports, reason = "a measurement uses a part of it")]
#[path = "../serve/https/mod.rs"]
mod https;

fn main() {
    let dir = std::env::temp_dir().join(format!("glasskey-bench-check-{}", std::process::id()));
    std::fs::create_dir(&dir).unwrap();
    let measured = https::measure(&dir);
    let _ = std::fs::remove_dir_all(&dir);
    let text = format!(
        "check of 4 accounts and 50 policies, 200 ms away\n\
         round trips deep     {} (goal: at most 4)\n\
         requests             {}\n\
         connections          {}\n\
         reports in 10 s      {} (of 5)\n\
         CA in 1 s            {} (of 1)\n\
         activity in 1 min    {} (of 10)\n\
         time with its waits  {:.1?}\n",
        measured.deep,
        measured.requests,
        measured.connections,
        measured.reports,
        measured.conditional_access,
        measured.activity,
        measured.took,
    );
    std::io::stdout().write_all(text.as_bytes()).unwrap();
}
