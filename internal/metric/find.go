package metric

import (
	"fmt"

	"clientele/internal/fault"
)

// Find returns the measure of that id. An unknown id is an error that names the
// nearest one.
func Find(id ID) (Measure, error) {
	all := All()
	nearest, best := ID(""), len(id)+1
	for _, m := range all {
		if m.ID == id {
			return m, nil
		}
		if d := distance(string(id), string(m.ID)); d < best {
			nearest, best = m.ID, d
		}
	}
	remedy := "list all measures with: clientele why"
	if nearest != "" && best <= max(3, len(id)/2) {
		remedy = fmt.Sprintf("did you mean %s?", nearest)
	}
	return Measure{}, fault.New(fault.NotFound, "find measure", fmt.Sprintf("there is no measure %q", id), remedy)
}

// distance is the number of letters to insert, drop or change to turn a into b
// (Levenshtein 1966).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
