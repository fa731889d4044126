// What the installer library calls: ConfigDSN and ConfigDriver, narrow (UTF-8) and wide. No dialog is shown,
// whatever window is given: unixODBC's programs have their own, fed by ODBCINSTGetProperties. An exception
// becomes an installer error here.
#include <odbcinst.h>

#include <exception>
#include <new>
#include <string>

#include "driver/convert/utf.h"
#include "setup/data_source.h"

namespace {

using couch::driver::Attributes;
using couch::setup::InstallerError;

std::string text(LPCSTR narrow) { return narrow == nullptr ? std::string{} : std::string{narrow}; }

size_t units(LPCWSTR wide) {
  size_t n = 0;
  while (wide[n] != 0) ++n;
  return n;
}
std::string text(LPCWSTR wide) {
  return wide == nullptr ? std::string{} : couch::driver::utf::to_utf8(wide, units(wide));
}

size_t length(LPCSTR narrow) { return std::char_traits<char>::length(narrow); }
size_t length(LPCWSTR wide) { return units(wide); }

// "DSN=shop\0Server=couch\0\0"
template <class Text>
Attributes attributes_of(Text list) {
  Attributes attributes;
  if (list == nullptr) return attributes;
  for (; *list != 0; list += length(list) + 1) {
    const std::string item = text(list);
    const size_t equals = item.find('=');
    if (equals == 0 || equals == std::string::npos)
      throw InstallerError{ODBC_ERROR_INVALID_KEYWORD_VALUE,
                           "the attributes must be keyword=value, each ended by a NUL, and one more NUL"};
    const size_t begin = item.find_first_not_of(' '), end = item.find_last_not_of(' ', equals - 1);
    attributes.emplace_back(item.substr(begin, end - begin + 1), item.substr(equals + 1));
  }
  return attributes;
}

template <class F>
BOOL guarded(F&& body) noexcept {
  const auto post = [](DWORD code, const char* message) { SQLPostInstallerError(code, message); };
  try {
    body();
    return 1;
  } catch (const InstallerError& error) {
    post(error.code(), error.what());
  } catch (const std::bad_alloc&) {
    post(ODBC_ERROR_OUT_OF_MEM, "out of memory");
  } catch (const std::exception& error) {
    post(ODBC_ERROR_GENERAL_ERR, error.what());
  } catch (...) {
    post(ODBC_ERROR_GENERAL_ERR, "an unknown failure");
  }
  return 0;
}

template <class Text>
BOOL config_dsn(WORD request, Text driver, Text attributes) noexcept {
  return guarded([&] { couch::setup::configure(request, text(driver), attributes_of(attributes)); });
}

template <class Text>
BOOL config_driver(WORD request, Text driver, Text arguments) noexcept {
  return guarded([&] {
    switch (request) {
      case ODBC_INSTALL_DRIVER:
      case ODBC_REMOVE_DRIVER: return;  // the installer has written, or will remove, all there is
      case ODBC_CONFIG_DRIVER: return couch::setup::configure_driver(text(driver), attributes_of(arguments));
      default:
        throw InstallerError{
            ODBC_ERROR_INVALID_REQUEST_TYPE,
            "the request is none of ODBC_INSTALL_DRIVER, ODBC_REMOVE_DRIVER, ODBC_CONFIG_DRIVER"};
    }
  });
}

template <class Char>
void no_message(Char* message, WORD room, WORD* length) noexcept {
  if (message != nullptr && room > 0) *message = 0;
  if (length != nullptr) *length = 0;
}

}  // namespace

#define COUCH_EXPORT extern "C" __attribute__((visibility("default")))

COUCH_EXPORT BOOL INSTAPI ConfigDSN(HWND, WORD request, LPCSTR driver, LPCSTR attributes) {
  return config_dsn(request, driver, attributes);
}
COUCH_EXPORT BOOL INSTAPI ConfigDSNW(HWND, WORD request, LPCWSTR driver, LPCWSTR attributes) {
  return config_dsn(request, driver, attributes);
}

COUCH_EXPORT BOOL INSTAPI ConfigDriver(HWND, WORD request, LPCSTR driver, LPCSTR arguments, LPSTR message,
                                       WORD room, WORD* length) {
  no_message(message, room, length);
  return config_driver(request, driver, arguments);
}
COUCH_EXPORT BOOL INSTAPI ConfigDriverW(HWND, WORD request, LPCWSTR driver, LPCWSTR arguments, LPWSTR message,
                                        WORD room, WORD* length) {
  no_message(message, room, length);
  return config_driver(request, driver, arguments);
}
