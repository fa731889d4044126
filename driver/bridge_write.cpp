#include "driver/bridge_write.h"

#include <fmt/format.h>
#include <rapidjson/document.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

#include "http/error.h"
#include "sql/json_text.h"

namespace couch::driver {
namespace {

using Results = std::span<sql::WriteResult>;
using Texts = std::span<const std::string>;

constexpr const char* strange_answer = "the answer to _bulk_docs is not what CouchDB gives";

struct Batch {
  size_t first = 0, count = 0;
};

class Writing {
 public:
  Writing(const Link& link, const std::string& database, Texts documents)
      : link_(link),
        database_(database),
        path_("/" + http::escape_segment(database) + "/_bulk_docs"),
        documents_(documents),
        results_(documents.size()) {}

  std::vector<sql::WriteResult> run() {
    cut();
    while (!waiting_.empty() || !flying_.empty()) {
      while (!waiting_.empty() && flying_.size() < batches_in_flight) launch();
      land();
    }
    if (failure_ && !happened_) std::rethrow_exception(failure_);
    return std::move(results_);
  }

 private:
  struct Flight {
    Batch batch;
    std::unique_ptr<http::Pending> pending;
  };

  void cut() {
    Batch batch;
    size_t bytes = 0;
    for (size_t i = 0; i < documents_.size(); ++i) {
      const size_t size = documents_[i].size() + 1;
      if (batch.count > 0 && (batch.count == batch_documents || bytes + size > batch_bytes)) {
        waiting_.push_back(batch);
        batch = {i, 0};
        bytes = 0;
      }
      ++batch.count;
      bytes += size;
    }
    if (batch.count > 0) waiting_.push_back(batch);
  }

  void launch() {
    const Batch batch = waiting_.front();
    waiting_.pop_front();
    if (failure_) return not_sent(batch, reason_);
    size_t size = 16;
    for (const auto& document : documents_.subspan(batch.first, batch.count)) size += document.size() + 1;
    http::Request request;
    request.method = "POST";
    request.path = path_;
    request.idempotent = false;
    request.compress = true;
    request.body.reserve(size);
    request.body = R"({"docs":[)";
    for (const auto& document : documents_.subspan(batch.first, batch.count)) {
      if (request.body.back() != '[') request.body += ',';
      request.body += document;
    }
    request.body += "]}";
    try {
      flying_.push_back({batch, link_.client->start(link_.bounded(std::move(request)))});
    } catch (const http::Error& error) {
      fail(error);
      not_sent(batch, error.what());
    }
  }

  void land() {
    if (flying_.empty()) return;
    const Flight flight = std::move(flying_.front());
    flying_.pop_front();
    try {
      const http::Response response = flight.pending->wait();
      happened_ = true;
      read(flight.batch, response);
    } catch (const http::Error& error) {
      refused(flight.batch, error);
    }
  }

  void refused(const Batch& batch, const http::Error& error) {
    using enum http::ErrorKind;
    if (error.may_have_happened()) {
      happened_ = true;
      fail(error);
      for (auto& result : of(batch)) unknown(result, error.what());
      return;
    }
    // The server said no to the request: 400 and 413 are about one document, and nobody knows which.
    const bool divisible = error.status() != 0 && (error.kind() == BadRequest || error.kind() == TooLarge);
    if (divisible && batch.count > 1 && divisions_ < most_divisions) {
      ++divisions_;
      const size_t half = batch.count / 2;
      waiting_.push_front({batch.first + half, batch.count - half});
      waiting_.push_front({batch.first, half});
      return;
    }
    if (divisible) {
      happened_ = true;
      for (auto& result : of(batch)) {
        result.error = error.kind() == TooLarge ? "too_large"
                       : error.error().empty()  ? "refused"
                                                : error.error();
        result.reason = error.reason().empty() ? error.what() : error.reason();
      }
      return;
    }
    fail(error);
    not_sent(batch, error.what());
  }

  static void unknown(sql::WriteResult& result, const char* reason) {
    result.unknown = true;
    result.reason = reason;
  }

  // What comes after the first failure is not sent.
  void fail(const http::Error& error) {
    if (failure_) return;
    reason_ = error.what();
    try {
      if (says_no_database(error)) throw_missing(error, "there is no database " + database_);
      throw http::Error{error.kind(), error.what(), error.status(), error.error(), error.reason()};
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  void not_sent(const Batch& batch, const std::string& reason) {
    for (auto& result : of(batch)) {
      result.error = "not_sent";
      result.reason = reason;
    }
  }

  void read(const Batch& batch, const http::Response& response) {
    rapidjson::Document answers;
    answers.Parse<rapidjson::kParseIterativeFlag>(response.body.data(), response.body.size());
    const Results results = of(batch);
    if (answers.HasParseError() || !answers.IsArray() || answers.Size() != results.size()) {
      for (auto& result : results) unknown(result, strange_answer);
      return;
    }
    for (size_t i = 0; i < results.size(); ++i) {
      const auto& answer = answers[static_cast<rapidjson::SizeType>(i)];
      sql::WriteResult& result = results[i];
      if (!answer.IsObject()) {
        unknown(result, strange_answer);
        continue;
      }
      result.id = sql::text_in(answer, "id");
      result.rev = sql::text_in(answer, "rev");
      result.error = sql::text_in(answer, "error");
      if (result.error.empty() && result.rev.empty()) result.error = sql::text_in(answer, "name");  // PouchDB
      if (!result.error.empty()) result.rev.clear();
      result.reason = sql::text_in(answer, "reason");
      if (result.reason.empty()) result.reason = sql::text_in(answer, "message");
      result.accepted = response.status == 202 && result.succeeded();
      // CouchDB says "internal_server_error" of a document for which no copy's answer came in time, and an
      // entry that says nothing is no answer either.
      if (result.rev.empty() && (result.error.empty() || result.error == "internal_server_error")) {
        if (result.reason.empty())
          result.reason =
              result.error.empty() ? strange_answer : "the server had no answer of its own nodes about it";
        result.unknown = true;
      }
    }
  }

  Results of(const Batch& batch) { return Results{results_}.subspan(batch.first, batch.count); }

  const Link& link_;
  const std::string& database_;
  const std::string path_;
  const Texts documents_;
  std::vector<sql::WriteResult> results_;
  std::deque<Batch> waiting_;
  std::deque<Flight> flying_;
  static constexpr size_t most_divisions = 200;  // when most are bad, the rest is refused together
  size_t divisions_ = 0;
  bool happened_ = false;  // something may have been written
  std::exception_ptr failure_;
  std::string reason_;
};

}  // namespace

std::vector<sql::WriteResult> write_documents(const Link& link, const std::string& database,
                                              std::span<const std::string> documents) {
  if (documents.empty()) return {};
  return Writing{link, database, documents}.run();
}

}  // namespace couch::driver
