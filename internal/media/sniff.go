package media

import (
	"archive/zip"
	"bytes"
	"io"
	"mime"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// What a file can turn out to be. Anything else is unknownType.
const (
	unknownType = "application/octet-stream"

	jpegType = "image/jpeg"
	pngType  = "image/png"
	webpType = "image/webp"
	gifType  = "image/gif"
	svgType  = "image/svg+xml"

	mp4Type       = "video/mp4"
	threeGPType   = "video/3gpp"
	webmType      = "video/webm"
	quickTimeType = "video/quicktime"

	oggType      = "audio/ogg"
	mpegType     = "audio/mpeg"
	mp4AudioType = "audio/mp4"
	aacType      = "audio/aac"
	amrType      = "audio/amr"
	wavType      = "audio/wav"

	pdfType     = "application/pdf"
	textType    = "text/plain"
	htmlType    = "text/html"
	zipType     = "application/zip"
	oleType     = "application/x-ole-storage"
	docxType    = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	xlsxType    = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	pptxType    = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
	macroType   = "application/vnd.ms-office.macro" // ours: an office file that brings a program along
	programType = "application/x-executable"        // ours: a program of any system
	scriptType  = "text/x-script"                   // ours: text that a system runs
)

// headSize is how much of a file's beginning tells what it is.
const headSize = 4096

// sniff finds out what a file is from its bytes.
func sniff(file io.ReaderAt, size int64) (string, error) {
	head := make([]byte, min(headSize, size))
	if _, err := file.ReadAt(head, 0); err != nil && err != io.EOF {
		return "", err
	}
	for _, s := range signatures {
		if s.matches(head) {
			return s.mime, nil
		}
	}
	switch {
	case len(head) >= 12 && string(head[4:8]) == "ftyp":
		return isoType(string(head[8:12])), nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		return zipKind(file, size), nil
	}
	return textKind(head, size > int64(len(head))), nil
}

type signature struct {
	mime string
	// at is where magic stands.
	at    int
	magic string
}

func (s signature) matches(head []byte) bool {
	return len(head) >= s.at+len(s.magic) && string(head[s.at:s.at+len(s.magic)]) == s.magic
}

// The formats' own specifications give these first bytes.
var signatures = []signature{
	{jpegType, 0, "\xff\xd8\xff"}, {pngType, 0, "\x89PNG\r\n\x1a\n"}, {gifType, 0, "GIF87a"}, {gifType, 0, "GIF89a"},
	{webpType, 8, "WEBPVP8"}, {wavType, 8, "WAVEfmt "},
	{oggType, 0, "OggS"}, {amrType, 0, "#!AMR"}, {mpegType, 0, "ID3"}, {webmType, 0, "\x1a\x45\xdf\xa3"},
	{aacType, 0, "\xff\xf1"}, {aacType, 0, "\xff\xf9"},
	{mpegType, 0, "\xff\xfb"}, {mpegType, 0, "\xff\xfa"}, {mpegType, 0, "\xff\xf3"}, {mpegType, 0, "\xff\xf2"},
	{pdfType, 0, "%PDF-"}, {oleType, 0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
	{programType, 0, "MZ"}, {programType, 0, "\x7fELF"}, {programType, 0, "\xca\xfe\xba\xbe"},
	{programType, 0, "\xcf\xfa\xed\xfe"}, {programType, 0, "\xce\xfa\xed\xfe"},
	{programType, 0, "L\x00\x00\x00\x01\x14\x02\x00"}, // a Windows shortcut
	{scriptType, 0, "#!"},
}

// isoType names a file of the ISO base media format by its brand.
func isoType(brand string) string {
	switch {
	case strings.HasPrefix(brand, "3g"):
		return threeGPType
	case brand == "qt  ":
		return quickTimeType
	case brand == "M4A " || brand == "M4B ":
		return mp4AudioType
	case slices.Contains([]string{"heic", "heix", "mif1", "avif"}, brand):
		return unknownType // no webview shows them everywhere
	}
	return mp4Type
}

// maxZipEntries bounds how far a hostile archive is read.
const maxZipEntries = 10_000

// zipKind tells office files and programs from other archives by their parts.
func zipKind(file io.ReaderAt, size int64) string {
	archive, err := zip.NewReader(file, size)
	if err != nil || len(archive.File) > maxZipEntries {
		return zipType
	}
	kind := zipType
	for _, part := range archive.File {
		name := strings.ToLower(part.Name)
		switch {
		case path.Base(name) == "vbaproject.bin":
			return macroType
		case name == "androidmanifest.xml" || name == "meta-inf/manifest.mf":
			return programType
		case name == "word/document.xml":
			kind = docxType
		case name == "xl/workbook.xml":
			kind = xlsxType
		case name == "ppt/presentation.xml":
			kind = pptxType
		}
	}
	return kind
}

// textKind tells web pages from other text, and text from what nobody knows.
func textKind(head []byte, cut bool) string {
	if cut { // do not stumble over a letter cut in two
		for range utf8.UTFMax - 1 {
			if r, size := utf8.DecodeLastRune(head); r != utf8.RuneError || size != 1 {
				break
			}
			head = head[:len(head)-1]
		}
	}
	if len(head) == 0 || bytes.IndexByte(head, 0) >= 0 || !utf8.Valid(head) {
		return unknownType
	}
	lower := strings.ToLower(string(head))
	switch {
	case strings.Contains(lower, "<svg"):
		return svgType
	case strings.Contains(lower, "<html") || strings.Contains(lower, "<script") || strings.Contains(lower, "<!doctype html"):
		return htmlType
	}
	return textType
}

// families are types that may stand for one another without anybody being
// deceived. What is in none of them says nothing.
var families = map[string]string{
	jpegType: "picture", pngType: "picture", webpType: "picture", gifType: "picture", "image/jpg": "picture",
	"image/heic": "other picture", "image/heif": "other picture", "image/avif": "other picture",
	mp4Type: "sound", threeGPType: "sound", webmType: "sound", quickTimeType: "sound", oggType: "sound", mpegType: "sound",
	mp4AudioType: "sound", aacType: "sound", amrType: "sound", wavType: "sound", "audio/x-wav": "sound", "audio/mp3": "sound",
	"audio/x-m4a": "sound", "audio/webm": "sound", "audio/opus": "sound", "video/3gp": "sound",
	pdfType: "pdf", docxType: "office", xlsxType: "office", pptxType: "office", macroType: "office",
	"application/msword": "office", "application/vnd.ms-excel": "office", "application/vnd.ms-powerpoint": "office", oleType: "office",
	textType: "text", "text/csv": "text", "text/vcard": "text", "text/x-vcard": "text", "application/json": "text", "text/calendar": "text",
	htmlType: "page", svgType: "page", zipType: "archive", "application/x-zip-compressed": "archive",
	programType: "program", scriptType: "program",
}

// differs reports whether a file is something else than it claims to be.
func differs(claimed, found string) bool {
	base, _, err := mime.ParseMediaType(claimed)
	if err != nil {
		return false
	}
	said := families[strings.ToLower(base)]
	if said == "other picture" && found == unknownType {
		return false
	}
	return said != "" && said != families[found]
}
