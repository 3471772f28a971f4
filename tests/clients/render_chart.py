"""Renders the Helm chart with Helm's own engine, without a cluster: a JSON list of manifests, or the error.

    python render_chart.py CHART VALUES_AS_JSON
"""

import json
import sys

import yaml
from helm_python import chart


def main() -> None:
    path, values = sys.argv[1], json.loads(sys.argv[2])
    report = chart.lint(path, values, kube_version="v1.30.0")
    errors = report["errors"] + [one["error"] for one in report["messages"] if one["severity"] == 3]
    if errors:
        print(json.dumps({"errors": errors}))
        return
    loaded = chart.Chart.load(path)
    try:
        loaded.validate_schema(values)
        rendered = loaded.render(values, name="chat", namespace="support")
    except Exception as error:  # Whatever the engine says is what a user would read.
        print(json.dumps({"errors": [str(error)]}))
        return
    manifests = []
    for name, text in rendered.items():
        if name.endswith(".yaml"):
            manifests += [one for one in yaml.safe_load_all(text) if one]
    print(json.dumps({"manifests": manifests}))


main()
