package insight

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"runtime"
	"sync"

	"clientele/internal/fault"
	"clientele/internal/money"
)

// DefaultDraws is B of definitions 2.6.
const DefaultDraws = 1000

// triesMax bounds how often one draw is redrawn while no client is positive in it.
const triesMax = 256

// Document is the sum of one document in the window. Client is the position of the
// client in client_id order, which breaks ties. Documents with the same Key have the
// same weight in every draw: a credit note carries the key of its invoice. The zero
// Key means that the amount names no document; it then has weight 1 in every draw.
type Document struct {
	Client int32
	Key    [2]uint64
	Sum    int64
}

// Sampling says how to draw. The zero value of Draws means DefaultDraws, of Workers
// as many as the machine has cores; neither seed nor draws depend on Workers.
type Sampling struct {
	Share    money.Fraction
	Seed     uint64
	Draws    int
	Workers  int
	Progress func(done, total int) // may be nil; called by one goroutine at a time
}

// Stability is in how many draws each client was above the line of that draw.
type Stability struct {
	Draws     int     // that counted
	Above     []int32 // per client: draws in which it was above
	Lines     []int64 // line count of each draw
	Documents int64   // amounts that name a document
	Fixed     int64   // amounts that name none
}

// Share is p_i.
func (s Stability) Share(client int) float64 { return float64(s.Above[client]) / float64(s.Draws) }

// OnLine reports 0.2 < p_i < 0.8, in whole draws.
func (s Stability) OnLine(client int) bool {
	a := 5 * int64(s.Above[client])
	return a > int64(s.Draws) && a < 4*int64(s.Draws)
}

// Bootstrap draws with an independent Poisson(1) weight per document, keyed by (seed,
// draw, document), so that the same seed gives the same result on any number of
// cores. Draws without a positive client are redrawn. It fails with kind Input if
// there is nothing to draw from, and with Canceled when ctx ends.
// Source: definitions 2.6; Efron 1979 (bootstrap); Poisson weights are its usual
// form where the number of units is itself random.
func Bootstrap(ctx context.Context, clients int, documents []Document, s Sampling) (Stability, error) {
	if s.Draws == 0 {
		s.Draws = DefaultDraws
	}
	base := make([]int64, clients) // fixed amounts
	var drawn []keyed
	total := new(big.Int)
	for _, d := range documents {
		if d.Client < 0 || int(d.Client) >= clients {
			return Stability{}, fault.New(fault.Internal, "draw documents", fmt.Sprintf("document of client %d of %d", d.Client, clients), "")
		}
		total.Add(total, new(big.Int).Abs(big.NewInt(d.Sum)))
		if d.Key == [2]uint64{} {
			base[d.Client] += d.Sum
			continue
		}
		drawn = append(drawn, keyed{fold(d.Key), d.Sum, d.Client})
	}
	if len(drawn) == 0 {
		return Stability{}, fault.New(fault.Input, "draw documents", "without documents there is nothing to draw from", "supply invoice lines with document numbers")
	}
	if !total.Mul(total, big.NewInt(poissonMax)).IsInt64() {
		return Stability{}, errOverflow("a weighted total")
	}
	fill := func(draw, try int, sums []int64) {
		copy(sums, base)
		seed := drawSeed(s.Seed, draw, try)
		for _, d := range drawn {
			sums[d.client] += poisson(mix(seed^d.key)) * d.sum
		}
	}
	out, err := sample(ctx, clients, s, triesMax, fill)
	out.Documents, out.Fixed = int64(len(drawn)), int64(len(documents)-len(drawn))
	return out, err
}

// keyed is a document as the inner loop reads it.
type keyed struct {
	key    uint64
	sum    int64
	client int32
}

// Part is what one group (a month) brings of one client.
type Part struct {
	Client int32
	Group  int32 // from 0
	Sum    int64
}

// LeaveOut is the deterministic variant of definitions 2.6: one draw per group, which
// leaves that group out. Draws without a positive client do not count.
func LeaveOut(ctx context.Context, clients, groups int, parts []Part, share money.Fraction) (Stability, error) {
	total := new(big.Int)
	for _, p := range parts {
		if p.Client < 0 || int(p.Client) >= clients || p.Group < 0 || int(p.Group) >= groups {
			return Stability{}, fault.New(fault.Internal, "leave out groups", fmt.Sprintf("part of client %d of %d, group %d of %d", p.Client, clients, p.Group, groups), "")
		}
		total.Add(total, new(big.Int).Abs(big.NewInt(p.Sum)))
	}
	if !total.IsInt64() {
		return Stability{}, errOverflow("a total")
	}
	fill := func(draw, _ int, sums []int64) {
		clear(sums)
		for _, p := range parts {
			if int(p.Group) != draw {
				sums[p.Client] += p.Sum
			}
		}
	}
	return sample(ctx, clients, Sampling{Share: share, Draws: groups}, 1, fill)
}

// errNoLine says that no try of a draw had a positive client.
var errNoLine = errors.New("no positive client in any try")

// sample runs all draws. Draw number d is done by worker d mod workers, and what a
// draw adds does not depend on any other, so the counts are the same in any order.
func sample(ctx context.Context, clients int, s Sampling, tries int, fill func(draw, try int, sums []int64)) (Stability, error) {
	if err := checkShare(s.Share); err != nil {
		return Stability{}, err
	}
	if s.Draws < 1 {
		return Stability{}, fault.New(fault.Usage, "draw documents", fmt.Sprintf("%d draws", s.Draws), "draw at least once")
	}
	if s.Workers < 1 {
		s.Workers = runtime.GOMAXPROCS(0)
	}
	s.Workers = min(s.Workers, s.Draws)
	lines := make([]int64, s.Draws) // −1: the draw does not count
	workers := make([]*drawer, s.Workers)
	report := reporter{total: s.Draws, call: s.Progress}
	var wg sync.WaitGroup
	for w := range workers {
		workers[w] = newDrawer(clients, s.Share)
		wg.Go(func() {
			for draw := w; draw < s.Draws && ctx.Err() == nil; draw += s.Workers {
				lines[draw] = workers[w].once(draw, tries, fill)
				report.step()
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return Stability{}, fault.Wrap(err, fault.Canceled, "draw documents", "stopped", "")
	}
	out := Stability{Above: make([]int32, clients)}
	for _, w := range workers {
		for i, n := range w.above {
			out.Above[i] += n
		}
	}
	for _, n := range lines {
		if n >= 0 {
			out.Lines = append(out.Lines, n)
		}
	}
	out.Draws = len(out.Lines)
	if out.Draws == 0 || (tries > 1 && out.Draws < s.Draws) {
		return Stability{}, fault.Wrap(errNoLine, fault.Input, "draw documents", "the line cannot be drawn again", "supply more documents")
	}
	return out, nil
}

// reporter counts finished draws for the caller.
type reporter struct {
	mu          sync.Mutex
	done, total int
	call        func(done, total int)
}

func (r *reporter) step() {
	if r.call == nil {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done++
	r.call(r.done, r.total)
}
