// A data source's keywords from odbc.ini. unixODBC's reader cuts lines at 1,000 bytes and takes the rest for
// further lines, which a bearer token easily reaches: such values are read from the file itself.
#include <odbcinst.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <optional>

#include "driver/config/keywords.h"
#include "driver/config/settings.h"
#include "driver/odbc_error.h"

namespace couch::driver {
namespace {

constexpr size_t longest_line = 1000;  // INI_MAX_LINE of unixODBC's ini.h, its NUL included

// key == nullptr: the names of the section's keys, each ended by a NUL. What does not fit is left out without
// a word, whole names too: so the buffer grows until that changes nothing.
std::string profile_string(const std::string& section, const char* key) {
  constexpr size_t at_most = size_t{1} << 22;
  std::string last;
  for (size_t size = 4096;; size *= 4) {
    std::string buffer(size, '\0');
    const int n = SQLGetPrivateProfileString(section.c_str(), key, "", buffer.data(), static_cast<int>(size),
                                             "odbc.ini");
    buffer.resize(static_cast<size_t>(std::max(n, 0)));
    if (buffer == last || size > at_most) return buffer;
    last = std::move(buffer);
  }
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(),
                    [](unsigned char x, unsigned char y) { return std::tolower(x) == std::tolower(y); });
}

std::optional<std::string> value_in(const std::string& file, const std::string& section,
                                    const std::string& key) {
  std::ifstream in{file};
  bool inside = false;
  for (std::string line; std::getline(in, line);) {
    const std::string_view text = trimmed(line);
    if (!text.empty() && text.front() == '[') {
      inside = same_name(trimmed(text.substr(1, text.find(']') - 1)), section);
    } else if (const size_t equals = text.find('='); inside && equals != std::string_view::npos) {
      if (same_name(trimmed(text.substr(0, equals)), key))
        return std::string{trimmed(text.substr(equals + 1))};
    }
  }
  return std::nullopt;
}

// Where unixODBC looks: the user's file, then the system's.
std::optional<std::string> value_in_files(const std::string& section, const std::string& key) {
  const auto environment = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string{value == nullptr ? "" : value};
  };
  std::vector<std::string> files;
  if (const auto user = environment("ODBCINI"); !user.empty())
    files.push_back(user);
  else if (const auto home = environment("HOME"); !home.empty())
    files.push_back(home + "/.odbc.ini");
  const auto system = environment("ODBCSYSINI");
  files.push_back((system.empty() ? "/etc" : system) + "/odbc.ini");
  for (const auto& file : files)
    if (auto value = value_in(file, section, key)) return value;
  return std::nullopt;
}

std::string whole_value(const std::string& dsn, const std::string& name, const std::string& beginning) {
  auto whole = value_in_files(dsn, name);
  if (!whole || !whole->starts_with(beginning))
    throw OdbcError{SqlState::sHY024,
                    "a value in data source {} is longer than the driver manager reads from odbc.ini; give "
                    "it in the connection string",
                    dsn};
  return *std::move(whole);
}

}  // namespace

Attributes read_dsn(const std::string& dsn) {
  if (dsn.empty() || dsn.find('\0') != std::string::npos) return {};
  Attributes attributes;
  const auto add = [&](const std::string& name) {  // true: its line was cut
    std::string value = profile_string(dsn, name.c_str());
    constexpr size_t slack = 4;  // the '=', the line's end and its blanks
    const bool cut = name.size() + value.size() + slack >= longest_line;
    if (cut) value = whole_value(dsn, name, value);
    attributes.emplace_back(name, std::move(value));
    return cut;
  };

  const std::string names = profile_string(dsn, nullptr);
  bool after_cut = false, any_cut = false;
  for (size_t at = 0; at < names.size();) {
    const std::string name{names.c_str() + at};
    at += name.size() + 1;
    // What follows a cut line is the rest of it, no keyword; it may be half a token.
    if (name.empty() || (after_cut && find_keyword(name) == nullptr)) continue;
    after_cut = add(name);
    any_cut = any_cut || after_cut;
  }
  if (!any_cut) return attributes;
  // The rest of a cut line may begin with '=', a key without a name, and there the list of names stops: ask
  // for each keyword.
  const auto add_missing = [&](std::string_view name) {
    const bool listed = std::any_of(attributes.begin(), attributes.end(),
                                    [&](const auto& a) { return same_name(a.first, name); });
    if (!listed && !profile_string(dsn, std::string{name}.c_str()).empty()) add(std::string{name});
  };
  for (const Keyword& keyword : keywords()) {
    add_missing(keyword.name);
    for (const auto alias : list_items(keyword.aliases)) add_missing(alias);
  }
  return attributes;
}

}  // namespace couch::driver
