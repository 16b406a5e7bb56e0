//go:build unix

package feedout

// ProcessorTime is for the benchmarks over the real archive.
var ProcessorTime = processorTime
