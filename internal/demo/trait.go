package demo

// traitTexts says what each trait means and how it can be seen in the files, in the
// order in which truth.json lists them.
var traitTexts = []struct {
	class      class
	name, what string
}{
	{largest, "largest", "about 11 % of the trailing revenue"},
	{fresh, "new", "first invoice in the trailing 12 months"},
	{lapsed, "lapsed", "lines in the 12 months before the trailing ones, none in them"},
	{gone, "gone", "no line in the last 24 months"},
	{returned, "returned", "lines in the trailing 12 months and before the last 24, none in between"},
	{negative, "net_negative", "only a credit note for an earlier invoice in the trailing 12 months: revenue below 0"},
	{growing, "growing", "each of the four years of 12 months at least 10 % above the one before"},
	{shrinking, "shrinking", "each of the four years of 12 months at least 10 % below the one before"},
	{lossAll, "loss_all", "revenue is fine and so is the gross margin (about 10 %), but rebates and what is held for them alone eat it: a loss before any shared cost, so under every driver"},
	{lossHours, "loss_by_hours", "good gross margin and a profit by revenue share; some 700 hours a year that nobody bills make a loss by hours and by labour cost"},
	{overCosted, "over_costed", "thin margin on a few large orders that need hardly an hour: a loss if shared cost goes by revenue, a profit by hours and by labour cost"},
	{latePayer, "late_payers", "pay 55 days and more after the terms"},
	{overServed, "over_served", "small and transactional, yet 70 hours a year and more of unbilled service, and a touch every two weeks"},
	{underServed, "under_served", "among the largest 40, yet some two hours a year of unbilled service, one contact, and no touch for seven months"},
}

func (t *Truth) traits() {
	for _, text := range traitTexts {
		one := Trait{Name: text.name, What: text.what}
		for _, c := range t.firm.clients {
			if c.class == text.class {
				one.IDs = append(one.IDs, c.id)
			}
		}
		t.Traits = append(t.Traits, one)
	}
	abroad := Trait{Name: "billed_in_usd", What: "documents in USD since the old system was left; in EUR before"}
	single := Trait{Name: "single_contact", What: "one contact only"}
	for _, c := range t.firm.clients {
		if c.abroad {
			abroad.IDs = append(abroad.IDs, c.id)
		}
		if c.threads == 1 {
			single.IDs = append(single.IDs, c.id)
		}
		switch {
		case c.twinOf != nil:
			t.Twins = append(t.Twins, Twin{c.twinOf.id, c.id, c.twinOf.name, c.name})
		case c.class == groupParent:
			t.Group.Parent = c.id
		case c.class == groupChild:
			t.Group.Children = append(t.Group.Children, c.id)
		}
	}
	t.Traits = append(t.Traits, abroad, single)
}
