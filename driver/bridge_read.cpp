#include "driver/bridge_read.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "driver/bridge_request.h"
#include "sql/turn.h"

namespace couch::driver {

http::Request Link::bounded(http::Request request) const {
  request.stop = stop;
  request.deadline = deadline;
  return request;
}

std::optional<uint64_t> largest_limit(const http::Error& error) {
  constexpr std::string_view words = "must not exceed ";
  if (error.status() != 400) return std::nullopt;
  const size_t at = error.reason().find(words);
  if (at == std::string::npos) return std::nullopt;
  const char* digits = error.reason().data() + at + words.size();
  uint64_t limit = 0;
  const auto [end, problem] = std::from_chars(digits, error.reason().data() + error.reason().size(), limit);
  if (problem != std::errc{} || end == digits || limit == 0) return std::nullopt;
  return limit;
}

bool says_no_database(const http::Error& error) {
  return error.kind() == http::ErrorKind::NotFound && (error.reason() == "Database does not exist." ||
                                                       error.reason() == "no_db_file");  // CouchDB, PouchDB
}

namespace {

http::Error missing(const http::Error& error, const std::string& what) {
  return {http::ErrorKind::NotFound, fmt::format("{} ({}: {})", what, error.error(), error.reason()),
          error.status(), error.error(), error.reason()};
}

}  // namespace

void throw_missing(const http::Error& error, const std::string& what) { throw missing(error, what); }

Read::Read(std::shared_ptr<Link> link, std::string database, std::optional<uint64_t> limit,
           std::optional<uint64_t> expected)
    : link_(std::move(link)),
      database_(std::move(database)),
      limit_(limit),
      expected_(expected),
      done_(limit == uint64_t{0}) {}

void Read::begin() {
  asked_ = std::min(limit_ ? *limit_ - delivered_ : all_rows, all_rows - overlap()) + overlap();
  if (expected_) {
    asked_ = std::min(asked_, std::max<uint64_t>(*expected_, 1) + overlap());
    expected_ = std::min(*expected_ * 8 + 100, all_rows);  // it was not enough: soon everything
  }
  if (link_->page_size > 0 && pageable()) asked_ = std::min(asked_, link_->page_size);
  if (asked_ <= overlap())
    throw http::Error{
        http::ErrorKind::BadRequest,
        fmt::format(
            "the server gives at most {} rows an answer (query_limit), too few to go on from one to the next",
            link_->page_size)};
  page_rows_ = 0;
  http::Request request = link_->bounded(page(asked_));
  request.resumes = delivered_ > 0;
  rows_ = link_->client->stream(request);
}

ReadRow Read::next() {
  if (failure_) std::rethrow_exception(failure_);  // a failed read never turns into one that ended
  sql::give_way();                                 // what arrives faster than it is read never waits
  while (!done_) {
    try {
      if (!rows_) begin();
      const ReadRow row = rows_->next();
      if (!row) {
        end_of_page();
        continue;
      }
      ++page_rows_;
      const std::string_view text{row->data(), row->size()};
      if (repeated(text)) continue;
      failures_ = 0;
      remember(text);
      ++delivered_;
      return row;
    } catch (const http::Error& error) {
      try {
        recover(error);
      } catch (...) {
        failure_ = std::current_exception();
        throw;
      }
    }
  }
  rows_.reset();
  return std::nullopt;
}

void Read::end_of_page() {
  const bool full = page_rows_ >= asked_;
  if (!full || (limit_ && delivered_ >= *limit_)) {
    done_ = true;
    return;
  }
  if (!turn_page(rows_->envelope())) {
    throw http::Error{
        http::ErrorKind::ServerFailure,
        fmt::format(
            "the server gives at most {} rows an answer, and this read cannot be continued after them",
            asked_)};
  }
  rows_.reset();
}

void Read::recover(const http::Error& error) {
  const bool fresh = page_rows_ == 0;
  rows_.reset();
  if (error.kind() == http::ErrorKind::LinkFailure && limit_ && delivered_ >= *limit_) {
    done_ = true;  // nothing more was wanted
    return;
  }
  if (const auto largest = largest_limit(error); largest && fresh && pageable() && *largest < asked_) {
    link_->page_size = *largest;
    return;
  }
  constexpr int tries = 3;  // without a new row between them
  if (error.kind() == http::ErrorKind::LinkFailure && (fresh || exact()) && ++failures_ < tries) return;
  describe(error);
}

void Read::describe(const http::Error& error) const {
  if (error.kind() == http::ErrorKind::CannotConnect && delivered_ > 0)  // it was connected
    throw http::Error{http::ErrorKind::LinkFailure,
                      fmt::format("the link broke after {} rows: {}", delivered_, error.what())};
  if (says_no_database(error)) throw_missing(error, "there is no database " + database_);
  if (error.kind() == http::ErrorKind::NotFound && !missing_view().empty())
    throw MissingView{missing(error, missing_view()), database_};
  throw http::Error{error};
}

}  // namespace couch::driver
