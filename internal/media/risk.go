package media

import (
	"path"
	"strings"

	"tresen/internal/inbox"
)

// Risk is why a file should not be opened without a thought, or empty.
type Risk string

// The risks. Each has its words in the catalogues.
const (
	RiskNone    Risk = ""
	RiskProgram Risk = "program"
	RiskScript  Risk = "script"
	RiskMacro   Risk = "macro"
	RiskPage    Risk = "page"
	RiskDiffers Risk = "differs"
)

// Risks lists every risk, for the catalogues' test.
func Risks() []Risk { return []Risk{RiskProgram, RiskScript, RiskMacro, RiskPage, RiskDiffers} }

// endings are the ends of file names by which a system runs what is in a file.
var endings = map[Risk]string{
	RiskProgram: " exe com scr pif cpl msi msp msix appx appinstaller jar apk app dmg pkg deb rpm appimage run bin lnk url iso img vhd vhdx gadget xll dll sys ",
	RiskScript:  " bat cmd ps1 psm1 vbs vbe js jse mjs ws wsf wsh sct hta reg inf sh bash zsh command py pl rb desktop scpt applescript chm settingcontent-ms ",
	RiskMacro:   " docm dotm xlsm xltm xlam xlsb pptm potm ppam ppsm sldm doc dot xls xlt ppt pot pps mdb accdb odb one ",
	RiskPage:    " html htm xhtml shtml mht mhtml svg svgz xml xsl webloc ",
}

// endingTypes is what a name's end promises.
var endingTypes = map[string]string{
	"jpg": jpegType, "jpeg": jpegType, "png": pngType, "gif": gifType, "webp": webpType, "pdf": pdfType,
	"docx": docxType, "xlsx": xlsxType, "pptx": pptxType, "doc": oleType, "xls": oleType, "ppt": oleType,
	"txt": textType, "csv": textType, "mp4": mp4Type, "m4v": mp4Type, "mov": quickTimeType, "3gp": threeGPType, "webm": webmType,
	"mp3": mpegType, "ogg": oggType, "opus": oggType, "m4a": mp4AudioType, "aac": aacType, "amr": amrType, "wav": wavType, "zip": zipType,
}

func ending(name string) string {
	return strings.ToLower(strings.TrimPrefix(path.Ext(strings.TrimRight(name, ". ")), "."))
}

// RiskOf says why a file with that name should not be opened without a thought.
func RiskOf(name string, facts inbox.FileFacts) Risk {
	end := ending(name)
	for _, r := range []Risk{RiskProgram, RiskScript, RiskMacro, RiskPage} {
		if end != "" && strings.Contains(endings[r], " "+end+" ") {
			return r
		}
	}
	switch facts.MIME {
	case programType:
		return RiskProgram
	case scriptType:
		return RiskScript
	case macroType, oleType:
		return RiskMacro
	case htmlType, svgType:
		return RiskPage
	}
	if promised := endingTypes[end]; facts.Differs || promised != "" && differs(promised, facts.MIME) {
		return RiskDiffers
	}
	return RiskNone
}

// inline are the types the window may show or play. Pages and drawings that
// can carry programs are not among them.
const inline = " " + jpegType + " " + pngType + " " + webpType + " " + gifType + " " + mp4Type + " " + threeGPType + " " + webmType + " " +
	quickTimeType + " " + oggType + " " + mpegType + " " + mp4AudioType + " " + aacType + " " + amrType + " " + wavType + " "

// Inline reports whether the window may show or play a file of that type.
func Inline(mimeType string) bool {
	return mimeType != "" && strings.Contains(inline, " "+mimeType+" ")
}

// fileEndings is under which end a system opens a type.
var fileEndings = map[string]string{
	jpegType: "jpg", pngType: "png", webpType: "webp", gifType: "gif", mp4Type: "mp4", threeGPType: "3gp", webmType: "webm",
	quickTimeType: "mov", oggType: "ogg", mpegType: "mp3", mp4AudioType: "m4a", aacType: "aac", amrType: "amr", wavType: "wav",
	pdfType: "pdf", textType: "txt", zipType: "zip", docxType: "docx", xlsxType: "xlsx", pptxType: "pptx",
}

// Ending returns the end of the name a file is saved under, with its dot: its
// own, or the usual one of its type. It may be empty.
func Ending(name string, facts inbox.FileFacts) string {
	if end := ending(name); end != "" && len(end) <= 10 {
		return "." + end
	}
	if end := fileEndings[facts.MIME]; end != "" {
		return "." + end
	}
	return ""
}
