package app

import (
	"context"

	"clientele/internal/engine"
	"clientele/internal/insight"
	"clientele/internal/metric"
)

// spread lets insight look at the revenue of a frame's clients: it asks the engine and
// hands its integers on.
type spread struct {
	eng   engine.Engine
	frame engine.Frame
}

// distribution is the revenue of a frame's clients, each answer asked for once.
func distribution(eng engine.Engine, frame engine.Frame) insight.Distribution {
	return insight.Memo(spread{eng, frame})
}

func (s spread) Summary(ctx context.Context) (insight.Summary, error) {
	v, err := s.eng.Summary(ctx, s.frame, metric.Revenue)
	return insight.Summary{
		Clients: v.Clients, Positive: v.Positive, Zero: v.Zero, Negative: v.Negative,
		PositiveSum: v.PositiveSum, NegativeSum: v.NegativeSum, Max: v.Max, SquareParts: v.SquareParts,
	}, err
}

func (s spread) Buckets(ctx context.Context, in insight.Interval) ([]insight.Bucket, error) {
	list, err := s.eng.Buckets(ctx, s.frame, metric.Revenue, engine.Interval(in))
	if err != nil {
		return nil, err
	}
	out := make([]insight.Bucket, len(list))
	for i, b := range list {
		out[i] = insight.Bucket(b)
	}
	return out, nil
}
