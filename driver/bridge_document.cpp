#include "driver/bridge_document.h"

#include <fmt/format.h>

#include "driver/bridge_ids.h"
#include "sql/json_text.h"

namespace couch::driver {
namespace {

class DocumentRead final : public sql::DocumentStream {
 public:
  DocumentRead(std::shared_ptr<Link> link, std::string database, const std::string& scope,
               const std::string& id)
      : link_(std::move(link)), database_(std::move(database)), id_(id) {
    http::Request request;
    request.path = scope + "/" + http::escape_segment(id);
    request_ = link_->bounded(std::move(request));
    answer_ = link_->client->start(request_);
  }

  ReadRow next() override {
    if (!answer_) return std::nullopt;
    row_ = answer() + '\0';
    answer_.reset();
    return std::span{row_.data(), row_.size() - 1};
  }

 private:
  std::string answer() {
    constexpr int tries = 3;  // as of any read (Read::recover)
    for (int failures = 0;;) {
      try {
        const std::string document = answer_->wait().body;
        const std::string_view revision = sql::member_of(document, "_rev");
        if (revision.empty())
          throw http::Error{
              http::ErrorKind::LinkFailure,
              fmt::format("the answer about document {} is no document", sql::json_string(id_))};
        return fmt::format(R"({{"id":{0},"key":{0},"value":{{"rev":{1}}},"doc":{2}}})", sql::json_string(id_),
                           revision, document);
      } catch (const http::Error& error) {
        // Words of the document's absence; any other 404 is somebody else's.
        if (says_no_such_id(error) || (error.kind() == http::ErrorKind::NotFound &&
                                       (error.reason() == "missing" || error.reason() == "deleted")))
          return sql::row_of_missing(id_);
        if (says_no_database(error)) throw_missing(error, "there is no database " + database_);
        if (error.kind() != http::ErrorKind::LinkFailure || ++failures == tries) throw;
      }
      answer_ = link_->client->start(request_);
    }
  }

  std::shared_ptr<Link> link_;
  std::string database_, id_;
  http::Request request_;
  std::unique_ptr<http::Pending> answer_;
  std::string row_;
};

}  // namespace

std::unique_ptr<sql::DocumentStream> read_document(std::shared_ptr<Link> link, std::string database,
                                                   const std::string& scope, const std::string& id) {
  return std::make_unique<DocumentRead>(std::move(link), std::move(database), scope, id);
}

}  // namespace couch::driver
