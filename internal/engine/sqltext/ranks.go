package sqltext

import (
	"context"
	"database/sql"
	"math"
	"math/big"

	"clientele/internal/engine"
	"clientele/internal/metric"
)

const (
	// partClients is how many clients a part of RankParts has, about: what one node sorts.
	partClients = 250_000
	// partsMax is how many parts one text ranks.
	partsMax = 256
	// partBuckets is how finely values are counted to cut parts.
	partBuckets = 4096
)

// RankParts implements engine.Ranks: the values are cut into parts of about the same
// number of clients, and ranked within each. However many clients there are, no part
// grows: there are more of them, and more texts.
func (r *Runner) RankParts(ctx context.Context, f engine.Frame, by metric.ID) ([]engine.RankPart, error) {
	s, err := r.Summary(ctx, f, by)
	if err != nil || s.Positive == 0 {
		return nil, err
	}
	size := int64(partClients)
	if r.PartClients > 0 {
		size = r.PartClients
	}
	c := cutter{r: r, f: f, by: by, size: size, ties: map[int]engine.RankPart{}}
	if s.Positive > c.size {
		top := s.Max
		if top < math.MaxInt64 {
			top++ // else the last value is not counted, and still lies in the last part
		}
		if err := c.cut(ctx, 1, top); err != nil {
			return nil, err
		}
	}
	parts, err := c.ranked(ctx)
	if err != nil {
		return nil, err
	}
	var out []engine.RankPart
	for i := range len(c.bounds) + 1 {
		p, ok := parts[i]
		if !ok {
			p, ok = c.ties[i], c.ties[i].Count > 0
		}
		if ok {
			out = append(out, p)
		}
	}
	return out, nil
}

// cutter finds the bounds of parts of about size clients.
type cutter struct {
	r      *Runner
	f      engine.Frame
	by     metric.ID
	size   int64
	bounds []int64
	count  int64 // clients since the last bound
	// ties are the parts of one value that more clients than size have, by number. Their
	// ranks need no engine, and would all meet on one node.
	ties   map[int]engine.RankPart
	values map[int]int64 // of ties
}

// cut goes through the values in [lo, hi), ascending, and looks closer where more
// clients than a part may have lie in one bucket.
func (c *cutter) cut(ctx context.Context, lo, hi int64) error {
	if hi <= lo {
		return nil
	}
	width := (hi-lo-1)/partBuckets + 1
	buckets, err := c.r.Buckets(ctx, c.f, c.by, engine.Interval{Lo: lo, Hi: hi, Width: width})
	if err != nil {
		return err
	}
	for _, b := range buckets {
		from := lo + b.Index*width
		next := from + min(width, hi-from)
		switch {
		case b.Count <= c.size:
			if c.count += b.Count; c.count >= c.size {
				c.bound(next)
			}
		case width > 1:
			if err := c.cut(ctx, from, next); err != nil {
				return err
			}
		default:
			c.tie(from, b)
		}
	}
	return nil
}

func (c *cutter) bound(next int64) {
	if n := len(c.bounds); n == 0 || c.bounds[n-1] < next {
		c.bounds = append(c.bounds, next)
	}
	c.count = 0
}

// tie makes a part of one value: Σ j·v over j = 1 … n is v·n·(n + 1)/2.
func (c *cutter) tie(v int64, b engine.Bucket) {
	c.bound(v)
	n := big.NewInt(b.Count)
	sum := new(big.Int).Mul(n, new(big.Int).Add(n, big.NewInt(1)))
	sum.Mul(sum.Rsh(sum, 1), big.NewInt(v))
	if c.values == nil {
		c.values = map[int]int64{}
	}
	c.ties[len(c.bounds)] = engine.RankPart{Count: b.Count, Sum: b.Sum, RankSum: sum}
	c.values[len(c.bounds)] = v
	c.bound(v + 1)
}

// ranked asks for the parts that are no ties, a span of them at a time.
func (c *cutter) ranked(ctx context.Context) (map[int]engine.RankPart, error) {
	relation, release, err := c.r.relation(ctx, c.f, c.by)
	if err != nil {
		return nil, err
	}
	defer release()
	most := partsMax
	if c.r.PartsMax > 0 {
		most = c.r.PartsMax
	}
	out := map[int]engine.RankPart{}
	for first := 0; first <= len(c.bounds); first += most {
		end := min(first+most-1, len(c.bounds)) // of the span's inner bounds
		span := RankSpan{First: first, Bounds: c.bounds[first:end]}
		if first > 0 {
			span.Lo = c.bounds[first-1]
		}
		if end < len(c.bounds) {
			span.Hi = c.bounds[end]
		}
		for i := first; i <= end; i++ {
			if v, ok := c.values[i]; ok {
				span.But = append(span.But, v)
			}
		}
		err := c.r.Each(ctx, c.r.Renderer.Ranks(relation, c.by, span), func(rows *sql.Rows) error {
			var number int
			var p engine.RankPart
			var sum, ranks Wide
			if err := rows.Scan(&number, &p.Count, &sum, &ranks); err != nil {
				return err
			}
			p.Sum, p.RankSum = sum.Sum, ranks.Big()
			out[number] = p
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}
