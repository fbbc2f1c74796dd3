# SPDX-License-Identifier: Apache-2.0
#
# `cmake --install` gives a folder that can be moved as a whole:
#   bin/drp                  looks for the rest beside itself, in ../lib/drp and ../share/drp
#   lib/drp/                 the trainer (a plug-in) and the libtorch that it was built with
#   share/drp/               plotly.min.js, examples, licences of what is bundled
# Libraries of the system (fmt, curl, ...) are used where they are.

# Fixed names, not those of GNUInstallDirs: the program looks for them relative to itself.
set(DRP_INSTALL_PLUGINS lib/drp)
set(DRP_INSTALL_DATA share/drp)

# What `make` builds: the program and its plug-ins, and no test.
add_custom_target(program)
foreach(target drp drp_train_torch_plugin drp_mpi_plugin)
  if(TARGET ${target})
    add_dependencies(program ${target})
  endif()
endforeach()

if(TARGET drp)
  set_target_properties(drp PROPERTIES INSTALL_RPATH "$ORIGIN/../${DRP_INSTALL_PLUGINS}")
  install(TARGETS drp RUNTIME DESTINATION bin)
endif()

foreach(target drp_train_torch_plugin drp_mpi_plugin)
  if(TARGET ${target})
    set_target_properties(${target} PROPERTIES INSTALL_RPATH "$ORIGIN")
    install(TARGETS ${target} LIBRARY DESTINATION ${DRP_INSTALL_PLUGINS})
  endif()
endforeach()

# A libtorch of the system stays there; ours goes along, without what serves Python alone.
if(TARGET drp_train_torch_plugin AND NOT DRP_TORCH_LIBRARY_DIR MATCHES "^/usr/(lib|local/lib)")
  file(GLOB torch_libraries ${DRP_TORCH_LIBRARY_DIR}/*${CMAKE_SHARED_LIBRARY_SUFFIX}*)
  list(FILTER torch_libraries EXCLUDE REGEX "python|shm|global_deps|test|aoti|backend_with_compiler")
  install(FILES ${torch_libraries} DESTINATION ${DRP_INSTALL_PLUGINS}
    PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
endif()

install(FILES ${DRP_PLOTLY_JS} DESTINATION ${DRP_INSTALL_DATA})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${DRP_INSTALL_DATA}/licenses RENAME drp)
if(DRP_WITH_LLAMA)
  install(FILES ${llama_dir}/LICENSE DESTINATION ${DRP_INSTALL_DATA}/licenses RENAME llama.cpp)
endif()
if(EXISTS ${plotly_dir}/LICENSE)
  install(FILES ${plotly_dir}/LICENSE DESTINATION ${DRP_INSTALL_DATA}/licenses RENAME plotly)
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/examples)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/examples DESTINATION ${DRP_INSTALL_DATA})
endif()
