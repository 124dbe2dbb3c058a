package engine

import (
	"maps"
	"slices"

	"clientele/internal/ledger"
)

// Party is what a row of a frame stands for: a client, a group or an account.
type Party struct{ Key, Name string }

// Identity says which party an account belongs to. Parties 0 … len(Client)-1 are
// the accounts themselves, in their order; behind them stand clients and groups
// whose key is no account's.
type Identity struct {
	Parties []Party
	Client  []int32 // account → party
	Group   []int32 // account → party
}

// Rules are the decisions that identities follow, by key.
type Rules struct {
	Merged  map[string]string // account key → key of the client it was merged into
	Parents map[string]string // client key → key of its group; before Account.Parent
}

// Keys are all keys that the rules name, each once, in bytewise order.
func (r Rules) Keys() []string {
	named := map[string]bool{}
	for _, m := range []map[string]string{r.Merged, r.Parents} {
		for from, to := range m {
			named[from], named[to] = true, true
		}
	}
	delete(named, "") // a parent that is none
	return slices.Sorted(maps.Keys(named))
}

// NewIdentity applies the rules to the accounts. Where several name a parent for one
// client, the last account does, and above it the rule of the bytewise last key. Merges and parents are followed to
// their end; keys that lead back to themselves end at the smallest key of the circle.
func NewIdentity(accounts []ledger.Account, rules Rules) Identity {
	id := Identity{
		Parties: make([]Party, len(accounts)),
		Client:  make([]int32, len(accounts)),
		Group:   make([]int32, len(accounts)),
	}
	plain := len(rules.Merged) == 0 && len(rules.Parents) == 0
	for i, a := range accounts {
		id.Parties[i] = Party{a.Key, a.Name}
		id.Client[i], id.Group[i] = int32(i), int32(i)
		plain = plain && a.Parent == ""
	}
	if plain {
		return id
	}
	index := make(map[string]int32, len(accounts))
	for i := range accounts {
		if _, ok := index[accounts[i].Key]; !ok {
			index[accounts[i].Key] = int32(i)
		}
	}
	party := func(key string) int32 {
		p, ok := index[key]
		if !ok {
			p = int32(len(id.Parties)) //nolint:gosec // accounts are numbered in 32 bits
			index[key] = p
			id.Parties = append(id.Parties, Party{key, key})
		}
		return p
	}
	merged := func(key string) string { return End(key, rules.Merged) }
	parents := map[string]string{} // of clients
	for _, a := range accounts {
		if a.Parent != "" {
			parents[merged(a.Key)] = merged(a.Parent)
		}
	}
	for _, client := range slices.Sorted(maps.Keys(rules.Parents)) {
		parent := rules.Parents[client]
		if parent == "" {
			delete(parents, merged(client))
		} else {
			parents[merged(client)] = merged(parent)
		}
	}
	for i, a := range accounts {
		client := merged(a.Key)
		id.Client[i] = party(client)
		id.Group[i] = party(End(client, parents))
	}
	return id
}

// End follows the steps from key to their end; keys that lead back to themselves end at the
// smallest of the circle.
func End(key string, steps map[string]string) string {
	var seen []string
	for {
		next, ok := steps[key]
		if !ok || next == key {
			return key
		}
		if i := slices.Index(seen, key); i >= 0 {
			return slices.Min(seen[i:])
		}
		seen = append(seen, key)
		key = next
	}
}

// Of is the party of an account at a level.
func (id *Identity) Of(level Level, account int32) int32 {
	switch level {
	case ByGroup:
		return id.Group[account]
	case ByAccount:
		return account
	case ByClient:
	}
	return id.Client[account]
}

// Numbered is an account with its number in the ledger. Two numbers may carry the same
// key: they are one account.
type Numbered struct {
	Number int64
	ledger.Account
}

// Link says which account numbers stand for an account at each level: the account of
// that key, the client, the group.
type Link struct{ Account, Source, Client, Parent int64 }

// Extra is a party that is no account: a client or a group that only rules name.
type Extra struct {
	Number int64 // below -1, so that it is no account's
	Party
}

// Links applies the rules to accounts in the order of their numbers. An account that is
// all three itself has no link. Accounts that share their key with none, have no parent
// and that no rule names change nothing and may be left out.
func Links(numbered []Numbered, rules Rules) (links []Link, extras []Extra) {
	var accounts []ledger.Account // one per key, with the name and the parent told last
	var numbers []int64           // of the account that has that name, so that it is shown
	index := map[string]int32{}
	for _, n := range numbered {
		i, again := index[n.Key]
		if !again {
			index[n.Key] = int32(len(accounts)) //nolint:gosec // accounts are numbered in 32 bits
			accounts, numbers = append(accounts, n.Account), append(numbers, n.Number)
			continue
		}
		if n.Parent != "" {
			accounts[i].Parent = n.Parent
		}
		if n.Name != "" && n.Name != n.Key {
			accounts[i].Name, numbers[i] = n.Name, n.Number
		}
	}
	identity := NewIdentity(accounts, rules)
	for i, p := range identity.Parties[len(accounts):] {
		number := int64(-2 - i)
		numbers = append(numbers, number)
		extras = append(extras, Extra{number, p})
	}
	for _, n := range numbered {
		i := index[n.Key]
		l := Link{n.Number, numbers[i], numbers[identity.Client[i]], numbers[identity.Group[i]]}
		if l.Source != n.Number || l.Client != n.Number || l.Parent != n.Number {
			links = append(links, l)
		}
	}
	return links, extras
}
