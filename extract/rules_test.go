package extract

import "testing"

func TestRuleMistakes(t *testing.T) {
	for _, bad := range []string{`"h1["`, `{select: h1, match: '('}`, `{selekt: h1}`} {
		var r Rule
		if err := loadYAML(bad, &r); err == nil {
			t.Errorf("rule %s is read without a mistake", bad)
		}
	}
}
