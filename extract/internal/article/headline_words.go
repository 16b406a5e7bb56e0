package article

import "github.com/stadtfeed/stadtfeed/extract/internal/texts"

// Words by which a heading or a title is told from that of a report, as key
// writes them: in lower case, with their accents.

// sectionWord has the words for news, for pages of a site and for parts of its
// system. A heading of these alone, with fill words between them, says nothing.
var sectionWord = texts.WordSet(`
	aktuell aktuelles aktuelle aktuellen nachricht nachrichten neuigkeit neuigkeiten meldung meldungen mitteilung mitteilungen presse pressemitteilung pressemitteilungen
	pressemeldung pressemeldungen presseinformation presseinformationen presseinfo pressearchiv pressestelle pressedienst pressebericht presseberichte medieninformation medieninformationen
	medienmitteilung medienmitteilungen artikel newsartikel einzelartikel newsdetail newsdetails newsdetailseite detail details detailansicht detailseite einzelansicht newsansicht übersicht
	startseite willkommen rathausnachrichten stadtnachrichten gemeindenachrichten newsarchiv nachrichtenarchiv ticker newsticker
	news newsroom newsletter latest release releases article articles homepage newsitem bulletin bulletins
	actualité actualités actu actus communiqué communiqués accueil détail détails nouvelles
	notizie notizia novità comunicato comunicati dettaglio dettagli avvisi
	noticia noticias comunicado comunicados actualidad novedades detalle detalles
	notícia notícias novidades destaques detalhe detalhes
	nieuws nieuwsbericht nieuwsberichten nieuwsitem nieuwsoverzicht persbericht persberichten actueel
	aktualności aktualność wiadomości komunikaty szczegóły
	aktuality aktualita aktuálně novinky novinka zprávy tisková tiskové zpráva
	nyheder nyhed pressemeddelelse pressemeddelelser aktuelt forside
	nyheter nyhet nytt pressemelding pressemeldinger pressmeddelande pressmeddelanden aktuellt startsida forsiden`)

// fillWord stands between such words: articles, prepositions, "latest", "number".
var fillWord = texts.WordSet(`
	alle allen die der das den dem des und aus im in am an für von vom zur zum mit neueste neuesten letzte weitere unsere unser willkommen herzlich herzlichen nr nummer seite ansicht amtliche öffentliche archiv stand
	welcome the of and from our for to on in at all recent item items view show single page press media city no number num site public news
	bienvenue toutes tous les la le l du de des d un une en dans sur à aux nos notre presse n numéro page municipales
	benvenuti tutte tutti i il lo gli della dello di del dal dalla dei e ed in stampa numero pagina
	bienvenidos todas todos el los las y en nota notas prensa número página imprensa o os a as do da dos das no na num
	welkom het een van uit op en alle laatste meest recente
	wszystkie z w o na i urzędu najnowsze prasowy prasowe strona główna
	všechny ze v z a na
	alle fra i og på til om det seneste
	alla från i och på senaste siste alle fra`)

// hallWord is where news come from, behind a preposition: "Aktuelles aus dem Rathaus".
var hallWord = texts.WordSet("rathaus gemeindehaus gemeindeamt stadthaus verwaltung region mairie municipio comune ayuntamiento council hall raadhuis gemeentehuis urzędu radnice rådhus rådhuset")

// namesFirst stand before the name of a town.
var namesFirst = texts.WordSet("stadt gemeinde markt kreis landkreis bezirk kanton amt stadtgemeinde marktgemeinde samtgemeinde verbandsgemeinde ortsgemeinde verwaltungsgemeinschaft stadtverwaltung gemeindeverwaltung kreisverwaltung " +
	"landratsamt hansestadt landeshauptstadt universitätsstadt kreisstadt mairie ville commune commune comune città provincia ayuntamiento municipio câmara município gemeente provincie gmina miasto powiat urząd město obec městys kommune")

// ofNames are such kinds in English, with namesOf behind them: "City of Ashford".
var (
	ofNames = texts.WordSet("city town county borough village district parish state township")
	namesOf = texts.WordSet("of")
)

// namesLast stand behind the name of a town. notNames begin what is another body.
var (
	namesLast = texts.WordSet("council kommune kommun county township")
	notNames  = texts.WordSet("youth your our the a new this join meet ask every")
)

// nameJoins are the small words within the names of towns.
var nameJoins = texts.WordSet("am an der im in bei ob unter vor auf auf's den dem zu de di la le les du d' del da do of the upon on nad pod u i och och og aan den de")

// trailLabel stands before the way through the site.
var trailLabel = texts.PhraseSet("sie sind hier|sie befinden sich hier|du bist hier|you are here|vous êtes ici|ti trovi in|sei in|sei qui|u bent hier|je bent hier|jesteś tutaj|du är här|du er her|estás aquí|está aqui|nacházíte se zde|aktuelle position")

// labelHeading are headings over parts of a page that every report may have, and
// over what stands beside it.
var labelHeading = texts.PhraseSet(`quicklinks|quick links|schnellzugriff|schnelleinstieg|auf dieser seite|inhaltsverzeichnis|inhaltsübersicht|service|servicelinks|service links|links|weiterführende links|downloads|download|dokumente|dateien|anlagen|kontakt|ansprechpartner|ansprechpartnerin|weitere informationen|mehr informationen|mehr zum thema|weitere meldungen|weitere nachrichten|das könnte sie auch interessieren|teilen|seite teilen|kategorien|themen|archiv|barrierefreiheit|anmelden|sprache|sprachauswahl|datenschutzeinstellungen|cookie einstellungen|soziale medien|folgen sie uns|bildergalerie|infobox|kurz und knapp|auf einen blick|
	on this page|contents|table of contents|in this section|in this article|useful links|related links|related news|related|share|share this|share this page|contact|contact us|contact details|documents|attachments|categories|topics|language|languages|login|log in|sign in|search|follow us|more information|further information|at a glance|summary|
	sommaire|sur cette page|liens utiles|en savoir plus|pièces jointes|documents à télécharger|partager|contacts|rubriques|accès rapide|accès rapides|
	in questa pagina|indice|allegati|contatti|argomenti|condividi|link utili|collegamenti rapidi|ulteriori informazioni|
	en esta página|índice|enlaces de interés|enlaces|compartir|documentos|contacto|más información|
	nesta página|ligações úteis|partilhar|contactos|mais informações|
	op deze pagina|inhoud|snel naar|delen|bijlagen|meer informatie|zie ook|
	na tej stronie|spis treści|na skróty|załączniki|udostępnij|kontakt|
	na této stránce|obsah|rychlé odkazy|přílohy|ke stažení|sdílet|
	på denne side|indhold|genveje|del siden|på den här sidan|innehåll|genvägar|dela|på denne siden|innhold|snarveier`)
