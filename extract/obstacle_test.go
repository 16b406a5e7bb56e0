package extract

import (
	"strings"
	"testing"
)

// sitePage is a municipal page around a text: navigation, footer, a link list.
func sitePage(title, main string) string {
	nav := strings.Repeat(`<li><a href="/rathaus">Rathaus und Politik</a></li>`, 30)
	return `<!doctype html><html lang="de"><head><title>` + title + `</title></head><body><header><a href="/">Stadt Beispiel</a><nav><ul>` + nav + `</ul></nav></header>
<main>` + main + `</main><footer><p>Stadt Beispiel, Rathausplatz 1, 12345 Beispiel, Telefon 01234 5678, Öffnungszeiten Montag bis Freitag 8 bis 12 Uhr</p><a href="/impressum">Impressum</a></footer></body></html>`
}

func TestObstacle(t *testing.T) {
	story := strings.Repeat("<p>Der Rat hat in seiner Sitzung am Montag beschlossen, die Brücke über den Fluss zu erneuern. Die Arbeiten beginnen im Herbst.</p>", 12)
	for _, row := range []struct {
		name, page string
		want       Obstacle
	}{
		{"Cloudflare's challenge", `<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to continue</noscript><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>`, Captcha},
		{"Cloudflare's challenge in German", `<html><head><title>Nur einen Moment…</title></head><body><h1>www.stadt.example</h1><p>Überprüfung, ob Sie ein Mensch sind. Dies kann einige Sekunden dauern.</p></body></html>`, Captcha},
		{"Cloudflare's block", `<html><head><title>Attention Required! | Cloudflare</title></head><body><h1>Sorry, you have been blocked</h1><p>You are unable to access stadt.example</p></body></html>`, Captcha},
		{"Incapsula", `<html><head><META NAME="robots" CONTENT="noindex,nofollow"></head><body><iframe id="main-iframe" src="/_Incapsula_Resource?SWUDNSAI=31&xinfo=1">Request unsuccessful. Incapsula incident ID: 1</iframe></body></html>`, Captcha},
		{"hCaptcha", `<html><head><title>stadt.example</title></head><body><p>Please complete the check.</p><div class="h-captcha" data-sitekey="x"></div><script src="https://js.hcaptcha.com/1/api.js"></script></body></html>`, Captcha},
		{"Turnstile", `<html><head><title>Prüfung</title></head><body><div class="cf-turnstile" data-sitekey="x"></div></body></html>`, Captcha},
		{"DataDome", `<html><head><title>stadt.example</title></head><body><p>Please enable JS and disable any ad blocker</p><script src="https://ct.captcha-delivery.com/c.js"></script></body></html>`, Captcha},
		{"Anubis", `<html><head><title>Making sure you&#39;re not a bot!</title></head><body><h1>Making sure you&#39;re not a bot!</h1><p>Loading...</p></body></html>`, Captcha},
		{"letters to copy", `<html><head><title>Sicherheitsabfrage</title></head><body><p>Bitte geben Sie die Zeichen ein, die Sie im Bild sehen.</p><form><input name="code"></form></body></html>`, Captcha},
		{"access denied", `<html><head><title>Access Denied</title></head><body><h1>Access Denied</h1>You don't have permission to access "http://stadt.example/" on this server.<p>Reference #18.1</p></body></html>`, BlockPage},
		{"forbidden", `<html><head><title>403 Forbidden</title></head><body><center><h1>403 Forbidden</h1></center><hr><center>nginx</center></body></html>`, BlockPage},
		{"rejected by a firewall", `<html><head><title>Request Rejected</title></head><body>The requested URL was rejected. Please consult with your administrator.<br>Your support ID is: 123</body></html>`, BlockPage},
		{"blocked in German", sitePage("Zugriff verweigert", "<h1>Zugriff verweigert</h1><p>Ihre IP-Adresse wurde wegen ungewöhnlich vieler Anfragen gesperrt.</p>"), BlockPage},
		{"too many requests", `<html><head><title>429 Too Many Requests</title></head><body><h1>Too Many Requests</h1></body></html>`, BlockPage},
		{"blocked in French", `<html><head><title>Accès refusé</title></head><body><h1>Accès refusé</h1><p>Votre demande a été bloquée.</p></body></html>`, BlockPage},
		{"not found", sitePage("Seite nicht gefunden | Stadt Beispiel", "<h1>Seite nicht gefunden</h1><p>Bitte nutzen Sie die Suche.</p>"), SoftNotFound},
		{"not found, only the title tells", sitePage("404 - Stadt Beispiel", "<h1>Hoppla</h1><p>Hier ist nichts.</p>"), SoftNotFound},
		{"not found, only a sentence tells", sitePage("Stadt Beispiel", "<h1>Hinweis</h1><p>Die von Ihnen aufgerufene Seite konnte leider nicht gefunden werden.</p>"), SoftNotFound},
		{"not found with news around", sitePage("Fehler 404", "<h1>Fehler 404: Diese Seite gibt es nicht mehr</h1>"+strings.Repeat("<article><h2><a href=/n>Meldung</a></h2><p>Kurzer Text zur Meldung, die auch interessant sein könnte.</p></article>", 20)), SoftNotFound},
		{"article gone", sitePage("Stadt Beispiel - Aktuelles", "<h1>Aktuelles</h1><p>Der gewünschte Artikel ist nicht mehr verfügbar.</p>"), SoftNotFound},
		{"not found in English", sitePage("Page not found - Borough of Example", "<h1>Page not found</h1><p>If you typed the web address, check it is correct.</p>"), SoftNotFound},
		{"WordPress", sitePage("Nothing found - Example", "<h1>Oops! That page can’t be found.</h1><p>It looks like nothing was found at this location.</p>"), SoftNotFound},
		{"not found in French", sitePage("Page introuvable", "<h1>Page introuvable</h1>"), SoftNotFound},
		{"not found in Italian", sitePage("Comune di Esempio", "<h1>Pagina non trovata</h1>"), SoftNotFound},
		{"not found in Spanish", sitePage("Ayuntamiento", "<h1>Página no encontrada</h1>"), SoftNotFound},
		{"not found in Dutch", sitePage("Gemeente", "<h1>Pagina niet gevonden</h1>"), SoftNotFound},
		{"not found in Danish", sitePage("Kommune", "<h1>Siden blev ikke fundet</h1>"), SoftNotFound},
		{"not found in Polish", sitePage("Miasto", "<h1>Nie znaleziono strony</h1>"), SoftNotFound},
		{"maintenance", `<html><head><title>Wartungsarbeiten</title></head><body><h1>Wartungsarbeiten</h1><p>Unsere Internetseite ist vorübergehend nicht erreichbar. Bitte versuchen Sie es später noch einmal.</p></body></html>`, Maintenance},
		{"maintenance in English", `<html><head><title>Site maintenance</title></head><body><h1>We’ll be back soon!</h1><p>We are performing some maintenance.</p></body></html>`, Maintenance},
		{"service unavailable", `<html><head><title>503 Service Temporarily Unavailable</title></head><body><h1>503 Service Temporarily Unavailable</h1></body></html>`, Maintenance},
		{"database down", `<html><head><title>Database Error</title></head><body><h1>Error establishing a database connection</h1></body></html>`, Maintenance},
		{"login", sitePage("Anmelden", `<h1>Anmelden</h1><form><input name="user"><input type="password" name="pass"><button>Anmelden</button></form>`), LoginWall},
		{"login in English", sitePage("Log in | Example", `<h1>Log in</h1><form><input name="user"><input type="PASSWORD" name="pass"></form>`), LoginWall},
		{"protected post", sitePage("Geschützt: Protokoll", `<h1>Geschützt: Protokoll</h1><p>Dieser Inhalt ist passwortgeschützt.</p><form><input type="password"></form>`), LoginWall},
		{"empty shell", `<html><head><title>Stadt Beispiel</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript><div id="root"></div><script src="/static/js/main.js"></script></body></html>`, NeedsBrowser},
		{"shell that loads", `<html><head><title>Stadt</title></head><body><app-root><p>Wird geladen …</p></app-root><script src="main.js"></script></body></html>`, NeedsBrowser},
		{"redirect by script", `<html><head></head><body><script>location.href="/start"</script></body></html>`, NeedsBrowser},

		{"story", sitePage("Neue Brücke | Stadt Beispiel", "<h1>Neue Brücke</h1>"+story), NoObstacle},
		{"short story", sitePage("Straßensperrung | Stadt Beispiel", "<h1>Straßensperrung</h1><p>Die Bahnhofstraße ist am 10. Juni gesperrt.</p>"), NoObstacle},
		{"story about maintenance", sitePage("Wartungsarbeiten im Tunnel | Stadt", "<h1>Wartungsarbeiten im Tunnel</h1>"+story), NoObstacle},
		{"short story about maintenance", sitePage("Wartung der Beleuchtung", "<h1>Wartung der Beleuchtung</h1><p>Die Stadtwerke prüfen am Dienstag die Laternen in der Altstadt.</p>"), NoObstacle},
		{"story about a captcha", sitePage("Kein Roboter", "<h1>Formulare jetzt mit Captcha</h1>"+story), NoObstacle},
		{"story about road 404", sitePage("Bundesstraße 404 gesperrt", "<h1>Bundesstraße 404 gesperrt</h1><p>Die B 404 ist ab Montag gesperrt.</p>"), NoObstacle},
		{"story about a search", sitePage("Vermisster nicht gefunden", "<h1>Vermisster noch nicht gefunden</h1><p>Die Suche am See dauert an.</p>"), NoObstacle},
		{"story with a contact form and its captcha", sitePage("Neue Brücke", "<h1>Neue Brücke</h1>"+story+`<form><div class="g-recaptcha"></div></form><script src="https://www.google.com/recaptcha/api.js"></script>`), NoObstacle},
		{"story with a login in the header", sitePage("Neue Brücke", `<form class="login"><input type="password"></form><h1>Neue Brücke</h1>`+story), NoObstacle},
		{"registration for holiday care", sitePage("Anmeldung zur Ferienbetreuung", "<h1>Anmeldung zur Ferienbetreuung</h1><p>Eltern können ihre Kinder ab Montag anmelden.</p>"), NoObstacle},
		{"page declared for machines", `<html><head><title>Neue Brücke</title><meta property="og:type" content="article"></head><body><div id="root"></div><script src="main.js"></script></body></html>`, NoObstacle},
		{"listing of links", sitePage("Aktuelles", "<h1>Aktuelles</h1>"+strings.Repeat(`<p><a href="/n">Neue Brücke wird gebaut</a> 10.06.2024</p>`, 10)), NoObstacle},
		{"feed", `<?xml version="1.0"?><rss version="2.0"><channel><title>404</title><item><title>A</title><link>https://stadt.example/a</link></item></channel></rss>`, NoObstacle},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := Parse(Page{URL: "https://stadt.example/seite", Body: []byte(row.page)}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Obstacle(); got != row.want {
				o := d.observe()
				t.Errorf("Obstacle() = %q, want %q (prose %d, links %d, titles %q)", got, row.want, o.prose, o.links, o.titles)
			}
		})
	}
}
