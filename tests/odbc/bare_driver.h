#pragma once
// The driver without a driver manager in between, for what that would not let through.
#include <dlfcn.h>

#include <string>

#include "tests/support/odbc.h"

namespace couch::test {

class BareDriver {
 public:
  BareDriver() : library_(::dlopen(driver_library().c_str(), RTLD_NOW | RTLD_LOCAL)) {
    REQUIRE(library_ != nullptr);
  }
  template <class F>
  F* find(const char* name) const {
    return reinterpret_cast<F*>(::dlsym(library_, name));
  }
  bool exports(const std::string& name) const { return ::dlsym(library_, name.c_str()) != nullptr; }

 private:
  void* library_;  // stays loaded: it was linked with nodelete
};
}  // namespace couch::test

// One of its functions; a BareDriver named bare must be in scope.
#define DRIVER(function) bare.find<decltype(::function)>(#function)
