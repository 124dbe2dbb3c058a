package cli

import (
	"time"

	"github.com/schollz/progressbar/v3"

	"clientele/internal/clock"
)

// progressDelay is how long a run may last without showing that it is at work.
const progressDelay = 400 * time.Millisecond

// progress shows how far a run is, on a terminal only. It looks at the machine's clock
// even where --now stops that of the answer.
type progress struct {
	r     *run
	start time.Time
	bar   *progressbar.ProgressBar
	of    string
}

// progress begins to watch a run; nil where nobody looks.
func (r *run) progress() *progress {
	if _, tty := terminal(r.err); !tty || r.global.quiet {
		return nil
	}
	return &progress{r: r, start: clock.System()}
}

// file is told how many bytes of a file were read; total 0 is not known.
func (p *progress) file(name string, done, total int64) { p.show("reading "+name, done, total) }

// draws is told how many draws of the band were made.
func (p *progress) draws(done, total int) {
	p.show("drawing the band", int64(done), int64(total))
}

func (p *progress) show(of string, done, total int64) {
	if p.bar == nil && clock.System().Sub(p.start) < progressDelay {
		return
	}
	if total <= 0 {
		total = -1
	}
	if p.bar == nil || p.of != of {
		p.done()
		p.of = of
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(p.r.err), progressbar.OptionSetDescription(fit(clean(of), 30)),
			progressbar.OptionSetWidth(24), progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionClearOnFinish(), progressbar.OptionSetPredictTime(true))
	}
	if err := p.bar.Set64(done); err != nil {
		p.bar = nil // a bar that cannot be drawn is none
	}
}

// done takes the bar away, so that nothing of it is left on the screen.
func (p *progress) done() {
	if p == nil || p.bar == nil {
		return
	}
	if err := p.bar.Clear(); err == nil {
		p.bar = nil
	}
}
