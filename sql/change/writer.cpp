#include "sql/change/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <random>
#include <utility>

#include "sql/error.h"
#include "sql/json_text.h"
#include "sql/part_done.h"

namespace couch::sql::change {

namespace {

Fate fate_of(const WriteResult& result) {
  if (result.succeeded()) return Fate::Written;
  if (result.unknown) return Fate::Unknown;
  if (result.error == "conflict") return Fate::Conflict;
  if (result.error == "not_sent") return Fate::NotSent;
  if (result.error == "too_large" || result.error == "document_too_large") return Fate::TooLarge;
  return Fate::Refused;
}

ErrorKind kind_of(Fate fate, std::string_view verb, bool stopped) {
  switch (fate) {
    case Fate::Conflict: return verb == "inserted" ? ErrorKind::Duplicate : ErrorKind::Conflict;
    case Fate::Refused: return ErrorKind::Denied;
    case Fate::TooLarge: return ErrorKind::StringTruncation;
    case Fate::NotSent: return stopped ? ErrorKind::Interrupted : ErrorKind::LinkFailure;
    case Fate::Unknown: return stopped ? ErrorKind::Interrupted : ErrorKind::OutcomeUnknown;
    case Fate::Written: break;
  }
  return ErrorKind::Engine;
}

std::string sentence(const std::string& id, Fate fate, const std::string& reason, std::string_view verb) {
  switch (fate) {
    case Fate::Conflict:
      if (verb == "inserted") return fmt::format("there is a document with _id '{}' already", id);
      return fmt::format("document '{}' was changed by somebody else meanwhile and was not {}", id, verb);
    case Fate::Refused: return fmt::format("the server refuses document '{}': {}", id, reason);
    case Fate::TooLarge: return fmt::format("document '{}' is larger than the server takes: {}", id, reason);
    case Fate::NotSent: return fmt::format("document '{}' was not {}: {}", id, verb, reason);
    case Fate::Unknown:
      return fmt::format("no answer came: it is not known whether document '{}' was {}: {}", id, verb,
                         reason);
    case Fate::Written: break;
  }
  return {};
}

}  // namespace

Writer::Writer(const Execution& execution, std::string database)
    : execution_(execution), database_(std::move(database)) {}

std::vector<Written> Writer::write(std::vector<Outgoing>& documents) {
  std::vector<Written> out(documents.size());
  if (documents.empty()) return out;
  if (execution_.transaction) {
    // All or nothing of what a statement puts there.
    Transaction::Scope scope{*execution_.transaction};
    for (auto& document : documents) {
      if (!document.json)
        execution_.transaction->remove(database_, document.id, document.base);
      else if (document.fresh)
        execution_.transaction->insert(database_, document.id, *document.json);
      else
        execution_.transaction->replace(database_, document.id, document.base, *document.json);
    }
    scope.keep();
    return out;
  }
  std::vector<std::string> texts;
  texts.reserve(documents.size());
  for (auto& document : documents) {
    if (document.json)
      texts.push_back(*document.json);
    else
      texts.push_back(R"({"_id":)" + json_string(document.id) + R"(,"_rev":)" + json_string(document.base) +
                      R"(,"_deleted":true})");
  }
  auto results = execution_.documents.write(database_, texts);
  for (size_t i = 0; i < documents.size(); ++i) {
    WriteResult& result = results.at(i);
    accepted_ = accepted_ || result.accepted;
    out[i] = {fate_of(result), std::move(result.rev), std::move(result.reason)};
  }
  return out;
}

void Writer::warn(std::vector<std::string>& warnings) const {
  if (accepted_) {
    warnings.emplace_back(
        "the server accepted documents but has not stored as many copies as it is set to (HTTP 202)");
  }
}

Backoff::Backoff(const Execution& execution) : stop_(execution.stop) {
  using namespace std::chrono_literals;
  // Without a query timeout: as long as a person would wait.
  until_ = execution.deadline.value_or(std::chrono::steady_clock::now() + 60s);
}

bool Backoff::wait(Documents& documents) {
  if (stop_.load(std::memory_order_relaxed))
    throw Error(ErrorKind::Interrupted, "the statement was cancelled");
  if (std::chrono::steady_clock::now() >= until_) return false;
  thread_local std::minstd_rand random{std::random_device{}()};
  const int most = std::min(2 << std::min(tries_, 5), 50);
  ++tries_;
  documents.pause(std::chrono::milliseconds{std::uniform_int_distribution<int>{0, most}(random)});
  return true;
}

void Tally::add(const std::string& id, Fate fate, std::string reason) {
  failures_.push_back({id, fate, std::move(reason)});
}

void Tally::throw_if_failed(std::string_view verb, const std::atomic<bool>& stop) const {
  if (failures_.empty()) return;
  const auto worst = std::max_element(failures_.begin(), failures_.end(),
                                      [](const auto& a, const auto& b) { return a.fate < b.fate; });
  const bool stopped = stop.load(std::memory_order_relaxed);
  std::string text = sentence(worst->id, worst->fate, worst->reason, verb);
  if (failures_.size() > 1) {
    std::string ids;
    constexpr size_t most = 10;
    for (size_t i = 0; i < failures_.size() && i < most; ++i)
      ids += fmt::format("{}'{}'", i == 0 ? "" : ", ", failures_[i].id);
    if (failures_.size() > most) ids += ", ...";
    text += fmt::format("; {} documents were left out: {}", failures_.size(), ids);
  }
  if (done > 0) text += fmt::format("; {} other{} {}", done, done == 1 ? " was" : "s were", verb);
  throw Error(kind_of(worst->fate, verb, stopped), text);
}

void Tally::rethrow(const std::vector<std::string>& left, std::string_view verb,
                    const std::atomic<bool>& stop) {
  if (any_failed()) {
    try {
      throw;
    } catch (const std::exception& error) {
      for (const auto& id : left) add(id, Fate::NotSent, error.what());
    }
    throw_if_failed(verb, stop);
  }
  if (done == 0) throw;
  std::throw_with_nested(
      PartDone{fmt::format("{} document{} {} before", done, done == 1 ? " was" : "s were", verb)});
}

Error error_of(const std::string& id, Fate fate, const std::string& reason, std::string_view verb,
               bool stopped) {
  return {kind_of(fate, verb, stopped), sentence(id, fate, reason, verb)};
}

}  // namespace couch::sql::change
