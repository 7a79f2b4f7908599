# The entry points. `make shoot` and `make test` set up what they need in .venv.
PYTHON ?= python3
SOURCE ?= simulated
SECONDS ?= 20
SOAK ?= 600
BIN := .venv/bin
CORE := pyproject.toml native/baryta.h $(wildcard native/*.txt native/*.cmake native/src/*)

.PHONY: shoot app test check test-files test-power test-load test-soak fuzz sanitized tsan arm64 bench bench-kernels clean

shoot: .venv/baryta ## take a picture with the simulated sensor
	$(BIN)/baryta shoot --source $(SOURCE)

app: .venv/ui ## open the touchscreen app
	$(BIN)/baryta --source $(SOURCE)

test: .venv/tests ## C and Python tests
	.ci/c-tests
	$(BIN)/pytest

check: .venv/tests ## style, types, layers
	.ci/lint

test-files: .venv/tests ## Baryta's files in other programs
	.ci/files

test-power: .venv/tests ## power cuts and kills in the middle of shooting
	.ci/power

test-load: .venv/tests ## ten thousand shots without a pause
	$(BIN)/python -m tests.load

test-soak: .venv/tests ## the touchscreen app in use for SOAK seconds
	$(BIN)/python -m tests.soak $(SOAK)

fuzz: .venv/fuzz ## bad input for every reader, SECONDS of processor time each
	.ci/fuzz $(SECONDS)

sanitized: .venv/tests ## C and Python tests against ASan and UBSan
	.ci/sanitized

tsan: .venv/tests ## C tests against ThreadSanitizer
	.ci/tsan

arm64: .venv/tests ## the C core for aarch64, tested under emulation, its merge compared
	.ci/arm64

bench: .venv/baryta ## the time of each stage on this machine
	$(BIN)/baryta bench

bench-kernels: .venv/tests ## every kernel by itself, in each instruction set
	PATH="$(CURDIR)/$(BIN):$$PATH" .ci/build build/c-tests -DBARYTA_PYTHON=OFF -DCMAKE_BUILD_TYPE=Release
	build/c-tests/bench_kernels

clean:
	rm -rf .venv build

.venv/baryta: $(CORE)
	.ci/install $(PYTHON) exr
	touch $@

.venv/ui: $(CORE)
	.ci/install $(PYTHON) exr,ui
	touch .venv/baryta $@

.venv/tests: $(CORE)
	.ci/install $(PYTHON) exr,ui,test,check
	touch .venv/baryta .venv/ui $@

.venv/fuzz: $(CORE)
	.ci/install $(PYTHON) exr,ui,test,check,fuzz
	touch .venv/baryta .venv/ui .venv/tests $@
