//! Files of remembered heads: what receipts and the checkpoint's code say, put together.

use super::TrustFault;
use crate::ledger::Checkpoint;

/// Reads a file of remembered heads: checkpoint texts with one or more blank lines between. A line
/// may end in CR LF, and the last in nothing, as a scanner or an editor leaves them.
///
/// # Errors
/// The first offence; a file without any head is one.
pub fn parse_heads(file: &[u8]) -> Result<Vec<Checkpoint>, TrustFault> {
    let heads = blocks(file)?;
    if heads.is_empty() {
        return Err(TrustFault::NoHeads);
    }
    Ok(heads)
}

/// The text of the file `file` with `head` after what it holds; `None` if `head` is in it. An empty
/// file is one without heads.
///
/// # Errors
/// The first offence in `file`.
pub fn remember(file: &[u8], head: &Checkpoint) -> Result<Option<String>, TrustFault> {
    let mut heads = blocks(file)?;
    if heads.contains(head) {
        return Ok(None);
    }
    heads.push(head.clone());
    let texts: Vec<String> = heads.iter().map(Checkpoint::text).collect();
    Ok(Some(texts.join("\n")))
}

fn blocks(file: &[u8]) -> Result<Vec<Checkpoint>, TrustFault> {
    let text = super::text(file)?;
    let mut blocks: Vec<String> = Vec::new();
    let mut inside = false;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        match blocks.last_mut() {
            _ if line.is_empty() => {}
            Some(block) if inside => {
                block.push_str(line);
                block.push('\n');
            }
            Some(_) | None => blocks.push(format!("{line}\n")),
        }
        inside = !line.is_empty();
    }
    blocks
        .iter()
        .enumerate()
        .map(|(index, block)| {
            Checkpoint::parse(block.as_bytes()).ok_or(TrustFault::Head(index + 1))
        })
        .collect()
}
