#pragma once
// Data sources in odbc.ini, made, changed and removed through the installer library (ODBC Programmer's
// Reference, ConfigDSN).
#include <odbcinst.h>

#include <stdexcept>
#include <string>

#include "driver/config/settings.h"

namespace couch::setup {

// A failure with its installer error code (ODBC_ERROR_…), posted by the entry points.
class InstallerError : public std::runtime_error {
 public:
  InstallerError(DWORD code, const std::string& message) : std::runtime_error(message), code_(code) {}
  DWORD code() const noexcept { return code_; }

 private:
  DWORD code_;
};

// request: ODBC_ADD_DSN, ODBC_CONFIG_DSN, ODBC_REMOVE_DSN. `attributes` name the data source as DSN. Nothing
// is written unless all of it is valid. Throws InstallerError.
void configure(WORD request, const std::string& driver, const driver::Attributes& attributes);

// The driver's own values in odbcinst.ini: "CPTimeout=60".
void configure_driver(const std::string& driver, const driver::Attributes& attributes);

}  // namespace couch::setup
