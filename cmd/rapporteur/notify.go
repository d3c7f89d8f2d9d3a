package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"
)

// notifyReady tells systemd that the program serves, and goes on telling it
// that it runs, as the unit's WatchdogSec asks. alive is called before each
// notice: where it does not return, the notices end and systemd starts the
// program again. Without systemd it does nothing.
func notifyReady(ctx context.Context, alive func(), log *slog.Logger) {
	if _, err := daemon.SdNotify(false, daemon.SdNotifyReady); err != nil {
		log.Warn("notify systemd", "err", err)
		return
	}
	every, err := daemon.SdWatchdogEnabled(false)
	if err != nil {
		log.Warn("read watchdog interval", "err", err)
	}
	if err != nil || every == 0 {
		return
	}
	t := time.NewTicker(every / 2) // sd_watchdog_enabled(3) recommends half of the interval
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
			alive()
			if _, err := daemon.SdNotify(false, daemon.SdNotifyWatchdog); err != nil {
				log.Warn("notify systemd", "err", err)
			}
		}
	}
}

// notifyStopping tells systemd that the program finishes what is in flight.
func notifyStopping() { _, _ = daemon.SdNotify(false, daemon.SdNotifyStopping) }
