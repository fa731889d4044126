#include "driver/session.h"

#include <rapidjson/document.h>

#include <chrono>

#include "driver/odbc_error.h"

namespace couch::driver {

Session::Session(Settings settings, const http::Stop& stop)
    : settings_(std::move(settings)), log_(settings_.log_file, settings_.log_level) {
  client_ = http::Client::create(settings_.endpoint);
  const std::string banner = client_->connect(&stop);
  // {"couchdb":"Welcome","version":"3.5.0",…}; PouchDB Server greets as "express-pouchdb".
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(banner.data(), banner.size());
  if (document.HasParseError() || !document.IsObject()) {
    throw OdbcError{SqlState::s08001, "{} does not answer as CouchDB does", server()};
  }
  product_ = document.HasMember("express-pouchdb") ? "PouchDB Server" : "CouchDB";
  if (const auto version = document.FindMember("version");
      version != document.MemberEnd() && version->value.IsString()) {
    version_ = version->value.GetString();
  }
  schema_ = schema::Schema::create(client_, settings_);
  if (!settings_.database.empty()) {
    schema_->set_stop(&stop);
    schema_->set_current(settings_.database);
    schema_->set_stop(nullptr);
  }
  log_.write(LogLevel::Info, fmt::format("connected to {} {} at {}", product_, version_, server()));
}

std::string Session::server() const {
  if (settings_.endpoint.servers.empty()) return {};
  std::string url = settings_.endpoint.servers.front();
  if (const size_t scheme = url.find("://"); scheme != std::string::npos) url.erase(0, scheme + 3);
  if (const size_t at = url.find('@'); at != std::string::npos) url.erase(0, at + 1);
  return url;
}

Session::Turn Session::schema(const http::Stop* stop) {
  {
    // Another statement's discovery may hold it for seconds; this one can be cancelled meanwhile.
    std::unique_lock lock{turn_mutex_};
    while (turn_taken_) {
      if (stop && stop->requested()) throw OdbcError{SqlState::sHY008, "the operation was cancelled"};
      turn_over_.wait(lock, stop, std::nullopt);
    }
    turn_taken_ = true;
  }
  schema_->set_stop(stop);
  return Turn{*this};
}

Session::Turn::~Turn() {
  session_.schema_->set_stop(nullptr);
  std::scoped_lock lock{session_.turn_mutex_};
  session_.turn_taken_ = false;
  session_.turn_over_.notify_all();
}

}  // namespace couch::driver
