package postgres

import (
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/stadtfeed/stadtfeed/news"
)

// helps says, for errors of PostgreSQL by their code, what helps. See
// https://www.postgresql.org/docs/current/errcodes-appendix.html.
var helps = map[string]string{
	"25006": "this server is a read-only standby; name the primary", // read_only_sql_transaction
	"28000": "see pg_hba.conf of the server; it may ask for TLS (sslmode=require)",
	"28P01": "the user or the password is wrong; the password comes from store_password_file, PGPASSWORD or PGPASSFILE",
	"3D000": "make it with createdb, owned by the user of the address",
	"42501": "the user lacks a right; it needs to own the schema in which the archive is",
	"53100": "the server's disk is full; everything is kept and goes on when there is space",
	"53300": "the server has no connection left; raise max_connections, or set pool_max_conns in the address",
	"57P03": "the server is starting or stopping",
}

// explained is an error with what helps.
func explained(err error) error {
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		if strings.Contains(err.Error(), "server refused TLS") {
			return fmt.Errorf("%w; the server offers no TLS: set it up there, or say sslmode=disable in the address if the way to it is safe", err)
		}
		return err
	}
	if help := helps[pg.Code]; help != "" {
		return fmt.Errorf("%w; %s", err, help)
	}
	return err
}

// classes of PostgreSQL's errors after which the same call works later: the
// connection is gone (08), the server lacks something (53), somebody ends it
// (57), its disk fails (58).
var classes = []string{"08", "53", "57", "58"}

// unwritable wraps news.ErrUnwritable where the database is away or cannot write
// for a while, so that what was to be written is kept and tried again.
func unwritable(err error) error {
	if err == nil || errors.Is(err, news.ErrUnwritable) {
		return err
	}
	var pg *pgconn.PgError
	var gone *pgconn.ConnectError
	var network net.Error
	away := errors.As(err, &gone) || errors.As(err, &network) || pgconn.SafeToRetry(err) || strings.Contains(err.Error(), "conn closed")
	if errors.As(err, &pg) {
		away = pg.Code == "25006" || len(pg.Code) == 5 && slices.Contains(classes, pg.Code[:2])
	}
	if !away {
		return err
	}
	return fmt.Errorf("%w: %w", news.ErrUnwritable, explained(err))
}
