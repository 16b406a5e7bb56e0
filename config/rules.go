package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/stadtfeed/stadtfeed/extract"
)

// ChangeRules is a source's rules with other selectors for some fields, which
// are named as in "article.headline"; an empty selector takes a rule away. It
// gives them also as YAML, ready to paste.
func ChangeRules(rules *extract.Rules, selectors map[string]string) (changed extract.Rules, text string, err error) {
	pages, err := rulesByPage(rules)
	if err != nil {
		return changed, "", err
	}
	for field, selector := range selectors {
		page, name, _ := strings.Cut(field, ".")
		switch {
		case selector == "":
			delete(pages[page], name)
			continue
		case pages[page] == nil:
			pages[page] = map[string]any{}
		}
		pages[page][name] = selector
	}
	maps.DeleteFunc(pages, func(_ string, rules map[string]any) bool { return len(rules) == 0 })
	out, err := yaml.Dump(map[string]any{"rules": pages}, yaml.WithLineWidth(-1), yaml.WithIndent(2))
	if err != nil {
		return changed, "", fmt.Errorf("rules: %w", err)
	}
	var read struct{ Rules extract.Rules }
	if err := yaml.Load(out, &read); err != nil {
		return changed, "", fmt.Errorf("rules: %w", err)
	}
	return read.Rules, strings.TrimSuffix(string(out), "\n"), nil
}

// SelectorOf is the selector of a rule; empty where there is none.
func SelectorOf(rules *extract.Rules, field string) string {
	pages, err := rulesByPage(rules)
	if err != nil {
		return ""
	}
	page, name, _ := strings.Cut(field, ".")
	switch rule := pages[page][name].(type) {
	case string:
		return rule
	case map[string]any:
		selector, _ := rule["select"].(string)
		return selector
	}
	return ""
}

// RuledFields are the fields that have a rule, named as in "article.headline",
// sorted.
func RuledFields(rules *extract.Rules) (fields []string) {
	pages, err := rulesByPage(rules)
	if err != nil {
		return nil
	}
	for page, rules := range pages {
		for name := range rules {
			fields = append(fields, page+"."+name)
		}
	}
	slices.Sort(fields)
	return fields
}

// rulesByPage are rules as they are written, by page and field.
func rulesByPage(rules *extract.Rules) (map[string]map[string]any, error) {
	if rules == nil {
		return map[string]map[string]any{}, nil
	}
	text, err := yaml.Dump(*rules)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	pages := map[string]map[string]any{}
	if err := yaml.Load(text, &pages); err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	return pages, nil
}
