//! The Helm chart, rendered by Helm's own engine: what it asks of a cluster, and that it names settings that exist.

use serde_json::{Value, json};
use switchboard::config::Settings;
use tokio::process::Command;

use crate::support::within;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The manifests for these values, or what is wrong with them.
async fn render(values: &Value) -> Result<Vec<Value>, String> {
    let rendering = Command::new(format!("{ROOT}/target/clients-venv/bin/python"))
        .arg(format!("{ROOT}/tests/clients/render_chart.py"))
        .arg(format!("{ROOT}/deploy/helm/switchboard"))
        .arg(values.to_string())
        .kill_on_drop(true)
        .output();
    let output =
        within("the chart is rendered", rendering).await.expect("Python runs; `make test` installs it");
    let said = String::from_utf8_lossy(&output.stdout);
    let answer: Value =
        said.lines().last().and_then(|line| serde_json::from_str(line).ok()).unwrap_or_else(|| {
            panic!("{said}\n{}", String::from_utf8_lossy(&output.stderr));
        });
    match answer["manifests"].as_array() {
        Some(manifests) => Ok(manifests.clone()),
        None => Err(answer["errors"].to_string()),
    }
}

fn of_kind<'a>(manifests: &'a [Value], kind: &str) -> &'a Value {
    manifests.iter().find(|one| one["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {manifests:?}"))
}

#[tokio::test]
async fn a_server_runs_without_rights_on_one_volume() {
    let manifests = render(&json!({})).await.unwrap();

    let set = &of_kind(&manifests, "StatefulSet")["spec"];
    assert_eq!(set["replicas"], 1);
    assert_eq!(set["volumeClaimTemplates"][0]["metadata"]["name"], "data");
    let pod = &set["template"]["spec"];
    assert_eq!(pod["automountServiceAccountToken"], false);
    assert_eq!(
        (&pod["securityContext"]["runAsNonRoot"], &pod["securityContext"]["runAsUser"]),
        (&json!(true), &json!(65_532))
    );
    let container = &pod["containers"][0];
    let rights = json!({"allowPrivilegeEscalation": false, "readOnlyRootFilesystem": true, "capabilities": {"drop": ["ALL"]}});
    assert_eq!(container["securityContext"], rights);
    let probe = |name: &str| container[name]["httpGet"]["path"].clone();
    assert_eq!(
        (probe("startupProbe"), probe("livenessProbe"), probe("readinessProbe")),
        (json!("/livez"), json!("/livez"), json!("/readyz"))
    );
    let mounted: Vec<_> =
        container["volumeMounts"].as_array().unwrap().iter().map(|one| one["mountPath"].clone()).collect();
    assert_eq!(mounted, ["/data", "/tmp"], "all that is written to");
    let grace = pod["terminationGracePeriodSeconds"].as_u64().unwrap();
    assert!(grace > Settings::defaults().drain_timeout_s + 10, "a server is not killed while it drains");
    let (selector, labels) = (&set["selector"]["matchLabels"], &set["template"]["metadata"]["labels"]);
    assert!(selector.as_object().unwrap().iter().all(|(key, value)| labels[key] == *value));
    assert_eq!(of_kind(&manifests, "Service")["spec"]["selector"], *selector);
    assert_eq!(manifests.len(), 2, "no ingress and no monitor unless they are wanted");
}

/// Everything that can be set at once.
fn everything() -> Value {
    let reference = |name: &str| json!({ "name": "of-the-shop", "key": name });
    json!({
        "publicUrl": "https://chat.example.com",
        "trustedProxies": ["10.0.0.0/8", "192.168.0.0/16"],
        "settings": { "log_format": "json", "connections_max": 2_000_000, "otlp_sample_ratio": 0.1, "otlp_metrics": true, "files": "s3", "s3_bucket": "chat" },
        "secrets": {
            "masterKey": reference("a"), "databaseUrl": reference("b"), "smtpUrl": reference("c"), "openaiApiKey": reference("d"),
            "otlpHeaders": reference("e"), "s3AccessKey": reference("f"), "s3SecretKey": reference("g")
        },
        "persistence": { "existingClaim": "disk" },
        "ingress": { "enabled": true, "host": "chat.example.com", "tlsSecret": "tls" },
        "metrics": { "podMonitor": true },
    })
}

#[tokio::test]
async fn every_variable_is_a_setting_and_every_secret_a_reference() {
    let manifests = render(&everything()).await.unwrap();

    let pod = &of_kind(&manifests, "StatefulSet")["spec"]["template"]["spec"];
    let variables = pod["containers"][0]["env"].as_array().unwrap();
    let guide = Settings::guide();
    for variable in variables {
        let name = variable["name"].as_str().unwrap();
        let setting = name.strip_prefix("SWITCHBOARD_").map(str::to_lowercase);
        let is_setting = setting.as_deref().is_some_and(|name| guide.contains(&format!("| `{name}` |")));
        assert!(is_setting || ["SWITCHBOARD_MASTER_KEY", "OPENAI_API_KEY"].contains(&name), "{name}");
        let is_secret = ["KEY", "URL", "HEADERS"].iter().any(|end| name.ends_with(end))
            && name != "SWITCHBOARD_PUBLIC_URL";
        assert_eq!(variable["valueFrom"]["secretKeyRef"]["name"] == "of-the-shop", is_secret, "{variable}");
    }
    let value = |name: &str| variables.iter().find(|one| one["name"] == name).unwrap()["value"].clone();
    assert_eq!(
        value("SWITCHBOARD_CONNECTIONS_MAX"),
        "2000000",
        "as digits, whatever YAML makes of a large number"
    );
    assert_eq!(
        (value("SWITCHBOARD_OTLP_SAMPLE_RATIO"), value("SWITCHBOARD_OTLP_METRICS")),
        (json!("0.1"), json!("true"))
    );
    assert_eq!(value("SWITCHBOARD_TRUSTED_PROXIES"), "10.0.0.0/8,192.168.0.0/16");
    assert_eq!(pod["volumes"][1]["persistentVolumeClaim"]["claimName"], "disk");
    assert_eq!(of_kind(&manifests, "Ingress")["spec"]["tls"][0]["secretName"], "tls");
    assert_eq!(of_kind(&manifests, "PodMonitor")["spec"]["podMetricsEndpoints"][0]["port"], "metrics");
}

#[tokio::test]
async fn a_secret_among_the_values_and_a_slip_are_refused() {
    for (values, named) in [
        (json!({ "settings": { "smtp_url": "smtp://user:password@host" } }), "smtp_url"),
        (
            json!({ "secrets": { "databaseUrl": { "name": "x", "key": "y", "value": "postgres://" } } }),
            "value",
        ),
        (json!({ "replicas": 2 }), "replicas"),
        (json!({ "ingress": { "enabled": true } }), "host"),
        (json!({ "publicUrl": "chat.example.com" }), "publicUrl"),
    ] {
        let error = render(&values).await.unwrap_err();
        assert!(error.contains(named), "{values}: {error}");
    }
}
