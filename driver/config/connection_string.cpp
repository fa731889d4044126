// The grammar of SQLDriverConnect (ODBC Programmer's Reference, SQLDriverConnect, Comments):
// attribute[;attribute…], where attribute is keyword=value or keyword={value}, a } inside braces being
// doubled. Messages give positions and never quote: what does not parse may be half a password.
#include "driver/config/keywords.h"
#include "driver/config/settings.h"
#include "driver/config/url.h"
#include "driver/odbc_error.h"

namespace couch::driver {
namespace {

constexpr std::string_view special = "[]{}(),;?*=!@";
constexpr std::string_view blanks = " \t\r\n";

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  Attributes parse() {
    if (const size_t nul = text_.find('\0'); nul != std::string_view::npos)
      fail(nul, "holds a NUL character");
    Attributes attributes;
    for (;;) {
      while (at_ < text_.size() && (blank() || text_[at_] == ';')) ++at_;
      if (at_ == text_.size()) return attributes;
      std::string name = keyword();
      attributes.emplace_back(std::move(name), value());
    }
  }

 private:
  bool blank() const { return blanks.find(text_[at_]) != std::string_view::npos; }

  std::string keyword() {
    const size_t begin = at_;
    at_ = text_.find_first_of("=;{}", begin);
    if (at_ == std::string_view::npos || text_[at_] != '=')
      fail(begin,
           "has no keyword=value there; a value that holds ; { or } must stand in braces, with } doubled");
    const std::string_view name = trimmed(text_.substr(begin, at_ - begin));
    if (name.empty()) fail(begin, "has no keyword before the =");
    ++at_;
    return std::string{name};
  }

  std::string value() {
    while (at_ < text_.size() && blank()) ++at_;
    if (at_ < text_.size() && text_[at_] == '{') return braced();
    const size_t end = std::min(text_.find(';', at_), text_.size());
    const std::string_view plain = trimmed(text_.substr(at_, end - at_));
    at_ = end;
    return std::string{plain};
  }

  std::string braced() {
    const size_t begin = at_++;
    std::string value;
    for (;; ++at_) {
      if (at_ == text_.size()) fail(begin, "has a { there that no } closes");
      if (text_[at_] == '}') {
        if (at_ + 1 == text_.size() || text_[at_ + 1] != '}') break;
        ++at_;
      }
      value += text_[at_];
    }
    ++at_;
    while (at_ < text_.size() && blank()) ++at_;
    if (at_ < text_.size() && text_[at_] != ';')
      fail(at_, "goes on after a closing }; inside braces } is written }}");
    return value;
  }

  [[noreturn]] void fail(size_t at, std::string_view what) const {
    throw OdbcError{SqlState::sHY000, "the connection string {} (character {})", what, at + 1};
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::string quoted(const std::string& value) {
  const bool plain = value.find_first_of(special) == std::string::npos && trimmed(value) == value;
  if (plain) return value;
  std::string out = "{";
  for (char c : value) out += c == '}' ? std::string{"}}"} : std::string{c};
  return out + "}";
}

// An unknown keyword may be a misspelt PWD: it counts as secret.
std::string redacted(const std::string& name, const std::string& value) {
  const Keyword* keyword = find_keyword(name);
  if (keyword != nullptr && !keyword->secret) return quoted(without_credentials(value));
  return value.empty() ? value : "***";
}

}  // namespace

Attributes parse_connection_string(const std::string& text) { return Parser{text}.parse(); }

std::string format_connection_string(const Attributes& attributes, bool redact) {
  std::string out;
  for (const auto& [name, value] : attributes) {
    if (!out.empty()) out += ';';
    out += name;
    out += '=';
    out += redact ? redacted(name, value) : quoted(value);
  }
  return out;
}

}  // namespace couch::driver
