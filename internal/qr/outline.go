package qr

// Point is a corner of the pattern, in modules from its upper left.
type Point struct{ X, Y int }

// Outline returns the dark area as closed polygons along module edges: outer
// borders clockwise, holes the other way, so that either fill rule works.
// Neighbouring modules share no edges; that leaves no hairlines in any viewer.
func (s *Symbol) Outline() [][]Point {
	next := s.borderEdges()
	var polygons [][]Point
	for y := 0; y <= s.Modules; y++ {
		for x := 0; x <= s.Modules; x++ {
			start := Point{x, y}
			for len(next[start]) > 0 {
				polygons = append(polygons, follow(next, start))
			}
		}
	}
	return polygons
}

// borderEdges lists, for each corner, where the border leads from there, dark
// always on the right.
func (s *Symbol) borderEdges() map[Point][]Point {
	next := map[Point][]Point{}
	add := func(x0, y0, x1, y1 int) {
		next[Point{x0, y0}] = append(next[Point{x0, y0}], Point{x1, y1})
	}
	for y := range s.Modules {
		for x := range s.Modules {
			if !s.Dark(x, y) {
				continue
			}
			if !s.Dark(x, y-1) {
				add(x, y, x+1, y)
			}
			if !s.Dark(x+1, y) {
				add(x+1, y, x+1, y+1)
			}
			if !s.Dark(x, y+1) {
				add(x+1, y+1, x, y+1)
			}
			if !s.Dark(x-1, y) {
				add(x, y+1, x, y)
			}
		}
	}
	return next
}

// follow walks one border back to its start, takes the edges out of next and
// keeps only the corners.
func follow(next map[Point][]Point, start Point) []Point {
	var polygon []Point
	at, heading := start, Point{}
	for {
		to := take(next, at, heading)
		direction := Point{to.X - at.X, to.Y - at.Y}
		if direction != heading {
			polygon = append(polygon, at)
		}
		at, heading = to, direction
		if at == start {
			return polygon
		}
	}
}

// take removes and returns the edge leaving at; where two dark modules touch
// at a corner it turns right and so stays at its own module.
func take(next map[Point][]Point, at, heading Point) Point {
	ways := next[at]
	chosen := 0
	right := Point{at.X - heading.Y, at.Y + heading.X}
	for i, to := range ways {
		if to == right {
			chosen = i
		}
	}
	to := ways[chosen]
	rest := append([]Point(nil), ways[:chosen]...)
	next[at] = append(rest, ways[chosen+1:]...)
	return to
}
