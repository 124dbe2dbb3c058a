package insight

import (
	"context"

	"clientele/internal/money"
)

// Point is one exact point of the curve of the line: the k largest clients and their sum.
type Point struct {
	Clients int64
	Sum     money.Sum
}

// Curve gives exact points (k, S_k), from (0, 0) to (n, R), so close that no step
// spans more than 1/steps of the clients, unless they all have the same value (the
// curve is straight there). Only crowded buckets are refined: no sort, and a
// handful of passes.
func Curve(ctx context.Context, d Distribution, steps int) ([]Point, error) {
	s, err := d.Summary(ctx)
	if err != nil {
		return nil, err
	}
	points := []Point{{}}
	if s.Positive == 0 {
		return points, nil
	}
	c, err := bulk(ctx, d, s)
	if err != nil {
		return nil, err
	}
	most := max(1, s.Positive/int64(max(1, steps)))
	if c.beyond > 0 {
		if points, err = descend(ctx, d, pass(c.in.Hi, s.Max+1), most, points); err != nil {
			return nil, err
		}
	}
	if points, err = refine(ctx, d, c.in, c.buckets, most, points); err != nil {
		return nil, err
	}
	if last := points[len(points)-1]; last.Clients != s.Positive || last.Sum != s.PositiveSum {
		return nil, errInconsistent("the buckets do not add up to the summary")
	}
	return points, nil
}

// descend counts an interval and adds its points.
func descend(ctx context.Context, d Distribution, in Interval, most int64, points []Point) ([]Point, error) {
	buckets, err := ask(ctx, d, in)
	if err != nil {
		return nil, err
	}
	return refine(ctx, d, in, buckets, most, points)
}

// stretchMax is how many neighbouring buckets one pass looks into: each is cut into 16
// at least.
const stretchMax = bucketsPerPass / 16

// refine adds one point per bucket from the top down. Where buckets are crowded, it
// looks into a stretch of them at once.
func refine(ctx context.Context, d Distribution, in Interval, buckets []Bucket, most int64, points []Point) (_ []Point, err error) {
	crowded := func(i int) bool {
		lo, hi := in.span(buckets[i].Index)
		return buckets[i].Count > most && hi-lo > 1
	}
	for i := len(buckets) - 1; i >= 0; i-- {
		if !crowded(i) {
			last := points[len(points)-1]
			points = append(points, Point{last.Clients + buckets[i].Count, last.Sum.Plus(buckets[i].Sum)})
			continue
		}
		end := i
		for k := i - 1; k >= 0 && buckets[i].Index-buckets[k].Index < stretchMax; k-- {
			if crowded(k) {
				end = k
			}
		}
		_, hi := in.span(buckets[i].Index)
		lo, _ := in.span(buckets[end].Index)
		if points, err = descend(ctx, d, pass(lo, hi), most, points); err != nil {
			return nil, err
		}
		i = end
	}
	return points, nil
}
