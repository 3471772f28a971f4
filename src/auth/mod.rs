//! Who a caller is: tokens, passwords, and what a site says about its visitors.

mod principal;

pub use principal::{Principal, PrincipalKind};
