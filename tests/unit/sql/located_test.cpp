#include <catch2/catch.hpp>

#include "sql/error.h"

using couch::sql::located;
using couch::sql::Span;

TEST_CASE("located: the line, the column in characters, and a caret under the place", "[sql][located]") {
  CHECK(located("SELECT title\nWHERE year > 2000 AND", {34, 34}, "expected an expression after AND") ==
        "expected an expression after AND (line 2, column 22)\n"
        "  WHERE year > 2000 AND\n"
        "                       ^");
  CHECK(located("SELECT 'größe' größe", {17, 24}, "no such column") ==
        "no such column (line 1, column 16)\n"
        "  SELECT 'größe' größe\n"
        "                 ^^^^^");
}

TEST_CASE("located: a place that spans lines is marked on its first", "[sql][located]") {
  CHECK(located("a\r\nbc\r\nd", {3, 8}, "m") == "m (line 2, column 1)\n  bc\n  ^^");
}

TEST_CASE("located: a long line is shortened around the place", "[sql][located]") {
  const std::string statement = std::string(500, 'a') + " here " + std::string(500, 'b');
  const std::string message = located(statement, {501, 505}, "m");
  CHECK_THAT(message, Catch::StartsWith("m (line 1, column 502)\n  …") && Catch::Contains("a here b"));
  const size_t line = message.find('\n') + 1, caret = message.rfind('\n') + 1;
  CHECK(message.substr(caret).find('^') + 2 ==
        message.substr(line).find("here"));  // … has three bytes, one column
  CHECK(message.size() < 400);
}

TEST_CASE("located: never fails, whatever the span", "[sql][located]") {
  CHECK(located("", {5, 9}, "m") == "m (line 1, column 1)\n  \n  ^");
  CHECK(located("ab", {9, 1}, "m") == "m (line 1, column 3)\n  ab\n    ^");
  CHECK(located("a\nb", {1, 1}, "m") == "m (line 1, column 2)\n  a\n   ^");
  CHECK(located("é", {1, 2}, "m") == "m (line 1, column 1)\n  é\n  ^");  // inside of a character
  CHECK(located("\x80\x80", {1, 2}, "m") == "m (line 1, column 1)\n  \x80\x80\n  ^");
  CHECK(located("a\tb\x1B[1m", {2, 3}, "m") == "m (line 1, column 3)\n  a b [1m\n    ^");
}
