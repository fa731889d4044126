// Window functions' OVER, and the WINDOW clause.
#include "sql/parser_impl.h"

namespace couch::sql {
namespace {

std::optional<ast::FrameUnit> frame_unit(Word word) {
  switch (word) {
    case Word::Rows: return ast::FrameUnit::Rows;
    case Word::Range: return ast::FrameUnit::Range;
    case Word::Groups: return ast::FrameUnit::Groups;
    default: return std::nullopt;
  }
}

}  // namespace

// OVER is also a fine alias: SELECT SUM(a) over, …
bool Parser::at_over() {
  const Token& next = peek(1);
  const bool named = next.kind == TokenKind::Quoted ||
                     (next.kind == TokenKind::Word && standing(next.word) == Standing::Free);
  return (next.kind == TokenKind::OpenParen || named) && at(Word::Over);
}

std::unique_ptr<ast::Window> Parser::over() {
  take();
  auto window = std::make_unique<ast::Window>();
  if (at(TokenKind::OpenParen))
    *window = window_specification();
  else
    window->base = identifier("a window's name");
  return window;
}

ast::Window Parser::window_specification() {  // ( [name] [PARTITION BY …] [ORDER BY …] [frame] )
  const Nesting nesting(*this);
  const Token open = expect(TokenKind::OpenParen);
  ast::Window window;
  const Token& first = peek();
  const Token& next = peek(1);
  const bool by = next.word == Word::By;
  const bool frame_follows = frame_unit(first.word).has_value() && next.kind != TokenKind::CloseParen &&
                             next.word != Word::Partition && next.word != Word::Order &&
                             !frame_unit(next.word).has_value();
  if (is_name(first) && !by && !frame_follows) window.base = identifier("a window's name");
  if (accept_words(Word::Partition, Word::By)) window.partition_by = expressions();
  if (accept_words(Word::Order, Word::By)) window.order_by = order_items();
  if (const auto unit = frame_unit(peek().word)) {
    take();
    window.frame = frame(*unit);
  }
  close(open);
  return window;
}

ast::Frame Parser::frame(ast::FrameUnit unit) {
  ast::Frame frame;
  frame.unit = unit;
  const Span begin = here();
  if (accept(Word::Between)) {
    frame.start = frame_bound(frame.start_offset);
    expect(Word::And);
    frame.end = frame_bound(frame.end_offset);
  } else {
    frame.start = frame_bound(frame.start_offset);
    frame.end = ast::FrameBound::CurrentRow;
  }
  if (frame.start == ast::FrameBound::UnboundedFollowing ||
      frame.end == ast::FrameBound::UnboundedPreceding || frame.start > frame.end) {
    fail(ErrorKind::Syntax, since(begin), "the frame ends before it begins");
  }
  if (accept(Word::Exclude)) {
    if (accept_words(Word::Current, Word::Row))
      frame.exclude = ast::FrameExclude::CurrentRow;
    else if (accept(Word::Group))
      frame.exclude = ast::FrameExclude::Group;
    else if (accept(Word::Ties))
      frame.exclude = ast::FrameExclude::Ties;
    else if (accept_words(Word::No, Word::Others))
      frame.exclude = ast::FrameExclude::NoOthers;
    else
      fail_expected("CURRENT ROW, GROUP, TIES or NO OTHERS");
  }
  return frame;
}

ast::FrameBound Parser::frame_bound(ast::ExprPtr& offset) {
  if (accept_words(Word::Unbounded, Word::Preceding)) return ast::FrameBound::UnboundedPreceding;
  if (accept_words(Word::Unbounded, Word::Following)) return ast::FrameBound::UnboundedFollowing;
  if (accept_words(Word::Current, Word::Row)) return ast::FrameBound::CurrentRow;
  offset = expression(Level::Concat);
  if (accept(Word::Preceding)) return ast::FrameBound::Preceding;
  if (accept(Word::Following)) return ast::FrameBound::Following;
  fail_expected("PRECEDING or FOLLOWING");
}

std::vector<ast::NamedWindow> Parser::named_windows() {  // behind WINDOW
  std::vector<ast::NamedWindow> list;
  do {
    ast::NamedWindow named;
    named.name = identifier("a window's name");
    expect(Word::As);
    named.window = window_specification();
    list.push_back(std::move(named));
  } while (accept(TokenKind::Comma));
  return list;
}

}  // namespace couch::sql
