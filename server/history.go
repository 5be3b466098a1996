package server

// History tells whose data the server has opened: the name of their log's
// history, and whether there are any.
func (s *Server) History() (id string, any bool) {
	any = s.store.LogEnd() > 0
	for database := 0; database < s.store.Databases() && !any; database++ {
		keys, _, err := s.store.Keys(database)
		any = err != nil || keys > 0
	}
	return s.store.History().ID, any
}

// Discard closes a server that has not run.
func (s *Server) Discard() error { return s.store.Abandon() }
