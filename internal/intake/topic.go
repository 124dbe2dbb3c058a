package intake

import (
	"strings"

	"clientele/internal/intake/role"
	"clientele/internal/ledger"
)

// Topics is what the amount and the further numbers of a fact are about, by the texts of
// its label.
func (p *Profile) Topics(texts []string) (amount ledger.Topic, besides []ledger.Topic) {
	switch ledger.Kind(p.List) { //nolint:exhaustive // sales have no topics
	case ledger.Pools:
		return ledger.Topic{Kind: ledger.PoolCost, Name: texts[0], Detail: texts[1]}, nil
	case ledger.Resources:
		name := texts[0]
		if name == "" { // what a group can do as a whole
			name = texts[1]
		}
		about := func(k ledger.FactKind) ledger.Topic { return ledger.Topic{Kind: k, Name: name, Detail: texts[1]} }
		return about(ledger.CapacityCost), []ledger.Topic{about(ledger.PracticalTime), about(ledger.ContractTime)}
	case ledger.Efforts:
		t := ledger.Topic{Kind: ledger.Effort, Name: texts[0], Detail: texts[1]}
		if role.Unbilled(texts[3]) {
			t.Kind = ledger.Unbilled
		}
		return t, nil
	case ledger.Receivables:
		return ledger.Topic{Kind: ledger.Receivable}, nil
	case ledger.Plans:
		return p.planTopics(texts)
	case ledger.Equations:
		driver, _ := role.Normalise(texts[2])
		return ledger.Topic{Kind: ledger.Equation, Name: texts[0], Detail: strings.ToLower(texts[1]) + "/" + driver}, nil
	case ledger.Events:
		name := p.Event
		if name == "" {
			name = strings.ToLower(texts[0])
		}
		for _, driver := range p.driverNames() {
			besides = append(besides, ledger.Topic{Kind: ledger.Event, Name: name, Detail: driver})
		}
		return ledger.Topic{Kind: ledger.Event, Name: name}, besides
	default:
		return ledger.Topic{Kind: p.costKind(texts[0]), Name: texts[0], Detail: p.Layer}, nil
	}
}

// costKind says where a kind of cost stands in the statement: as somebody said, else by
// the word. What nobody knows is direct cost.
func (p *Profile) costKind(kind string) ledger.FactKind {
	switch {
	case p.Layer == "cm1":
		return ledger.DirectCost
	case p.Layer != "":
		return ledger.ClientCost
	case role.KindOfCost(kind) == role.ClientCosts, kind == "" && p.List == role.ClientCosts:
		return ledger.ClientCost
	default:
		return ledger.DirectCost
	}
}
