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
		{"redirect by script", `<html><head></head><body><script>location.href="/start"</script></body></html>`, Forwards},
		{"Sucuri's firewall", `<html><head><title>Sucuri WebSite Firewall - Access Denied</title></head><body><div id="main-container"><header><h1>Sucuri Website Firewall</h1></header><section><h2>Access Denied - Sucuri Website Firewall</h2><p>If you are the site owner (or you manage this site), please whitelist your IP or if you think this block is an error please open a support ticket.</p><table><tr><td>Your IP:</td><td>192.0.2.1</td></tr><tr><td>URL:</td><td>stadt.example/</td></tr><tr><td>Block ID:</td><td>GEO02</td></tr></table></section></div></body></html>`, BlockPage},
		{"Akamai's reference", `<HTML><HEAD><TITLE>Access Denied</TITLE></HEAD><BODY><H1>Access Denied</H1>You don't have permission to access "http&#58;&#47;&#47;www&#46;stadt&#46;example&#47;" on this server.<P>Reference&#32;&#35;18&#46;2d351ab8</P></BODY></HTML>`, BlockPage},
		{"Imperva's page without a frame", `<html style="height:100%"><head><META NAME="ROBOTS" CONTENT="NOINDEX, NOFOLLOW"><meta name="format-detection" content="telephone=no"></head><body style="margin:0px;height:100%">Request unsuccessful. Incapsula incident ID: 443000270-12345678901234567</body></html>`, Captcha},
		{"Myra's page", `<!DOCTYPE html><html lang="de"><head><title>403 - Zugriff verweigert</title></head><body><div class="container"><h1>Zugriff verweigert</h1><p>Ihre Anfrage wurde aus Sicherheitsgründen durch Myra Security blockiert.</p><p>Ihre ID: 8f3c</p></div></body></html>`, BlockPage},
		{"link to prove oneself", `<html lang="de"><head><title>Sicherheitsprüfung</title></head><body><h1>Bestätigen Sie, dass Sie kein Roboter sind</h1><p>Bitte klicken Sie auf das Kästchen.</p><input type="checkbox"></body></html>`, Captcha},
		{"F5 in German", `<html><head><title>Anfrage abgelehnt</title></head><body>Die angeforderte URL wurde abgelehnt. Bitte wenden Sie sich an Ihren Administrator.<br><br>Ihre Support-ID lautet: 1234567890</body></html>`, BlockPage},
		{"login of a portal", `<!DOCTYPE html><html lang="de"><head><title>Bürgerportal – Anmeldung</title></head><body><header><a href="/">Bürgerportal</a></header><main><h1>Anmeldung am Bürgerportal</h1><p>Um diesen Bereich nutzen zu können, melden Sie sich bitte mit Ihrem Nutzerkonto an.</p><form><label>Benutzername</label><input type="text"><label>Passwort</label><input type="password"><button>Anmelden</button></form><a href="/pw">Passwort vergessen?</a></main></body></html>`, LoginWall},
		{"council members only", sitePage("Ratsinformationssystem", `<h1>Ratsinformationssystem</h1><p>Dieser Bereich ist nur für Mandatsträger zugänglich.</p><form><input type="text" name="u"><input type="password" name="p"><button>Login</button></form>`), LoginWall},
		{"not found in Portuguese", sitePage("Página não encontrada", "<h1>Página não encontrada</h1>"), SoftNotFound},
		{"not found in Czech", sitePage("Město", "<h1>Stránka nenalezena</h1>"), SoftNotFound},
		{"not found in Swedish", sitePage("Kommun", "<h1>Sidan kunde inte hittas</h1><p>Den kan ha flyttats.</p>"), SoftNotFound},
		{"not found in Low words", sitePage("Hoppla! - Gemeinde Beispiel", "<h1>Da ist etwas schief gelaufen</h1><p>Die gewünschte Seite existiert leider nicht mehr oder wurde verschoben.</p>"), SoftNotFound},
		{"not found as one sentence in French", sitePage("Ville de Beaulieu", "<h1>Oups !</h1><p>La page que vous recherchez n'existe plus ou a été déplacée.</p>"), SoftNotFound},
		{"not found as one sentence in Italian", sitePage("Comune", "<h1>Ops!</h1><p>La pagina che stai cercando non esiste o è stata spostata.</p>"), SoftNotFound},
		{"news gone", sitePage("Aktuelles", "<h1>Aktuelles</h1><p>Keine Detailansicht verfügbar. Die Nachricht existiert nicht oder ist abgelaufen.</p>"), SoftNotFound},
		{"TYPO3's error", `<html><head><title>Oops, an error occurred!</title></head><body><div class="typo3-error-page-error"><h1>Oops, an error occurred!</h1><p>Code: 202611200812345abc</p></div></body></html>`, Maintenance},
		{"maintenance of WordPress", `<html><head><title>Wartung</title></head><body><p>Wegen planmäßiger Wartung ist die Website für kurze Zeit nicht verfügbar. Schau in einer Minute noch einmal vorbei.</p></body></html>`, Maintenance},
		{"relaunch notice", `<html lang="de"><head><title>Gemeinde Beispiel</title></head><body><h1>Unsere neue Website ist in Arbeit</h1><p>Wir überarbeiten derzeit unseren Internetauftritt. Bitte schauen Sie bald wieder vorbei.</p></body></html>`, Maintenance},
		{"Angular's shell", `<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Stadtportal</title><base href="/"></head><body><app-root></app-root><script src="runtime.js" type="module"></script><script src="main.js" type="module"></script></body></html>`, NeedsBrowser},
		{"Nuxt's shell with a spinner", `<!doctype html><html><head><title>Rathaus</title></head><body><div id="__nuxt"><div class="spinner">Laden…</div></div><script>window.__NUXT__={}</script></body></html>`, NeedsBrowser},
		{"shell with a footer", `<!doctype html><html><head><title>News | Stadt</title></head><body><noscript>Bitte aktivieren Sie JavaScript, um diese Seite anzuzeigen.</noscript><div id="app"></div><footer><a href="/impressum">Impressum</a> <a href="/datenschutz">Datenschutz</a></footer><script src="/app.js"></script></body></html>`, NeedsBrowser},

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
		{"short news of a website's maintenance", sitePage("Bürgerbüro am Freitag nicht erreichbar", "<h1>Bürgerbüro am Freitag nicht erreichbar</h1><p>20.11.2026</p><p>Wegen einer Umstellung der Technik ist das Bürgerbüro am Freitag telefonisch nicht erreichbar. Persönliche Termine finden statt.</p>"), NoObstacle},
		{"short news of works on the waterworks", sitePage("Wartungsarbeiten am Wasserwerk", "<h1>Wartungsarbeiten am Wasserwerk</h1><p>12.11.2026</p><p>Am Donnerstag kann der Druck im Netz sinken. Die Stadtwerke bitten um Verständnis.</p>"), NoObstacle},
		{"forbidden fireworks", sitePage("Feuerwerk verboten", "<h1>Feuerwerk in der Altstadt verboten</h1><p>Die Stadt weist darauf hin, dass in der Altstadt kein Feuerwerk abgebrannt werden darf.</p>"), NoObstacle},
		{"access to the forest forbidden", sitePage("Zugang zum Stadtwald gesperrt", "<h1>Zugang zum Stadtwald gesperrt</h1><p>Nach dem Sturm darf der Wald nicht betreten werden.</p>"), NoObstacle},
		{"captcha in the contact form of a short notice", sitePage("Fundsachen", `<h1>Fundsachen im November</h1><p>Abgegeben wurden drei Schlüssel, ein Fahrrad und ein Hut.</p><form action="/kontakt"><textarea></textarea><div class="g-recaptcha"></div></form><script src="https://www.google.com/recaptcha/api.js"></script>`), NoObstacle},
		{"search form with no hits below news", sitePage("Vermisste Katze gefunden", "<h1>Vermisste Katze gefunden</h1><p>Die Katze aus der Gartenstraße ist wieder da.</p>"), NoObstacle},
		{"login news", sitePage("Anmeldung zum Stadtlauf", `<h1>Anmeldung zum Stadtlauf</h1><p>14.11.2026</p><p>Ab sofort können sich Läuferinnen und Läufer für den Stadtlauf anmelden. Startgeld und Strecken stehen fest.</p>`), NoObstacle},
		{"login box beside short news", sitePage("Neue Öffnungszeiten", `<aside><h3>Mein Konto</h3><form><input type="password"></form></aside><h1>Neue Öffnungszeiten</h1><time datetime="2026-11-10">10.11.2026</time><p>Das Rathaus öffnet künftig schon um sieben Uhr. Am Freitag bleibt es nachmittags geschlossen.</p>`), NoObstacle},
		{"site under construction is a road", sitePage("Ortsdurchfahrt im Aufbau", "<h1>Neuer Kreisel im Bau</h1><p>Die Arbeiten am Kreisel gehen voran. Der Verkehr wird umgeleitet.</p>"), NoObstacle},
		{"page of a listing that needs no scripts", sitePage("Aktuelles", `<noscript>Für die Karte brauchen Sie JavaScript.</noscript><h1>Aktuelles</h1>`+strings.Repeat(`<article><h2><a href="/m">Kurze Meldung aus dem Rathaus</a></h2><p>Am Montag beginnt es.</p></article>`, 6)), NoObstacle},
		{"road 403", sitePage("Landesstraße 403", "<h1>L 403 wird saniert</h1><p>Die Landesstraße 403 erhält eine neue Decke.</p>"), NoObstacle},
		{"empty listing", sitePage("Aktuelles", "<h1>Aktuelles</h1><p>Zurzeit liegen keine Meldungen vor.</p>"), NoObstacle},
		{"English news of maintenance", sitePage("Park maintenance next week", "<h1>Park maintenance next week</h1><p>Crews will trim trees along the river. Paths will remain open.</p>"), NoObstacle},
		{"news about too many requests", sitePage("Zu viele Anfragen beim Standesamt", "<h1>Standesamt bittet um Geduld</h1><p>Wegen vieler Anfragen dauert die Bearbeitung länger.</p>"), NoObstacle},
		{"feed", `<?xml version="1.0"?><rss version="2.0"><channel><title>404</title><item><title>A</title><link>https://stadt.example/a</link></item></channel></rss>`, NoObstacle},
	} {
		t.Run(row.name, func(t *testing.T) {
			d, err := Parse(Page{URL: "https://stadt.example/seite", Body: []byte(row.page)}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			if got := d.Obstacle(); got != row.want {
				t.Errorf("Obstacle() = %q, want %q", got, row.want)
			}
		})
	}
}
