package town

import (
	"fmt"
	"time"
)

// Sample is the region of the demo: five sites on five systems, whose reports
// are dated back from start and change in the minutes after it.
func Sample(start time.Time) ([]*Site, error) {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		return nil, fmt.Errorf("sample region: %w", err)
	}
	london, err := time.LoadLocation("Europe/London")
	if err != nil {
		return nil, fmt.Errorf("sample region: %w", err)
	}
	sites := []*Site{
		{Name: "kommune21-alt", Title: "Kommune21 (alte Form)", Layout: Kommune21Old, Location: berlin},
		{Name: "kommune21-neu", Title: "Kommune21 (neue Form)", Layout: Kommune21New, Location: berlin},
		{Name: "erlenbrueck", Title: "Stadt Erlenbrück", Place: "Erlenbrück", Layout: TYPO3, Location: berlin},
		{Name: "seeheide", Title: "Gemeinde Seeheide", Place: "Seeheide", Layout: Plain, Location: berlin},
		{Name: "fenwick-vale", Title: "Fenwick Vale District Council", Place: "Fenwick Vale", Layout: LocalGov, Location: london},
	}
	for _, site := range sites {
		text, err := files.ReadFile("reports/" + site.Name + ".txt")
		if err != nil {
			return nil, fmt.Errorf("sample region: %w", err)
		}
		if site.Articles, err = parseArticles(string(text), start.In(site.Location)); err != nil {
			return nil, fmt.Errorf("sample region: %s: %w", site.Name, err)
		}
	}
	return sites, nil
}
