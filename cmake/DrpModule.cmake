# SPDX-License-Identifier: Apache-2.0

# drp_add_module(NAME prune DEPENDS base records ... [PRIVATE_LIBS target ...])
#
# Makes of the current folder one static library `drp_NAME` and, where there are *_test.cc files,
# one test binary `NAME_test` with a CTest entry a case. DEPENDS is the whole list of modules whose
# headers the folder may include: it is what the library links, and tests/tidy reads it from here.
# PRECOMPILED are headers compiled once for the module, where others than those of base serve it.
# WHOLE_SUITES have one entry, thus one process, each: their cases load a library or a model, which
# takes longer than most of them do.
function(drp_add_module)
  cmake_parse_arguments(ARG "" "NAME" "DEPENDS;PRIVATE_LIBS;PRECOMPILED;TEST_LIBS;TEST_ENVIRONMENT;WHOLE_SUITES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS *.cc *.c)
  file(GLOB c_sources CONFIGURE_DEPENDS *.c)
  set_source_files_properties(${c_sources} PROPERTIES SKIP_PRECOMPILE_HEADERS ON)
  file(GLOB tests CONFIGURE_DEPENDS *_test.cc)
  if(tests)
    list(REMOVE_ITEM sources ${tests})
  endif()
  list(TRANSFORM ARG_DEPENDS PREPEND drp_ OUTPUT_VARIABLE libraries)

  if(sources)
    add_library(drp_${ARG_NAME} STATIC ${sources})
    target_link_libraries(drp_${ARG_NAME} PUBLIC ${libraries} drp_options PRIVATE ${ARG_PRIVATE_LIBS})
    if(ARG_PRECOMPILED)
      target_precompile_headers(drp_${ARG_NAME} PRIVATE ${ARG_PRECOMPILED})
    else()
      target_precompile_headers(drp_${ARG_NAME} REUSE_FROM drp_base)
    endif()
  else()
    add_library(drp_${ARG_NAME} INTERFACE)
    target_link_libraries(drp_${ARG_NAME} INTERFACE ${libraries} drp_options)
  endif()

  if(DRP_TESTS AND tests)
    add_executable(${ARG_NAME}_test ${tests})
    target_link_libraries(${ARG_NAME}_test PRIVATE drp_${ARG_NAME} ${ARG_TEST_LIBS})
    drp_test_program(${ARG_NAME}_test)
    target_compile_definitions(${ARG_NAME}_test PRIVATE
      DRP_SOURCE_DIR="${PROJECT_SOURCE_DIR}" DRP_DATA_DIR="${PROJECT_SOURCE_DIR}/../shared/data")
    set(discovery)
    if(ARG_WHOLE_SUITES)
      list(JOIN ARG_WHOLE_SUITES ".*:" whole)
      list(APPEND discovery TEST_FILTER "-${whole}.*")
    endif()
    if(ARG_TEST_ENVIRONMENT)
      list(APPEND discovery PROPERTIES ENVIRONMENT ${ARG_TEST_ENVIRONMENT})
    endif()
    gtest_discover_tests(${ARG_NAME}_test TEST_PREFIX "${ARG_NAME}/" DISCOVERY_TIMEOUT 60
      ${discovery})
    foreach(suite ${ARG_WHOLE_SUITES})
      add_test(NAME ${ARG_NAME}/${suite} COMMAND ${ARG_NAME}_test "--gtest_filter=${suite}.*")
      # Skipped is a suite of which nothing ran and nothing failed.
      set_tests_properties(${ARG_NAME}/${suite} PROPERTIES COST 20
        ENVIRONMENT "${ARG_TEST_ENVIRONMENT}" SKIP_REGULAR_EXPRESSION
        "PASSED  \\] 0 tests\\.\n\\[  SKIPPED ([^F]|F[^A])*$")
    endforeach()
  endif()
endfunction()

# GCC 12 takes "a" + std::string to overlap or to leave its bounds; in a system header it keeps the
# latter to itself, but not where that is precompiled.
set(drp_gcc_warnings
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-stringop-overread>)

# main() of every test binary, the libraries it needs, and their headers, compiled once for all:
# with -O1 for the tests' own code that saves more than a third of what they take to build
# (docs/performance.md).
if(DRP_TESTS)
  add_library(drp_test_main STATIC ${PROJECT_SOURCE_DIR}/tests/test_main.cc)
  target_link_libraries(drp_test_main PUBLIC GTest::gmock GTest::gtest
    PRIVATE nlohmann_json::nlohmann_json)
  target_compile_options(drp_test_main PUBLIC $<$<CONFIG:Release>:-O1> ${drp_gcc_warnings})
  # As the executables that use the precompiled headers.
  set_target_properties(drp_test_main PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(drp_test_main PRIVATE ${CMAKE_CXX_COMPILE_OPTIONS_PIE})
  target_precompile_headers(drp_test_main PRIVATE <gmock/gmock.h> <gtest/gtest.h>
    <nlohmann/json.hpp> <algorithm> <filesystem> <fstream> <functional> <map> <set> <string> <vector>)
endif()

# drp_test_program(TARGET): an executable of tests.
function(drp_test_program target)
  target_link_libraries(${target} PRIVATE drp_test_main)
  target_precompile_headers(${target} REUSE_FROM drp_test_main)
endfunction()

# What every file of ours is compiled with.
add_library(drp_options INTERFACE)
target_include_directories(drp_options INTERFACE ${PROJECT_SOURCE_DIR}/src)
target_compile_options(drp_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  -Wno-missing-field-initializers ${drp_gcc_warnings}
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor;-Wold-style-cast;-Woverloaded-virtual>)
if(DRP_WERROR)
  target_compile_options(drp_options INTERFACE -Werror)
endif()
target_compile_definitions(drp_options INTERFACE DRP_VERSION="${PROJECT_VERSION}")
find_package(Threads REQUIRED)
target_link_libraries(drp_options INTERFACE Threads::Threads)
