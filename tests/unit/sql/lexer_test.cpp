#include "sql/lexer.h"

#include <catch2/catch.hpp>

#include "sql/parser.h"

using namespace couch::sql;

namespace {

// The tokens' texts, without the end.
std::vector<std::string> texts(std::string_view statement) {
  std::vector<std::string> out;
  const Tokens tokens = tokenize(statement);
  for (size_t i = 0; i + 1 < tokens.list.size(); ++i) out.push_back(token_text(statement, tokens.list[i]));
  return out;
}

std::vector<TokenKind> kinds(std::string_view statement) {
  std::vector<TokenKind> out;
  for (const Token& token : tokenize(statement).list) out.push_back(token.kind);
  return out;
}

std::string error(std::string_view statement) {
  try {
    tokenize(statement);
  } catch (const Error& e) {
    const Span span = e.span().value_or(Span{});
    return std::string(e.what()) + " @" + std::to_string(span.begin) + ".." + std::to_string(span.end);
  }
  return "no error";
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("lexer: names of any script, with the characters of database names", "[sql][lexer]") {
  CHECK(texts("größe имя 名前 _id DB$all a1") == Texts{"größe", "имя", "名前", "_id", "DB$all", "a1"});
}

TEST_CASE("lexer: three kinds of quoted names, the closing quote doubled inside", "[sql][lexer]") {
  CHECK(texts(R"("a ""b""" `c``d` [e]]f] "")") == Texts{R"(a "b")", "c`d", "e]f", ""});
  CHECK(kinds("\"a\"") == std::vector{TokenKind::Quoted, TokenKind::End});
}

TEST_CASE("lexer: text keeps every byte, U+0000 and line ends too", "[sql][lexer]") {
  const std::string statement = std::string("'it''s' N'é' '") + '\0' + "\n'";
  CHECK(texts(statement) == Texts{"it's", "é", std::string("\0\n", 2)});
}

TEST_CASE("lexer: digits behind a dot are a part of the name", "[sql][lexer]") {
  CHECK(texts("key.0.x") == Texts{"key", ".", "0", ".", "x"});
  CHECK(texts("a.0e5 t.2020_sales") == Texts{"a", ".", "0e5", "t", ".", "2020_sales"});
  CHECK(texts("\"a\".0") == Texts{"a", ".", "0"});
  CHECK(texts("1.5 .5 5. 1e3 1.5E-3 a*.5") == Texts{"1.5", ".5", "5.", "1e3", "1.5E-3", "a", "*", ".5"});
}

TEST_CASE("lexer: comments, nested ones, and white space of any kind stand between tokens", "[sql][lexer]") {
  CHECK(texts("a -- b\nc /* d /* e */ f */ g--") == Texts{"a", "c", "g"});
  CHECK(texts("\xEF\xBB\xBFSELECT\xC2\xA0"
              "1\xE3\x80\x80+") == Texts{"SELECT", "1", "+"});
  CHECK(texts("a --(* vendor(Microsoft),product(ODBC) d '2020-01-01' *)-- b") == Texts{"a", "b"});
  CHECK(texts("a --(* never closed\nb") == Texts{"a", "b"});
}

TEST_CASE("lexer: a hint stands before the token that follows it", "[sql][lexer]") {
  const std::string_view statement = "FROM t /*+  find /* x */ */ WHERE /*+*/ a";
  const Tokens tokens = tokenize(statement);
  REQUIRE(tokens.hints.size() == 1);
  CHECK(tokens.hints[0].before == 2);
  CHECK(statement.substr(tokens.hints[0].span.begin, tokens.hints[0].span.end - tokens.hints[0].span.begin) ==
        "find /* x */");
}

TEST_CASE("lexer: keywords are found in any case, and keep their text", "[sql][lexer]") {
  const Tokens tokens = tokenize("sElEcT selects");
  CHECK(tokens.list[0].word == Word::Select);
  CHECK(tokens.list[1].word == Word::None);
}

TEST_CASE("lexer: the end stands right behind the last token", "[sql][lexer]") {
  const Tokens tokens = tokenize("a b  -- c\n ");
  CHECK(tokens.list.back().span.begin == 3);
  CHECK(tokens.list.back().span.end == 3);
}

TEST_CASE("lexer: text that is not UTF-8 is refused where it stops being it", "[sql][lexer]") {
  const std::string_view bytes = GENERATE(as<std::string_view>{},  //
                                          "'a\xFF'",               // never in UTF-8
                                          "'a\xC0\xAF'",           // overlong
                                          "'a\xE0\x80\x80'",       // overlong
                                          "'a\xED\xA0\x80'",       // a surrogate
                                          "'a\xF4\x90\x80\x80'",   // past U+10FFFF
                                          "'a\xC3'");              // cut off
  CHECK_THAT(error(bytes),
             Catch::StartsWith("the statement is not UTF-8: byte 0x") && Catch::EndsWith("@2..3"));
}

TEST_CASE("lexer: what begins nothing says what may be meant", "[sql][lexer]") {
  const auto [statement, message] = GENERATE(table<std::string_view, std::string_view>({
      {"a == b", "unexpected ==: SQL compares with a single = @2..4"},
      {"!a", "unexpected !: write NOT, or <> between two values @0..1"},
      {"a && b", "unexpected &: write AND between conditions, || between texts @2..4"},
      {"‘a’", "unexpected ‘: a typographic quotation mark; text stands in '…', names in \"…\" @0..3"},
      {"a’b", "unexpected ’: a typographic quotation mark; text stands in '…', names in \"…\" @1..4"},
      {"a::b", "unexpected ::: types are converted with CAST(a AS type) @1..3"},
      {":name", "unexpected :: parameters are written ?, without a name @0..1"},
      {"a[0]",
       "unexpected [: elements of arrays are rows of their own table, or JSON_VALUE(a, '$[0]') @1..2"},
      {"0x1F", "binary strings are written X'1F' @0..4"},
      {"1abc", "1abc is neither a number nor a name; such names stand in \"…\" @0..4"},
      {"X'abc'", "X'…' needs two digits a byte, found 3 digits @0..6"},
      {"x'zz'", "X'…' may hold hexadecimal digits only @0..5"},
      {"'abc", "this text is not closed: ' is missing @0..1"},
      {"a \"b", "this quoted name is not closed: \" is missing @2..3"},
      {"a /* b /* */", "this comment is not closed: */ is missing @2..4"},
      {"a \x01", "unexpected control character U+0001 @2..3"},
  }));
  CHECK(error(statement) == message);
}

TEST_CASE("lexer: a statement longer than the limit is too complex", "[sql][lexer]") {
  const std::string statement(max_statement_bytes + 1, ' ');
  CHECK_THROWS_AS(tokenize(statement), Error);
}
