package app

import (
	"fmt"
	"strconv"

	"clientele/internal/ledger"
	"clientele/internal/metric"
	"clientele/internal/money"
)

func format(v int64, decimals uint8) string { return money.FromInt64(v).Format(decimals) }

func ratio(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'g', 10, 64)
}

func rows(n int64) string { return strconv.FormatInt(n, 10) }

// numbers are the figures of the line's document, by path.
var numbers = map[string]number{
	"total": {
		id:    metric.Revenue,
		value: func(a *LineAnswer) string { return a.Total.Format(a.Decimals) },
		inputs: func(a *LineAnswer) []Input {
			return []Input{
				{"amount_read", a.Control.Read.Amount.Format(a.Decimals)},
				{"less excluded", a.Control.Excluded.Amount.Format(a.Decimals)},
				{"less quarantined", a.Control.Quarantined.Amount.Format(a.Decimals)},
				{"less unassigned", a.Control.Unassigned.Amount.Format(a.Decimals)},
				{"clients", rows(a.Clients.Total)},
			}
		},
	},
	"clients.total":        {id: metric.Revenue, value: func(a *LineAnswer) string { return rows(a.Clients.Total) }},
	"clients.positive":     {id: metric.Revenue, value: func(a *LineAnswer) string { return rows(a.Clients.Positive) }},
	"clients.non_positive": {id: metric.Revenue, value: func(a *LineAnswer) string { return rows(a.Clients.NonPositive) }},
	"line.clients":         {id: metric.LineCount, value: func(a *LineAnswer) string { return rows(a.Cut.Clients) }, inputs: lineInputs},
	"line.within_clients":  {id: metric.LineWithin, value: func(a *LineAnswer) string { return rows(a.Cut.Within) }, inputs: lineInputs},
	"line.base":            {id: metric.LineCount, value: func(a *LineAnswer) string { return a.Cut.Base.Format(a.Decimals) }},
	"line.revenue":         {id: metric.LineCount, value: func(a *LineAnswer) string { return a.Cut.Sum.Format(a.Decimals) }, inputs: lineInputs},
	"line.entry_ticket": {id: metric.LineTicket, value: func(a *LineAnswer) string {
		if !a.Cut.Ticket.Valid {
			return ""
		}
		return format(a.Cut.Ticket.Int, a.Decimals)
	}, inputs: lineInputs},
	"line.overshoot":                  {id: metric.LineOvershoot, value: func(a *LineAnswer) string { return ratio(&a.Overshoot) }, inputs: lineInputs},
	"concentration.hhi":               {id: metric.HHI, value: func(a *LineAnswer) string { return ratio(a.Concentration.HHI) }, inputs: baseInputs},
	"concentration.effective_clients": {id: metric.Effective, value: func(a *LineAnswer) string { return ratio(a.Concentration.Effective) }, inputs: baseInputs},
	"concentration.gini":              {id: metric.Gini, value: func(a *LineAnswer) string { return ratio(a.Concentration.Gini) }, inputs: baseInputs},
	"concentration.gini_corrected":    {id: metric.GiniCorrected, value: func(a *LineAnswer) string { return ratio(a.Concentration.GiniCorrected) }, inputs: baseInputs},
	"concentration.cr1":               {id: metric.TopNShare, value: func(a *LineAnswer) string { return ratio(a.Concentration.CR1) }, inputs: baseInputs},
	"concentration.cr5":               {id: metric.TopNShare, value: func(a *LineAnswer) string { return ratio(a.Concentration.CR5) }, inputs: baseInputs},
	"concentration.cr10":              {id: metric.TopNShare, value: func(a *LineAnswer) string { return ratio(a.Concentration.CR10) }, inputs: baseInputs},
	"control.rows_read":               controlRows(func(c *Control) ledger.Tally { return c.Read }),
	"control.rows_loaded":             controlRows(func(c *Control) ledger.Tally { return c.Loaded }),
	"control.rows_excluded":           controlRows(func(c *Control) ledger.Tally { return c.Excluded }),
	"control.rows_quarantined":        controlRows(func(c *Control) ledger.Tally { return c.Quarantined }),
	"control.rows_unassigned":         controlRows(func(c *Control) ledger.Tally { return c.Unassigned }),
	"control.amount_read":             controlAmount(func(c *Control) ledger.Tally { return c.Read }),
	"control.amount_loaded":           controlAmount(func(c *Control) ledger.Tally { return c.Loaded }),
	"control.amount_excluded":         controlAmount(func(c *Control) ledger.Tally { return c.Excluded }),
	"control.amount_quarantined":      controlAmount(func(c *Control) ledger.Tally { return c.Quarantined }),
	"control.amount_unassigned":       controlAmount(func(c *Control) ledger.Tally { return c.Unassigned }),
}

func lineInputs(a *LineAnswer) []Input {
	return []Input{
		{"share", fmt.Sprintf("%d/%d", a.Question.Share.Num, a.Question.Share.Den)},
		{"R, the positive clients' revenue", a.Cut.Base.Format(a.Decimals)},
		{"S_N, the revenue of the clients above", a.Cut.Sum.Format(a.Decimals)},
		{"positive clients", rows(a.Clients.Positive)},
		{"clients left out (r <= 0)", rows(a.Clients.NonPositive)},
	}
}

func baseInputs(a *LineAnswer) []Input {
	return []Input{{"R, the positive clients' revenue", a.Cut.Base.Format(a.Decimals)}, {"positive clients", rows(a.Clients.Positive)}}
}

func controlRows(pick func(*Control) ledger.Tally) number {
	return number{id: metric.Residual, value: func(a *LineAnswer) string { return rows(pick(&a.Control).Rows) }}
}

func controlAmount(pick func(*Control) ledger.Tally) number {
	return number{id: metric.Residual, value: func(a *LineAnswer) string { return pick(&a.Control).Amount.Format(a.Decimals) }}
}
