package main

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
)

// point of a curve.
type point struct{ x, y float64 }

const (
	plotWidth, plotHeight      = 900, 500
	plotLeft, plotRight        = 70, 180
	plotTop, plotBottom        = 40, 50
	plotInnerX, plotInnerY     = plotWidth - plotLeft - plotRight, plotHeight - plotTop - plotBottom
	plotColours            int = 9
)

// drawCurves draws curves on logarithmic axes, as an SVG picture.
func drawCurves(title, xLabel string, curves map[string][]point) []byte {
	lowX, highX, lowY, highY := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, c := range curves {
		for _, p := range c {
			lowX, highX = min(lowX, p.x), max(highX, p.x)
			lowY, highY = min(lowY, p.y), max(highY, p.y)
		}
	}
	lowY, highY = math.Pow(10, math.Floor(math.Log10(lowY))), math.Pow(10, math.Ceil(math.Log10(highY)))
	scale := func(v, low, high float64) float64 {
		if high == low {
			return 0.5
		}
		return (math.Log10(v) - math.Log10(low)) / (math.Log10(high) - math.Log10(low))
	}
	x := func(v float64) float64 { return plotLeft + scale(v, lowX, highX)*plotInnerX }
	y := func(v float64) float64 { return plotTop + (1-scale(v, lowY, highY))*plotInnerY }
	var b bytes.Buffer
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n",
		plotWidth, plotHeight)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/><text x="%d" y="24" font-size="15">%s</text>`+"\n", plotLeft, title)
	for v := lowY; v <= highY*1.01; v *= 10 {
		fmt.Fprintf(&b, `<path d="M%d %.1fh%d" stroke="#ddd"/><text x="%d" y="%.1f" text-anchor="end">%g</text>`+"\n",
			plotLeft, y(v), plotInnerX, plotLeft-8, y(v)+4, v)
	}
	for v := lowX; v <= highX*1.01; v *= 10 {
		fmt.Fprintf(&b, `<text x="%.1f" y="%d" text-anchor="middle">%g</text>`+"\n", x(v), plotHeight-plotBottom+20, v)
	}
	fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`+"\n", plotLeft+plotInnerX/2, plotHeight-10, xLabel)
	for i, name := range slices.Sorted(maps.Keys(curves)) {
		colour := fmt.Sprintf("hsl(%d,70%%,40%%)", i*360/plotColours)
		path, last := "", point{}
		for j, p := range curves[name] {
			path += fmt.Sprintf("%c%.1f %.1f", "ML"[min(j, 1)], x(p.x), y(p.y))
			last = p
		}
		fmt.Fprintf(&b, `<path d="%s" fill="none" stroke="%s" stroke-width="2"/>`+"\n", path, colour)
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" fill="%s">%s</text>`+"\n", x(last.x)+6, y(last.y)+4, colour, name)
	}
	b.WriteString("</svg>\n")
	return b.Bytes()
}
