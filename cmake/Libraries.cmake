file(GLOB entry_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/driver/entry/*.cpp)
if(entry_sources)
  add_library(couchdbodbc SHARED ${entry_sources})
  target_link_libraries(couchdbodbc PRIVATE couch_driver)
  # Only SQL* leaves the library. nodelete: the I/O thread belongs to the process (design: docs/architecture.md).
  target_link_options(couchdbodbc PRIVATE -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/driver/exports.map
    -Wl,--exclude-libs,ALL -Wl,-z,nodelete -Wl,-z,defs)
  # The entry points are visible to the linker; the version script alone decides what leaves the library.
  set_target_properties(couchdbodbc PROPERTIES CXX_VISIBILITY_PRESET default LINK_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/driver/exports.map
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  install(TARGETS couchdbodbc LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/odbc)
endif()

file(GLOB setup_sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/setup/*.cpp)
if(setup_sources)
  add_library(couchdbodbcS SHARED ${setup_sources})
  target_link_libraries(couchdbodbcS PRIVATE couch_driver ODBC::inst)
  target_link_options(couchdbodbcS PRIVATE -Wl,--version-script=${CMAKE_CURRENT_SOURCE_DIR}/setup/exports.map
    -Wl,--exclude-libs,ALL -Wl,-z,defs)
  set_target_properties(couchdbodbcS PROPERTIES LINK_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/setup/exports.map
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
  install(TARGETS couchdbodbcS LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/odbc)
endif()

configure_file(odbcinst.ini.in ${CMAKE_BINARY_DIR}/odbcinst.ini @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/odbcinst.ini DESTINATION ${CMAKE_INSTALL_DATADIR}/couchdb-odbc)
install(FILES README.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} OPTIONAL)
