#pragma once
// JSON as it stands in its text (RFC 8259): strings to it and from it, and where an object's members and an
// array's elements are, none of them parsed. What is no JSON gives what could be read of it, never more than
// the text. Pure; views point into the text that was given.
#include <rapidjson/document.h>

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace couch::sql {

// The text as a JSON string, with its quotes. UTF-8 stays as it is.
std::string json_string(std::string_view text);
void append_json_string(std::string& out, std::string_view text);

// The characters of a JSON string. Anything else: "".
std::string string_of(std::string_view json);

// The characters of a member of a parsed object. None, or no string: "".
std::string text_in(const rapidjson::Value& object, const char* name);

// Whether the whole text is one JSON value, in UTF-8. Nothing recurses.
bool well_formed(std::string_view text);

// Moves over a text, value by value.
class JsonScanner {
 public:
  explicit JsonScanner(std::string_view text) : text_(text) {}

  // Whether this character is next, after blanks; passes it then.
  bool take(char c);
  // The next value as written, which is passed; empty at anything that cannot begin one.
  std::string_view value();

 private:
  void blanks();
  void pass_string();
  void pass_nested();

  std::string_view text_;
  size_t at_ = 0;
};

// A member as it is written: the key with its quotes.
struct Member {
  std::string_view key, value;
  // Unescapes the key where need be.
  bool named(std::string_view name) const;
};

// An object's members, one after another. What is no object has none.
class Members {
 public:
  explicit Members(std::string_view object) : scan_(object), open_(scan_.take('{')) {}
  // Null after the last one. Valid until the next call.
  const Member* next();

 private:
  JsonScanner scan_;
  bool open_ = false, first_ = true;
  Member member_;
};

std::vector<Member> members_of(std::string_view object);

// An array's elements as they are written. What is no array has none.
std::vector<std::string_view> elements_of(std::string_view array);

// The value of a member, or at a path of them; of repeated names the last one, as CouchDB takes it. Empty:
// there is none.
std::string_view member_of(std::string_view object, std::string_view name);
std::string_view member_of(std::string_view object, std::span<const std::string> path);

}  // namespace couch::sql
