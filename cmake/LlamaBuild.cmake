# SPDX-License-Identifier: Apache-2.0
#
# Read by llama.cpp's own CMakeLists.txt where scripts/bootstrap builds it. What no token waits for
# (flags, templates, downloads, HTTP, pictures) compiles with -O1 in two thirds of the time; libllama,
# ggml, the server and what samples stay as they are.

function(drp_build_lightly)
  foreach(target llama-common cpp-httplib mtmd)
    if(TARGET ${target})
      target_compile_options(${target} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-O1>)
    endif()
  endforeach()
  if(TARGET llama-common)
    set_property(SOURCE ${CMAKE_SOURCE_DIR}/common/sampling.cpp ${CMAKE_SOURCE_DIR}/common/speculative.cpp
      TARGET_DIRECTORY llama-common APPEND PROPERTY COMPILE_OPTIONS -O3)
  endif()
endfunction()
cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL drp_build_lightly)
