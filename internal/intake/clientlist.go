package intake

import (
	"context"
	"slices"
	"strings"

	"clientele/internal/intake/record"
	"clientele/internal/intake/role"
	"clientele/internal/intake/source"
	"clientele/internal/ledger"
)

// ClientList is a file that describes clients and sells nothing: names, parents, owners.
type ClientList struct {
	Accounts []ledger.Account
	Columns  []string // what was read, for people: "client_id = Customer ID"
	Rows     int64    // data records
	Unnamed  int64    // records that name no client
	Repeated int64    // records of a client that was there before; the last one counts
}

// Facts tells what a file lists, without loading it: "sales", "clients", "rates", or one
// of the lists of facts beside them.
func Facts(ctx context.Context, src *source.Source, a Answers) (string, error) {
	f, rows, err := look(ctx, src, a)
	if err != nil {
		return "", err
	}
	if rateHeader(rows) >= 0 {
		return role.Rates, nil
	}
	cols := columnsOf(f.Profile.Headers, f.head(rows))
	prop := role.Propose(cols)
	facts := prop.Facts
	said := slices.ContainsFunc(a.Map, func(m string) bool { return strings.HasPrefix(strings.TrimSpace(m), string(role.Amount)+"=") })
	switch {
	case a.Plan != "" && a.Facts == "":
		return role.Plans, nil // somebody calls it a plan
	case a.Facts == role.Sales, a.Facts == "" && (said || a.Amount != "" || a.Kind != ""):
		return role.Sales, nil
	case a.Facts != "" && !ledger.Kind(a.Facts).Lists():
		return "", usage("--facts", a.Facts, role.Sales+", "+role.FactWords())
	case a.Facts != "":
		return a.Facts, nil
	case facts == role.Sales && guessed(cols, &prop) != "":
		return guessed(cols, &prop), nil
	case facts == role.Sales, facts == role.Pipeline, facts == role.Contacts, facts == role.Rates, facts == role.Clients, facts == role.Plans:
		return facts, nil
	}
	if list := role.ProposeFacts(cols, "").List; list != "" {
		return list, nil
	}
	return facts, nil
}

// guessed is the list of facts whose header heads the amount of a list that looks like
// sales by its values alone; "" if the headers say nothing else.
func guessed(cols []role.Column, prop *role.Proposal) string {
	pick, ok := prop.Roles[role.Amount]
	if !ok || !pick.ByValue {
		return ""
	}
	facts := role.ProposeFacts(cols, "")
	for r, p := range facts.Roles {
		if p.Index == pick.Index && r != role.Client && r != role.ClientID {
			return facts.List
		}
	}
	if pick.Certainty == role.Weak {
		return facts.List
	}
	return ""
}

// look opens a file as far as its first rows.
func look(ctx context.Context, src *source.Source, a Answers) (*File, []row, error) {
	f := newFile(src)
	if err := f.dialect(ctx, Options{Answers: a, Thorough: true}); err != nil {
		return nil, nil, err
	}
	rows, err := f.sampleRows(ctx)
	if err == nil && len(rows) == 0 {
		err = src.Fault(0, "the file has no records", "export it again with its rows", nil)
	}
	return f, rows, err
}

// ReadClients reads a list of clients. Parents may be named by id or by name.
func ReadClients(ctx context.Context, src *source.Source, a Answers) (*ClientList, error) {
	f, key, err := clientList(ctx, src, a)
	if err != nil {
		return nil, err
	}
	p, list := f.Profile, &ClientList{}
	for _, r := range []role.Role{role.ClientID, role.Client, role.Parent, role.Owner} {
		if i := p.Column(r); i >= 0 {
			list.Columns = append(list.Columns, string(r)+" = "+p.Header(i))
		}
	}
	index := map[string]int{}
	if err := f.scan(ctx, func(rec *record.Record) { list.take(rec, p, key, index) }); err != nil {
		return nil, err
	}
	list.parents()
	return list, nil
}

// clientList opens a list of clients and finds the column of their keys.
func clientList(ctx context.Context, src *source.Source, a Answers) (f *File, key int, err error) {
	f, rows, err := look(ctx, src, a)
	if err != nil {
		return nil, -1, err
	}
	prop := role.Propose(columnsOf(f.Profile.Headers, f.head(rows)))
	for r, pick := range prop.Roles {
		f.Profile.Roles[r] = pick.Index
	}
	if _, err := f.mapped(&a); err != nil {
		return nil, -1, err
	}
	if key = f.Profile.Column(role.ClientID); key < 0 {
		key = f.Profile.Column(role.Client)
	}
	if key < 0 {
		f.missing()
		f.Questions = f.Questions[len(f.Questions)-1:]
		return nil, -1, f.AskError()
	}
	return f, key, nil
}

// ReadAttribute reads one column of a list of clients, by key; empty cells are left out.
func ReadAttribute(ctx context.Context, src *source.Source, a Answers, name string) (map[string]string, error) {
	f, key, err := clientList(ctx, src, a)
	if err != nil {
		return nil, err
	}
	col, err := FindColumn(f.Profile.Headers, name)
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	err = f.scan(ctx, func(rec *record.Record) {
		if key < len(rec.Fields) && col < len(rec.Fields) {
			if k, v := string(nfc(trim(rec.Fields[key]))), string(nfc(trim(rec.Fields[col]))); k != "" && v != "" {
				out[k] = v
			}
		}
	})
	return out, err
}

func (l *ClientList) take(rec *record.Record, p *Profile, key int, index map[string]int) {
	cell := func(i int) string {
		if i < 0 || i >= len(rec.Fields) {
			return ""
		}
		return string(nfc(trim(rec.Fields[i])))
	}
	blank := true
	for _, f := range rec.Fields {
		blank = blank && len(trim(f)) == 0
	}
	if blank {
		return
	}
	l.Rows++
	a := ledger.Account{Key: cell(key), Name: cell(p.Column(role.Client)), Parent: cell(p.Column(role.Parent)), Owner: cell(p.Column(role.Owner))}
	if a.Key == "" {
		l.Unnamed++
		return
	}
	if a.Name == "" {
		a.Name = a.Key
	}
	if i, have := index[a.Key]; have {
		l.Repeated++
		l.Accounts[i] = a
		return
	}
	index[a.Key] = len(l.Accounts)
	l.Accounts = append(l.Accounts, a)
}

// parents turns parents that are named into parents by key, where one client of the
// list has that name.
func (l *ClientList) parents() {
	byName, keys := map[string]string{}, map[string]bool{}
	for _, a := range l.Accounts {
		keys[a.Key] = true
		if _, twice := byName[a.Name]; twice {
			byName[a.Name] = ""
			continue
		}
		byName[a.Name] = a.Key
	}
	for i := range l.Accounts {
		parent := l.Accounts[i].Parent
		if parent == "" || keys[parent] {
			continue
		}
		if key := byName[parent]; key != "" {
			l.Accounts[i].Parent = key
		}
	}
}
