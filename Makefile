# make run    installs what is missing, builds, and runs the main job on a private PostgreSQL (DATA=… takes real candles)
# make test   builds with sanitizers and runs every test
# make help   the rest

SHELL := /bin/bash
BUILD ?= build
BUILD_TEST ?= build-test
FUZZ_SECONDS ?= 30
DAYBOOK := $(BUILD)/src/cmd/daybook
export DAYBOOK_TEST_DATA

.DEFAULT_GOAL := help
.PHONY: help deps deps-run build run up test test-long test-threads fuzz test-build schemas bench bench-large coverage install format clean

help:
	@echo 'make run         install, build, run the main job on a private PostgreSQL, print its book, stop'
	@echo '                 DATA="folder or files" takes real candles, INGEST_FLAGS="…" goes to `daybook ingest`'
	@echo 'make up          the same server in the foreground until Ctrl-C'
	@echo 'make test        build with sanitizers and run every test'
	@echo 'make test-long   also the tests that take long'
	@echo 'make test-threads those of all that runs in threads, with ThreadSanitizer'
	@echo 'make fuzz        try every parser for FUZZ_SECONDS=30 with inputs that nobody thought of'
	@echo 'make schemas     write schemas/ anew after a change of the modules'
	@echo 'make bench       measure what docs/PERFORMANCE.md claims'
	@echo 'make bench-large loading at 100 million rows and 10 GB through a pipe: an hour, 40 GB of disk'
	@echo 'make coverage    line coverage of the C code'
	@echo 'make install     to PREFIX (default /usr/local); DESTDIR is respected'
	@echo 'make deps        only install the packages of deps.txt that are missing'
	@echo 'make format      apply .clang-format'

deps:
	@tools/deps build run test

deps-run:
	@tools/deps build run

$(BUILD)/build.ninja: | deps-run
	@meson setup $(BUILD) --prefix $(or $(PREFIX),/usr/local) --buildtype release -Dtests=false >/dev/null

build: $(BUILD)/build.ninja
	@ninja -C $(BUILD) --quiet

run: deps-run build
	@BUILD=$(BUILD) DATA='$(DATA)' INGEST_FLAGS='$(INGEST_FLAGS)' examples/main_job

up: deps-run build
	@$(DAYBOOK) up

$(BUILD_TEST)/build.ninja: | deps
	@meson setup $(BUILD_TEST) --buildtype debug -Db_sanitize=address,undefined -Db_lundef=false >/dev/null

test-build: deps $(BUILD_TEST)/build.ninja
	@ninja -C $(BUILD_TEST) --quiet

test: test-build
	@DAYBOOK_BUILD=$(abspath $(BUILD_TEST)) test/run

test-long: test-build
	@DAYBOOK_BUILD=$(abspath $(BUILD_TEST)) test/run --long

# What starts threads, under ThreadSanitizer. A report of a process that was killed counts as well, so they go to files.
THREADED = libdaybook_threads libdaybook_bots test_bus_ consumer_kills test_relay test_nats test_webhooks fault/test_work test_jobs_verbs test_poll test_fetch test_ingest.py
RACES = $(abspath build-tsan)/races

test-threads: deps
	@[ -f build-tsan/build.ninja ] || meson setup build-tsan --buildtype debug -Db_sanitize=thread -Db_lundef=false -Dtests=false >/dev/null
	@ninja -C build-tsan --quiet
	@rm -rf $(RACES) && mkdir -p $(RACES)
	@status=0; TSAN_OPTIONS="log_path=$(RACES)/race suppressions=$(abspath test/threads.supp)" DAYBOOK_BUILD=$(abspath build-tsan) \
	    test/run $(THREADED) || status=$$?; \
	if [ -n "$$(ls $(RACES))" ]; then cat $(RACES)/* >&2; echo 'test-threads: $(RACES) has reports of ThreadSanitizer' >&2; status=1; fi; exit $$status

fuzz: deps
	@[ -f build-fuzz/build.ninja ] || CC=clang meson setup build-fuzz --buildtype debug -Doptimization=1 -Db_sanitize=address,undefined \
	    -Db_lundef=false -Dtests=false -Dfuzz=true >/dev/null
	@ninja -C build-fuzz --quiet
	@test/fuzz/run --seconds $(FUZZ_SECONDS)

schemas: test-build
	@DAYBOOK_BUILD=$(abspath $(BUILD_TEST)) tools/schemas

bench: deps build
	@bench/run --build $(BUILD)

bench-large: deps build
	@bench/large --build $(BUILD)
	@bench/large --build $(BUILD) --stream 10

coverage: deps
	@tools/deps dev
	@[ -f build-coverage/build.ninja ] || meson setup build-coverage --buildtype debug -Db_coverage=true >/dev/null
	@ninja -C build-coverage --quiet
	@GCOV_ERROR_FILE=/dev/null DAYBOOK_BUILD=$(abspath build-coverage) test/run
	@gcovr -r . --object-directory build-coverage -f src/ --print-summary -o build-coverage/coverage.txt && tail -n 40 build-coverage/coverage.txt

install: build
	@meson install -C $(BUILD)

format:
	@clang-format -i $$(git ls-files '*.c' '*.h')

clean:
	@rm -rf build build-test build-tsan build-coverage
