use super::*;

#[test]
fn every_item_has_its_part_of_the_page_in_the_same_order() {
    let page = include_str!("../../../docs/doctor.md");
    let headings: Vec<&str> = page
        .lines()
        .filter_map(|line| line.strip_prefix("## "))
        .collect();
    let expected: Vec<String> = DoctorItem::ALL
        .iter()
        .map(|item| format!("{}: {}", item.id(), item.title()))
        .collect();
    assert_eq!(headings, expected);
    for part in page.split("\n## ").skip(1) {
        for line in ["\n- Reads: ", "\n- Fails: ", "\n- Fix: "] {
            assert_eq!(part.matches(line).count(), 1, "{line} in {part}");
        }
    }
}
