# `make` lists what there is. Everything runs from a clean clone on a machine
# with Go and Node: what is missing is fetched.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

LISTEN   ?= 127.0.0.1:8080
DATABASE ?= sqlite:data/musubi.db
VERSION  := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS  := -s -w -X main.version=$(VERSION)
ASSETS   := internal/web/assets

# One set of compiled packages for everything but the race detector.
export CGO_ENABLED := 0

help: ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: build ## build and start on http://127.0.0.1:8080 with the demo organisations
	@mkdir -p data
	@exec bin/musubi serve --listen $(LISTEN) --database $(DATABASE) --demo

build: assets ## build the program into bin/musubi
	@go build -ldflags '$(LDFLAGS)' -o bin/musubi ./cmd/musubi

assets: $(ASSETS)/node_modules/.fetched ## bundle what the browser gets
	@go run ./cmd/assets

$(ASSETS)/node_modules/.fetched: $(ASSETS)/package-lock.json
	@echo "fetching browser packages"
	@cd $(ASSETS) && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

e2e/node_modules/.fetched: e2e/package-lock.json
	@cd e2e && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

test: ## everything: lint, unit tests on both databases, browser tests on both
	@.ci/test

lint: assets ## formatting, freshness of generated code, vet, staticcheck
	@.ci/lint

generate: ## write the generated files anew: templates, permission tables
	@go tool templ fmt $$(find internal -name '*.templ') >/dev/null
	@go tool templ generate -path internal
	@go generate ./...

verify: lint ## what a review asks first: lint and the rules of the house
	@go test ./internal/archtest/... ./internal/locale/...

browser: build e2e/node_modules/.fetched ## browser tests only
	@.ci/browser

pictures: build e2e/node_modules/.fetched ## take the pictures of docs/guide anew, from the demo
	@mkdir -p docs/guide/pictures
	@cd e2e && PICTURES=1 npx playwright test pictures.spec.ts --project=sqlite

bench: assets ## measure a large association, import and merge on both databases (docs/performance.md)
	@go build -o bin/association ./bench/association
	@go build -o bin/imports ./bench/imports
	@go build -o bin/merge ./bench/merge
	@go build -o bin/pgtemp ./internal/store/storetest/pgtemp
	@echo "SQLite"; dir=$$(mktemp -d); trap 'rm -rf "$$dir"' EXIT; MUSUBI_DATABASE_URL="sqlite:$$dir/musubi.db" bin/association && \
		MUSUBI_DATABASE_URL="sqlite:$$dir/imports.db" bin/imports && MUSUBI_DATABASE_URL="sqlite:$$dir/merge.db" bin/merge
	@echo "PostgreSQL"; bin/pgtemp -- bin/association && bin/pgtemp -- bin/imports && bin/pgtemp -- bin/merge

clean: ## remove what was built and fetched; data/ stays
	@rm -rf bin tmp $(ASSETS)/node_modules e2e/node_modules e2e/results e2e/screenshots
	@find $(ASSETS)/dist -mindepth 1 ! -name .keep -delete

.PHONY: help run build assets test lint generate verify browser pictures bench clean
