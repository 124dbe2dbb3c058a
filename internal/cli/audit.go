package cli

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"clientele/internal/app"
	"clientele/internal/fault"
)

const (
	auditSchema   = "clientele.audit/v1"
	rebuildSchema = "clientele.rebuild/v1"
	doctorSchema  = "clientele.doctor/v1"
)

type auditDocument struct {
	stamp

	Closes   bool            `json:"closes"`
	Revision int64           `json:"revision"`
	Checks   []checkDocument `json:"checks"`
}

type checkDocument struct {
	Name  string `json:"name"`
	Want  string `json:"published"`
	Got   string `json:"derived"`
	Equal bool   `json:"equal"`
}

// audit is the command that derives everything again.
func (r *run) audit() *cobra.Command {
	return &cobra.Command{
		Use:   "audit",
		Short: "every total and figure again, from the original files",
		Long: "Read every original file again, derive every control total and every published\n" +
			"figure from it by another way than the one that published it, and compare. Nothing is\n" +
			"changed. The exit code is 1 if anything differs.",
		Example: "  clientele audit\n\n" +
			"  # each comparison\n" +
			"  clientele audit --format csv",
		Annotations: map[string]string{schemaKey: auditSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 0, 0, ""); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				a, err := w.Audit(cmd.Context())
				if err != nil {
					return err
				}
				return r.showAudit(a)
			})
		},
	}
}

func (r *run) showAudit(a *app.AuditAnswer) error {
	d := auditDocument{r.stamp(auditSchema), a.Closes(), a.Revision, []checkDocument{}}
	t := &table{columns: []column{
		{"name", "what", false, true}, {"published", "published", false, false}, {"derived", "derived again", false, false}, {"equal", "equal", false, false},
	}}
	differ := 0
	for _, c := range a.Checks {
		d.Checks = append(d.Checks, checkDocument(c))
		t.exact = append(t.exact, []string{c.Name, c.Want, c.Got, strconv.FormatBool(c.Equal)})
		if !c.Equal {
			differ++
		}
	}
	t.shown = t.exact
	var err error
	if r.global.format == formatTable {
		err = r.print([]byte(r.auditScreen(a, differ)))
	} else {
		err = r.show(t, func() any { return d })
	}
	if err == nil && differ > 0 {
		err = fault.New(fault.Failed, "audit", fmt.Sprintf("the audit does not close: %d of %s differ", differ, counted(int64(len(a.Checks)), "comparison")),
			"'clientele doctor' says what is damaged; 'clientele rebuild' makes the tables again from the original files")
	}
	return err
}

// auditScreen counts what is equal by subject, and shows what is not in full.
func (r *run) auditScreen(a *app.AuditAnswer, differ int) string {
	var b strings.Builder
	t := r.theme
	if differ == 0 {
		t.sentence(&b, t.green("The audit closes")+": "+counted(int64(len(a.Checks)), "comparison")+", all equal to the last digit.")
	} else {
		t.sentence(&b, t.red("The audit does not close")+fmt.Sprintf(": %d of %s differ.", differ, counted(int64(len(a.Checks)), "comparison")))
	}
	b.WriteString("\n")
	g := &grid{columns: []column{{"", "derived again", false, true}, {"", "equal", true, false}, {"", "of", true, false}}}
	index := map[string]int{}
	equal, all := []int64{}, []int64{}
	for _, c := range a.Checks {
		s := subject(c.Name)
		i, ok := index[s]
		if !ok {
			i = len(all)
			index[s] = i
			equal, all = append(equal, 0), append(all, 0)
			g.rows = append(g.rows, []string{s, "", ""})
		}
		all[i]++
		if c.Equal {
			equal[i]++
		}
	}
	for i := range g.rows {
		g.rows[i][1], g.rows[i][2] = count(equal[i]), count(all[i])
	}
	g.draw(&b, t)
	for _, c := range a.Checks {
		if !c.Equal {
			b.WriteString("\n" + t.red(clean(c.Name)) + "\n")
			t.block(&b, "  published", clean(c.Want))
			t.block(&b, "  derived", clean(c.Got))
		}
	}
	return b.String()
}

// subject is what a comparison is about: "b3 EUR loaded" is about the account of b3,
// "invoiced, 2025, clients: total" about that line.
func subject(name string) string {
	if s, _, ok := strings.Cut(name, ": "); ok {
		return s
	}
	if id, _, ok := strings.Cut(name, " "); ok && len(id) > 1 && id[0] == 'b' && strings.Trim(id[1:], "0123456789") == "" {
		return "account of " + id
	}
	return name
}

type rebuildDocument struct {
	stamp

	Equal   bool              `json:"equal"`
	Batches []rebuiltDocument `json:"batches"`
}

type rebuiltDocument struct {
	Batch  string `json:"batch"`
	File   string `json:"file"`
	Before string `json:"before"`
	After  string `json:"after"`
	Equal  bool   `json:"equal"`
}

// rebuild is the command that makes the tables again.
func (r *run) rebuild() *cobra.Command {
	return &cobra.Command{
		Use:   "rebuild",
		Short: "make all tables again from the original files",
		Long: "Make all tables again from the original files, and compare their fingerprints with\n" +
			"those that were recorded. The exit code is 1 if one differs; the tables made now hold.",
		Example:     "  clientele rebuild",
		Annotations: map[string]string{schemaKey: rebuildSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 0, 0, ""); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				a, err := w.Rebuild(cmd.Context())
				if err != nil {
					return err
				}
				return r.showRebuild(a)
			})
		},
	}
}

func (r *run) showRebuild(a *app.RebuildAnswer) error {
	t := &table{
		columns: []column{
			{"batch", "batch", false, false}, {"file", "file", false, true}, {"equal", "equal", false, false}, {"before", "before", false, false}, {"after", "after", false, false},
		},
		empty: "There is nothing to make again: no batch has tables.",
		head:  "All tables are made again, and equal those before.",
	}
	d := rebuildDocument{stamp: r.stamp(rebuildSchema), Equal: a.Equal(), Batches: []rebuiltDocument{}}
	var differ []string
	for _, x := range a.Batches {
		d.Batches = append(d.Batches, rebuiltDocument(x))
		t.exact = append(t.exact, []string{x.Batch, x.File, strconv.FormatBool(x.Equal), x.Before, x.After})
		word := "yes"
		if !x.Equal {
			word = "no"
			differ = append(differ, x.Batch)
		}
		t.shown = append(t.shown, []string{x.Batch, clean(x.File), word, short(x.Before), short(x.After)})
	}
	if len(differ) > 0 {
		t.head = "All tables are made again. They are not all as before: see below."
	}
	err := r.show(t, func() any { return d })
	if err == nil && len(differ) > 0 {
		err = fault.New(fault.Failed, "rebuild", strings.Join(differ, ", ")+" came out in another way than before",
			"the new tables hold; 'clientele audit' compares them with the record. Another version of the program may be why")
	}
	return err
}

// short is the beginning of a fingerprint, enough to compare by eye.
func short(digest string) string { return digest[:min(len(digest), 12)] }

type doctorDocument struct {
	stamp

	Sound    bool              `json:"sound"`
	Findings []findingDocument `json:"findings"`
}

type findingDocument struct {
	Name   string  `json:"name"`
	Sound  bool    `json:"sound"`
	Text   string  `json:"text"`
	Remedy *string `json:"remedy"`
}

// doctor is the command that looks for damage.
func (r *run) doctor() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "look for damage in the workspace",
		Long: "Look at the record, the original files and the tables, and say what is damaged and\n" +
			"what to do. Nothing is changed. The exit code is 1 if anything is damaged.",
		Example:     "  clientele doctor",
		Annotations: map[string]string{schemaKey: doctorSchema},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := between(cmd, args, 0, 0, ""); err != nil {
				return err
			}
			return r.inside(cmd.Context(), func(w *app.Workspace) error {
				list, err := w.Doctor(cmd.Context())
				if err != nil {
					return err
				}
				return r.showDoctor(list)
			})
		},
	}
}

func (r *run) showDoctor(list []app.Finding) error {
	d := doctorDocument{stamp: r.stamp(doctorSchema), Sound: true, Findings: []findingDocument{}}
	t := &table{columns: []column{
		{"name", "what", false, true}, {"sound", "sound", false, false}, {"text", "", false, true}, {"remedy", "what to do", false, false},
	}}
	damaged := 0
	for _, f := range list {
		d.Findings = append(d.Findings, findingDocument{f.Name, f.Sound, f.Text, known(f.Remedy)})
		t.exact = append(t.exact, []string{f.Name, strconv.FormatBool(f.Sound), f.Text, f.Remedy})
		if !f.Sound {
			damaged++
		}
	}
	d.Sound, t.shown = damaged == 0, t.exact
	var err error
	if r.global.format == formatTable {
		var b strings.Builder
		for _, f := range list {
			word := r.theme.green("sound  ")
			if !f.Sound {
				word = r.theme.red("DAMAGED")
			}
			r.theme.entry(&b, word, 9, clean(f.Name+": "+f.Text))
			r.theme.entry(&b, "", 9, f.Remedy)
		}
		err = r.print([]byte(b.String()))
	} else {
		err = r.show(t, func() any { return d })
	}
	if err == nil && damaged > 0 {
		err = fault.New(fault.Failed, "doctor", fmt.Sprintf("%d of %s are damaged", damaged, counted(int64(len(list)), "thing")), "see above for each")
	}
	return err
}
