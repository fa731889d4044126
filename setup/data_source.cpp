#include "setup/data_source.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "driver/config/keywords.h"
#include "driver/odbc_error.h"

namespace couch::setup {
namespace {

using driver::Attributes;

// What ends a line, and what the reader of odbc.ini would strip or cut.
void check_line(const std::string& name, const std::string& value) {
  constexpr size_t longest = 900;  // unixODBC writes and reads lines of 1,000 bytes
  if (value.find_first_of("\r\n") != std::string::npos)
    throw InstallerError{ODBC_ERROR_INVALID_KEYWORD_VALUE,
                         fmt::format("the value of {} holds a line break", name)};
  if (!value.empty() && (value.front() == ' ' || value.back() == ' '))
    throw InstallerError{ODBC_ERROR_INVALID_KEYWORD_VALUE,
                         fmt::format("the value of {} begins or ends with a blank, which odbc.ini cannot "
                                     "hold; give it in the connection string",
                                     name)};
  if (value.size() > longest)
    throw InstallerError{
        ODBC_ERROR_INVALID_KEYWORD_VALUE,
        fmt::format("the value of {} is too long for odbc.ini; give it in the connection string", name)};
}

std::string data_source_of(const Attributes& attributes) {
  const auto dsn = std::find_if(attributes.begin(), attributes.end(), [](const auto& a) {
    const auto* k = driver::find_keyword(a.first);
    return k != nullptr && k->name == "DSN";
  });
  if (dsn == attributes.end() || dsn->second.empty())
    throw InstallerError{ODBC_ERROR_INVALID_DSN, "the attributes name no data source: DSN=name"};
  // SQLValidDSN's rules, and what would end the section's heading.
  constexpr size_t longest = 32;  // SQL_MAX_DSN_LENGTH
  if (dsn->second.size() > longest || dsn->second.find_first_of("[]{}(),;?*=!@\\\r\n") != std::string::npos ||
      !SQLValidDSN(dsn->second.c_str()) || dsn->second == "ODBC" || dsn->second == "ODBC Data Sources")
    throw InstallerError{
        ODBC_ERROR_INVALID_DSN,
        fmt::format("a data source's name has 1 to {} characters and none of []{{}}(),;?*=!@\\", longest)};
  return dsn->second;
}

bool exists(const std::string& dsn) {
  char names[16];
  return SQLGetPrivateProfileString(dsn.c_str(), nullptr, "", names, sizeof names, "odbc.ini") > 0;
}

// The attributes under the names of the keyword table, each once, without those that are not the data
// source's.
Attributes checked(const Attributes& attributes, const Attributes& known_before) {
  Attributes own;
  for (const auto& [name, value] : attributes) {
    const auto* keyword = driver::find_keyword(name);
    if (keyword != nullptr && (keyword->name == "DSN" || keyword->name == "Driver")) continue;
    check_line(name, value);
    std::string canonical = keyword == nullptr || keyword->kind == driver::KeywordKind::Manager
                                ? name
                                : std::string{keyword->name};
    const bool again =
        std::any_of(own.begin(), own.end(), [&](const auto& a) { return a.first == canonical; });
    if (!again) own.emplace_back(std::move(canonical), value);
  }
  Attributes all = own;
  all.insert(all.end(), known_before.begin(), known_before.end());
  try {
    const auto parsed = driver::parse_settings(all);
    if (!parsed.unknown.empty())
      throw InstallerError{ODBC_ERROR_INVALID_KEYWORD_VALUE, parsed.unknown.front()};
  } catch (const driver::OdbcError& error) {
    throw InstallerError{ODBC_ERROR_INVALID_KEYWORD_VALUE, error.what()};
  }
  return own;
}

void write(const std::string& section, const Attributes& attributes, const char* file) {
  for (const auto& [name, value] : attributes)
    if (!SQLWritePrivateProfileString(section.c_str(), name.c_str(), value.empty() ? nullptr : value.c_str(),
                                      file))
      throw InstallerError{ODBC_ERROR_REQUEST_FAILED, fmt::format("{} cannot be written to {}", name, file)};
}

}  // namespace

void configure(WORD request, const std::string& driver, const Attributes& attributes) {
  const std::string dsn = data_source_of(attributes);
  switch (request) {
    case ODBC_ADD_DSN: {
      if (driver.empty()) throw InstallerError{ODBC_ERROR_INVALID_NAME, "no driver is named"};
      const Attributes own = checked(attributes, {});
      if (!SQLWriteDSNToIni(dsn.c_str(), driver.c_str()))
        throw InstallerError{ODBC_ERROR_CREATE_DSN_FAILED,
                             fmt::format("data source {} cannot be written to odbc.ini", dsn)};
      write(dsn, own, "odbc.ini");
      return;
    }
    case ODBC_CONFIG_DSN: {
      if (!exists(dsn))
        throw InstallerError{ODBC_ERROR_INVALID_DSN, fmt::format("there is no data source {}", dsn)};
      write(dsn, checked(attributes, driver::read_dsn(dsn)), "odbc.ini");
      return;
    }
    case ODBC_REMOVE_DSN:
      if (!exists(dsn))
        throw InstallerError{ODBC_ERROR_INVALID_DSN, fmt::format("there is no data source {}", dsn)};
      if (!SQLRemoveDSNFromIni(dsn.c_str()))
        throw InstallerError{ODBC_ERROR_REMOVE_DSN_FAILED,
                             fmt::format("data source {} cannot be removed from odbc.ini", dsn)};
      return;
    default:
      throw InstallerError{ODBC_ERROR_INVALID_REQUEST_TYPE,
                           "the request is none of ODBC_ADD_DSN, ODBC_CONFIG_DSN, ODBC_REMOVE_DSN"};
  }
}

void configure_driver(const std::string& driver, const Attributes& attributes) {
  if (driver.empty()) throw InstallerError{ODBC_ERROR_INVALID_NAME, "no driver is named"};
  for (const auto& [name, value] : attributes) {
    const bool known =
        name == "CPTimeout" || name == "CPTimeToLive" || name == "Threading" || name == "DontDLClose";
    if (!known)
      throw InstallerError{
          ODBC_ERROR_INVALID_KEYWORD_VALUE,
          fmt::format("the driver has no setting {}; a connection's settings belong to its data source",
                      name)};
    check_line(name, value);
  }
  write(driver, attributes, "odbcinst.ini");
}

}  // namespace couch::setup
