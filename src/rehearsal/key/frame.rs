//! CTAPHID packets from the device's side (CTAP 2.1 §11.2.4).

use crate::ctap::Report;

/// The channel on which channels are asked for.
pub(super) const BROADCAST: u32 = u32::MAX;

/// The most bytes a message can have: 57 in its first packet and 59 in each of 128 more.
pub(super) const MAX_MESSAGE: usize = 7_609;

/// One packet.
pub(super) enum Packet<'a> {
    Initialization {
        channel: u32,
        command: u8,
        length: usize,
        data: &'a [u8],
    },
    Continuation {
        channel: u32,
        sequence: u8,
        data: &'a [u8],
    },
}

/// Reads one report; every report is one of the two.
pub(super) fn parse(report: &Report) -> Packet<'_> {
    let [a, b, c, d, kind, rest @ ..] = report;
    let channel = u32::from_be_bytes([*a, *b, *c, *d]);
    if kind & 0x80 == 0 {
        return Packet::Continuation {
            channel,
            sequence: *kind,
            data: rest,
        };
    }
    let [high, low, data @ ..] = rest;
    Packet::Initialization {
        channel,
        command: kind & 0x7f,
        length: usize::from(u16::from_be_bytes([*high, *low])),
        data,
    }
}

/// The packets of one message; bytes past [`MAX_MESSAGE`] are not sent.
pub(super) fn split(channel: u32, command: u8, message: &[u8]) -> Vec<Report> {
    let message = message.get(..MAX_MESSAGE).unwrap_or(message);
    let length = u16::try_from(message.len()).unwrap_or(u16::MAX);
    let (first, rest) = message.split_at_checked(57).unwrap_or((message, &[]));
    let mut reports = vec![report(
        channel,
        &[&[0x80 | command], &length.to_be_bytes()[..], first].concat(),
    )];
    for (sequence, part) in (0..0x80).zip(rest.chunks(59)) {
        reports.push(report(channel, &[&[sequence], part].concat()));
    }
    reports
}

fn report(channel: u32, content: &[u8]) -> Report {
    let mut report = [0; 64];
    let bytes = channel.to_be_bytes().into_iter();
    for (slot, byte) in report.iter_mut().zip(bytes.chain(content.iter().copied())) {
        *slot = byte;
    }
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_message_takes_129_packets_and_a_longer_one_no_more() {
        let reports = split(7, 0x10, &[0xaa; MAX_MESSAGE]);
        assert_eq!(reports.len(), 129);
        assert_eq!(reports[0][..8], [0, 0, 0, 7, 0x90, 0x1d, 0xb9, 0xaa]);
        assert_eq!(reports[128][..6], [0, 0, 0, 7, 0x7f, 0xaa]);
        assert_eq!(split(7, 0x10, &[0xaa; MAX_MESSAGE + 1]), reports);
    }

    #[test]
    fn an_empty_message_is_one_packet_of_zeros_behind_its_head() {
        let reports = split(0x0102_0304, 0x08, &[]);
        assert_eq!(reports.len(), 1);
        assert_eq!(reports[0][..7], [1, 2, 3, 4, 0x88, 0, 0]);
        assert_eq!(reports[0][7..], [0; 57]);
    }
}
