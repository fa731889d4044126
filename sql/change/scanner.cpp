#include "sql/change/scanner.h"

#include <algorithm>

#include "sql/change/json.h"

namespace couch::sql::change {

namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  size_t at() const { return at_; }
  void blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }
  bool take(char c) {
    blanks();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // The next value's text; empty at anything that cannot be one.
  std::string_view value() {
    blanks();
    const size_t begin = at_;
    if (at_ == text_.size()) return {};
    if (text_[at_] == '"') {
      string();
    } else if (text_[at_] == '{' || text_[at_] == '[') {
      nested();
    } else {
      at_ = std::min(text_.find_first_of(",}] \n\r\t", at_), text_.size());
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  void string() {
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
      if (text_[at_] == '\\') ++at_;
    at_ = std::min(at_ + 1, text_.size());
  }
  void nested() {
    size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        string();
        continue;
      }
      ++at_;
      if (c == '{' || c == '[') ++depth;
      if ((c == '}' || c == ']') && --depth == 0) return;
    }
  }

  std::string_view text_;
  size_t at_ = 0;
};

}  // namespace

bool Member::named(std::string_view name) const {
  if (key.size() < 2 || key.front() != '"') return false;
  const std::string_view inside = key.substr(1, key.size() - 2);
  if (inside.find('\\') == std::string_view::npos) return inside == name;
  return string_of(key) == name;
}

std::vector<Member> members_of(std::string_view text, size_t* end) {
  std::vector<Member> members;
  Scanner scan{text};
  if (end) *end = text.size();
  if (!scan.take('{')) return members;
  while (true) {
    scan.blanks();
    if (scan.at() < text.size() && text[scan.at()] == '}') break;
    Member member;
    member.key = scan.value();
    if (member.key.size() < 2 || !scan.take(':')) return members;
    member.value = scan.value();
    if (member.value.empty()) return members;
    members.push_back(member);
    if (!scan.take(',')) break;
  }
  scan.blanks();
  if (end && scan.at() < text.size() && text[scan.at()] == '}') *end = scan.at();
  return members;
}

}  // namespace couch::sql::change
