// A tree as an indented outline: a node a line, with its bytes in the text.
#include <fmt/format.h>

#include "sql/parser.h"

namespace couch::sql {
namespace {

class Dump {
 public:
  std::string take() { return std::move(out_); }

  void statement(const ast::Statement& s) {
    node(fmt::format("statement parameters={}", s.parameters), s.span,
         [&] { std::visit([&](const auto& alternative) { content(alternative); }, s.node); });
  }

 private:
  // ---- lines
  void line(std::string_view text) { out_ += fmt::format("{:{}}{}\n", "", 2 * indent_, text); }
  template <class Children>
  void group(std::string_view text, Children&& children) {
    line(text);
    ++indent_;
    children();
    --indent_;
  }
  template <class Children>
  void node(std::string_view text, Span span, Children&& children) {
    group(fmt::format("{} {}..{}", text, span.begin, span.end), children);
  }
  void leaf(std::string_view text, Span span) { line(fmt::format("{} {}..{}", text, span.begin, span.end)); }

  static std::string text_of(const ast::Identifier& id) {
    return id.quoted ? fmt::format("\"{}\"", id.text) : id.text;
  }
  static std::string text_of(const ast::Name& name) {
    std::string all;
    for (const auto& part : name) all += (all.empty() ? "" : ".") + text_of(part);
    return all;
  }
  static std::string list_text(const std::vector<ast::Identifier>& list) {
    std::string all;
    for (const auto& id : list) all += (all.empty() ? "" : ", ") + text_of(id);
    return "(" + all + ")";
  }
  static std::string_view negation(bool negated) { return negated ? "not " : ""; }

  void optional(std::string_view label, const ast::ExprPtr& e) {
    if (e) group(label, [&] { expr(*e); });
  }
  void exprs(const std::vector<ast::ExprPtr>& list) {
    for (const auto& e : list) expr(*e);
  }
  void exprs(std::string_view label, const std::vector<ast::ExprPtr>& list) {
    if (!list.empty()) group(label, [&] { exprs(list); });
  }

  // ---- expressions: a label and the children
  void expr(const ast::Expr& e) {
    std::visit([&](const auto& alternative) { expr(alternative, e); }, e.node);
  }
  void expr(const ast::Literal&, const ast::Expr& e) { leaf("literal " + print(e), e.span); }
  void expr(const ast::ColumnRef& n, const ast::Expr& e) { leaf("column " + text_of(n.name), e.span); }
  void expr(const ast::Star& n, const ast::Expr& e) {
    leaf(n.qualifier.empty() ? "star" : "star " + text_of(n.qualifier), e.span);
  }
  void expr(const ast::Parameter& n, const ast::Expr& e) {
    leaf(fmt::format("parameter {}", n.index), e.span);
  }
  void expr(const ast::Default&, const ast::Expr& e) { leaf("default", e.span); }
  void expr(const ast::Unary& n, const ast::Expr& e) {
    const std::string_view op = n.op == ast::UnaryOp::Not     ? "not"
                                : n.op == ast::UnaryOp::Minus ? "minus"
                                                              : "plus";
    node(op, e.span, [&] { expr(*n.operand); });
  }
  void expr(const ast::Binary& n, const ast::Expr& e) {
    constexpr std::string_view ops[] = {"+", "-", "*", "/", "%", "||"};
    pair(ops[static_cast<size_t>(n.op)], *n.left, *n.right, e);
  }
  void expr(const ast::Logical& n, const ast::Expr& e) {
    node(n.conjunction ? "and" : "or", e.span, [&] { exprs(n.terms); });
  }
  void expr(const ast::Compare& n, const ast::Expr& e) { pair(compare(n.op), *n.left, *n.right, e); }
  void expr(const ast::Distinct& n, const ast::Expr& e) {
    pair(n.negated ? "is not distinct from" : "is distinct from", *n.left, *n.right, e);
  }
  void expr(const ast::IsNull& n, const ast::Expr& e) {
    node(fmt::format("is {}null", negation(n.negated)), e.span, [&] { expr(*n.subject); });
  }
  void expr(const ast::IsTruth& n, const ast::Expr& e) {
    constexpr std::string_view values[] = {"true", "false", "unknown"};
    node(fmt::format("is {}{}", negation(n.negated), values[static_cast<size_t>(n.value)]), e.span,
         [&] { expr(*n.subject); });
  }
  void expr(const ast::Between& n, const ast::Expr& e) {
    node(fmt::format("{}between", negation(n.negated)), e.span, [&] {
      expr(*n.subject);
      expr(*n.low);
      expr(*n.high);
    });
  }
  void expr(const ast::In& n, const ast::Expr& e) {
    node(fmt::format("{}in", negation(n.negated)), e.span, [&] {
      expr(*n.subject);
      exprs("list", n.list);
    });
  }
  void expr(const ast::InQuery& n, const ast::Expr& e) {
    node(fmt::format("{}in", negation(n.negated)), e.span, [&] {
      expr(*n.subject);
      query(*n.query);
    });
  }
  void expr(const ast::Like& n, const ast::Expr& e) {
    const std::string_view word = n.kind == ast::LikeKind::Like ? "like" : "regexp";
    node(fmt::format("{}{}", negation(n.negated), word), e.span, [&] {
      expr(*n.subject);
      expr(*n.pattern);
      optional("escape", n.escape);
    });
  }
  void expr(const ast::Exists& n, const ast::Expr& e) {
    node("exists", e.span, [&] { query(*n.query); });
  }
  void expr(const ast::ScalarQuery& n, const ast::Expr& e) {
    node("scalar", e.span, [&] { query(*n.query); });
  }
  void expr(const ast::Quantified& n, const ast::Expr& e) {
    node(fmt::format("{} {}", compare(n.op), n.all ? "all" : "any"), e.span, [&] {
      expr(*n.subject);
      query(*n.query);
    });
  }
  void expr(const ast::Row& n, const ast::Expr& e) {
    node("row", e.span, [&] { exprs(n.items); });
  }
  void expr(const ast::Case& n, const ast::Expr& e) {
    node("case", e.span, [&] {
      optional("subject", n.subject);
      for (const auto& branch : n.branches) {
        group("when", [&] {
          expr(*branch.when);
          expr(*branch.then);
        });
      }
      optional("else", n.otherwise);
    });
  }
  void expr(const ast::Cast& n, const ast::Expr& e) {
    node("cast " + name_of(n.type), e.span, [&] { expr(*n.operand); });
  }
  void expr(const ast::Call& n, const ast::Expr& e) {
    node(fmt::format("call {}{}{}", n.name, n.distinct ? " distinct" : "",
                     n.ignore_nulls ? " ignore nulls" : ""),
         e.span, [&] {
           exprs(n.arguments);
           order_by(n.order_by);
           optional("filter", n.filter);
           if (n.over) window("over", *n.over);
         });
  }
  void expr(const ast::BoundColumn& n, const ast::Expr& e) {
    leaf(fmt::format("bound column {}.{}", n.relation, n.column), e.span);
  }

  void pair(std::string_view label, const ast::Expr& left, const ast::Expr& right, const ast::Expr& e) {
    node(label, e.span, [&] {
      expr(left);
      expr(right);
    });
  }
  static std::string_view compare(ast::CompareOp op) {
    constexpr std::string_view ops[] = {"=", "<>", "<", "<=", ">", ">="};
    return ops[static_cast<size_t>(op)];
  }

  void order_by(const std::vector<ast::OrderItem>& items) {
    if (items.empty()) return;
    group("order by", [&] {
      for (const auto& item : items) {
        const std::string_view nulls = !item.nulls_first   ? ""
                                       : *item.nulls_first ? " nulls first"
                                                           : " nulls last";
        node(fmt::format("{}{}", item.descending ? "descending" : "ascending", nulls), item.span,
             [&] { expr(*item.key); });
      }
    });
  }
  void window(std::string_view label, const ast::Window& w) {
    group(w.base ? fmt::format("{} {}", label, text_of(*w.base)) : std::string(label), [&] {
      exprs("partition by", w.partition_by);
      order_by(w.order_by);
      if (w.frame) frame(*w.frame);
    });
  }
  void frame(const ast::Frame& f) {
    constexpr std::string_view units[] = {"rows", "range", "groups"};
    constexpr std::string_view bounds[] = {"unbounded preceding", "preceding", "current row", "following",
                                           "unbounded following"};
    constexpr std::string_view excludes[] = {"", " exclude current row", " exclude group", " exclude ties"};
    group(fmt::format("{} from {} to {}{}", units[static_cast<size_t>(f.unit)],
                      bounds[static_cast<size_t>(f.start)], bounds[static_cast<size_t>(f.end)],
                      excludes[static_cast<size_t>(f.exclude)]),
          [&] {
            optional("from", f.start_offset);
            optional("to", f.end_offset);
          });
  }

  // ---- queries
  void query(const ast::Query& q) {
    node(fmt::format("query{}{}", q.recursive ? " recursive" : "", q.with_ties ? " with ties" : ""), q.span,
         [&] {
           for (const auto& table : q.with) {
             node("with " + text_of(table.name) +
                      (table.columns.empty() ? "" : " " + list_text(table.columns)),
                  table.name.span, [&] { query(*table.query); });
           }
           body(*q.body);
           order_by(q.order_by);
           optional("limit", q.limit);
           optional("offset", q.offset);
         });
  }
  void body(const ast::QueryBody& b) {
    std::visit([&](const auto& alternative) { body(alternative, b.span); }, b.node);
  }
  void body(const ast::Select& s, Span span) {
    node(s.distinct ? "select distinct" : "select", span, [&] {
      items(s.items);
      if (!s.from.empty()) {
        group("from", [&] {
          for (const auto& item : s.from) table(*item);
        });
      }
      optional("where", s.where);
      for (const auto& element : s.group_by) grouping(element);
      optional("having", s.having);
      for (const auto& named : s.windows) window("window " + text_of(named.name) + " as", named.window);
    });
  }
  void body(const ast::Values& v, Span span) {
    node("values", span, [&] {
      for (const auto& row : v.rows) exprs("row", row);
    });
  }
  void body(const ast::SetOperation& o, Span span) {
    constexpr std::string_view ops[] = {"union", "intersect", "except"};
    node(fmt::format("{}{}", ops[static_cast<size_t>(o.op)], o.all ? " all" : ""), span, [&] {
      body(*o.left);
      body(*o.right);
    });
  }
  void body(const ast::Nested& n, Span span) {
    node("nested", span, [&] { query(*n.query); });
  }
  void items(const std::vector<ast::SelectItem>& list) {
    for (const auto& item : list) {
      group(item.alias ? "item as " + text_of(*item.alias) : "item", [&] { expr(*item.expr); });
    }
  }
  void grouping(const ast::GroupingElement& element) {
    constexpr std::string_view kinds[] = {"group by", "group by rollup", "group by cube", "group by sets"};
    group(kinds[static_cast<size_t>(element.kind)], [&] {
      for (const auto& set : element.sets) group("set", [&] { exprs(set); });
    });
  }
  void table(const ast::TableRef& t) {
    std::string suffix = t.alias ? " as " + text_of(*t.alias) : "";
    if (!t.column_aliases.empty()) suffix += " " + list_text(t.column_aliases);
    if (!t.hint.empty()) suffix += fmt::format(" hint \"{}\"", t.hint);
    std::visit([&](const auto& alternative) { table(alternative, suffix, t.span); }, t.node);
  }
  void table(const ast::NamedTable& n, const std::string& suffix, Span span) {
    leaf("table " + text_of(n.name) + suffix, span);
  }
  void table(const ast::DerivedTable& d, const std::string& suffix, Span span) {
    node((d.lateral ? "lateral" : "derived") + suffix, span, [&] { query(*d.query); });
  }
  void table(const ast::Join& j, const std::string& suffix, Span span) {
    constexpr std::string_view kinds[] = {"inner join", "left join", "right join", "full join", "cross join"};
    const std::string label =
        fmt::format("{}{}", j.natural ? "natural " : "", kinds[static_cast<size_t>(j.kind)]);
    node(label + (j.using_columns.empty() ? "" : " using " + list_text(j.using_columns)) + suffix, span, [&] {
      table(*j.left);
      table(*j.right);
      optional("on", j.on);
    });
  }

  // ---- statements
  void content(const ast::QueryPtr& n) { query(*n); }
  void content(const ast::Explain& n) {
    group("explain", [&] { statement(*n.statement); });
  }
  void content(const ast::Insert& n) {
    group("insert " + text_of(n.table), [&] {
      for (const auto& column : n.columns)
        leaf("column " + text_of(column), {column.front().span.begin, column.back().span.end});
      if (n.source)
        query(*n.source);
      else
        line("default values");
      if (n.on_conflict) {
        group(fmt::format("on conflict {} {}", list_text(n.on_conflict->target),
                          n.on_conflict->update ? "update" : "nothing"),
              [&] {
                assignments(n.on_conflict->assignments);
                optional("where", n.on_conflict->where);
              });
      }
      returning(n.returning);
    });
  }
  static std::string aliased(const ast::Name& name, const std::optional<ast::Identifier>& alias) {
    return text_of(name) + (alias ? " as " + text_of(*alias) : "");
  }
  void condition(const ast::ExprPtr& where, const std::optional<ast::Identifier>& current_of) {
    optional("where", where);
    if (current_of) leaf("current of " + text_of(*current_of), current_of->span);
  }
  void content(const ast::Update& n) {
    group("update " + aliased(n.table, n.alias), [&] {
      assignments(n.assignments);
      condition(n.where, n.current_of);
      returning(n.returning);
    });
  }
  void content(const ast::Delete& n) {
    group("delete " + aliased(n.table, n.alias), [&] {
      condition(n.where, n.current_of);
      returning(n.returning);
    });
  }
  void content(const ast::Merge& n) {
    group("merge " + aliased(n.table, n.alias), [&] {
      group("using", [&] { table(*n.source); });
      optional("on", n.on);
      for (const auto& branch : n.branches) {
        constexpr std::string_view actions[] = {"update", "delete", "insert", "nothing"};
        group(fmt::format("when {}matched {}", negation(!branch.matched),
                          actions[static_cast<size_t>(branch.action)]),
              [&] {
                optional("and", branch.condition);
                assignments(branch.assignments);
                for (const auto& column : branch.columns)
                  leaf("column " + text_of(column), {column.front().span.begin, column.back().span.end});
                exprs("values", branch.values);
              });
      }
      returning(n.returning);
    });
  }
  void assignments(const std::vector<ast::Assignment>& list) {
    for (const auto& item : list) group("set " + text_of(item.target), [&] { expr(*item.value); });
  }
  void returning(const ast::Returning& r) {
    if (!r.items.empty()) group("returning", [&] { items(r.items); });
  }
  void content(const ast::Truncate& n) { line("truncate " + text_of(n.table)); }
  void column(const ast::ColumnDefinition& c) {
    node(fmt::format("column {} {}{}{}", text_of(c.name), name_of(c.type), c.not_null ? " not null" : "",
                     c.primary_key ? " primary key" : ""),
         c.name.span, [&] { optional("default", c.default_value); });
  }
  void content(const ast::CreateTable& n) {
    group(fmt::format("create table {}{}", text_of(n.name), n.if_not_exists ? " if not exists" : ""), [&] {
      for (const auto& c : n.columns) column(c);
      if (!n.primary_key.empty()) line("primary key " + list_text(n.primary_key));
    });
  }
  void content(const ast::AlterTable& n) {
    group("alter table " + text_of(n.name), [&] {
      switch (n.action) {
        case ast::AlterTable::Action::Add: group("add", [&] { column(n.column); }); break;
        case ast::AlterTable::Action::Drop: leaf("drop " + text_of(n.column.name), n.column.name.span); break;
        case ast::AlterTable::Action::Rename:
          line("rename " + text_of(n.column.name) + " to " + text_of(n.new_name));
          break;
      }
    });
  }
  void content(const ast::CreateIndex& n) {
    group(fmt::format("create index {}{}{} on {}", text_of(n.name), n.if_not_exists ? " if not exists" : "",
                      n.partitioned ? " partitioned" : "", text_of(n.table)),
          [&] {
            for (const auto& c : n.columns) line("column " + text_of(c));
          });
  }
  void content(const ast::CreateView& n) {
    group(fmt::format("create view {}{}", text_of(n.name), n.if_not_exists ? " if not exists" : ""),
          [&] { query(*n.query); });
  }
  void content(const ast::CreateDatabase& n) {
    line(fmt::format("create database {}{}{}", text_of(n.name), n.if_not_exists ? " if not exists" : "",
                     n.partitioned ? " partitioned" : ""));
  }
  void content(const ast::Drop& n) {
    constexpr std::string_view kinds[] = {"table", "index", "view", "database"};
    line(fmt::format("drop {} {}{}{}", kinds[static_cast<size_t>(n.what)], text_of(n.name),
                     n.if_exists ? " if exists" : "", n.on_table ? " on " + text_of(*n.on_table) : ""));
  }
  void content(const ast::RefreshSchema&) { line("refresh schema"); }
  void content(const ast::Transaction& n) {
    constexpr std::string_view actions[] = {"begin",     "commit",      "rollback",
                                            "savepoint", "rollback to", "release"};
    line(fmt::format("{}{}", actions[static_cast<size_t>(n.action)],
                     n.savepoint ? " " + text_of(*n.savepoint) : ""));
  }
  void content(const ast::CallProcedure& n) {
    group(fmt::format("call {}{}", text_of(n.name), n.returns_value ? " returns a value" : ""),
          [&] { exprs(n.arguments); });
  }

  std::string out_;
  int indent_ = 0;
};

}  // namespace

std::string dump(const ast::Statement& statement) {
  Dump dump;
  dump.statement(statement);
  return dump.take();
}

}  // namespace couch::sql
