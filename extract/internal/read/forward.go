package read

// A Forward is where a page sends its readers on by other means than the
// answer of its server: {"https://ort.example/aktuelles.php", "meta refresh", …}.
type Forward struct {
	URL  string // absolute; http or https
	By   string // "meta refresh", "script", "frameset", "frame"
	From string // the page that forwards
}

// String is a Forward for people: "https://ort.example/a.php by meta refresh".
func (f Forward) String() string { return f.URL + " by " + f.By }
