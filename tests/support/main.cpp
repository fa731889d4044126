#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#if defined(__SANITIZE_ADDRESS__)
// unixODBC 2.3.11 never frees the connections in its pool, nor the iconv descriptors in them.
extern "C" __attribute__((visibility("default"))) const char* __lsan_default_suppressions() {
  return "leak:iconv_open\n";
}
#endif
