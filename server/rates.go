package server

import "sync"

// rates knows how much happened a second lately: means of the last 16 samples,
// of which the cron takes one each tick.
type rates struct {
	mu      sync.Mutex
	lastMs  int64
	last    [rateCount]int64
	samples [rateCount][rateSamples]float64
	next    int
}

// What is measured.
const (
	opsRate = iota
	inRate
	outRate
	inReplRate
	outReplRate
	rateCount
)

const rateSamples = 16

// sample takes the counters of now. Counters that went back were reset.
func (r *rates) sample(nowMs int64, now [rateCount]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if took := nowMs - r.lastMs; r.lastMs > 0 && took > 0 {
		for i := range now {
			r.samples[i][r.next] = float64(max(0, now[i]-r.last[i])) * 1000 / float64(took)
		}
		r.next = (r.next + 1) % rateSamples
	}
	r.lastMs, r.last = nowMs, now
}

// perSecond is the mean of a rate's samples.
func (r *rates) perSecond(what int) float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	sum := 0.0
	for _, v := range r.samples[what] {
		sum += v
	}
	return sum / rateSamples
}

func (r *rates) reset() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.last, r.samples = [rateCount]int64{}, [rateCount][rateSamples]float64{}
}
