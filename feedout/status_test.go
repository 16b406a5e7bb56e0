package feedout

import "testing"

// TestStatusSpeaks holds that causes and what helps are told in the reader's
// language, on the page as in the operator's feed.
func TestStatusSpeaks(t *testing.T) {
	s := newServer(t, sample(t))
	german := []string{"seit 40 Tagen nichts Neues, sonst höchstens 3 Tage lang", "mit stadtfeed try kommune21 ansehen"}
	contains(t, get(t, s, "/status", "Accept-Language", "de").Body.String(), german...)
	contains(t, get(t, s, "/status", "Accept-Language", "en").Body.String(),
		"nothing new for 40 days, where the usual pause is 3 days at most", "look with stadtfeed try kommune21")
	contains(t, get(t, s, "/status.rss").Body.String(), german...)
	contains(t, get(t, s, "/status.json").Body.String(), `"code": "silent"`, `"nothing new for 40 days"`)
}
