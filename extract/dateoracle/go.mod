// A module of its own, so that the oracle (6.5 MB and a WebAssembly engine)
// never becomes a dependency of the program.
module github.com/stadtfeed/stadtfeed/extract/dateoracle

go 1.26.0

require (
	github.com/markusmobius/go-dateparser v1.4.7
	github.com/stadtfeed/stadtfeed v0.0.0
)

require (
	github.com/markusmobius/go-dateutil/v2 v2.9.1 // indirect
	github.com/tetratelabs/wazero v1.12.0 // indirect
	github.com/wasilibs/go-re2 v1.12.0 // indirect
	github.com/wasilibs/wazero-helpers v0.0.0-20250123031827-cd30c44769bb // indirect
	go.yaml.in/yaml/v4 v4.0.0 // indirect
	golang.org/x/sys v0.50.0 // indirect
	golang.org/x/text v0.44.0 // indirect
)

replace github.com/stadtfeed/stadtfeed => ../..
