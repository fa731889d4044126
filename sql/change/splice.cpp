#include "sql/change/splice.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/error.h"
#include "sql/json_text.h"

namespace couch::sql::change {

struct Edits::Node {
  using Values = std::span<const std::optional<std::string>>;

  std::string name;
  std::optional<size_t> value;  // of a leaf: its place in the values
  std::vector<std::unique_ptr<Node>> children;

  Node* child(const std::string& of) {
    for (auto& c : children) {
      if (c->name == of) return c.get();
    }
    children.push_back(std::make_unique<Node>());
    children.back()->name = of;
    return children.back().get();
  }

  // Whether anything is put at or below it.
  bool sets(Values values) const {
    if (value) return values[*value].has_value();
    return std::any_of(children.begin(), children.end(), [&](const auto& c) { return c->sets(values); });
  }

  // A text that was not there before.
  void build(std::string& out, Values values) const {
    if (value) {
      out += *values[*value];
      return;
    }
    out += '{';
    append_new(out, values, {}, true);
    out += '}';
  }

  // The members that `found` lacks.
  void append_new(std::string& out, Values values, const std::vector<const Node*>& found, bool first) const {
    for (const auto& c : children) {
      if (!c->sets(values) || std::find(found.begin(), found.end(), c.get()) != found.end()) continue;
      if (!first) out += ',';
      first = false;
      append_json_string(out, c->name);
      out += ':';
      c->build(out, values);
    }
  }

  void edit_value(std::string& out, std::string_view text, Values values) const {
    if (value) {
      out += *values[*value];
    } else if (text.starts_with('{')) {
      edit_object(out, text, values);
    } else if (!sets(values)) {
      out += text;
    } else if (text == "null") {
      build(out, values);
    } else {
      throw Error(ErrorKind::TypeMismatch,
                  fmt::format("{} is no object, so that no field can be put into it", name));
    }
  }

  void edit_object(std::string& out, std::string_view text, Values values) const {
    const std::vector<Member> members = members_of(text);
    // Of repeated names the last one stands; removing removes all.
    std::vector<const Node*> edits(members.size(), nullptr), found;
    for (size_t i = members.size(); i-- > 0;) {
      for (const auto& c : children) {
        if (!members[i].named(c->name)) continue;
        const bool removes = c->value && !values[*c->value];
        const bool first_seen = std::find(found.begin(), found.end(), c.get()) == found.end();
        if (first_seen) found.push_back(c.get());
        if (first_seen || removes) edits[i] = c.get();
      }
    }
    const auto offset = [&](std::string_view part) { return static_cast<size_t>(part.data() - text.data()); };
    const size_t open = text.find('{');
    out.append(text, 0, open + 1);
    bool first = true;
    size_t after = open + 1;  // the end of the member before
    for (size_t i = 0; i < members.size(); ++i) {
      const size_t begin = offset(members[i].key), value_begin = offset(members[i].value);
      const size_t before = std::exchange(after, value_begin + members[i].value.size());
      if (edits[i] && edits[i]->value && !values[*edits[i]->value]) continue;
      if (!first) {
        out.append(text, before, begin - before);  // with its comma
      } else if (!members.empty()) {
        out.append(text, open + 1, offset(members[0].key) - open - 1);
      }
      first = false;
      out.append(text, begin, value_begin - begin);
      if (edits[i])
        edits[i]->edit_value(out, members[i].value, values);
      else
        out += members[i].value;
    }
    append_new(out, values, found, first);
    out.append(text, after, text.size() - after);
  }
};

Edits::Edits(const std::vector<Path>& paths) : root_(std::make_unique<Node>()) {
  for (size_t i = 0; i < paths.size(); ++i) {
    Node* node = root_.get();
    bool clash = false;
    for (const auto& name : paths[i]) {
      clash = clash || node->value.has_value();
      node = node->child(name);
    }
    if (clash || node->value || !node->children.empty()) {
      throw Error(
          ErrorKind::WrongArguments,
          fmt::format("{} is written twice, or is a part of what is written too", fmt::join(paths[i], ".")));
    }
    node->value = i;
  }
}
Edits::~Edits() = default;
Edits::Edits(Edits&&) noexcept = default;
Edits& Edits::operator=(Edits&&) noexcept = default;

std::string Edits::apply(std::string_view object, std::span<const std::optional<std::string>> values) const {
  std::string out;
  out.reserve(object.size() + 64);
  root_->edit_object(out, object, values);
  return out;
}

}  // namespace couch::sql::change
