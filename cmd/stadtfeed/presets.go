package main

import (
	"strings"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/extract"
)

func (a *app) presetsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "presets [NAME]",
		Short: "List the presets, or print the rules of one",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				a.listPresets()
				return nil
			}
			preset, err := extract.LookupPreset(args[0])
			if err != nil {
				return err
			}
			text, err := yaml.Dump(preset)
			if err != nil {
				return err
			}
			_, err = a.out.Write(text)
			return err
		},
	}
}

func presetNames() []string {
	var names []string
	for _, p := range extract.Presets() {
		names = append(names, p.Name)
	}
	return names
}

func (a *app) listPresets() {
	p := newPrinter(a.out)
	width := 0
	for _, name := range presetNames() {
		width = max(width, len(name))
	}
	for _, preset := range extract.Presets() {
		about := strings.Join(strings.Fields(preset.Title+" – "+preset.Description), " ")
		for i, l := range fold(strings.TrimSuffix(about, " –"), p.width-width-2) {
			name := preset.Name
			if i > 0 {
				name = ""
			}
			p.line("%s  %s", p.paint(bold, pad(name, width)), l)
		}
	}
}
