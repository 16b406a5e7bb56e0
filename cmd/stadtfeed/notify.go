package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// notify tells systemd, where it runs us, how we are doing.
func notify(log *slog.Logger, state string) {
	if _, err := daemon.SdNotify(false, state); err != nil {
		log.Warn("systemd was not told", "state", state, "err", err)
	}
}

// reloading is the state before a reload; Type=notify-reload asks for the
// moment at which it began.
func reloading() string { return daemon.SdNotifyReloading + "\n" + daemon.SdNotifyMonotonicUsec() }

// watchdog tells systemd that we are alive, as long as the crawler's loop
// turns and commits end: a daemon in which either hangs is restarted.
func watchdog(ctx context.Context, log *slog.Logger, alive func() time.Time) error {
	limit, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		log.Warn("systemd's watchdog cannot be fed", "err", err)
	}
	if limit == 0 {
		return nil
	}
	const longestTurn = 3 * time.Minute
	tick := time.NewTicker(limit / 3)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if last := alive(); time.Since(last) < longestTurn {
				notify(log, daemon.SdNotifyWatchdog)
			} else {
				log.Error("the crawler's loop or a commit hangs; systemd will restart the daemon", "since", last)
			}
		}
	}
}
