package main

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/duckdb/duckdb-go/v2" // the driver of the peer
)

// files are the Parquet files of a workspace, by name: those of its only version.
func files(space, name string) (string, error) {
	list, err := filepath.Glob(filepath.Join(space, ".clientele", "cache", "batches", "*", name))
	if err != nil || len(list) == 0 {
		return "", errors.Join(err, fmt.Errorf("no %s under %s", name, space))
	}
	quoted := make([]string, len(list))
	for i, path := range list {
		quoted[i] = "'" + path + "'"
	}
	return "read_parquet([" + strings.Join(quoted, ", ") + "])", nil
}

// topics makes a table of what facts are about.
func topics(space string) (string, error) {
	list, err := filepath.Glob(filepath.Join(space, ".clientele", "cache", "batches", "*", "topics.jsonl"))
	if err != nil {
		return "", err
	}
	var rows []string
	for _, path := range list {
		data, err := os.ReadFile(path) //nolint:gosec // in a folder of our own
		if err != nil {
			return "", err
		}
		dec := json.NewDecoder(strings.NewReader(string(data)))
		for {
			var t struct {
				Number int64  `json:"topic"`
				Kind   string `json:"kind"`
				Name   string `json:"name"`
				Detail string `json:"detail"`
			}
			err := dec.Decode(&t)
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return "", err
			}
			rows = append(rows, fmt.Sprintf("(%d, '%s', '%s', '%s')", t.Number, t.Kind, t.Name, t.Detail))
		}
	}
	return "CREATE TABLE topic AS SELECT * FROM (VALUES " + strings.Join(rows, ", ") + ") t (topic, kind, name, detail)", nil
}

// peer writes the statement of every client by SQL alone.
func peer(ctx context.Context, o options, _ *bufio.Writer) (err error) {
	db, err := sql.Open("duckdb", "")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	all := map[string]string{}
	for _, name := range []string{"cells", "factcells", "accounts"} {
		if all[name], err = files(o.peer, name+".parquet"); err != nil {
			return err
		}
	}
	table, err := topics(o.peer)
	if err != nil {
		return err
	}
	for _, text := range append([]string{table}, statements(all, o.dir)...) {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("%w\n%s", err, text)
		}
	}
	return nil
}

// split is a text that divides total by weight: floor, then one unit each to the largest
// remainders, ties by client.
func split(total, weight, from string) string {
	return fmt.Sprintf(`SELECT client, q + CASE WHEN row_number() OVER (ORDER BY rest DESC, client) <= total - sum(q) OVER () THEN 1 ELSE 0 END AS part FROM (
  SELECT client, total, (total::HUGEINT * weight // whole)::BIGINT AS q, total::HUGEINT * weight %% whole AS rest
  FROM (SELECT client, %s AS weight, %s AS total, sum(%s) OVER () AS whole FROM %s) a) b`, weight, total, weight, from)
}

// statements are the texts by which an analyst who knows what the product does would make
// the same table.
func statements(file map[string]string, to string) []string {
	list := []string{
		"CREATE TABLE who AS SELECT account, client_id AS client FROM " + file["accounts"],
		"CREATE TABLE sold AS SELECT w.client, sum(amount)::BIGINT AS revenue, sum(documents_pos)::BIGINT AS orders FROM " + file["cells"] + " JOIN who w USING (account) GROUP BY w.client",
		`CREATE TABLE rate AS SELECT c.month, c.name, c.cost, p.micros FROM
  (SELECT month, name, sum(amount) AS cost FROM ` + file["factcells"] + ` JOIN topic USING (topic) WHERE kind = 'capacity_cost' GROUP BY ALL) c JOIN
  (SELECT month, name, sum(amount) AS micros FROM ` + file["factcells"] + ` JOIN topic USING (topic) WHERE kind = 'practical_time' GROUP BY ALL) p USING (month, name)`,
		`CREATE TABLE crew AS SELECT detail AS crew, sum(CASE WHEN kind = 'capacity_cost' THEN amount // 10000 END)::BIGINT AS cost, sum(CASE WHEN kind = 'practical_time' THEN amount END)::BIGINT AS micros
  FROM ` + file["factcells"] + ` JOIN topic USING (topic) WHERE kind IN ('capacity_cost', 'practical_time') GROUP BY detail`,
		"CREATE TABLE member AS SELECT DISTINCT name, detail AS crew FROM topic WHERE kind = 'capacity_cost'",
		`CREATE TABLE spent AS SELECT w.client, m.crew, sum(f.amount)::BIGINT AS micros,
    sum(f.amount::HUGEINT * CAST(round(r.cost::DECIMAL(38, 0) * 1000000000 / r.micros, 0) AS BIGINT)) AS labour
  FROM ` + file["factcells"] + ` f JOIN topic t USING (topic) JOIN who w USING (account) JOIN member m ON m.name = t.name JOIN rate r ON r.name = t.name AND r.month = f.month
  WHERE t.kind IN ('effort', 'unbilled') GROUP BY ALL`,
		"CREATE TABLE cost AS SELECT w.client, sum(amount)::BIGINT // 10000 AS direct FROM " + file["factcells"] + " JOIN topic USING (topic) JOIN who w USING (account) WHERE kind = 'direct_cost' GROUP BY w.client",
		"CREATE TABLE pool AS SELECT name, sum(amount)::BIGINT // 10000 AS cost FROM " + file["factcells"] + " JOIN topic USING (topic) WHERE kind = 'pool_cost' GROUP BY name",
		`CREATE TABLE base AS SELECT c.client, coalesce(s.revenue, 0) AS revenue, coalesce(s.orders, 0) AS orders, coalesce(d.direct, 0) AS direct, coalesce(h.micros, 0) AS micros,
    coalesce(h.labour // 1000000000, 0)::BIGINT AS labour
  FROM (SELECT DISTINCT client FROM who) c LEFT JOIN sold s USING (client) LEFT JOIN cost d USING (client)
  LEFT JOIN (SELECT client, sum(micros)::BIGINT AS micros, sum(labour) AS labour FROM spent GROUP BY client) h USING (client)`,
	}
	var service []string
	for k := range 5 {
		name := fmt.Sprintf("g%d", k)
		assigned := fmt.Sprintf("(SELECT round_even(c.cost * u.used::DOUBLE / c.micros, 0)::BIGINT FROM crew c, (SELECT sum(micros) AS used FROM spent WHERE crew = 'Group %d') u WHERE c.crew = 'Group %d')", k, k)
		list = append(list, "CREATE TABLE "+name+" AS "+split(assigned, "micros", fmt.Sprintf("(SELECT client, micros FROM spent WHERE crew = 'Group %d')", k)))
		service = append(service, "SELECT * FROM "+name)
	}
	list = append(list,
		"CREATE TABLE p1 AS "+split("(SELECT cost FROM pool WHERE name = 'Delivery')", "orders", "base"),
		"CREATE TABLE p2 AS "+split("(SELECT cost FROM pool WHERE name = 'Software')", "micros", "base"))
	service = append(service, "SELECT * FROM p1", "SELECT * FROM p2")
	list = append(list, "CREATE TABLE service AS SELECT client, sum(part)::BIGINT AS service FROM ("+strings.Join(service, " UNION ALL ")+") x GROUP BY client")
	shared := "(SELECT sum(service)::BIGINT FROM service)"
	var joins, losses []string
	for k, weight := range []string{"micros", "labour", "greatest(revenue, 0)", "orders", "1"} {
		list = append(list, fmt.Sprintf("CREATE TABLE v%d AS ", k)+split(shared, weight, "base"))
		joins = append(joins, fmt.Sprintf("JOIN v%d ON v%d.client = b.client", k, k))
		losses = append(losses, fmt.Sprintf("(b.revenue - b.direct < v%d.part)::INTEGER", k))
	}
	return append(list, `COPY (SELECT row_number() OVER (ORDER BY b.revenue - b.direct - s.service DESC, b.client) AS rank, b.client, b.revenue, b.direct, b.revenue - b.direct AS cm1, s.service,
    b.revenue - b.direct - s.service AS cm2, CASE WHEN b.revenue > 0 THEN (b.revenue - b.direct - s.service) / b.revenue END AS margin,
    row_number() OVER (ORDER BY b.revenue DESC, b.client) AS by_revenue, b.micros / 3.6e9 AS hours, `+strings.Join(losses, " + ")+` AS losses
  FROM base b JOIN service s ON s.client = b.client `+strings.Join(joins, " ")+` ORDER BY rank) TO '`+to+`' (HEADER)`)
}

// same compares the two tables row by row, in what both say: rank, client, revenue, direct
// cost, service, what is left, rank by revenue, and whether there is a loss under all, some
// or none of the drivers.
func same(mine, theirs string) (n int64, err error) {
	a, b, err := open(mine, theirs)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, a.file.Close(), b.file.Close()) }()
	for ; ; n++ {
		x, errX := a.next([]string{"rank_by_profit", "client", "revenue", "direct_cost", "service_cost", "cm2", "rank_by_revenue", "loss"})
		y, errY := b.next([]string{"rank", "client", "revenue", "direct", "service", "cm2", "by_revenue", "losses"})
		if errors.Is(errX, io.EOF) && errors.Is(errY, io.EOF) {
			return n, nil
		}
		if err := errors.Join(errX, errY); err != nil {
			return n, err
		}
		for _, i := range []int{2, 3, 4, 5} {
			x[i], y[i] = bare(x[i]), bare(y[i])
		}
		x[6] = strings.ReplaceAll(x[6], ",", "")
		y[7] = map[string]string{"0": "profit_all", "5": "loss_all"}[y[7]]
		if y[7] == "" {
			y[7] = "depends"
		}
		if strings.Join(x, " ") != strings.Join(y, " ") {
			return n, fmt.Errorf("row %d: %v, by SQL %v", n+1, x, y)
		}
	}
}

// bare is a number as its digits alone: both sides write minor units, one with a decimal
// sign.
func bare(s string) string {
	n, ok := new(big.Int).SetString(strings.NewReplacer(".", "", "−", "-").Replace(s), 10)
	if !ok {
		return s
	}
	return n.String()
}

// sheet reads named columns of a CSV file.
type sheet struct {
	file *os.File
	in   *csv.Reader
	at   map[string]int
}

func open(paths ...string) (a, b *sheet, err error) {
	var out []*sheet
	for _, path := range paths {
		file, err := os.Open(path) //nolint:gosec // in a folder of our own
		if err != nil {
			return nil, nil, err
		}
		s := &sheet{file: file, in: csv.NewReader(bufio.NewReaderSize(file, 1<<20)), at: map[string]int{}}
		header, err := s.in.Read()
		if err != nil {
			return nil, nil, err
		}
		for i, h := range header {
			s.at[h] = i
		}
		out = append(out, s)
	}
	return out[0], out[1], nil
}

func (s *sheet) next(columns []string) ([]string, error) {
	row, err := s.in.Read()
	if err != nil {
		return nil, err
	}
	out := make([]string, len(columns))
	for i, c := range columns {
		out[i] = row[s.at[c]]
	}
	return out, nil
}
