package extract

// A Vocabulary is what the configuration says about tags.
type Vocabulary struct {
	Aliases map[string]string // other name -> the one that is published
	Ignore  []string          // no tags of ours (site sections and the like)
	Rules   []TagRule         // tags assigned by words in the text
}

// A TagRule assigns a tag to items whose headline, teaser or body has one of
// the words (at the start of a word, any case).
type TagRule struct {
	Tag   string   `yaml:"tag"`
	Words []string `yaml:"words"`
}
