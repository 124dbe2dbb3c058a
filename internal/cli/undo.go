package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
)

const undoSchema = "clientele.undo/v1"

type undoDocument struct {
	stamp

	Batch    string   `json:"batch"`
	File     string   `json:"file"`
	State    string   `json:"state"` // after it
	Rows     int64    `json:"rows"`
	Remade   []string `json:"remade"` // batches that were read again because of it
	Revision int64    `json:"revision"`
}

// undo is the command that takes an import back.
func (r *run) undo() *cobra.Command {
	var redo bool
	cmd := &cobra.Command{
		Use:   "undo BATCH",
		Short: "take a whole import back, or bring it back",
		Long: "Take back all that a batch brought. Its file and what was decided about it are\n" +
			"kept, so that --redo brings it back. A terminal is asked first, unless --yes is\n" +
			"given; a script is not, because nothing is lost.",
		Example: "  clientele undo b3\n\n" +
			"  # bring it back\n" +
			"  clientele undo b3 --redo",
		Annotations: map[string]string{schemaKey: undoSchema},
	}
	cmd.Flags().BoolVar(&redo, "redo", false, "bring back what an undo took away")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := between(cmd, args, 1, 1, "the batch to undo"); err != nil {
			return err
		}
		return r.inside(cmd.Context(), func(w *app.Workspace) error {
			b, err := w.Batch(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if (b.State == app.Live) != redo { // otherwise it is refused below
				text := fmt.Sprintf("Take back %s, %s with %s?", b.ID, b.File, counted(b.Lines, "row"))
				if redo {
					text = fmt.Sprintf("Bring back %s, %s with %s?", b.ID, b.File, counted(b.Lines, "row"))
				}
				if yes, asked := r.confirm(cmd.Context(), text); asked && !yes {
					return declined()
				}
			}
			a, err := w.Undo(cmd.Context(), b.ID, redo)
			if err != nil {
				return err
			}
			return r.showUndo(a)
		})
	}
	return cmd
}

func (r *run) showUndo(a *app.UndoAnswer) error {
	b := &a.Batch
	state := "undone"
	if !a.Undone {
		state = "live"
	}
	if r.global.format == formatJSON {
		return r.document(undoDocument{r.stamp(undoSchema), b.ID, b.File, state, b.Lines, append([]string{}, a.Remade...), a.Revised})
	}
	var s strings.Builder
	t := r.theme
	if a.Undone {
		t.sentence(&s, fmt.Sprintf("%s is undone: %s of %s %s not count any more.", b.ID, counted(b.Lines, "row"), clean(b.File), map[bool]string{true: "does", false: "do"}[b.Lines == 1]))
		t.block(&s, "Kept", "the file as it was imported, how it was read, merges and groups of clients, and what was decided about its rows")
	} else {
		t.sentence(&s, fmt.Sprintf("%s counts again: %s of %s.", b.ID, counted(b.Lines, "row"), clean(b.File)))
	}
	if len(a.Remade) > 0 {
		t.block(&s, "Read again", strings.Join(a.Remade, ", ")+": rows in common with it were set aside there, or are now")
	}
	if a.Undone {
		t.next(&s, r.self("undo", b.ID, "--redo"))
	} else {
		t.next(&s, r.self("undo", b.ID))
	}
	return r.print([]byte(s.String()))
}
