package app

import (
	"fmt"

	"clientele/internal/engine"
	"clientele/internal/fault"
)

// Level says what counts as one: a client, a group or an account.
type Level = engine.Level

// levels are the words of --by, in the order of the levels.
var levels = []string{"client", "group", "account"}

// ParseLevel reads the words of --by: client, group or account.
func ParseLevel(word string) (Level, error) {
	for i, w := range levels {
		if w == word {
			return Level(i), nil
		}
	}
	return 0, fault.New(fault.Usage, "read --by", fmt.Sprintf("--by does not know %q", word), "write client, group or account")
}

// LevelWord is the word of a level: what one of its rows is called.
func LevelWord(l Level) string { return levels[l] }
