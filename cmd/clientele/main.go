// Command clientele tells a firm which clients carry it and which cost it.
package main

import (
	"os"

	"clientele/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr, os.Getenv))
}
