# The entry points. `make shoot` and `make test` set up what they need in .venv.
PYTHON ?= python3
SOURCE ?= simulated
SECONDS ?= 20
SOAK ?= 600
BIN := .venv/bin
CORE := pyproject.toml native/baryta.h $(wildcard native/*.txt native/*.cmake native/src/*)

.PHONY: shoot app test check test-files test-power test-real test-deploy deb audit test-load test-soak fuzz sanitized tsan arm64 bench bench-kernels clean

ifeq ($(SOURCE),softcam)
shoot: .venv/baryta ## take a picture: SOURCE=softcam with a software camera in real libcamera
	.ci/real-run python -m app shoot --source picamera2
else
shoot: .venv/baryta ## take a picture with the simulated sensor
	$(BIN)/baryta shoot --source $(SOURCE)
endif

app: .venv/ui ## open the touchscreen app
	$(BIN)/baryta --source $(SOURCE)

test: .venv/tests ## C and Python tests
	.ci/c-tests
	$(BIN)/pytest -q -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

check: .venv/tests ## style, types, layers
	.ci/lint

test-files: .venv/tests ## Baryta's files in other programs
	.ci/files

test-power: .venv/tests ## power cuts and kills in the middle of shooting
	.ci/power

test-real: .venv/tests ## real libcamera and picamera2, with software cameras
	.ci/real

test-deploy: .venv/tests ## devices with systemd and SSH: installed, updated, broken, cut off, removed
	.ci/deploy

deb: .venv/deploy ## packages for Debian trixie, arm64 and amd64, in build/deb
	PYTHONPATH=deploy:deploy/device $(BIN)/python -P -m baryta_deploy.debian

audit: .venv/tests ## known vulnerabilities of what devices get
	.ci/audit

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
	.ci/install $(PYTHON) exr,ui,test,check,deploy
	touch .venv/baryta .venv/ui .venv/deploy $@

.venv/deploy: pyproject.toml
	.ci/install $(PYTHON) exr,deploy
	touch .venv/baryta $@

.venv/fuzz: $(CORE)
	.ci/install $(PYTHON) exr,ui,test,check,deploy,fuzz
	touch .venv/baryta .venv/ui .venv/deploy .venv/tests $@
