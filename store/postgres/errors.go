package postgres

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"slices"
	"strings"
	"syscall"

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
	"26000": helpPooler, // invalid_sql_statement_name
	"42501": "the user lacks a right; it needs to own the schema in which the archive is",
	"42704": "what stands behind the ? of the address is not known to the server; is it spelt right?", // undefined_object
	"42P05": helpPooler,                                                                               // duplicate_prepared_statement
	"53100": "the server's disk is full; everything is kept and goes on when there is space",
	"53300": "the server has no connection left; raise max_connections, or set pool_max_conns in the address",
	"57P03": "the server is starting or stopping",
}

const helpPooler = "a pooler in transaction mode needs default_query_exec_mode=cache_describe in the address"

// explained is an error in one line, with what helps.
func explained(err error) error {
	if err == nil {
		return nil
	}
	if help := helpFor(err); help != "" && !strings.Contains(err.Error(), help) {
		return fmt.Errorf("%w; %s", oneLine(err), help)
	}
	return oneLine(err)
}

func helpFor(err error) string {
	var pg *pgconn.PgError
	var name *net.DNSError
	var network net.Error
	switch {
	case errors.As(err, &pg):
		return helps[pg.Code]
	case strings.Contains(err.Error(), refusedTLS):
		return "the server offers no TLS: set it up there, or say sslmode=disable in the address if the way to it is safe"
	case errors.As(err, &name):
		return "is the host of the address spelt right?"
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, fs.ErrNotExist):
		return "does the server run there, and does it listen (port, listen_addresses)?"
	case errors.As(err, &network) && network.Timeout():
		return "does the server run there, and does a firewall let this machine through?"
	}
	return ""
}

// refusedTLS is how pgx says that a server has no TLS.
const refusedTLS = "server refused TLS"

// oneLine is an error whose text has no line breaks: that of a connection which
// was tried in several ways has a line each. A try with TLS before one without
// says nothing.
func oneLine(err error) error {
	lines := strings.Split(err.Error(), "\n")
	if len(lines) == 1 {
		return err
	}
	var told []string
	for i, line := range lines {
		line = strings.TrimSpace(line)
		triedTLS := strings.Contains(line, refusedTLS) && i < len(lines)-1
		if !triedTLS && !slices.Contains(told, line) {
			told = append(told, line)
		}
	}
	return &shortened{error: err, text: told[0] + " " + strings.Join(told[1:], "; ")}
}

// A shortened error is one with another text.
type shortened struct {
	error
	text string
}

func (s *shortened) Error() string { return s.text }
func (s *shortened) Unwrap() error { return s.error }

// classes of PostgreSQL's errors after which the same call works later: the
// connection is gone (08), the server lacks something (53), somebody ends it
// (57), its disk fails (58).
var classes = []string{"08", "53", "57", "58"}

// Away reports an error of a database that is away or cannot write for a while.
func Away(err error) bool { return errors.Is(unwritable(err), news.ErrUnwritable) }

// unwritable wraps news.ErrUnwritable where the database is away or cannot write
// for a while, so that what was to be written is kept and tried again.
func unwritable(err error) error {
	if err == nil || errors.Is(err, news.ErrUnwritable) {
		return err
	}
	var pg *pgconn.PgError
	var gone *pgconn.ConnectError
	var network net.Error
	cut := errors.Is(err, io.ErrUnexpectedEOF) || strings.Contains(err.Error(), "conn closed") // in the middle of an answer
	away := cut || errors.As(err, &gone) || errors.As(err, &network) || pgconn.SafeToRetry(err)
	if errors.As(err, &pg) {
		away = pg.Code == "25006" || len(pg.Code) == 5 && slices.Contains(classes, pg.Code[:2])
	}
	if !away {
		return err
	}
	return fmt.Errorf("%w: %w", news.ErrUnwritable, explained(err))
}
