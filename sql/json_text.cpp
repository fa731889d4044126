#include "sql/json_text.h"

#include <rapidjson/document.h>
#include <rapidjson/reader.h>
#include <rapidjson/writer.h>

#include <algorithm>

namespace couch::sql {

namespace {

// What RapidJSON writes to, at the end of a string.
struct EndOf {
  using Ch = char;
  std::string& out;
  void Put(char c) { out += c; }
  void Flush() {}
};

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  EndOf end{out};
  rapidjson::Writer writer{end};
  writer.String(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

std::string json_string(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  append_json_string(out, text);
  return out;
}

std::string string_of(std::string_view json) {
  if (json.size() < 2 || json.front() != '"') return {};
  if (json.find('\\') == std::string_view::npos) return std::string{json.substr(1, json.size() - 2)};
  rapidjson::Document text;
  text.Parse<rapidjson::kParseIterativeFlag>(json.data(), json.size());
  if (text.HasParseError() || !text.IsString()) return {};
  return {text.GetString(), text.GetStringLength()};
}

std::string text_in(const rapidjson::Value& object, const char* name) {
  const auto found = object.FindMember(name);
  if (found == object.MemberEnd() || !found->value.IsString()) return {};
  return {found->value.GetString(), found->value.GetStringLength()};
}

bool well_formed(std::string_view text) {
  rapidjson::BaseReaderHandler<> nothing;
  rapidjson::MemoryStream stream(text.data(), text.size());
  rapidjson::EncodedInputStream<rapidjson::UTF8<>, rapidjson::MemoryStream> in(stream);
  constexpr unsigned flags = rapidjson::kParseIterativeFlag | rapidjson::kParseNumbersAsStringsFlag |
                             rapidjson::kParseValidateEncodingFlag;
  return !rapidjson::Reader().Parse<flags>(in, nothing).IsError();
}

void JsonScanner::blanks() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
    ++at_;
}

bool JsonScanner::take(char c) {
  blanks();
  if (at_ == text_.size() || text_[at_] != c) return false;
  ++at_;
  return true;
}

std::string_view JsonScanner::value() {
  blanks();
  const size_t begin = at_;
  if (at_ == text_.size()) return {};
  if (text_[at_] == '"') {
    pass_string();
  } else if (text_[at_] == '{' || text_[at_] == '[') {
    pass_nested();
  } else {
    at_ = std::min(text_.find_first_of(",:}] \n\r\t", at_), text_.size());
  }
  return text_.substr(begin, at_ - begin);
}

void JsonScanner::pass_string() {
  for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_)
    if (text_[at_] == '\\') ++at_;
  at_ = std::min(at_ + 1, text_.size());
}

void JsonScanner::pass_nested() {
  size_t depth = 0;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '"') {
      pass_string();
      continue;
    }
    ++at_;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return;
  }
}

bool Member::named(std::string_view name) const {
  const std::string_view inside = key.substr(1, key.size() - 2);
  return inside.find('\\') == std::string_view::npos ? inside == name : string_of(key) == name;
}

const Member* Members::next() {
  if (!open_ || (!first_ && !scan_.take(','))) return nullptr;
  first_ = open_ = false;  // until the member is whole
  member_.key = scan_.value();
  if (member_.key.size() < 2 || member_.key.front() != '"' || !scan_.take(':')) return nullptr;
  member_.value = scan_.value();
  open_ = !member_.value.empty();
  return open_ ? &member_ : nullptr;
}

std::vector<std::string_view> elements_of(std::string_view array) {
  std::vector<std::string_view> out;
  JsonScanner scan{array};
  if (!scan.take('[')) return out;
  do {
    const std::string_view element = scan.value();
    if (!element.empty()) out.push_back(element);
  } while (scan.take(','));
  return out;
}

std::vector<Member> members_of(std::string_view object) {
  std::vector<Member> out;
  Members members{object};
  while (const Member* member = members.next()) out.push_back(*member);
  return out;
}

std::string_view member_of(std::string_view object, std::string_view name) {
  std::string_view found;
  Members members{object};
  while (const Member* member = members.next())
    if (member->named(name)) found = member->value;
  return found;
}

std::string_view member_of(std::string_view object, std::span<const std::string> path) {
  for (const auto& name : path) object = member_of(object, name);
  return object;
}

}  // namespace couch::sql
