#include "tests/support/view_rows.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "tests/support/mango_oracle.h"

namespace couch::test::model {

namespace {

std::string quoted(const std::string& text) { return to_text(Json::string(text)); }

// The range that is asked for, in its direction; not limited yet.
std::vector<ViewRow> range_of(std::vector<ViewRow> rows, const sql::ViewRead& read) {
  const bool down = read.descending;
  const std::string& low = down ? read.end_key : read.start_key;
  const std::string& high = down ? read.start_key : read.end_key;
  const auto& low_id = down ? read.end_key_docid : read.start_key_docid;
  const auto& high_id = down ? read.start_key_docid : read.end_key_docid;
  if (!low.empty() && !high.empty() && compare(parse_json(low), parse_json(high)) > 0)
    throw std::invalid_argument("query_parse_error: no rows can match your key range");
  // A bound is a key and an _id; without one the range holds all rows of the key.
  const auto beside = [](const ViewRow& row, const Json& key, const std::optional<std::string>& id) {
    const int keys = compare(row.key, key);
    return keys != 0 || !id ? keys : row.id.compare(*id);
  };
  std::erase_if(rows, [&](const ViewRow& row) {
    if (!low.empty()) {
      const int place = beside(row, parse_json(low), low_id);
      if (place < 0 || (place == 0 && down && !read.inclusive_end)) return true;
    }
    if (high.empty()) return false;
    const int place = beside(row, parse_json(high), high_id);
    return place > 0 || (place == 0 && !down && !read.inclusive_end);
  });
  if (down) std::reverse(rows.begin(), rows.end());
  return rows;
}

Json reduced(const std::vector<Json>& values, const std::string& reduce) {
  if (reduce == "_count") return Json::number(std::to_string(values.size()));
  long double sum = 0, squares = 0, least = 0, most = 0;
  for (const auto& value : values) {
    if (value.kind != Json::Kind::Number) throw std::runtime_error("500 builtin_reduce_error");
    const long double number = std::stold(value.text);
    least = &value == &values.front() ? number : std::min(least, number);
    most = &value == &values.front() ? number : std::max(most, number);
    sum += number;
    squares += number * number;
  }
  const auto number = [](long double value) {
    std::ostringstream out;
    out.precision(17);
    out << static_cast<double>(value);
    return Json::number(out.str());
  };
  if (reduce == "_sum") return number(sum);
  return Json::object({{"sum", number(sum)},
                       {"count", Json::number(std::to_string(values.size()))},
                       {"min", number(least)},
                       {"max", number(most)},
                       {"sumsqr", number(squares)}});
}

std::vector<std::string> groups(const std::vector<ViewRow>& rows, const sql::ViewRead& read,
                                const std::string& reduce) {
  std::vector<std::string> out;
  const auto end_group = [&](const Json& key, std::vector<Json>& values) {
    if (!values.empty())
      out.push_back("{\"key\":" + to_text(key) + ",\"value\":" + to_text(reduced(values, reduce)) + "}");
    values.clear();
  };
  Json group;
  std::vector<Json> values;
  for (const auto& row : rows) {
    Json key = row.key;
    if (read.group_level != 0 && key.kind == Json::Kind::Array && key.items.size() > read.group_level)
      key.items.resize(read.group_level);
    if (!read.group && read.group_level == 0) key = Json::null();
    if (!values.empty() && compare(key, group) != 0) end_group(group, values);
    if (values.empty()) group = std::move(key);  // CouchDB, too, shows the first of equal keys
    values.push_back(row.value);
  }
  end_group(group, values);
  return out;
}

}  // namespace

// The rows of a JSON index as the view that it is: by key, then by the bytes of _id.
std::vector<ViewRow> index_rows(const std::map<std::string, std::string>& documents,
                                const sql::Index& index) {
  std::vector<ViewRow> out;
  const Json filter = index.partial ? parse_json(index.partial_filter) : Json::object({});
  for (const auto& [id, text] : documents) {
    if (id.starts_with("_design/")) continue;
    const Json document = parse_json(text);
    Json key = Json::array({});
    for (const auto& field : index.fields) {
      const Found found = find_path(document, field);
      if (found.value) key.items.push_back(*found.value);
    }
    if (key.items.size() == index.fields.size() && (!index.partial || mango_matches(filter, document)))
      out.push_back({std::move(key), id, Json::null(), text});
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const ViewRow& a, const ViewRow& b) { return compare(a.key, b.key) < 0; });
  return out;
}

std::vector<std::string> view_answer(const std::vector<ViewRow>& all, const sql::ViewRead& read,
                                     const std::string& reduce) {
  std::vector<std::string> out;
  const auto answer = [&](const sql::ViewRead& range) {
    auto rows = range_of(all, range);
    if (read.reduce) {
      for (auto& group : groups(rows, read, reduce)) out.push_back(std::move(group));
      return;
    }
    for (const auto& row : rows) {
      out.push_back("{\"id\":" + quoted(row.id) + ",\"key\":" + to_text(row.key) +
                    ",\"value\":" + to_text(row.value) +
                    (read.include_docs ? ",\"doc\":" + row.document : std::string{}) + "}");
    }
  };
  if (read.keys.empty()) {
    answer(read);
  } else {
    if (read.reduce && !read.group) throw std::runtime_error("400 multi-key fetches must use group=true");
    for (const auto& key : read.keys) {
      sql::ViewRead one = read;
      one.start_key = one.end_key = key;
      answer(one);
    }
  }
  if (read.limit && out.size() > *read.limit) out.resize(*read.limit);
  return out;
}

}  // namespace couch::test::model
