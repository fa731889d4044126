find_package(fmt 9 REQUIRED)
find_package(CURL 7.80 REQUIRED)
find_package(SQLite3 3.39 REQUIRED)  # RIGHT and FULL JOIN
find_package(ICU 67 REQUIRED COMPONENTS uc i18n)
find_package(ZLIB REQUIRED)
find_package(OpenSSL 3 REQUIRED)   # libcrypto: the token of proxy authentication; libssl: the tests' TLS server
find_package(Threads REQUIRED)
if(NOT TARGET SQLite::SQLite3)
  add_library(SQLite::SQLite3 ALIAS SQLite3::SQLite3)
endif()

find_path(RAPIDJSON_INCLUDE rapidjson/reader.h REQUIRED)
add_library(couch_rapidjson INTERFACE)
target_include_directories(couch_rapidjson SYSTEM INTERFACE ${RAPIDJSON_INCLUDE})
add_library(RapidJSON::RapidJSON ALIAS couch_rapidjson)

find_path(BOOST_MULTIPRECISION_INCLUDE boost/multiprecision/cpp_dec_float.hpp REQUIRED)
add_library(couch_multiprecision INTERFACE)
target_include_directories(couch_multiprecision SYSTEM INTERFACE ${BOOST_MULTIPRECISION_INCLUDE})
add_library(Boost::multiprecision ALIAS couch_multiprecision)

# The switch of stacks, a few hundred bytes of assembly: linked statically, so that users need no other library.
find_path(BOOST_CONTEXT_INCLUDE boost/context/fiber.hpp REQUIRED)
find_library(BOOST_CONTEXT_LIBRARY NAMES libboost_context.a boost_context REQUIRED)
add_library(couch_boost_context INTERFACE)
target_include_directories(couch_boost_context SYSTEM INTERFACE ${BOOST_CONTEXT_INCLUDE})
target_link_libraries(couch_boost_context INTERFACE ${BOOST_CONTEXT_LIBRARY})
add_library(Boost::context_fiber ALIAS couch_boost_context)

find_path(ODBC_INCLUDE sql.h REQUIRED)
find_library(ODBCINST_LIBRARY odbcinst REQUIRED)
find_library(ODBC_LIBRARY odbc REQUIRED)
add_library(couch_odbc_headers INTERFACE)
target_include_directories(couch_odbc_headers SYSTEM INTERFACE ${ODBC_INCLUDE})
add_library(ODBC::headers ALIAS couch_odbc_headers)
add_library(couch_odbcinst INTERFACE)
target_link_libraries(couch_odbcinst INTERFACE ${ODBCINST_LIBRARY})
add_library(ODBC::inst ALIAS couch_odbcinst)
add_library(couch_odbc_manager INTERFACE)   # for tests: the driver manager
target_link_libraries(couch_odbc_manager INTERFACE ${ODBC_LIBRARY})
add_library(ODBC::manager ALIAS couch_odbc_manager)
