package demo

import "sort"

// class is the life of a client, or the trait it was made for.
type class int

const (
	plain class = iota
	largest
	groupParent
	groupChild
	classTwin
	lossAll    // loses money however its cost is counted
	lossHours  // looks profitable by revenue share, loses money by hours
	overCosted // looks unprofitable by revenue share, earns by hours
	growing
	shrinking
	underServed
	overServed
	latePayer
	fresh    // first invoice in the last 12 months
	lapsed   // silent in the last 12 months, not in the 12 before
	gone     // silent for 24 months or more
	returned // silent in the 12 months before the last 12
	negative // only a credit note in the last 12 months
)

// client is an account of the firm, with the plan from which its facts are drawn.
type client struct {
	id, name, city, country, segment string
	parent, twinOf                   *client
	class                            class
	size                             int // place in the size distribution: 1 is the largest
	index                            int // stream of its dice
	owner                            int
	abroad                           bool
	terms                            int64 // days to pay

	active    [MonthsTotal]bool
	level     [MonthsTotal]int64 // planned revenue a year, cents of its currency
	frequency int64              // orders a month, per mille
	service   int64              // share of hours in an order, per mille
	costRatio int64              // direct cost of goods, per mille of their price
	returns   int64              // chance of a credit note per invoice, per mille
	spread    int64              // order values lie within ± this many per cent
	care      int64              // hours a year that are not billed, in quarters of an hour
	touchDays int64              // days between two touches
	tickets   int64              // a month, per mille
	rebate    int64              // off invoice, per mille of revenue
	dedicated int64              // EUR cents a month of people and stock held for it alone
	lateDays  int64              // days beyond the terms, at least
	threads   int                // contacts
}

// sizes of the traits: where in the size distribution each of their clients stands.
var wantedSizes = []struct {
	class class
	sizes []int
}{
	{largest, []int{1}},
	{groupParent, []int{110}},
	{groupChild, []int{9, 21, 34}},
	{classTwin, []int{30, 52, 61, 68, 85, 140, 120, 200, 180, 230, 66, 150}},
	{lossAll, []int{14, 18, 25, 33, 41, 51}},
	{lossHours, []int{46, 49, 54, 57, 63}},
	{overCosted, []int{10, 13, 17, 20, 24, 28, 32, 38}},
	{underServed, []int{5, 7, 8, 11, 12, 16, 19, 23}},
	{overServed, []int{178, 183, 187, 193, 199, 207, 213, 221, 234, 246, 255, 264}},
	{latePayer, []int{6, 27, 58, 90}},
	{growing, []int{22, 29, 36, 45, 55, 64, 72, 79, 86, 93, 99, 105}},
	{shrinking, []int{31, 42, 50, 59, 67, 74, 80, 87, 94, 101, 107, 112}},
	{fresh, []int{26, 47, 70, 83, 97, 113, 118, 125, 132, 138, 145, 152, 160, 168, 176, 185, 194, 202, 210, 219, 228, 237, 247, 258, 270}},
	{returned, []int{65, 82, 104, 123, 148, 174, 196, 240}},
}

// counts of the classes that are not in the size distribution any more.
const (
	lapsedCount, goneCount, negativeCount = 30, 12, 3
	activeCount                           = 275 // with positive revenue in the last 12 months
	abroadCount                           = 38
	clientCount                           = activeCount + lapsedCount + goneCount + negativeCount
	strangerCount                         = 3 // in the client list, never invoiced
)

// makeClients draws the 320 clients, gives each its life and its numbers.
func (f *Firm) makeClients() {
	d := newDice(f.seed, purposePlan, 0)
	all := f.castClients(d)
	for _, c := range all {
		f.giveLife(d, c)
		c.giveNumbers(d)
		f.giveLevels(d, c)
	}
	f.scaleLargest(all)
	giveAbroad(d, all)
	giveNames(newDice(f.seed, purposeNames, 0), all)
	f.giveIDs(all)
	f.clients = all
}

// castClients makes the roles: the wanted ones first, plain clients on the sizes left.
func (f *Firm) castClients(d dice) []*client {
	var all []*client
	used := map[int]bool{}
	cast := func(k class, size int) {
		all = append(all, &client{class: k, size: size})
	}
	for _, w := range wantedSizes {
		for _, size := range w.sizes {
			for used[size] {
				size++
			}
			used[size] = true
			cast(w.class, size)
		}
	}
	for size := 2; len(all) < activeCount; size++ {
		if !used[size] {
			cast(plain, size)
		}
	}
	for i := range lapsedCount {
		size := int(d.between(70, 290))
		if i < 2 {
			size = 28 + 24*i // two that hurt
		}
		cast(lapsed, size)
	}
	for range goneCount {
		cast(gone, int(d.between(70, 290)))
	}
	for i := range negativeCount {
		cast(negative, 95+35*i)
	}
	f.linkFamilies(all)
	return all
}

func (f *Firm) linkFamilies(all []*client) {
	var parent, first *client
	for i, c := range all {
		c.index = i
		switch c.class { //nolint:exhaustive // the other classes keep what all have
		case groupParent:
			parent = c
		case groupChild:
			c.parent = parent
		case classTwin:
			if first == nil {
				first = c
			} else {
				c.twinOf, first = first, nil
			}
		}
	}
}

// giveLife marks the months in which the client buys.
func (f *Firm) giveLife(d dice, c *client) {
	from, to := 0, MonthsTotal
	if c.class == plain && d.chance(350) {
		from = int(d.between(1, 34)) // most came before the data begin, some later
	}
	gap := [2]int{-1, -1}
	switch c.class { //nolint:exhaustive // the other classes keep what all have
	case fresh:
		from = MonthsTotal - 12 + int(d.between(0, 9))
	case lapsed:
		to = MonthsTotal - 24 + int(d.between(3, 12))
	case gone:
		to = int(d.between(8, MonthsTotal-24))
	case negative:
		to = MonthsTotal - 12
	case returned:
		gap = [2]int{int(d.between(14, 22)), MonthsTotal - 12 + int(d.between(1, 7))}
	}
	for m := from; m < to; m++ {
		c.active[m] = m < gap[0] || m >= gap[1]
	}
}

// firstMonth and lastMonth bound the months in which the client buys.
func (c *client) firstMonth() int {
	return sort.Search(MonthsTotal, func(i int) bool { return c.anyActive(0, i+1) })
}

func (c *client) lastMonth() int {
	return MonthsTotal - 1 - sort.Search(MonthsTotal, func(i int) bool { return c.anyActive(MonthsTotal-1-i, MonthsTotal) })
}

func (c *client) anyActive(from, to int) bool {
	for m := from; m < to; m++ {
		if c.active[m] {
			return true
		}
	}
	return false
}

// giveNumbers sets how the client buys and what it takes to serve it.
func (c *client) giveNumbers(d dice) {
	c.owner = [...]int{0, 0, 0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5, 6}[d.pick(15)] // the first book is over-full
	c.terms = [...]int64{14, 30, 30, 30, 45}[d.pick(5)]
	switch {
	case c.size == 1:
		c.frequency = 9_000
	case c.size <= 20:
		c.frequency = 3_400
	case c.size <= 80:
		c.frequency = 1_400
	case c.size <= 160:
		c.frequency = 650
	default:
		c.frequency = 330
	}
	c.service = [...]int64{0, 0, 100, 150, 200, 300, 450}[d.pick(7)]
	c.costRatio = d.between(590, 690)
	c.returns = d.between(15, 75)
	c.spread = 35
	c.care = d.between(2, 8) * 4 // 2 … 8 hours a year
	c.touchDays = d.between(70, 160)
	c.tickets = c.frequency * d.between(30, 90) / 100
	c.threads = int(d.between(1, 3))
	c.segment = [...]string{"Transactional", "Transactional", "Core", ""}[d.pick(4)]
	if c.size <= 60 {
		c.care = d.between(20, 45) * 4
		c.touchDays = d.between(20, 45)
		c.threads = int(d.between(2, 5))
		c.segment = [...]string{"Strategic", "Core", "Core"}[d.pick(3)]
	}
	c.giveTrait(d)
}

// giveTrait bends the numbers to what the class is there to show.
func (c *client) giveTrait(d dice) {
	switch c.class { //nolint:exhaustive // the other classes keep what all have
	case largest:
		c.service, c.costRatio, c.care, c.touchDays, c.threads, c.segment = 180, 715, 220*4, 9, 5, "Strategic"
	case groupParent, groupChild:
		c.owner, c.segment = 2, "Strategic"
	case lossAll: // a gross margin of about 11 %, eaten by rebates and by what is held for it alone
		c.service, c.costRatio, c.returns = 0, 890, 60
		c.rebate, c.care, c.tickets = 65, d.between(140, 200)*4, 3_000
	case lossHours: // a good gross margin; the hours that nobody bills eat it
		c.service, c.costRatio, c.returns = 150, 560, 15
		c.care, c.tickets, c.touchDays = d.between(640, 720)*4, 1_500, d.between(15, 25)
	case overCosted: // thin margin on large orders that need nobody
		c.service, c.costRatio, c.returns = 0, 925, 5
		c.frequency, c.care, c.tickets, c.touchDays = 1_000, d.between(1, 2)*4, 50, d.between(150, 200)
	case growing, shrinking:
		c.frequency, c.spread, c.returns = 2_000, 10, 5
	case underServed:
		c.care, c.touchDays, c.threads = 2*4, 240, 1
		c.segment = "Strategic"
	case overServed:
		c.care, c.touchDays, c.tickets = d.between(75, 95)*4, d.between(10, 16), 800
		c.segment = "Transactional"
	case latePayer:
		c.lateDays = d.between(55, 80)
	case fresh:
		c.returns = 10
	}
}

// giveLevels sets the planned revenue of a year at each month: the size at the end of
// the history, and growth backwards from there.
func (f *Firm) giveLevels(d dice, c *client) {
	const scale = 1_000_000
	monthly := scale + d.between(-4_000, 7_000) // -5 … +9 % a year
	switch c.class {                            //nolint:exhaustive // the other classes keep what all have
	case growing:
		monthly = scale + d.between(26_000, 32_000) // 36 … 46 % a year
	case shrinking:
		monthly = scale - d.between(26_000, 32_000) // -27 … -32 % a year
	case lossAll, overCosted, lossHours, classTwin, groupChild, underServed:
		monthly = scale + 1_500
	}
	level := yearly(c.size) * d.between(92, 108) / 100
	if c.class == shrinking {
		level = level * 8 / 10 // stands at its size around the middle of the last year
	}
	for m := MonthsTotal - 1; m >= 0; m-- {
		c.level[m] = level
		level = level * scale / monthly
	}
	if c.class == lossAll {
		c.dedicated = c.level[MonthsTotal-1] * 9 / 100 / 12
	}
}

// yearly is the revenue of a place in the size distribution, in cents: a power law,
// size + 8 to the power of -1.5, which lets about a fifth to a quarter bring 80 %.
func yearly(size int) int64 {
	n := int64(size) + 8
	return 1_750_000_000_000 / (n * squareRoot(n*1_000_000))
}

// squareRoot is the largest integer whose square is at most n (Newton).
func squareRoot(n int64) int64 {
	r := n
	for next := (r + 1) / 2; next < r; next = (r + n/r) / 2 {
		r = next
	}
	return r
}

// season is the weight of a calendar month; the mean is 100.
var season = [...]int64{88, 92, 106, 98, 101, 103, 94, 84, 107, 110, 111, 106}

// planned is the revenue that the plan gives a client in a month, in cents.
func (f *Firm) planned(c *client, m int) int64 {
	_, calendar, _ := f.month(m).Civil()
	return c.level[m] / 12 * season[calendar-1] / 100
}

// scaleLargest lifts the largest client to 11 % of the revenue of the last 12 months.
func (f *Firm) scaleLargest(all []*client) {
	var others, own int64
	for _, c := range all {
		for m := MonthsTotal - 12; m < MonthsTotal; m++ {
			switch {
			case c.class == largest:
				own += f.planned(c, m)
			case c.active[m]:
				others += f.planned(c, m)
			}
		}
	}
	wanted := others * 11 / 89
	for _, c := range all {
		if c.class == largest {
			for m := range c.level {
				c.level[m] = c.level[m] / 1000 * (wanted / (own / 1000))
			}
		}
	}
}

// giveAbroad picks the clients that are billed in USD, outside the traits of cost.
func giveAbroad(d dice, all []*client) {
	var may []*client
	for _, c := range all {
		switch c.class { //nolint:exhaustive // the other classes keep what all have
		case plain, fresh, lapsed, gone, returned, growing:
			may = append(may, c)
		}
	}
	d.shuffle(len(may), func(i, j int) { may[i], may[j] = may[j], may[i] })
	for _, c := range may[:abroadCount] {
		c.abroad = true
	}
}
