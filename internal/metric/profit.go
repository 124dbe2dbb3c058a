package metric

const (
	ofPlan     = "FLAG ↑ if the plan does not cover every month of the window; ↓ if months begin after the last sale, or several lists plan the same; ↕ if the plan contradicts itself, or names what is not known"
	asProfit   = "as margin_cm3_minor"
	noCost     = "nothing is known of what clients cost"
	costRule   = "FLAG ↑ if a layer has no data, or lines have no cost; FLAG ↕ if less than 70 % of cost is traced or driven; REFUSE without any cost, or if the statement does not close"
	noPractice = "neither practical nor contract hours are known"
)

// profit is what clients cost and leave (definitions, section 3).
func profit() []Measure {
	return []Measure{
		{
			ID: DirectCost, Name: "Direct cost", Unit: Minor, Grain: PerClient, Section: "3.5",
			Formula: "Σ cost of the client's sale lines in the window, and Σ costs that are booked to it at CM1; of a margin: amount − margin",
			Null:    "none of the client's sales has a known cost", Verdict: "FLAG ↑ while sale lines have no cost",
		},
		{
			ID: CapacityRate, Name: "Rate", Unit: Minor, Grain: PerBook, Section: "3.2",
			Formula: "cost of the group in the window / its practical hours; practical hours not measured: 80 % of those paid for",
			Null:    noPractice, Verdict: "FLAG ↕ if the 80 % are assumed, with the rates at 75 and 85 %",
		},
		{
			ID: ServiceHours, Name: "Hours", Unit: Index, Grain: PerClient, Section: "3.3",
			Formula: "booked hours where the group keeps time sheets; else Σ over events of (β0 + Σ β·x) / 60",
			Null:    "neither time sheets nor events are known", Verdict: "FLAG ↓ for events without a driver: only β0 counts",
		},
		{
			ID: UnusedCapacity, Name: "Unused capacity", Unit: Minor, Grain: PerBook, Section: "3.4",
			Formula: "Σ over groups of rate × (practical − used hours): what was paid for and not used, never spread over clients",
			Null:    noPractice, Verdict: "FLAG ↓ where more hours were used than there are: overload",
		},
		{
			ID: MarginCM1, Name: "CM1", Unit: Minor, Grain: PerClient, Section: "3.5",
			Formula: "revenue − client_direct_cost_minor", Null: noCost, Verdict: costRule,
		},
		{
			ID: MarginCM2, Name: "CM2", Unit: Minor, Grain: PerClient, Section: "3.5",
			Formula: "CM1 − Σ over groups of rate × hours − shares of the pools of serving", Null: noCost, Verdict: costRule,
		},
		{
			ID: MarginCM3, Name: "CM3", Unit: Minor, Grain: PerClient, Section: "3.5",
			Formula: "CM2 − what the client alone costs: rebates, people and stock held for it, cost of credit, bad debt, acquisition", Null: noCost, Verdict: costRule,
		},
		{
			ID: Result, Name: "Result", Unit: Minor, Grain: PerBook, Section: "3.6",
			Formula: "Σ of what clients leave at the deepest known layer, with the block without a client − unused − sustaining − unallocated + adjustment",
			Null:    noCost, Verdict: costRule,
		},
		{
			ID: SustainingCost, Name: "Sustaining cost", Unit: Minor, Grain: PerBook, Section: "3.5",
			Formula: "Σ of the pools that keep the firm going, which no client bears",
			Null:    "no cost pool is known", Verdict: costRule,
		},
		{
			ID: ClosingResidual, Name: "Closing residual", Unit: Minor, Grain: PerBook, Section: "3.6",
			Formula: "result − (revenue − all costs of the accounts + adjustment); result = Σ CM3 with the block without a client − unused − sustaining − unallocated + adjustment",
			Null:    noCost, Verdict: "not 0: REFUSE every profit",
		},
	}
}

// proof is how far that can be believed, and what is made of it.
func proof() []Measure {
	return []Measure{
		{
			ID: CostCoverage, Name: "Coverage", Unit: Fraction, Grain: PerBook, Section: "3.3",
			Formula: "of the cost that clients bear: traced to them (direct, booked hours, booked to them alone), driven (time equations, pools with a declared driver), pooled (spread by a default, by revenue or equally)",
			Null:    "clients bear no cost", Verdict: "FLAG ↕ if traced and driven together are below 70 %",
		},
		{
			ID: LossRobustness, Name: "Loss", Unit: Label, Grain: PerClient, Section: "3.7",
			Formula: "the cost that groups and pools of serving put on clients is spread in turn by hours, labour cost, revenue above 0, orders and equally: loss_all (below 0 under all), profit_all (under none), depends",
			Null:    "no shared cost, or the client was not active in the window", Verdict: "FLAG ↕ with fewer than two drivers",
		},
		{
			ID: TargetBridge, Name: "Bridge", Unit: Minor, Grain: PerClient, Section: "3.8",
			Formula: "target − actual = (q − p)·B, of which mix is (q − Σ q_g·h_g / Σ h_g)·B, + D + q·Q + (q − v)·max(0, K − B − Q) + L, and a rounding bar",
			Null:    "no hours are booked to the client", Verdict: "FLAG ↓ without contracted or unbilled hours; REFUSE without a target rate",
		},
		{ID: WhalePeak, Name: "Peak", Unit: Minor, Grain: PerBook, Section: "3.1", Formula: "P* = Σ max(profit, 0) over clients", Null: noCost, Verdict: asProfit},
		{ID: WhaleErosion, Name: "Lost after the peak", Unit: Minor, Grain: PerBook, Section: "3.1", Formula: "E = P* − P, P = Σ profit over clients", Null: noCost, Verdict: asProfit},
		{
			ID: WhalePeakRatio, Name: "Peak ratio", Unit: Fraction, Grain: PerBook, Section: "3.1", Formula: "P* / P, where 10·P > P*",
			Null: "P is not above a tenth of P*: not meaningful", Verdict: asProfit,
		},
		{
			ID: WhaleZone, Name: "Zone", Unit: Label, Grain: PerClient, Section: "3.1",
			Formula: "green: ranks up to the first k with 5·S_k ≥ 4·P*; blue: further ranks with a profit; flat: profit 0; red: a loss", Null: "profit is not known", Verdict: asProfit,
		},
		{
			ID: BandCell, Name: "Cell", Unit: Label, Grain: PerClient, Section: "3.9",
			Formula: "band [low, high) of revenue, and of margin in basis points, half to even; apart: revenue not above 0, margin not known", Null: "never", Verdict: "FLAG ↕ if clients of unknown margin hold over 10 % of revenue",
		},
		{
			ID: SmallLikeLarge, Name: "Small like large", Unit: Count, Grain: PerBook, Section: "3.10",
			Formula: "clients with 0 < r < limit whose margin lies in [q.25, q.75] of the margins of those with r ≥ limit; limit: the entry ticket of the line at 80 %",
			Null:    "fewer than four large clients of known margin", Verdict: "FLAG ↕ with 4 to 9 of them; REFUSE below 4",
		},
		{
			ID: CellMigration, Name: "Moves", Unit: Count, Grain: PerBook, Section: "3.11",
			Formula: "clients by the cell of the window before and of this one, under the same edges; new, lapsed and without revenue apart", Null: "there is no window to compare with", Verdict: asProfit,
		},
		{
			ID: PlanVariance, Name: "Variance", Unit: Minor, Grain: PerClient, Section: "ADR 19",
			Formula: "actual − plan; of a cost and of hours plan − actual, so that above 0 is better for profit; of a plan for several months the share of those that lie in the window, in equal parts",
			Null:    "one of the two is not known", Verdict: ofPlan,
		},
	}
}
