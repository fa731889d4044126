# The arrow of dependencies (docs/architecture.md): driver -> sql, driver -> http, and nothing between sql and http.
add_test(NAME layering COMMAND ${CMAKE_COMMAND} -DROOT=${CMAKE_CURRENT_SOURCE_DIR} -P ${CMAKE_CURRENT_LIST_DIR}/CheckLayering.cmake)
set_tests_properties(layering PROPERTIES LABELS unit)
