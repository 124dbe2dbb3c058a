package insight

import (
	"context"
	"math"
	"slices"

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
	if s.Max == math.MaxInt64 {
		return nil, errOverflow("the largest value")
	}
	crowd := max(1, s.Positive/int64(max(1, steps)))
	if points, err = refine(ctx, d, pass(1, s.Max+1), crowd, points); err != nil {
		return nil, err
	}
	if last := points[len(points)-1]; last.Clients != s.Positive || last.Sum != s.PositiveSum {
		return nil, errInconsistent("the buckets do not add up to the summary")
	}
	return points, nil
}

// refine adds one point per bucket from the top down, and goes into crowded ones.
func refine(ctx context.Context, d Distribution, in Interval, crowd int64, points []Point) ([]Point, error) {
	buckets, err := d.Buckets(ctx, in)
	if err != nil {
		return nil, err
	}
	if err := checkBuckets(buckets, in); err != nil {
		return nil, err
	}
	for _, b := range slices.Backward(buckets) {
		if lo, hi := in.span(b.Index); b.Count > crowd && hi-lo > 1 {
			if points, err = refine(ctx, d, pass(lo, hi), crowd, points); err != nil {
				return nil, err
			}
			continue
		}
		last := points[len(points)-1]
		points = append(points, Point{last.Clients + b.Count, last.Sum.Plus(b.Sum)})
	}
	return points, nil
}
