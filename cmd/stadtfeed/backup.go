package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/stadtfeed/stadtfeed/config"
	"github.com/stadtfeed/stadtfeed/internal/files"
	"github.com/stadtfeed/stadtfeed/news"
	"github.com/stadtfeed/stadtfeed/store"
)

func (a *app) backupCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "backup FILE",
		Short: "Copy the archive as it stands, also while the daemon runs (- for standard output)",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				if err := onlyFile(cfg, "pg_dump copies it whole, stadtfeed export its contents"); err != nil {
					return err
				}
				if err := checkTarget(cfg, args[0], archiveCopy); err != nil {
					return err
				}
				return a.download(cmd.Context(), c, "/backup", args[0])
			})
		},
	}
}

func (a *app) exportCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "export FILE",
		Short: "Write everything that the archive holds as JSON Lines (- for standard output)",
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				if err := checkTarget(cfg, args[0], exportFile); err != nil {
					return err
				}
				return a.download(cmd.Context(), c, "/export", args[0])
			})
		},
	}
}

func (a *app) importCommand() *cobra.Command {
	var incomplete bool
	cmd := &cobra.Command{
		Use:   "import FILE",
		Short: "Read what export wrote into an archive that is still empty (- for standard input)",
		RunE: func(cmd *cobra.Command, args []string) error {
			in := io.Reader(os.Stdin)
			if args[0] != "-" {
				f, err := os.Open(args[0])
				if err != nil {
					return err
				}
				defer f.Close()
				if info, err := f.Stat(); err == nil && info.IsDir() {
					return fmt.Errorf("%s is a folder; name the file that stadtfeed export wrote", args[0])
				}
				in = f
			}
			return a.makingArchive(cmd.Context(), func(_ *config.Config, c *client) error {
				question := "/import"
				if incomplete {
					question += "?incomplete=1"
				}
				return a.upload(cmd.Context(), c, question, args[0], in)
			})
		},
	}
	cmd.Flags().BoolVar(&incomplete, "incomplete", false, "read a file without its last line as far as it goes: one that was cut, or of an earlier version")
	return cmd
}

// upload hands a file to be imported over, and prints how many items it had.
func (a *app) upload(ctx context.Context, c *client, question, path string, in io.Reader) error {
	p := newProgress(a.errOut, "looking at "+path)
	defer p.end()
	whole := step{Bytes: true}
	if f, ok := in.(*os.File); ok {
		if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
			whole.Total = info.Size()
		}
	}
	body := &counting{Reader: in, told: func(n int64) { whole.Done = n; p.show(whole) }}
	err := receive(ctx, c, question, body, func(n int) error {
		p.end()
		fmt.Fprintf(a.out, "%s: %s\n", path, count(n, "item"))
		return nil
	}, p.show)
	return interruptedBy(ctx, err, p.said()+"; the same command goes on there")
}

// trailer carries the error of an answer that is a file.
const trailer = "Stadtfeed-Error"

// sending makes a handler of a function that writes a file.
func sending(write func(ctx context.Context, w io.Writer) error) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Trailer", trailer)
		w.Header().Set("Content-Type", "application/octet-stream")
		if err := write(r.Context(), w); err != nil {
			w.Header().Set(trailer, err.Error())
		}
	})
}

// download asks for a file and writes it to path, in full or not at all; "-" is
// standard output.
func (a *app) download(ctx context.Context, c *client, question, path string) error {
	p := newProgress(a.errOut, "writing "+path)
	defer p.end()
	size := int64(0)
	fetch := func(w io.Writer) (err error) {
		size, err = c.copyTo(ctx, question, w, p)
		return err
	}
	if path == "-" {
		return interruptedBy(ctx, fetch(a.out), "what was written is only a part")
	}
	if err := files.Replace(path, files.Private, fetch); err != nil {
		return interruptedBy(ctx, err, "nothing was written to "+path)
	}
	p.end()
	fmt.Fprintf(a.out, "%s: %s\n", path, bytesText(size))
	return nil
}

// copyTo asks for a file and writes it as it comes; an error of the other side
// stands behind it.
func (c *client) copyTo(ctx context.Context, question string, w io.Writer, p *progress) (int64, error) {
	res, err := c.send(ctx, question, http.NoBody)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	n, err := io.Copy(w, &counting{Reader: res.Body, told: func(n int64) { p.show(step{Done: n, Bytes: true}) }})
	if told := res.Trailer.Get(trailer); err == nil && told != "" {
		err = errDaemon(told)
	}
	return n, err
}

// bytesText is a size for people.
func bytesText(n int64) string {
	const unit = 1024
	if n < unit {
		return count(int(n), "byte")
	}
	value, name := float64(n)/unit, 0
	names := []string{"KiB", "MiB", "GiB", "TiB"}
	for value >= unit && name < len(names)-1 {
		value /= unit
		name++
	}
	return fmt.Sprintf("%.1f %s", value, names[name])
}

func (a *app) restoreCommand() *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use:   "restore FILE",
		Short: "Make a backup the archive; the daemon must not run",
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := a.loadConfig()
			if err != nil {
				return err
			}
			if err := onlyFile(cfg, "pg_restore reads what pg_dump wrote, stadtfeed import what stadtfeed export wrote"); err != nil {
				return err
			}
			path := cfg.Store.File()
			if conn, err := dialUnix(cfg.ControlSocket()); err == nil {
				conn.Close() //nolint:errcheck,gosec // only asked whether somebody answers
				return fmt.Errorf("%s: the daemon is using the archive; stop it first", path)
			}
			if err := checkSource(args[0], archiveCopy, "stadtfeed import reads what stadtfeed export wrote"); err != nil {
				return fmt.Errorf("backup is not used: %w", err)
			}
			if err := free(path); err != nil {
				return err
			}
			if err := store.RestoreFile(cmd.Context(), args[0], path, force); err != nil {
				return err
			}
			fmt.Fprintf(a.out, "%s: restored from %s\n", path, args[0])
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace an archive that is there; it is kept beside with .before-restore added")
	return cmd
}

// free reports an archive that another program holds. One that is damaged or
// missing is free.
func free(path string) error {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	st, err := store.Open(path, store.Options{})
	if err == nil {
		return st.Close()
	}
	if errors.Is(err, store.ErrLocked) {
		return err
	}
	return nil
}

func (a *app) verifyCommand() *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Read the whole archive and check every record and index",
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file != "" {
				p := newProgress(a.errOut, "checking "+file)
				err := store.CheckFile(news.WithProgress(cmd.Context(), func(done, total int64) {
					p.show(step{Done: done, Total: total, Bytes: true})
				}), file)
				p.end()
				if err != nil {
					return interruptedBy(cmd.Context(), err, p.said()+"; the rest is unchecked")
				}
				fmt.Fprintf(a.out, "%s: fine\n", file)
				return nil
			}
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				p := newProgress(a.errOut, "checking "+cfg.Store.String())
				v, err := oneOfLongWork[news.Verdict](cmd.Context(), c, "/verify", nil, p)
				if err == nil {
					fmt.Fprintf(a.out, "%s: fine (%s, %s, %s, %s)\n", cfg.Store, count(v.Items, "item"),
						count(v.Revisions, "revision"), count(v.Pages, "page"), count(v.RawPages, "kept page"))
				}
				return interruptedBy(cmd.Context(), err, p.said()+"; the rest is unchecked, and nothing was changed")
			})
		},
	}
	cmd.Flags().StringVar(&file, "file", "", "check this archive or backup `FILE` instead of the configured archive")
	return cmd
}

func (c *core) backup(ctx context.Context, w io.Writer) error {
	st, err := c.file("pg_dump copies it")
	if err != nil {
		return err
	}
	return st.Backup(ctx, w)
}

func (c *core) verify(r *http.Request, s *stream) error {
	v, err := c.store.Verify(telling(r, s, "", true))
	if err != nil {
		return err
	}
	return s.value(v)
}

func (c *core) importItems(r *http.Request, s *stream) error {
	n, err := c.store.Import(telling(r, s, "lines imported", false), r.Body, r.URL.Query().Has("incomplete"))
	if err != nil {
		return err
	}
	return s.value(n)
}

func (a *app) compactCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "compact",
		Short: "Make the archive's file as small as it can be, also while the daemon runs",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withArchive(cmd.Context(), func(cfg *config.Config, c *client) error {
				p := newProgress(a.errOut, "copying "+cfg.Store.String())
				done, err := oneOfLongWork[store.Compaction](cmd.Context(), c, "/compact", nil, p)
				if err == nil {
					fmt.Fprintf(a.out, "%s: %s, was %s (others waited for %s)\n", cfg.Store, bytesText(done.After), bytesText(done.Before), done.Stopped.Round(time.Millisecond))
				}
				return interruptedBy(cmd.Context(), err, "the archive is as it was")
			})
		},
	}
}

func (c *core) compact(r *http.Request, s *stream) error {
	st, err := c.file("it looks after its space itself")
	if err != nil {
		return err
	}
	done, err := st.Compact(telling(r, s, "", true))
	if err != nil {
		return err
	}
	return s.value(done)
}
