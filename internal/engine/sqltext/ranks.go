package sqltext

import (
	"context"
	"database/sql"
	"math"
	"slices"

	"clientele/internal/engine"
	"clientele/internal/metric"
)

const (
	// partClients is how many clients a part of RankParts has, about.
	partClients = 250_000
	// partsMax bounds the parts; then they grow.
	partsMax = 256
	// partBuckets is how finely values are counted to cut parts.
	partBuckets = 4096
)

// RankParts implements engine.Ranks: the values are cut into parts of about the same
// number of clients, and ranked within each.
func (r *Runner) RankParts(ctx context.Context, f engine.Frame, by metric.ID) ([]engine.RankPart, error) {
	s, err := r.Summary(ctx, f, by)
	if err != nil || s.Positive == 0 {
		return nil, err
	}
	size := int64(partClients)
	if r.PartClients > 0 {
		size = r.PartClients
	}
	c := cutter{r: r, f: f, by: by, size: max(size, s.Positive/partsMax)}
	if s.Positive > c.size {
		top := s.Max
		if top < math.MaxInt64 {
			top++ // else the last value is not counted, and still lies in the last part
		}
		if err := c.cut(ctx, 1, top); err != nil {
			return nil, err
		}
	}
	relation, release, err := r.relation(ctx, f, by)
	if err != nil {
		return nil, err
	}
	defer release()
	type numbered struct {
		part int64
		engine.RankPart
	}
	var parts []numbered
	err = r.Each(ctx, r.Renderer.Ranks(relation, by, c.bounds), func(rows *sql.Rows) error {
		var p numbered
		var sum, ranks Wide
		if err := rows.Scan(&p.part, &p.Count, &sum, &ranks); err != nil {
			return err
		}
		p.Sum, p.RankSum = sum.Sum, ranks.Big()
		parts = append(parts, p)
		return nil
	})
	slices.SortFunc(parts, func(x, y numbered) int { return int(x.part - y.part) })
	out := make([]engine.RankPart, len(parts))
	for i, p := range parts {
		out[i] = p.RankPart
	}
	return out, err
}

// cutter finds the bounds of parts of about size clients.
type cutter struct {
	r      *Runner
	f      engine.Frame
	by     metric.ID
	size   int64
	bounds []int64
	count  int64 // clients since the last bound
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
		if b.Count > c.size && width > 1 {
			if err := c.cut(ctx, from, from+min(width, hi-from)); err != nil {
				return err
			}
			continue
		}
		if c.count += b.Count; c.count >= c.size {
			next := from + min(width, hi-from)
			c.bounds, c.count = append(c.bounds, next), 0
		}
	}
	return nil
}
