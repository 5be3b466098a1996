package blocked

import (
	"strconv"
	"testing"
	"time"
)

// A crowd that waits costs little memory, and a push that serves one of it
// little more than any other.
func TestACrowdCostsLittle(t *testing.T) {
	crowd, pushes := 3000, 1000
	if testing.Short() {
		crowd, pushes = 1000, 300
	}
	y := newYard(t, "--appendfsync", "no")
	alone := y.pushes("alone", pushes)
	before := y.usedMemory()
	for range crowd {
		c := y.dial()
		defer c.Close()
		if err := c.Send("BLPOP", "crowd", "other", "0"); err != nil {
			t.Fatal(err)
		}
	}
	y.waitForClients(crowd)
	each := (y.usedMemory() - before) / crowd
	beside, within := y.pushes("alone", pushes), y.pushes("crowd", pushes)
	t.Logf("%d bytes for each client; a push takes %v alone, %v beside the crowd, %v within it", each, alone, beside, within)
	if each > 8<<10 {
		t.Errorf("each client takes %d bytes", each)
	}
	const slack = 100 * time.Microsecond
	if beside > 3*alone+slack || within > 5*alone+slack {
		t.Error("a push takes longer the more clients wait")
	}
	y.waitForClients(crowd - pushes)
}

// pushes tells how long a push takes, in the best of a few runs: the machine
// has other things to do.
func (y *yard) pushes(key string, n int) time.Duration {
	const runs = 10
	c := y.dial()
	defer c.Close()
	best := time.Hour
	for range runs {
		start := time.Now()
		for range n / runs {
			if _, err := c.Do("RPUSH", key, "x"); err != nil {
				y.t.Fatal(err)
			}
		}
		best = min(best, time.Since(start)/time.Duration(n/runs))
	}
	return best
}

func (y *yard) usedMemory() int {
	c := y.dial()
	defer c.Close()
	return y.infoField(c, "used_memory")
}

func TestTimeouts(t *testing.T) {
	y := newYard(t)
	c := y.dial()
	defer c.Close()
	for _, ms := range []int{1, 15, 100, 350} {
		start := time.Now()
		reply, err := c.Do("BLPOP", "nothing", strconv.FormatFloat(float64(ms)/1000, 'f', -1, 64))
		if err != nil || !reply.Null {
			t.Fatalf("%v %v", reply, err)
		}
		if took := time.Since(start); took < time.Duration(ms-1)*time.Millisecond || took > time.Duration(ms+1000)*time.Millisecond {
			t.Errorf("%d ms took %v", ms, took)
		}
	}
}
