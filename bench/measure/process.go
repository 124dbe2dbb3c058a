// Package measure runs processes side by side and tells what each cost: seconds
// from start to end and the most memory it held. It judges nothing.
package measure

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// Subject is a command to be measured.
type Subject struct {
	Name string
	Argv []string
	Dir  string   // "": the current folder
	Env  []string // nil: this process's
	Mute bool     // what it writes is thrown away, to keep this process small
}

// Cost is what one run took.
type Cost struct {
	Wall time.Duration
	CPU  time.Duration // of all threads, in the program and for it in the system
	Peak int64         // most resident memory in bytes; 0 where the system does not tell
}

// Run starts the subject as a process of its own, waits for its end and returns
// what it wrote to standard output. This process must be small: on Linux a child
// is charged with what its parent holds when it starts.
func Run(ctx context.Context, s Subject) (string, Cost, error) {
	cmd := exec.CommandContext(ctx, s.Argv[0], s.Argv[1:]...) //nolint:gosec // the benchmark's own commands
	var out, complaint bytes.Buffer
	cmd.Dir, cmd.Env, cmd.Stderr = s.Dir, s.Env, &complaint
	if !s.Mute {
		cmd.Stdout = &out
	}
	start := time.Now()
	err := cmd.Run()
	cost := Cost{Wall: time.Since(start)}
	if err != nil {
		return "", cost, fmt.Errorf("%s: %w\n%s", s.Name, err, strings.TrimSpace(complaint.String()))
	}
	cost.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	cost.Peak = peak(cmd.ProcessState)
	return out.String(), cost, nil
}

// Interleave runs all subjects n times in turns, A B C A B C …, so that what
// disturbs the machine disturbs all of them. A first turn warms the file cache and
// is not counted. Every output is handed to check.
func Interleave(ctx context.Context, n int, subjects []Subject, check func(s Subject, out string) error) ([][]Cost, error) {
	costs := make([][]Cost, len(subjects))
	for turn := range n + 1 {
		for i, s := range subjects {
			out, cost, err := Run(ctx, s)
			if err != nil {
				return nil, err
			}
			if err := check(s, out); err != nil {
				return nil, fmt.Errorf("%s: %w", s.Name, err)
			}
			if turn > 0 {
				costs[i] = append(costs[i], cost)
			}
		}
	}
	return costs, nil
}

// Spread sums up the runs of one subject.
type Spread struct {
	Median, Min, Max time.Duration
	CPU              time.Duration // median
	Peak             int64         // largest of all runs, bytes
}

// SpreadOf takes the middle run as the median, the slower of the two middle ones of
// an even number.
func SpreadOf(costs []Cost) Spread {
	if len(costs) == 0 {
		return Spread{}
	}
	walls, cpus := make([]time.Duration, len(costs)), make([]time.Duration, len(costs))
	var s Spread
	for i, c := range costs {
		walls[i], cpus[i] = c.Wall, c.CPU
		s.Peak = max(s.Peak, c.Peak)
	}
	slices.Sort(walls)
	slices.Sort(cpus)
	s.CPU = cpus[len(cpus)/2]
	s.Median, s.Min, s.Max = walls[len(walls)/2], walls[0], walls[len(walls)-1]
	return s
}
