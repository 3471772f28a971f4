//! Claims as issuers really write them: what is optional and odd is left out, the person is not.

use super::*;

#[tokio::test]
async fn one_odd_optional_claim_does_not_refuse_the_person() {
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        claims
    };
    let email_of = |identity: &Identity| identity.email.clone();
    for (value, is_kept) in [
        (json!("true"), true),
        (json!("TRUE"), true),
        (json!(1), true),
        (json!("1"), true),
        (json!("false"), false),
        (json!(0), false),
        (json!("maybe"), false),
        (json!(["true"]), false),
        (json!({"yes": true}), false),
    ] {
        let claims = with("email_verified", value.clone());
        let identity = verify_shared(&signed_with_secret(&claims)).await.unwrap();
        assert_eq!(email_of(&identity).is_some(), is_kept, "{value}");
    }
    for (name, value) in [
        ("name", json!({"first": "A"})),
        ("name", json!(7)),
        ("name", json!("x".repeat(256))),
        ("name", json!("")),
        ("email", json!(["a@example.com"])),
        ("email", json!(null)),
        ("iat", json!("1795880000")),
        ("iat", json!({"at": 1})),
    ] {
        let identity = verify_shared(&signed_with_secret(&with(name, value.clone()))).await;
        assert_eq!(
            identity.as_ref().map(|identity| identity.user_id.as_str()),
            Ok("uid-1"),
            "{name} {value}"
        );
    }
    let named =
        verify_shared(&signed_with_secret(&with("name", json!("Grace\n\tHopper\u{7}")))).await.unwrap();
    assert_eq!(named.name.as_deref(), Some("Grace Hopper"), "a name is one line");
    let numbered = verify_shared(&signed_with_secret(&with("sub", json!(4711)))).await.unwrap();
    assert_eq!(numbered.user_id, "4711");
    for value in [json!(null), json!(4.5), json!({"id": 1}), json!(["uid-1"]), json!(""), json!(true)] {
        assert!(verify_shared(&signed_with_secret(&with("sub", value.clone()))).await.is_err(), "{value}");
    }
}
