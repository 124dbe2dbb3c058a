package measure

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// Binary is where a new build of the product is put.
const Binary = "bin/clientele"

// Product is the path of the program to measure: the one that is named, or a new build,
// made as `make build` does.
func Product(ctx context.Context, named string) (string, error) {
	if named != "" {
		return filepath.Abs(named)
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-o", Binary, "./cmd/clientele")
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("build %s (run this in the folder of go.mod): %w", Binary, err)
	}
	return filepath.Abs(Binary)
}

// Numbers reads the list of a flag: numbers from 1, with commas between.
func Numbers(flag, list string, most int64) (out []int64, err error) {
	for word := range strings.SplitSeq(list, ",") {
		n, err := strconv.ParseInt(strings.TrimSpace(word), 10, 64)
		if err != nil || n < 1 || n > most {
			return nil, fmt.Errorf("%s: %q is no number from 1 to %d", flag, word, most)
		}
		out = append(out, n)
	}
	return out, nil
}
