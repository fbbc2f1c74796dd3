# SPDX-License-Identifier: Apache-2.0
#
#   make            the program, at build/release/drp
#   make demo       a verbose student becomes a shorter one, and the report that shows it
#   make tiny       the same loop on a student of two million parameters, in minutes
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

.PHONY: program demo demo-control demo-table reasoner tiny-reasoner tiny test check-asan check-tsan format format-check tidy bench \
  docs install clean
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
	$(DRP) run examples/demo.yaml run.seed=$(SEED) run.folder=runs/demo-$(SEED)
	@echo "report: runs/demo-$(SEED)/report/index.html"

# Beside it the control: the same training on the student's own right traces, unpruned, at equal rows.
demo-control: program
	$(DRP) run examples/demo.yaml run.seed=$(SEED) run.folder=runs/demo-$(SEED) problems.test.count=300 \
	  evaluate.control=true

# The table of the README: three seeds fixed beforehand, 300 held-out problems each, all
# pooled. What `make demo` has answered already is kept.
demo-table: program
	@for seed in 1 2 3; do \
	  $(DRP) run examples/demo.yaml run.seed=$$seed run.folder=runs/demo-$$seed \
	    problems.test.count=300 evaluate.control=true || exit $$?; done
	$(DRP) report runs/demo-1 runs/demo-2 runs/demo-3 -o runs/demo-table --title "DRP demo, three seeds"

# Trains the verbose student that the demo starts from on generated worked solutions; its adapter is
# committed under examples/reasoner/. About 80 minutes on two cores.
reasoner: program
	$(DRP) problems -o runs/reasoner/rows.jsonl --count 20000 --seed 1000 --solutions
	$(DRP) train runs/reasoner/rows.jsonl -o runs/reasoner student.model=smollm2-135m-instruct \
	  train.rank=16 train.alpha=32 train.learning_rate=1e-3 train.epochs=1 train.batch=16 \
	  train.warmup=0.05 curate.validation=0.01
	cp runs/reasoner/adapter.gguf examples/reasoner/adapter.gguf

# A student of two million parameters, trained from nothing on generated worked solutions of seven
# families; its model is committed under examples/tiny-reasoner/. 37 minutes on two quiet cores; it
# may be stopped, and called again it goes on.
TINY := runs/tiny-reasoner
TINY_FAMILIES := boxes,area,machine,trip,gather,give_away,age_later
TINY_ROWS := 70000
tiny-reasoner: program
	$(DRP) problems -o $(TINY)/rows.jsonl --count $(TINY_ROWS) --seed 1000 --solutions \
	  --operations-max 1 --families $(TINY_FAMILIES)
	$(DRP) new-student $(TINY)/rows.jsonl -o $(TINY)/new.gguf --vocabulary 1024 --layers 4 \
	  --width 192 --feed-forward 512 --heads 6 --key-value-heads 6 --context 1024
	$(DRP) train $(TINY)/rows.jsonl -o $(TINY) --full student.model=$(TINY)/new.gguf \
	  train.learning_rate=2e-3 train.epochs=1 train.batch=8 train.warmup=0.03 \
	  curate.validation=0.005
	mkdir -p examples/tiny-reasoner
	cp $(TINY)/model.gguf examples/tiny-reasoner/model.gguf

# The whole loop on that student, in a few minutes.
tiny: program
	$(DRP) run examples/tiny.yaml run.seed=$(SEED) run.folder=runs/tiny-$(SEED)
	@echo "report: runs/tiny-$(SEED)/report/index.html"

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

docs: program
	$(DRP) docs cli > docs/cli.md
	$(DRP) docs recipe > docs/recipe.md
	$(DRP) docs formats > docs/formats.md

install: program
	@cmake --install $(BUILD) --prefix $(PREFIX)

clean:
	rm -rf build
