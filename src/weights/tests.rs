//! What is not the pinned file is never opened, and nothing half-made stays behind.

use axum::Router;
use axum::routing::get;

use super::*;
use crate::config::Settings;
use crate::outbound::Gateway;

#[test]
fn the_lock_lists_models_that_can_be_checked() {
    assert!(!locked().is_empty());
    for model in locked() {
        assert!(!model.packages.is_empty() && !model.upstream.contains("://"), "no address: {model:?}");
        for package in &model.packages {
            assert_eq!(package.requirement(), format!("{}=={}", package.name, package.version));
            assert!(!package.name.contains(['/', ':']) && package.bytes > 0, "no address: {package:?}");
            assert_eq!(package.sha256.len(), 64, "{}", package.name);
        }
        assert_eq!(model.file_sha256.len(), 64, "{}", model.name);
        assert!(!model.licence.is_empty() && model.file_bytes > 0);
        assert!(models_named(&model.set).unwrap().iter().any(|one| one.name == model.name));
    }
    assert!(locked_model("no-such-model").is_err());
}

#[test]
fn a_file_with_another_hash_is_refused_and_nothing_stays() {
    let data = tempfile::tempdir().unwrap();
    let package = data.path().join("package.whl");
    std::fs::write(&package, b"PK\x03\x04 not the pinned one").unwrap();

    let refused = install(&[&package], data.path(), &locked()[0]).unwrap_err();

    assert!(refused.to_string().contains("not the pinned file"), "{refused}");
    assert_eq!(presence(data.path(), &locked()[0]), Presence::Missing);
    assert!(load_encoder(data.path()).unwrap().is_none());
}

#[tokio::test]
async fn a_pull_refuses_what_is_larger_or_other_and_says_what_to_do() {
    let answers = Router::new()
        .route("/large", get(|| async { vec![0_u8; 4_096] }))
        .route("/other", get(|| async { vec![0_u8; 64] }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, answers).await });
    let gateway = Gateway::new(&Settings::defaults());
    let data = tempfile::tempdir().unwrap();

    for (path, words) in [("large", "--from"), ("missing", "--from"), ("other", "not the pinned file")] {
        let url = format!("{base}/{path}").parse().unwrap();
        let mut model = locked()[0].clone();
        model.packages[0].bytes = 1_024;
        let refused = pull_from(&gateway, &url, data.path(), &model).await.unwrap_err();
        assert!(refused.to_string().contains(words), "{path}: {refused}");
    }
    let left: Vec<_> = std::fs::read_dir(data.path().join("models")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_damaged_model_is_an_error_and_not_a_missing_one() {
    let data = tempfile::tempdir().unwrap();
    std::fs::create_dir(data.path().join("models")).unwrap();
    std::fs::write(data.path().join("models").join(&locked()[0].file), b"switchboard").unwrap();

    assert_eq!(presence(data.path(), &locked()[0]), Presence::Damaged);
    assert!(load_encoder(data.path()).is_err());
}

#[test]
fn a_model_that_is_made_from_two_packages_takes_both_or_none() {
    let data = tempfile::tempdir().unwrap();
    let model = locked().iter().find(|model| model.packages.len() == 2).expect("one has two");

    let refused = install(&[data.path()], data.path(), model).unwrap_err().to_string();

    for package in &model.packages {
        assert!(refused.contains(&package.requirement()), "{refused}");
    }
}
