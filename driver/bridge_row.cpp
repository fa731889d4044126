#include "driver/bridge_row.h"

#include <rapidjson/document.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

namespace couch::driver {
namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

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

RowHead head_of(std::string_view row) {
  RowHead head;
  Scanner scan{row};
  if (!scan.take('{')) return head;
  do {
    const std::string_view name = scan.value();
    if (!scan.take(':')) return head;
    if (name == "\"doc\"" && !head.value.empty()) return head;
    const std::string_view value = scan.value();
    if (value.empty()) return head;
    if (name == "\"id\"") head.id = value;
    if (name == "\"key\"") head.key = value;
    if (name == "\"value\"") head.value = value;
    if (!head.id.empty() && !head.key.empty() && !head.value.empty()) return head;
  } while (scan.take(','));
  return head;
}

std::string_view id_of(std::string_view row) {
  constexpr std::string_view start = R"({"id":")";
  if (row.starts_with(start)) {
    size_t end = start.size();
    while (end < row.size() && row[end] != '"' && row[end] != '\\') ++end;
    if (end < row.size() && row[end] == '"') return row.substr(start.size() - 1, end + 2 - start.size());
  }
  return head_of(row).id;
}

std::string_view member_of(std::string_view object, std::string_view name) {
  std::string_view found;
  Scanner scan{object};
  if (!scan.take('{')) return found;
  do {
    const std::string_view key = scan.value();
    if (key.size() < 2 || key.front() != '"' || !scan.take(':')) return found;
    const std::string_view value = scan.value();
    if (value.empty()) return found;
    const std::string_view inside = key.substr(1, key.size() - 2);
    if (inside == name || (inside.find('\\') != std::string_view::npos && string_of(key) == name))
      found = value;
  } while (scan.take(','));
  return found;
}

std::string_view member_of(std::string_view object, std::span<const std::string> path) {
  for (const auto& name : path) object = member_of(object, name);
  return object;
}

std::string string_of(std::string_view json) {
  rapidjson::Document text;
  text.Parse(json.data(), json.size());
  if (text.HasParseError() || !text.IsString()) return {};
  return {text.GetString(), text.GetStringLength()};
}

std::string json_of(std::string_view text) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer writer{buffer};
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
  return {buffer.GetString(), buffer.GetSize()};
}

}  // namespace couch::driver
