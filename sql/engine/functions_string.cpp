// String functions. Positions and lengths are in characters (code points), from 1.
#include <unicode/bytestream.h>
#include <unicode/casemap.h>

#include <algorithm>

#include "sql/engine/function.h"
#include "sql/engine/utf8.h"
#include "sql/error.h"

namespace couch::sql::engine {

namespace {

constexpr size_t longest_result = 100'000'000;

[[noreturn]] void too_long() { throw Error(ErrorKind::OutOfRange, "a text of more than 100,000,000 bytes"); }

// At most 2^31 characters matter anywhere.
size_t clamp_count(int64_t n) { return static_cast<size_t>(std::clamp<int64_t>(n, 0, INT32_MAX)); }

std::string_view first_characters(std::string_view text, size_t count) {
  return text.substr(0, offset_of(text, count));
}

std::string_view last_characters(std::string_view text, size_t count) {
  size_t all = count_characters(text);
  return count >= all ? text : text.substr(offset_of(text, all - count));
}

template <class Map>
std::string mapped(std::string_view text, Map map) {
  std::string result;
  icu::StringByteSink<std::string> sink(&result, static_cast<int32_t>(text.size()));
  UErrorCode status = U_ZERO_ERROR;
  map(icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink, status);
  if (U_FAILURE(status)) throw Error(ErrorKind::Engine, std::string("ICU: ") + u_errorName(status));
  return result;
}

Result upper(const Arguments& a) {
  return mapped(a.text(0), [](icu::StringPiece s, icu::ByteSink& sink, UErrorCode& e) {
    icu::CaseMap::utf8ToUpper("", 0, s, sink, nullptr, e);
  });
}
Result lower(const Arguments& a) {
  return mapped(a.text(0), [](icu::StringPiece s, icu::ByteSink& sink, UErrorCode& e) {
    icu::CaseMap::utf8ToLower("", 0, s, sink, nullptr, e);
  });
}
Result initcap(const Arguments& a) {
  return mapped(a.text(0), [](icu::StringPiece s, icu::ByteSink& sink, UErrorCode& e) {
    icu::CaseMap::utf8ToTitle("", 0, nullptr, s, sink, nullptr, e);
  });
}

Result ascii(const Arguments& a) {
  std::string_view text = a.text(0);
  if (text.empty()) return int64_t{0};
  return int64_t{code_point(text.substr(0, character_size(text, 0)))};
}

Result character(const Arguments& a) {
  int64_t code = a.whole(0);
  if (code < 0 || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF))
    throw Error(ErrorKind::OutOfRange, "CHAR of a number that is no character");
  std::string text;
  append_code_point(text, static_cast<char32_t>(code));
  return text;
}

Result char_length(const Arguments& a) { return static_cast<int64_t>(count_characters(a.text(0))); }

// ODBC's LENGTH leaves trailing blanks out (Appendix E, String Functions).
Result length(const Arguments& a) {
  std::string_view text = a.text(0);
  return static_cast<int64_t>(count_characters(text.substr(0, text.find_last_not_of(' ') + 1)));
}

Result octet_length(const Arguments& a) {
  return static_cast<int64_t>(a.is_blob(0) ? a.blob(0).size() : a.text(0).size());
}
Result bit_length(const Arguments& a) { return std::get<int64_t>(octet_length(a)) * 8; }

Result concat(const Arguments& a) {
  std::string text;
  for (int i = 0; i < a.count(); ++i) text += a.text(i);
  return text;
}

Result concat_ws(const Arguments& a) {
  if (a.null(0)) return Null{};
  std::string text;
  bool first = true;
  for (int i = 1; i < a.count(); ++i) {
    if (a.null(i)) continue;
    if (!first) text += a.text(0);
    text += a.text(i);
    first = false;
  }
  return text;
}

// INSERT(s, start, length, t): t instead of `length` characters from `start`.
std::string replaced(std::string_view text, int64_t start, int64_t count, std::string_view with) {
  auto all = static_cast<int64_t>(count_characters(text));
  if (start < 1 || start > all + 1) return std::string{text};
  size_t from = offset_of(text, static_cast<size_t>(start - 1));
  size_t to = from + offset_of(text.substr(from), clamp_count(count));
  return std::string{text.substr(0, from)} + std::string{with} + std::string{text.substr(to)};
}

Result insert(const Arguments& a) { return replaced(a.text(0), a.whole(1), a.whole(2), a.text(3)); }

Result overlay(const Arguments& a) {
  auto count = a.count() > 3 ? a.whole(3) : static_cast<int64_t>(count_characters(a.text(1)));
  return replaced(a.text(0), a.whole(2), count, a.text(1));
}

Result left(const Arguments& a) { return std::string{first_characters(a.text(0), clamp_count(a.whole(1)))}; }
Result right(const Arguments& a) { return std::string{last_characters(a.text(0), clamp_count(a.whole(1)))}; }

// SUBSTRING(s FROM start FOR length): the characters of s whose positions are in [start, start + length).
Result substring(const Arguments& a) {
  std::string_view text = a.text(0);
  int64_t start = std::clamp<int64_t>(a.whole(1), INT32_MIN, INT32_MAX), end = INT32_MAX;
  if (a.count() > 2) {
    int64_t count = a.whole(2);
    if (count < 0) throw Error(ErrorKind::OutOfRange, "SUBSTRING with a negative length");
    end = start + std::min<int64_t>(count, INT32_MAX);
  }
  start = std::max<int64_t>(start, 1);
  if (end <= start) return std::string{};
  text.remove_prefix(offset_of(text, static_cast<size_t>(start - 1)));
  return std::string{first_characters(text, static_cast<size_t>(end - start))};
}

int64_t position(std::string_view needle, std::string_view text, int64_t start) {
  start = std::max<int64_t>(start, 1);
  if (start - 1 > static_cast<int64_t>(count_characters(text))) return 0;
  size_t at = text.find(needle, offset_of(text, static_cast<size_t>(start - 1)));
  return at == std::string_view::npos ? 0 : static_cast<int64_t>(count_characters(text.substr(0, at))) + 1;
}

Result locate(const Arguments& a) { return position(a.text(0), a.text(1), a.count() > 2 ? a.whole(2) : 1); }
Result instr(const Arguments& a) { return position(a.text(1), a.text(0), 1); }

std::string padding(std::string_view pad, size_t characters) {
  std::string result;
  if (pad.empty()) return result;
  if (characters > longest_result) too_long();
  for (size_t at = 0; characters > 0; --characters) {
    size_t size = character_size(pad, at);
    result += pad.substr(at, size);
    at = at + size == pad.size() ? 0 : at + size;
  }
  return result;
}

std::string padded(const Arguments& a, bool before) {
  std::string_view text = a.text(0);
  size_t wanted = clamp_count(a.whole(1)), has = count_characters(text);
  if (wanted <= has) return std::string{first_characters(text, wanted)};
  std::string more = padding(a.count() > 2 ? a.text(2) : " ", wanted - has);
  return before ? more + std::string{text} : std::string{text} + more;
}
Result lpad(const Arguments& a) { return padded(a, true); }
Result rpad(const Arguments& a) { return padded(a, false); }

bool in_set(std::string_view character, std::string_view set) {
  for (size_t at = 0; at < set.size(); at += character_size(set, at)) {
    if (set.substr(at, character_size(set, at)) == character) return true;
  }
  return false;
}

std::string_view stripped(std::string_view text, std::string_view set, bool front, bool back) {
  size_t start = 0, end = 0;
  bool leading = front;
  for (size_t at = 0; at < text.size();) {
    size_t size = character_size(text, at);
    bool strip = in_set(text.substr(at, size), set);
    if (leading && strip) start = at + size;
    leading = leading && strip;
    at += size;
    if (!strip) end = at;
  }
  if (!back) end = text.size();
  return end > start ? text.substr(start, end - start) : std::string_view{};
}

Result ltrim(const Arguments& a) {
  return std::string{stripped(a.text(0), a.count() > 1 ? a.text(1) : " ", true, false)};
}
Result rtrim(const Arguments& a) {
  return std::string{stripped(a.text(0), a.count() > 1 ? a.text(1) : " ", false, true)};
}
Result trim(const Arguments& a) {
  if (a.count() == 3) {
    std::string_view side = a.text(0);
    return std::string{stripped(a.text(2), a.text(1), side != "TRAILING", side != "LEADING")};
  }
  return std::string{stripped(a.text(0), a.count() > 1 ? a.text(1) : " ", true, true)};
}

Result repeat(const Arguments& a) {
  std::string_view text = a.text(0);
  size_t count = clamp_count(a.whole(1));
  if (!text.empty() && count > longest_result / text.size()) too_long();
  std::string result;
  if (text.empty()) return result;
  result.reserve(text.size() * count);
  for (size_t i = 0; i < count; ++i) result += text;
  return result;
}

Result space(const Arguments& a) {
  size_t count = clamp_count(a.whole(0));
  if (count > longest_result) too_long();
  return std::string(count, ' ');
}

Result replace(const Arguments& a) {
  std::string_view text = a.text(0), what = a.text(1), with = a.text(2);
  if (what.empty()) return std::string{text};
  std::string result;
  while (true) {
    size_t at = text.find(what);
    result += text.substr(0, at);
    if (at == std::string_view::npos) return result;
    result += with;
    if (result.size() > longest_result) too_long();
    text.remove_prefix(at + what.size());
  }
}

Result reverse(const Arguments& a) {
  std::string_view text = a.text(0);
  std::string result(text.size(), ' ');
  size_t end = text.size();
  for (size_t n = 0, at = 0; at < text.size(); at += n) {
    n = character_size(text, at);
    end -= n;
    result.replace(end, n, text.substr(at, n));
  }
  return result;
}

std::string soundex_of(std::string_view text) {
  constexpr std::string_view codes = "01230120022455012623010202";  // A … Z
  std::string result;
  char last = '0';
  for (char c : text) {
    char up = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    if (up < 'A' || up > 'Z') continue;
    char code = codes[static_cast<size_t>(up - 'A')];
    if (result.empty())
      result += up;
    else if (code != '0' && code != last)
      result += code;
    if (up != 'H' && up != 'W') last = code;
    if (result.size() == 4) break;
  }
  if (!result.empty()) result.resize(4, '0');
  return result;
}

Result soundex(const Arguments& a) { return soundex_of(a.text(0)); }

// How many of the four signs of SOUNDEX are the same.
Result difference(const Arguments& a) {
  std::string x = soundex_of(a.text(0)), y = soundex_of(a.text(1));
  int64_t same = 0;
  for (size_t i = 0; i < std::min(x.size(), y.size()); ++i) same += x[i] == y[i] ? 1 : 0;
  return same;
}

Result utf8(const Arguments& a) { return std::string{a.blob(0)}; }

}  // namespace

void add_string_functions(sqlite3* connection, Runtime& runtime) {
  static constexpr ScalarFunction functions[] = {
      {"couch_ascii", 1, 1, ascii},
      {"couch_bit_length", 1, 1, bit_length},
      {"couch_char", 1, 1, character},
      {"couch_char_length", 1, 1, char_length},
      {"couch_concat", 2, 100, concat},
      {"couch_concat_ws", 2, 100, concat_ws, true},
      {"couch_difference", 2, 2, difference},
      {"couch_initcap", 1, 1, initcap},
      {"couch_insert", 4, 4, insert},
      {"couch_instr", 2, 2, instr},
      {"couch_left", 2, 2, left},
      {"couch_length", 1, 1, length},
      {"couch_locate", 2, 3, locate},
      {"couch_lower", 1, 1, lower},
      {"couch_lpad", 2, 3, lpad},
      {"couch_ltrim", 1, 2, ltrim},
      {"couch_octet_length", 1, 1, octet_length},
      {"couch_overlay", 3, 4, overlay},
      {"couch_repeat", 2, 2, repeat},
      {"couch_replace", 3, 3, replace},
      {"couch_reverse", 1, 1, reverse},
      {"couch_right", 2, 2, right},
      {"couch_rpad", 2, 3, rpad},
      {"couch_rtrim", 1, 2, rtrim},
      {"couch_soundex", 1, 1, soundex},
      {"couch_space", 1, 1, space},
      {"couch_substring", 2, 3, substring},
      {"couch_trim", 1, 3, trim},
      {"couch_upper", 1, 1, upper},
      {"couch_utf8", 1, 1, utf8},
  };
  for (const ScalarFunction& f : functions) add(connection, runtime, f);
}

}  // namespace couch::sql::engine
