//! What `switchboard doctor` says of the audit log.

use super::finding::{Finding, Verdict, finding};
use crate::model::AuditCheck;

/// Whether every chain of the audit log is whole.
pub(super) fn audit_log(checks: Option<&[AuditCheck]>) -> Finding {
    let name = "audit_log";
    let Some(checks) = checks else {
        return finding(
            name,
            Verdict::Doubtful,
            "not known: the schema is not this release's, or it cannot be read",
        );
    };
    let faults: Vec<String> = checks.iter().filter_map(fault_of).collect();
    if faults.is_empty() {
        let row_count: i64 = checks.iter().map(|check| check.row_count).sum();
        let words = format!("{row_count} rows in {} chains, each whole", checks.len());
        return finding(name, Verdict::Fine, words);
    }
    let words = format!("{}; compare with a backup or an export of before", faults.join("; "));
    finding(name, Verdict::Broken, words)
}

fn fault_of(check: &AuditCheck) -> Option<String> {
    let fault = check.fault.as_ref()?;
    Some(match check.org {
        Some(org) => format!("the audit log of org {org}: {fault}"),
        None => format!("the audit log of the platform: {fault}"),
    })
}

#[cfg(test)]
mod tests {
    use rooms::OrgId;

    use super::*;

    #[test]
    fn a_fault_names_its_chain_and_makes_the_installation_broken() {
        let whole = AuditCheck { org: None, row_count: 3, fault: None };
        let broken =
            AuditCheck { org: Some(OrgId(7)), row_count: 2, fault: Some("row 2 is missing".to_owned()) };

        let fine = audit_log(Some(std::slice::from_ref(&whole)));
        let bad = audit_log(Some(&[whole, broken]));
        assert_eq!((fine.verdict, fine.words.as_str()), (Verdict::Fine, "3 rows in 1 chains, each whole"));
        assert_eq!(bad.verdict, Verdict::Broken);
        assert!(
            bad.words.contains(&OrgId(7).to_string()) && bad.words.contains("row 2 is missing"),
            "{}",
            bad.words
        );
        assert_eq!(audit_log(None).verdict, Verdict::Doubtful);
    }
}
