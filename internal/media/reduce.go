package media

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"

	"tresen/internal/exif"
	"tresen/internal/inbox"
)

const (
	// sentSide is the longer side of a picture as it is sent: sharp on any
	// phone, and a fraction of what a camera makes.
	sentSide = 2048
	// sentQuality is where faces and small print show no trace of it.
	sentQuality = 85
	// maxSentPixels bounds what is unpacked; phones make up to 50 million.
	maxSentPixels = 100_000_000
	// smallPNG is up to which size a drawing or a screenshot stays as sharp as it is.
	smallPNG = 1 << 20
)

// reduce decodes a picture, turns it upright, makes it small enough and encodes
// it again; what else was in the file, such as where it was taken, stays behind.
func reduce(file io.ReaderAt, size int64, mime string) (content []byte, sentAs string, bounds image.Rectangle, err error) {
	refused := inbox.InvalidField(FieldPicture, "picture cannot be read")
	d := decoders[mime]
	config, err := d.config(io.NewSectionReader(file, 0, size))
	if err != nil || config.Width <= 0 || config.Height <= 0 || config.Width > maxSentPixels/config.Height {
		return nil, "", bounds, refused
	}
	turn := 1
	if mime == jpegType {
		turn = orientation(file)
	}
	decoded, err := d.decode(io.NewSectionReader(file, 0, size))
	if err != nil {
		return nil, "", bounds, refused
	}
	small := exif.Upright(fit(decoded, sentSide), turn)
	if mime != jpegType {
		var out bytes.Buffer
		if png.Encode(&out, small) == nil && out.Len() <= smallPNG {
			return out.Bytes(), pngType, small.Bounds(), nil
		}
	}
	content, err = encodeSent(onPaper(small))
	return content, jpegType, small.Bounds(), err
}

// encodeSent lowers the quality until the picture is small enough.
func encodeSent(in image.Image) ([]byte, error) {
	for quality := sentQuality; quality >= 40; quality -= 15 {
		var out bytes.Buffer
		if err := jpeg.Encode(&out, in, &jpeg.Options{Quality: quality}); err != nil {
			return nil, inbox.InvalidField(FieldPicture, "picture cannot be encoded")
		}
		if out.Len() <= maxPicture {
			return out.Bytes(), nil
		}
	}
	return nil, inbox.InvalidField(FieldSize, "picture stays too large")
}

// fit scales a picture down so that neither side is longer than that.
func fit(in image.Image, side int) *image.RGBA {
	width, height := in.Bounds().Dx(), in.Bounds().Dy()
	longer := max(width, height)
	if longer > side {
		width, height = max(1, width*side/longer), max(1, height*side/longer)
	}
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	if longer <= side {
		draw.Draw(out, out.Bounds(), in, in.Bounds().Min, draw.Src)
	} else {
		draw.BiLinear.Scale(out, out.Bounds(), in, in.Bounds(), draw.Src, nil)
	}
	return out
}

// onPaper puts a transparent picture on white: JPEG would make it black.
func onPaper(in *image.RGBA) *image.RGBA {
	if in.Opaque() {
		return in
	}
	out := image.NewRGBA(in.Bounds())
	draw.Draw(out, out.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.Draw(out, out.Bounds(), in, in.Bounds().Min, draw.Over)
	return out
}
