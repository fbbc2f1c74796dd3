# SPDX-License-Identifier: Apache-2.0

# drp_embed_text(TARGET drp_report HEADER report/page_texts.h FILES page/page.html page/page.css)
#
# Compiles text files into a target. For each file `page/page.html` the generated source defines
# `extern const std::string_view kPageHtml` (folder dropped, words capitalised) in the namespace
# `drp::report`; HEADER declares them. The texts are raw string literals: they may hold anything but
# NUL and `)drp"`.
if(NOT CMAKE_SCRIPT_MODE_FILE)
  set(DRP_EMBED_TEXT_SCRIPT ${CMAKE_CURRENT_LIST_FILE})

  function(drp_embed_text)
    cmake_parse_arguments(ARG "" "TARGET;HEADER" "FILES" ${ARGN})
    set(output ${CMAKE_CURRENT_BINARY_DIR}/${ARG_TARGET}_texts.cc)
    list(TRANSFORM ARG_FILES PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/ OUTPUT_VARIABLE paths)
    list(JOIN paths "|" joined)
    add_custom_command(
      OUTPUT ${output}
      COMMAND ${CMAKE_COMMAND} -DOUTPUT=${output} -DHEADER=${ARG_HEADER} "-DFILES=${joined}"
              -P ${DRP_EMBED_TEXT_SCRIPT}
      DEPENDS ${paths} ${DRP_EMBED_TEXT_SCRIPT}
      VERBATIM)
    target_sources(${ARG_TARGET} PRIVATE ${output})
  endfunction()
  return()
endif()

# A literal has a length limit in some compilers: pieces of this many bytes are joined.
set(piece_bytes 12000)
set(source "// Made from text files by cmake/EmbedText.cmake.\n#include \"${HEADER}\"\n\nnamespace drp::report {\n\n")
string(REPLACE "|" ";" files "${FILES}")
foreach(path IN LISTS files)
  get_filename_component(name "${path}" NAME)
  string(REGEX REPLACE "[^A-Za-z0-9]" ";" words "${name}")
  set(constant k)
  foreach(word IN LISTS words)
    string(SUBSTRING "${word}" 0 1 first)
    string(SUBSTRING "${word}" 1 -1 rest)
    string(TOUPPER "${first}" first)
    string(APPEND constant "${first}${rest}")
  endforeach()

  file(READ "${path}" text)
  string(FIND "${text}" ")drp\"" clash)
  if(NOT clash EQUAL -1)
    message(FATAL_ERROR "${path} holds ')drp\"', which would end the literal")
  endif()
  string(APPEND source "const std::string_view ${constant} =")
  string(LENGTH "${text}" length)
  set(at 0)
  while(at LESS length)
    string(SUBSTRING "${text}" ${at} ${piece_bytes} piece)
    string(APPEND source "\n    R\"drp(${piece})drp\"")
    math(EXPR at "${at} + ${piece_bytes}")
  endwhile()
  if(length EQUAL 0)
    string(APPEND source " \"\"")
  endif()
  string(APPEND source ";\n\n")
endforeach()
string(APPEND source "}  // namespace drp::report\n")
file(WRITE "${OUTPUT}" "${source}")
