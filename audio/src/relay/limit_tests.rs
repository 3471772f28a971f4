//! Calls that reach a budget limit.

use super::tests::Call;
use super::*;

#[test]
fn a_call_ends_with_its_budget_when_its_org_reaches_a_limit() {
    let mut call = Call::ready();
    let out = call.give(Input::Spent(u64::MAX));
    assert!(!out.iter().any(|one| matches!(one, Output::Ended { .. })), "this call has no limit of its own");

    let out = call.give(Input::OrgLimitReached);

    assert!(out.contains(&Output::Clip(Clip::Goodbye)), "{out:?}");
    assert!(out.iter().any(|one| matches!(one, Output::Ended { reason: EndReason::Budget, .. })), "{out:?}");
    assert!(call.give(Input::OrgLimitReached).is_empty(), "it ends once");
}
