// Package floor compares what we take with the least that would do, in
// benchmarks: a figure alone tells of the machine, its multiple of a floor from
// the same run tells of the program. "make bench" makes a table of what it
// reports.
package floor
