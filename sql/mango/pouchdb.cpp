#include "sql/mango/pouchdb.h"

#include <algorithm>
#include <utility>

namespace couch::sql::mango {

namespace {

bool takes_too_many(const Selector& term) {
  auto* field = std::get_if<Field>(&term.node);
  if (!field || field->path.empty()) return false;  // an array's element is in no index
  const bool dotted = field->path.size() > 1 || field->path.front().find('.') != std::string::npos;
  return dotted && std::any_of(field->tests.begin(), field->tests.end(),
                               [](const Test& test) { return test.op == Operator::Greater; });
}

}  // namespace

bool PouchDbAnd::add(const Selector& term) {
  if (auto* field = std::get_if<Field>(&term.node)) {
    if (std::find(paths_.begin(), paths_.end(), field->path) != paths_.end()) return false;
    paths_.push_back(field->path);
    return true;
  }
  auto* any = std::get_if<AnyOf>(&term.node);
  if (!any || has_or_) return false;
  bool plain = std::all_of(any->terms.begin(), any->terms.end(),
                           [](const Selector& s) { return std::holds_alternative<Field>(s.node); });
  has_or_ = plain;
  return plain;
}

void PouchDbAnd::admit(Pushed& pushed) {
  std::vector<Selector> terms;
  if (auto* all = std::get_if<AllOf>(&pushed.selector.node)) {
    terms = std::move(all->terms);
  } else {
    terms.push_back(std::move(pushed.selector));
  }
  if (std::any_of(terms.begin(), terms.end(), takes_too_many)) pushed.exact = false;
  auto refused = std::remove_if(terms.begin(), terms.end(), [&](const Selector& term) { return !add(term); });
  if (refused != terms.end()) pushed.exact = false;
  terms.erase(refused, terms.end());
  pushed.narrows = pushed.narrows && !terms.empty();
  pushed.selector = all(std::move(terms));
}

}  // namespace couch::sql::mango
