package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ErrRewound is a database that knows less than this process has seen of it: the
// server failed over to a standby that had not all commits, or an older backup
// was restored. Were it written on, numbers would be given a second time, and
// readers who page by Seq would miss what has them.
var ErrRewound = errors.New("the database has lost commits, as after a failover to a standby that was behind, or a restored backup; " +
	"stadtfeed database resume lets it go on")

func rewound(has, known uint64) error {
	return fmt.Errorf("%w (it is at generation %d, this process saw %d)", ErrRewound, has, known)
}

// resumeStep is how far Resume lifts Seq and generation: more than a day of the
// largest region commits, so that it is past what any process saw.
const resumeStep = 1_000_000

// Resume lets a database go on that lost commits: Seq and generation are lifted
// past all that was given before, and every process takes everything for changed.
// It returns both as they are now. What was lost is found again by the next
// visits, as far as the towns still show it.
func Resume(ctx context.Context, a Address) (seq, generation uint64, err error) {
	pool, err := connect(ctx, a)
	if err != nil {
		return 0, 0, err
	}
	defer pool.Close()
	if err := checkSchema(ctx, pool); err != nil {
		return 0, 0, explained(err)
	}
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		row := tx.QueryRow(ctx, `update state set seq = seq + $1, generation = generation + $1, commits = commits + 1
			returning seq, generation`, resumeStep)
		return row.Scan(&seq, &generation)
	})
	return seq, generation, explained(err)
}
