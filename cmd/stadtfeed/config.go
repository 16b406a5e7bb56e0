package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"
	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/config"
)

func (a *app) configCommand() *cobra.Command {
	origins := false
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print the effective configuration: all files together, with every default",
		RunE: func(*cobra.Command, []string) error {
			c, err := a.loadConfig()
			if err != nil {
				return err
			}
			text, err := effective(c, origins)
			if err != nil {
				return err
			}
			_, err = a.out.Write(text)
			return err
		},
	}
	cmd.Flags().BoolVar(&origins, "origins", false, "say of every value where it is from: FILE:LINE, $VARIABLE or default")
	return cmd
}

// effective is a configuration as a file that says everything. What the
// environment sets is marked; with origins, all the rest, too.
func effective(c *config.Config, origins bool) ([]byte, error) {
	whole := *c
	whole.Include = nil // its files are part of what is printed
	text, err := yaml.Dump(whole)
	if err != nil || !origins && len(c.Environment) == 0 {
		return text, err
	}
	from := map[string]string{}
	if origins {
		if from, err = c.Origins(); err != nil {
			return nil, err
		}
	}
	for key, variable := range c.Environment {
		from[key] = "$" + variable
	}
	var document yaml.Node
	if err := yaml.Load(text, &document); err != nil {
		return nil, err
	}
	mark(document.Content[0], "", func(key string) string {
		if origins {
			return cmp.Or(from[key], "default")
		}
		return from[key]
	})
	return yaml.Dump(&document)
}

// mark comments every value of a mapping with where it is from.
func mark(n *yaml.Node, above string, from func(key string) string) {
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		path := above + key.Value
		origin := from(path)
		switch {
		case value.Kind == yaml.MappingNode:
			mark(value, path+".", from)
		case value.Kind == yaml.SequenceNode && (path == "sources" || path == "feeds"):
			for j, one := range value.Content {
				mark(one, fmt.Sprintf("%s[%d].", path, j), from)
			}
		case value.Kind == yaml.SequenceNode:
			key.HeadComment = comment(origin)
		default:
			value.LineComment = comment(origin)
		}
	}
}

func comment(origin string) string {
	if origin == "" {
		return ""
	}
	return "# " + origin
}

func (a *app) schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration file, for editors",
		RunE: func(*cobra.Command, []string) error {
			text, err := config.Schema()
			if err != nil {
				return err
			}
			_, err = a.out.Write(text)
			return err
		},
	}
}
