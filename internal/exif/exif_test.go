package exif

import (
	"image"
	"testing"
)

func TestUpright(t *testing.T) {
	in := image.NewRGBA(image.Rect(0, 0, 4, 2))
	in.Pix[0] = 200 // the upper left corner
	// Where that corner belongs for each orientation, and the size. (Exif 2.32.)
	for turn, want := range map[int][4]int{0: {0, 0, 4, 2}, 1: {0, 0, 4, 2}, 2: {3, 0, 4, 2}, 3: {3, 1, 4, 2}, 4: {0, 1, 4, 2},
		5: {0, 0, 2, 4}, 6: {1, 0, 2, 4}, 7: {1, 3, 2, 4}, 8: {0, 3, 2, 4}} {
		out := Upright(in, turn)
		if out.Bounds().Dx() != want[2] || out.Bounds().Dy() != want[3] || out.RGBAAt(want[0], want[1]).R != 200 {
			t.Errorf("turn %d: %v", turn, out.Bounds())
		}
	}
}

const (
	little = "II*\x00\x08\x00\x00\x00"
	camera = "\x0f\x01\x02\x00\x04\x00\x00\x00Anna" // an entry before the one that counts
	turned = "\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00"
)

func TestOrientation(t *testing.T) {
	segment := func(content string) string { return "\xff\xe1\x00" + string(rune(len(content)+2)) + content }
	exif := func(tiff string) string { return segment("Exif\x00\x00" + tiff) }
	for name, c := range map[string]struct {
		file string
		want int
	}{
		"little endian":       {exif(little + "\x02\x00" + camera + turned), 6},
		"big endian":          {exif("MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x08\x00\x00"), 8},
		"behind another part": {segment("http://ns.adobe.com") + exif(little+"\x01\x00"+turned), 6},
		"upright":             {exif(little + "\x01\x00" + camera), 1},
		"an unknown turn":     {exif(little + "\x01\x00" + turned[:8] + "\x09\x00\x00\x00"), 1},
		"no Exif":             {segment("JFIF"), 1},
		"after the picture":   {"\xff\xda\x00\x02" + exif(little+"\x01\x00"+turned), 1},
		"a short header":      {exif("II*"), 1},
		"entries cut off":     {exif(little + "\xff\xff" + turned[:4]), 1},
		"entries elsewhere":   {exif("II*\x00\xff\xff\xff\xff"), 1},
		"entries before it":   {exif("II*\x00\x00\x00\x00\x00\x01\x00" + turned), 1},
		"a part cut off":      {"\xff\xe1\x7f\xffExif\x00\x00" + little, 1},
		"a part without size": {"\xff\xe1\x00\x01", 1},
		"nothing":             {"", 1},
	} {
		if got := Orientation([]byte("\xff\xd8" + c.file)); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x22Exif\x00\x00" + little + "\x01\x00" + turned))
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00*\xff\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if turn := Orientation(file); turn < 1 || turn > 8 {
			t.Errorf("orientation %d", turn)
		}
	})
}
