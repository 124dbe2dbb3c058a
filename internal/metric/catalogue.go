package metric

import "slices"

// The ids of base measures.
const (
	Revenue      ID = "client_revenue_minor"
	RevenuePrior ID = "client_revenue_prior_minor"
	Invoices     ID = "client_invoices_count"
	LinesCurrent ID = "client_lines_count"
	LinesPrior   ID = "client_lines_prior_count"
	LinesEarlier ID = "client_lines_earlier_count"
	LinesEver    ID = "client_lines_ever_count"
	FirstDate    ID = "client_first_day"
	LastDate     ID = "client_last_day"
)

// The ids of derived measures.
const (
	Tenure          ID = "client_tenure_days"
	State           ID = "client_state"
	Rank            ID = "client_rank"
	Share           ID = "client_share"
	CumulativeShare ID = "client_cumulative_share"
	LineCount       ID = "line_count"
	LineWithin      ID = "line_within_count"
	LineTicket      ID = "line_ticket_minor"
	LineDistance    ID = "line_distance_minor"
	LineOvershoot   ID = "line_overshoot_share"
	FrozenCount     ID = "frozen_line_count"
	FrozenRevenue   ID = "frozen_line_minor"
	TopKRevenue     ID = "top_k_revenue_minor"
	LineMovement    ID = "line_movement"
	LineStability   ID = "line_stability_share"
	LorenzShare     ID = "lorenz_share"
	Gini            ID = "gini_index"
	GiniCorrected   ID = "gini_corrected_index"
	HHI             ID = "hhi_index"
	Effective       ID = "effective_clients"
	TopNShare       ID = "top_n_share"
	TenPercent      ID = "ten_percent_list"
	Residual        ID = "control_residual_minor"
)

// The ids of what clients cost and leave.
const (
	DirectCost      ID = "client_direct_cost_minor"
	CapacityRate    ID = "capacity_rate_minor"
	ServiceHours    ID = "service_hours"
	UnusedCapacity  ID = "unused_capacity_minor"
	MarginCM1       ID = "margin_cm1_minor"
	MarginCM2       ID = "margin_cm2_minor"
	MarginCM3       ID = "margin_cm3_minor"
	ClosingResidual ID = "closing_residual_minor"
	Result          ID = "result_minor"
	SustainingCost  ID = "sustaining_cost_minor"
	CostCoverage    ID = "cost_coverage_share"
	LossRobustness  ID = "loss_robustness"
	TargetBridge    ID = "target_bridge_minor"
	WhalePeak       ID = "whale_peak_minor"
	WhaleErosion    ID = "whale_erosion_minor"
	WhalePeakRatio  ID = "whale_peak_ratio"
	WhaleZone       ID = "whale_zone"
	BandCell        ID = "band_cell"
	SmallLikeLarge  ID = "small_like_large_count"
	CellMigration   ID = "cell_migration_count"
	PlanVariance    ID = "plan_variance_minor"
)

// All returns the catalogue: base measures first, then derived ones in the order
// of the definitions.
func All() []Measure {
	return slices.Concat(base(), perClient(), line(), concentration(), control(), profit(), proof())
}

// Bases returns the base measures, which every engine computes.
func Bases() []Measure { return base() }

const (
	noWindow   = "without a window: an undated list has only the window of all dates"
	grossSigns = "FLAG ↑ if the file shows tax or pass-through content and nobody said which amount was taken; REFUSE if the control totals do not close, or a sum does not fit 64 bits"
	asLine     = "as line_count"
)

func base() []Measure {
	return []Measure{
		{
			ID: Revenue, Name: "Revenue", Unit: Minor, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Sum, Amount, Current},
			Formula: "Σ invoice lines − Σ credit note lines of the client in the window, without tax, by document date",
			Null:    "the client has no line before the end of the window; no line inside it is 0",
			Verdict: grossSigns,
		},
		{
			ID: RevenuePrior, Name: "Before", Unit: Minor, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Sum, Amount, Prior},
			Formula: "client_revenue_minor of the window it is compared with",
			Null:    "0 where no window is compared with",
			Verdict: grossSigns,
		},
		{
			ID: Invoices, Name: "Invoices", Unit: Count, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Sum, Documents, Current},
			Formula: "number of documents of the client whose first line lies in the window; a document counts once in its batch",
			Null:    "never; lines that name no document count 0",
			Verdict: "FLAG ↓ if lines name no document",
		},
		{
			ID: LinesCurrent, Name: "Lines", Unit: Count, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Sum, Lines, Current},
			Formula: "number of lines of the client in the window",
			Null:    "never", Verdict: "none of its own",
		},
		{
			ID: LinesPrior, Name: "Lines before", Unit: Count, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Sum, Lines, Prior},
			Formula: "number of lines of the client in the window it is compared with",
			Null:    "0 where no window is compared with", Verdict: "none of its own",
		},
		{
			ID: LinesEarlier, Name: "Lines earlier", Unit: Count, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Sum, Lines, Earlier},
			Formula: "number of lines of the client before the window it is compared with; without one, before the window",
			Null:    "never", Verdict: "FLAG ↓ if the file begins after the firm did",
		},
		{
			ID: LinesEver, Name: "Lines ever", Unit: Count, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Sum, Lines, Ever},
			Formula: "number of lines of the client before the end of the window",
			Null:    "never; a client without one is not in the frame", Verdict: "none of its own",
		},
		{
			ID: FirstDate, Name: "First", Unit: Day, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Min, FirstDay, Ever},
			Formula: "earliest date of the client's lines before the end of the window",
			Null:    "all of the client's lines are undated",
			Verdict: "FLAG (later than in truth) if the file begins after the firm did",
		},
		{
			ID: LastDate, Name: "Last", Unit: Day, Grain: PerClient, Section: "1.3",
			Base:    &Aggregate{Max, LastDay, Ever},
			Formula: "latest date of the client's lines before the end of the window",
			Null:    "all of the client's lines are undated", Verdict: "none of its own",
		},
	}
}

func perClient() []Measure {
	return []Measure{
		{
			ID: Tenure, Name: "Tenure", Unit: Days, Grain: PerClient, Section: "1.3",
			Formula: "end of the window − client_first_day",
			Null:    "client_first_day is null, or the window has no end",
			Verdict: "FLAG ↓ if the file begins after the firm did",
		},
		{
			ID: State, Name: "State", Unit: Label, Grain: PerClient, Section: "1.2",
			Formula: "new: lines in the window, none before it; active: lines in the window and in the one before; returned: lines in the window, none in the one before, some earlier; lapsed: no line in the window",
			Null:    noWindow,
			Verdict: "FLAG ↕ if the file begins inside the window compared with",
		},
		{
			ID: Rank, Name: "Rank", Unit: Count, Grain: PerClient, Section: "1.6",
			Formula: "place by client_revenue_minor descending, then client_id bytewise ascending",
			Null:    "client_revenue_minor is null", Verdict: "none of its own",
		},
		{
			ID: Share, Name: "Share", Unit: Fraction, Grain: PerClient, Section: "1.6",
			Formula: "r_i / R, R = Σ r of the clients with r > 0",
			Null:    "R ≤ 0, or r_i ≤ 0: such clients stand apart",
			Verdict: asLine,
		},
		{
			ID: CumulativeShare, Name: "Cumulative", Unit: Fraction, Grain: PerClient, Section: "2.1",
			Formula: "S_k / R, S_k = r_1 + … + r_k down to the client's rank k",
			Null:    "R ≤ 0, or r_i ≤ 0: such clients stand apart",
			Verdict: asLine,
		},
	}
}

func line() []Measure {
	return []Measure{
		{
			ID: LineCount, Name: "Line", Unit: Count, Grain: PerBook, Section: "2.1",
			Formula: "min{k : S_k ≥ θ·R}, clients with r > 0 ranked, R their sum, θ the share (0.8): the client that crosses is in",
			Null:    "no client has r > 0",
			Verdict: "FLAG ↕ if the interval for U, what is unassigned or quarantined, holds more than one value, or if a tie straddles the line (who, not how many); REFUSE without a positive client, or if the control totals do not close",
		},
		{
			ID: LineWithin, Name: "Within", Unit: Count, Grain: PerBook, Section: "2.1",
			Formula: "max{k : S_k ≤ θ·R}: line_count − 1, or line_count on exact equality",
			Null:    "no client has r > 0", Verdict: asLine,
		},
		{
			ID: LineTicket, Name: "Entry ticket", Unit: Minor, Grain: PerBook, Section: "2.2",
			Formula: "T = r of the client at rank line_count; real ticket = T / π, π the firm's own price index",
			Null:    "no line, or a line at share 0",
			Verdict: asLine + "; FLAG ↑ on its trend without a price index while prices rise",
		},
		{
			ID: LineDistance, Name: "To the line", Unit: Minor, Grain: PerClient, Section: "2.2",
			Formula: "r_i − T, T = line_ticket_minor; 0 at the line and for clients tied with it",
			Null:    "line_ticket_minor is null", Verdict: asLine,
		},
		{
			ID: LineOvershoot, Name: "Overshoot", Unit: Fraction, Grain: PerBook, Section: "2.2",
			Formula: "S_N / R − θ at N = line_count",
			Null:    "no client has r > 0", Verdict: asLine,
		},
		{
			ID: FrozenCount, Name: "Over the old line", Unit: Count, Grain: PerBook, Section: "2.3",
			Formula: "number of clients with r·π_b ≥ T_b·π_t: they clear the ticket of the base window; equality clears",
			Null:    "the base window has no line",
			Verdict: "FLAG ↑ without a price index; REFUSE if the base window is not closed, or was computed under another identity map and cannot be recomputed",
		},
		{
			ID: FrozenRevenue, Name: "Revenue over the old line", Unit: Minor, Grain: PerBook, Section: "2.3",
			Formula: "Σ r of the clients that frozen_line_count counts",
			Null:    "the base window has no line", Verdict: "as frozen_line_count",
		},
		{
			ID: TopKRevenue, Name: "Top K", Unit: Minor, Grain: PerBook, Section: "2.4",
			Formula: "Σ of the K largest positive r; the same K for all windows compared; fewer than K: all",
			Null:    "K is not known",
			Verdict: "FLAG ↓ with fewer than K positive clients; REFUSE if K is neither computed nor declared",
		},
		{
			ID: LineMovement, Name: "Movement", Unit: Label, Grain: PerClient, Section: "2.5",
			Formula: "joiners: joined_new, joined_back, joined_risen; leavers, first match: pushed_out, lapsed, pushed_down (still clears the old ticket: the line rose past it), fallen (its own revenue fell); below the line before: pushed_out_below, drifted_out",
			Null:    "neither window has a line",
			Verdict: "FLAG ↕ if no record of decisions covers the time between (pushed out reads as lapsed); as frozen_line_count",
		},
		{
			ID: LineStability, Name: "Stability", Unit: Fraction, Grain: PerClient, Section: "2.6",
			Formula: "share of seeded draws in which the client is above the line of that draw; every document gets a Poisson(1) weight; on the line if between 0.2 and 0.8",
			Null:    "no document is named",
			Verdict: "FLAG ↕ below 30 documents in the window; REFUSE without documents",
		},
	}
}

func concentration() []Measure {
	return []Measure{
		{
			ID: LorenzShare, Name: "Lorenz", Unit: Fraction, Grain: PerBook, Section: "2.7",
			Formula: "points (j/n, Σ of the j smallest r > 0 / R), straight lines in between",
			Null:    "R = 0",
			Verdict: "REFUSE with any negative value among them, or R = 0; FLAG ↓ (inequality) if more than 5 % of the clients have r ≤ 0 and are left out",
		},
		{
			ID: Gini, Name: "Gini", Unit: Index, Grain: PerBook, Section: "2.8",
			Formula: "Σ (2i − n − 1)·x_(i) / (n·Σ x), x = r > 0 ascending; 0 for one client",
			Null:    "R = 0", Verdict: "as lorenz_share",
		},
		{
			ID: GiniCorrected, Name: "Gini, corrected", Unit: Index, Grain: PerBook, Section: "2.8",
			Formula: "gini_index · n / (n − 1); the one shown below 50 clients",
			Null:    "fewer than two clients with r > 0", Verdict: "as lorenz_share",
		},
		{
			ID: HHI, Name: "HHI", Unit: Index, Grain: PerBook, Section: "2.9",
			Formula: "10,000 · Σ (r_i / R)² over clients with r > 0",
			Null:    "R = 0",
			Verdict: "FLAG ↕ with U, what is unassigned or quarantined: from Σ r² / (R + U)² to U added to the largest",
		},
		{
			ID: Effective, Name: "Effective clients", Unit: Index, Grain: PerBook, Section: "2.9",
			Formula: "1 / Σ (r_i / R)²: so many clients of equal size would be as concentrated",
			Null:    "R = 0", Verdict: "as hhi_index",
		},
		{
			ID: TopNShare, Name: "Top n", Unit: Fraction, Grain: PerBook, Section: "2.10",
			Formula: "CR_n = S_min(n, N) / R for n = 1, 5, 10",
			Null:    "R = 0", Verdict: asLine,
		},
		{
			ID: TenPercent, Name: "Ten per cent", Unit: Label, Grain: PerClient, Section: "2.10",
			Formula: "clients with 10·r_i ≥ T, T = whole net revenue: positive and negative clients and unassigned, no filter",
			Null:    "T ≤ 0",
			Verdict: "REFUSE if T ≤ 0; FLAG ↓ if U added to the largest client that is not listed would put it on the list",
		},
	}
}

// control is the account of what was read (definitions 1.5).
func control() []Measure {
	return []Measure{{
		ID: Residual, Name: "Residual", Unit: Minor, Grain: PerBook, Section: "1.5",
		Formula: "read − loaded − excluded − quarantined, in rows and in money; loaded − Σ r_i − unassigned",
		Null:    "never: it is 0 or the account does not close",
		Verdict: "not 0: REFUSE every amount. U = |unassigned| + |quarantined|: FLAG ↕ above 1 % of read, REFUSE above 20 %",
	}}
}
