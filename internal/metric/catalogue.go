package metric

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
