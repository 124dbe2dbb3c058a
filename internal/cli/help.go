package cli

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
)

// exitText is what every help page says about exit codes.
const exitText = `Exit codes:
  0 done  1 failed  2 wrong usage  3 not found  6 workspace in use  130 stopped
  4 the program asks or refuses, or nothing could be loaded`

// help writes the page of a command: purpose, examples, then what can be given.
func (r *run) help(cmd *cobra.Command) {
	if _, err := io.WriteString(r.out, helpPage(cmd)); err != nil {
		return // nobody reads it
	}
}

func helpPage(cmd *cobra.Command) string {
	var b bytes.Buffer
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(&b, "%s\n\nExamples:\n%s\n\nUsage:\n  %s\n", strings.Join(wrap(text, widthDefault), "\n"), strings.TrimRight(cmd.Example, "\n"), usageLine(cmd))
	if cmd.HasAvailableSubCommands() {
		b.WriteString("\nCommands:\n")
		for _, c := range cmd.Commands() {
			if c.IsAvailableCommand() {
				fmt.Fprintf(&b, "  %-12s %s\n", c.Name(), c.Short)
			}
		}
	}
	if cmd.HasParent() {
		fmt.Fprintf(&b, "\nFlags:\n%s", cmd.LocalFlags().FlagUsagesWrapped(widthDefault))
	}
	fmt.Fprintf(&b, "\nFlags of every command:\n%s", cmd.Root().PersistentFlags().FlagUsagesWrapped(widthDefault))
	b.WriteString("\n" + exitText + "\n")
	return b.String()
}

func usageLine(cmd *cobra.Command) string {
	switch {
	case !cmd.HasParent():
		return "clientele COMMAND [FLAG…]"
	default:
		return strings.TrimSuffix(cmd.CommandPath(), " "+cmd.Name()) + " " + cmd.Use + " [FLAG…]"
	}
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:     "help [COMMAND]",
		Short:   "what a command does, with examples",
		Long:    "Show what a command does, with examples.",
		Example: "  clientele help line",
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return noCommand(cmd.Root(), args)
			}
			return found.Help()
		},
	}
}

// completion prints the script by which a shell completes commands and flags.
func (r *run) completion() *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	return &cobra.Command{
		Use:   "completion SHELL",
		Short: "the script by which a shell completes words",
		Long:  "Print the script by which bash, zsh, fish or powershell completes commands and\nflags.",
		Example: "  # for this session of bash\n" +
			"  source <(clientele completion bash)\n\n" +
			"  # for ever, in fish\n" +
			"  clientele completion fish -o ~/.config/fish/completions/clientele.fish",
		ValidArgs: shells,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 {
				return unknownWord("completion", strings.Join(args, " "), shells)
			}
			var b bytes.Buffer
			write := map[string]func() error{
				"bash":       func() error { return cmd.Root().GenBashCompletionV2(&b, true) },
				"zsh":        func() error { return cmd.Root().GenZshCompletion(&b) },
				"fish":       func() error { return cmd.Root().GenFishCompletion(&b, true) },
				"powershell": func() error { return cmd.Root().GenPowerShellCompletionWithDesc(&b) },
			}[args[0]]
			if write == nil {
				return unknownWord("completion", args[0], shells)
			}
			if err := write(); err != nil {
				return err
			}
			return r.print(b.Bytes())
		},
	}
}
