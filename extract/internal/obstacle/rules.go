package obstacle

import (
	"github.com/stadtfeed/stadtfeed/extract/internal/read"
	"github.com/stadtfeed/stadtfeed/extract/internal/rules"
)

// obstacleRules tell what is in the way. Every example is a page; a test holds
// that its rule decides it.
var obstacleRules = rules.Table[observation]{
	Field: "obstacle",
	Of:    "a page that is not news; the first that fits decides",
	Rows: []rules.Row[observation]{
		{
			Name: "proof of a human", Shown: rules.Name(read.Captcha),
			Example: `<title>Just a moment...</title><script src="/cdn-cgi/challenge-platform/x"></script>`,
			Fits:    func(o *observation) bool { return o.prose < siteText && o.challenged() },
		}, {
			Name: "readers are kept out", Shown: rules.Name(read.BlockPage),
			Example: `<title>Access denied</title><h1>Access denied</h1>`,
			Fits:    func(o *observation) bool { return o.prose < LittleText && o.says(blockPhrases()) },
		}, {
			Name: "there is no such page", Shown: rules.Name(read.SoftNotFound),
			Example: `<title>Seite nicht gefunden | Stadt Altmühlen</title><h1>Hoppla</h1>`,
			Fits:    (*observation).isNotFound,
		}, {
			Name: "the site is worked on", Shown: rules.Name(read.Maintenance),
			Example: `<title>Wartungsarbeiten</title><p>Wir sind bald wieder da.</p>`,
			Fits:    (*observation).isMaintained,
		}, {
			Name: "only members may read", Shown: rules.Name(read.LoginWall),
			Example: `<title>Anmelden</title><form><input type="password"></form>`,
			Fits:    (*observation).wantsLogin,
		}, {
			Name: "readers are sent on", Shown: rules.Name(read.Forwards),
			Example: `<title>Ort</title><meta http-equiv="refresh" content="0; url=/start.php">`,
			Fits:    func(o *observation) bool { return forwards(o.d) },
		}, {
			Name: "a shell that scripts fill", Shown: rules.Name(read.NeedsBrowser),
			Example: `<title>Ort</title><div id="root"></div><script src="/app.js"></script>`,
			Fits:    func(o *observation) bool { return o.prose < shellText && o.isShell() },
		},
	},
}

func (o *observation) isNotFound() bool {
	return o.prose < siteText && o.titled(notFoundPhrases()) || o.prose < LittleText && o.says(notFoundSentences())
}

func (o *observation) isMaintained() bool {
	return o.prose < LittleText && (o.titled(maintenancePhrases()) || o.links < 12 && o.says(maintenancePhrases()))
}

// wantsLogin reports a form for passwords on a page that says so, or has nothing else.
func (o *observation) wantsLogin() bool {
	if !o.password || o.prose >= someText {
		return false
	}
	return o.titled(loginPhrases()) || o.prose < 300 && o.dated == 0
}

// Tables are the tables by which obstacles are told, as the reference of rules
// lists them.
func Tables() []rules.Doc { return []rules.Doc{obstacleRules.Doc()} }
