//! The figures of README's first screen are those of their sources, which other tests and commands make.

use std::path::Path;

fn read(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The cells of the row that begins with this cell.
fn row(table: &str, first: &str) -> Vec<String> {
    let cells = |line: &str| line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect::<Vec<_>>();
    let mut rows = table.lines().filter(|line| line.starts_with('|')).map(cells);
    rows.find(|cells| cells[0] == first).unwrap_or_else(|| panic!("there is no row '{first}'"))
}

fn is_id(word: &str) -> bool {
    let parts = word.split_once('-');
    parts.is_some_and(|(area, number)| {
        !area.is_empty() && area.chars().all(|c| c.is_ascii_uppercase()) && number.parse::<u8>().is_ok()
    })
}

#[test]
fn the_figures_of_the_first_screen_are_those_of_their_sources() {
    let readme = read("README.md");
    let figure = |statement: &str| row(&readme, statement)[1].clone();

    let requirements = read("tests/requirements.md");
    let first_cells = requirements.lines().filter_map(|line| line.strip_prefix("| ")?.split(' ').next());
    let tested = first_cells.filter(|cell| is_id(cell)).count();
    let (_, unbuilt) = requirements.split_once("## Not yet built").unwrap();
    let unbuilt = unbuilt.split([' ', ',', ':', '.', '\n']).filter(|word| is_id(word)).count();
    assert_eq!(
        figure("Requirements are tested"),
        format!("{tested} requirements have tests, {unbuilt} are not built yet")
    );

    let units = read("infra/calls-and-units.md");
    let operation = |name: &str| {
        let line = units.lines().find(|line| line.contains(name)).unwrap();
        let cells: Vec<u32> = line.split('|').filter_map(|cell| cell.trim().parse().ok()).collect();
        (cells[0], cells[1])
    };
    let ((calls, written), (again, nothing)) =
        (operation("| a trouble is reported |"), operation("| the same request again |"));
    assert_eq!(nothing, 0);
    assert_eq!(
        figure("A report is cheap and safe to repeat"),
        format!("{calls} call and {written} write units; repeated: {again} call, nothing written")
    );

    let costs = row(&read("infra/README.md"), "**sum**");
    let sums: Vec<&str> = costs.iter().map(|cell| cell.trim_matches('*')).filter(|cell| cell.contains('.')).collect();
    assert_eq!(
        figure("Cost of a month on AWS, computed"),
        format!("${} for 1,000 tickets, ${} for 100,000", sums[0], sums[1])
    );
}
