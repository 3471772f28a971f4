# Everything a developer runs. `make run` and `make test` need no other set-up.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

WEB_SOURCES := $(shell find web -type f \( -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.html' -o -name '*.json' -o -name '*.mjs' -o -name '*.svg' \) -not -path '*/node_modules/*' -not -path '*/dist/*' -not -path 'web/e2e/*' 2>/dev/null)
WEB_STAMP := web/dist/.built
RELEASE := target/release/switchboard

.PHONY: help run build build-tests test test-rust test-web test-e2e lint deny release bench load bench-report wire-types clean

help: ## Say what there is to make
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

web/node_modules/.installed: web/package-lock.json
	@tools/need.sh node
	npm --prefix web ci --no-audit --no-fund
	@touch $@

$(WEB_STAMP): web/node_modules/.installed $(WEB_SOURCES)
	npm --prefix web run build
	@touch $@

run: $(WEB_STAMP) ## Build pages and server and start with a demo org on SQLite in ./data
	@tools/need.sh cargo
	cargo build -p switchboard -p switchboard-sim --bins
	exec target/debug/switchboard serve --demo $(ARGS)

build: $(WEB_STAMP) ## Build the release binary with the pages inside
	@tools/need.sh cargo
	cargo build --release --bin switchboard
	@ls -lh $(RELEASE)

test: test-rust test-web test-e2e ## Run every test

build-tests: $(WEB_STAMP) ## Build what the tests run, and run none
	@tools/need.sh cargo
	# One set of features for all of them: with another, as with -p, crates would be built again.
	cargo build --workspace --bins --tests

test-rust: $(WEB_STAMP) tests/clients/.installed ## Test the server on SQLite and PostgreSQL, with stock clients
	@tools/need.sh cargo postgres redis speech
	cargo test --workspace

test-web: web/node_modules/.installed ## Test the pages' code
	npm --prefix web test

test-e2e: build-tests ## Drive the pages in a real browser against the real server
	@tools/need.sh chromium
	SWITCHBOARD_BIN=$(CURDIR)/target/debug/switchboard SWITCHBOARD_SIM_BIN=$(CURDIR)/target/debug/switchboard-sim npm --prefix web run e2e

tests/clients/.installed: tests/clients/package-lock.json tests/clients/requirements.txt
	@tools/need.sh node python
	npm --prefix tests/clients ci --no-audit --no-fund
	python3 -m venv target/clients-venv
	target/clients-venv/bin/pip install --quiet --disable-pip-version-check -r tests/clients/requirements.txt
	@touch $@

lint: web/node_modules/.installed ## Check format and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --all-features -- -D warnings
	npm --prefix web run lint

deny: ## Check licences, versions and sources of all crates; ARGS=advisories asks for known faults
	cargo deny check $(or $(ARGS),licenses bans sources)

release: ## Make the release archive with SBOMs and checksums in target/dist
	@tools/need.sh cargo node
	tools/release.sh

bench: ## Time what is on the hot path
	cargo bench --profile fast --bench hot_path

load: load-build ## Load a server on this machine; see benches/README.md
	target/fast/load $(ARGS)

bench-report: load-build ## Compare with the peers in target/bench-report.html; FULL=1 has the whole table
	target/fast/load report $(if $(FULL),--full) --json target/bench-report.json --html target/bench-report.html $(ARGS)

.PHONY: load-build
load-build:
	@tools/need.sh cargo
	cargo build --profile fast -p switchboard -p switchboard-sim --bins
	cargo build --profile fast -p load -p load-peers --bins

wire-types: ## Write the pages' wire types from the server's
	SWITCHBOARD_WRITE_WIRE_TYPES=1 cargo test --lib the_typescript_types_are_those_of

clean: ## Remove what was built; data stays
	cargo clean
	rm -rf web/dist web/node_modules tests/clients/node_modules tests/clients/.installed
