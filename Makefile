.DEFAULT_GOAL := help
CONFIG ?= stadtfeed.yaml
FUZZTIME ?= 30s
BENCH ?= Article|Listing|FirstVisit|NewPage|Cycle|Warm|Render
COUNT ?= 5

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

check: ## what CI runs: format, vet, lint, race tests
	bash .ci/run

lint: ## golangci-lint, which mirrors the arrows of ARCHITECTURE.md
	go run github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0 run

run: ## the daemon against the built-in sample region
	go run ./cmd/stadtfeed demo

try: ## show what a page yields: make try URL=https://…
	@test -n "$(URL)" || { echo "say which page: make try URL=https://…"; exit 2; }
	go run ./cmd/stadtfeed try "$(URL)"

serve: ## the daemon with CONFIG (stadtfeed.yaml)
	go run ./cmd/stadtfeed serve --config "$(CONFIG)"

update: ## write the expected results in testdata anew; read the diff
	go test ./extract -update

fuzz: ## every fuzz target for FUZZTIME (30s) each
	@for package in $$(grep -rl --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -rhoE --include='*_test.go' --exclude-dir=testdata '^func Fuzz[A-Za-z0-9_]+' $$package/*_test.go | cut -c6- | sort -u); do \
	    echo "== $$package $$target"; go test $$package -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) || exit 1; \
	  done; \
	done

oracle: ## the date reader against an independent one, in a module of its own
	cd extract/dateoracle && go test -v .

bench: ## a table of every figure, its floor and what it must be, medians of COUNT (5): BENCH='Article|Listing'
	go test -run '^$$' -bench '$(BENCH)' -benchtime 3x -count $(COUNT) -timeout 2h ./... | .ci/bench-table
	STADTFEED_NIGHTLY=1 go test -count=1 -run TestTenThousandSources -v ./crawler

figures: ## every benchmark with all it reports; under load from wrk too, where it is installed
	go test -run '^$$' -bench . -benchmem -timeout 2h ./...
	STADTFEED_NIGHTLY=1 go test -count=1 -run TestTenThousandSources -v ./crawler

torture: ## the long tests: thousands of kills, damaged files, simulated months
	STADTFEED_NIGHTLY=1 go test -timeout 4h ./...

readers: ## newsboat, sfeed, feedparser and rss2email read the region's feeds
	go test -count=1 -v -run 'TestReaders|TestSubscribers' ./cmd/stadtfeed

screenshots: ## pictures of all pages by headless Chromium, in artifacts/; axe-core where STADTFEED_AXE names it
	STADTFEED_NIGHTLY=1 STADTFEED_SCREENSHOTS=$(CURDIR)/artifacts go test -count=1 -v -run 'TestBrowser' ./cmd/stadtfeed

pictures: ## take the pictures of the documentation anew (chromium, newsboat, tmux, aha, pngquant)
	bash docs/pictures/make

release-dry: ## archives, packages and SBOMs as a release has them, in dist/, made twice and compared
	bash deploy/release-dry

deb: ## install, upgrade, remove and purge the package in a small Debian (debootstrap, as root)
	bash deploy/test/deb

systemd: ## the service under a real systemd in namespaces (debootstrap, as root)
	bash deploy/test/systemd

.PHONY: help check lint run try serve update fuzz oracle bench figures torture readers screenshots pictures release-dry deb systemd
