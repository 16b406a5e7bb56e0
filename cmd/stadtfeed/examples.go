package main

// examples are the command lines that the help of a command shows.
var examples = map[string][]string{
	"serve": {
		"stadtfeed serve --config /etc/stadtfeed/stadtfeed.yaml",
		"stadtfeed serve --role crawl",
	},
	"demo": {
		"stadtfeed demo",
		"stadtfeed demo --listen 127.0.0.1:0",
	},
	"check": {
		"stadtfeed check",
		"stadtfeed check --config stadtfeed.yaml",
	},
	"try": {
		"stadtfeed try https://www.kassel.de/pressemitteilungen/",
		"stadtfeed try --as article --base https://www.kassel.de/meldung.php saved.html",
		"stadtfeed try --diff kassel",
	},
	"add": {
		"stadtfeed add https://www.kassel.de/pressemitteilungen/",
		"stadtfeed add --write --place Kassel https://www.kassel.de/pressemitteilungen/",
		"stadtfeed add --write --from towns.txt",
	},
	"crawl": {
		"stadtfeed crawl",
		"stadtfeed crawl kassel baunatal",
	},
	"publish": {
		"stadtfeed publish public",
		"stadtfeed publish /srv/feeds",
	},
	"items": {
		"stadtfeed items --place Kassel --since 2026-11-01",
		"stadtfeed items --tag verkehr --json",
	},
	"status": {"stadtfeed status"},
	"presets": {
		"stadtfeed presets",
		"stadtfeed presets typo3-news",
	},
	"config": {"stadtfeed config"},
	"schema": {"stadtfeed schema"},
	"reload": {"stadtfeed reload"},
	"politeness": {
		"stadtfeed politeness",
		"stadtfeed politeness --json",
	},
	"held": {
		"stadtfeed held",
		"stadtfeed held --release kassel",
		"stadtfeed held --deletions --release",
	},
	"subscribers": {
		"stadtfeed subscribers",
		"stadtfeed subscribers --end mia@example.org",
	},
	"searches": {
		"stadtfeed searches",
		"stadtfeed searches --end 3f9a1c0b7d42",
	},
	"notify": {"stadtfeed notify test verkehr"},
	"reextract": {
		"stadtfeed reextract --dry-run kassel",
		"stadtfeed reextract kassel",
	},
	"backup":  {"stadtfeed backup /var/backups/stadtfeed.db"},
	"restore": {"stadtfeed restore /var/backups/stadtfeed.db"},
	"verify":  {"stadtfeed verify"},
	"export":  {"stadtfeed export archive.jsonl"},
	"import":  {"stadtfeed import archive.jsonl"},
	"compact": {"stadtfeed compact"},
	"database": {
		"stadtfeed database migrate",
		"stadtfeed database status",
	},
	"nodes": {
		"stadtfeed nodes",
		"stadtfeed nodes --json",
	},
	"migrate": {"stadtfeed migrate /var/lib/stadtfeed/stadtfeed.db postgres://stadtfeed@db.example.org/stadtfeed"},
	"health": {
		"stadtfeed health",
		"stadtfeed health --url http://127.0.0.1:8080/healthz",
	},
	"key": {"stadtfeed key"},
	"completion": {
		"stadtfeed completion bash",
		"stadtfeed completion zsh",
		"stadtfeed completion fish",
		"stadtfeed completion powershell",
	},
	"version": {"stadtfeed version"},
}
