// Package courier takes a ledger to the process that publishes it, and brings back what
// came of it.
package courier

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"clientele/internal/fault"
	"clientele/internal/publication"
)

const op = "publish"

// graceSeconds is how long the process may take to end after it was told to.
const graceSeconds = 10

// Publish runs the process for one request.
func Publish(ctx context.Context, place publication.Place, content *publication.Content) (*publication.Outcome, error) {
	path, err := find()
	if err != nil {
		return nil, err
	}
	request, err := json.Marshal(publication.Request{Protocol: publication.Protocol, Place: place, Content: *content})
	if err != nil {
		return nil, fault.Wrap(err, fault.Internal, op, "the ledger cannot be told", "")
	}
	var out, said bytes.Buffer
	cmd := exec.CommandContext(ctx, path) //nolint:gosec // the program beside this one
	cmd.Stdin, cmd.Stdout, cmd.Stderr = bytes.NewReader(request), &out, &said
	if runtime.GOOS != "windows" { // where there is no gentle way
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	}
	cmd.WaitDelay = graceSeconds * time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		return nil, fault.Wrap(ctx.Err(), fault.Canceled, op, "stopped", "the publication before is untouched; the next one completes this one")
	}
	var reply publication.Reply
	if err == nil {
		err = json.Unmarshal(out.Bytes(), &reply)
	}
	if err != nil {
		text := "the program " + publication.Program + " failed"
		if last := lastLine(said.String()); last != "" {
			text += ": " + last
		}
		return nil, fault.Wrap(err, fault.Failed, op, text, "the publication before is untouched; run the command again")
	}
	return reply.Result()
}

// find looks for the program beside this one, then where the shell looks.
func find() (string, error) {
	name := publication.Program
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	if self, err := os.Executable(); err == nil {
		beside := filepath.Join(filepath.Dir(self), name)
		if info, err := os.Stat(beside); err == nil && info.Mode().IsRegular() {
			return beside, nil
		}
	}
	path, err := exec.LookPath(name)
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", fault.Wrap(err, fault.NotFound, op, "the program "+publication.Program+" is missing", "put it beside clientele; 'make build' makes both")
	}
	return path, nil
}

func lastLine(text string) string {
	text = strings.TrimSpace(text)
	return text[strings.LastIndexByte(text, '\n')+1:]
}
