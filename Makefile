# Tresen: `make help` says what there is. Every target installs what it needs
# and is missing; nothing but Go (1.26 or newer), Node.js (20 or newer), make
# and git must be there before.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

# Version control stamps fail where the checkout belongs to another user (CI,
# containers); the version comes from wails.json instead.
export GOFLAGS := $(strip -buildvcs=false $(filter-out -buildvcs%,$(GOFLAGS)))

VERSION    := $(shell sed -n 's/.*"productVersion": *"\(.*\)".*/\1/p' wails.json)
STAMPS     := build/.stamps
BIN        := build/bin
LDFLAGS    := -s -w -X main.version=$(VERSION)
FUZZTIME   ?= 300x
BENCHTIME  ?= 1s
EVERY      ?= 1

WEB_SOURCES := $(shell find frontend -name node_modules -prune -o -name dist -prune -o -name coverage -prune -o -path frontend/src/wailsjs -prune -o -type f -print 2>/dev/null)

say = @printf '\n==> %s\n' "$(1)"

##@ First steps

.PHONY: help
help: ## say what each command does
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@/ { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: tools-present ## build Tresen and open it in demo mode (without a display: in your browser)
	@scripts/run.sh

.PHONY: test
test: test-go test-web test-browser e2e ## run every test: Go, the window's units, the whole program
	$(call say,All tests passed.)

.PHONY: lint
lint: lint-go lint-web lint-scripts ## check format, types, style and pinned versions
	$(call say,Nothing to complain about.)

.PHONY: check
check: lint test ## lint and test: what must pass before a commit

##@ The parts of `make test`

.PHONY: test-go
test-go: deps-test ## Go: vet, tests with the race detector, real keyring, short fuzzing
	@FUZZTIME=$(FUZZTIME) scripts/test-go.sh

.PHONY: test-web
test-web: $(STAMPS)/npm $(STAMPS)/bindings ## the window's own tests (Vitest)
	$(call say,Testing the window with Vitest)
	npm --prefix frontend run test

.PHONY: test-browser
test-browser: deps-test $(STAMPS)/npm $(STAMPS)/bindings ## the window in Chromium with invented data: nothing jumps, everything by keyboard
	$(call say,Looking at the window in Chromium)
	CHROMIUM=$$(scripts/find-browser.sh) npm --prefix frontend run behaviour

.PHONY: e2e
e2e: deps-test $(BIN)/tresen-dev $(BIN)/tresen-devtools $(BIN)/tresen-simulator $(BIN)/tresen-relay $(STAMPS)/e2e-npm ## the real program, driven in Chromium and in the WebKit window
	$(call say,Driving the whole program in Chromium and in its own window)
	@e2e/run.sh $(E2E)

##@ The parts of `make lint`

.PHONY: lint-go
lint-go: tools-present ## gofmt, vet for Linux, Windows and macOS, staticcheck, tidy modules
	@scripts/lint-go.sh

.PHONY: lint-web
lint-web: $(STAMPS)/npm $(STAMPS)/bindings ## svelte-check, eslint, prettier, knip
	$(call say,Checking the window)
	npm --prefix frontend run check
	npm --prefix frontend run lint
	cd frontend && npx prettier --config .prettierrc.json --check '../e2e/*.mjs' '../scripts/*.mjs'

.PHONY: lint-scripts
lint-scripts: ## shellcheck
	@scripts/install-deps.sh lint
	$(call say,Checking the shell scripts)
	shellcheck -x .ci/run $$(git ls-files '*.sh')

.PHONY: vet-cross
vet-cross: ## go vet as Windows and macOS see the program
	$(call say,Vetting for Windows and macOS)
	GOOS=windows CGO_ENABLED=0 go vet -tags desktop,production ./...
	GOOS=darwin GOARCH=arm64 CGO_ENABLED=0 go vet ./...

##@ Building

.PHONY: build
build: $(BIN)/tresen $(BIN)/tresen-simulator $(BIN)/tresen-relay ## the programs for this computer, into build/bin
	$(call say,Built $(BIN)/tresen, $(BIN)/tresen-simulator and $(BIN)/tresen-relay)

.PHONY: build-windows
build-windows: $(STAMPS)/web ## the program for Windows (amd64), built from here
	$(call say,Building for Windows (the first time this compiles the Wails CLI))
	CGO_ENABLED=0 go tool -modfile=tools/go.mod wails build -m -s -skipbindings -nosyncgomod -nocolour -trimpath \
		-platform windows/amd64 -ldflags '-X main.version=$(VERSION)'
	@test -s $(BIN)/tresen.exe

.PHONY: generate
generate: ## make the TypeScript side of the Go bindings anew
	@rm -f $(STAMPS)/bindings
	@$(MAKE) $(STAMPS)/bindings

.PHONY: fmt
fmt: $(STAMPS)/npm ## format Go and the window's sources
	gofmt -w $$(git ls-files '*.go')
	npm --prefix frontend run format
	cd frontend && npx prettier --config .prettierrc.json --write '../e2e/*.mjs' '../scripts/*.mjs'

##@ Pictures and figures

.PHONY: screenshot
screenshot: deps-pictures $(BIN)/tresen-dev $(STAMPS)/e2e-npm ## take the README's pictures from the running program
	@CHROME=$$(scripts/find-browser.sh) scripts/withx.sh node scripts/screenshot.mjs

.PHONY: newcomer
newcomer: deps-pictures $(BIN)/tresen-dev $(BIN)/tresen-simulator $(BIN)/tresen-relay $(STAMPS)/e2e-npm ## walk the guided setup from an empty computer to the first message, a picture of every step
	@CHROME=$$(scripts/find-browser.sh) scripts/withx.sh --keyring node scripts/newcomer.mjs

.PHONY: contact-sheet
contact-sheet: deps-pictures $(STAMPS)/npm $(STAMPS)/bindings ## photograph every screen in all states, themes and languages
	CHROMIUM=$$(scripts/find-browser.sh) npm --prefix frontend run contact-sheet

.PHONY: print-all
print-all: deps-print ## make every printed thing and let qpdf, poppler and zbarimg judge it (EVERY=25: a sample)
	@EVERY=$(EVERY) scripts/print-all.sh

.PHONY: bench
bench: tools-present ## run the benchmarks and write docs/BENCHMARKS.md
	@scripts/install-deps.sh bench
	@BENCHTIME=$(BENCHTIME) scripts/bench.sh

.PHONY: clean
clean: ## remove everything that was built here
	rm -rf build/bin $(STAMPS) out frontend/node_modules frontend/coverage frontend/src/wailsjs e2e/node_modules
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete

# --- What the targets above stand on -----------------------------------------

.PHONY: tools-present deps-build deps-test deps-print deps-pictures
tools-present:
	@scripts/check-tools.sh
deps-build: tools-present
	@scripts/install-deps.sh build
deps-test: tools-present
	@scripts/install-deps.sh build display test print
deps-print: tools-present
	@scripts/install-deps.sh print
deps-pictures: tools-present
	@scripts/install-deps.sh build display test fonts

$(STAMPS):
	@mkdir -p $@

$(STAMPS)/npm: frontend/package.json frontend/package-lock.json | tools-present $(STAMPS)
	$(call say,Installing the window's npm packages)
	npm --prefix frontend ci --no-audit --no-fund
	@touch $@

$(STAMPS)/e2e-npm: e2e/package.json e2e/package-lock.json | tools-present $(STAMPS)
	$(call say,Installing the end-to-end tests' npm packages)
	npm --prefix e2e ci --no-audit --no-fund
	@touch $@

$(STAMPS)/bindings: main.go $(wildcard app/*.go) $(wildcard internal/inbox/*.go) | tools-present $(STAMPS)
	$(call say,Generating the TypeScript side of the Go bindings)
	@CGO_ENABLED=0 tsoutputtype=interfaces go run -tags bindings . >$(STAMPS)/bindings.log 2>&1 || { cat $(STAMPS)/bindings.log; exit 1; }
	@touch $@

$(STAMPS)/web: $(WEB_SOURCES) $(STAMPS)/npm $(STAMPS)/bindings
	$(call say,Building the window)
	npm --prefix frontend run build
	@touch $@

# go build decides by itself what must be compiled again, so it always runs.
.PHONY: FORCE
FORCE:

$(BIN)/tresen: $(STAMPS)/web FORCE | deps-build
	$(call say,Compiling Tresen (a minute or two the first time))
	go build -tags desktop,production,webkit2_41 -trimpath -ldflags '$(LDFLAGS)' -o $@ .

$(BIN)/tresen-dev: $(STAMPS)/web FORCE | deps-build
	$(call say,Compiling Tresen with its loopback server)
	go build -tags dev,webkit2_41 -ldflags '-X main.version=$(VERSION)' -o $@ .

$(BIN)/tresen-devtools: $(STAMPS)/web FORCE | deps-build
	$(call say,Compiling Tresen with the WebKit inspector (for tests))
	go build -tags desktop,production,devtools,webkit2_41 -trimpath -ldflags '$(LDFLAGS)' -o $@ .

$(BIN)/tresen-relay: FORCE | tools-present
	$(call say,Compiling the relay)
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $@ ./cmd/tresen-relay

$(BIN)/tresen-simulator: FORCE | tools-present
	$(call say,Compiling the Cloud API simulator)
	CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o $@ ./cmd/tresen-simulator
