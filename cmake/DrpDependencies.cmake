# SPDX-License-Identifier: Apache-2.0
#
# Every library that drp stands on, as a target, and the compiler cache. What scripts/bootstrap
# fetches or builds is found through `scripts/bootstrap --print NAME`, so places and versions are
# said once, in scripts/. All includes are SYSTEM: our warnings are for our code.
#
#   always      fmt::fmt spdlog::spdlog nlohmann_json::nlohmann_json CLI11::CLI11 yaml-cpp::yaml-cpp
#               OpenSSL::Crypto ZLIB::ZLIB drp::utf8proc tl::expected drp::flint drp::ggml
#   options     drp::llama (DRP_WITH_LLAMA), drp::torch (DRP_WITH_TORCH), CURL::libcurl (DRP_WITH_CURL),
#               GTest::gmock GTest::gtest_main (DRP_TESTS), benchmark::benchmark (DRP_BENCH)
#   variables   DRP_PLOTLY_JS, DRP_MODELS_DIR, DRP_DEMO_MODEL, DRP_LLAMA_SERVER

option(DRP_WITH_TORCH "Build the trainer (needs libtorch)" ON)
option(DRP_WITH_LLAMA "Build the local engine (needs llama.cpp)" ON)
option(DRP_WITH_CURL "Build the HTTP client where libcurl is found" ON)

function(drp_missing what)
  message(FATAL_ERROR "${what} is missing: run scripts/bootstrap ${ARGN}")
endfunction()

# --- what bootstrap keeps -----------------------------------------------------------------------

function(drp_bootstrap_path name variable)
  execute_process(COMMAND ${PROJECT_SOURCE_DIR}/scripts/bootstrap --print ${name}
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  set(${variable} ${path} PARENT_SCOPE)
endfunction()

drp_bootstrap_path(deps DRP_DEPS_DIR)
drp_bootstrap_path(models DRP_MODELS_DIR)
drp_bootstrap_path(plotly plotly_dir)
set(DRP_PLOTLY_JS ${plotly_dir}/plotly.min.js)
if(NOT EXISTS ${DRP_PLOTLY_JS})
  drp_missing("Plotly.js")
endif()
# The model's file name stands in scripts/dependencies.sh.
file(STRINGS ${PROJECT_SOURCE_DIR}/scripts/dependencies.sh DRP_DEMO_MODEL REGEX "^smollm2_model=")
string(REGEX REPLACE "^smollm2_model=" "${DRP_MODELS_DIR}/" DRP_DEMO_MODEL "${DRP_DEMO_MODEL}")
# For tests; may be absent.
drp_bootstrap_path(peers peers_dir)
set(DRP_LLAMA_SERVER ${peers_dir}/bin/llama-server)
# A new build of a dependency (another processor, another version) configures again.
if(EXISTS ${DRP_DEPS_DIR}/.changed)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${DRP_DEPS_DIR}/.changed)
endif()
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/scripts/dependencies.sh)

# --- libraries of the system --------------------------------------------------------------------

function(drp_find package)
  find_package(${package} QUIET ${ARGN})
  if(NOT ${package}_FOUND)
    drp_missing(${package})
  endif()
endfunction()

# A library without a CMake package of its own: NAME HEADER LIBRARY...
function(drp_find_library name header)
  find_path(DRP_${name}_INCLUDE ${header})
  if(NOT DRP_${name}_INCLUDE)
    drp_missing("${name} (${header})")
  endif()
  add_library(drp::${name} INTERFACE IMPORTED GLOBAL)
  target_include_directories(drp::${name} SYSTEM INTERFACE ${DRP_${name}_INCLUDE})
  foreach(library ${ARGN})
    find_library(DRP_LIBRARY_${library} ${library})
    if(NOT DRP_LIBRARY_${library})
      drp_missing("${name} (lib${library})")
    endif()
    target_link_libraries(drp::${name} INTERFACE ${DRP_LIBRARY_${library}})
  endforeach()
  mark_as_advanced(DRP_${name}_INCLUDE)
endfunction()

set(CMAKE_FIND_PACKAGE_TARGETS_GLOBAL TRUE)
drp_find(Threads)
drp_find(fmt)
drp_find(spdlog)
drp_find(nlohmann_json)
drp_find(CLI11)
drp_find(yaml-cpp)
drp_find(OpenSSL)
drp_find(ZLIB)
if(DRP_WITH_CURL)
  find_package(CURL QUIET)
  if(NOT CURL_FOUND)
    message(STATUS "libcurl is missing, so this build asks no service (scripts/bootstrap brings it)")
    set(DRP_WITH_CURL OFF)
  endif()
endif()
drp_find(tl-expected)
if(NOT TARGET yaml-cpp::yaml-cpp) # before yaml-cpp 0.8
  add_library(yaml-cpp::yaml-cpp ALIAS yaml-cpp)
endif()
drp_find_library(utf8proc utf8proc.h utf8proc)
# From FLINT 3 on Arb and Calcium are part of libflint.
find_library(DRP_LIBRARY_arb NAMES flint-arb arb)
if(DRP_LIBRARY_arb)
  get_filename_component(arb_name ${DRP_LIBRARY_arb} NAME_WE)
  string(REGEX REPLACE "^lib" "" arb_name ${arb_name})
  drp_find_library(flint flint/flint.h calcium antic ${arb_name} flint gmp mpfr)
else()
  drp_find_library(flint flint/flint.h flint gmp mpfr)
endif()

if(DRP_TESTS)
  find_package(GTest QUIET)
  if(NOT GTest_FOUND)
    if(DRP_TESTS STREQUAL "REQUIRED")
      drp_missing("GoogleTest" "--test")
    endif()
    message(STATUS "GoogleTest is missing, so no tests are built (scripts/bootstrap --test brings it)")
    set(DRP_TESTS OFF)
  endif()
endif()
if(DRP_BENCH)
  find_package(benchmark QUIET)
  if(NOT benchmark_FOUND)
    drp_missing("Google Benchmark" "--test")
  endif()
endif()

# --- llama.cpp ----------------------------------------------------------------------------------

drp_bootstrap_path(ggml ggml_dir)
if(NOT EXISTS ${ggml_dir}/lib/libggml-base.a)
  drp_missing("ggml (${ggml_dir})")
endif()
# The file format (gguf.h) and the dequantisers alone.
add_library(drp::ggml STATIC IMPORTED GLOBAL)
set_target_properties(drp::ggml PROPERTIES
  IMPORTED_LOCATION ${ggml_dir}/lib/libggml-base.a
  IMPORTED_LINK_INTERFACE_LANGUAGES CXX)
target_include_directories(drp::ggml SYSTEM INTERFACE ${ggml_dir}/include)
target_link_libraries(drp::ggml INTERFACE Threads::Threads ${CMAKE_DL_LIBS} m)

if(DRP_WITH_LLAMA)
  drp_bootstrap_path(llama llama_dir)
  if(NOT EXISTS ${llama_dir}/lib/libllama.a)
    drp_missing("llama.cpp (${llama_dir})" "(or configure with -DDRP_WITH_LLAMA=OFF)")
  endif()
  # libllama, its `common` (chat.h, sampling.h, json-schema-to-grammar.h, ...) and the CPU backend.
  add_library(drp::llama INTERFACE IMPORTED GLOBAL)
  target_include_directories(drp::llama SYSTEM INTERFACE
    ${llama_dir}/include ${llama_dir}/include/llama-common)
  # Targets rather than files, each on top of the next: so the linker's order is right wherever
  # drp::ggml is linked for itself as well.
  set(above drp::llama)
  foreach(library llama-common llama-common-base cpp-httplib vendor-hash llama ggml ggml-cpu)
    if(EXISTS ${llama_dir}/lib/lib${library}.a)
      add_library(drp::lib-${library} STATIC IMPORTED GLOBAL)
      set_target_properties(drp::lib-${library} PROPERTIES
        IMPORTED_LOCATION ${llama_dir}/lib/lib${library}.a)
      target_link_libraries(${above} INTERFACE drp::lib-${library})
      set(above drp::lib-${library})
    endif()
  endforeach()
  target_link_libraries(${above} INTERFACE drp::ggml)
  target_link_libraries(drp::llama INTERFACE drp::ggml)
endif()

# --- libtorch -----------------------------------------------------------------------------------

# A target of our own rather than find_package(Torch): that one looks for CUDA, MKL and protobuf,
# takes seconds at each configure and adds compiler flags to everything.
if(DRP_WITH_TORCH)
  drp_bootstrap_path(torch torch_dir)
  # The cache or DRP_TORCH_DIR alone where it is there; else what the system has.
  if(EXISTS ${torch_dir}/include)
    set(torch_places PATHS ${torch_dir}/include ${torch_dir}/include/torch/csrc/api/include
      ${torch_dir}/lib NO_DEFAULT_PATH)
  endif()
  unset(DRP_TORCH_INCLUDE CACHE)
  unset(DRP_TORCH_API_INCLUDE CACHE)
  find_path(DRP_TORCH_INCLUDE ATen/ATen.h ${torch_places})
  find_path(DRP_TORCH_API_INCLUDE torch/torch.h ${torch_places}
    PATH_SUFFIXES torch/csrc/api/include)
  if(NOT DRP_TORCH_INCLUDE OR NOT DRP_TORCH_API_INCLUDE)
    drp_missing("libtorch" "(or configure with -DDRP_WITH_TORCH=OFF)")
  endif()
  add_library(drp::torch INTERFACE IMPORTED GLOBAL)
  target_include_directories(drp::torch SYSTEM INTERFACE
    ${DRP_TORCH_API_INCLUDE} ${DRP_TORCH_INCLUDE})
  # First, as some wheels' libtorch.so gives out functions of std::filesystem that lead nowhere.
  target_link_libraries(drp::torch INTERFACE stdc++)
  # A CUDA libtorch registers its kernels from libraries that nothing calls by name.
  foreach(library torch torch_cpu c10 torch_cuda c10_cuda)
    unset(DRP_LIBRARY_${library} CACHE)
    find_library(DRP_LIBRARY_${library} ${library} ${torch_places})
    if(DRP_LIBRARY_${library})
      target_link_libraries(drp::torch INTERFACE ${DRP_LIBRARY_${library}})
    elseif(NOT library MATCHES "cuda")
      drp_missing("libtorch (lib${library})" "(or configure with -DDRP_WITH_TORCH=OFF)")
    endif()
  endforeach()
  if(DRP_LIBRARY_torch_cuda)
    target_link_options(drp::torch INTERFACE LINKER:--no-as-needed)
  endif()
  get_filename_component(DRP_TORCH_LIBRARY_DIR ${DRP_LIBRARY_torch_cpu} DIRECTORY)
  # Before 2.6 the wheels used the old std::string; everything else here uses the new one.
  set(torch_config ${DRP_TORCH_LIBRARY_DIR}/../share/cmake/Torch/TorchConfig.cmake)
  if(EXISTS ${torch_config})
    file(STRINGS ${torch_config} old_abi REGEX "_GLIBCXX_USE_CXX11_ABI=0")
    if(old_abi)
      message(FATAL_ERROR "the libtorch under ${DRP_TORCH_LIBRARY_DIR} uses the old C++ ABI: "
        "take a \"cxx11 ABI\" build, 2.6 or later")
    endif()
  endif()
  # torch.h costs 25 s and 1.3 GB a file: never more than two at once.
  set_property(GLOBAL APPEND PROPERTY JOB_POOLS torch_pool=2)
endif()

# --- compiler cache and linker ------------------------------------------------------------------

find_program(DRP_CCACHE ccache)
if(DRP_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache asks for to cache files that use a precompiled header.
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
    CCACHE_BASEDIR=${PROJECT_SOURCE_DIR} ${DRP_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
