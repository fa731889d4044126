// COMMIT: every revision is verified before anything is written; then _bulk_docs, some megabytes at a time,
// so that what goes wrong early keeps the rest from being written.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "sql/change/pending_changes.h"
#include "sql/change/revision.h"
#include "sql/change/transaction.h"
#include "sql/json_text.h"

namespace couch::sql::change {

namespace {

using Fate = CommitError::Fate;

struct Change {
  std::string database, id;
  PendingPtr what;
};
using Changes = std::vector<Change>;

constexpr size_t ids_at_once = 20'000;
constexpr size_t bytes_at_once = size_t{32} << 20;

void check(const std::atomic<bool>& stop,
           const std::optional<std::chrono::steady_clock::time_point>& deadline) {
  const bool late = deadline && std::chrono::steady_clock::now() >= *deadline;
  if (stop || late) throw Error(ErrorKind::Interrupted, "COMMIT was interrupted before it wrote anything");
}

// What the server has of a document. Empty: none, or a deleted one.
std::string revision_in(std::span<char> row) {
  const std::string_view answer{row.data(), row.size()};
  if (!well_formed(answer)) throw Error(ErrorKind::MalformedAnswer, "a row of _all_docs is no JSON object");
  if (!member_of(answer, "error").empty()) return {};
  const std::string_view value = member_of(answer, "value");
  if (member_of(value, "deleted") == "true") return {};
  std::string revision = string_of(member_of(value, "rev"));
  if (revision.empty()) throw Error(ErrorKind::MalformedAnswer, "a row of _all_docs has no revision");
  return revision;
}

std::string difference(const Change& change, const std::string& found) {
  const auto& [database, id, what] = change;
  if (what->revision.empty())
    return fmt::format("{} in {} was inserted by another connection meanwhile (revision {})", id, database,
                       found);
  if (found.empty()) return fmt::format("{} in {} was deleted by another connection meanwhile", id, database);
  return fmt::format(
      "{} in {} was changed by another connection meanwhile: revision {} was read, {} is there", id, database,
      what->revision, found);
}

// Those that are not as they were read.
std::vector<CommitError::Document> differences(
    const Changes& changes, Documents& documents, const std::atomic<bool>& stop,
    const std::optional<std::chrono::steady_clock::time_point>& deadline) {
  std::vector<CommitError::Document> out;
  for (size_t from = 0; from < changes.size();) {
    check(stop, deadline);
    ByIds ids{{}, false};
    size_t to = from;
    for (; to < changes.size() && to - from < ids_at_once && changes[to].database == changes[from].database;
         ++to)
      ids.ids.push_back(changes[to].id);
    const auto answer = documents.open({changes[from].database, {}, std::move(ids)});
    for (; from < to; ++from) {
      auto row = answer->next();
      if (!row)
        throw Error(ErrorKind::MalformedAnswer, "_all_docs answered fewer rows than it was asked for");
      check(stop, deadline);
      const std::string found = revision_in(*row);
      if (found != changes[from].what->revision) {
        out.push_back(
            {changes[from].database, changes[from].id, Fate::Conflict, difference(changes[from], found)});
      }
    }
  }
  return out;
}

std::string text_of(const Change& change) {
  const auto& [database, id, what] = change;
  if (what->deleted()) return deletion(id, what->revision);
  return what->revision.empty() ? what->document : revision_added(what->document, what->revision);
}

std::string reason_of(const WriteResult& result) {
  if (result.reason.empty()) return result.error;
  return result.error.empty() ? result.reason : result.error + ": " + result.reason;
}

class Writer {
 public:
  Writer(const Changes& changes, Documents& documents) : changes_(changes), documents_(documents) {}

  Transaction::Outcome run() {
    for (size_t from = 0; from < changes_.size();) {
      const size_t to = batch(from);
      std::vector<std::string> texts;
      for (size_t i = from; i < to; ++i) texts.push_back(text_of(changes_[i]));
      std::vector<WriteResult> results;
      try {
        results = documents_.write(changes_[from].database, texts);
      } catch (const std::exception& error) {
        if (from == 0) throw;  // nothing was sent: all of it is still pending
        trouble_ = error.what();
        rest_from(from);
        break;
      }
      for (size_t i = from; i < to; ++i)
        take(changes_[i], i - from < results.size() ? &results[i - from] : nullptr);
      from = to;
      if (!failed_.empty()) {
        rest_from(from);
        break;
      }
    }
    if (failed_.empty()) return std::move(outcome_);
    throw error();
  }

 private:
  // Of one database, some megabytes.
  size_t batch(size_t from) const {
    size_t bytes = 0, to = from;
    while (to < changes_.size() && changes_[to].database == changes_[from].database &&
           (to == from || bytes < bytes_at_once)) {
      bytes += changes_[to].id.size() + changes_[to].what->document.size();
      ++to;
    }
    return to;
  }

  void take(const Change& change, const WriteResult* result) {
    const auto& [database, id, what] = change;
    if (result && result->succeeded()) {
      outcome_.accepted = outcome_.accepted || result->accepted;
      outcome_.documents.push_back({database, id, result->rev});
      return;
    }
    if (!result || result->unknown || result->error.empty()) {
      unknown_ = true;
      const std::string why = result ? reason_of(*result) : std::string{};
      fail(change, Fate::Unknown,
           fmt::format("whether {} in {} was written is not known{}{}", id, database, why.empty() ? "" : ": ",
                       why));
    } else if (result->error == "not_sent") {
      fail(change, Fate::NotWritten,
           fmt::format("{} in {} was not written: {}", id, database, result->reason));
    } else if (result->error == "conflict") {
      conflict_ = true;
      fail(change, Fate::Conflict,
           fmt::format("{} in {} was not written: another connection changed it while this one committed", id,
                       database));
    } else {
      refused_ = true;
      fail(change, Fate::Refused,
           fmt::format("{} in {} was not written: {}", id, database, reason_of(*result)));
    }
  }

  void fail(const Change& change, Fate fate, std::string message) {
    failed_.push_back({change.database, change.id, fate, std::move(message)});
  }
  void rest_from(size_t from) {
    for (; from < changes_.size(); ++from) {
      const auto& [database, id, what] = changes_[from];
      fail(changes_[from], Fate::NotWritten,
           fmt::format("{} in {} was not written: COMMIT had failed", id, database));
    }
  }

  CommitError error() {
    const size_t written = outcome_.documents.size();
    std::string message = fmt::format("COMMIT was carried out in part: {} of {} documents were written",
                                      written, changes_.size());
    if (written == 0)
      message = fmt::format(
          "the transaction was rolled back, nothing was written: the server refused {} of its {} documents",
          failed_.size(), changes_.size());
    if (unknown_) {
      const auto unknown = std::ranges::count(failed_, Fate::Unknown, &CommitError::Document::fate);
      message = fmt::format(
          "the outcome of COMMIT is not known: no answer came about {} of {} documents, {} were written",
          unknown, changes_.size(), written);
    }
    if (!trouble_.empty()) message += ": " + trouble_;
    for (const auto& [database, id, revision] : outcome_.documents) {
      failed_.push_back({database, id, Fate::Written,
                         fmt::format("{} in {} was written (revision {})", id, database, revision)});
    }
    const ErrorKind kind = unknown_                 ? ErrorKind::CommitUnknown
                           : refused_ && !conflict_ ? ErrorKind::CommitRefused
                                                    : ErrorKind::Conflict;
    std::ranges::stable_sort(failed_, {}, &CommitError::Document::fate);
    return {kind, message, std::move(failed_)};
  }

  const Changes& changes_;
  Documents& documents_;
  Transaction::Outcome outcome_;
  std::vector<CommitError::Document> failed_;
  std::string trouble_;
  bool unknown_ = false, conflict_ = false, refused_ = false;
};

}  // namespace

Transaction::Outcome Transaction::commit(Documents& documents, const std::atomic<bool>& stop,
                                         std::optional<std::chrono::steady_clock::time_point> deadline) {
  Changes changes;
  {
    std::scoped_lock lock{mutex_};
    require_open();
    for (const std::string& database : changes_->databases()) {
      for (auto& [id, change] : changes_->range(database, std::nullopt, std::nullopt, UINT64_MAX))
        changes.push_back({database, std::move(id), std::move(change)});
    }
    committing_ = true;
  }
  const auto end = [&](bool over) {
    std::scoped_lock lock{mutex_};
    committing_ = false;
    if (!over) return;
    changes_ = std::make_shared<PendingChanges>();
    savepoints_.clear();
  };
  try {
    if (auto differing = differences(changes, documents, stop, deadline); !differing.empty()) {
      const size_t count = differing.size();
      throw CommitError(
          ErrorKind::Conflict,
          fmt::format("the transaction was rolled back, nothing was written: {} of its {} documents "
                      "changed meanwhile. Run it again",
                      count, changes.size()),
          std::move(differing));
    }
    check(stop, deadline);
    Outcome outcome = Writer{changes, documents}.run();
    end(true);
    return outcome;
  } catch (const CommitError&) {
    end(true);
    throw;
  } catch (...) {
    end(false);  // nothing was sent
    throw;
  }
}

}  // namespace couch::sql::change
