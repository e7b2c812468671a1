package simulator

import "net/http"

type qrCode struct{}
type uploadSession struct{}

func (s *Simulator) serveControl(w http.ResponseWriter, r *http.Request, segments []string) {
	http.NotFound(w, r)
}
