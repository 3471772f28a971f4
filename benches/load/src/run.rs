//! Runs scenarios in alternation: in every run each target has its turn, so that a change of the machine meets all.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use anyhow::ensure;

use crate::report::{Item, Missing, Reading, Report, Runs, gates_table, page, table, verdicts};
use crate::scenario::{Common, Workload};
use crate::target::{Contender, Contenders, Cores, Priority, Shape};

/// A scenario and who is to take part in it.
pub(crate) struct Step {
    pub(crate) id: &'static str,
    pub(crate) workload: Workload,
    pub(crate) targets: Vec<String>,
}

/// Runs all steps; prints the table, writes what was asked for, and is an error where Switchboard made a fault.
pub(crate) fn run(
    binary: PathBuf,
    database_url: Option<String>,
    common: &Common,
    steps: &[Step],
) -> anyhow::Result<()> {
    let started_at = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let mut report = Report::new(common.label.clone(), started_at, common.seed);
    let cores = Cores { server: common.server_core, generator: common.generator_core };
    let mut contenders =
        Contenders::new(load_folder(), binary, database_url, cores, shape_max(common, steps))?;
    if cores.are_shared() {
        say("server and generator share a core: what is measured is both");
    }
    let priority = Priority::raise();
    if priority.is_none() {
        say(
            "the priority may not be raised: other programs of this machine count as much as what is measured",
        );
    }
    let found = find(&mut contenders, steps, &mut report);
    ensure!(!found.is_empty(), "nobody to load: {:?}", report.missing);
    for step in steps {
        let item = run_step(&mut contenders, &found, common, step)?;
        print(&table(std::slice::from_ref(&item)));
        report.items.push(item);
        // What is there after every step survives a step that fails.
        write(&report, common)?;
    }
    finish(&report, common)
}

fn finish(report: &Report, common: &Common) -> anyhow::Result<()> {
    for missing in &report.missing {
        say(&format!("MISSING {}: {}", missing.target, missing.why));
    }
    let verdicts = verdicts(report);
    if verdicts.iter().any(|verdict| verdict.value.is_some()) {
        print(&gates_table(&verdicts));
    }
    write(report, common)?;
    let faults = report.faults(|target| target.starts_with("switchboard"));
    ensure!(faults == 0, "Switchboard made {faults} faults");
    Ok(())
}

fn write(report: &Report, common: &Common) -> anyhow::Result<()> {
    if let Some(path) = &common.json {
        report.write(path)?;
    }
    if let Some(path) = &common.html {
        std::fs::write(path, page(report, &verdicts(report)))?;
    }
    Ok(())
}

/// Who takes part; whoever cannot is noted with what helps.
fn find(contenders: &mut Contenders, steps: &[Step], report: &mut Report) -> Vec<Contender> {
    let mut found: Vec<Contender> = Vec::new();
    for name in steps.iter().flat_map(|step| &step.targets) {
        let is_known = found.iter().any(|one| one.name == *name)
            || report.missing.iter().any(|missing| missing.target == *name);
        if is_known {
            continue;
        }
        match contenders.find(name) {
            Ok(contender) => {
                report.targets.insert(name.clone(), contender.about.clone());
                found.push(contender);
            }
            Err(error) => {
                let missing = Missing { target: name.clone(), why: format!("{error:#}") };
                say(&format!("MISSING {}: {}", missing.target, missing.why));
                report.missing.push(missing);
            }
        }
    }
    found
}

fn run_step(
    contenders: &mut Contenders,
    found: &[Contender],
    common: &Common,
    step: &Step,
) -> anyhow::Result<Item> {
    let mut targets: Vec<Runs> = Vec::new();
    let run_count = common.runs.unwrap_or(1);
    for run in 0..run_count {
        for name in &step.targets {
            let Some(contender) = found.iter().find(|one| one.name == *name) else { continue };
            say(&format!("{}: {name}, run {} of {}", step.workload.title(), run + 1, run_count));
            let seed = common.seed + run as u64;
            let reading = match step.workload.run(contenders, contender, seed, common.orgs) {
                Ok(Some(reading)) => reading,
                Ok(None) => continue,
                // A peer that fails is a result; the others go on.
                Err(error) => failed(&error),
            };
            match targets.iter_mut().find(|runs| runs.target == *name) {
                Some(runs) => runs.runs.push(reading),
                None => targets.push(Runs { target: name.clone(), runs: vec![reading] }),
            }
        }
    }
    Ok(Item { id: step.id.to_owned(), title: step.workload.title(), targets })
}

fn failed(error: &anyhow::Error) -> Reading {
    let mut reading = Reading::default();
    reading.faults.insert("run that failed".to_owned(), 1);
    reading.warnings.push(format!("{error:#}"));
    reading
}

/// The largest of all steps, so that what Switchboard needs is made once.
fn shape_max(common: &Common, steps: &[Step]) -> Shape {
    let shapes = steps.iter().map(|step| step.workload.shape(common.orgs));
    shapes.max_by_key(|shape| shape.rooms).unwrap_or(Shape { rooms: 1, agents: 2, orgs: 1 })
}

/// Where peers and dialects are.
fn load_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

#[expect(clippy::print_stderr, reason = "what is going on stands beside the results")]
fn say(text: &str) {
    eprintln!("{text}");
}

#[expect(clippy::print_stdout, reason = "the report is what this program is for")]
fn print(text: &str) {
    print!("{text}");
}
