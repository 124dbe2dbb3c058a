package trino

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"clientele/internal/engine"
	"clientele/internal/engine/sqltext"
	"clientele/internal/fault"
	"clientele/internal/warehouse"
)

// clientSource is the firm's table of clients: what they are called, and whose they are.
type clientSource struct {
	warehouse.Clients

	table  string // quoted
	client string // expressions in SQL; "" where the firm has no such column
	name   string
	parent string
	// ends are clients whose parents lead back to themselves, with the group that they
	// are in then; literals, few.
	ends []string
}

// clientSource finds the columns.
func (c *Cluster) clientSource(ctx context.Context, s warehouse.Clients) (*clientSource, error) {
	m, err := c.mapping(ctx, "sources.clients", s.Table)
	if err != nil {
		return nil, err
	}
	x := &clientSource{Clients: s, table: m.table}
	for _, p := range []struct {
		role, name string
		into       *string
	}{{"client", s.Columns.Client, &x.client}, {"name", s.Columns.Name, &x.name}, {"parent", s.Columns.Parent, &x.parent}} {
		if *p.into, err = m.words(p.role, p.name); err != nil {
			return nil, err
		}
	}
	return x, nil
}

// list is a relation of account, name and parent, one row per client.
func (x *clientSource) list() string {
	rows := "SELECT " + x.client + " AS account, " + orNull(x.name) + " AS name, " + orNull(x.parent) + " AS parent\nFROM " + x.table + "\nWHERE " + holds(x.Where) + " AND " + x.client + " IS NOT NULL"
	return "SELECT account, max(name) AS name, max(parent) AS parent, min(coalesce(name, '')) < max(coalesce(name, '')) OR min(coalesce(parent, '')) < max(coalesce(parent, '')) AS torn\nFROM (\n" +
		sqltext.Indent(rows) + "\n) r\nGROUP BY account"
}

// pairs is a relation of clients and the parents that they are told to have.
func (x *clientSource) pairs() string {
	return "SELECT account, parent\nFROM (\n" + sqltext.Indent(x.list()) + "\n) c\nWHERE parent IS NOT NULL AND parent <> account"
}

// levelsMax is how many parents may stand above each other.
const levelsMax = 10

// climbed is a relation of account, parent and top: the parent above which none stands,
// as far as it can be reached. unended says that it was not.
func (x *clientSource) climbed() string {
	pairs := "(\n" + sqltext.Indent(x.pairs()) + "\n)"
	var joins strings.Builder
	top := "p1.parent"
	for level := 2; level <= levelsMax+1; level++ {
		fmt.Fprintf(&joins, "\nLEFT JOIN %s p%d ON p%d.account = p%d.parent", pairs, level, level, level-1)
		if level <= levelsMax {
			top = fmt.Sprintf("p%d.parent, %s", level, top)
		}
	}
	return fmt.Sprintf("SELECT p1.account, p1.parent, coalesce(%s) AS top, CASE WHEN p%d.account IS NULL THEN 0 ELSE 1 END AS unended\nFROM %s p1%s", top, levelsMax+1, pairs, joins.String())
}

// groups is a relation of account, parent and top.
func (x *clientSource) groups() string {
	text := "SELECT account, parent, top\nFROM (\n" + sqltext.Indent(x.climbed()) + "\n) g\nWHERE unended = 0"
	if len(x.ends) > 0 {
		text += "\nUNION ALL\nSELECT account, parent, top FROM (VALUES\n" + strings.Join(x.ends, ",\n") + "\n) AS e (account, parent, top)"
	}
	return text
}

// settle refuses a table with two rows for one client, and follows parents that lead back
// to themselves.
func (x *clientSource) settle(ctx context.Context, c *Cluster) error {
	torn := "SELECT account\nFROM (\n" + sqltext.Indent(x.list()) + "\n) c\nWHERE torn\nORDER BY account ASC NULLS LAST\nLIMIT 1"
	err := c.each(ctx, sqltext.Query{Text: torn}, func(rows *sql.Rows) error {
		var account string
		if err := rows.Scan(&account); err != nil {
			return err
		}
		return fault.New(fault.Input, "read the clients", fmt.Sprintf("%s says two things about client %q", x.Table, account), "narrow it with where to one row per client, as it is today")
	})
	if err != nil || x.parent == "" {
		return err
	}
	up := map[string]string{}
	text := fmt.Sprintf("SELECT account, parent\nFROM (\n%s\n) g\nWHERE unended = 1\nORDER BY account ASC NULLS LAST\nLIMIT %d", sqltext.Indent(x.climbed()), rulesMax+1)
	err = c.each(ctx, sqltext.Query{Text: text}, func(rows *sql.Rows) error {
		var account, parent string
		err := rows.Scan(&account, &parent)
		up[account] = parent
		return err
	})
	if err != nil {
		return err
	}
	if len(up) > rulesMax {
		return fault.New(fault.Input, "read the clients", fmt.Sprintf("the parents of more than %d clients in %s lead back to themselves", rulesMax, x.Table), "is columns.parent the right column?")
	}
	x.ends = nil
	for _, account := range slices.Sorted(maps.Keys(up)) {
		top := engine.End(account, up)
		if _, circle := up[top]; !circle {
			return fault.New(fault.Input, "read the clients", fmt.Sprintf("client %q has more than %d parents above it in %s", account, levelsMax, x.Table), "is columns.parent the right column?")
		}
		x.ends = append(x.ends, "("+sqltext.Text(account)+", "+sqltext.Text(up[account])+", "+sqltext.Text(top)+")")
	}
	return nil
}

// accountColumns are those of a client of the roll-up.
const accountColumns = "account, name, parent, top"

// accounts is a relation of everybody who is something in the ledger: the clients of the
// cells, those that the table of clients lists, and the groups. The name is what the table
// says, else what the latest month says, else the key; top is the client's group, itself
// without a parent.
func (r *Rollup) accounts(cells string) string {
	part := func(account, name, month, listed, parent, top string) string {
		return "SELECT " + account + " AS account, " + orNull(name) + " AS name, " + cmp.Or(month, "CAST(NULL AS INTEGER)") + " AS month, " + orNull(listed) + " AS listed, " + orNull(parent) + " AS parent, " + orNull(top) + " AS top\nFROM "
	}
	parts := []string{part("account", "name", "month", "", "", "") + "(\n" + sqltext.Indent(cells) + "\n) c\nWHERE account IS NOT NULL"}
	if x := r.who; x != nil {
		parts = append(parts, part("account", "", "", "name", "", "")+"(\n"+sqltext.Indent(x.list())+"\n) l")
		if x.parent != "" {
			// Each once for itself and once for its group, which may be listed nowhere.
			parts = append(parts, part("u.account", "", "", "", "u.parent", "u.top")+"(\n"+sqltext.Indent(x.groups())+"\n) g\n"+
				"CROSS JOIN UNNEST(ARRAY[g.account, g.top], ARRAY[g.parent, NULL], ARRAY[g.top, NULL]) AS u (account, parent, top)")
		}
	}
	return "SELECT account, coalesce(max(listed), max_by(name, coalesce(month, -1000000)) FILTER (WHERE name IS NOT NULL), account) AS name, max(parent) AS parent, coalesce(max(top), account) AS top\nFROM (\n" +
		sqltext.Indent(strings.Join(parts, "\nUNION ALL\n")) + "\n) n\nGROUP BY account"
}

// kept is a relation of the accounts that a build wrote.
func (r *Rollup) kept(a warehouse.Accounts) string {
	return fmt.Sprintf("SELECT %s\nFROM %s\nWHERE build = %d", accountColumns, r.table(accountTable), a.Build)
}
