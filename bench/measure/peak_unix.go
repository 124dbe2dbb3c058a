//go:build unix

package measure

import (
	"os"
	"runtime"
	"syscall"
)

// peak is the most resident memory of a process that has ended, in bytes.
func peak(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" { // bytes; kilobytes elsewhere
		return int64(usage.Maxrss) //nolint:unconvert // 32 bits on some systems
	}
	return int64(usage.Maxrss) * 1024 //nolint:unconvert // 32 bits on some systems
}
