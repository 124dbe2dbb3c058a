// Command clientele-lake publishes a ledger as open tables. Clientele runs it; it reads
// one request from standard input and writes one reply to standard output.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"clientele/internal/lake"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if len(os.Args) > 1 {
		fmt.Fprintln(os.Stderr, "clientele-lake is run by: clientele publish iceberg")
		os.Exit(2) //nolint:gocritic // nothing is open
	}
	if err := lake.Serve(ctx, os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
