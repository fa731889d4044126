#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#if defined(__SANITIZE_THREAD__)
// A forked child that starts threads dies under TSan, unless told not to: what a driver is used for after
// fork() is tested.
extern "C" const char* __tsan_default_options() { return "die_after_fork=0:second_deadlock_stack=1"; }
#endif
