#include "sql/mango/selector.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <utility>

namespace couch::sql::mango {

namespace {

// Strings come from SQL text and documents, both UTF-8; control characters are escaped by the writer.
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

std::string_view name_of(Operator op) {
  switch (op) {
    case Operator::Equal: return "$eq";
    case Operator::NotEqual: return "$ne";
    case Operator::Less: return "$lt";
    case Operator::LessEqual: return "$lte";
    case Operator::Greater: return "$gt";
    case Operator::GreaterEqual: return "$gte";
    case Operator::In: return "$in";
    case Operator::NotIn: return "$nin";
    case Operator::Regex: return "$regex";
    case Operator::Exists: return "$exists";
  }
  return "$eq";
}

void key(Writer& out, std::string_view text) {
  out.Key(text.data(), static_cast<rapidjson::SizeType>(text.size()));
}

void raw(Writer& out, const std::string& json) {
  out.RawValue(json.data(), json.size(), rapidjson::kObjectType);
}

void write(Writer& out, const Selector& selector);

void write_list(Writer& out, std::string_view op, const std::vector<Selector>& terms) {
  out.StartObject();
  key(out, op);
  out.StartArray();
  for (const auto& term : terms) write(out, term);
  out.EndArray();
  out.EndObject();
}

void write_tests(Writer& out, const std::vector<Test>& tests) {
  out.StartObject();
  for (const auto& test : tests) {
    key(out, name_of(test.op));
    raw(out, test.operand);
  }
  out.EndObject();
}

void write(Writer& out, const AllOf& all) {
  if (all.terms.empty()) {
    out.StartObject();
    out.EndObject();
  } else if (all.terms.size() == 1) {
    write(out, all.terms.front());
  } else {
    write_list(out, "$and", all.terms);
  }
}

void write(Writer& out, const AnyOf& any) {
  if (any.terms.size() == 1) return write(out, any.terms.front());
  write_list(out, "$or", any.terms);
}

void write(Writer& out, const Field& field) {
  if (field.path.empty()) return write_tests(out, field.tests);
  out.StartObject();
  key(out, field_name(field.path));
  write_tests(out, field.tests);
  out.EndObject();
}

void write(Writer& out, const ElementMatches& match) {
  out.StartObject();
  key(out, field_name(match.path));
  out.StartObject();
  key(out, "$elemMatch");
  write(out, AllOf{match.all});
  out.EndObject();
  out.EndObject();
}

void write(Writer& out, const Selector& selector) {
  std::visit([&](const auto& node) { write(out, node); }, selector.node);
}

std::string escaped(std::string_view name) {
  std::string out;
  for (char c : name) {
    if (c == '.' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

template <class List, class Other>
Selector combine(std::vector<Selector> terms) {
  std::vector<Selector> flat;
  for (auto& term : terms) {
    if (auto* same = std::get_if<List>(&term.node)) {
      for (auto& inner : same->terms) flat.push_back(std::move(inner));
      continue;
    }
    auto* other = std::get_if<Other>(&term.node);
    if (other && other->terms.empty()) return Selector{Other{}};
    flat.push_back(std::move(term));
  }
  if (flat.size() == 1) return std::move(flat.front());
  return Selector{List{std::move(flat)}};
}

}  // namespace

Selector everything() { return Selector{AllOf{}}; }
Selector nothing() { return Selector{AnyOf{}}; }

bool is_everything(const Selector& selector) {
  auto* all = std::get_if<AllOf>(&selector.node);
  return all && all->terms.empty();
}

bool is_nothing(const Selector& selector) {
  auto* any = std::get_if<AnyOf>(&selector.node);
  return any && any->terms.empty();
}

Selector all(std::vector<Selector> terms) { return combine<AllOf, AnyOf>(std::move(terms)); }
Selector any(std::vector<Selector> terms) { return combine<AnyOf, AllOf>(std::move(terms)); }

std::string to_json(const Selector& selector) {
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  write(out, selector);
  return {buffer.GetString(), buffer.GetSize()};
}

std::string field_name(const Path& path) {
  std::string out = projection_name(path);
  if (out.starts_with('$')) out.insert(out.begin(), '\\');
  return out;
}

std::string projection_name(const Path& path) {
  std::string out;
  for (const auto& name : path) {
    if (!out.empty()) out += '.';
    out += escaped(name);
  }
  return out;
}

bool nameable(const Path& path) {
  // A name that is empty leaves nothing between two dots; one that ends in a backslash escapes the dot after
  // it on servers that know no escaped backslash; '$' at the start of a later name is an operator to some.
  return !path.empty() && std::all_of(path.begin(), path.end(), [&](const std::string& name) {
    return !name.empty() && name.find('\\') == std::string::npos &&
           (&name == &path.front() || name.front() != '$');
  });
}

}  // namespace couch::sql::mango
