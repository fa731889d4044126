#include "sql/names.h"

#include <unicode/bytestream.h>
#include <unicode/casemap.h>

#include <algorithm>

namespace couch::sql {

namespace {

bool ascii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

std::string escaped_dots(std::string_view field) {
  std::string result;
  for (char c : field) {
    if (c == '.' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

// Quoted parts must stand in the column's name byte for byte; unquoted ones may differ in case.
NameFit fit_joined(const ast::Name& name, size_t first, std::string_view column, bool escape_dots) {
  NameFit result = NameFit::Exact;
  for (size_t i = first; i < name.size(); ++i) {
    if (i > first) {
      if (column.empty() || column.front() != '.') return NameFit::None;
      column.remove_prefix(1);
    }
    ast::Identifier part = name[i];
    if (escape_dots && part.quoted) part.text = escaped_dots(part.text);
    bool last = i + 1 == name.size();
    // Folding may change the number of bytes, so an inner part ends where its own length says, or else at the
    // next dot.
    size_t length = last ? column.size() : part.text.size();
    if (!last && (length > column.size() || fit(part, column.substr(0, length)) == NameFit::None))
      length = std::min(column.find('.'), column.size());
    NameFit one = fit(part, column.substr(0, length));
    if (one == NameFit::None) return NameFit::None;
    result = std::min(result, one);
    column.remove_prefix(length);
  }
  return column.empty() ? result : NameFit::None;
}

}  // namespace

std::string fold_case(std::string_view name) {
  std::string folded;
  if (ascii(name)) {
    folded = name;
    for (char& c : folded) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return folded;
  }
  UErrorCode status = U_ZERO_ERROR;
  icu::StringByteSink<std::string> sink(&folded);
  icu::CaseMap::utf8Fold(0, icu::StringPiece(name.data(), static_cast<int32_t>(name.size())), sink, nullptr,
                         status);
  return U_SUCCESS(status) ? folded : std::string{name};
}

NameFit fit(const ast::Identifier& identifier, std::string_view name) {
  if (identifier.text == name) return NameFit::Exact;
  if (identifier.quoted) return NameFit::None;
  return fold_case(identifier.text) == fold_case(name) ? NameFit::IgnoringCase : NameFit::None;
}

NameFit fit_path(const ast::Name& name, size_t first, std::string_view column) {
  NameFit plain = fit_joined(name, first, column, false);
  if (plain == NameFit::Exact || name.size() - first == 1) return plain;
  return std::max(plain, fit_joined(name, first, column, true));
}

std::string written(const ast::Name& name, size_t first) {
  std::string text;
  for (size_t i = first; i < name.size(); ++i) {
    if (i > first) text += '.';
    text += name[i].quoted ? '"' + name[i].text + '"' : name[i].text;
  }
  return text;
}

}  // namespace couch::sql
