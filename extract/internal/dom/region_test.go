package dom

import "testing"

func TestDateLanguage(t *testing.T) {
	const either = `<p>Posted on 02/03/2026</p>`
	for _, c := range []struct{ name, address, page, want string }{
		{"nothing tells", "https://city.example/", `<html lang="en">` + either, "en"},
		{"the language tells", "https://city.example/", `<html lang="en-GB">` + either, "en-GB"},
		{"another language", "https://city.example/", `<html lang="de">` + either, "de"},
		{"a day above 12", "https://city.example/", `<html lang="en">` + either + `<p>12/25/2026`, "en-US"},
		{"a day above 12 before the month", "https://city.example/", `<html lang="en">` + either + `<p>25-12-2026`, "en-GB"},
		{"a day above 12 and no language", "https://city.example/", either + `<p>12/25/26`, "en-US"},
		{"both orders", "https://city.example/", `<html lang="en">` + either + `<p>12/25/2026<p>25/12/2026`, "en"},
		{"a number of a file", "https://city.example/", `<html lang="en">` + either + `<p>24-11-05`, "en"},
		{"an authority's domain", "https://www.seaton.gov/news", `<html lang="en">` + either, "en-US"},
		{"a country's domain", "https://www.seaton.gov.uk/news", `<html lang="en">` + either, "en-GB"},
		{"dates before the domain", "https://www.seaton.gov/news", `<html lang="en">` + either + `<p>25/12/2026`, "en-GB"},
		{"an American address", "https://city.example/", `<html lang="en">` + either + `<footer>1 Main St, Seaton, IL 62701`, "en-US"},
		{"a British address", "https://city.example/", `<html lang="en">` + either + `<footer>Town Hall, Seaton LA9 4RD`, "en-GB"},
		{"addresses of both", "https://city.example/", `<html lang="en">` + either + `<p>Seaton, IL 62701<p>Seaton LA9 4RD`, "en"},
		{"an address of Germany", "https://city.example/", `<html lang="en">` + either + `<footer>Marktplatz 1, D-12345 Altmühlen`, "en"},
		{"a locale", "https://city.example/", `<html lang="en"><meta property="og:locale" content="en_IE">` + either, "en-IE"},
		{"nothing to tell apart", "https://www.seaton.gov/news", `<html lang="en"><p>Posted on February 3, 2026`, "en"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := parseText(t, c.address, c.page)
			if got := d.dating; got != c.want {
				t.Errorf("%s at %s is dated in %q, want %q", c.page, c.address, got, c.want)
			}
		})
	}
}
