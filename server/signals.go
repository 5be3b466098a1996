package server

import (
	"os"
	"os/signal"
	"syscall"
)

// followSignals shuts the server down on SIGINT and SIGTERM, as the
// configuration says. Who interrupts twice does not want to wait.
func (s *Server) followSignals() {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		defer signal.Stop(signals)
		interrupted := false
		for {
			select {
			case <-s.done:
				return
			case sig := <-signals:
				if sig == os.Interrupt && interrupted {
					s.warnf("You insist... exiting now.")
					os.Exit(1)
				}
				interrupted = interrupted || sig == os.Interrupt
				go s.shutdownOn(sig)
			}
		}
	}()
}

func (s *Server) shutdownOn(sig os.Signal) {
	flags, name := s.cfg.ShutdownOnSIGTERM.Get(), "SIGTERM"
	if sig == os.Interrupt {
		flags, name = s.cfg.ShutdownOnSIGINT.Get(), "SIGINT"
	}
	s.warnf("Received %s scheduling shutdown...", name)
	_ = s.Shutdown(flags) // logged
}
