package profile

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"tresen/internal/inbox"
)

// Corners of the upright picture, and their colours.
const (
	topLeft = iota
	topRight
	bottomLeft
	bottomRight
)

func corners() []color.RGBA {
	return []color.RGBA{{200, 0, 0, 255}, {0, 200, 0, 255}, {0, 0, 200, 255}, {200, 200, 0, 255}}
}

// storedCorners says which corner of the upright picture lies at the stored
// picture's top left, top right, bottom left and bottom right. (Exif 2.32,
// Orientation: which side the 0th row and the 0th column are.)
func storedCorners() [9][4]int {
	return [9][4]int{
		1: {topLeft, topRight, bottomLeft, bottomRight},
		2: {topRight, topLeft, bottomRight, bottomLeft},
		3: {bottomRight, bottomLeft, topRight, topLeft},
		4: {bottomLeft, bottomRight, topLeft, topRight},
		5: {topLeft, bottomLeft, topRight, bottomRight},
		6: {topRight, bottomRight, topLeft, bottomLeft},
		7: {bottomRight, topRight, bottomLeft, topLeft},
		8: {bottomLeft, topLeft, bottomRight, topRight},
	}
}

// quarters is a JPEG that is 500 × 400 pixels upright, each quarter in its
// corner's colour, stored with the given orientation and a place in its Exif.
func quarters(t testing.TB, turn int) []byte {
	t.Helper()
	width, height := 500, 400
	if turn >= 5 {
		width, height = height, width
	}
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			at := 0
			if x >= width/2 {
				at++
			}
			if y >= height/2 {
				at += 2
			}
			picture.SetRGBA(x, y, corners()[storedCorners()[turn][at]])
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, picture, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	file := out.Bytes()
	exif := []byte("Exif\x00\x00II*\x00\x08\x00\x00\x00\x02\x00")
	exif = append(exif, 0x0F, 0x01, 2, 0, 4, 0, 0, 0, 'G', 'P', 'S', 0) // camera
	exif = append(exif, 0x12, 0x01, 3, 0, 1, 0, 0, 0, byte(turn), 0, 0, 0)
	exif = append(exif, 0, 0, 0, 0)
	segment := binary.BigEndian.AppendUint16([]byte{0xFF, 0xE1}, uint16(len(exif)+2))
	return append(append(append([]byte{}, file[:2]...), append(segment, exif...)...), file[2:]...)
}

func near(a color.Color, b color.RGBA) bool {
	r, g, bl, _ := a.RGBA()
	far := func(x uint32, y uint8) bool { d := int(x>>8) - int(y); return d > 25 || d < -25 }
	return !far(r, b.R) && !far(g, b.G) && !far(bl, b.B)
}

func TestCropCutsWhatWasChosenWhateverTheOrientation(t *testing.T) {
	squares := map[int]Square{topLeft: {4, 2, 192}, topRight: {300, 2, 192}, bottomLeft: {4, 205, 192}, bottomRight: {300, 205, 192}}
	for turn := 1; turn <= 8; turn++ {
		file := quarters(t, turn)
		if w, h, err := PictureSize(file); err != nil || w != 500 || h != 400 {
			t.Fatalf("orientation %d: %d × %d, %v", turn, w, h, err)
		}
		for corner, square := range squares {
			picture := decode(t, crop(t, file, square))
			for _, at := range []image.Point{{3, 3}, {188, 3}, {3, 188}, {188, 188}} {
				if !near(picture.At(at.X, at.Y), corners()[corner]) {
					t.Errorf("orientation %d, corner %d: %v at %v", turn, corner, picture.At(at.X, at.Y), at)
				}
			}
		}
		whole := decode(t, crop(t, file, Square{50, 0, 400}))
		for corner, at := range []image.Point{{20, 20}, {380, 20}, {20, 380}, {380, 380}} {
			if !near(whole.At(at.X, at.Y), corners()[corner]) {
				t.Errorf("orientation %d: the whole is turned wrongly at corner %d", turn, corner)
			}
		}
	}
}

func crop(t *testing.T, file []byte, s Square) []byte {
	t.Helper()
	out, err := Crop(file, s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func decode(t *testing.T, file []byte) image.Image {
	t.Helper()
	picture, format, err := image.Decode(bytes.NewReader(file))
	if err != nil || format != "jpeg" {
		t.Fatalf("%s, %v", format, err)
	}
	return picture
}

func TestCropDropsWhatElseTheFileHeld(t *testing.T) {
	out := crop(t, quarters(t, 6), Square{0, 0, 400})
	if bytes.Contains(out, []byte("Exif")) || bytes.Contains(out, []byte("GPS")) {
		t.Error("the picture still carries Exif")
	}
	if size := decode(t, out).Bounds(); size.Dx() != 400 || size.Dy() != 400 {
		t.Errorf("size %v", size)
	}
	big := image.NewNRGBA(image.Rect(0, 0, 1500, 1000))
	var file bytes.Buffer
	if err := png.Encode(&file, big); err != nil {
		t.Fatal(err)
	}
	picture := decode(t, crop(t, file.Bytes(), Square{100, 0, 1000}))
	if picture.Bounds().Dx() != PictureSide || !near(picture.At(5, 5), color.RGBA{255, 255, 255, 255}) {
		t.Errorf("a transparent PNG becomes %v of %v", picture.At(5, 5), picture.Bounds())
	}
}

func TestCropRefusesWhatIsNoPictureOrOutside(t *testing.T) {
	file := quarters(t, 1)
	tests := map[string]func() error{
		"nothing": func() error { _, err := Crop(nil, Square{0, 0, 200}); return err },
		"text":    func() error { _, err := Crop([]byte("hello"), Square{0, 0, 200}); return err },
		"gif":     func() error { _, err := Crop([]byte("GIF89a\x01\x00\x01\x00"), Square{0, 0, 200}); return err },
		"small":   func() error { _, err := Crop(file, Square{0, 0, 191}); return err },
		"outside": func() error { _, err := Crop(file, Square{101, 1, 400}); return err },
		"minus":   func() error { _, err := Crop(file, Square{-1, 0, 200}); return err },
		"huge":    func() error { _, err := Crop(file, Square{1, 1, 1 << 62}); return err },
		"cut off": func() error { _, err := Crop(file[:700], Square{0, 0, 200}); return err },
		"bomb":    func() error { _, err := Crop(bomb(t), Square{0, 0, 200}); return err },
		"large":   func() error { _, err := Crop(make([]byte, MaxPictureFile+1), Square{0, 0, 200}); return err },
	}
	for name, try := range tests {
		if err := try(); inbox.CodeOf(err) != inbox.CodeInvalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// bomb is a small PNG that says it is 60,000 × 60,000 pixels.
func bomb(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		t.Fatal(err)
	}
	b := file.Bytes()
	binary.BigEndian.PutUint32(b[16:], 60000)
	binary.BigEndian.PutUint32(b[20:], 60000)
	binary.BigEndian.PutUint32(b[29:], crcOf(b[12:29]))
	return b
}

func crcOf(data []byte) uint32 {
	crc := ^uint32(0)
	for _, b := range data {
		crc ^= uint32(b)
		for range 8 {
			crc = crc>>1 ^ 0xEDB88320&-(crc&1)
		}
	}
	return ^crc
}
