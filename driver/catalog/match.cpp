#include "driver/catalog/match.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "driver/odbc_error.h"

namespace couch::driver::catalog {

namespace {

constexpr char escape = '\\';

int32_t next_character(std::string_view text, size_t& at) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  UChar32 c;
  U8_NEXT_OR_FFFD(bytes, at, text.size(), c);
  return c;
}

int32_t folded(int32_t character) { return u_foldCase(character, U_FOLD_CASE_DEFAULT); }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// "a""b" between quotes.
std::string unquoted(std::string_view inner) {
  std::string name;
  for (size_t i = 0; i < inner.size(); ++i) {
    name.push_back(inner[i]);
    if (inner[i] == '"' && i + 1 < inner.size() && inner[i + 1] == '"') ++i;
  }
  return name;
}

}  // namespace

NameMatch NameMatch::name(const Argument& argument, bool metadata_id) {
  NameMatch match;
  match.everything_ = !argument;
  if (!argument) return match;
  match.text_ = *argument;
  std::string name = *argument;
  if (metadata_id) {
    const std::string_view bare = without_blanks(name);
    match.quoted_ = bare.size() >= 2 && bare.front() == '"' && bare.back() == '"';
    name = match.quoted_ ? unquoted(bare.substr(1, bare.size() - 2)) : std::string{bare};
  }
  for (size_t at = 0; at < name.size();)
    match.pieces_.push_back({Piece::Kind::Character, next_character(name, at)});
  match.literal_ = std::move(name);
  return match;
}

NameMatch NameMatch::pattern(const Argument& argument, bool metadata_id) {
  if (metadata_id || !argument) return name(argument, metadata_id);
  NameMatch match;
  match.text_ = *argument;
  const std::string_view text = *argument;
  std::string literal;
  bool wild = false;
  for (size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '%' || c == '_') {
      wild = true;
      match.pieces_.push_back({c == '%' ? Piece::Kind::Any : Piece::Kind::One});
      ++at;
      continue;
    }
    if (c == escape && at + 1 < text.size()) ++at;  // one at the end stands for itself
    const size_t from = at;
    match.pieces_.push_back({Piece::Kind::Character, next_character(text, at)});
    literal += text.substr(from, at - from);
  }
  if (!wild) match.literal_ = std::move(literal);
  match.everything_ = wild && std::all_of(match.pieces_.begin(), match.pieces_.end(),
                                          [](const Piece& piece) { return piece.kind == Piece::Kind::Any; });
  return match;
}

bool NameMatch::exactly(std::string_view candidate) const {
  if (everything_) return true;
  return literal_ ? *literal_ == candidate : matches(pieces_.data(), pieces_.size(), candidate, false);
}

bool NameMatch::without_case(std::string_view candidate) const {
  return everything_ || (!quoted_ && matches(pieces_.data(), pieces_.size(), candidate, true));
}

// Greedy, going back to the last % only: its time is bounded by the product of both lengths, whatever the
// pattern.
bool NameMatch::matches(const Piece* pieces, size_t count, std::string_view candidate, bool fold) {
  size_t piece = 0, at = 0;
  std::optional<size_t> any;  // the piece after the last %
  size_t resume = 0;          // where in the candidate that % ends at present
  while (at < candidate.size()) {
    if (piece < count && pieces[piece].kind == Piece::Kind::Any) {
      any = ++piece;
      resume = at;
      continue;
    }
    if (piece < count) {
      size_t after = at;
      const int32_t c = next_character(candidate, after);
      const int32_t wanted = pieces[piece].character;
      if (pieces[piece].kind == Piece::Kind::One || c == wanted || (fold && folded(c) == folded(wanted))) {
        ++piece;
        at = after;
        continue;
      }
    }
    if (!any) return false;
    next_character(candidate, resume);  // the % takes one more character
    at = resume;
    piece = *any;
  }
  while (piece < count && pieces[piece].kind == Piece::Kind::Any) ++piece;
  return piece == count;
}

bool no_schema_asked(const Argument& schema_name) {
  return !schema_name || schema_name->find_first_not_of('%') == std::string::npos;
}

std::optional<std::string> database_named(schema::Schema& schema, const Argument& catalog, bool metadata_id) {
  const std::string current = schema.current();
  // An ordinary argument may not be a pattern, but clients that could not know pass "%" for "any".
  if (!catalog || *catalog == "%") return current.empty() ? std::nullopt : std::optional{current};
  const NameMatch match = NameMatch::name(catalog, metadata_id);
  const std::string& name = *match.literal();
  if (name.empty()) return std::nullopt;  // "" asks for tables outside any catalog
  if (name == current || schema.has_database(name)) return name;
  const auto found =
      matching(schema.databases(), match, [](const std::string& n) -> const std::string& { return n; });
  return found.empty() ? std::nullopt : std::optional{found.front()};
}

std::vector<Table> tables_of(schema::Schema& schema, const std::string& database, const NameMatch& table) {
  auto found =
      matching(schema.tables(database), table, [](const Table& t) -> const std::string& { return t->name; });
  std::sort(found.begin(), found.end(), [](const Table& a, const Table& b) { return a->name < b->name; });
  return found;
}

Table table_named(schema::Schema& schema, const Argument& catalog, const Argument& schema_name,
                  const Argument& table, bool metadata_id) {
  if (!table) throw OdbcError{SqlState::sHY009, "the table's name is a null pointer"};
  if (!no_schema_asked(schema_name)) return nullptr;
  const auto database = database_named(schema, catalog, metadata_id);
  if (!database) return nullptr;
  const auto found = tables_of(schema, *database, NameMatch::name(table, metadata_id));
  return found.empty() ? nullptr : found.front();
}

}  // namespace couch::driver::catalog
