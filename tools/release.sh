#!/usr/bin/env bash
# Makes the release: an archive with the binary, licences and an example of a configuration, two SBOMs (CycloneDX: crates,
# and packages of the pages), and SHA-256 checksums of all of them, in target/dist.
#
#   tools/release.sh                                    builds the release binary first
#   RELEASE_BINARY=target/debug/switchboard tools/release.sh    packs that one, to try the script
#
# It needs cargo-cyclonedx (`cargo install cargo-cyclonedx --locked --version 0.5.9`); `NO_CRATE_SBOM=1` leaves that SBOM out.
set -euo pipefail
cd "$(dirname "$0")/.."

version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
host=$(rustc -vV | sed -n 's/^host: //p')
name="switchboard-$version-$host"
out=target/dist
# The same commit makes the same archive.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH

rm -rf "$out"
mkdir -p "$out/$name"

make web/dist/.built
if [ -z "${RELEASE_BINARY:-}" ]; then
    cargo build --release --locked --bin switchboard
    RELEASE_BINARY=target/release/switchboard
fi
install -m 755 "$RELEASE_BINARY" "$out/$name/switchboard"
found=$("$out/$name/switchboard" --version)
[ "$found" = "switchboard $version" ] || { echo "the binary says $found and not switchboard $version" >&2; exit 1; }

install -m 644 LICENSE README.md CHANGELOG.md SECURITY.md "$out/$name/"
install -m 644 deploy/switchboard.toml deploy/systemd/switchboard.service "$out/$name/"
node tools/third_party.mjs >"$out/$name/THIRD-PARTY.txt"
# What is packed must start as it is packed.
"$out/$name/switchboard" doctor --config "$out/$name/switchboard.toml" --data-dir "$out/try" --json >/dev/null
rm -rf "$out/try"

tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" --format=posix \
    --pax-option=delete=atime,delete=ctime -C "$out" -cf - "$name" | gzip -9n >"$out/$name.tar.gz"
rm -r "${out:?}/$name"

npm --prefix web sbom --sbom-format cyclonedx --sbom-type application --omit dev \
    --workspace widget --workspace console >"$out/$name.pages.cdx.json"
if [ -z "${NO_CRATE_SBOM:-}" ]; then
    cargo cyclonedx --format json --spec-version 1.5 --target "$host" --override-filename "$name.crates.cdx"
    mv "$name.crates.cdx.json" "$out/"
    # It describes every crate of the workspace, and only one of them is released.
    find rooms audio speech sim benches -name "$name.crates.cdx.json" -delete
fi

(cd "$out" && sha256sum -- * >SHA256SUMS)
cat "$out/SHA256SUMS"
