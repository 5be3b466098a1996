package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/cairndb/cairn/server"
	"github.com/cairndb/cairn/tools"
	"github.com/cairndb/cairn/tools/peer"
)

// following is what an import was told that goes on until the switch-over.
type following struct {
	on    bool
	flush bool
	pause time.Duration
}

func (f *following) addTo(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.on, "follow", false, "go on with every change of the server that is SRC, until Enter, SIGINT or SIGTERM")
	flags.BoolVar(&f.flush, "flush", false, "with --follow: delete everything at the destination first")
	flags.DurationVar(&f.pause, "pause", 0, "with --follow: at its end, let SRC hold back writes for so long (CLIENT PAUSE)")
}

// runFollowing takes all of a server, and its changes until the user says that it is enough.
func (im *importing) runFollowing(path string) error {
	if !peer.IsURL(path) || im.dryRun || len(im.o.Databases) > 0 || len(im.o.Types) > 0 || im.o.Match != "" {
		return errors.New("--follow takes all of a running server, redis://host:port: no other source, no choice, no dry run")
	}
	u, err := peer.ParseURL(path)
	if err != nil {
		return err
	}
	if u.Database >= 0 {
		return fmt.Errorf("%v: all databases are followed, not one", u)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	im.o.Skipped, im.o.Replace = tools.FirstSkips(os.Stderr), true
	if im.to != "" {
		return im.followToServer(ctx, cancel, u)
	}
	return im.where.withOffline(func(off *server.Offline) error {
		if err := im.emptyStore(off); err != nil {
			return err
		}
		im.o.LoadLibrary = func(code string, replace bool) error { return server.LoadLibrary(off.Store, code, replace) }
		if im.temp == "" {
			im.temp = im.where.dir
		}
		return im.following(ctx, cancel, u, tools.IntoStore(off.Store, im.o, off.Apply), im.where.dir)
	})
}

var errNotEmpty = errors.New("there are keys at the destination: with --follow and --flush they are deleted first")

// emptyStore sees to it that nothing is there but what will come.
func (im *importing) emptyStore(off *server.Offline) error {
	if !im.follow.flush {
		n, err := tools.CountKeys(off.Store)
		if err == nil && n > 0 {
			err = errNotEmpty
		}
		return err
	}
	tx := off.Store.Tx()
	tx.Replay = true
	for _, words := range [][][]byte{{[]byte("FLUSHALL")}, {[]byte("FUNCTION"), []byte("FLUSH")}} {
		if err := off.Apply(tx, words); err != nil {
			return err
		}
	}
	return nil
}

func (im *importing) followToServer(ctx context.Context, cancel func(), u peer.URL) error {
	to, err := peer.ParseURL(im.to)
	if err != nil {
		return err
	}
	if to.Database >= 0 {
		return fmt.Errorf("%v: all databases are followed, not one", to)
	}
	c, err := peer.Dial(ctx, to)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := im.emptyServer(c); err != nil {
		return err
	}
	return im.following(ctx, cancel, u, tools.IntoServer(c, im.o), to.String())
}

func (im *importing) emptyServer(c *peer.Conn) error {
	if !im.follow.flush {
		v, err := c.Do("INFO", "keyspace")
		if err == nil && tools.HasKeys(string(v.Str)) {
			err = errNotEmpty
		}
		return err
	}
	if _, err := c.Do("FLUSHALL"); err != nil {
		return err
	}
	_, err := c.Do("FUNCTION", "FLUSH")
	var refused *peer.ReplyError
	if errors.As(err, &refused) && refused.Code() == "ERR" { // there are none before Redis 7
		return nil
	}
	return err
}

// following runs the follower, shows how far it is, and ends it when the user wants to.
func (im *importing) following(ctx context.Context, cancel func(), from peer.URL, to tools.Target, name string) error {
	live, err := tools.OpenLive(ctx, from, true)
	if err != nil {
		return err
	}
	show := newStatusLine(os.Stderr)
	f := tools.Follow(live, to, im.temp, show.say)
	var helpers sync.WaitGroup
	done, stop := context.WithCancel(ctx)
	helpers.Go(func() { show.follow(done, f.State) })
	var unasked error
	helpers.Go(func() { unasked = im.untilEnough(done, cancel, from, f, show) })
	report, err := f.Run(ctx)
	stop()
	helpers.Wait()
	show.end()
	for reason, n := range to.Failed() {
		report.Skipped[reason] += n
	}
	if ctx.Err() != nil {
		err = errors.New("ended before everything was there: run it again with --flush")
	}
	if err := errors.Join(err, unasked, report.Write(os.Stdout)); err != nil {
		return err
	}
	_, applied, _ := f.State()
	fmt.Printf("%s has everything of %v up to offset %d\n", name, from, applied)
	im.sayWhatNext(from, name)
	return anySkipped(report)
}

func (im *importing) sayWhatNext(from peer.URL, name string) {
	switch {
	case im.to != "":
		fmt.Printf("Point the clients at %s now.\n", name)
	default:
		fmt.Printf("Start it with: cairn serve --dir %s, and point the clients at it.\n", name)
	}
	if im.follow.pause == 0 {
		fmt.Printf("What %v has been told since is not there: let it take no writes before you end this, or use --pause.\n", from)
	}
}

// untilEnough waits for the user, and then finds out where to end.
func (im *importing) untilEnough(ctx context.Context, cancel func(), from peer.URL, f *tools.Follower, show *statusLine) error {
	wanted, again := enough(ctx)
	select {
	case <-ctx.Done():
		return nil
	case <-wanted:
	}
	end, err := im.endOf(ctx, from)
	if err != nil {
		cancel()
		return err
	}
	show.say("ending at offset " + strconv.FormatInt(end, 10) + "; a second signal ends at once, incomplete")
	f.EndAt(end)
	select {
	case <-ctx.Done():
	case <-again:
		cancel()
	}
	return nil
}

// endOf is the offset of the last write of a server, which takes no more of them for a while if it is told so.
func (im *importing) endOf(ctx context.Context, from peer.URL) (int64, error) {
	c, err := peer.Dial(ctx, from)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	if ms := im.follow.pause.Milliseconds(); ms > 0 {
		if _, err := c.Do("CLIENT", "PAUSE", strconv.FormatInt(ms, 10), "WRITE"); err != nil {
			return 0, fmt.Errorf("CLIENT PAUSE: %w", err)
		}
	}
	return tools.SourceOffset(c)
}
