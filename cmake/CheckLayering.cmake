# forbid(what layer pattern): no line of the layer's sources matches.
function(forbid what layer pattern)
  file(GLOB_RECURSE files ${ROOT}/${layer}/*.h ${ROOT}/${layer}/*.cpp)
  if(NOT files)
    message(FATAL_ERROR "${what}: no sources in ${layer}/")
  endif()
  foreach(file ${files})
    file(STRINGS ${file} hits REGEX "${pattern}")
    foreach(hit ${hits})
      message(SEND_ERROR "${what}: ${file}: ${hit}")
    endforeach()
  endforeach()
endfunction()

function(forbid_include layer pattern)
  forbid(layering ${layer} "^[ \t]*#[ \t]*include[ \t]*[<\"](${pattern})")
endfunction()
forbid_include(sql "sql\\.h>|sqlext\\.h|sqltypes\\.h|sqlucode\\.h|odbcinst|http/|driver/|setup/|curl/")
forbid_include(http "sql\\.h>|sqlext\\.h|sqltypes\\.h|sqlucode\\.h|odbcinst|sql/|driver/|setup/|sqlite3")

# What servers answer may be nested as deep as its bytes allow, and a fiber's stack is small: RapidJSON parses
# with kParseIterativeFlag, never with its recursive default.
foreach(layer sql http driver)
  forbid("recursive parsing" ${layer} "\\.(Parse|ParseInsitu|ParseStream)\\(")
endforeach()
