set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
option(BENCHMARKS "build bench/" OFF)

add_library(couch_options INTERFACE)
set(sanitized 0)
if(SANITIZE)
  set(sanitized 1)   # they build with -O1
endif()
target_compile_options(couch_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wnull-dereference -Wformat=2 -Werror
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  # g++ 12 reports false dangling and uninitialised uses through std::variant and std::optional once it inlines.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<OR:$<NOT:$<CONFIG:Debug>>,${sanitized}>>:-Wno-null-dereference -Wno-maybe-uninitialized -Wno-restrict>)
target_compile_definitions(couch_options INTERFACE RAPIDJSON_HAS_STDSTRING=1 $<$<CONFIG:Debug>:_GLIBCXX_ASSERTIONS>)
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(LLD ld.lld)
if(LLD)
  target_link_options(couch_options INTERFACE -fuse-ld=lld)
endif()
