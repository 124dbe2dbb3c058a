package intake

import (
	"strings"

	"clientele/internal/intake/role"
)

// Fold is a word without case and accents, as the words of headers and kinds are compared.
func Fold(word string) string { return role.Fold(strings.ToLower(word)) }
