#pragma once
// Every keyword a connection string or DSN may hold, described once: parsing and validation (settings.cpp),
// the setup library's dialogs, redaction, and the table in README (documentation.h).
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace couch::driver {

struct SettingsDraft;
struct Keyword;

enum class KeywordKind : uint8_t {
  Text,
  Path,     // a file of this machine
  Integer,  // plain decimal digits, least..most
  Bytes,    // the same, with an optional K, M or G (powers of 1024)
  Boolean,  // yes no true false on off 1 0
  Choice,   // one of `allowed`
  Manager,  // the driver manager's or the application's own: accepted and not looked at
};

// A value that passed the kind's check.
struct KeywordValue {
  std::string text;     // Choice: as the table spells it
  uint64_t number = 0;  // Integer, Bytes, Boolean; Choice: its position in `allowed`
};

struct Keyword {
  std::string_view name = {};
  std::string_view aliases = {};  // separated by commas
  KeywordKind kind = KeywordKind::Text;
  std::string_view allowed = {};   // Choice: separated by commas
  std::string_view fallback = {};  // the default as one would write it; empty: none
  uint64_t least = 0, most = 0;
  bool secret = false;
  std::string_view summary = {};  // one sentence for dialogs and documents
  void (*apply)(SettingsDraft&, const KeywordValue&) = nullptr;
};

// In the order in which documents and dialogs show them.
std::span<const Keyword> keywords() noexcept;

// By name or alias; case, blanks and underscores make no difference ("User ID", "LOGIN_TIMEOUT"). nullptr:
// unknown.
const Keyword* find_keyword(std::string_view name) noexcept;

// Up to `most` names that a person may have meant, nearest first.
std::vector<std::string> nearest_keywords(std::string_view name, size_t most = 3);

// The parts of a comma-separated list such as Keyword::allowed.
std::vector<std::string_view> list_items(std::string_view list);

// The values a dialog can offer: a Choice's, or a Boolean's yes and no. Empty: free text.
std::vector<std::string_view> offered_values(const Keyword& keyword);

// "a whole number from 0 to 9", "one of disable, require": what a message and the documents say of the
// values.
std::string allowed_values(const Keyword& keyword);

// Throws OdbcError HY024, naming the keyword and what it takes (and the value, unless it is secret).
KeywordValue check_value(const Keyword& keyword, std::string_view value);

}  // namespace couch::driver
