#pragma once
// One read of many rows, which goes on where the server makes it stop: at a page's end, or where the link
// broke.
#include <chrono>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "http/client.h"
#include "sql/documents.h"

namespace couch::driver {

// What the streams of one Documents share.
struct Link {
  std::shared_ptr<http::Client> client;
  const http::Stop* stop = nullptr;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  uint64_t page_size = 0;  // what the server said that a limit must not exceed; 0: nothing

  http::Request bounded(http::Request request) const;  // with stop and deadline
};

// CouchDB's 400 to a limit past the operator's query_limit: "Limit is too large, must not exceed 100".
std::optional<uint64_t> largest_limit(const http::Error& error);

using ReadRow = std::optional<std::span<char>>;

// Subclasses know their place in the read.
class Read : public sql::DocumentStream {
 public:
  // expected: how many rows will probably be read; asked for first, then more and more. Only where exact()
  // can tell the rest.
  Read(std::shared_ptr<Link> link, std::string database, std::optional<uint64_t> limit,
       std::optional<uint64_t> expected = std::nullopt);
  ReadRow next() final;
  void begin();  // sends the next request

 protected:
  virtual http::Request page(uint64_t limit) = 0;  // for what is left
  // Rows that page() repeats, at most; repeated() tells which of an answer they are. Not delivered again.
  virtual uint64_t overlap() const { return 0; }
  virtual bool repeated(std::string_view) { return false; }
  virtual void remember(std::string_view) {}  // each row delivered, before its receiver may change it
  virtual bool exact() const = 0;             // page() can go on after a row in the middle of an answer
  // An answer ended at its limit; its envelope is given. False: it cannot be continued.
  virtual bool turn_page(const std::string&) { return exact(); }
  virtual bool pageable() const {
    return true;
  }  // false: a limit that the server refuses is the caller's matter
  // The view that is not there when the server says 404. Empty: none is asked.
  virtual std::string missing_view() const { return {}; }

  uint64_t delivered() const { return delivered_; }
  const std::string& database() const { return database_; }

 private:
  void end_of_page();
  void recover(const http::Error& error);
  [[noreturn]] void describe(const http::Error& error) const;

  std::shared_ptr<Link> link_;
  std::string database_;
  std::optional<uint64_t> limit_;
  std::optional<uint64_t> expected_;
  bool done_;
  std::unique_ptr<http::RowStream> rows_;
  uint64_t asked_ = 0;  // the limit that the current request states
  uint64_t page_rows_ = 0, delivered_ = 0;
  int failures_ = 0;  // since the last row
  std::exception_ptr failure_;
};

// "there is no view d/v in database x".
class MissingView final : public http::Error, public sql::NoSuchView {
 public:
  MissingView(http::Error error, std::string of)
      : http::Error(std::move(error)), sql::NoSuchView{std::move(of)} {}
};

// "there is no database x", with the server's words, for its 404.
[[noreturn]] void throw_missing(const http::Error& error, const std::string& what);
bool says_no_database(const http::Error& error);

}  // namespace couch::driver
