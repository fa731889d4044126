#include "sql/scope.h"

#include <algorithm>
#include <iterator>

#include "sql/edit_distance.h"

namespace couch::sql {

namespace {

// Collects what fits: exact matches put those that differ in case out.
template <class T>
class Matches {
 public:
  void add(NameFit how, T what) {
    if (how == NameFit::None || how < best_) return;
    if (how > best_) found_.clear();
    best_ = how;
    found_.push_back(std::move(what));
  }
  const std::vector<T>& found() const { return found_; }

 private:
  NameFit best_ = NameFit::None;
  std::vector<T> found_;
};

}  // namespace

std::vector<const Source*> Scope::named(const ast::Name& name, size_t parts) const {
  Matches<const Source*> matches;
  for (const Source& source : sources) {
    if (parts == 1) {
      matches.add(fit(name[0], source.name), &source);
    } else if (!source.database.empty()) {
      matches.add(std::min(fit(name[0], source.database), fit(name[1], source.name)), &source);
    }
  }
  return matches.found();
}

Resolution Scope::resolve(const ast::Name& name) const {
  struct Found {
    ColumnPlace place;
    const MergedColumn* merged;
    bool nullable;
    std::string label;
  };
  for (size_t qualifier = std::min<size_t>(2, name.size() - 1) + 1; qualifier-- > 0;) {
    Matches<Found> matches;
    std::vector<const Source*> among;
    if (qualifier > 0) {
      among = named(name, qualifier);
    } else {
      for (const Source& s : sources) among.push_back(&s);
      for (const MergedColumn& m : merged)
        matches.add(fit_path(name, 0, m.name), {m.parts.front(), &m, true, m.name});
    }
    for (const Source* source : among) {
      const auto& columns = (*relations_)[source->relation].columns;
      for (size_t i = 0; i < columns.size(); ++i) {
        ColumnPlace place{source->relation, static_cast<uint32_t>(i)};
        if (qualifier == 0 && is_merged(place)) continue;
        NameFit how = fit_path(name, qualifier, columns[i].name);
        if (how != NameFit::None)
          matches.add(how, {place, nullptr, source->nullable || columns[i].nullable,
                            source->name + '.' + columns[i].name});
      }
    }
    const auto& found = matches.found();
    if (found.empty()) continue;
    Resolution result;
    if (found.size() > 1) {
      result.kind = Resolution::Kind::Ambiguous;
      for (const Found& f : found) result.candidates.push_back(f.label);
      return result;
    }
    result.kind = found[0].merged ? Resolution::Kind::Merged : Resolution::Kind::Column;
    result.place = found[0].place;
    result.merged = found[0].merged;
    result.nullable = found[0].nullable;
    return result;
  }
  return {};
}

bool Scope::star(const ast::Name& qualifier, std::vector<StarColumn>& columns) const {
  std::vector<const Source*> among;
  if (qualifier.empty()) {
    // SQL puts the columns of USING first.
    for (const MergedColumn& m : merged) columns.push_back({m.parts.front(), &m, true});
    for (const Source& s : sources) among.push_back(&s);
  } else if (qualifier.size() <= 2) {
    among = named(qualifier, qualifier.size());
  }
  if (among.empty() && columns.empty()) return !sources.empty() && qualifier.empty();
  for (const Source* source : among) {
    const auto& names = (*relations_)[source->relation].columns;
    for (size_t i = 0; i < names.size(); ++i) {
      ColumnPlace place{source->relation, static_cast<uint32_t>(i)};
      if (hidden(place) || (qualifier.empty() && is_merged(place))) continue;
      columns.push_back({place, nullptr, source->nullable || names[i].nullable});
    }
  }
  return true;
}

const Source* Scope::source_of(uint32_t relation) const {
  for (const Source& s : sources) {
    if (s.relation == relation) return &s;
  }
  return nullptr;
}

std::vector<std::string> Scope::suggestions(const ast::Name& name) const {
  std::vector<std::string_view> names;
  std::vector<const Source*> among;
  size_t qualifier = 0;
  if (name.size() > 1) {
    qualifier = 1;
    among = named(name, 1);
  }
  if (among.empty()) {
    qualifier = 0;
    for (const Source& s : sources) among.push_back(&s);
  }
  for (const Source* source : among) {
    for (const ResultColumn& column : (*relations_)[source->relation].columns) names.push_back(column.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  std::string wanted;
  for (size_t i = qualifier; i < name.size(); ++i) wanted += (i > qualifier ? "." : "") + name[i].text;
  std::vector<std::string> result;
  for (std::string_view n : nearest(wanted, names, 3)) result.emplace_back(n);
  return result;
}

void Scope::absorb(Scope&& other) {
  sources.insert(sources.end(), std::make_move_iterator(other.sources.begin()),
                 std::make_move_iterator(other.sources.end()));
  merged.insert(merged.end(), std::make_move_iterator(other.merged.begin()),
                std::make_move_iterator(other.merged.end()));
}

bool Scope::is_merged(const ColumnPlace& place) const {
  return std::any_of(merged.begin(), merged.end(), [&](const MergedColumn& m) {
    return std::find(m.parts.begin(), m.parts.end(), place) != m.parts.end();
  });
}

bool Scope::hidden(const ColumnPlace& place) const {
  const Relation& relation = (*relations_)[place.relation];
  return relation.kind == RelationKind::Base && relation.table->columns[place.column].hidden;
}

}  // namespace couch::sql
