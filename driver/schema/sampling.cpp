#include "driver/schema/sampling.h"

#include <algorithm>
#include <queue>

#include "driver/bridge.h"
#include "driver/bridge_request.h"
#include "driver/bridge_row.h"
#include "sql/id_between.h"
#include "sql/json_text.h"

namespace couch::driver::schema {
namespace {

constexpr uint64_t chunk = 8;      // documents a probe reads
constexpr size_t at_once = 8;      // probes in flight
constexpr int most_prefixes = 32;  // jumps from one id prefix to the next

// The row's document, if it has one. False: it has not even a "doc".
bool add_document(Sample& sample, std::span<char> row) {
  const std::string_view text{row.data(), row.size()};
  const std::string_view document = sql::member_of(text, "doc");
  if (document.starts_with('{'))
    sample.add(row.subspan(static_cast<size_t>(document.data() - text.data()), document.size()));
  return !document.empty();
}

// Reads an answer's documents into the sample. What it learns of the rows: their first and last id and the
// rank of the first.
struct Answer {
  std::string first, last;  // ids; empty: no rows
  uint64_t rows = 0;
  std::optional<uint64_t> offset;
};

Answer read(http::RowStream& stream, Sample& sample, bool with_documents = true) {
  Answer answer;
  while (const auto row = stream.next()) {
    const std::string_view text{row->data(), row->size()};
    answer.last = sql::string_of(head_of(text).id);
    if (answer.rows++ == 0) answer.first = answer.last;
    if (!add_document(sample, *row) && with_documents) malformed_sample();
  }
  rapidjson::Document envelope;
  envelope.Parse<rapidjson::kParseIterativeFlag>(stream.envelope().data(), stream.envelope().size());
  if (!envelope.HasParseError() && envelope.IsObject()) {
    const auto offset = envelope.FindMember("offset");
    if (offset != envelope.MemberEnd() && offset->value.IsUint64()) answer.offset = offset->value.GetUint64();
  }
  return answer;
}

std::unique_ptr<http::RowStream> ascending(const Asking& ask, const SamplingOf& of, const std::string& from,
                                           uint64_t limit) {
  sql::AllDocs range;
  if (!from.empty()) range.start = from;
  return ask.stream(all_docs_request(of.scope, range, limit));
}

std::unique_ptr<http::RowStream> descending(const Asking& ask, const SamplingOf& of,
                                            const std::string& from) {
  sql::AllDocs range;
  if (!from.empty()) range.start = from;
  range.descending = true;
  range.include_docs = false;
  return ask.stream(all_docs_request(of.scope, range, 1));
}

// Ids of which the first and last are known, and how many documents lie between them.
struct Gap {
  std::string low, high;  // both were read
  uint64_t low_rank = 0, high_rank = 0;
  uint64_t born = 0;  // gaps of equal width: the older first
  friend bool operator<(const Gap& a, const Gap& b) {
    const uint64_t wide_a = a.high_rank - a.low_rank, wide_b = b.high_rank - b.low_rank;
    return wide_a != wide_b ? wide_a < wide_b : a.born > b.born;
  }
};

// Splits the widest gap between known ids again and again. One request in the middle of it gives documents
// and, by its offset, their rank; one downwards from there makes the gap's lower half end at a document.
class GapSampler {
 public:
  GapSampler(const Asking& ask, const SamplingOf& of, Sample& sample) : ask_(ask), of_(of), sample_(sample) {}

  void add(Gap gap) {
    if (gap.low >= gap.high) return;
    // Without ranks (PouchDB gives none) gaps are split in the order of their making.
    if (!ranked_) gap.low_rank = gap.high_rank = 0;
    if (ranked_ && gap.high_rank <= gap.low_rank + 1) return;
    gap.born = ++made_;
    gaps_.push(std::move(gap));
  }

  void probe(uint64_t probes) {
    while (probes > 0 && !gaps_.empty()) {
      std::vector<Probe> flying;
      while (flying.size() < at_once && flying.size() < probes && !gaps_.empty()) {
        Probe probe{gaps_.top(), {}, nullptr, nullptr};
        gaps_.pop();
        probe.middle = sql::id_between(probe.gap.low, probe.gap.high);
        if (probe.middle.empty()) continue;
        probe.up = ascending(ask_, of_, probe.middle, chunk);
        probe.down = descending(ask_, of_, probe.middle);
        flying.push_back(std::move(probe));
      }
      probes -= std::min<uint64_t>(probes, flying.size());
      for (auto& probe : flying) land(probe);
    }
  }

 private:
  struct Probe {
    Gap gap;
    std::string middle;
    std::unique_ptr<http::RowStream> up, down;
  };

  void land(Probe& probe) {
    const Answer up = read(*probe.up, sample_);
    const Answer down = read(*probe.down, sample_, false);
    if (up.rows == 0) return;
    const uint64_t rank = up.offset.value_or(0);
    if (rank <= probe.gap.low_rank || rank > probe.gap.high_rank + chunk) ranked_ = false;
    add({probe.gap.low, down.last, probe.gap.low_rank, rank, 0});
    add({up.last, probe.gap.high, rank + up.rows - 1, probe.gap.high_rank, 0});
  }

  const Asking& ask_;
  const SamplingOf& of_;
  Sample& sample_;
  std::priority_queue<Gap> gaps_;
  bool ranked_ = true;
  uint64_t made_ = 0;
};

// Ids such as "order:0017" tell the types apart: a few documents past each such beginning.
void sample_prefixes(const Asking& ask, const SamplingOf& of, Sample& sample, std::string id) {
  for (int jumps = 0; jumps < most_prefixes; ++jumps) {
    const std::string next = past_prefix(id);
    if (next.empty()) return;
    const auto stream = ascending(ask, of, next, chunk);
    const Answer answer = read(*stream, sample);
    if (answer.rows == 0 || answer.first <= id) return;
    id = answer.first;
  }
}

void sample_newest(const Asking& ask, const SamplingOf& of, Sample& sample, uint64_t limit) {
  http::Request request;
  request.path = of.scope + "/_changes";
  request.query = {{"descending", "true"}, {"include_docs", "true"}, {"limit", std::to_string(limit)}};
  try {
    read(*ask.stream(std::move(request)), sample);
  } catch (const http::Error& error) {
    if (!harmless(error)) throw;
  }
}

// An index of exactly the discriminator knows every type and how often it is there.
void sample_by_index(const Asking& ask, const SamplingOf& of, Sample& sample) {
  const auto exact = std::find_if(of.indexes.begin(), of.indexes.end(), [&](const sql::Index& index) {
    return !index.partial && !index.partitioned && index.fields.size() == 1 &&
           index.fields.front() == of.type_field;
  });
  if (exact == of.indexes.end() || !of.traits.index_as_view) return;
  sql::ViewRead groups;
  groups.design_document = exact->design_document;
  groups.view = exact->name;
  groups.reduce = true;
  groups.group_level = 1;
  std::vector<std::string> missing;  // JSON texts of types that the sample shows too little of
  try {
    const auto stream = ask.stream(view_request(of.scope, groups, all_rows));
    while (const auto row = stream->next()) {
      rapidjson::Document group;
      group.Parse<rapidjson::kParseIterativeFlag>(row->data(), row->size());
      if (group.HasParseError() || !group.IsObject()) continue;
      const auto key = group.FindMember("key");
      if (key == group.MemberEnd() || !key->value.IsArray() || key->value.Empty() ||
          !key->value[0].IsString())
        continue;
      const std::string type{key->value[0].GetString(), key->value[0].GetStringLength()};
      constexpr uint64_t enough = 20;
      const auto known = sample.types().find(type);
      const uint64_t sampled = known == sample.types().end() ? 0 : known->second.documents;
      const uint64_t count = number_in(group, "value");
      sample.count(type, count);
      constexpr size_t most = 256;
      if (sampled < std::min(enough, count) && missing.size() < most)
        missing.push_back(sql::json_string(type));
    }
  } catch (const http::Error& error) {
    if (!harmless(error)) throw;
    return;
  }
  const uint64_t each = std::clamp<uint64_t>(of.sample_size / (missing.size() + 1), 5, 100);
  for (size_t from = 0; from < missing.size(); from += at_once) {
    std::vector<std::unique_ptr<http::RowStream>> flying;
    for (size_t i = from; i < std::min(from + at_once, missing.size()); ++i) {
      sql::ViewRead of_type;
      of_type.design_document = exact->design_document;
      of_type.view = exact->name;
      of_type.include_docs = true;
      of_type.start_key = of_type.end_key = "[" + missing[i] + "]";
      flying.push_back(ask.stream(view_request(of.scope, of_type, each)));
    }
    for (auto& stream : flying) read(*stream, sample);
  }
}

}  // namespace

std::string past_prefix(std::string_view id) {
  constexpr std::string_view separators = ":/|#~._-";
  constexpr size_t longest = 40;
  for (size_t i = 0; i < id.size() && i <= longest; ++i) {
    const char c = id[i];
    if (c >= '0' && c <= '9') return {};  // a number or a hexadecimal id, not a word
    if (i > 0 && separators.find(c) != std::string_view::npos) {
      std::string next{id.substr(0, i)};
      next += static_cast<char>(c + 1);
      return next;
    }
  }
  return {};
}

void take_sample(const Asking& ask, const SamplingOf& of, Sample& sample) {
  if (of.sample_size == 0 || of.documents <= of.sample_size) {
    // A read of everything goes on where the link breaks, and gives each document once.
    sample.expect_no_repeats();
    const auto documents = documents_over(ask.client, ask.stop, ask.deadline);
    const auto stream = documents->open({of.database, {}, sql::AllDocs{}});
    while (const auto row = stream->next()) {
      if (!add_document(sample, *row)) malformed_sample();
    }
    return;
  }
  const uint64_t quarter = std::max<uint64_t>(of.sample_size / 4, 1);
  const auto first_stream = ascending(ask, of, {}, quarter);
  const auto last_stream = descending(ask, of, {});
  const Answer first = read(*first_stream, sample);
  const Answer last = read(*last_stream, sample, false);
  sample_newest(ask, of, sample, quarter);
  if (first.rows == 0 || last.rows == 0) return;
  sample_prefixes(ask, of, sample, first.first);
  GapSampler gaps{ask, of, sample};
  gaps.add({first.last, last.last, first.rows - 1, of.documents, 0});
  gaps.probe(std::max<uint64_t>(of.sample_size / 2 / chunk, 1));
  sample_by_index(ask, of, sample);
}

void take_sample_of_type(const Asking& ask, const std::string& scope,
                         const std::vector<std::string>& type_field, const std::string& type, uint64_t limit,
                         Sample& sample) {
  // {"a":{"b":"type"}} would be equality of the whole object: a path is nested by its dots.
  std::string path;
  for (const auto& field : type_field) {
    if (!path.empty()) path += '.';
    for (const char c : field) {
      if (c == '.' || c == '\\' || (c == '$' && path.empty())) path += '\\';
      path += c;
    }
  }
  sql::Find find;
  find.selector = "{" + sql::json_string(path) + ":{\"$eq\":" + sql::json_string(type) + "}}";
  const auto stream = ask.stream(find_request(scope, find, limit, {}));
  while (const auto row = stream->next()) sample.add(*row);
}

}  // namespace couch::driver::schema
