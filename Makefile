# SPDX-License-Identifier: Apache-2.0
#
#   make            the program, at build/release/drp
#   make demo       a verbose student becomes a shorter one, and the report that shows it
#   make test       everything built and tested
#
# Each target brings what it needs (scripts/bootstrap). WITH_TORCH=OFF leaves out the trainer,
# WITH_LLAMA=OFF the local engine; SEED=N takes another seed for the demo.

WITH_TORCH ?= ON
WITH_LLAMA ?= ON
SEED ?= 1
PREFIX ?= /usr/local
JOBS ?= $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)

BUILD := build/release
DRP := $(BUILD)/drp
BOOTSTRAP := scripts/bootstrap $(if $(filter OFF,$(WITH_TORCH)),--without-torch) \
  $(if $(filter OFF,$(WITH_LLAMA)),--without-llama)
OPTIONS = -DDRP_WITH_TORCH=$(WITH_TORCH) -DDRP_WITH_LLAMA=$(WITH_LLAMA)

.PHONY: program demo demo-control reasoner test check-asan check-tsan format format-check tidy bench \
  install clean
.DEFAULT_GOAL := program
.NOTPARALLEL:

# Configures only where nothing or something else was configured; ninja does it again by itself
# when a CMake file changes.
configured = $(shell cat $(1)/.options 2>/dev/null)
define configure
@if [ ! -e $(2)/build.ninja ] || [ "$(call configured,$(2))" != "$(strip $(3))" ]; then \
  cmake --preset $(1) $(3) && echo "$(strip $(3))" > $(2)/.options; fi
endef

program:
	@$(BOOTSTRAP)
	@if [ ! -e $(BUILD)/build.ninja ] || ! grep -qsF -- "$(OPTIONS)" $(BUILD)/.options; then \
	  cmake --preset release $(OPTIONS) -DDRP_TESTS=ON && echo "$(OPTIONS)" > $(BUILD)/.options; fi
	@cmake --build $(BUILD) --target program -j $(JOBS)

demo: program
	$(DRP) run examples/demo.yaml run.seed=$(SEED)

# The same training on the student's own right traces, unpruned, at equal rows.
demo-control: program
	$(DRP) run examples/demo-control.yaml run.seed=$(SEED)

# Trains the verbose student that the demo starts from; its adapter is committed under examples/.
reasoner: program
	$(DRP) run examples/reasoner.yaml

test:
	@$(BOOTSTRAP) --test
	$(call configure,release,$(BUILD),$(OPTIONS) -DDRP_TESTS=REQUIRED)
	@cmake --build $(BUILD) -j $(JOBS)
	@ctest --preset release -j $(JOBS)

check-asan:
	@$(BOOTSTRAP) --test
	$(call configure,asan,build/asan,$(OPTIONS) -DDRP_TESTS=REQUIRED)
	@cmake --build build/asan -j $(JOBS)
	@ctest --preset asan -j $(JOBS)

check-tsan:
	@$(BOOTSTRAP) --test
	$(call configure,tsan,build/tsan,-DDRP_TESTS=REQUIRED)
	@cmake --build build/tsan -j $(JOBS)
	@ctest --preset tsan -j $(JOBS)

format:
	@scripts/bootstrap --test --without-torch --without-llama
	@scripts/format

format-check:
	@scripts/bootstrap --test --without-torch --without-llama
	@scripts/format --check

tidy:
	@$(BOOTSTRAP) --test
	$(call configure,release,$(BUILD),$(OPTIONS) -DDRP_TESTS=REQUIRED)
	@scripts/tidy --build $(BUILD)

bench:
	@$(BOOTSTRAP) --test --peers
	$(call configure,release,$(BUILD),$(OPTIONS) -DDRP_TESTS=REQUIRED)
	@cmake -B $(BUILD) -DDRP_BENCH=ON >/dev/null
	@cmake --build $(BUILD) -j $(JOBS)
	@scripts/bench $(BUILD)

install: program
	@cmake --install $(BUILD) --prefix $(PREFIX)

clean:
	rm -rf build
