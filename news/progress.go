package news

import "context"

type progressKey struct{}

// WithProgress is a context under which an archive's long work (Verify, Compact,
// Import, RawPages) tells how far it is, from time to time: done of total, which
// is an estimate where it counts bytes.
func WithProgress(ctx context.Context, tell func(done, total int64)) context.Context {
	return context.WithValue(ctx, progressKey{}, tell)
}

// ProgressOf is what ctx wants to be told; never nil.
func ProgressOf(ctx context.Context) func(done, total int64) {
	if tell, ok := ctx.Value(progressKey{}).(func(done, total int64)); ok {
		return tell
	}
	return func(int64, int64) {}
}
