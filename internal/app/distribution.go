package app

import (
	"context"

	"clientele/internal/engine"
	"clientele/internal/insight"
	"clientele/internal/metric"
)

// spread lets insight look at one measure of a frame: it asks the engine and hands
// its integers on.
type spread struct {
	eng   engine.Engine
	frame engine.Frame
	by    metric.ID
}

// distribution is a measure of a frame, each answer asked for once.
func distribution(eng engine.Engine, frame engine.Frame, by metric.ID) insight.Distribution {
	return insight.Memo(spread{eng, frame, by})
}

func (s spread) Summary(ctx context.Context) (insight.Summary, error) {
	v, err := s.eng.Summary(ctx, s.frame, s.by)
	return insight.Summary{
		Clients: v.Clients, Positive: v.Positive, Zero: v.Zero, Negative: v.Negative,
		PositiveSum: v.PositiveSum, NegativeSum: v.NegativeSum, Max: v.Max, SquareParts: v.SquareParts,
	}, err
}

func (s spread) Buckets(ctx context.Context, in insight.Interval) ([]insight.Bucket, error) {
	list, err := s.eng.Buckets(ctx, s.frame, s.by, engine.Interval(in))
	if err != nil {
		return nil, err
	}
	out := make([]insight.Bucket, len(list))
	for i, b := range list {
		out[i] = insight.Bucket(b)
	}
	return out, nil
}
