//! The table of rights, and the guide that is printed from it.

use std::fmt::Write as _;

use rooms::ChannelId;

use super::*;

const HEADER: &str = "| | API token | Visitor | Server token | Shell | Agent | Admin | Owner | Platform admin |\n\
                      |---|---|---|---|---|---|---|---|---|\n";

/// One caller for each column of the guide.
fn callers() -> [PrincipalKind; 7] {
    let member = |role, platform_admin| PrincipalKind::Agent { role, platform_admin };
    [
        PrincipalKind::Visitor { channel: ChannelId(1) },
        PrincipalKind::Server,
        PrincipalKind::Shell,
        member(Role::Agent, false),
        member(Role::Admin, false),
        member(Role::Owner, false),
        member(Role::Owner, true),
    ]
}

fn guide() -> String {
    let mut guide = String::from(
        "# Roles\n\n\
         Generated from `src/auth/rights.rs`; `UPDATE_DOCS=1 cargo test --lib auth::rights` writes it anew.\n\n\
         A right is decided by the kind of the caller and their role. What it is used on must also be theirs: \
         things of another org, and conversations of other visitors, are `not_found`. A platform admin is a \
         member who also runs the server; the column shows one who is an owner of their org. Whoever has the shell of the server sets orgs and the platform up \
         ([its commands](../operate/shell.md)) and takes no part in conversations.\n\n\
         What is marked (fresh) gives or takes access, or touches keys: a session has to have shown within \
         `fresh_sign_in_minutes` who it is of. API tokens are not asked.\n\n\
         Under API token stand the rights a token must have for acts; reading by GET takes `read`. A token never \
         may more than its member.\n",
    );
    for (heading, rights) in Right::GUIDE {
        let _infallible = write!(guide, "\n## {heading}\n\n{HEADER}");
        for (right, sentence) in *rights {
            let cells = callers().map(|kind| if right.allows(kind) { " yes |" } else { " |" }).concat();
            let mark = if right.is_sensitive() { " (fresh)" } else { "" };
            let level = right.level().as_str();
            let _infallible = writeln!(guide, "| {}{mark} | {level} |{cells}", sentence.trim());
        }
    }
    guide
}

#[test]
fn the_guide_to_roles_is_that_of_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/understand/roles.md");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, guide()).unwrap();
    }

    assert_eq!(std::fs::read_to_string(path).unwrap_or_default(), guide());
}

#[test]
fn each_right_asks_for_its_role() {
    for (right, allowed) in [
        (Right::ReadChannels, [false, true, true, true, true, true, true]),
        (Right::ResolveTicket, [false, false, false, true, true, true, true]),
        (Right::ManageChannels, [false, false, true, false, true, true, true]),
        (Right::ManageOwners, [false, false, true, false, false, true, true]),
        (Right::CreateOrg, [false, false, true, false, false, false, true]),
        (Right::Converse, [true, false, false, true, true, true, true]),
        (Right::RequestHandoff, [true, true, false, false, false, false, false]),
        (Right::ReadConversation, [true, true, false, true, true, true, true]),
        (Right::ActForOrg, [false, false, false, false, false, false, true]),
    ] {
        assert_eq!(callers().map(|caller| right.allows(caller)), allowed, "{right:?}");
    }
}

#[test]
fn what_gives_access_or_touches_keys_takes_a_fresh_sign_in() {
    let sensitive: Vec<_> = Right::GUIDE
        .iter()
        .flat_map(|(_, rights)| *rights)
        .map(|(right, _)| *right)
        .filter(|it| it.is_sensitive())
        .collect();

    assert_eq!(
        sensitive,
        [
            Right::ManageOwnTwoStep,
            Right::SetAccess,
            Right::ManageOwnTokens,
            Right::CreateServerToken,
            Right::ManageChannelSecrets,
            Right::ExportOwnOrg,
            Right::ChangeProviders,
            Right::SuspendOrg,
            Right::DeleteOrg,
            Right::ExportOrg,
            Right::ActForOrg,
            Right::ChangePlatformProviders,
        ]
    );
}

#[test]
fn a_higher_role_may_do_whatever_a_lower_one_may() {
    let [.., agent, admin, owner, platform] = callers();
    for (right, sentence) in Right::GUIDE.iter().flat_map(|(_, rights)| *rights) {
        let allowed = [agent, admin, owner, platform].map(|kind| right.allows(kind));
        assert!(allowed.is_sorted(), "{right:?}: {sentence}");
    }
}

#[test]
fn running_the_server_gives_no_role_in_the_org() {
    let agent = PrincipalKind::Agent { role: Role::Agent, platform_admin: true };

    assert!(Right::CreateOrg.allows(agent) && Right::ChangeTechnicalSettings.allows(agent));
    assert!(!Right::ManageMembers.allows(agent) && !Right::ChangeSettings.allows(agent));
}
