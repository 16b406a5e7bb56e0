// Package store is the archive of Stadtfeed: one bbolt file that holds every
// item for good, and all that is remembered of sources and pages.
//
// Reports of visits go in, each in one transaction or not at all; items that
// fit a news.Query come out, copied, so that nothing refers to the file once a
// method has returned. The package decides identity (which draft is which
// item), keeps earlier contents as revisions, and knows nothing of HTML, the
// network or the configuration file.
//
// # The file
//
// A record is four bytes of CRC-32C over bucket, key and the rest, one byte
// that tells its encoding, and the payload (see record.go). Numbers in keys are
// big-endian; seq is the item's Seq in five bytes, when is seconds in five
// bytes, name is the 16 bytes of news.MintID of a canonical address.
// Keys that name a text end it with a zero byte.
//
//	meta       plain numbers: schema, generation, created, identity, backup, settled (the last item whose
//	           index is in the file), import and imported (see export.go), prune-* (see deletions.go), mark-* (see marks.go)
//	items      seq                    -> head: an item without its body
//	bodies     seq                    -> body, compressed
//	revisions  seq, number            -> an earlier content, compressed
//	names      name                   -> seq; addresses, aliases and ids
//	index      'a' when seq           all items by Shown
//	           't','p','s' value 0 's' when seq    by tag, place, source and Shown
//	           't','p','s' value 0 'q' seq         the same by Seq
//	           'y' name seq                    repeats of the story with that id
//	           'h' source headline seq         by source and headline (hashes of them)
//	           -> nothing, or 1 for a withdrawn item; up to item settled (see memtable.go)
//	counts     facet value            -> how many items have it, and its spelling
//	pages      canonical              -> validators and next look of a page
//	due        source 0 when canonical   articles with a next look
//	raw        canonical              -> page as fetched, compressed
//	rawage     when canonical            raw pages by age
//	sources    name                   -> state of a source
//	visits     source 0 slot          -> the latest visits of a source, a ring
//	health     number                 -> changes of health
//	held       canonical              -> drafts kept back from a flood (JSON)
//	words      segment, first term    -> a block of the full-text index
//	segments   segment                -> which items it covers
//	saved      id                     -> a search that somebody keeps as a feed (JSON)
//	subscribed id                     -> a mailbox that gets mails of a feed (JSON)
//	reworded   seq                    items whose words changed since they were indexed
package store

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"

	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store/decide"
)

// Errors that a caller decides upon.
var (
	ErrLocked  = errors.New("archive is in use by another stadtfeed")
	ErrNewer   = errors.New("archive was written by a newer stadtfeed")
	ErrDamaged = errors.New("archive is damaged")
)

// Options of an archive. The zero value is ready for use.
type Options struct {
	Log *slog.Logger     // nil: nothing is logged
	Now func() time.Time // nil: time.Now

	Doubtful func() bool // whether Now may be wrong, see Restamp; nil: it is right

	LockTimeout time.Duration // how long to wait for another process; 0: one second

	// NoSync leaves out fsync: for tests and bulk imports into a new file only.
	NoSync bool
}

// A Store is an open archive. Its methods may be called at the same time.
//
// Whoever needs several of its locks takes them in this order, leaving out what
// it does not need, and never takes one that stands before one that it holds:
//
//	long          read: backup, verify; whole: compaction
//	group         the call of Commit that writes for all that wait
//	words.grow    who writes and merges segments
//	words.drainMu who reads texts into the tail
//	write         the one writer, until the effects on memory have happened
//	words.mu      segments and tail; a search holds it until its transaction has begun
//	swap          read: every transaction; whole: the change of files, under write
//	the rest      memtable.mu, words.pendMu, recent.mu, sources.mu, requests.mu, subs.mu: for a few lines each
//
// words.mu is taken before swap by searches and under swap by the writer's effects:
// that is no circle, as only a holder of write changes files. TestLocksInEveryPair
// runs whatever takes locks beside everything else that does.
type Store struct {
	path string
	log  *slog.Logger
	now  func() time.Time
	opts Options

	identity uint64 // of the archive, see keyIdentity; 0 in one that could never be written

	group    chan struct{} // full while a call of Commit writes for all that wait
	requests requests

	write sync.Mutex   // held by the one writer, from transaction to effects
	swap  sync.RWMutex // guards db against being replaced by a compacted copy
	long  sync.RWMutex // read-held by long transactions, held by a compaction
	db    *bbolt.DB

	generation atomic.Uint64
	touched    decide.Touched
	damage     atomic.Pointer[error]       // first sign of damage
	trouble    atomic.Pointer[error]       // why writing fails at present
	unstored   atomic.Pointer[error]       // why the last visit could not be stored
	file       atomic.Pointer[os.FileInfo] // that is open; another one at its path means that the archive was replaced
	visits     atomic.Uint64               // how many calls of Commit there were
	noted      atomic.Int64                // when it was looked at last whether keyNewest is new enough, in seconds
	fault      atomic.Pointer[error]       // a record that is damaged
	sources    sourceTable
	words      wordIndex
	subs       subscribers
	journal    *journal // what is written while a compaction copies; guarded by write
	recent     recentItems
	memtable   memtableVersions
	readOnly   bool // the file could only be opened for reading; guarded by write
	toRead     bool // and is to be, see OpenToRead

	closing sync.Once
	done    chan struct{}
	work    sync.WaitGroup
}

type bucket byte

const (
	meta bucket = iota
	items
	bodies
	revisions
	names
	index
	counts
	pages
	due
	raw
	rawage
	sources
	visits
	health
	held
	words
	segments
	reworded
	saved
	subscribed
	buckets // how many there are
)

var bucketNames = [buckets][]byte{
	[]byte("meta"), []byte("items"), []byte("bodies"), []byte("revisions"), []byte("names"), []byte("index"),
	[]byte("counts"), []byte("pages"), []byte("due"), []byte("raw"), []byte("rawage"), []byte("sources"),
	[]byte("visits"), []byte("health"), []byte("held"), []byte("words"), []byte("segments"),
	[]byte("reworded"), []byte("saved"), []byte("subscribed"),
}

func (b bucket) String() string { return string(bucketNames[b]) }

// fill is how full pages are left when they split. Buckets that grow at the
// end (or at the end of each of their ranges) leave nothing free behind.
var fill = [buckets]float64{items: 1, bodies: 1, revisions: .9, index: .8, pages: .9, words: 1, segments: 1}

var (
	keySchema     = []byte("schema")
	keyGeneration = []byte("generation")
	keyCreated    = []byte("created")
	keyFlushed    = []byte("settled")  // as it is called in files
	keyIdentity   = []byte("identity") // a random number that no two archives share
	keyImport     = []byte("import")   // name of the export of which only a part was imported yet
	keyImported   = []byte("imported") // how many of its lines were
	keyBackup     = []byte("backup")   // in a daily backup only: the seconds at which it was made
)

// Open opens the archive at path and creates it where there is none. A file
// that another process holds is ErrLocked, one of a newer schema ErrNewer, one
// that cannot be read ErrDamaged; a disk that cannot be written is no error:
// see Health.
func Open(path string, o Options) (*Store, error) {
	s := &Store{path: path, log: o.Log, now: o.Now, opts: o, group: make(chan struct{}, 1), done: make(chan struct{})}
	s.defaults()
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s.work.Go(s.maintain)
	return s, nil
}

// OpenToRead opens the archive at path as it stands, and leaves it so: no file is
// made, nothing brought up to date or marked. ErrLocked, ErrNewer and ErrDamaged
// are as with Open, fs.ErrNotExist says that there is none.
func OpenToRead(path string, o Options) (*Store, error) {
	s := &Store{
		path:     path,
		log:      o.Log,
		now:      o.Now,
		opts:     o,
		readOnly: true,
		toRead:   true,
		group:    make(chan struct{}, 1),
		done:     make(chan struct{}),
	}
	s.defaults()
	var err error
	if _, err = os.Stat(path); err == nil {
		s.db, err = openBolt(path, &bbolt.Options{ReadOnly: true, Timeout: cmp.Or(o.LockTimeout, defaultLockTimeout)})
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, boltError(err))
	}
	s.noteFile()
	if err := s.prepare(); err != nil {
		return nil, fmt.Errorf("%s: %w", path, s.abandon(err))
	}
	return s, nil
}

func (s *Store) defaults() {
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.memtable.publish(0, &memtable{})
}

func (s *Store) open() (err error) {
	if _, err := os.Stat(s.path); errors.Is(err, fs.ErrNotExist) {
		if err := files.Create(files.Real(s.path)); err != nil { // also root's first visit makes an archive that the daemon's user can open
			return err
		}
	}
	if s.db, s.readOnly, err = openFile(s.path, s.opts); err != nil {
		return err
	}
	s.noteFile()
	if s.readOnly {
		s.setTrouble(fmt.Errorf("%s can only be read: %w", s.path, fs.ErrPermission))
	}
	err = s.prepare()
	if err == nil && !s.readOnly {
		err = s.beginWriting()
	}
	if diskTrouble(err) && !s.readOnly {
		err = s.openForReading(err)
	}
	if err != nil {
		return s.abandon(err)
	}
	return nil
}

// beginWriting removes what a killed compaction has left, and marks the archive
// as open.
func (s *Store) beginWriting() error {
	if err := os.Remove(compactPart(s.path)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		s.log.Warn("what a compaction has left cannot be removed", "err", err)
	}
	return markOpen(s.path, s.identity)
}

// openForReading opens an archive again that cannot be written, as the disk is
// full: readers are served. One that has to be brought up to date first is not.
func (s *Store) openForReading(why error) error {
	if err := s.db.Close(); err != nil {
		return errors.Join(why, err)
	}
	db, err := openBolt(s.path, boltOptions(s.path, s.opts, true))
	if err != nil {
		return errors.Join(why, boltError(err))
	}
	s.db, s.readOnly = db, true
	s.setTrouble(why)
	err = s.view(func(t *txn) error {
		if t.number(keySchema) != Schema || t.number(keyIdentity) == 0 {
			return why
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.prepare()
}

// openFile opens a bbolt file; one on a disk that cannot be written is opened
// for reading.
func openFile(path string, o Options) (db *bbolt.DB, readOnly bool, err error) {
	db, err = openBolt(path, boltOptions(path, o, false))
	if errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission) {
		if _, statErr := os.Stat(path); statErr == nil {
			readOnly = true
			db, err = openBolt(path, boltOptions(path, o, true))
		}
	}
	return db, readOnly, boltError(err)
}

func boltOptions(path string, o Options, readOnly bool) *bbolt.Options {
	bo := &bbolt.Options{
		Timeout:      o.LockTimeout,
		NoSync:       o.NoSync,
		NoGrowSync:   o.NoSync,
		FreelistType: bbolt.FreelistArrayType,
		ReadOnly:     readOnly,
	}
	if bo.Timeout == 0 {
		bo.Timeout = defaultLockTimeout
	}
	if runtime.GOOS != "windows" { // there the file itself would take that size
		bo.InitialMmapSize = 1 << 30 // address space, not memory; a map that need not grow never waits for readers
		if info, err := os.Stat(path); err == nil {
			bo.InitialMmapSize = max(bo.InitialMmapSize, int(info.Size())*2)
		}
	}
	return bo
}

const defaultLockTimeout = time.Second

// boltError says in our words why a file could not be opened.
func boltError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return ErrLocked
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrChecksum), errors.Is(err, bolterrors.ErrVersionMismatch),
		strings.Contains(err.Error(), "file size too small"): // bbolt has no value for it
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
}

// openBolt is bbolt.Open with a damaged file as an error: bbolt panics, and
// reading a mapped page that the file has lost raises a fault.
func openBolt(path string, o *bbolt.Options) (db *bbolt.DB, err error) {
	defer guard(&err)()
	return bbolt.Open(path, 0o600, o)
}

// guard turns panics and memory faults of the calling goroutine into errors
// that wrap ErrDamaged, until the function that it returns is deferred.
func guard(err *error) func() {
	old := debug.SetPanicOnFault(true)
	return func() {
		debug.SetPanicOnFault(old)
		if p := recover(); p != nil {
			*err = fmt.Errorf("%w: %v", ErrDamaged, p)
		}
	}
}

// prepare creates buckets in a new file, refuses one of a newer schema, brings
// an older one up to date, and reads what is kept in memory.
func (s *Store) prepare() error {
	if !s.readOnly {
		if err := s.migrate(Schema, migrations); err != nil {
			return err
		}
		if err := s.ensureIdentity(); err != nil {
			return err
		}
	}
	return s.view(func(t *txn) error {
		if err := t.checkSchema(); err != nil {
			return err
		}
		s.generation.Store(t.number(keyGeneration))
		s.touched.Forget(s.generation.Load())
		s.identity = t.number(keyIdentity)
		if err := t.loadMemtable(); err != nil {
			return err
		}
		s.memtable.publish(0, t.memtable)
		if err := s.loadSources(t); err != nil {
			return err
		}
		return s.words.load(t)
	})
}

// Path is the file that the archive is kept in.
func (s *Store) Path() string { return s.path }

// Generation is a number that changes with every commit that changed
// something shown; it is kept over restarts.
func (s *Store) Generation() uint64 { return s.generation.Load() }

// Close waits for running transactions and closes the file. A second call does
// nothing.
func (s *Store) Close() (err error) {
	s.closing.Do(func() { err = s.close() })
	return err
}

func (s *Store) close() error {
	close(s.done)
	s.work.Wait()
	s.write.Lock()
	defer s.write.Unlock()
	s.swap.Lock()
	defer s.swap.Unlock()
	if d := s.damage.Load(); d != nil {
		return s.abandon(*d)
	}
	err := errors.Join(s.writeFree(), s.db.Close())
	if err == nil && !s.readOnly {
		err = markClosed(s.path)
	}
	return err
}

// abandon closes a file that cannot be used. Where the fault left a transaction of bbolt
// half done, closing waits for ever; then the process's end does it. The mark
// of an open file stays, so that the file is checked before it is used again.
func (s *Store) abandon(why error) error {
	closed := make(chan error, 1)
	go func() {
		var err error
		defer func() { closed <- err }()
		defer guard(&err)()
		err = s.db.Close()
	}()
	select {
	case err := <-closed:
		return errors.Join(why, err)
	case <-time.After(time.Second):
		return why
	}
}

// A txn is a transaction and the buckets that it has used.
type txn struct {
	s        *Store
	tx       *bbolt.Tx
	memtable *memtable
	b        [buckets]*bbolt.Bucket // see bucket
	c        [buckets]*bbolt.Cursor // see get
	at       time.Time              // see now
	shown    bool                   // something shown has changed
	touched  []decide.Slot          // of values that something shown has or had
	replaced bool                   // everything may have changed
	counts   map[string]int         // changes of counts, by key
	held     map[string]int         // changes of how many drafts are held, by source
	spelling map[string]string
	effects  []func() // on memory, once committed
}

// bucket opens a bucket when it is first asked for; nil where the file has none.
func (t *txn) bucket(b bucket) *bbolt.Bucket {
	if t.b[b] == nil {
		t.b[b] = t.tx.Bucket(bucketNames[b])
		if t.b[b] != nil && fill[b] > 0 {
			t.b[b].FillPercent = fill[b]
		}
	}
	return t.b[b]
}

// get is the record at a key; nil: there is none. A cursor is used again where
// bbolt's Get makes one each time.
func (t *txn) get(b bucket, key []byte) []byte {
	if t.c[b] == nil {
		bucket := t.bucket(b)
		if bucket == nil {
			return nil
		}
		t.c[b] = bucket.Cursor()
	}
	if k, v := t.c[b].Seek(key); bytes.Equal(k, key) {
		return v
	}
	return nil
}

// now is the time of the transaction, one for all that it writes.
func (t *txn) now() time.Time {
	if t.at.IsZero() {
		t.at = t.s.now().UTC().Truncate(time.Second)
	}
	return t.at
}

// view runs fn in a read transaction. What fn keeps must be copied.
func (s *Store) view(fn func(*txn) error) (err error) {
	if d := s.damage.Load(); d != nil {
		return *d
	}
	s.swap.RLock()
	defer s.swap.RUnlock()
	defer s.noteDamage(&err)
	defer guard(&err)()
	for late := true; late; late = errors.Is(err, errLate) {
		err = s.db.View(func(tx *bbolt.Tx) error {
			t, err := s.begin(tx)
			if err != nil {
				return err
			}
			return fn(t)
		})
	}
	return err
}

// errLate tells that a reader was held up right after it began, until its state
// of the index was forgotten.
var errLate = errors.New("transaction began too long ago")

// update runs fn in the write transaction; the effects on memory happen once
// it is on disk.
func (s *Store) update(fn func(*txn) error) (err error) {
	if s.trouble.Load() != nil {
		if err := s.reopen(); err != nil {
			return fmt.Errorf("%w: %w", news.ErrUnwritable, err)
		}
	}
	s.write.Lock()
	defer s.write.Unlock()
	if d := s.damage.Load(); d != nil {
		return *d
	}
	s.swap.RLock()
	defer s.swap.RUnlock()
	defer s.noteDamage(&err)
	defer guard(&err)()
	var done *txn
	var fnErr error
	published, many := -1, false
	err = s.db.Update(func(tx *bbolt.Tx) error {
		if done, fnErr = s.begin(tx); fnErr != nil {
			return fnErr
		}
		if fnErr = fn(done); fnErr != nil {
			return fnErr
		}
		if fnErr = done.finish(); fnErr == nil {
			published = tx.ID()
			s.memtable.publish(published, done.memtable)
			many = done.unflushed() > memtableItems
		}
		return fnErr
	})
	if err != nil {
		s.memtable.withdraw(published)
		s.recent.drop()
		if fnErr == nil || diskTrouble(err) {
			s.setTrouble(err)
			err = fmt.Errorf("%w: %w", news.ErrUnwritable, err)
		}
		return err
	}
	s.setTrouble(nil)
	s.watchFree()
	if many {
		s.words.signal()
	}
	for _, effect := range done.effects {
		effect()
	}
	return nil
}

// step is update as a step of something longer, which ends with its context.
func (s *Store) step(ctx context.Context, fn func(*txn) error) error {
	if err := ended(ctx); err != nil {
		return err
	}
	return s.update(fn)
}

// manyFree is how many free pages are too many to write their list with every
// commit. Above, the list is written when the archive is closed; after an
// unclean end bbolt finds the free pages by reading the file.
const manyFree = 10_000

func (s *Store) watchFree() {
	stats := s.db.Stats()
	s.db.NoFreelistSync = stats.FreePageN+stats.PendingPageN > manyFree
}

// writeFree writes the list of free pages where that was put off.
func (s *Store) writeFree() error {
	if !s.db.NoFreelistSync || s.readOnly {
		return nil
	}
	s.db.NoFreelistSync = false
	return s.db.Update(func(tx *bbolt.Tx) error { return (&txn{s: s, tx: tx}).setNumber(keySchema, Schema) })
}

// finish writes what a transaction gathered.
func (t *txn) finish() error {
	if err := t.writeHeld(); err != nil {
		return err
	}
	if err := t.writeCounts(); err != nil {
		return err
	}
	if !t.shown {
		return nil
	}
	next := t.number(keyGeneration) + 1
	t.effects = append(t.effects, func() { t.s.advance(t, next) })
	return t.setNumber(keyGeneration, next)
}

// noteDamage remembers that the file cannot be trusted: every later call
// returns the same error instead of reading on.
func (s *Store) noteDamage(err *error) {
	if *err == nil || !errors.Is(*err, ErrDamaged) || errors.As(*err, new(*RecordError)) {
		return
	}
	damaged := fmt.Errorf("%s: %w", s.path, *err)
	if s.damage.CompareAndSwap(nil, &damaged) {
		s.log.Error("archive is damaged; stop the daemon and restore a backup", "err", damaged)
	}
}

// number is a number of meta; zero where there is none.
func (t *txn) number(key []byte) uint64 {
	if t.bucket(meta) == nil {
		return 0
	}
	n, err := readNumber(meta, key, t.get(meta, key))
	if err != nil {
		return 0
	}
	return n
}

func (t *txn) setNumber(key []byte, n uint64) error {
	if bytes.Equal(key, keySchema) { // older programs read it, to refuse the file
		return t.put(meta, key, binary.BigEndian.AppendUint64(nil, n))
	}
	return t.putNumber(meta, key, n)
}

// put writes a plain value.
func (t *txn) put(b bucket, key, value []byte) error {
	if t.s.journal != nil {
		t.s.journal.note(b, key)
	}
	if err := t.bucket(b).Put(key, value); err != nil {
		return fmt.Errorf("%s: %w", b, err)
	}
	return nil
}

func (t *txn) delete(b bucket, key []byte) error {
	if t.s.journal != nil {
		t.s.journal.note(b, key)
	}
	if err := t.bucket(b).Delete(key); err != nil {
		return fmt.Errorf("%s: %w", b, err)
	}
	return nil
}

// putRecord writes a sealed payload.
func (t *txn) putRecord(b bucket, key, payload []byte, how encoding) error {
	return t.put(b, key, seal(b, key, payload, how))
}

// record is the payload at key; nil where there is none. It may point into the
// file.
func (t *txn) record(b bucket, key []byte) ([]byte, error) {
	v := t.get(b, key)
	if v == nil {
		return nil, nil
	}
	return unseal(b, key, v)
}

// subscribers are told of commits.
type subscribers struct {
	mu   sync.Mutex
	next int
	fns  map[int]func(news.Committed)
}

// Subscribe has fn called after every commit that added, edited, withdrew,
// renamed or held something. It runs in the committing goroutine, outside the
// transaction; it should return soon.
func (s *Store) Subscribe(fn func(news.Committed)) (cancel func()) {
	s.subs.mu.Lock()
	defer s.subs.mu.Unlock()
	if s.subs.fns == nil {
		s.subs.fns = map[int]func(news.Committed){}
	}
	id := s.subs.next
	s.subs.next++
	s.subs.fns[id] = fn
	return func() {
		s.subs.mu.Lock()
		defer s.subs.mu.Unlock()
		delete(s.subs.fns, id)
	}
}

func (s *subscribers) tell(c news.Committed) {
	s.mu.Lock()
	var fns []func(news.Committed)
	for id := range s.next {
		if fn := s.fns[id]; fn != nil {
			fns = append(fns, fn)
		}
	}
	s.mu.Unlock()
	for _, fn := range fns {
		fn(c)
	}
}

// errClosing ends what works in the background when the archive is closed.
var errClosing = errors.New("archive is being closed")

// goesOn is errClosing once the archive is being closed: steps of long work ask it.
func (s *Store) goesOn() error {
	select {
	case <-s.done:
		return errClosing
	default:
		return nil
	}
}

// ended is why a context has ended; nil while it has not.
func ended(ctx context.Context) error { return context.Cause(ctx) }
