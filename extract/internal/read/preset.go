package read

// A Preset is the rules for one content management system. It is one YAML file
// in presets/, and never Go.
type Preset struct {
	Name        string      `yaml:"name"` // as in "preset: typo3-news"; the name of the file
	Title       string      `yaml:"title"`
	Description string      `yaml:"description"`
	Fingerprint Fingerprint `yaml:"fingerprint"`
	Rules       Rules       `yaml:"rules"`
}

// A Fingerprint tells pages of a system. A page is one of them where its
// generator or its address matches, or where its markup holds one of the
// strings and, where a selector is given, an element that it matches.
type Fingerprint struct {
	Generator Regexp   `yaml:"generator,omitempty"` // in <meta name="generator">
	Address   Regexp   `yaml:"address,omitempty"`   // in the page's address
	Markup    []string `yaml:"markup,omitempty"`
	Select    Selector `yaml:"select,omitempty"`
}
